//! Documents with random schemas: everything that a model can contain, including names that are difficult in every language.

use fastrand::Rng;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A document of random schemas, each under `components/schemas` and in the body of one operation.
#[derive(Clone, Debug)]
pub struct Schemas {
    /// The document, OpenAPI 3.0.
    pub document: Value,
    /// The names of the schemas whose types are tested with values.
    pub names: Vec<String>,
    /// The variants of each union by the name of the union, if they are references.
    pub unions: BTreeMap<String, Vec<String>>,
}

/// Property names that are keywords, types, equal after casing, or not identifiers.
const NAMES: &[&str] = &[
    "name",
    "id",
    "type",
    "self",
    "Self",
    "fn",
    "async",
    "gen",
    "new",
    "r#x",
    "a b",
    "a-b",
    "a_b",
    "aB",
    "AB",
    "",
    "1a",
    "été",
    "日本",
    "$ref",
    "\"quoted\"",
    "back\\slash",
    "null",
    "Option",
    "String",
    "Vec",
    "serde",
    "rt",
    "value",
    "object",
    "out",
    "additional",
    "line\nbreak",
    "\u{1f98a}",
    "__proto__",
    "fmt",
    "drop",
    "clone",
    "into",
    "read",
    "write",
    "properties",
    "required",
    "_",
    "x.y",
    "#",
    "{}",
    "%s",
    "'",
    "kind2",
    "enum",
    "default",
    "description",
    "nullable",
    "allOf",
    "items",
    "crate",
    "super",
    "static",
    "Ok",
    "Err",
];

/// Makes a document with this many schemas.
pub fn schemas(count: usize, random: &mut Rng) -> Schemas {
    let mut maker = Maker {
        random,
        objects: Vec::new(),
        schemas: Map::new(),
        properties: BTreeMap::new(),
        unions: BTreeMap::new(),
    };
    for index in 0..count {
        let name = format!("Thing{index}");
        let schema = maker.top(&name, index);
        maker.schemas.insert(name, schema);
    }
    let Maker { schemas, unions, .. } = maker;
    let names: Vec<String> = schemas.keys().cloned().collect();
    let all: Map<String, Value> = names.iter().map(|name| (format!("p{name}"), reference(name))).collect();
    let body = json!({ "application/json": { "schema": { "type": "object", "properties": all } } });
    let document = json!({
        "openapi": "3.0.3",
        "info": { "title": "random", "version": "1" },
        "servers": [{ "url": "https://api.example.com" }],
        "paths": { "/all": { "post": {
            "operationId": "all",
            "requestBody": { "required": true, "content": body },
            "responses": { "200": { "description": "ok", "content": body } },
        } } },
        "components": { "schemas": schemas },
    });
    Schemas { document, names, unions }
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

struct Maker<'r> {
    random: &'r mut Rng,
    /// The objects that others may extend, so far.
    objects: Vec<String>,
    schemas: Map<String, Value>,
    /// The names of the properties of each object, including those of its parents.
    properties: BTreeMap<String, BTreeSet<String>>,
    unions: BTreeMap<String, Vec<String>>,
}

