//! Lowers request bodies: their content types, and the encoding of each.

use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Reported};
use crate::document::load::node::{Member, Node};
use crate::document::spec::SpecOperation;
use crate::ir::operation::{Body, Content, ContentKind, Operation};
use crate::ir::types::Type;
use crate::lower::names;
use crate::lower::names::{Case, Wanted};
use crate::lower::operations::media::{MediaKind, concrete, is_media_type, media_kind, media_names};
use crate::lower::operations::params::Context;
use crate::lower::types::Place;

/// The body of an operation, if it has one.
///
/// # Errors
/// The body or one of its schemas has an error.
pub fn body<'d, 's>(
    context: &mut Context<'_, 'd, 's>,
    operation: &Operation,
    from: &SpecOperation<'d, 's>,
    report: &mut Report,
) -> Result<Option<Body>, Reported> {
    let Some(given) = from.node.get("requestBody") else { return Ok(None) };
    let resolved = context.refs.resolve(given, report)?;
    let node = resolved.node;
    let site = context.site.holder_of(&resolved, given.get("$ref").is_some());
    let members = node.get("content").and_then(Node::members).unwrap_or_default();
    let usable = with_media_type(members, from, report);
    let first_ending = if site.is_component("Body") { "" } else { "Body" };
    if members.len() > 1 {
        context.types.reserve_ambiguous(&site.contested(first_ending));
    }
    let wanted: Vec<Wanted> = usable.iter().map(|(member, _)| media_names(&member.key)).collect();
    let variants = names::settle(&wanted, Case::Pascal, &[]);
    let required = node.get("required").and_then(Node::as_bool).unwrap_or(false);
    let mut contents: Vec<Content> = Vec::with_capacity(usable.len());
    for (((member, media_type), wanted), variant) in usable.into_iter().zip(wanted).zip(variants) {
        let longer = format!("{first_ending} {}", wanted.candidates.first().map_or("", String::as_str));
        let part = format!("body {}", member.key);
        let at = site.place(&part, &[first_ending, &longer], format!("the body of `{}`", from.short_route()));
        let kind = match kind(context, member, at, report)? {
            // A body that is left out means `null`.
            ContentKind::Json(Type::Nullable(inner)) if !required => ContentKind::Json(*inner),
            kind => kind,
        };
        contents.push(Content { variant, media_type, kind });
    }
    if contents.is_empty() {
        return Ok(None);
    }
    Ok(Some(Body {
        required,
        doc: node.get("description").and_then(Node::as_str).map(str::to_owned),
        contents,
        type_name: names::suffixed(&operation.type_name, "Body"),
    }))
}

/// The members of a `content` whose key is a media type, each with the media type to send.
fn with_media_type<'d, 's>(
    members: &'d [Member<'s>],
    from: &SpecOperation<'_, '_>,
    report: &mut Report,
) -> Vec<(&'d Member<'s>, String)> {
    let mut usable = Vec::with_capacity(members.len());
    for member in members {
        let media_type = concrete(&member.key, media_kind(&member.key));
        if is_media_type(&media_type) {
            usable.push((member, media_type));
            continue;
        }
        let message =
            format!("`{}` is not a media type: this content of `{}` is ignored", member.key, from.short_route());
        report.push(
            Diagnostic::warning(codes::BAD_MEDIA_TYPE, member.key_span, message)
                .help("write a media type such as `application/json`"),
        );
    }
    usable
}

/// How a content is encoded, with the type of its schema.
fn kind<'d, 's>(
    context: &mut Context<'_, 'd, 's>,
    member: &'d Member<'s>,
    at: Place,
    report: &mut Report,
) -> Result<ContentKind, Reported> {
    let schema = member.value.get("schema");
    let binary = schema.is_some_and(|s| is_binary(context, s, report));
    Ok(match (media_kind(&member.key), schema) {
        (kind, _) if binary && kind != MediaKind::Multipart => ContentKind::Bytes,
        (MediaKind::Json, None) => ContentKind::Json(Type::Json),
        (MediaKind::Form, None) => ContentKind::Form(Type::Json),
        (MediaKind::Multipart, None) => ContentKind::Multipart(Vec::new()),
        (MediaKind::Json, Some(schema)) => ContentKind::Json(context.types.lower(schema, at, report)?),
        (MediaKind::Form, Some(schema)) => ContentKind::Form(context.types.lower(schema, at, report)?),
        (MediaKind::Multipart, Some(schema)) => ContentKind::Multipart(context.types.parts(schema, at, report)?),
        (MediaKind::Text, _) => ContentKind::Text,
        (MediaKind::Events | MediaKind::Bytes, _) => ContentKind::Bytes,
    })
}

/// Whether a schema describes bytes instead of JSON.
pub fn is_binary<'d, 's>(context: &Context<'_, 'd, 's>, schema: &'d Node<'s>, report: &mut Report) -> bool {
    let Ok(resolved) = context.refs.resolve(schema, report) else { return false };
    resolved.node.get("format").and_then(Node::as_str) == Some("binary")
}
