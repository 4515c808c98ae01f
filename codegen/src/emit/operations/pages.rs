//! The pages of an operation, as data for the runtime.

use crate::emit::rust::spell::Speller;
use crate::emit::rust::text::{ident, literal};
use crate::emit::rust::tree;
use crate::ir::operation::{Cursor, NextPage, Operation, PageSize, PagesEnd};
use proc_macro2::{Literal, TokenStream};
use quote::quote;
use syn::Item;

/// The implementation of `rt::Paginated` for the marker of an operation that has pages.
pub fn paginated(spell: &Speller<'_>, op: &Operation) -> Vec<Item> {
    let Some(pages) = &op.pages else { return Vec::new() };
    let (name, item, items) = (ident(&op.type_name), spell.ty(&pages.item), literal(&pages.items));
    let end = end_calls(&pages.end);
    let next = match &pages.next {
        NextPage::Token { from, into } => {
            let (from, into) = (literal(from), cursor(into));
            quote!(Token { from: #from, into: #into })
        }
        NextPage::Page { into, first } => {
            let (into, first) = (cursor(into), Literal::usize_unsuffixed(*first));
            quote!(Page { into: #into, first: #first })
        }
        NextPage::Offset { into } => {
            let into = cursor(into);
            quote!(Offset { into: #into })
        }
        NextPage::Link => quote!(Link),
        NextPage::Url(from) => {
            let from = literal(from);
            quote!(Url(#from))
        }
    };
    tree::items(quote! {
        impl rt::Paginated for #name {
            type Item = #item;
            const PAGING: &'static rt::Paging = &rt::Paging::new(#items, rt::NextPage::#next) #end;
        }
    })
}

/// The calls for what ends the pages: `.more("/has_more")`.
fn end_calls(end: &PagesEnd) -> TokenStream {
    let PagesEnd { more, last, total, pages, size, not_found } = end;
    let mut calls = TokenStream::new();
    let members = [(quote!(more), more), (quote!(last), last), (quote!(total), total), (quote!(page_count), pages)];
    for (name, pointer) in members {
        let Some(pointer) = pointer.as_deref().map(literal) else { continue };
        calls.extend(quote!(.#name(#pointer)));
    }
    let number = |number: &usize| Literal::usize_unsuffixed(*number);
    match size {
        None => {}
        Some(PageSize::Fixed(size)) => {
            let size = number(size);
            calls.extend(quote!(.size(rt::PageSize::Fixed(#size))));
        }
        Some(PageSize::Asked { by, default }) => {
            let by = cursor(by);
            let default = match default.as_ref().map(number) {
                None => quote!(::core::option::Option::None),
                Some(default) => quote!(::core::option::Option::Some(#default)),
            };
            calls.extend(quote!(.size(rt::PageSize::Asked { by: #by, default: #default })));
        }
    }
    if *not_found {
        calls.extend(quote!(.not_found_is_end()));
    }
    calls
}

fn cursor(cursor: &Cursor) -> TokenStream {
    match cursor {
        Cursor::Query(name) => {
            let name = literal(name);
            quote!(rt::Cursor::Query(#name))
        }
        Cursor::Body(pointer) => {
            let pointer = literal(pointer);
            quote!(rt::Cursor::Body(#pointer))
        }
    }
}
