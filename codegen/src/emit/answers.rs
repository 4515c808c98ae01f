//! What a call gives: the types of its successes, of its documented errors and of its headers.

use super::plan::Planned;
use super::spell::Speller;
use super::text::{self, Docs, fixed, ident, literal};
use crate::ir::ident::Ident;
use crate::ir::operation::{Answer, AnswerContent, HeaderField, Status};
use proc_macro2::TokenStream;
use quote::quote;
use std::collections::BTreeSet;

/// The types of a call's answer and documented error, and the items that define them.
pub struct Answered {
    /// What it gives.
    pub success: TokenStream,
    /// What the service may answer else.
    pub error: TokenStream,
    /// The enums and structs that these name.
    pub items: TokenStream,
}

/// The answers of an operation as types.
pub fn write(spell: &Speller<'_>, planned: &Planned<'_>) -> Answered {
    let answers = &planned.op.answers;
    let mut items = TokenStream::new();
    let of = text::code(planned.op.name.as_str());

    let success = match one(&answers.success) {
        One::None => quote!(()),
        One::Content(content) => carried(spell, content, false),
        One::Several => {
            let docs = format!(" What {of} answers.");
            enumeration(spell, &answers.success_name, &docs, &answers.success, 0, false, &mut items);
            let name = ident(&answers.success_name);
            quote!(#name)
        }
    };
    let fields = headers(&answers.success);
    let success = if fields.is_empty() {
        success
    } else {
        let name = ident(&answers.headers_name);
        headers_struct(spell, &name, &of, &fields, &mut items);
        quote!(rt::WithHeaders<#success, #name>)
    };
    let error = match one(&answers.errors) {
        One::None => quote!(rt::Undocumented),
        One::Content(content) => carried(spell, content, true),
        One::Several => {
            let docs = format!(" The errors that the document names for {of}.");
            enumeration(spell, &answers.error_name, &docs, &answers.errors, answers.success.len(), true, &mut items);
            let name = ident(&answers.error_name);
            quote!(#name)
        }
    };
    Answered { success, error, items }
}

/// The documented answers as the runtime is told of them, successes first.
pub fn documented(success: &[Answer], errors: &[Answer]) -> TokenStream {
    let of = |answer: &Answer, success: bool| {
        let content = fixed(match answer.content {
            AnswerContent::Empty => "EMPTY",
            AnswerContent::Json(_) => "JSON",
            AnswerContent::Text => "TEXT",
            AnswerContent::Stream if success => "STREAM",
            AnswerContent::Bytes | AnswerContent::Stream => "BYTES",
        });
        match answer.status {
            Status::Code(code) => {
                let code = proc_macro2::Literal::u16_unsuffixed(code);
                let kind = fixed(if success { "ok" } else { "fails" });
                quote!(rt::#kind(#code, rt::#content))
            }
            Status::Range(digit) => {
                let digit = proc_macro2::Literal::u8_unsuffixed(digit);
                quote!(rt::documented(rt::Status::Range(#digit), #success, rt::#content))
            }
            Status::Default => quote!(rt::documented(rt::Status::Default, #success, rt::#content)),
        }
    };
    let success = success.iter().map(|a| of(a, true));
    let all = success.chain(errors.iter().map(|a| of(a, false)));
    quote!(&[#(#all),*])
}

/// A status as the docs name it.
pub fn status_in_words(status: Status) -> String {
    match status {
        Status::Code(code) => code.to_string(),
        Status::Range(digit) => format!("{digit}XX"),
        Status::Default => "otherwise".to_owned(),
    }
}

/// Whether answers are of one type.
enum One<'a> {
    None,
    Content(&'a AnswerContent),
    Several,
}

fn one(answers: &[Answer]) -> One<'_> {
    let Some(first) = answers.first() else { return One::None };
    if answers.iter().all(|a| a.content == first.content) { One::Content(&first.content) } else { One::Several }
}

/// The type of what an answer carries.
fn carried(spell: &Speller<'_>, content: &AnswerContent, error: bool) -> TokenStream {
    match content {
        AnswerContent::Empty => quote!(()),
        AnswerContent::Json(ty) => spell.ty(ty),
        AnswerContent::Text => spell.string(),
        // An error is kept whole, so that it can be looked at after the connection is gone.
        AnswerContent::Stream if !error => quote!(rt::Streaming),
        AnswerContent::Bytes | AnswerContent::Stream => quote!(rt::Bytes),
    }
}

/// An enum with a variant for each answer; `first` is the place of the first one among all documented answers.
fn enumeration(
    spell: &Speller<'_>,
    name: &Ident,
    docs: &str,
    answers: &[Answer],
    first: usize,
    error: bool,
    items: &mut TokenStream,
) {
    let name = ident(name);
    let ok = spell.ok();
    let mut variants = TokenStream::new();
    let mut arms = TokenStream::new();
    for (index, answer) in answers.iter().enumerate() {
        let variant = ident(&answer.variant);
        let mut words = Docs::new();
        words.line(match answer.doc.as_deref().map(text::inline).filter(|words| !words.is_empty()) {
            Some(doc) => format!("{}: {doc}", status_in_words(answer.status)),
            None => status_in_words(answer.status),
        });
        let index = proc_macro2::Literal::usize_unsuffixed(first + index);
        if answer.content == AnswerContent::Empty {
            variants.extend(quote!(#words #variant,));
            arms.extend(quote!(#index => #ok(Self::#variant),));
        } else {
            let ty = carried(spell, &answer.content, error);
            variants.extend(quote!(#words #variant(#ty),));
            arms.extend(quote!(#index => #ok(Self::#variant(rt::Answer::read(raw)?)),));
        }
    }
    items.extend(quote! {
        #[doc = #docs]
        #[derive(Debug)]
        #[non_exhaustive]
        pub enum #name { #variants }
        impl rt::Answer for #name {
            fn read(raw: rt::Raw) -> rt::Read<Self> {
                match raw.index() { #arms _ => rt::undocumented(raw) }
            }
        }
    });
}

/// A typed header of the successes of an operation.
struct Header<'a> {
    field: &'a HeaderField,
    always: bool,
}

/// The documented headers of all successes, each once; one that only some of them have is optional.
fn headers(success: &[Answer]) -> Vec<Header<'_>> {
    let mut names = BTreeSet::new();
    let mut found: Vec<Header<'_>> = Vec::new();
    for field in success.iter().flat_map(|a| &a.headers) {
        let known = found.iter().any(|h| h.field.wire.eq_ignore_ascii_case(&field.wire));
        if known || is_transport(&field.wire) || !names.insert(&field.name) {
            continue;
        }
        let has = |answer: &Answer| answer.headers.iter().any(|h| h.required && h.wire.eq_ignore_ascii_case(&field.wire));
        found.push(Header { field, always: success.iter().all(has) });
    }
    found
}

/// Headers that concern the transport or the browser rather than the caller.
fn is_transport(wire: &str) -> bool {
    let wire = wire.to_ascii_lowercase();
    wire.starts_with("access-control-") || matches!(wire.as_str(), "content-type" | "content-length")
}

fn headers_struct(spell: &Speller<'_>, name: &proc_macro2::Ident, of: &str, fields: &[Header<'_>], items: &mut TokenStream) {
    let ok = spell.ok();
    let docs = format!(" The headers of what {of} answers.");
    let mut definitions = TokenStream::new();
    let mut reads = TokenStream::new();
    for Header { field, always } in fields {
        let words = Docs::of(field.doc.as_deref());
        let (name, wire) = (ident(&field.name), literal(&field.wire.to_ascii_lowercase()));
        let ty = spell.ty(&field.ty);
        if *always {
            definitions.extend(quote!(#words pub #name: #ty,));
            reads.extend(quote!(#name: rt::required_header(map, #wire)?,));
        } else {
            let ty = spell.option(ty);
            definitions.extend(quote!(#words pub #name: #ty,));
            reads.extend(quote!(#name: rt::header(map, #wire)?,));
        }
    }
    items.extend(quote! {
        #[doc = #docs]
        #[derive(Clone, Debug)]
        #[non_exhaustive]
        pub struct #name { #definitions }
        impl rt::Headers for #name {
            fn read(map: &rt::http::HeaderMap) -> rt::Read<Self> { #ok(Self { #reads }) }
        }
    });
}
