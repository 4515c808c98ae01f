//! Enumerations of strings and of integers.

use crate::emit::operations::parts::{head, json_impl, signed};
use crate::emit::rust::spell::Speller;
use crate::emit::rust::text;
use crate::emit::rust::text::{Docs, ident};
use crate::emit::rust::tree;
use crate::emit::rust::tree::template;
use crate::ir::types::{EnumVariant, TypeDef};
use quote::quote;
use syn::{Arm, Item, ItemEnum, ItemImpl};

/// An enumeration of strings.
pub fn of_strings(spell: &Speller<'_>, def: &TypeDef, variants: &[EnumVariant<String>], items: &mut Vec<Item>) {
    let mut item = template!(ItemEnum: #[derive(Clone, PartialEq, Eq, Hash)] #[non_exhaustive] pub enum Name {});
    item.attrs.splice(..0, head(def));
    item.ident = ident(&def.name);
    let listed = variants.iter().map(|v| tree::variant(value_docs(&v.value), v.name.as_str(), None));
    item.variants = listed.chain([tree::variant(unlisted(), "Unknown", Some(spell.string()))]).collect();
    items.push(Item::Enum(item));

    // `match self { Self::Available => "available", …, Self::Unknown(text) => text }`
    let mut shown = template!(ItemImpl: impl Name { pub fn as_str(&self) -> &str {} });
    let own = |name: &str| tree::path(&["Self", name]);
    let arms = variants.iter().map(|v| tree::arm(tree::pattern(own(v.name.as_str())), text::string(&v.value)));
    let unknown = template!(Arm: Self::Unknown(text) => text,);
    let body = tree::choice(tree::local("self"), arms.chain([unknown]));
    finish(&mut shown, def, body);
    if let Some(syn::ImplItem::Fn(f)) = shown.items.first_mut() {
        let mut docs = Docs::new();
        docs.line("The value on the wire.");
        f.attrs = docs.attributes();
    }
    items.push(Item::Impl(shown));

    // `match text { "available" => Self::Available, …, _ => Self::Unknown(text.into()) }`
    let mut read = template!(ItemImpl: impl From<&str> for Name { fn from(text: &str) -> Self {} });
    if spell.plan.qualified {
        read = template!(ItemImpl: impl ::core::convert::From<&str> for Name { fn from(text: &str) -> Self {} });
    }
    // A list may name a value twice; the second one would never be reached.
    let arms = distinct(variants)
        .map(|v| tree::arm(tree::literal_pattern(text::string(&v.value)), tree::value(own(v.name.as_str()))));
    let unknown = template!(Arm: _ => Self::Unknown(text.into()),);
    let body = tree::choice(tree::local("text"), arms.chain([unknown]));
    finish(&mut read, def, body);
    items.push(Item::Impl(read));

    let mut display = template!(ItemImpl:
        impl ::core::fmt::Display for Name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    );
    *display.self_ty = tree::named(tree::path(&[def.name.as_str()]));
    items.push(Item::Impl(display));

    let mut json = json_impl(def);
    let read = tree::call(spell.ok(), [template!(syn::Expr: Self::from(rt::string(value)?))]);
    tree::fill(&mut json, [vec![tree::result(read)], vec![template!(syn::Stmt: out.string(self.as_str());)]]);
    items.push(Item::Impl(json));
}

fn finish(item: &mut ItemImpl, def: &TypeDef, body: syn::Expr) {
    *item.self_ty = tree::named(tree::path(&[def.name.as_str()]));
    tree::fill(item, [vec![tree::result(body)]]);
}

fn value_docs(value: &str) -> Vec<syn::Attribute> {
    let mut docs = Docs::new();
    docs.line(text::code(value));
    docs.attributes()
}

fn unlisted() -> Vec<syn::Attribute> {
    let mut docs = Docs::new();
    docs.line("A value that the document does not list.");
    docs.attributes()
}

/// An enumeration of integers.
pub fn of_integers(spell: &Speller<'_>, def: &TypeDef, variants: &[EnumVariant<i64>], items: &mut Vec<Item>) {
    let head = head(def);
    let name = ident(&def.name);
    let ok = spell.ok();
    let from = spell.path_to();
    let names: Vec<_> = variants.iter().map(|v| ident(&v.name)).collect();
    let values: Vec<_> = variants.iter().map(|v| signed(v.value)).collect();
    let docs = variants.iter().map(|v| format!(" `{}`", v.value));
    let readable = distinct(variants).map(|v| {
        let (name, value) = (ident(&v.name), signed(v.value));
        quote!(#value => Self::#name,)
    });
    items.extend(tree::items(quote! {
        #(#head)*
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum #name {
            #(#[doc = #docs] #names,)*
            #[doc = " A value that the document does not list."]
            Unknown(i64),
        }
        impl #name {
            #[doc = " The value on the wire."]
            pub fn value(self) -> i64 {
                match self { #(Self::#names => #values,)* Self::Unknown(number) => number }
            }
        }
        impl #from<i64> for #name {
            fn from(number: i64) -> Self {
                match number { #(#readable)* _ => Self::Unknown(number) }
            }
        }
        impl ::core::fmt::Display for #name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Display::fmt(&self.value(), f)
            }
        }
        impl rt::Json for #name {
            #[inline]
            fn read(value: &rt::Value<'_>) -> rt::Read<Self> { #ok(Self::from(rt::integer(value)?)) }
            #[inline]
            fn write(&self, out: &mut rt::Writer<'_>) { out.integer(self.value()); }
        }
    }));
}

/// The variants, each value once.
fn distinct<T: Ord>(variants: &[EnumVariant<T>]) -> impl Iterator<Item = &EnumVariant<T>> {
    let mut seen = std::collections::BTreeSet::new();
    variants.iter().filter(move |v| seen.insert(&v.value))
}
