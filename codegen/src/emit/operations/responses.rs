//! The types of an operation's responses: successes, documented errors, headers.

use crate::emit::plan::{Plan, Planned};
use crate::emit::rust::spell::{Speller, runtime};
use crate::emit::rust::text;
use crate::emit::rust::text::{Docs, ident, literal};
use crate::emit::rust::tree;
use crate::emit::rust::tree::template;
use crate::ir::ident::Ident;
use crate::ir::operation::{Answer, AnswerContent, EventData, HeaderField, HeaderForm, Scalars, Status};
use proc_macro2::{Literal, TokenStream};
use quote::quote;
use rustc_hash::FxHashSet;
use syn::{Expr, Item, ItemEnum, ItemImpl, Pat, Type};

/// The types of an operation's response and documented error, and the items that define them.
pub struct Answered {
    /// The type of a successful response.
    pub success: Type,
    /// The type of the documented errors.
    pub error: Type,
    /// The enums and structs among these types.
    pub items: Vec<Item>,
}

/// The types of an operation's responses.
pub fn write(spell: &Speller<'_>, planned: &Planned<'_>) -> Answered {
    let answers = &planned.op.answers;
    let mut items = Vec::new();
    let of = text::code(planned.op.name.as_str());

    let success = match one(&answers.success) {
        One::None => tree::unit(),
        One::Content(content) => carried(spell, content, false),
        One::Several => {
            let docs = format!("The successful responses of {of}, by status.");
            enumeration(spell, &answers.success_name, docs, &answers.success, false, &mut items);
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
            let docs = format!("The documented errors of {of}, by status.");
            enumeration(spell, &answers.error_name, docs, &answers.errors, true, &mut items);
            tree::named(tree::path(&[answers.error_name.as_str()]))
        }
    };
    Answered { success, error, items }
}

/// The list of documented responses for the runtime, successes first.
pub fn documented(plan: &Plan<'_>, success: &[Answer], errors: &[Answer]) -> Expr {
    let of = |answer: &Answer, success: bool| {
        let documented = one_documented(plan, answer, success);
        match &answer.media {
            Some(media) => tree::method(documented, "of", [text::string(media)]),
            None => documented,
        }
    };
    let success = success.iter().map(|a| of(a, true));
    tree::array(success.chain(errors.iter().map(|a| of(a, false))))
}

fn one_documented(plan: &Plan<'_>, answer: &Answer, success: bool) -> Expr {
    let content = tree::value(tree::path(&["rt", content_name(plan, answer, success)]));
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
}

/// The name of the runtime's constant for the content of a response.
fn content_name(plan: &Plan<'_>, answer: &Answer, success: bool) -> &'static str {
    match &answer.content {
        AnswerContent::Empty => "EMPTY",
        AnswerContent::Json(ty) if *plan.resolved(ty) == crate::ir::types::Type::Json => "ANY",
        AnswerContent::Json(_) => "JSON",
        AnswerContent::Text => "TEXT",
        AnswerContent::Stream if success => "STREAM",
        AnswerContent::Events { whole, data, .. } if success => match (whole, data) {
            (true, EventData::Text) => "EVENT_TEXT_OBJECTS",
            (true, EventData::Json) => "EVENT_OBJECTS",
            (true, EventData::Mixed) => "EVENT_MIXED_OBJECTS",
            (false, EventData::Text) => "EVENT_TEXTS",
            (false, EventData::Json | EventData::Mixed) => "EVENTS",
        },
        AnswerContent::Items { text, .. } if success => {
            if *text {
                "ITEM_TEXTS"
            } else {
                "ITEMS"
            }
        }
        AnswerContent::Bytes | AnswerContent::Stream | AnswerContent::Events { .. } | AnswerContent::Items { .. } => {
            "BYTES"
        }
    }
}

/// A status as the docs name it.
pub fn status_in_words(status: Status) -> String {
    match status {
        Status::Code(code) => code.to_string(),
        Status::Range(digit) => format!("{digit}XX"),
        Status::Default => "other statuses".to_owned(),
    }
}

/// Whether responses have one type.
enum One<'a> {
    None,
    Content(&'a AnswerContent),
    Several,
}

fn one(answers: &[Answer]) -> One<'_> {
    let Some(first) = answers.first() else { return One::None };
    if answers.iter().all(|a| a.content == first.content) { One::Content(&first.content) } else { One::Several }
}

/// The type of the content of a response.
fn carried(spell: &Speller<'_>, content: &AnswerContent, error: bool) -> Type {
    match content {
        AnswerContent::Empty => tree::unit(),
        AnswerContent::Json(ty) => spell.ty(ty),
        AnswerContent::Text => spell.string(),
        // An error is read into memory, so that it is there after the connection is closed.
        AnswerContent::Stream if !error => runtime("Streaming"),
        AnswerContent::Events { ty, .. } if !error => tree::applied(tree::path(&["rt", "EventStream"]), [spell.ty(ty)]),
        AnswerContent::Items { ty, .. } if !error => tree::applied(tree::path(&["rt", "ItemStream"]), [spell.ty(ty)]),
        AnswerContent::Bytes | AnswerContent::Stream | AnswerContent::Events { .. } | AnswerContent::Items { .. } => {
            runtime("Bytes")
        }
    }
}

