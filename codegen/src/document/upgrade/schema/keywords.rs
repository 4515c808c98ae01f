//! Converts the keywords of JSON Schema, draft 4 to 2020-12, that OpenAPI 3.0 expresses differently or not at all.

use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Span};
use crate::document::edit;
use crate::document::edit::Members;
use crate::document::load::node::{Member, Node, Value};
use crate::document::upgrade::Upgrade;
use rustc_hash::FxHashSet;

/// Keywords that only restrict the valid values. The service checks them.
const CONSTRAINTS: &[&str] =
    &["if", "then", "else", "dependentSchemas", "dependencies", "unevaluatedItems", "contains", "propertyNames"];

/// Keywords whose value is a schema that applies to some of the values.
const CONDITIONAL: &[&str] = &["then", "else"];

/// Keywords whose schemas can allow more elements than `prefixItems` lists, in spite of `unevaluatedItems: false`.
const EVALUATING: &[&str] =
    &["$ref", "allOf", "anyOf", "oneOf", "if", "then", "else", "dependentSchemas", "contains", "items"];

/// Keywords whose value has a schema for each property, which applies to the values that have the property.
const DEPENDENT: &[&str] = &["dependentSchemas", "dependencies"];

impl<'s> Upgrade<'_, 's> {
    /// Removes the keywords that only restrict the valid values. The properties that only such a keyword declares become
    /// optional properties, so that they are not lost.
    pub(crate) fn constraints(&mut self, members: &mut Members<'s>) {
        self.conditional_properties(members);
        if let Some(items) = edit::take(members, "unevaluatedItems").filter(|m| m.value.as_bool() == Some(false))
            && !members.iter().any(|member| EVALUATING.contains(&&*member.key))
        {
            members.push(Member { key: "items".into(), ..items });
        }
        let first = members.iter().find(|member| CONSTRAINTS.contains(&&*member.key));
        if let Some((word, span)) = first.map(|member| (member.key.to_string(), member.key_span)) {
            let message = format!("`{word}` only restricts the valid values: the service checks it");
            self.report.push(Diagnostic::note(codes::CONSTRAINT, span, message));
            members.retain(|member| !CONSTRAINTS.contains(&&*member.key));
        }
        // Like `additionalProperties`, but across `allOf`, where `false` only forbids properties.
        if let Some(mut rest) = edit::take(members, "unevaluatedProperties")
            && rest.value.as_bool() != Some(false)
            && edit::find(members, "additionalProperties").is_none()
        {
            rest.key = "additionalProperties".into();
            members.push(rest);
        }
    }

    fn conditional_properties(&mut self, members: &mut Members<'s>) {
        let mut found: Members<'s> = Vec::new();
        for member in members.iter_mut() {
            if CONDITIONAL.contains(&&*member.key) {
                take_properties(&mut member.value, &mut found);
            } else if DEPENDENT.contains(&&*member.key) {
                for of_property in edit::members(&mut member.value).into_iter().flatten() {
                    take_properties(&mut of_property.value, &mut found);
                }
            }
        }
        // The condition itself usually repeats a property; one that it alone declares is not lost either.
        if (!found.is_empty() || edit::find(members, "properties").is_some())
            && let Some(condition) = edit::find_mut(members, "if")
        {
            take_properties(condition, &mut found);
        }
        if found.is_empty() {
            return;
        }
        let span = found.first().map_or_else(Span::default, |property| property.key_span);
        if edit::find(members, "properties").is_none_or(|p| p.members().is_none()) {
            edit::set(members, "properties", edit::object(span, Vec::new()));
        }
        let Some(properties) = edit::find_mut(members, "properties").and_then(edit::members) else { return };
        let mut known: FxHashSet<String> = properties.iter().map(|p| p.key.to_string()).collect();
        // A schema that applies to some of the values may restrict a property to a constant, so only its kind is kept.
        properties.extend(found.into_iter().filter(|property| known.insert(property.key.to_string())).map(widened));
    }

    /// `patternProperties` as `additionalProperties`. A property that no pattern matches is expected to have the type of those
    /// that match.
    pub(crate) fn patterns(&mut self, members: &mut Members<'s>) {
        let Some(patterns) = edit::take(members, "patternProperties") else { return };
        let (span, mut section) = (patterns.key_span, patterns.value);
        let Some(list) = edit::members(&mut section).filter(|list| !list.is_empty()) else { return };
        let mut schemas: Vec<Node<'s>> = std::mem::take(list).into_iter().map(|pattern| pattern.value).collect();
        match edit::take(members, "additionalProperties").map(|member| member.value) {
            Some(any) if any.as_bool() == Some(true) => {
                edit::set(members, "additionalProperties", any);
                return;
            }
            Some(other) if other.members().is_some() => schemas.push(other),
            Some(_) => {}
            None => {
                let message =
                    "`patternProperties` is treated as `additionalProperties`: all other properties have its type";
                self.report.push(Diagnostic::note(codes::CONSTRAINT, span, message));
            }
        }
        let value = match (schemas.pop(), schemas.is_empty()) {
            (Some(only), true) => only,
            (last, _) => {
                schemas.extend(last);
                edit::object(span, vec![edit::member("anyOf", edit::array(span, schemas))])
            }
        };
        edit::set(members, "additionalProperties", value);
    }

    /// A list of `items`, as in draft 4 to 2019-09, as `prefixItems`, and its `additionalItems` as `items`.
    pub(crate) fn tuples(&mut self, members: &mut Members<'s>) {
        let additional = edit::take(members, "additionalItems");
        let is_list = edit::find(members, "items").is_some_and(|items| items.elements().is_some());
        if !is_list {
            return;
        }
        let Some(list) = edit::take(members, "items") else { return };
        members.push(Member { key: "prefixItems".into(), ..list });
        members.extend(additional.map(|member| Member { key: "items".into(), ..member }));
    }

    /// `const` as an `enum` of one value.
    pub(crate) fn constant(&mut self, members: &mut Members<'s>) {
        let Some(constant) = edit::take(members, "const") else { return };
        let span = constant.value.span;
        edit::set(members, "enum", edit::array(span, vec![constant.value]));
    }

    /// A number under `exclusiveMinimum` and `exclusiveMaximum` in the form of draft 4 and 3.0: a limit and a boolean.
    pub(crate) fn limits(&mut self, members: &mut Members<'s>) {
        for (exclusive, inclusive, sign) in
            [("exclusiveMinimum", "minimum", 1.0), ("exclusiveMaximum", "maximum", -1.0)]
        {
            let number = |node: Option<&Node<'_>>| node.and_then(Node::as_number).and_then(|n| n.parse::<f64>().ok());
            let Some(limit) = number(edit::find(members, exclusive)) else { continue };
            let Some(member) = edit::take(members, exclusive) else { continue };
            // If both are given, the more restrictive one is used.
            if number(edit::find(members, inclusive)).is_some_and(|other| other * sign > limit * sign) {
                continue;
            }
            let span = member.value.span;
            edit::set(members, inclusive, member.value);
            edit::set(members, exclusive, edit::boolean(span, true));
        }
    }

    /// `contentEncoding` and `contentMediaType` as a `format`
    /// (<https://spec.openapis.org/oas/v3.1.0#considerations-for-file-uploads>).
    pub(crate) fn content(&mut self, members: &mut Members<'s>) {
        let encoding = edit::take(members, "contentEncoding");
        let media = edit::take(members, "contentMediaType");
        if edit::find(members, "format").is_some() {
            return;
        }
        let encoded = encoding.as_ref().and_then(|m| m.value.as_str()).map(str::to_ascii_lowercase);
        let format = match (encoded.as_deref(), media.as_ref().and_then(|m| m.value.as_str())) {
            (Some("base64"), _) => "byte",
            (None, Some(media)) if is_binary(media) => "binary",
            _ => return,
        };
        let Some(span) = encoding.or(media).map(|m| m.value.span) else { return };
        if edit::find(members, "type").is_none() {
            edit::set(members, "type", edit::text(span, "string"));
        }
        edit::set(members, "format", edit::text(span, format));
    }
}

