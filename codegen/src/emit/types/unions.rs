//! Unions: values of one of several types.

use crate::emit::operations::parts::head;
use crate::emit::rust::spell::Speller;
use crate::emit::rust::text::{fixed, ident, literal};
use crate::emit::rust::tree;
use crate::ir::ident::Ident;
use crate::ir::types::{JsonKind, TypeDef, UnionVariant};
use proc_macro2::TokenStream;
use quote::quote;
use std::collections::BTreeSet;
use syn::Item;

/// The enum of a union.
pub fn write(
    spell: &Speller<'_>,
    def: &TypeDef,
    discriminator: Option<&str>,
    variants: &[UnionVariant],
    other: &Ident,
    items: &mut Vec<Item>,
) {
    let head = head(def);
    let name = ident(&def.name);
    let other = ident(other);
    let names: Vec<_> = variants.iter().map(|v| ident(&v.name)).collect();
    let types = variants.iter().map(|v| {
        let ty = spell.ty(&v.ty);
        if v.boxed { spell.boxed(ty) } else { ty }
    });
    let read = match discriminator {
        Some(property) => by_tag(spell, property, variants, &other),
        None => by_shape(spell, variants, &other),
    };
    items.extend(tree::items(quote! {
        #(#head)*
        #[derive(Clone)]
        #[non_exhaustive]
        pub enum #name {
            #(#names(#types),)*
            #[doc = " A value that fits none of the documented types."]
            #other(rt::Any),
        }
        impl rt::Json for #name {
            #[inline]
            fn read(value: &rt::Value<'_>) -> rt::Read<Self> { #read }
            #[inline]
            fn write(&self, out: &mut rt::Writer<'_>) {
                match self {
                    #(Self::#names(it) => rt::Json::write(it, out),)*
                    Self::#other(it) => rt::Json::write(it, out),
                }
            }
        }
    }));
}

/// The variant that the value of a property names.
fn by_tag(spell: &Speller<'_>, property: &str, variants: &[UnionVariant], other: &proc_macro2::Ident) -> TokenStream {
    let ok = spell.ok();
    let property = literal(property);
    let mut seen = BTreeSet::new();
    let mut arms = TokenStream::new();
    for variant in variants {
        let tags: Vec<_> =
            variant.tags.iter().filter(|tag| seen.insert(tag.as_str())).map(|tag| literal(tag)).collect();
        if !tags.is_empty() {
            let name = ident(&variant.name);
            arms.extend(quote!(#(#tags)|* => rt::variant(value, Self::#name),));
        }
    }
    quote! {
        match rt::tag(value, #property) {
            #arms
            _ => #ok(Self::#other(rt::any(value))),
        }
    }
}

/// The first variant whose shape the value has and that can be read.
fn by_shape(spell: &Speller<'_>, variants: &[UnionVariant], other: &proc_macro2::Ident) -> TokenStream {
    let ok = spell.ok();
    let mut tries = TokenStream::new();
    for variant in variants {
        let name = ident(&variant.name);
        let kind = fixed(kind(variant.shape.kind));
        let required = variant.shape.required.iter().map(|r| literal(r));
        let constants = variant.shape.constants.iter().map(|(property, values)| {
            let property = literal(property);
            let values = values.iter().map(|v| literal(v));
            quote!((#property, &[#(#values),*]))
        });
        // All variants are read into one variable: a debug build would give each variant its own stack slot.
        tries.extend(quote! {
            rt::try_variant(
                &mut found,
                value,
                rt::Kind::#kind,
                &[#(#required),*],
                &[#(#constants),*],
                Self::#name,
            );
        });
    }
    let none = spell.none();
    quote! {
        let mut found = #none;
        #tries
        #ok(found.unwrap_or_else(|| Self::#other(rt::any(value))))
    }
}

fn kind(kind: JsonKind) -> &'static str {
    match kind {
        JsonKind::Any => "Any",
        JsonKind::Bool => "Boolean",
        JsonKind::Integer => "Integer",
        JsonKind::Number => "Number",
        JsonKind::String => "String",
        JsonKind::Array => "Array",
        JsonKind::Object => "Object",
    }
}
