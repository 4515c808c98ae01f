//! The JSON Schema Test Suite: its schemas, each as a component of an OpenAPI document, with their valid instances.

use crate::paths;
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};
use std::{fs, io};

/// A draft of JSON Schema, and the version of OpenAPI whose schemas follow it.
#[derive(Clone, Copy, Debug)]
pub struct Draft {
    /// The name of its directory in the suite.
    pub name: &'static str,
    openapi: &'static str,
    /// The keyword that names a schema.
    id: &'static str,
}

/// OpenAPI 3.0 extends a subset of draft 5, whose keywords are those of draft 4; OpenAPI 3.1 has the schemas of 2020-12.
pub const DRAFTS: [Draft; 2] =
    [Draft { name: "draft4", openapi: "3.0.4", id: "id" }, Draft { name: "draft2020-12", openapi: "3.1.1", id: "$id" }];

/// A schema of the suite with its valid instances.
#[derive(Clone, Debug)]
pub struct Group {
    /// The file and the description: `optional/format/date: validation of date strings`.
    pub name: String,
    /// The schema as it is in the suite.
    pub schema: Value,
    /// The instances that are valid, with their descriptions.
    pub valid: Vec<(String, Value)>,
    draft: Draft,
}

/// The directory of the suite, if it is installed.
pub fn home() -> Option<PathBuf> {
    let directory = paths::target().join("peers/json-schema/suite");
    directory.is_dir().then_some(directory)
}

/// The groups of a draft, in the order of their files.
///
/// # Errors
/// If the suite can't be read.
pub fn groups(home: &Path, draft: Draft) -> io::Result<Vec<Group>> {
    let mut groups = Vec::new();
    let root = home.join("tests").join(draft.name);
    for directory in ["", "optional", "optional/format"] {
        for path in paths::documents(&root.join(directory))? {
            let file = Path::new(directory).join(path.file_stem().unwrap_or_default());
            let read: Value = serde_json::from_slice(&fs::read(&path)?)?;
            for group in read.as_array().into_iter().flatten() {
                groups.push(Group::read(&file.to_string_lossy(), group, draft));
            }
        }
    }
    Ok(groups)
}

impl Group {
    fn read(file: &str, group: &Value, draft: Draft) -> Self {
        let text = |value: &Value| value["description"].as_str().unwrap_or_default().to_owned();
        let tests = group["tests"].as_array().into_iter().flatten().filter(|test| test["valid"] == true);
        Self {
            name: format!("{file}: {}", text(group)),
            schema: group["schema"].clone(),
            valid: tests.map(|test| (text(test), test["data"].clone())).collect(),
            draft,
        }
    }

    /// The file of the suite, without its extension.
    pub fn file(&self) -> &str {
        self.name.split_once(": ").map_or(self.name.as_str(), |(file, _)| file)
    }

    /// A document whose only operation sends and answers `{"v": INSTANCE}`.
    pub fn document(&self) -> Value {
        let mut schema = self.schema.clone();
        // References of a schema without a name of its own are relative to the document.
        if schema.get(self.draft.id).is_none() {
            relocate(&mut schema, self.draft.id);
        }
        let content = json!({ "application/json": { "schema": { "$ref": "#/components/schemas/Whole" } } });
        json!({
            "openapi": self.draft.openapi,
            "info": { "title": "suite", "version": "1" },
            "servers": [{ "url": "https://api.example.com" }],
            "paths": { "/v": { "put": {
                "operationId": "put",
                "requestBody": { "required": true, "content": content },
                "responses": { "200": { "description": "OK", "content": content } },
            } } },
            "components": { "schemas": {
                "Whole": { "type": "object", "required": ["v"], "properties": { "v": { "$ref": "#/components/schemas/Schema" } } },
                "Schema": schema,
            } },
        })
    }

    /// Whether only members of the instance are missing, of which the schema says nothing.
    pub fn does_not_describe(&self, instance: &Value, written: &Value) -> bool {
        let (Some(all), Some(kept)) = (instance.as_object(), written.as_object()) else { return false };
        kept.iter().all(|(name, value)| all.get(name) == Some(value))
            && all.keys().filter(|name| !kept.contains_key(*name)).all(|name| !declares(&self.schema, name))
    }

    /// Whether an instance is refused because the schema has no `type`: its keywords are for values of another type than the
    /// instance, or the value at the place that the error names.
    pub fn lacks_type_for(&self, instance: &Value, error: &str) -> bool {
        let path = error.split('`').nth(1).unwrap_or_default();
        if path != "v" {
            // Below the root only where the same schema is meant: no schema of the group has a type.
            return !has_type(&self.schema);
        }
        let Some(members) = self.schema.as_object() else { return false };
        let of = |keywords: &[&str]| keywords.iter().any(|keyword| members.contains_key(*keyword));
        let kinds = [
            (of(OBJECT), instance.is_object()),
            (of(ARRAY), instance.is_array()),
            (of(STRING), instance.is_string()),
            (of(NUMBER), instance.is_number()),
        ];
        !members.contains_key("type") && !kinds.iter().any(|(has, is)| *has && *is)
    }
}

/// Whether a property of this name is declared somewhere in a schema.
fn declares(schema: &Value, name: &str) -> bool {
    match schema {
        Value::Array(parts) => parts.iter().any(|part| declares(part, name)),
        Value::Object(members) => {
            members.get("properties").is_some_and(|properties| properties.get(name).is_some())
                || members.values().any(|part| declares(part, name))
        }
        _ => false,
    }
}

fn has_type(schema: &Value) -> bool {
    match schema {
        Value::Array(parts) => parts.iter().any(has_type),
        Value::Object(members) => members.contains_key("type") || members.values().any(has_type),
        _ => false,
    }
}

const OBJECT: &[&str] = &[
    "properties",
    "patternProperties",
    "additionalProperties",
    "required",
    "minProperties",
    "maxProperties",
    "dependencies",
    "dependentSchemas",
];
const ARRAY: &[&str] = &["items", "prefixItems", "additionalItems", "minItems", "maxItems", "uniqueItems", "contains"];
const STRING: &[&str] = &["pattern", "format", "minLength", "maxLength", "contentMediaType", "contentEncoding"];
const NUMBER: &[&str] = &["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"];

/// The keywords whose members are schemas by name, and those whose value is not a schema.
const NAMED: &[&str] = &["properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies"];
const VALUES: &[&str] = &["enum", "const", "default", "examples"];

/// Makes references to the root of the schema into references to the component. A schema with an identifier is a root of its own.
fn relocate(schema: &mut Value, id: &str) {
    match schema {
        Value::Array(schemas) => schemas.iter_mut().for_each(|schema| relocate(schema, id)),
        Value::Object(members) if !members.get(id).is_some_and(Value::is_string) => relocate_members(members, id),
        _ => {}
    }
}

fn relocate_members(members: &mut Map<String, Value>, id: &str) {
    for (keyword, value) in members {
        if let ("$ref", Value::String(target)) = (keyword.as_str(), &mut *value) {
            if target == "#" || target.starts_with("#/") {
                target.insert_str(1, "/components/schemas/Schema");
            }
        } else if NAMED.contains(&keyword.as_str()) {
            value.as_object_mut().into_iter().flat_map(Map::values_mut).for_each(|schema| relocate(schema, id));
        } else if !VALUES.contains(&keyword.as_str()) {
            relocate(value, id);
        }
    }
}
