//! Converts the keywords of JSON Schema, draft 4 to 2020-12, that OpenAPI 3.0 expresses differently or not at all.

use crate::diagnostics::codes;
use crate::diagnostics::report::Diagnostic;
use crate::document::edit;
use crate::document::edit::Members;
use crate::document::load::node::{Node, NotIn30, Value};
use crate::document::upgrade::{Dialect, Upgrade};

/// Keywords of 3.1 that restrict the valid values and that 3.0 cannot express, with what to write instead.
const UNSUPPORTED: &[(&str, &str)] = &[
    ("if", "write the cases as schemas of a `oneOf`"),
    ("then", "write the cases as schemas of a `oneOf`"),
    ("else", "write the cases as schemas of a `oneOf`"),
    ("dependentSchemas", "write the cases as schemas of a `oneOf`"),
    ("$dynamicRef", "write a `$ref` to the schema"),
    ("$recursiveRef", "write a `$ref` to the schema"),
    ("unevaluatedItems", "describe the elements with `items`"),
];

impl<'s> Upgrade<'_, 's> {
    /// Removes the keywords that only 3.1 defines. In an older document they have no meaning.
    pub(crate) fn only_in_31(&mut self, members: &mut Members<'s>, unsupported: &mut Vec<NotIn30>) {
        if self.dialect != Dialect::OpenApi31 {
            return;
        }
        for (word, help) in UNSUPPORTED {
            if let Some(member) = edit::take(members, word) {
                unsupported.push(NotIn30 { word, span: member.key_span, help });
            }
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

    /// `patternProperties`: a map if there is one pattern and no other properties.
    pub(crate) fn patterns(&mut self, members: &mut Members<'s>) {
        let Some(patterns) = edit::take(members, "patternProperties") else { return };
        let (location, mut section) = (patterns.key_span, patterns.value);
        let Some(list) = edit::members(&mut section) else { return };
        let closed = edit::find(members, "additionalProperties").and_then(Node::as_bool) == Some(false);
        if let [only] = list.as_mut_slice()
            && closed
            && edit::find(members, "properties").is_none()
        {
            let value = std::mem::replace(&mut only.value, Node::new(Value::Null, location));
            edit::set(members, "additionalProperties", value);
            return;
        }
        if list.is_empty() {
            return;
        }
        edit::set(members, "additionalProperties", edit::boolean(location, true));
        let message = "`patternProperties` is not supported: additional properties have the type `Json`";
        self.report.push(Diagnostic::note(codes::WIDENED, location, message));
    }

    /// `prefixItems`, and draft 4's list of `items`.
    pub(crate) fn tuples(&mut self, members: &mut Members<'s>, unsupported: &mut Vec<NotIn30>) {
        if let Some(prefix) = edit::take(members, "prefixItems") {
            if self.dialect == Dialect::OpenApi31 {
                let help = "use an object with a property for each position, or `items` with `oneOf`";
                unsupported.push(NotIn30 { word: "prefixItems", span: prefix.key_span, help });
            }
            return;
        }
        let Some(items) = edit::find_mut(members, "items") else { return };
        let span = items.span;
        let Some(list) = edit::elements(items) else { return };
        if list.len() == 1 {
            if let Some(only) = list.pop() {
                *items = only;
            }
        } else {
            *items = edit::object(span, Vec::new());
            let message = "a list of `items` is not supported: the elements have the type `Json`";
            self.report.push(Diagnostic::note(codes::WIDENED, span, message));
        }
        edit::take(members, "additionalItems");
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
