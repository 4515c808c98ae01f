//! Converts lists of types and the type `null` to the form of OpenAPI 3.0, with `nullable`.

use crate::diagnostics::report::Span;
use crate::document::edit;
use crate::document::edit::Members;
use crate::document::load::node::{Node, Value};
use crate::document::upgrade::Upgrade;
use rustc_hash::FxHashSet;

impl<'s> Upgrade<'_, 's> {
    /// Converts `type` to one name. Several types become an `anyOf`.
    pub(crate) fn types(&mut self, members: &mut Members<'s>, span: Span) {
        let Some(node) = edit::find_mut(members, "type") else { return };
        let location = node.span;
        if node.as_str() == Some("file") {
            *node = edit::text(location, "string");
            edit::set(members, "format", edit::text(location, "binary"));
            return;
        }
        if node.as_str() == Some("null") {
            only_null(members, location);
            return;
        }
        let Some(list) = edit::elements(node) else { return };
        let mut names: Vec<Node<'s>> = Vec::new();
        let mut seen = FxHashSet::default();
        let mut has_null = false;
        for name in list.drain(..) {
            match name.as_str() {
                Some("null") => has_null = true,
                Some(text) if seen.insert(text.to_owned()) => names.push(name),
                _ => {}
            }
        }
        let all = |kinds: &[&str]| kinds.iter().all(|k| names.iter().any(|n| n.as_str() == Some(k)));
        if all(&["integer", "number"]) {
            names.retain(|n| n.as_str() != Some("integer"));
        }
        let anything = ["string", "number", "boolean", "object", "array"];
        let anything = anything.iter().all(|k| names.iter().any(|n| n.as_str() == Some(k)));
        edit::take(members, "type");
        if names.is_empty() && has_null {
            only_null(members, location);
            return;
        }
        if has_null {
            edit::set(members, "nullable", edit::boolean(location, true));
        }
        if anything || names.is_empty() || (names.len() > 1 && edit::find(members, "enum").is_some()) {
            // All types, or an `enum` whose values determine the types.
            return;
        }
        if names.len() > 1 {
            alternatives(members, names, span);
        } else if let Some(name) = names.pop() {
            members.insert(0, edit::member("type", name));
        }
    }

    /// Removes `null` from `anyOf` and `oneOf`.
    pub(crate) fn null_branches(&mut self, members: &mut Members<'s>) {
        for word in ["anyOf", "oneOf"] {
            let Some(list) = edit::find_mut(members, word).and_then(edit::elements) else { continue };
            let Some(location) = list.iter().find(|n| is_null(n)).map(|n| n.span) else { continue };
            list.retain(|n| !is_null(n));
            let only = if list.len() == 1 { list.pop() } else { None };
            let empty = list.is_empty();
            edit::set(members, "nullable", edit::boolean(location, true));
            if empty {
                edit::take(members, word);
            }
            match only {
                // A single alternative becomes a part of an `allOf`.
                Some(only) => edit::append(members, "allOf", location, vec![only]),
                None if empty => only_null(members, location),
                None => {}
            }
        }
    }
}

/// Only `null` is valid.
fn only_null(members: &mut Members<'_>, location: Span) {
    edit::take(members, "type");
    edit::set(members, "nullable", edit::boolean(location, true));
    edit::set(members, "enum", edit::array(location, vec![Node::new(Value::Null, location)]));
}

/// Whether a schema allows only `null`.
fn is_null(schema: &Node<'_>) -> bool {
    let Some(members) = schema.members() else { return false };
    let text = edit::find(members, "type").and_then(Node::as_str);
    let constant = edit::find(members, "const").is_some_and(|c| matches!(c.value, Value::Null));
    let values = edit::find(members, "enum").and_then(Node::elements);
    text == Some("null") || constant || values.is_some_and(|v| matches!(v, [Node { value: Value::Null, .. }]))
}

/// Keywords that concern one type only. Others stay beside the alternatives.
const OF_TYPE: &[(&str, &[&str])] = &[
    ("string", &["minLength", "maxLength", "pattern"]),
    ("number", &["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]),
    ("integer", &["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]),
    ("array", &["items", "minItems", "maxItems", "uniqueItems"]),
    ("object", &["properties", "required", "additionalProperties", "minProperties", "maxProperties"]),
];

/// Converts several types to an `anyOf` with one schema per type, which gets the keywords of that type.
fn alternatives<'s>(members: &mut Members<'s>, names: Vec<Node<'s>>, span: Span) {
    let has_number = names.iter().any(|n| matches!(n.as_str(), Some("number" | "integer")));
    let mut branches = Vec::new();
    for name in names {
        let kind = name.as_str().unwrap_or_default().to_owned();
        let location = name.span;
        let words = OF_TYPE.iter().find(|(of, _)| *of == kind).map_or(&[][..], |(_, words)| words);
        let mut branch: Members<'s> = vec![edit::member("type", name)];
        branch.extend(words.iter().filter_map(|word| edit::take(members, word)));
        let numeric = edit::find(members, "format").and_then(Node::as_str).is_some_and(is_numeric);
        let takes_format = match kind.as_str() {
            "string" => !(numeric && has_number),
            "number" | "integer" => numeric,
            _ => false,
        };
        if takes_format {
            branch.extend(edit::take(members, "format"));
        }
        branches.push(edit::object(location, branch));
    }
    if edit::find(members, "anyOf").is_some() {
        let inner = edit::object(span, vec![edit::member("anyOf", edit::array(span, branches))]);
        edit::append(members, "allOf", span, vec![inner]);
    } else {
        members.push(edit::member("anyOf", edit::array(span, branches)));
    }
}

fn is_numeric(format: &str) -> bool {
    ["int", "uint", "float", "double", "decimal", "number"].iter().any(|p| format.starts_with(p))
}
