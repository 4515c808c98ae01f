//! Unions: values of one of several types.

use crate::emit::operations::parts::{head, signed};
use crate::emit::plan::Plan;
use crate::emit::rust::spell::Speller;
use crate::emit::rust::text::{fixed, ident, literal};
use crate::emit::rust::tree;
use crate::ir::ident::Ident;
use crate::ir::types::{JsonKind, Literal, Shape, Type, TypeDef, UnionVariant};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
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
    let writes = variants.iter().map(|variant| match discriminator {
        // A value of the default variant keeps its tag, which may be any.
        Some(property) if !variant.tags.is_empty() && !variant.is_default => {
            let (property, tags) = (literal(property), variant.tags.iter().map(|tag| literal(tag)));
            let tagged = if variant.scalar_tags { quote!(tagged_scalar) } else { quote!(tagged) };
            quote!(out.#tagged(#property, &[#(#tags),*], it))
        }
        _ => quote!(rt::Json::write(it, out)),
    });
    let read = match discriminator {
        Some(property) => by_tag(spell, property, variants, &other),
        None => by_shape(spell, variants, &other),
    };
    let from = spell.path_to();
    let mut seen = BTreeSet::new();
    let conversions = variants.iter().filter_map(|variant| {
        // Two aliases can be one type, which has one conversion.
        let ty = spell.ty(&without_aliases(spell.plan, &variant.ty, 0));
        if variant.ty == Type::Json || !seen.insert(ty.to_token_stream().to_string()) {
            return None;
        }
        let variant_name = ident(&variant.name);
        let value = if variant.boxed {
            let new = spell.box_new();
            quote!(#new(it))
        } else {
            quote!(it)
        };
        Some(quote! {
            impl #from<#ty> for #name {
                fn from(it: #ty) -> Self { Self::#variant_name(#value) }
            }
        })
    });
    let conversions: Vec<_> = conversions.collect();
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
                    #(Self::#names(it) => #writes,)*
                    Self::#other(it) => rt::Json::write(it, out),
                }
            }
        }
        #(#conversions)*
    }));
}

/// A type without aliases, also inside it. No cycle of aliases reaches the emitter, and the depth makes sure of it.
fn without_aliases(plan: &Plan<'_>, ty: &Type, depth: usize) -> Type {
    let inner = |of: &Type| Box::new(without_aliases(plan, of, depth + 1));
    match plan.resolved(ty) {
        resolved if depth > 64 => resolved.clone(),
        Type::Array(of) => Type::Array(inner(of)),
        Type::Map(of) => Type::Map(inner(of)),
        Type::Nullable(of) => Type::Nullable(inner(of)),
        resolved => resolved.clone(),
    }
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
    let rest = match variants.iter().find(|variant| variant.is_default) {
        Some(variant) => {
            let name = ident(&variant.name);
            quote!(rt::variant_or(value, Self::#name, Self::#other))
        }
        None => quote!(#ok(Self::#other(rt::any(value)))),
    };
    let tag = if variants.iter().any(|variant| variant.scalar_tags) {
        quote!(rt::scalar_tag(value, #property).as_str())
    } else {
        quote!(rt::tag(value, #property))
    };
    quote! {
        match #tag {
            #arms
            _ => #rest,
        }
    }
}

/// The variant whose shape fits best, of those that can be read.
fn by_shape(spell: &Speller<'_>, variants: &[UnionVariant], other: &proc_macro2::Ident) -> TokenStream {
    let ok = spell.ok();
    let shapes = variants.iter().map(|variant| shape(&variant.shape));
    // All variants are read into one variable: a debug build would give each variant its own stack slot.
    let arms = variants.iter().enumerate().map(|(index, variant)| {
        let (index, name) = (proc_macro2::Literal::usize_unsuffixed(index), ident(&variant.name));
        quote!(#index => rt::read_variant(&mut found, value, Self::#name),)
    });
    let none = spell.none();
    quote! {
        const SHAPES: &[rt::Shape] = &[#(#shapes),*];
        let mut found = #none;
        for index in rt::candidates(value, SHAPES) {
            match index { #(#arms)* _ => {} }
            if found.is_some() { break; }
        }
        #ok(found.unwrap_or_else(|| Self::#other(rt::any(value))))
    }
}

/// `rt::Shape::object(&["id"]).known(&["id", "name"])`
fn shape(of: &Shape) -> TokenStream {
    let mut tokens = if of.kind == JsonKind::Object {
        let required = of.required.iter().map(|name| literal(name));
        quote!(rt::Shape::object(&[#(#required),*]))
    } else {
        let kind = fixed(kind(of.kind));
        quote!(rt::Shape::of(rt::Kind::#kind))
    };
    if !of.constants.is_empty() {
        let constants = of.constants.iter().map(|constant| {
            let path = constant.path.iter().map(|name| literal(name));
            let values = constant.values.iter().map(constant_value);
            quote!((&[#(#path),*], &[#(#values),*]))
        });
        tokens.extend(quote!(.constants(&[#(#constants),*])));
    }
    if !of.known.is_empty() {
        let known = of.known.iter().map(|name| literal(name));
        tokens.extend(quote!(.known(&[#(#known),*])));
    }
    if of.closed {
        tokens.extend(quote!(.closed()));
    }
    if let Some(items) = &of.items {
        let items = shape(items);
        tokens.extend(quote!(.items(&#items)));
    }
    tokens
}

fn constant_value(value: &Literal) -> TokenStream {
    match value {
        Literal::Bool(value) => quote!(rt::Constant::Bool(#value)),
        Literal::Integer(number) => {
            let number = signed(*number);
            quote!(rt::Constant::Integer(#number))
        }
        Literal::Float(number) => {
            let magnitude = proc_macro2::Literal::f64_unsuffixed(number.abs());
            let sign = number.is_sign_negative().then(|| quote!(-));
            quote!(rt::Constant::Float(#sign #magnitude))
        }
        Literal::String(text) => {
            let text = literal(text);
            quote!(rt::Constant::Text(#text))
        }
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
