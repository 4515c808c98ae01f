//! Definitions inside schemas (`definitions` of draft 4, `$defs` of 3.1) as components, and the references to all that moved.

use crate::document::load::node::{Member, Node, Value};
use crate::document::upgrade::Upgrade;
use crate::document::upgrade::edit;
use crate::document::upgrade::edit::Members;
use indexmap::IndexMap;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The definitions that stood inside schemas.
#[derive(Default)]
pub(crate) struct Inner<'s> {
    /// The names that components have, those of moved definitions among them.
    names: BTreeSet<String>,
    /// How often a name was wanted that another component has.
    numbers: BTreeMap<String, usize>,
    /// The component that an absolute reference into a component's definitions means now.
    by_pointer: IndexMap<String, String>,
    /// What local references mean in a component.
    by_owner: IndexMap<String, Rc<Scope>>,
    /// What local references mean in the schema that is walked at the moment.
    scope: Option<Rc<Scope>>,
    /// Definitions of schemas that are no components, still to be walked, with what local references mean in them.
    found: Vec<(Member<'s>, Option<Rc<Scope>>)>,
}

/// The components that the definitions of a schema, and of the schemas around it, have become.
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
    /// Moves the definitions that stand inside component schemas to the components, and brings all of them to 3.0.
    pub(crate) fn component_schemas(&mut self, schemas: &mut Members<'s>) {
        for member in schemas.iter_mut() {
            let owner = member.key.to_string();
            let scope = self.inner.by_owner.get(&owner).cloned();
            self.inner.scope = scope;
            self.schema(&mut member.value);
        }
        self.inner.scope = None;
    }

    /// Moves the definitions inside component schemas out, before any schema is walked: a reference to them may stand anywhere.
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

    /// Keeps the definitions of a schema that is no component for later, and makes local references mean them
    /// until [`leave`](Self::leave) is given what this gives.
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

    /// Makes local references mean again what they meant before.
    pub(crate) fn leave(&mut self, around: Option<Rc<Scope>>) {
        self.inner.scope = around;
    }

    /// Lets a schema that is no component, and no part of one, be walked with local references of its own.
    pub(crate) fn inline_schema(&mut self, schema: &mut Node<'s>) {
        self.inner.scope = None;
        self.schema(schema);
        self.inner.scope = None;
    }

    /// The definitions kept for later, brought to 3.0.
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

    /// Brings the text of a `$ref` to the form of 3.0.
    pub(crate) fn reference(&mut self, members: &mut Members<'s>) {
        let Some(node) = edit::find_mut(members, "$ref") else { return };
        let Some(text) = node.as_str() else { return };
        if let Some(new) = self.inner.moved(text) {
            *node = edit::text(node.span, new);
        }
    }

    /// A name among the components for each definition of a schema.
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
            // The whole way, so that it never depends on what other schemas are called.
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
    /// What a reference means now, if that is something else than before.
    fn moved(&self, reference: &str) -> Option<String> {
        let local = reference.strip_prefix("#/definitions/").or_else(|| reference.strip_prefix("#/$defs/"));
        let inner = local
            .zip(self.scope.as_ref())
            .and_then(|(name, scope)| scope.component(&unescaped(name)).map(str::to_owned));
        if let Some(component) = inner {
            return Some(format!("{SCHEMAS}{}", escaped(&component)));
        }
        let absolute =
            MOVED.iter().find_map(|(from, to)| reference.strip_prefix(from).map(|rest| format!("{to}{rest}")));
        let absolute = absolute.or_else(|| model(reference).map(|name| format!("{SCHEMAS}{name}")));
        match self.by_pointer.get(absolute.as_deref().unwrap_or(reference)) {
            Some(component) => Some(format!("{SCHEMAS}{}", escaped(component))),
            None => absolute,
        }
    }
}

const SCHEMAS: &str = "#/components/schemas/";

/// What stands between the names of a schema and of a definition inside it, in the name of the component that it becomes.
pub(crate) const INNER: &str = "/definitions/";

/// Where the sections of Swagger 2.0 stand in OpenAPI 3.0.
const MOVED: &[(&str, &str)] = &[
    ("#/definitions/", SCHEMAS),
    ("#/parameters/", "#/components/parameters/"),
    ("#/responses/", "#/components/responses/"),
    ("#/securityDefinitions/", "#/components/securitySchemes/"),
];

/// The model that API Gateway's own form of reference names: `https://apigateway.amazonaws.com/restapis/ID/models/NAME`
/// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html>).
fn model(reference: &str) -> Option<&str> {
    let rest = reference.strip_prefix("https://apigateway.amazonaws.com/restapis/")?;
    let (_, name) = rest.split_once("/models/")?;
    (!name.is_empty() && !name.contains('/')).then_some(name)
}

/// Takes the definitions out of a schema.
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

/// A number for what a definition says, the same whatever order its members stand in.
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

/// A name as a part of a JSON pointer (RFC 6901).
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn unescaped(part: &str) -> String {
    part.replace("~1", "/").replace("~0", "~")
}