/// An enum with a variant for each response, and how it is read: by the status, and by the content type where a status has
/// several.
fn enumeration(
    spell: &Speller<'_>,
    name: &Ident,
    docs: String,
    answers: &[Answer],
    error: bool,
    items: &mut Vec<Item>,
) {
    let by_media = answers.iter().any(|answer| answer.media.is_some());
    let mut variants = Vec::with_capacity(answers.len());
    let mut arms = Vec::with_capacity(answers.len() + 1);
    for answer in answers {
        let variant = answer.variant.as_str();
        let ty = (answer.content != AnswerContent::Empty).then(|| carried(spell, &answer.content, error));
        let own = tree::path(&["Self", variant]);
        let value = match ty {
            None => tree::value(own),
            Some(_) => tree::call(own, [template!(Expr: rt::ReadResponse::read(raw)?)]),
        };
        arms.push(tree::arm(pattern(answer, by_media), tree::call(spell.ok(), [value])));
        variants.push(tree::variant(variant_docs(answer).attributes(), variant, ty));
    }
    // The statuses come before the ranges and `default`: the runtime gives a response of the most exact kind.
    if answers.iter().all(|answer| answer.status != Status::Default || answer.media.is_some()) {
        arms.push(tree::arm(tree::any_pattern(), template!(Expr: rt::undocumented(raw))));
    }

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
    let of = if by_media { template!(Expr: (raw.status(), raw.media())) } else { template!(Expr: raw.status()) };
    tree::fill(&mut read, [vec![tree::result(tree::choice(of, arms))]]);
    items.push(Item::Impl(read));
}

fn variant_docs(answer: &Answer) -> Docs {
    let mut status = status_in_words(answer.status);
    if let Some(media) = &answer.media {
        status = format!("{status}, {}", text::code(media));
    }
    let mut words = Docs::new();
    words.line(match answer.doc.as_deref().map(text::inline).filter(|words| !words.is_empty()) {
        Some(doc) => format!("{status}: {doc}"),
        None => status,
    });
    words
}

/// The pattern of a response: its status, with its content type if responses of this operation are distinguished by it.
fn pattern(answer: &Answer, by_media: bool) -> Pat {
    let status = match answer.status {
        Status::Code(code) => tree::literal_pattern(tree::number(Literal::u16_unsuffixed(code))),
        Status::Range(digit) => hundred(digit),
        Status::Default => tree::any_pattern(),
    };
    match &answer.media {
        _ if !by_media => status,
        Some(media) => {
            let media = literal(media);
            syn::parse_quote!((#status, #media))
        }
        None => syn::parse_quote!((#status, _)),
    }
}

/// `400..=499`
fn hundred(digit: u8) -> Pat {
    let first = u16::from(digit) * 100;
    let (start, end) = (Literal::u16_unsuffixed(first), Literal::u16_unsuffixed(first + 99));
    syn::parse_quote!(#start..=#end)
}

/// The documented headers of all successes, each of them once.
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
    let docs = format!(" The response headers of {of}. One that is absent, or not of its documented type, is `None`.");
    let mut definitions = TokenStream::new();
    let mut reads = TokenStream::new();
    for field in fields {
        let words = Docs::of(field.doc.as_deref());
        let (name, wire) = (ident(&field.name), literal(&field.wire.to_ascii_lowercase()));
        let ty = spell.option(spell.ty(&field.ty));
        definitions.extend(quote!(#words pub #name: #ty,));
        let read = match header_form(&field.form) {
            None => quote!(rt::header(map, #wire)),
            Some(form) => quote!(rt::header_as(map, #wire, const { &#form })),
        };
        reads.extend(quote!(#name: #read,));
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

/// How the text of a header is read; `None` if as its type says.
fn header_form(form: &HeaderForm) -> Option<TokenStream> {
    let scalars = |Scalars { boolean, number, string }: &Scalars| quote!(rt::Scalars::new(#boolean, #number, #string));
    Some(match form {
        HeaderForm::Plain => return None,
        HeaderForm::Json => quote!(rt::HeaderForm::Json),
        HeaderForm::Scalar(kinds) => {
            let kinds = scalars(kinds);
            quote!(rt::HeaderForm::Scalar(#kinds))
        }
        HeaderForm::List(kinds) => {
            let kinds = scalars(kinds);
            quote!(rt::HeaderForm::List(#kinds))
        }
        HeaderForm::Object { explode, members, others } => {
            let members = members.iter().map(|(name, kinds)| {
                let (name, kinds) = (literal(name), scalars(kinds));
                quote!((#name, #kinds))
            });
            let others = scalars(others);
            quote!(rt::HeaderForm::Object { explode: #explode, members: &[#(#members),*], others: #others })
        }
    })
}
