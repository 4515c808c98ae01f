//! Converts parameters and headers of Swagger 2.0: their types become a `schema`, with `style` and `explode`.

use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Span};
use crate::document::edit;
use crate::document::edit::Members;
use crate::document::load::node::{Mark, Node};
use crate::document::upgrade::Upgrade;
use crate::document::values;

/// Keys of a Swagger 2.0 parameter that belong to its schema in 3.0.
const OF_SCHEMA: &[&str] = &[
    "type",
    "format",
    "items",
    "default",
    "enum",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
    "x-nullable",
    "nullable",
];

impl<'s> Upgrade<'_, 's> {
    /// A parameter in path, query, header or cookie.
    pub(crate) fn parameter(&mut self, parameter: &mut Node<'s>) {
        self.described(parameter, false);
    }

    /// A header of a response, which is a parameter without `name` and `in`.
    pub(crate) fn header(&mut self, header: &mut Node<'s>) {
        self.described(header, true);
    }

    fn described(&mut self, node: &mut Node<'s>, is_header: bool) {
        if values::is_intrinsic(node) {
            return;
        }
        let span = node.span;
        let Some(members) = edit::members(node) else { return };
        if edit::find(members, "$ref").is_some() {
            self.reference(members);
            return;
        }
        members.retain(|m| m.key != "x-example");
        let format = edit::take(members, "collectionFormat");
        if edit::find(members, "content").is_some() {
            self.contents(members);
        } else if let Some(schema) = edit::find_mut(members, "schema") {
            self.inline_schema(schema);
        } else {
            self.typed(members, span, is_header);
            let is_array =
                edit::find(members, "schema").and_then(|s| s.get("type")).and_then(Node::as_str) == Some("array");
            if is_array {
                let location = if is_header { "header" } else { "" };
                if self.collection(members, format.map(|f| f.value), span, location) {
                    node.mark = Some(Box::new(Mark::TabSeparated));
                }
            }
        }
    }

    /// Moves the keys of the type into a `schema`.
    fn typed(&mut self, members: &mut Members<'s>, span: Span, is_header: bool) {
        let mut schema = self.schema_words(members);
        if !schema.iter().any(|m| ["type", "enum", "items"].contains(&&*m.key)) {
            schema.push(edit::member("type", edit::text(span, "string")));
            let name = edit::find(members, "name").and_then(Node::as_str);
            if !is_header && let Some(name) = name {
                let message = format!("the parameter `{name}` has no `type`: treated as a string");
                self.report.push(Diagnostic::note(codes::PARAMETER_WITHOUT_TYPE, span, message));
            }
        } else {
            self.swagger_form("a parameter's or header's `type` outside of a `schema`", span);
        }
        let mut schema = edit::object(span, schema);
        self.inline_schema(&mut schema);
        members.push(edit::member("schema", schema));
    }

    /// Removes the keys of a parameter that belong to its schema, and returns them.
    pub(crate) fn schema_words(&mut self, members: &mut Members<'s>) -> Members<'s> {
        let mut schema = Vec::new();
        let mut rest = Vec::new();
        for member in members.drain(..) {
            if OF_SCHEMA.contains(&&*member.key) { schema.push(member) } else { rest.push(member) }
        }
        *members = rest;
        schema
    }

    /// Converts `collectionFormat` to `style` and `explode` (<https://swagger.io/specification/v2/#parameter-object>); `true`
    /// if it is `tsv`, which they cannot express. `location` is the location of the parameter if it has no `in`.
    pub(crate) fn collection(
        &mut self,
        members: &mut Members<'s>,
        format: Option<Node<'s>>,
        span: Span,
        location: &str,
    ) -> bool {
        let span = format.as_ref().map_or(span, |f| f.span);
        let location = edit::find(members, "in").and_then(Node::as_str).unwrap_or(location);
        let is_query = matches!(location, "query" | "formData" | "form");
        let written = format.as_ref().and_then(Node::as_str).unwrap_or("csv");
        let (style, explode) = match written {
            "csv" if is_query => (Some("form"), false),
            "csv" => (None, false),
            "multi" => (is_query.then_some("form"), is_query),
            "ssv" if is_query => (Some("spaceDelimited"), false),
            "pipes" if is_query => (Some("pipeDelimited"), false),
            "ssv" | "pipes" | "tsv" => (None, false),
            other => {
                let message = format!("unknown `collectionFormat` `{other}`: `csv` is used");
                let help = "write `csv`, `ssv`, `tsv`, `pipes`, or, for query and form parameters, `multi`";
                self.report.push(Diagnostic::warning(codes::COLLECTION_FORMAT, span, message).help(help));
                (is_query.then_some("form"), false)
            }
        };
        let is_tabs = written == "tsv";
        if let Some(style) = style {
            edit::set(members, "style", edit::text(span, style));
        }
        edit::set(members, "explode", edit::boolean(span, explode));
        is_tabs
    }
}
