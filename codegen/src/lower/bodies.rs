//! Bodies of requests: which content types there are, and how each is written.

use super::names::{self, Case, Wanted};
use super::params::Place;
use crate::codes;
use crate::diagnostics::{Diagnostic, Report};
use crate::ir::operation::{Body, Content, ContentKind, Operation};
use crate::ir::types::Type;
use crate::load::node::{Member, Node};
use crate::spec::SpecOperation;

/// A media type as far as cogen tells them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaKind {
    /// `application/json`, `+json`, and ranges that a JSON value can satisfy.
    Json,
    /// `application/x-www-form-urlencoded`
    Form,
    /// `multipart/form-data`
    Multipart,
    /// `text/*`, XML, JavaScript, and the like.
    Text,
    /// `text/event-stream` and other streams of records.
    Events,
    /// All the others.
    Bytes,
}

/// What kind a media type is.
pub fn media_kind(media_type: &str) -> MediaKind {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match essence.as_str() {
        "application/json" | "*/*" | "application/*" | "" => MediaKind::Json,
        "application/x-www-form-urlencoded" => MediaKind::Form,
        "multipart/form-data" => MediaKind::Multipart,
        "text/event-stream" | "application/x-ndjson" | "application/json-seq" | "application/jsonl" => {
            MediaKind::Events
        }
        "application/xml" | "application/javascript" | "application/graphql" | "application/yaml" => MediaKind::Text,
        e if e.ends_with("+json") || e == "text/json" => MediaKind::Json,
        e if e.starts_with("text/") || e.ends_with("+xml") || e.ends_with("+yaml") => MediaKind::Text,
        e if e.starts_with("application/json") || e.starts_with("application/x-amz-json") => MediaKind::Json,
        _ => MediaKind::Bytes,
    }
}

/// A media type that can stand in a header: a range becomes a type of its kind.
pub fn concrete(media_type: &str, kind: MediaKind) -> String {
    if !media_type.contains('*') && !media_type.trim().is_empty() {
        return media_type.trim().to_owned();
    }
    match kind {
        MediaKind::Json => "application/json",
        MediaKind::Text => "text/plain",
        MediaKind::Form => "application/x-www-form-urlencoded",
        MediaKind::Multipart => "multipart/form-data",
        MediaKind::Events | MediaKind::Bytes => "application/octet-stream",
    }
    .to_owned()
}

/// Whether a media type can stand in a header (RFC 9110, section 8.3.1).
pub fn is_media_type(text: &str) -> bool {
    let printable = text.bytes().all(|b| (0x20..0x7f).contains(&b));
    printable && text.split_once('/').is_some_and(|(a, b)| !a.trim().is_empty() && !b.trim().is_empty())
}

/// The body of an operation, if it has one.
pub fn body<'d, 's>(
    place: &mut Place<'_, 'd, 's>,
    operation: &Operation,
    from: &SpecOperation<'d, 's>,
    report: &mut Report,
) -> Option<Body> {
    let given = from.node.get("requestBody")?;
    let resolved = place.refs.resolve(given, report)?;
    let node = resolved.node;
    let site = place.site.holder_of(&resolved, given.get("$ref").is_some());
    let members = node.get("content").and_then(Node::members).unwrap_or_default();
    let mut usable: Vec<(&'d Member<'s>, String)> = Vec::with_capacity(members.len());
    for member in members {
        let media_type = concrete(&member.key, media_kind(&member.key));
        if is_media_type(&media_type) {
            usable.push((member, media_type));
            continue;
        }
        let message =
            format!("`{}` is no media type: this content of `{}` is left out", member.key, from.short_route());
        report.push(Diagnostic::warning(codes::BAD_MEDIA_TYPE, member.key_span, message).help("write TYPE/SUBTYPE"));
    }
    let first_ending = if site.is_component("Body") { "" } else { "Body" };
    if members.len() > 1 {
        place.types.contest(&site.contested(first_ending));
    }
    let wanted: Vec<Wanted> = usable.iter().map(|(member, _)| media_names(&member.key)).collect();
    let variants = names::settle(&wanted, Case::Pascal, &[]);
    let mut contents: Vec<Content> = Vec::with_capacity(usable.len());
    for (((member, media_type), wanted), variant) in usable.into_iter().zip(wanted).zip(variants) {
        let longer = format!("{first_ending} {}", wanted.candidates.first().map_or("", String::as_str));
        let part = format!("body {}", member.key);
        let at = site.place(&part, &[first_ending, &longer], format!("the body of `{}`", from.short_route()));
        let schema = member.value.get("schema");
        let binary = schema.is_some_and(|s| is_binary(place, s, report));
        let kind = match (media_kind(&member.key), schema) {
            (kind, _) if binary && kind != MediaKind::Multipart => ContentKind::Bytes,
            (MediaKind::Json, None) => ContentKind::Json(Type::Json),
            (MediaKind::Form, None) => ContentKind::Form(Type::Json),
            (MediaKind::Multipart, None) => ContentKind::Multipart(Vec::new()),
            (MediaKind::Json, Some(schema)) => ContentKind::Json(place.types.lower(schema, at, report)?),
            (MediaKind::Form, Some(schema)) => ContentKind::Form(place.types.lower(schema, at, report)?),
            (MediaKind::Multipart, Some(schema)) => ContentKind::Multipart(place.types.parts(schema, at, report)?),
            (MediaKind::Text, _) => ContentKind::Text,
            (MediaKind::Events | MediaKind::Bytes, _) => ContentKind::Bytes,
        };
        contents.push(Content { variant, media_type, kind });
    }
    if contents.is_empty() {
        return None;
    }
    Some(Body {
        required: node.get("required").and_then(Node::as_bool).unwrap_or(false),
        doc: node.get("description").and_then(Node::as_str).map(str::to_owned),
        contents,
        type_name: names::suffixed(&operation.type_name, "Body"),
    })
}

/// Whether a schema stands for bytes as they are, not for JSON.
pub fn is_binary<'d, 's>(place: &Place<'_, 'd, 's>, schema: &'d Node<'s>, report: &mut Report) -> bool {
    let Some(resolved) = place.refs.resolve(schema, report) else { return false };
    resolved.node.get("format").and_then(Node::as_str) == Some("binary")
}

/// What the content of a media type is called: by its kind where its kind has one usual type, else by its subtype.
pub fn media_names(media_type: &str) -> Wanted {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let short = match (media_kind(media_type), essence.as_str()) {
        (MediaKind::Json, "application/json" | "*/*" | "application/*" | "") => "json",
        (MediaKind::Json, "text/json") => "text json",
        (MediaKind::Form, _) => "form",
        (MediaKind::Multipart, _) => "multipart",
        (MediaKind::Text, "text/plain") => "text",
        (_, "application/octet-stream") => "bytes",
        _ => essence.split_once('/').map_or(essence.as_str(), |(_, subtype)| subtype),
    };
    let short = if short.contains('*') { format!("any {}", short.replace('*', "")) } else { short.to_owned() };
    let candidates = vec![short, essence, media_type.to_owned()];
    Wanted { candidates, identity: media_type.to_owned() }
}
