//! Bodies of requests: which content types there are, and how each is written.

use super::names::{self, Case, Names};
use super::params::Place;
use super::types;
use crate::codes;
use crate::diagnostics::{Diagnostic, Report};
use crate::ir::operation::{Body, Content, ContentKind, Operation};
use crate::ir::types::Type;
use crate::load::node::Node;
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
    let node = place.refs.resolve(from.node.get("requestBody")?, report)?.node;
    let members = node.get("content").and_then(Node::members).unwrap_or_default();
    let several = members.len() > 1;
    let mut variants = Names::default();
    let mut contents: Vec<Content> = Vec::new();
    for member in members {
        let kind = media_kind(&member.key);
        let media_type = concrete(&member.key, kind);
        if !is_media_type(&media_type) {
            let message =
                format!("`{}` is no media type: this content of `{}` is left out", member.key, from.short_route());
            report
                .push(Diagnostic::warning(codes::BAD_MEDIA_TYPE, member.key_span, message).help("write TYPE/SUBTYPE"));
            continue;
        }
        let suffix = if several { variant_text(kind, &media_type, contents.len()) } else { String::new() };
        let stem = names::ident(&format!("{} body {suffix}", operation.name), Case::Pascal).to_string();
        let at = types::Place { name: stem, origin: format!("the body of `{}`", from.short_route()) };
        let schema = member.value.get("schema");
        let binary = schema.is_some_and(|s| is_binary(place, s, report));
        let kind = match (kind, schema) {
            _ if binary && kind != MediaKind::Multipart => ContentKind::Bytes,
            (MediaKind::Json, None) => ContentKind::Json(Type::Json),
            (MediaKind::Form, None) => ContentKind::Form(Type::Json),
            (MediaKind::Multipart, None) => ContentKind::Multipart(Vec::new()),
            (MediaKind::Json, Some(schema)) => ContentKind::Json(place.types.lower(schema, at, report)?),
            (MediaKind::Form, Some(schema)) => ContentKind::Form(place.types.lower(schema, at, report)?),
            (MediaKind::Multipart, Some(schema)) => ContentKind::Multipart(place.types.parts(schema, at, report)?),
            (MediaKind::Text, _) => ContentKind::Text,
            (MediaKind::Events | MediaKind::Bytes, _) => ContentKind::Bytes,
        };
        let variant = variants.claim(&variant_text(media_kind(&media_type), &media_type, contents.len()), Case::Pascal);
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

fn variant_text(kind: MediaKind, media_type: &str, before: usize) -> String {
    let plain = match kind {
        MediaKind::Json => "json",
        MediaKind::Form => "form",
        MediaKind::Multipart => "multipart",
        MediaKind::Text => "text",
        MediaKind::Events => "events",
        MediaKind::Bytes => "bytes",
    };
    // The first of a kind has the short name; the others say their type.
    if before == 0 || matches!(media_type, "application/json" | "text/plain" | "application/octet-stream") {
        return plain.to_owned();
    }
    match kind {
        MediaKind::Form | MediaKind::Multipart => plain.to_owned(),
        _ => {
            let essence = media_type.split(';').next().unwrap_or_default();
            essence.split_once('/').map_or(essence, |(_, subtype)| subtype).to_owned()
        }
    }
}
