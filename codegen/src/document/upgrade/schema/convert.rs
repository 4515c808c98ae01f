//! Converts a schema of any dialect to OpenAPI 3.0.

use crate::diagnostics::report::Span;
use crate::document::edit;
use crate::document::edit::Members;
use crate::document::load::node::{Member, Node, Value};
use crate::document::upgrade::{Dialect, Upgrade};
use crate::document::values;
use rustc_hash::FxHashSet;

/// Keywords that do not restrict the valid values, or that 3.0 does not define.
const DROPPED: &[&str] = &[
    "$schema",
    "$id",
    "$comment",
    "$anchor",
    "$dynamicAnchor",
    "$vocabulary",
    "examples",
    "x-example",
    "x-examples",
    "contentSchema",
    "minContains",
    "maxContains",
    "dependentRequired",
    "x-nullable",
];

/// Keywords whose value is a schema.
const ONE: &[&str] = &["items", "additionalProperties", "not"];

/// Keywords whose value is a list of schemas.
const LISTS: &[&str] = &["allOf", "anyOf", "oneOf", "prefixItems"];

/// Keywords beside a `$ref` that are significant in 3.1 and are more than documentation.
const COUNTING: &[&str] = &["nullable", "x-nullable", "default", "readOnly", "writeOnly", "deprecated"];

impl<'s> Upgrade<'_, 's> {
    /// Converts a schema, with all schemas inside it, to 3.0.
    pub(crate) fn schema(&mut self, schema: &mut Node<'s>) {
        match schema.value {
            // Every value is valid for `true`, and no value for `false`
            // (<https://json-schema.org/draft/2020-12/json-schema-core#section-4.3.2>).
            Value::Bool(true) => schema.value = Value::Object(Vec::new()),
            Value::Bool(false) => {
                let anything = edit::member("not", edit::object(schema.span, Vec::new()));
                schema.value = Value::Object(vec![anything]);
            }
            Value::Object(_) if !values::is_intrinsic(schema) => self.object_schema(schema),
            _ => {}
        }
    }

    fn object_schema(&mut self, schema: &mut Node<'s>) {
        let around = self.enter(schema);
        let span = schema.span;
        let Some(members) = edit::members(schema) else { return };
        if edit::find(members, "$ref").is_some_and(|r| r.as_str().is_some()) {
            self.reference(members);
            if !self.with_siblings(members, span) {
                self.leave(around);
                return;
            }
        }
        self.keywords(members, span);
        self.children(members);
        self.leave(around);
    }

    /// Whether the keywords beside a `$ref` are significant. The `$ref` is then moved into an `allOf` beside them.
    fn with_siblings(&mut self, members: &mut Members<'s>, span: Span) -> bool {
        let counts = |key: &str| match self.dialect {
            Dialect::OpenApi31 => {
                COUNTING.contains(&key)
                    || !(key.starts_with("x-")
                        || ["$ref", "description", "summary", "title", "example"].contains(&key)
                        || DROPPED.contains(&key))
            }
            // 3.0 and 2.0 ignore keywords beside a `$ref`, but tools agree on the meaning of this one.
            Dialect::OpenApi30 | Dialect::Swagger2 => key == "x-nullable",
        };
        if !members.iter().any(|m| counts(&m.key)) {
            return false;
        }
        if let Some(reference) = edit::take(members, "$ref") {
            let location = reference.value.span;
            edit::append(members, "allOf", span, vec![edit::object(location, vec![reference])]);
        }
        true
    }

    /// Converts the keywords of a schema.
    fn keywords(&mut self, members: &mut Members<'s>, span: Span) {
        if members.iter().all(is_plain) {
            return;
        }
        if let Some(word) = edit::find(members, "x-nullable").filter(|w| w.as_bool() == Some(true)) {
            let location = word.span;
            edit::set(members, "nullable", edit::boolean(location, true));
        }
        members.retain(|m| !DROPPED.contains(&&*m.key));
        // `id` is the `$id` of draft 4, and draft 3 has `required` in the property itself.
        members.retain(|m| !(m.key == "id" && m.value.as_str().is_some()));
        required_properties(members);
        members.retain(|m| !(m.key == "required" && m.value.as_bool().is_some()));
        if let Some(discriminator) = edit::find_mut(members, "discriminator")
            && discriminator.as_str().is_some()
        {
            let name = Node::new(discriminator.value.clone(), discriminator.span);
            *discriminator = edit::object(name.span, vec![edit::member("propertyName", name)]);
        }
        self.constraints(members);
        self.patterns(members);
        self.tuples(members);
        self.constant(members);
        self.limits(members);
        self.content(members);
        self.types(members, span);
        self.null_branches(members);
    }

    fn children(&mut self, members: &mut Members<'s>) {
        if let Some(properties) = edit::find_mut(members, "properties").and_then(edit::members) {
            for property in properties.iter_mut() {
                self.schema(&mut property.value);
            }
        }
        for word in ONE {
            if let Some(inner) = edit::find_mut(members, word)
                && !(matches!(*word, "additionalProperties" | "items") && inner.as_bool().is_some())
            {
                self.schema(inner);
            }
        }
        for word in LISTS {
            for inner in edit::find_mut(members, word).and_then(edit::elements).into_iter().flatten() {
                self.schema(inner);
            }
        }
    }
}

/// Whether a keyword and its value are the same in 3.0, as in most schemas.
fn is_plain(member: &Member<'_>) -> bool {
    match &*member.key {
        "type" => member.value.as_str().is_some_and(|t| !matches!(t, "null" | "file")),
        "required" | "allOf" => member.value.elements().is_some(),
        "items" => member.value.members().is_some(),
        "properties" => {
            let required = |m: &Member<'_>| m.value.get("required").is_some_and(|r| r.as_bool().is_some());
            !member.value.members().is_some_and(|m| m.iter().any(required))
        }
        "description"
        | "title"
        | "format"
        | "enum"
        | "default"
        | "example"
        | "nullable"
        | "readOnly"
        | "writeOnly"
        | "additionalProperties"
        | "pattern"
        | "minLength"
        | "maxLength"
        | "minimum"
        | "maximum"
        | "minItems"
        | "maxItems"
        | "uniqueItems"
        | "deprecated"
        | "externalDocs" => true,
        _ => false,
    }
}

/// Draft 3 has `required: true` in the property; 3.0 lists the names in the object.
fn required_properties(members: &mut Members<'_>) {
    let Some(properties) = edit::find_mut(members, "properties") else { return };
    let span = properties.span;
    let mut names = Vec::new();
    for property in edit::members(properties).into_iter().flatten() {
        let Some(inner) = edit::members(&mut property.value) else { continue };
        let Some(required) = edit::find(inner, "required").and_then(Node::as_bool) else { continue };
        edit::take(inner, "required");
        if required {
            names.push(edit::text(property.key_span, property.key.clone()));
        }
    }
    if names.is_empty() {
        return;
    }
    if edit::find(members, "required").is_some_and(|r| r.as_bool().is_some()) {
        edit::take(members, "required");
    }
    match edit::find(members, "required").and_then(Node::elements) {
        Some(list) => {
            let listed: FxHashSet<&str> = list.iter().filter_map(Node::as_str).collect();
            names.retain(|name| name.as_str().is_some_and(|name| !listed.contains(name)));
        }
        None => {
            edit::take(members, "required");
        }
    }
    edit::append(members, "required", span, names);
}
