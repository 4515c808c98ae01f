//! Paths and their operations: parameters sorted into parameters and bodies, responses, path items of 3.1's components.

use super::Upgrade;
use super::edit::{self, Members};
use super::shared::Shared;
use crate::load::node::Node;
use rustc_hash::FxHashSet;

/// The keys of a path item that hold an operation.
const METHODS: &[&str] =
    &["get", "put", "post", "delete", "options", "head", "patch", "trace", "x-amazon-apigateway-any-method"];

impl<'s> Upgrade<'_, 's> {
    /// A path item and its operations.
    pub(super) fn path_item(&mut self, item: &mut Node<'s>, shared: &Shared<'s>) {
        self.shared_path_item(item, shared);
        let Some(members) = edit::members(item) else { return };
        let bodies = match edit::find_mut(members, "parameters") {
            Some(parameters) => self.sort(parameters, shared),
            None => Vec::new(),
        };
        for method in members.iter_mut().filter(|m| METHODS.iter().any(|known| m.key.eq_ignore_ascii_case(known))) {
            self.operation(&mut method.value, &bodies, shared);
        }
    }

    /// Writes a path item of 3.1's `components.pathItems` out where a path refers to it: 3.0 has no such section.
    fn shared_path_item(&mut self, item: &mut Node<'s>, shared: &Shared<'s>) {
        let Some(name) =
            item.get("$ref").and_then(Node::as_str).and_then(|r| r.strip_prefix("#/components/pathItems/"))
        else {
            return;
        };
        let Some(target) = shared.path_items.get(name) else { return };
        let mut copy = self.copy(target);
        // What the path itself says beside the reference counts.
        if let (Some(own), Some(members)) = (edit::members(item), edit::members(&mut copy)) {
            let keys: FxHashSet<String> = own.iter().map(|m| m.key.to_string()).collect();
            members.retain(|m| !keys.contains(&*m.key));
            members.extend(own.drain(..).filter(|m| m.key != "$ref"));
        }
        item.value = copy.value;
    }

    fn operation(&mut self, operation: &mut Node<'s>, path_bodies: &[Node<'s>], shared: &Shared<'s>) {
        let Some(members) = edit::members(operation) else { return };
        let consumes = edit::take(members, "consumes").map(|m| m.value);
        let produces = edit::take(members, "produces").map(|m| m.value);
        let mut bodies = match edit::find_mut(members, "parameters") {
            Some(parameters) => self.sort(parameters, shared),
            None => Vec::new(),
        };
        if let Some(body) = edit::find_mut(members, "requestBody") {
            self.media(body);
        } else {
            self.inherit(&mut bodies, path_bodies);
            let consumes = consumes.as_ref().or(shared.consumes.as_ref());
            members.extend(self.request_body(bodies, consumes));
        }
        if let Some(responses) = edit::find_mut(members, "responses") {
            self.responses(responses, produces.as_ref(), shared);
        }
    }

    /// Adds the bodies and fields of the path that the operation has none of its own in place of. There is one body, and no
    /// form beside it.
    fn inherit(&mut self, bodies: &mut Vec<Node<'s>>, of_path: &[Node<'s>]) {
        let mut has_body = bodies.iter().any(is_whole_body);
        let mut names: FxHashSet<Option<String>> = bodies.iter().map(name).collect();
        for inherited in of_path {
            let replaced = has_body || (is_whole_body(inherited) && !bodies.is_empty());
            if !replaced && names.insert(name(inherited)) {
                has_body |= is_whole_body(inherited);
                bodies.push(self.copy(inherited));
            }
        }
    }

    /// The responses of an operation.
    fn responses(&mut self, responses: &mut Node<'s>, produces: Option<&Node<'s>>, shared: &Shared<'s>) {
        for response in edit::members(responses).into_iter().flatten() {
            if !response.key.starts_with("x-") {
                self.response(&mut response.value, produces, shared);
            }
        }
    }

    /// Brings a list of parameters to 3.0 and gives those that are bodies or fields of a form, which are taken out of it.
    fn sort(&mut self, parameters: &mut Node<'s>, shared: &Shared<'s>) -> Vec<Node<'s>> {
        let Some(list) = edit::elements(parameters) else { return Vec::new() };
        let mut bodies = Vec::new();
        let mut rest = Vec::with_capacity(list.len());
        for mut parameter in list.drain(..) {
            let body = match shared.parameter(&parameter) {
                Some(target) if is_body(target) => Some(self.copy(target)),
                Some(_) => None,
                None if is_body(&parameter) => {
                    bodies.push(parameter);
                    continue;
                }
                None => None,
            };
            if let Some(body) = body {
                bodies.push(body);
                continue;
            }
            self.parameter(&mut parameter);
            rest.push(parameter);
        }
        *list = rest;
        bodies
    }
}

/// Whether a parameter is a body or a field of a form.
pub(super) fn is_body(parameter: &Node<'_>) -> bool {
    matches!(parameter.get("in").and_then(Node::as_str), Some("body" | "formData" | "form"))
}

fn is_whole_body(parameter: &Node<'_>) -> bool {
    parameter.get("in").and_then(Node::as_str) == Some("body")
}

fn name(parameter: &Node<'_>) -> Option<String> {
    parameter.get("name").and_then(Node::as_str).map(str::to_owned)
}

/// A list of members that holds operations, for those who walk all path items of a section.
pub(super) fn each_item<'s>(section: Option<&mut Node<'s>>, mut with: impl FnMut(&mut Node<'s>)) {
    let members: Option<&mut Members<'s>> = section.and_then(edit::members);
    for member in members.into_iter().flatten() {
        if !member.key.starts_with("x-") {
            with(&mut member.value);
        }
    }
}
