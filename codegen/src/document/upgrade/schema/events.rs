//! The data of events: a text with a schema of its own becomes that schema, since the client parses the text.

use crate::document::edit;
use crate::document::edit::Members;
use crate::document::load::node::{Node, Value};
use crate::document::references::pointer;
use std::collections::BTreeSet;

/// Replaces the schema of `data` in the schemas of event streams by its `contentSchema`, if the text is JSON (OpenAPI 3.2, section
/// "Server-Sent Events").
pub(crate) fn parse_data(root: &mut Node<'_>) {
    let mut referenced = Vec::new();
    contents(root, &mut referenced);
    let mut done = BTreeSet::new();
    while let Some(path) = referenced.pop() {
        if !done.insert(path.clone()) {
            continue;
        }
        if let Some(schema) = edit::members(root).and_then(|members| edit::at_mut(members, &path)) {
            event(schema, false, &mut referenced);
        }
    }
}

/// Visits each `content` of the document.
fn contents(node: &mut Node<'_>, referenced: &mut Vec<Vec<String>>) {
    match &mut node.value {
        Value::Array(elements) => elements.iter_mut().for_each(|element| contents(element, referenced)),
        Value::Object(members) => {
            for member in members {
                if member.key == "content"
                    && let Some(media) = edit::members(&mut member.value)
                {
                    media_types(media, referenced);
                }
                contents(&mut member.value, referenced);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn media_types(media: &mut Members<'_>, referenced: &mut Vec<Vec<String>>) {
    let is_events = |key: &str| key.trim_start().to_ascii_lowercase().starts_with("text/event-stream");
    for content in media.iter_mut().filter(|member| is_events(&member.key)) {
        let Some(members) = edit::members(&mut content.value) else { continue };
        for key in ["schema", "itemSchema"] {
            if let Some(schema) = edit::find_mut(members, key) {
                event(schema, true, referenced);
            }
        }
    }
}

/// Converts the schema of an event. The schemas that it refers to are added to the list. `is_own` is whether nothing else can refer
/// to the schema.
fn event(schema: &mut Node<'_>, is_own: bool, referenced: &mut Vec<Vec<String>>) {
    referenced.extend(schema.get("$ref").and_then(Node::as_str).and_then(pointer));
    let Some(members) = edit::members(schema) else { return };
    for word in ["allOf", "anyOf", "oneOf"] {
        for part in edit::find_mut(members, word).and_then(edit::elements).into_iter().flatten() {
            event(part, is_own, referenced);
        }
    }
    // A stream as the array of its events.
    if let Some(items) = edit::find_mut(members, "items") {
        event(items, is_own, referenced);
    }
    let Some(properties) = edit::find_mut(members, "properties").and_then(edit::members) else { return };
    if is_own && edit::find(properties, "data").is_some() {
        id_as_text(properties);
    }
    let Some(data) = edit::find_mut(properties, "data") else { return };
    let is_json = data.get("contentMediaType").and_then(Node::as_str).is_some_and(|media| media.contains("json"));
    let Some(text) = edit::members(data).filter(|_| is_json) else { return };
    if let Some(of_text) = edit::take(text, "contentSchema") {
        *data = of_text.value;
    }
}

/// Makes the id of an event a string, which it is on the wire. Some documents call it an integer (huma).
fn id_as_text(properties: &mut Members<'_>) {
    let is_event = properties.iter().all(|property| ["data", "event", "id", "retry"].contains(&&*property.key));
    let Some(id) = edit::find_mut(properties, "id").filter(|_| is_event).and_then(edit::members) else { return };
    if let Some(ty) = edit::find_mut(id, "type").filter(|ty| ty.as_str() == Some("integer")) {
        *ty = edit::text(ty.span, "string");
        id.retain(|member| matches!(&*member.key, "type" | "title" | "description"));
    }
}
