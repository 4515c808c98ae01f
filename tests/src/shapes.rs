//! The shapes of schemas whose types are tested in every place.

use serde_json::{Map, Value, json};

/// A schema, as OpenAPI 3.1 writes it.
#[derive(Clone, Debug)]
pub struct Shape {
    /// The name of its component.
    pub name: String,
    /// The schema.
    pub schema: Value,
    /// What its values are, which decides where it can be sent.
    pub kind: Kind,
}

/// What the values of a shape are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A string, a number or a boolean.
    Scalar,
    /// An array of scalars.
    Scalars,
    /// An object or a map of scalars.
    Flat,
    /// Anything else.
    Nested,
}

/// The shapes.
pub fn shapes() -> Vec<Shape> {
    let mut all = scalars();
    let arrays = ["String", "Date", "Uuid", "Integer", "Number", "Boolean", "Enum", "EnumInteger"];
    all.extend(
        arrays.map(|of| shape(&format!("ArrayOf{of}"), Kind::Scalars, json!({ "type": "array", "items": to(of) }))),
    );
    all.extend(nested_arrays());
    all.extend(objects());
    all.extend(maps());
    all.extend(unions());
    all.extend(rest());
    all
}

fn shape(name: &str, kind: Kind, schema: Value) -> Shape {
    Shape { name: name.to_owned(), schema, kind }
}

