//! Tuples: arrays whose elements have a type by their position.

use crate::emit::operations::parts::head;
use crate::emit::rust::spell::Speller;
use crate::emit::rust::text::ident;
use crate::emit::rust::tree;
use crate::ir::types::{Element, Type, TypeDef};
use quote::quote;
use syn::{Index, Item};

/// A tuple struct and its JSON. Elements that an array may lack are optional, and the elements after all of them are a list.
pub fn write(
    spell: &Speller<'_>,
    def: &TypeDef,
    elements: &[Element],
    required: usize,
    rest: Option<&Type>,
    items: &mut Vec<Item>,
) {
    let head = head(def);
    let name = ident(&def.name);
    let ok = spell.ok();
    let mut types = Vec::with_capacity(elements.len() + 1);
    let (mut reads, mut writes) = (Vec::new(), Vec::new());
    for (at, element) in elements.iter().enumerate() {
        let ty = spell.ty(&element.ty);
        let ty = if element.boxed { spell.boxed(ty) } else { ty };
        let index = Index::from(at);
        if at < required {
            types.push(ty);
            reads.push(quote!(elements.required()?));
            writes.push(quote!(out.element(&self.#index);));
        } else {
            types.push(spell.option(ty));
            reads.push(quote!(elements.optional()?));
            writes.push(quote!(out.optional_element(&self.#index);));
        }
    }
    if let Some(rest) = rest {
        let index = Index::from(elements.len());
        types.push(spell.ty(&Type::Array(Box::new(rest.clone()))));
        reads.push(quote!(elements.rest()?));
        writes.push(quote!(out.elements(&self.#index);));
    }
    items.extend(tree::items(quote! {
        #(#head)*
        #[derive(Clone)]
        pub struct #name(#(pub #types),*);
        impl rt::Json for #name {
            #[inline]
            fn read(value: &rt::Value<'_>) -> rt::Read<Self> {
                let mut elements = rt::Elements::new(value)?;
                #ok(Self(#(#reads),*))
            }
            #[inline]
            fn write(&self, out: &mut rt::Writer<'_>) {
                out.begin_array();
                #(#writes)*
                out.end_array();
            }
        }
    }));
}
