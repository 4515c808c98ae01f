//! Lowers event streams and streams of JSON texts: what a schema describes of an item.

use crate::diagnostics::report::{Report, Reported};
use crate::document::load::node::{Mark, Member, Node};
use crate::ir::operation::{AnswerContent, EventData};
use crate::ir::types::Type;
use crate::lower::media::is_event_stream;
use crate::lower::operations::params::Context;
use crate::lower::types::Place;

/// The content of a stream.
///
/// `itemSchema` describes an item (OpenAPI 3.2), and so does `schema`, unless it is an array of the items. Of an event it describes
/// the data, or an object with `data` and the other fields. Without a schema an item is text.
///
/// # Errors
/// The schema has an error.
pub fn stream<'d, 's>(
    context: &mut Context<'_, 'd, 's>,
    media: &'d Member<'s>,
    place: Place,
    report: &mut Report,
) -> Result<AnswerContent, Reported> {
    let is_events = is_event_stream(&media.key);
    let content = |ty: Type, text: bool| match is_events {
        true => AnswerContent::Events { ty, whole: false, data: if text { EventData::Text } else { EventData::Json } },
        false => AnswerContent::Items { ty, text },
    };
    let Some(schema) = media.value.get("schema") else { return Ok(content(Type::String, true)) };
    let is_item = matches!(media.value.mark.as_deref(), Some(Mark::ItemSchema));
    let resolved = context.refs.resolve(schema, report)?.node;
    let is_list = !is_item && resolved.get("type").and_then(Node::as_str) == Some("array");
    let item = resolved.get("items").filter(|_| is_list).unwrap_or(schema);
    let resolved = context.refs.resolve(item, report)?.node;
    if is_events && is_event(context, resolved, is_item, report) {
        let data = data(context, resolved, report);
        return Ok(AnswerContent::Events { ty: context.types.lower(item, place, report)?, whole: true, data });
    }
    // A line of JSON text has quotes around a string. Of a stream as a whole, `type: string` only says that it is text.
    let text = (is_events || !is_item) && !is_list && is_text(context, item, report);
    Ok(content(context.types.lower(item, place, report)?, text))
}

/// The fields of an event, and the comments between them.
const FIELDS: &[&str] = &["data", "event", "id", "retry", "comment"];

/// Whether a schema describes an event as an object of its fields: it has the property `data`, and if it is not an `itemSchema`, no
/// others than the fields.
fn is_event<'d, 's>(context: &Context<'_, 'd, 's>, schema: &'d Node<'s>, is_item: bool, report: &mut Report) -> bool {
    let mut names = Vec::new();
    properties(context, schema, &mut names, report, DEEPEST);
    if names.iter().any(|(name, _)| *name == "data") {
        return is_item || names.iter().all(|(name, _)| FIELDS.contains(name));
    }
    let variants = variants(schema);
    !variants.is_empty()
        && variants.iter().all(|variant| {
            let resolved = context.refs.resolve(variant, report).ok().map(|resolved| resolved.node);
            let is_nested = |node: &&'d Node<'s>| !std::ptr::eq(*node, schema) && self::variants(node).is_empty();
            resolved.filter(is_nested).is_some_and(|variant| is_event(context, variant, is_item, report))
        })
}

/// How the data of an event is written in its variants.
fn data<'d, 's>(context: &Context<'_, 'd, 's>, schema: &'d Node<'s>, report: &mut Report) -> EventData {
    let mut names = Vec::new();
    properties(context, schema, &mut names, report, DEEPEST);
    let variants = variants(schema);
    for variant in variants {
        properties(context, variant, &mut names, report, DEEPEST);
    }
    let data: Vec<&'d Node<'s>> = names.iter().filter(|(name, _)| *name == "data").map(|(_, schema)| *schema).collect();
    let texts = data.iter().filter(|schema| is_text(context, schema, report)).count();
    match texts {
        0 => EventData::Json,
        _ if texts == data.len() => EventData::Text,
        _ => EventData::Mixed,
    }
}

/// Collects the properties of an object, with those of its `allOf`.
fn properties<'d, 's>(
    context: &Context<'_, 'd, 's>,
    schema: &'d Node<'s>,
    found: &mut Vec<(&'d str, &'d Node<'s>)>,
    report: &mut Report,
    depth: usize,
) {
    let Ok(resolved) = context.refs.resolve(schema, report) else { return };
    let members = resolved.node.get("properties").and_then(Node::members).unwrap_or_default();
    found.extend(members.iter().map(|member| (&*member.key, &member.value)));
    if depth > 0 {
        for part in resolved.node.get("allOf").and_then(Node::elements).unwrap_or_default() {
            properties(context, part, found, report, depth - 1);
        }
    }
}

/// How deep the parts of an `allOf` are nested in the schema of an event.
const DEEPEST: usize = 4;

fn variants<'d, 's>(schema: &'d Node<'s>) -> &'d [Node<'s>] {
    ["oneOf", "anyOf"].iter().find_map(|word| schema.get(word)?.elements()).unwrap_or_default()
}

fn is_text<'d, 's>(context: &Context<'_, 'd, 's>, schema: &'d Node<'s>, report: &mut Report) -> bool {
    let Ok(resolved) = context.refs.resolve(schema, report) else { return false };
    match resolved.node.get("type") {
        Some(ty) => ty.as_str() == Some("string"),
        None => resolved
            .node
            .get("enum")
            .and_then(Node::elements)
            .is_some_and(|all| all.iter().all(|v| v.as_str().is_some())),
    }
}