/// A reference to a component.
pub(crate) fn to(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn scalars() -> Vec<Shape> {
    let string = |format: &str| json!({ "type": "string", "format": format });
    let list = [
        ("String", json!({ "type": "string" })),
        ("Date", string("date")),
        ("DateTime", string("date-time")),
        ("Time", string("time")),
        ("Duration", string("duration")),
        ("Uuid", string("uuid")),
        ("Email", string("email")),
        ("Uri", string("uri")),
        ("Byte", string("byte")),
        ("Ipv4", string("ipv4")),
        ("Unknown", string("of-our-own")),
        ("Pattern", json!({ "type": "string", "pattern": "^[A-Z]{2}[0-9]{4}$" })),
        ("Short", json!({ "type": "string", "minLength": 2, "maxLength": 5 })),
        ("Integer", json!({ "type": "integer" })),
        ("Int32", json!({ "type": "integer", "format": "int32" })),
        ("Int64", json!({ "type": "integer", "format": "int64" })),
        ("Bounded", json!({ "type": "integer", "minimum": 1, "maximum": 10 })),
        ("Number", json!({ "type": "number" })),
        ("Float", json!({ "type": "number", "format": "float" })),
        ("Double", json!({ "type": "number", "format": "double", "exclusiveMinimum": 0 })),
        ("Boolean", json!({ "type": "boolean" })),
        ("Default", json!({ "type": "string", "default": "unset" })),
        ("Enum", json!({ "type": "string", "enum": ["red", "dark blue", "a,b", "1", "type"] })),
        ("EnumInteger", json!({ "type": "integer", "enum": [1, 10, -3] })),
        ("EnumNumber", json!({ "type": "number", "enum": [0.5, 2.0] })),
        ("EnumOne", json!({ "type": "string", "enum": ["only"] })),
        ("Constant", json!({ "const": "fixed" })),
        ("ConstantInteger", json!({ "const": 7 })),
        ("StringOrInteger", json!({ "oneOf": [{ "type": "integer" }, { "type": "string", "format": "uuid" }] })),
        ("Described", json!({ "allOf": [to("Enum")], "description": "An enum with a description." })),
    ];
    list.map(|(name, schema)| shape(name, Kind::Scalar, schema)).into()
}

fn nested_arrays() -> Vec<Shape> {
    let array = |items: Value| json!({ "type": "array", "items": items });
    let list = [
        ("Unique", json!({ "type": "array", "items": { "type": "integer" }, "uniqueItems": true, "minItems": 1 })),
        ("Grid", array(array(json!({ "type": "number" })))),
        ("ArrayOfFlat", array(to("Flat"))),
        ("ArrayOfAny", array(json!({}))),
        ("ArrayOfNullable", array(json!({ "type": ["string", "null"] }))),
        ("ArrayOfUnion", array(json!({ "oneOf": [to("Cat"), to("Dog")] }))),
        (
            "Pair",
            json!({ "type": "array", "prefixItems": [{ "type": "string" }, { "type": "integer" }], "items": false, "minItems": 2 }),
        ),
        (
            "PairOfObjects",
            json!({ "type": "array", "prefixItems": [to("Flat"), to("Cat")], "items": false, "minItems": 2 }),
        ),
    ];
    list.map(|(name, schema)| shape(name, if name == "Unique" { Kind::Scalars } else { Kind::Nested }, schema)).into()
}

fn objects() -> Vec<Shape> {
    let object = |properties: Value, required: Value| json!({ "type": "object", "properties": properties, "required": required });
    let text = json!({ "type": "string" });
    let (flat, nested) = (Kind::Flat, Kind::Nested);
    vec![
        shape("Flat", flat, object(json!({ "a": text, "b": { "type": "integer" } }), json!(["a"]))),
        shape("AllOptional", flat, object(json!({ "first": text, "second": to("Date") }), json!([]))),
        shape(
            "Scalars",
            flat,
            object(
                json!({ "s": text, "i": { "type": "integer" }, "n": { "type": "number" }, "b": { "type": "boolean" }, "d": to("Date"), "e": to("Enum") }),
                json!(["s", "i", "n", "b"]),
            ),
        ),
        shape(
            "OddNames",
            flat,
            object(
                json!({ "type": text, "a-b": text, "self": text, "x.y": text, "B": { "type": "integer" } }),
                json!(["type", "self"]),
            ),
        ),
        shape(
            "Closed",
            flat,
            json!({ "type": "object", "properties": { "closed": { "type": "boolean" } }, "required": ["closed"], "additionalProperties": false }),
        ),
        shape(
            "Cat",
            flat,
            object(json!({ "kind": { "const": "cat" }, "lives": { "type": "integer" } }), json!(["kind", "lives"])),
        ),
        shape(
            "Dog",
            flat,
            object(json!({ "kind": { "const": "dog" }, "good": { "type": "boolean" } }), json!(["kind", "good"])),
        ),
        shape(
            "Outer",
            nested,
            object(
                json!({ "inner": to("Flat"), "inline": object(json!({ "x": { "type": "number" } }), json!(["x"])) }),
                json!(["inner"]),
            ),
        ),
        shape(
            "WithArray",
            nested,
            object(
                json!({ "list": { "type": "array", "items": to("Flat") }, "words": { "type": "array", "items": text } }),
                json!(["list"]),
            ),
        ),
        shape(
            "Extra",
            nested,
            json!({ "type": "object", "properties": { "known": text }, "required": ["known"], "additionalProperties": { "type": "integer" } }),
        ),
        shape(
            "Nullables",
            nested,
            object(
                json!({ "required": { "type": ["string", "null"] }, "optional": { "type": ["integer", "null"] }, "object": { "anyOf": [to("Flat"), { "type": "null" }] } }),
                json!(["required"]),
            ),
        ),
        shape(
            "Defaults",
            nested,
            object(
                json!({ "n": { "type": "integer", "default": 3 }, "list": { "type": "array", "items": text, "default": [] } }),
                json!([]),
            ),
        ),
        shape("Free", nested, json!({ "type": "object" })),
    ]
}

fn maps() -> Vec<Shape> {
    let map = |of: Value| json!({ "type": "object", "additionalProperties": of });
    let list = [
        ("MapOfString", map(json!({ "type": "string" }))),
        ("MapOfInteger", map(json!({ "type": "integer" }))),
        ("MapOfFlat", map(to("Flat"))),
        ("MapOfArray", map(json!({ "type": "array", "items": { "type": "integer" } }))),
        ("MapOfAny", map(json!(true))),
        ("MapOfNullable", map(json!({ "type": ["boolean", "null"] }))),
        ("MapOfMap", map(map(json!({ "type": "number" })))),
        (
            "Patterns",
            json!({ "type": "object", "patternProperties": { "^": { "type": "integer" } }, "additionalProperties": false }),
        ),
    ];
    list.map(|(name, schema)| shape(name, Kind::Nested, schema)).into()
}

fn unions() -> Vec<Shape> {
    let list = [
        ("Pet", json!({ "oneOf": [to("Cat"), to("Dog")] })),
        (
            "PetByTag",
            json!({ "oneOf": [to("Cat"), to("Dog")], "discriminator": { "propertyName": "kind", "mapping": { "cat": "#/components/schemas/Cat", "dog": "#/components/schemas/Dog" } } }),
        ),
        ("TextOrFlat", json!({ "oneOf": [{ "type": "string" }, to("Flat")] })),
        ("OneOrMany", json!({ "oneOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }] })),
        ("FlatOrClosed", json!({ "anyOf": [to("Flat"), to("Closed")] })),
        ("UnionOfUnion", json!({ "oneOf": [to("Pet"), { "type": "integer" }] })),
        ("Numbers", json!({ "oneOf": [{ "type": "array", "items": { "type": "number" } }, { "type": "boolean" }] })),
        ("MaybeFlat", json!({ "anyOf": [to("Flat"), { "type": "null" }] })),
    ];
    list.map(|(name, schema)| shape(name, Kind::Nested, schema)).into()
}

fn rest() -> Vec<Shape> {
    let list = [
        ("Joined", json!({ "allOf": [to("Flat"), to("Closed2")] })),
        (
            "Extended",
            json!({ "allOf": [to("Flat"), { "type": "object", "properties": { "more": to("Date") }, "required": ["more"] }] }),
        ),
        ("Same", json!({ "allOf": [to("Flat")] })),
        (
            "Tree",
            json!({ "type": "object", "properties": { "value": { "type": "integer" }, "children": { "type": "array", "items": to("Tree") } }, "required": ["value"] }),
        ),
        (
            "Linked",
            json!({ "type": "object", "properties": { "value": { "type": "string" }, "next": { "anyOf": [to("Linked"), { "type": "null" }] } }, "required": ["value"] }),
        ),
        ("Even", json!({ "type": "object", "properties": { "odd": to("Odd") } })),
        ("NullableString", json!({ "type": ["string", "null"] })),
        ("NullableInteger", json!({ "type": ["integer", "null"], "format": "int32" })),
        ("NullableDate", json!({ "type": ["string", "null"], "format": "date" })),
        ("NullableArray", json!({ "type": ["array", "null"], "items": { "type": "string" } })),
        ("NullableEnum", json!({ "type": ["string", "null"], "enum": ["a", "b", null] })),
        ("Anything", json!({})),
        ("Alias", to("Flat")),
    ];
    list.map(|(name, schema)| shape(name, Kind::Nested, schema)).into()
}

/// Components that only shapes refer to.
pub(crate) fn helpers() -> Map<String, Value> {
    let mut helpers = Map::new();
    helpers.insert("Closed2".to_owned(), json!({ "type": "object", "properties": { "c": { "type": "boolean" } } }));
    helpers.insert(
        "Odd".to_owned(),
        json!({ "type": "object", "properties": { "even": to("Even"), "n": { "type": "integer" } } }),
    );
    helpers
}
