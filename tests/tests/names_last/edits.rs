//! Edits of documents: something is inserted, removed, or put into another order.

use crate::documents::{Documents, distinct, insert_header};
use serde_json::{Map, Value};

/// How a document was edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Only the order changed.
    Reorder,
    /// Things were inserted, and others perhaps reordered.
    Insert,
    /// Things were removed, and others perhaps reordered.
    Remove,
}

/// A list or an object of a document that things can be inserted into and removed from.
#[derive(Clone, Debug)]
struct Container {
    pointer: String,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Components(&'static str),
    Paths,
    PathItem,
    Parameters,
    Tags,
    Security,
    Demand,
    Scopes,
    Responses,
    Headers,
    Content,
    Properties,
    Required,
    Enumeration,
    Choice,
}

impl Kind {
    /// How many elements remain: an enumeration without values, an object without properties, or a choice of one schema is another kind
    /// of type.
    fn least(self) -> usize {
        match self {
            Self::Enumeration | Self::Properties => 1,
            Self::Choice => 2,
            _ => 0,
        }
    }
}

/// The document after some edits of one sort.
pub fn edited(document: &Value, documents: &mut Documents) -> (Edit, Value) {
    let edit = *documents.random().choice(&[Edit::Reorder, Edit::Insert, Edit::Insert, Edit::Remove]).unwrap();
    let mut after = document.clone();
    for _ in 0..documents.random().usize(1..=4) {
        let there = containers(&after);
        let Some(container) = documents.random().choice(&there).cloned() else { continue };
        match edit {
            Edit::Insert => insert(&mut after, &container, documents),
            Edit::Remove => remove(&mut after, &container, documents),
            Edit::Reorder => {}
        }
    }
    if edit == Edit::Reorder || documents.random().bool() {
        for container in containers(&after) {
            if documents.random().bool() {
                shuffle(&mut after, &container, documents);
            }
        }
    }
    (edit, after)
}

fn insert(document: &mut Value, container: &Container, documents: &mut Documents) {
    let before = document.clone();
    let Some(there) = document.pointer_mut(&container.pointer) else { return };
    let entry = match container.kind {
        Kind::Components(kind) => documents.component(kind, &before),
        Kind::Paths => documents.path(&before),
        Kind::PathItem => documents.operation(&before),
        Kind::Responses => documents.response_entry(&before),
        Kind::Content => documents.media(&before),
        Kind::Properties => documents.property(&before, 2),
        Kind::Headers => {
            let (key, value) = documents.header_entry(&before);
            let parent = container.pointer.trim_end_matches("/headers").to_owned();
            return document
                .pointer_mut(&parent)
                .into_iter()
                .for_each(|r| insert_header(r, key.clone(), value.clone()));
        }
        Kind::Demand => return,
        _ => {
            let Some(list) = there.as_array_mut() else { return };
            let element = match container.kind {
                Kind::Parameters => documents.parameter(&before),
                Kind::Tags => documents.tag(),
                Kind::Security => documents.demand(&before),
                Kind::Scopes => documents.scope(),
                Kind::Choice => documents.variant(&before, 2),
                Kind::Enumeration => documents.value(list.first().unwrap_or(&Value::Null)),
                _ => {
                    let parent = container.pointer.trim_end_matches("/required");
                    let properties = before.pointer(&format!("{parent}/properties")).and_then(Value::as_object);
                    let all: Vec<&String> = properties.into_iter().flat_map(Map::keys).collect();
                    let Some(name) = documents.random().choice(&all).map(|name| (*name).clone()) else { return };
                    name.into()
                }
            };
            if !list.contains(&element) {
                let at = documents.random().usize(0..=list.len());
                // The first of two parameters with the same name is the one that counts.
                list.insert(if container.kind == Kind::Parameters { list.len() } else { at }, element);
            }
            if container.kind == Kind::Parameters {
                distinct(list, &before);
            }
            return;
        }
    };
    let Some(members) = there.as_object_mut() else { return };
    let (key, value) = entry;
    if members.contains_key(&key) {
        return;
    }
    let at = documents.random().usize(0..=members.len());
    let mut entries: Vec<(String, Value)> = std::mem::take(members).into_iter().collect();
    entries.insert(at, (key, value));
    members.extend(entries);
}

fn remove(document: &mut Value, container: &Container, documents: &mut Documents) {
    let text = document.to_string();
    let Some(there) = document.pointer_mut(&container.pointer) else { return };
    match there {
        Value::Object(members) if members.len() > container.kind.least() => {
            let keys: Vec<String> = members
                .keys()
                .filter(|key| !matches!(container.kind, Kind::PathItem) || *key != "parameters")
                .cloned()
                .collect();
            let Some(key) = documents.random().choice(&keys).cloned() else { return };
            // Targets of references remain.
            let used = match container.kind {
                Kind::Components("securitySchemes") => text.contains(&format!("{{\"{key}\":[")),
                Kind::Components(kind) => text.contains(&format!("#/components/{kind}/{key}")),
                _ => false,
            };
            if !used {
                members.shift_remove(&key);
            }
        }
        Value::Array(list) if list.len() > container.kind.least() => {
            let at = documents.random().usize(0..list.len());
            list.remove(at);
        }
        _ => {}
    }
}

fn shuffle(document: &mut Value, container: &Container, documents: &mut Documents) {
    // The first tag of an operation names its module.
    if container.kind == Kind::Tags {
        return;
    }
    match document.pointer_mut(&container.pointer) {
        Some(Value::Object(members)) => {
            let mut entries: Vec<(String, Value)> = std::mem::take(members).into_iter().collect();
            documents.random().shuffle(&mut entries);
            members.extend(entries);
        }
        Some(Value::Array(list)) => documents.random().shuffle(list),
        _ => {}
    }
}

/// Everything in a document that can be edited.
fn containers(document: &Value) -> Vec<Container> {
    let mut found = Vec::new();
    walk(document, String::new(), "", &mut found);
    found
}

/// `key` is that of the value, with the key above it where both are necessary to know the meaning of the value.
fn walk(value: &Value, pointer: String, key: &str, found: &mut Vec<Container>) {
    let above = pointer.rsplit('/').nth(1).unwrap_or_default();
    let kind = match (key, above) {
        ("schemas", "components") => Some(Kind::Components("schemas")),
        ("parameters", "components") => Some(Kind::Components("parameters")),
        ("responses", "components") => Some(Kind::Components("responses")),
        ("requestBodies", "components") => Some(Kind::Components("requestBodies")),
        ("headers", "components") => Some(Kind::Components("headers")),
        ("securitySchemes", "components") => Some(Kind::Components("securitySchemes")),
        ("paths", "") => Some(Kind::Paths),
        (_, "paths") => Some(Kind::PathItem),
        (_, "security") => Some(Kind::Demand),
        ("properties", _) if !is_name(&pointer) => Some(Kind::Properties),
        ("parameters", _) => Some(Kind::Parameters),
        ("tags", _) => Some(Kind::Tags),
        ("security", _) => Some(Kind::Security),
        ("responses", _) => Some(Kind::Responses),
        ("headers", _) => Some(Kind::Headers),
        ("content", _) => Some(Kind::Content),
        ("required", _) if value.is_array() => Some(Kind::Required),
        ("enum", _) => Some(Kind::Enumeration),
        ("oneOf", _) => Some(Kind::Choice),
        _ if value.is_array() && pointer.contains("/security/") => Some(Kind::Scopes),
        _ => None,
    };
    // A security scheme, an integration and a scalar are not edited.
    if pointer.starts_with("/components/securitySchemes/") || key.starts_with("x-amazon-apigateway-integration") {
        return;
    }
    found.extend(kind.map(|kind| Container { pointer: pointer.clone(), kind }));
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                walk(value, format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1")), key, found);
            }
        }
        Value::Array(list) => {
            for (index, value) in list.iter().enumerate() {
                walk(value, format!("{pointer}/{index}"), &index.to_string(), found);
            }
        }
        _ => {}
    }
}

/// Whether the last part of a pointer is the name of a property, and not a key of a schema.
fn is_name(pointer: &str) -> bool {
    pointer.rsplit('/').nth(1) == Some("properties")
}