impl Maker<'_> {
    fn top(&mut self, name: &str, index: usize) -> Value {
        let enough = self.objects.len() >= 3;
        match self.random.u8(..20) {
            0 | 1 if enough => self.tagged_union(name),
            2 | 3 if enough => self.union(name, "oneOf"),
            4 if enough => self.union(name, "anyOf"),
            5 | 6 if enough => self.composed(name),
            7 => self.text_enum(),
            8 => json!({ "type": "integer", "enum": [1, 2, 40, -3] }),
            9 => json!({ "type": "object", "additionalProperties": self.any_schema(0) }),
            _ => {
                let known = BTreeSet::new();
                self.object(name, index, &known)
            }
        }
    }

    /// An object that can be distinguished from all others: by the value of `kind`, or by a property that only it has.
    fn object(&mut self, name: &str, index: usize, inherited: &BTreeSet<String>) -> Value {
        let mut properties = Map::new();
        let mut required = Vec::new();
        if self.random.bool() && !inherited.contains("kind") {
            let tag = if self.random.bool() {
                json!({ "type": "string", "enum": [name] })
            } else {
                json!({ "type": "string" })
            };
            properties.insert("kind".to_owned(), tag);
            required.push("kind".to_owned());
        }
        let own = format!("only{index}");
        properties.insert(own.clone(), self.any_schema(1));
        required.push(own);
        for _ in 0..self.random.usize(..7) {
            let property = self.random.choice(NAMES).copied().unwrap_or("name").to_owned();
            if inherited.contains(&property) || properties.contains_key(&property) {
                continue;
            }
            let must = self.random.u8(..3) == 0;
            let schema = if must { self.any_schema(1) } else { self.optional_schema() };
            properties.insert(property.clone(), schema);
            if must {
                required.push(property);
            }
        }
        let names = properties.keys().cloned().chain(inherited.iter().cloned()).collect();
        self.properties.insert(name.to_owned(), names);
        self.objects.push(name.to_owned());
        let mut schema = json!({ "type": "object", "properties": properties, "required": required });
        match self.random.u8(..8) {
            0 => schema["additionalProperties"] = true.into(),
            1 => schema["additionalProperties"] = self.any_schema(1),
            2 => schema["additionalProperties"] = false.into(),
            _ => {}
        }
        schema
    }

    fn composed(&mut self, name: &str) -> Value {
        let mut parents: Vec<String> = Vec::new();
        let mut inherited: BTreeSet<String> = BTreeSet::new();
        for _ in 0..self.random.usize(1..=2) {
            let Some(parent) = self.random.choice(&self.objects).cloned() else { continue };
            let names = self.properties.get(&parent).cloned().unwrap_or_default();
            // A closed parent refuses the properties that its child adds.
            let closed = self
                .schemas
                .get(&parent)
                .is_some_and(|s| s.get("additionalProperties").is_some() || s.get("allOf").is_some());
            if !closed && inherited.is_disjoint(&names) {
                inherited.extend(names);
                parents.push(parent);
            }
        }
        let index = self.schemas.len();
        let mut own = self.object(name, index, &inherited);
        if let Some(members) = own.as_object_mut() {
            members.remove("additionalProperties");
        }
        if parents.is_empty() {
            return own;
        }
        if self.random.u8(..4) == 0 {
            // An inherited property may be required, or repeated.
            let again: Vec<String> = inherited.iter().cloned().collect();
            if let (Some(name), Some(required)) = (self.random.choice(again), own["required"].as_array_mut()) {
                required.push(name.into());
            }
        }
        if self.random.bool() {
            let all: Vec<Value> = parents.iter().map(|p| reference(p)).chain([own]).collect();
            return json!({ "allOf": all });
        }
        own["allOf"] = parents.iter().map(|p| reference(p)).collect();
        own
    }

    fn tagged_union(&mut self, name: &str) -> Value {
        let kind = |s: &Value| s["properties"]["kind"].is_object();
        let tagged: Vec<String> =
            self.objects.iter().filter(|o| self.schemas.get(*o).is_some_and(kind)).cloned().collect();
        let chosen = self.some_of(tagged, 4);
        if chosen.len() < 2 {
            return self.text_enum();
        }
        let mut discriminator = json!({ "propertyName": "kind" });
        // A property that contains its own name as a value must keep that name.
        let free = |n: &String| self.schemas.get(n).is_some_and(|s| s["properties"]["kind"].get("enum").is_none());
        if self.random.bool() {
            let mapping = chosen.iter().map(|n| {
                (if free(n) { format!("the {n}") } else { n.clone() }, format!("#/components/schemas/{n}").into())
            });
            discriminator["mapping"] = Value::Object(mapping.collect());
        }
        let word = if self.random.bool() { "oneOf" } else { "anyOf" };
        let variants: Vec<Value> = chosen.iter().map(|n| reference(n)).collect();
        self.unions.insert(name.to_owned(), chosen);
        json!({ word: variants, "discriminator": discriminator })
    }

    fn union(&mut self, name: &str, word: &str) -> Value {
        let chosen = self.some_of(self.objects.clone(), 3);
        let mut variants: Vec<Value> = chosen.iter().map(|n| reference(n)).collect();
        if self.random.u8(..3) == 0 || variants.len() < 2 {
            let scalars = [
                json!({ "type": "string" }),
                json!({ "type": "integer" }),
                json!({ "type": "boolean" }),
                json!({ "type": "array", "items": { "type": "string" } }),
            ];
            for _ in 0..2 {
                let scalar = self.random.choice(&scalars).cloned().unwrap_or_default();
                if !variants.contains(&scalar) {
                    let at = self.random.usize(..=variants.len());
                    variants.insert(at, scalar);
                }
            }
        } else {
            self.unions.insert(name.to_owned(), chosen);
        }
        let mut schema = json!({ word: variants });
        if self.random.u8(..5) == 0 {
            schema["nullable"] = true.into();
        }
        schema
    }

    fn some_of(&mut self, mut from: Vec<String>, most: usize) -> Vec<String> {
        self.random.shuffle(&mut from);
        from.truncate(self.random.usize(2..=most));
        from
    }

    fn text_enum(&mut self) -> Value {
        let count = self.random.usize(1..6);
        let mut values: Vec<&str> = NAMES.to_vec();
        self.random.shuffle(&mut values);
        json!({ "type": "string", "enum": values[..count] })
    }

    /// A schema that always has a value: references lead only to schemas that exist already.
    fn any_schema(&mut self, depth: usize) -> Value {
        let mut schema = match self.random.u8(..if depth > 3 { 8 } else { 16 }) {
            0 => json!({ "type": "string" }),
            1 => {
                // Not `password`: a secret is not serialized.
                let formats = ["date", "date-time", "uuid", "byte", "email", "uri", "unheard-of", "binary", "time"];
                json!({ "type": "string", "format": self.random.choice(formats) })
            }
            2 => self.text_enum(),
            3 => json!({ "type": "integer" }),
            4 => {
                json!({ "type": "integer", "format": self.random.choice(["int32", "int64", "uint32", "uint64", "int8"]) })
            }
            5 => json!({ "type": "number" }),
            6 => json!({ "type": "number", "format": self.random.choice(["float", "double"]) }),
            7 => json!({ "type": "boolean" }),
            8 => json!({ "type": "array", "items": self.any_schema(depth + 1) }),
            9 => json!({ "type": "object", "additionalProperties": self.any_schema(depth + 1) }),
            10 => {
                json!({ "type": "object", "properties": { "a": self.any_schema(depth + 1), "b": self.optional_schema() }, "required": ["a"] })
            }
            11 => json!({}),
            12 => json!({ "type": "object" }),
            13 => return self.inline(depth),
            _ => match self.random.usize(..=self.schemas.len()).checked_sub(1) {
                Some(index) => reference(&format!("Thing{index}")),
                None => json!({ "type": "string" }),
            },
        };
        if self.random.u8(..5) == 0 {
            schema = match schema.get("$ref") {
                Some(_) => json!({ "allOf": [schema], "nullable": true }),
                None => with(schema, "nullable", true.into()),
            };
        } else if self.random.u8(..6) == 0 {
            let default = match schema["type"].as_str() {
                Some("string") if schema.get("format").is_none() => {
                    schema["enum"].get(0).cloned().unwrap_or_else(|| "x".into())
                }
                Some("integer") => 1.into(),
                Some("boolean") => true.into(),
                _ => return schema,
            };
            schema = with(schema, "default", default);
        }
        schema
    }

    /// A schema between others: a union of kinds, a list of values with `null` in it, a reference that is refined.
    fn inline(&mut self, depth: usize) -> Value {
        let object = self.random.choice(&self.objects).cloned();
        match (self.random.u8(..6), object) {
            (0, Some(object)) => json!({ "oneOf": [reference(&object), { "type": "string" }] }),
            (1, Some(object)) => json!({ "anyOf": [{ "type": "integer" }, reference(&object)], "nullable": true }),
            (2, Some(object)) => json!({ "allOf": [reference(&object)], "description": "the same" }),
            (3, _) => json!({ "type": "string", "nullable": true, "enum": ["a", "A", null, "a "] }),
            (4, _) => {
                json!({ "oneOf": [{ "type": "boolean" }, { "type": "array", "items": self.any_schema(depth + 1) }] })
            }
            _ => {
                json!({ "type": "object", "required": ["undeclared", "a"], "properties": { "a": self.any_schema(depth + 1) }, "additionalProperties": true })
            }
        }
    }

    /// A schema that may refer to a schema that does not exist yet, including itself.
    fn optional_schema(&mut self) -> Value {
        if self.random.u8(..4) > 0 {
            return self.any_schema(2);
        }
        // The first of those is the one that is being made.
        let target = reference(&format!("Thing{}", self.random.usize(..=self.schemas.len())));
        match self.random.u8(..3) {
            0 => json!({ "type": "array", "items": target }),
            1 => json!({ "type": "object", "additionalProperties": target }),
            _ => target,
        }
    }
}

fn with(mut schema: Value, key: &str, value: Value) -> Value {
    if let Some(members) = schema.as_object_mut() {
        members.insert(key.to_owned(), value);
    }
    schema
}
