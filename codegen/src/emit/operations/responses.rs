//! What a call gives: the types of its successes, of its documented errors and of its headers.

use crate::emit::plan::{Plan, Planned};
use crate::emit::rust::spell::{Speller, runtime};
use crate::emit::rust::text;
use crate::emit::rust::text::{Docs, ident, literal};
use crate::emit::rust::tree;
use crate::emit::rust::tree::template;
use crate::ir::ident::Ident;
use crate::ir::operation::{Answer, AnswerContent, HeaderField, Status};
use proc_macro2::{Literal, TokenStream};
use quote::quote;
use rustc_hash::FxHashSet;
use syn::{Arm, Expr, Item, ItemEnum, ItemImpl, Type};

/// The types of a call's answer and documented error, and the items that define them.
pub struct Answered {
    /// What it gives.
    pub success: Type,
    /// What the service may answer else.
    pub error: Type,
    /// The enums and structs that these name.
    pub items: Vec<Item>,
}

/// The answers of an operation as types.
pub fn write(spell: &Speller<'_>, planned: &Planned<'_>) -> Answered {
    let answers = &planned.op.answers;
    let mut items = Vec::new();
    let of = text::code(planned.op.name.as_str());

    let success = match one(&answers.success) {
        One::None => tree::unit(),
        One::Content(content) => carried(spell, content, false),
        One::Several => {
            let docs = format!("What {of} answers.");
            enumeration(spell, &answers.success_name, docs, &answers.success, 0, false, &mut items);
            tree::named(tree::path(&[answers.success_name.as_str()]))
        }
    };
    let fields = headers(&answers.success);
    let success = if fields.is_empty() {
        success
    } else {
        headers_struct(spell, &ident(&answers.headers_name), &of, &fields, &mut items);
        let headers = tree::named(tree::path(&[answers.headers_name.as_str()]));
        tree::applied(tree::path(&["rt", "WithHeaders"]), [success, headers])
    };
    let error = match one(&answers.errors) {
        One::None => runtime("Undocumented"),
        One::Content(content) => carried(spell, content, true),
        One::Several => {
            let docs = format!("The errors that the document names for {of}.");
            enumeration(spell, &answers.error_name, docs, &answers.errors, answers.success.len(), true, &mut items);
            tree::named(tree::path(&[answers.error_name.as_str()]))
        }
    };
    Answered { success, error, items }
}

