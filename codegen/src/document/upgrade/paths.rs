//! Converts paths and their operations: parameters, bodies, responses, and the path items of 3.1's components.

use crate::document::edit;
use crate::document::edit::Members;
use crate::document::load::node::{Member, Node};
use crate::document::references::pointer;
use crate::document::spec::ADDITIONAL;
use crate::document::upgrade::Upgrade;
use crate::document::upgrade::shared::Shared;
use rustc_hash::FxHashSet;
use std::collections::BTreeSet;

/// The keys of a path item whose values are operations.
const METHODS: &[&str] =
    &["get", "put", "post", "delete", "options", "head", "patch", "trace", "query", "x-amazon-apigateway-any-method"];

impl<'s> Upgrade<'_, 's> {
    /// A path item and its operations.
    pub(crate) fn path_item(&mut self, item: &mut Node<'s>, shared: &Shared<'s>) {
        let Some(members) = edit::members(item) else { return };
        let bodies = match edit::find_mut(members, "parameters") {
            Some(parameters) => self.sort(parameters, shared),
            None => Vec::new(),
        };
        additional(members);
        for method in members.iter_mut().filter(|m| is_operation(&m.key)) {
            self.operation(&mut method.value, &bodies, shared);
        }
    }

    /// Path items and operations outside of `paths` that are referenced there.
    pub(crate) fn elsewhere(&mut self, members: &mut Members<'s>, shared: &Shared<'s>) {
        let mut queue = Vec::new();
        each_item(edit::find_mut(members, "paths"), |item| queue.extend(references(item)));
        let mut done = BTreeSet::new();
        while let Some(target) = queue.pop() {
            // `paths` itself is converted separately.
            if target.path.first().is_some_and(|first| first == "paths") || !done.insert(target.path.clone()) {
                continue;
            }
            let Some(node) = edit::at_mut(members, &target.path) else { continue };
            if target.is_item {
                self.path_item(node, shared);
                queue.extend(references(node));
            } else {
                queue.extend(reference(node, false));
                self.operation(node, &[], shared);
            }
        }
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
            bodies.retain(|field| !is_whole_body(field));
            self.add_fields(body, bodies);
        } else {
            self.inherit(&mut bodies, path_bodies);
            let consumes = consumes.as_ref().or(shared.consumes.as_ref());
            members.extend(self.request_body(bodies, consumes));
        }
        if let Some(responses) = edit::find_mut(members, "responses") {
            self.responses(responses, produces.as_ref(), shared);
        }
    }

    /// Adds the bodies and form fields of the path that the operation does not override. There is one body, without form fields
    /// beside it.
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

    /// Converts a list of parameters to 3.0. Bodies and form fields are removed from it and returned.
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

/// Moves the members of `additionalOperations` (OpenAPI 3.2) to their path item, so that they are operations like any other.
fn additional(members: &mut Members<'_>) {
    let is_object = |member: &Member<'_>| member.key == "additionalOperations" && member.value.members().is_some();
    let Some(at) = members.iter().position(is_object) else { return };
    let mut moved = members.remove(at);
    for mut member in edit::members(&mut moved.value).map(std::mem::take).unwrap_or_default() {
        if !member.key.starts_with("x-") {
            member.key = format!("{ADDITIONAL}{}", member.key).into();
            members.push(member);
        }
    }
}

fn is_operation(key: &str) -> bool {
    key.starts_with(ADDITIONAL) || METHODS.iter().any(|known| key.eq_ignore_ascii_case(known))
}

/// The target of a `$ref` to a path item or an operation.
struct Target {
    path: Vec<String>,
    is_item: bool,
}

/// The targets of the references of a path item and of its operations.
fn references(item: &Node<'_>) -> Vec<Target> {
    let operations = item.members().unwrap_or_default().iter().filter(|m| is_operation(&m.key));
    let operations = operations.filter_map(|m| reference(&m.value, false));
    reference(item, true).into_iter().chain(operations).collect()
}

fn reference(node: &Node<'_>, is_item: bool) -> Option<Target> {
    let path = pointer(node.get("$ref")?.as_str()?)?;
    Some(Target { path, is_item })
}

/// Whether a parameter is a body or a form field.
pub(crate) fn is_body(parameter: &Node<'_>) -> bool {
    matches!(parameter.get("in").and_then(Node::as_str), Some("body" | "formData" | "form"))
}

fn is_whole_body(parameter: &Node<'_>) -> bool {
    parameter.get("in").and_then(Node::as_str) == Some("body")
}

fn name(parameter: &Node<'_>) -> Option<String> {
    parameter.get("name").and_then(Node::as_str).map(str::to_owned)
}

/// The members of a section that contain operations.
pub(crate) fn each_item<'s>(section: Option<&mut Node<'s>>, mut with: impl FnMut(&mut Node<'s>)) {
    let members: Option<&mut Members<'s>> = section.and_then(edit::members);
    for member in members.into_iter().flatten() {
        if !member.key.starts_with("x-") {
            with(&mut member.value);
        }
    }
}
