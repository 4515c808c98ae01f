//! Moves definitions inside schemas (`definitions` of draft 4, `$defs` of 3.1) to the components, and rewrites the references
//! to them.

use crate::document::edit;
use crate::document::edit::Members;
use crate::document::load::node::{Member, Node, Value};
use crate::document::references::{escaped, percent_decoded, unescaped};
use crate::document::upgrade::Upgrade;
use indexmap::IndexMap;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The definitions of schemas that were moved.
#[derive(Default)]
pub(crate) struct Inner<'s> {
    /// The names of the components, including those of moved definitions.
    names: BTreeSet<String>,
    /// How often a name was requested that another component has.
    numbers: BTreeMap<String, usize>,
    /// The component for an absolute reference into the definitions of a component.
    by_pointer: IndexMap<String, String>,
    /// The targets of local references in a component.
    by_owner: IndexMap<String, Rc<Scope>>,
    /// The targets of local references in the current schema.
    scope: Option<Rc<Scope>>,
    /// Definitions of schemas that are not components, which are still to be converted, with the targets of their local
    /// references.
    found: Vec<(Member<'s>, Option<Rc<Scope>>)>,
}

/// The components for the definitions of a schema and of the schemas that contain it.
#[derive(Default)]
pub(crate) struct Scope {
    own: IndexMap<String, String>,
    around: Option<Rc<Scope>>,
}

impl Scope {
    fn component(&self, name: &str) -> Option<&str> {
        let mut scope = self;
        loop {
            if let Some(component) = scope.own.get(name) {
                return Some(component);
            }
            scope = scope.around.as_deref()?;
        }
    }
}

impl<'s> Upgrade<'_, 's> {
    /// Moves the definitions inside component schemas to the components, and converts all of them to 3.0.
    pub(crate) fn component_schemas(&mut self, schemas: &mut Members<'s>) {
        for member in schemas.iter_mut() {
            let owner = member.key.to_string();
            let scope = self.inner.by_owner.get(&owner).cloned();
            self.inner.scope = scope;
            self.schema(&mut member.value);
        }
        self.inner.scope = None;
    }

    /// Moves the definitions out of component schemas before any schema is converted, because a reference to them can be
    /// anywhere.
    pub(crate) fn hoist(&mut self, schemas: &mut Members<'s>) {
        self.inner.names = schemas.iter().map(|m| m.key.to_string()).collect();
        let mut at = 0;
        while let Some(owner) = schemas.get_mut(at) {
            let key = owner.key.to_string();
            let definitions = definitions(&mut owner.value);
            if !definitions.is_empty() {
                let around = self.inner.by_owner.get(&key).cloned();
                let (scope, moved) = self.names_for(&key, definitions, around);
                let scope = Rc::new(scope);
                for (local, member) in moved {
                    for word in ["definitions", "$defs"] {
                        let pointer = format!("{SCHEMAS}{}/{word}/{}", escaped(&key), escaped(&local));
                        self.inner.by_pointer.insert(pointer, member.key.to_string());
                    }
                    self.inner.by_owner.insert(member.key.to_string(), scope.clone());
                    schemas.push(member);
                }
                self.inner.by_owner.insert(key, scope);
            }
            at += 1;
        }
    }

    /// Stores the definitions of a schema that is not a component, and lets local references refer to them until
    /// [`leave`](Self::leave) is called with the returned value.
    pub(crate) fn enter(&mut self, schema: &mut Node<'s>) -> Option<Rc<Scope>> {
        let around = self.inner.scope.clone();
        let definitions = definitions(schema);
        if !definitions.is_empty() {
            let number = definitions.iter().fold(0, |sum: u32, member| sum.wrapping_add(content(&member.value)));
            let (scope, moved) = self.names_for(&format!("Inner {number:08x}"), definitions, around.clone());
            let scope = Some(Rc::new(scope));
            self.inner.scope.clone_from(&scope);
            self.inner.found.extend(moved.into_iter().map(|(_, member)| (member, scope.clone())));
        }
        around
    }

    /// Restores the targets of local references.
    pub(crate) fn leave(&mut self, around: Option<Rc<Scope>>) {
        self.inner.scope = around;
    }

    /// Converts a schema that is not a component or a part of one, with its own local references.
    pub(crate) fn inline_schema(&mut self, schema: &mut Node<'s>) {
        self.inner.scope = None;
        self.schema(schema);
        self.inner.scope = None;
    }

    /// The stored definitions, converted to 3.0.
    pub(crate) fn found_definitions(&mut self) -> Members<'s> {
        let mut done = Vec::new();
        while let Some((mut member, scope)) = self.inner.found.pop() {
            self.inner.scope = scope;
            self.schema(&mut member.value);
            done.push(member);
        }
        self.inner.scope = None;
        done
    }

    /// Converts the text of a `$ref` to the form of 3.0.
    pub(crate) fn reference(&mut self, members: &mut Members<'s>) {
        let Some(node) = edit::find_mut(members, "$ref") else { return };
        let Some(text) = node.as_str() else { return };
        if let Some(new) = self.inner.moved(text) {
            *node = edit::text(node.span, new);
        }
    }

    /// A component name for each definition of a schema.
    fn names_for(
        &mut self,
        owner: &str,
        definitions: Members<'s>,
        around: Option<Rc<Scope>>,
    ) -> (Scope, Vec<(String, Member<'s>)>) {
        let mut scope = Scope { own: IndexMap::new(), around };
        let mut moved = Vec::new();
        for mut member in definitions {
            let local = member.key.to_string();
            // The whole path, so that the name does not depend on the names of other schemas.
            let qualified = format!("{owner}{INNER}{local}");
            let mut name = qualified.clone();
            while !self.inner.names.insert(name.clone()) {
                let number = self.inner.numbers.entry(qualified.clone()).or_insert(1);
                *number += 1;
                name = format!("{owner} {number}{INNER}{local}");
            }
            scope.own.insert(local.clone(), name.clone());
            member.key = name.into();
            moved.push((local, member));
        }
        (scope, moved)
    }
}