/// The documented answers as the runtime knows them, successes first.
pub fn documented(plan: &Plan<'_>, success: &[Answer], errors: &[Answer]) -> Expr {
    let of = |answer: &Answer, success: bool| {
        let content = match &answer.content {
            AnswerContent::Empty => "EMPTY",
            AnswerContent::Json(ty) if *plan.resolved(ty) == crate::ir::types::Type::Json => "ANY",
            AnswerContent::Json(_) => "JSON",
            AnswerContent::Text => "TEXT",
            AnswerContent::Stream if success => "STREAM",
            AnswerContent::Bytes | AnswerContent::Stream => "BYTES",
        };
        let content = tree::value(tree::path(&["rt", content]));
        let status = match answer.status {
            Status::Code(code) => {
                let kind = if success { "ok" } else { "fails" };
                return tree::call(tree::path(&["rt", kind]), [tree::number(Literal::u16_unsuffixed(code)), content]);
            }
            Status::Range(digit) => {
                tree::call(tree::path(&["rt", "Status", "Range"]), [tree::number(Literal::u8_unsuffixed(digit))])
            }
            Status::Default => tree::value(tree::path(&["rt", "Status", "Default"])),
        };
        let success = tree::value(tree::path(&[if success { "true" } else { "false" }]));
        tree::call(tree::path(&["rt", "documented"]), [status, success, content])
    };
    let success = success.iter().map(|a| of(a, true));
    tree::array(success.chain(errors.iter().map(|a| of(a, false))))
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
fn carried(spell: &Speller<'_>, content: &AnswerContent, error: bool) -> Type {
    match content {
        AnswerContent::Empty => tree::unit(),
        AnswerContent::Json(ty) => spell.ty(ty),
        AnswerContent::Text => spell.string(),
        // An error is kept whole, so that it can be looked at after the connection is gone.
        AnswerContent::Stream if !error => runtime("Streaming"),
        AnswerContent::Bytes | AnswerContent::Stream => runtime("Bytes"),
    }
}

/// An enum with a variant for each answer; `first` is the place of the first one among all documented answers.
fn enumeration(
    spell: &Speller<'_>,
    name: &Ident,
    docs: String,
    answers: &[Answer],
    first: usize,
    error: bool,
    items: &mut Vec<Item>,
) {
    let mut variants = Vec::with_capacity(answers.len());
    let mut arms = Vec::with_capacity(answers.len() + 1);
    for (index, answer) in answers.iter().enumerate() {
        let variant = answer.variant.as_str();
        let mut words = Docs::new();
        words.line(match answer.doc.as_deref().map(text::inline).filter(|words| !words.is_empty()) {
            Some(doc) => format!("{}: {doc}", status_in_words(answer.status)),
            None => status_in_words(answer.status),
        });
        let ty = (answer.content != AnswerContent::Empty).then(|| carried(spell, &answer.content, error));
        let own = tree::path(&["Self", variant]);
        let value = match ty {
            None => tree::value(own),
            Some(_) => tree::call(own, [template!(Expr: rt::ReadResponse::read(raw)?)]),
        };
        let index = tree::number(Literal::usize_unsuffixed(first + index));
        arms.push(tree::arm(tree::literal_pattern(index), tree::call(spell.ok(), [value])));
        variants.push(tree::variant(words.attributes(), variant, ty));
    }
    arms.push(template!(Arm: _ => rt::undocumented(raw),));

    let mut item = template!(ItemEnum: #[derive(Debug)] #[non_exhaustive] pub enum Name {});
    let mut words = Docs::new();
    words.line(docs);
    item.attrs.splice(..0, words.attributes());
    item.ident = ident(name);
    item.variants = variants.into_iter().collect();
    items.push(Item::Enum(item));

    let mut read =
        template!(ItemImpl: impl rt::ReadResponse for Name { fn read(raw: rt::RawResponse) -> rt::Read<Self> {} });
    *read.self_ty = tree::named(tree::path(&[name.as_str()]));
    tree::fill(&mut read, [vec![tree::result(tree::choice(template!(Expr: raw.index()), arms))]]);
    items.push(Item::Impl(read));
}

/// The documented headers of all successes, each once.
fn headers(success: &[Answer]) -> Vec<&HeaderField> {
    let mut wires = FxHashSet::default();
    success.iter().flat_map(|answer| &answer.headers).filter(|field| wires.insert(&field.wire)).collect()
}

fn headers_struct(
    spell: &Speller<'_>,
    name: &proc_macro2::Ident,
    of: &str,
    fields: &[&HeaderField],
    items: &mut Vec<Item>,
) {
    let docs =
        format!(" The headers of what {of} answers: `None` for one that is absent, or not what the document says.");
    let mut definitions = TokenStream::new();
    let mut reads = TokenStream::new();
    for field in fields {
        let words = Docs::of(field.doc.as_deref());
        let (name, wire) = (ident(&field.name), literal(&field.wire.to_ascii_lowercase()));
        let ty = spell.option(spell.ty(&field.ty));
        definitions.extend(quote!(#words pub #name: #ty,));
        reads.extend(quote!(#name: rt::header(map, #wire),));
    }
    items.extend(tree::items(quote! {
        #[doc = #docs]
        #[derive(Clone, Debug)]
        #[non_exhaustive]
        pub struct #name { #definitions }
        impl rt::Headers for #name {
            fn read(map: &rt::http::HeaderMap) -> Self { Self { #reads } }
        }
    }));
}
