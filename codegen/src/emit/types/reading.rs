//! How a struct is read from JSON; one with many fields is read in parts.
//!
//! In a debug build, each field that a function reads takes several slots of its stack frame, also while a field of the same type is
//! read recursively. So one function reads few fields, and stores them on the heap.

use crate::emit::rust::spell::Speller;
use crate::emit::rust::text::fixed;
use crate::emit::rust::tree;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Expr, Ident, Stmt};

/// The largest number of fields that one function reads.
const FEW: usize = 32;

/// The number of fields of a part.
const PART: usize = 16;

/// A field to read.
pub struct Reading {
    /// The field.
    pub name: String,
    /// Its type in the struct.
    pub ty: syn::Type,
    /// The expression that reads it from `object`.
    pub value: Expr,
}

/// The statements that read the fields of a struct from `object`, and return the struct.
pub fn body(spell: &Speller<'_>, of: &Ident, fields: Vec<Reading>) -> Vec<Stmt> {
    if fields.len() <= FEW {
        let values = fields.into_iter().map(|field| tree::given(&field.name, field.value));
        return vec![tree::result(tree::call(spell.ok(), [tree::structure(tree::path(&["Self"]), values)]))];
    }
    let (ok, new) = (spell.ok(), spell.box_new());
    let mut functions = TokenStream::new();
    let (mut parts, mut arguments, mut moved) = (Vec::new(), Vec::new(), TokenStream::new());
    for (number, fields) in (1..).zip(fields.chunks(PART)) {
        let part = fixed(&format!("part_{number}"));
        let types = fields.iter().map(|field| &field.ty);
        let values = fields.iter().map(|field| &field.value);
        let boxed = spell.boxed(syn::parse_quote!((#(#types,)*)));
        functions.extend(quote! {
            #[inline(never)]
            fn #part(object: &mut rt::Object<'_>) -> rt::Read<#boxed> { #ok(#new((#(#values,)*))) }
        });
        for (index, field) in fields.iter().enumerate() {
            let (name, index) = (fixed(&field.name), syn::Index::from(index));
            moved.extend(quote!(#name: #part.#index,));
        }
        arguments.push(quote!(#part: #boxed));
        parts.push(part);
    }
    let tokens = quote! {
        #functions
        #[inline(never)]
        fn whole(#(#arguments),*) -> rt::Read<#of> { #ok(#of { #moved }) }
        #(let #parts = #parts(&mut object)?;)*
        whole(#(#parts),*)
    };
    tree::statements(tokens)
}
