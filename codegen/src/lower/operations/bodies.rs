//! Lowers request bodies: their content types, and the encoding of each.

use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Reported};
use crate::document::load::node::{Mark, Member, Node};
use crate::document::spec::SpecOperation;
use crate::ir::body::{Body, Content, ContentKind, Parts};
use crate::ir::operation::Operation;
use crate::ir::types::Type;
use crate::lower::media::{MediaKind, concrete, essence, is_media_type, is_range, media_kind, media_names};
use crate::lower::names;
use crate::lower::names::{Case, Wanted};
use crate::lower::operations::params::Context;
use crate::lower::types::{Encodings, Place};

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
    let usable = without_twins(context, with_media_type(members, from, report));
    let first_ending = if site.is_component("Body") { "" } else { "Body" };
    if members.len() > 1 {
        context.types.reserve_ambiguous(&site.contested(first_ending));
    }
    let wanted: Vec<Wanted> = usable.iter().map(|usable| media_names(&usable.member.key)).collect();
    let variants = names::settle(&wanted, Case::Pascal, &[]);
    let required = node.get("required").and_then(Node::as_bool).unwrap_or(false);
    let mut contents: Vec<Content> = Vec::with_capacity(usable.len());
    // The schema that is sent as JSON, and its type.
    let mut as_json: Option<(&'d Node<'s>, Type)> = None;
    for ((usable, wanted), variant) in usable.into_iter().zip(wanted).zip(variants) {
        let Usable { member, media_type } = usable;
        let schema = member.value.get("schema");
        let encodings = Encodings::of(&member.value);
        if let Some(schema) = schema
            && media_kind(&member.key) != MediaKind::Json
        {
            context.types.check_encodings(schema, encodings, report)?;
        }
        let known = as_json.as_ref().filter(|(known, _)| schema.is_some_and(|s| context.types.are_equal(known, s)));
        let kind = match (known, media_kind(&member.key)) {
            (Some((_, ty)), MediaKind::Form) => ContentKind::Form(ty.clone(), encodings.styled(report)),
            (Some((schema, ty)), MediaKind::Multipart)
                if encodings.is_empty() && is_form_data(&member.key) && !context.types.has_files(schema, report) =>
            {
                ContentKind::Members(ty.clone())
            }
            _ => {
                let longer = format!("{first_ending} {}", wanted.candidates.first().map_or("", String::as_str));
                let part = format!("body {}", member.key);
                let origin = format!("the body of `{}`", from.short_route());
                let at = site.place(&part, &[first_ending, &longer], origin);
                kind(context, member, at, report)?
            }
        };
        let kind = match kind {
            // A body that is left out means `null`.
            ContentKind::Json(Type::Nullable(inner)) if !required => ContentKind::Json(*inner),
            kind => kind,
        };
        if let (ContentKind::Json(ty), Some(schema), None) = (&kind, schema, &as_json) {
            as_json = Some((schema, ty.clone()));
        }
        let media_type = match &kind {
            ContentKind::Ranged => member.key.trim().to_owned(),
            // The boundary is added to it.
            ContentKind::Multipart(_) => essence(&media_type),
            _ => media_type,
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

/// A member of a `content` whose key is a media type.
struct Usable<'d, 's> {
    member: &'d Member<'s>,
    /// The media type to send.
    media_type: String,
}

/// The contents without those that are JSON of the same schema as another one: a server that accepts `text/json` beside
/// `application/json` reads the same from both. JSON comes first.
fn without_twins<'d, 's>(context: &mut Context<'_, 'd, 's>, all: Vec<Usable<'d, 's>>) -> Vec<Usable<'d, 's>> {
    let (json, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|u| media_kind(&u.member.key) == MediaKind::Json);
    let mut kept: Vec<Usable<'d, 's>> = Vec::new();
    for usable in json {
        let schema = usable.member.value.get("schema");
        let twin = kept.iter_mut().find(|kept| match (kept.member.value.get("schema"), schema) {
            (Some(one), Some(other)) => context.types.are_equal(one, other),
            (None, None) => true,
            _ => false,
        });
        match twin {
            Some(twin) if preference(&usable) < preference(twin) => *twin = usable,
            Some(_) => {}
            None => kept.push(usable),
        }
    }
    kept.extend(others);
    kept
}

/// The order of preference among media types of JSON, which does not depend on the order of the document.
fn preference<'m>(usable: &'m Usable<'_, '_>) -> (u8, &'m str) {
    let media_type = usable.member.key.as_ref();
    match essence(media_type).as_str() {
        "application/json" => (0, media_type),
        other if other.contains('*') => (2, media_type),
        _ => (1, media_type),
    }
}

fn is_form_data(media_type: &str) -> bool {
    essence(media_type) == "multipart/form-data"
}

/// The members of a `content` whose key is a media type, each with the media type to send.
fn with_media_type<'d, 's>(
    members: &'d [Member<'s>],
    from: &SpecOperation<'_, '_>,
    report: &mut Report,
) -> Vec<Usable<'d, 's>> {
    let mut usable = Vec::with_capacity(members.len());
    for member in members {
        let media_type = concrete(&member.key, media_kind(&member.key));
        if is_media_type(&media_type) {
            usable.push(Usable { member, media_type });
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
    let media = media_kind(&member.key);
    let binary = schema.is_some_and(|s| context.types.is_bytes(s));
    if is_range(&member.key) {
        let is_value = media == MediaKind::Json && schema.is_some_and(|s| !binary && !context.types.is_text(s));
        if !is_value && media != MediaKind::Multipart {
            return Ok(ContentKind::Ranged);
        }
    }
    let encodings = Encodings::of(&member.value);
    Ok(match (media, schema) {
        (kind, _) if binary && kind != MediaKind::Multipart => ContentKind::Bytes,
        (MediaKind::Json, None) => ContentKind::Json(Type::Json),
        (MediaKind::Form, None) => ContentKind::Form(Type::Json, encodings.styled(report)),
        (MediaKind::Json, Some(schema)) => ContentKind::Json(context.types.lower(schema, at, report)?),
        (MediaKind::Form, Some(schema)) => {
            ContentKind::Form(context.types.lower(schema, at, report)?, encodings.styled(report))
        }
        (MediaKind::Multipart, schema) => {
            note_positions(member, report);
            // The schema of an item is that of each part, and not of an object whose properties are the parts.
            ContentKind::Multipart(match schema.filter(|_| !is_of_item(member)) {
                Some(schema) => context.types.parts(schema, encodings, at, report)?,
                None => Parts { parts: Vec::new(), open: true },
            })
        }
        (MediaKind::Text, _) => ContentKind::Text,
        (MediaKind::Events | MediaKind::Bytes, _) => ContentKind::Bytes,
    })
}

/// Whether the schema of a content is that of its items.
fn is_of_item(media: &Member<'_>) -> bool {
    matches!(media.value.mark.as_deref(), Some(Mark::ItemSchema))
}

/// Notes that the parts of a multipart body are described by their position (OpenAPI 3.2.0, "Encoding By Position").
fn note_positions(media: &Member<'_>, report: &mut Report) {
    let encoding = ["itemEncoding", "prefixEncoding"].iter().find_map(|key| media.value.member(key));
    let of_item = is_of_item(media).then_some(media.key_span);
    let Some(span) = encoding.map(|member| member.key_span).or(of_item) else { return };
    let what = encoding.map_or("itemSchema", |member| &*member.key);
    let message =
        format!("`{what}` describes the parts of a multipart body by their position: they are added without types");
    let help = "add each part with `.text`, `.json` or `.file` of `Multipart`, in the order of the document";
    report.push(Diagnostic::note(codes::PARTS_BY_POSITION, span, message).help(help));
}
