//! The types of the API, each by its kind.

use crate::config::options::Derive;
use crate::emit::operations::parts::head;
use crate::emit::plan::Plan;
use crate::emit::rust::spell::Speller;
use crate::emit::rust::text::ident;
use crate::emit::rust::tree;
use crate::emit::rust::tree::template;
use crate::emit::types::{derives, enums, structs, tuples, unions};
use crate::ir::types::{Type, TypeDef, TypeKind, constructor_arguments};
use proc_macro2::TokenStream;
use quote::quote;
use std::ops::Range;
use syn::Item;

/// Some of the types of the API, and one line that gives them `Debug`.
pub fn write(plan: &Plan<'_>, range: Range<usize>) -> Vec<Item> {
    let spell = Speller::in_types(plan);
    let types = &plan.api.types[range.clone()];
    let mut items = Vec::with_capacity(3 * types.len());
    for (def, derives) in types.iter().zip(&plan.derives[range]) {
        let first = items.len();
        match &def.kind {
            TypeKind::Struct { fields, additional } => {
                structs::write(&spell, def, fields, additional.as_ref(), &mut items)
            }
            TypeKind::StringEnum(variants) => enums::of_strings(&spell, def, variants, &mut items),
            TypeKind::IntegerEnum(variants) => enums::of_integers(&spell, def, variants, &mut items),
            TypeKind::Union { discriminator, variants, other } => {
                unions::write(&spell, def, discriminator.as_deref(), variants, other, &mut items);
            }
            TypeKind::Tuple { elements, required, rest } => {
                tuples::write(&spell, def, elements, *required, rest.as_ref(), &mut items);
            }
            TypeKind::Alias(target) => alias(&spell, def, target, &mut items),
        }
        derive(derives, &mut items[first..]);
    }
    let named: Vec<_> =
        types.iter().filter(|t| !matches!(t.kind, TypeKind::Alias(_))).map(|t| ident(&t.name)).collect();
    if !named.is_empty() {
        items.extend(tree::items(quote!(rt::debug!(#(#named),*);)));
    }
    // Enums of strings and of integers derive it.
    let compared =
        |def: &TypeDef| matches!(def.kind, TypeKind::Struct { .. } | TypeKind::Tuple { .. } | TypeKind::Union { .. });
    let without_arguments = |def: &TypeDef| {
        def.in_requests
            && matches!(&def.kind, TypeKind::Struct { fields, .. } if constructor_arguments(fields).is_empty())
    };
    let strings = |def: &TypeDef| matches!(def.kind, TypeKind::StringEnum(_));
    let of = |includes: &dyn Fn(&TypeDef) -> bool| -> Vec<_> {
        types.iter().filter(|def| includes(def)).map(|def| ident(&def.name)).collect()
    };
    let (equal, default, from_str) = (of(&compared), of(&without_arguments), of(&strings));
    if !equal.is_empty() {
        items.extend(tree::items(quote!(rt::equal!(#(#equal),*);)));
    }
    if !default.is_empty() {
        items.extend(tree::items(quote!(rt::default!(#(#default),*);)));
    }
    if !from_str.is_empty() {
        items.extend(tree::items(quote!(rt::from_str!(#(#from_str),*);)));
    }
    items
}

/// Adds traits to those that a type derives.
fn derive(traits: &[Derive], items: &mut [Item]) {
    let attributes = items.iter_mut().find_map(|item| match item {
        Item::Struct(item) => Some(&mut item.attrs),
        Item::Enum(item) => Some(&mut item.attrs),
        _ => None,
    });
    if let (Some(attributes), false) = (attributes, traits.is_empty()) {
        let paths = traits.iter().map(|derive| derives::path(*derive));
        attributes.push(syn::parse_quote!(#[derive(#(#paths),*)]));
    }
}

/// `Serialize` and `Deserialize` for all types.
pub fn write_serde(plan: &Plan<'_>) -> TokenStream {
    let named = plan.api.types.iter().filter(|t| !matches!(t.kind, TypeKind::Alias(_))).map(|t| ident(&t.name));
    quote!(rt::serde_impls!(#(super::types::#named),*);)
}

fn alias(spell: &Speller<'_>, def: &TypeDef, target: &Type, items: &mut Vec<Item>) {
    let mut item = template!(syn::ItemType: pub type Name = (););
    item.attrs = head(def);
    item.ident = ident(&def.name);
    *item.ty = spell.ty(target);
    items.push(Item::Type(item));
}