/// Moves the properties of a schema, and of the parts of its `allOf`.
fn take_properties<'s>(schema: &mut Node<'s>, found: &mut Members<'s>) {
    let Some(members) = edit::members(schema) else { return };
    if let Some(mut properties) = edit::take(members, "properties") {
        found.extend(edit::members(&mut properties.value).map(std::mem::take).into_iter().flatten());
    }
    for part in edit::find_mut(members, "allOf").and_then(edit::elements).into_iter().flatten() {
        take_properties(part, found);
    }
}

/// A property without the keywords that restrict it to some values of its type.
fn widened<'s>(mut property: Member<'s>) -> Member<'s> {
    let is_boolean = property.value.as_bool().is_some();
    if let Some(members) = edit::members(&mut property.value) {
        members.retain(|member| !matches!(&*member.key, "const" | "enum" | "not"));
    } else if is_boolean {
        property.value.value = Value::Bool(true);
    }
    property
}

/// Whether a media type is binary.
fn is_binary(media: &str) -> bool {
    let media = media.to_ascii_lowercase();
    let of = |kind: &str| media.starts_with(kind);
    of("image/") && !media.ends_with("+xml")
        || of("audio/")
        || of("video/")
        || of("font/")
        || of("application/octet-stream")
        || of("application/pdf")
        || of("application/zip")
        || of("application/gzip")
}
