//! Defines the default models of REST APIs, `Empty` and `Error` (API Gateway Developer Guide, "Data models for REST APIs").

use crate::diagnostics::report::Span;
use crate::document::edit;
use crate::document::load::node::{Node, Value};
use crate::document::spec;

/// Defines `Empty` and `Error` in a gateway document that refers to them without defining them.
pub(crate) fn add_builtin(root: &mut Node<'_>) {
    let mut search = Search { gateway: spec::has_gateway_host(root), empty: None, error: None };
    search.node(root);
    if !search.gateway {
        return;
    }
    for (name, referred) in [("Empty", search.empty), ("Error", search.error)] {
        let Some(span) = referred else { continue };
        let Some(members) = edit::members(root) else { return };
        if edit::find(members, "components").is_none() {
            edit::set(members, "components", edit::object(span, Vec::new()));
        }
        let Some(components) = edit::find_mut(members, "components").and_then(edit::members) else { return };
        if edit::find(components, "schemas").is_none() {
            edit::set(components, "schemas", edit::object(span, Vec::new()));
        }
        let Some(schemas) = edit::find_mut(components, "schemas").and_then(edit::members) else { return };
        if edit::find(schemas, name).is_none() {
            edit::set(schemas, name, model(name, span));
        }
    }
}

fn model<'s>(name: &str, span: Span) -> Node<'s> {
    let text = |text: &'static str| edit::text(span, text);
    let mut members = vec![edit::member("type", text("object"))];
    if name == "Error" {
        let message = edit::object(span, vec![edit::member("type", text("string"))]);
        members.push(edit::member("properties", edit::object(span, vec![edit::member("message", message)])));
    }
    edit::object(span, members)
}

/// The references to the models, and whether the document has an extension of API Gateway.
struct Search {
    gateway: bool,
    empty: Option<Span>,
    error: Option<Span>,
}

impl Search {
    fn node(&mut self, node: &Node<'_>) {
        match &node.value {
            Value::Array(elements) => elements.iter().for_each(|element| self.node(element)),
            Value::Object(members) => {
                for member in members {
                    self.gateway |= member.key.starts_with(spec::EXTENSION);
                    if member.key == "$ref" {
                        match member.value.as_str() {
                            Some("#/components/schemas/Empty") => self.empty = Some(member.value.span),
                            Some("#/components/schemas/Error") => self.error = Some(member.value.span),
                            _ => {}
                        }
                    }
                    self.node(&member.value);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}