impl Inner<'_> {
    /// The new target of a reference, if it changed.
    fn moved(&self, reference: &str) -> Option<String> {
        let decoded = percent_decoded(reference)?;
        if let Some(target) = self.local(&decoded) {
            return Some(fragment(&self.component(target)));
        }
        let absolute =
            MOVED.iter().find_map(|(from, to)| reference.strip_prefix(from).map(|rest| format!("{to}{rest}")));
        let absolute = absolute.or_else(|| model(reference).map(|name| format!("{SCHEMAS}{name}")));
        let decoded = absolute.as_deref().map_or(Some(decoded), percent_decoded)?;
        let component = self.component(decoded.clone().into_owned());
        if component == decoded { absolute } else { Some(fragment(&component)) }
    }

    /// The absolute pointer of a reference to a definition of a schema around it.
    fn local(&self, reference: &str) -> Option<String> {
        let path = reference.strip_prefix("#/definitions/").or_else(|| reference.strip_prefix("#/$defs/"))?;
        let (name, rest) = split_segment(path);
        let component = self.scope.as_ref()?.component(&unescaped(name))?;
        Some(format!("{SCHEMAS}{}{rest}", escaped(component)))
    }

    /// The pointer to the component that a definition was moved to, for a pointer to or into the definition.
    fn component(&self, mut pointer: String) -> String {
        loop {
            let Some(path) = pointer.strip_prefix(SCHEMAS) else { return pointer };
            let (owner, rest) = split_segment(path);
            let section = ["/$defs/", "/definitions/"].into_iter().find(|section| rest.starts_with(section));
            let Some(section) = section else { return pointer };
            let (name, rest) = split_segment(rest.get(section.len()..).unwrap_or_default());
            let definition = format!("{SCHEMAS}{owner}{section}{name}");
            let Some(component) = self.by_pointer.get(&definition) else { return pointer };
            pointer = format!("{SCHEMAS}{}{rest}", escaped(component));
        }
    }
}

/// The first segment of a pointer, and the rest with its slash.
fn split_segment(path: &str) -> (&str, &str) {
    path.split_at(path.find('/').unwrap_or(path.len()))
}

/// A pointer as the fragment of a reference, in which `%` begins an encoded byte.
fn fragment(pointer: &str) -> String {
    pointer.replace('%', "%25")
}

const SCHEMAS: &str = "#/components/schemas/";

/// The separator between the names of a schema and of its definition in the name of the component.
pub(crate) const INNER: &str = "/definitions/";

/// The sections of OpenAPI 3.0 for those of Swagger 2.0.
const MOVED: &[(&str, &str)] = &[
    ("#/definitions/", SCHEMAS),
    ("#/parameters/", "#/components/parameters/"),
    ("#/responses/", "#/components/responses/"),
    ("#/securityDefinitions/", "#/components/securitySchemes/"),
];

/// The model of a reference in the form of API Gateway: `https://apigateway.amazonaws.com/restapis/ID/models/NAME`
/// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html>).
fn model(reference: &str) -> Option<&str> {
    let rest = reference.strip_prefix("https://apigateway.amazonaws.com/restapis/")?;
    let (_, name) = rest.split_once("/models/")?;
    (!name.is_empty() && !name.contains('/')).then_some(name)
}

/// Removes the definitions from a schema and returns them.
fn definitions<'s>(schema: &mut Node<'s>) -> Members<'s> {
    let Some(members) = edit::members(schema) else { return Vec::new() };
    let mut found = Vec::new();
    for word in ["definitions", "$defs"] {
        let is_section = edit::find(members, word).is_some_and(|n| n.members().is_some());
        if let Some(mut section) = is_section.then(|| edit::take(members, word)).flatten()
            && let Some(section) = edit::members(&mut section.value)
        {
            found.append(section);
        }
    }
    found
}

/// A hash of a definition that does not depend on the order of its members.
fn content(node: &Node<'_>) -> u32 {
    let text = |kind: &str, text: &str| {
        let bytes = kind.bytes().chain(text.bytes());
        bytes.fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
    };
    let mixed = |number: u32| (number ^ (number >> 16)).wrapping_mul(0x7feb_352d) ^ (number >> 15);
    match &node.value {
        Value::Object(members) => members
            .iter()
            .fold(1, |sum, member| sum.wrapping_add(mixed(text("key", &member.key) ^ mixed(content(&member.value))))),
        Value::Array(elements) => elements.iter().fold(2, |sum, element| sum.wrapping_add(mixed(content(element)))),
        _ => text(node.kind(), &node.as_scalar_text().unwrap_or_default()),
    }
}
