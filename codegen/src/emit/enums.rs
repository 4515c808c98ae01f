//! Enumerations of strings and of integers.

use super::spell::Speller;
use super::text::{self, ident, literal};
use super::types::{head, signed};
use crate::ir::types::{EnumVariant, TypeDef};
use proc_macro2::TokenStream;
use quote::quote;

/// An enumeration of strings.
pub fn of_strings(spell: &Speller<'_>, def: &TypeDef, variants: &[EnumVariant<String>], tokens: &mut TokenStream) {
    let head = head(def);
    let name = ident(&def.name);
    let string = spell.string();
    let ok = spell.ok();
    let from = if spell.plan.qualified { quote!(::core::convert::From) } else { quote!(From) };
    let names: Vec<_> = variants.iter().map(|v| ident(&v.name)).collect();
    let values: Vec<_> = variants.iter().map(|v| literal(&v.value)).collect();
    let docs = variants.iter().map(|v| format!(" {}", text::code(&v.value)));
    // A list may name a value twice; the second one would never be reached.
    let readable = distinct(variants).map(|v| {
        let (name, value) = (ident(&v.name), literal(&v.value));
        quote!(#value => Self::#name,)
    });
    tokens.extend(quote! {
        #head
        #[derive(Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum #name {
            #(#[doc = #docs] #names,)*
            #[doc = " A value that the document does not list."]
            Unknown(#string),
        }
        impl #name {
            #[doc = " The value as it is sent."]
            pub fn as_str(&self) -> &str {
                match self { #(Self::#names => #values,)* Self::Unknown(text) => text }
            }
        }
        impl #from<&str> for #name {
            fn from(text: &str) -> Self {
                match text { #(#readable)* _ => Self::Unknown(text.into()) }
            }
        }
        impl ::core::fmt::Display for #name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result { f.write_str(self.as_str()) }
        }
        impl rt::Json for #name {
            fn read(value: &rt::Value<'_>) -> rt::Read<Self> { #ok(Self::from(&*rt::string(value)?)) }
            fn write(&self, out: &mut rt::Writer<'_>) { out.string(self.as_str()); }
        }
    });
}

/// An enumeration of integers.
pub fn of_integers(spell: &Speller<'_>, def: &TypeDef, variants: &[EnumVariant<i64>], tokens: &mut TokenStream) {
    let head = head(def);
    let name = ident(&def.name);
    let ok = spell.ok();
    let from = if spell.plan.qualified { quote!(::core::convert::From) } else { quote!(From) };
    let names: Vec<_> = variants.iter().map(|v| ident(&v.name)).collect();
    let values: Vec<_> = variants.iter().map(|v| signed(v.value)).collect();
    let docs = variants.iter().map(|v| format!(" `{}`", v.value));
    let readable = distinct(variants).map(|v| {
        let (name, value) = (ident(&v.name), signed(v.value));
        quote!(#value => Self::#name,)
    });
    tokens.extend(quote! {
        #head
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum #name {
            #(#[doc = #docs] #names,)*
            #[doc = " A value that the document does not list."]
            Unknown(i64),
        }
        impl #name {
            #[doc = " The value as it is sent."]
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
            fn read(value: &rt::Value<'_>) -> rt::Read<Self> { #ok(Self::from(rt::integer(value)?)) }
            fn write(&self, out: &mut rt::Writer<'_>) { out.integer(self.value()); }
        }
    });
}

/// The variants, each value once.
fn distinct<T: Ord>(variants: &[EnumVariant<T>]) -> impl Iterator<Item = &EnumVariant<T>> {
    let mut seen = std::collections::BTreeSet::new();
    variants.iter().filter(move |v| seen.insert(&v.value))
}
