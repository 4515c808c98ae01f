//! The places where a schema is used, and documents with an operation for each shape in each place.

use crate::shapes::{Kind, Shape, helpers, to};
use serde_json::{Map, Value, json};

/// The part of a request or of a response where a value is.
#[derive(Clone, Copy, Debug)]
pub enum Part {
    /// A parameter of this location, style and explode.
    Parameter(&'static str, &'static str, bool),
    /// A query parameter with `content`.
    Content,
    /// A JSON body, sent and answered, with the shape in this schema.
    Body(fn(&Value) -> Value),
    /// A member of a form.
    Form,
    /// A part of `multipart/form-data`.
    Multipart,
    /// A header of a response.
    Header,
    /// The body of an error of status 409.
    Error,
    /// The body of every status that is not listed.
    Otherwise,
    /// A line of a stream of JSON.
    Line,
}

/// A place.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Its name in operations and paths.
    pub name: &'static str,
    /// The part.
    pub part: Part,
    /// Whether the value is required.
    pub required: bool,
}

/// A document: its name, its version of OpenAPI, its places.
pub type Family = (&'static str, &'static str, &'static [Place]);

const V30: &str = "3.0.4";
const V31: &str = "3.1.1";

const fn parameter(
    name: &'static str,
    location: &'static str,
    style: &'static str,
    explode: bool,
    required: bool,
) -> Place {
    Place { name, part: Part::Parameter(location, style, explode), required }
}

const fn body(name: &'static str, schema: fn(&Value) -> Value) -> Place {
    Place { name, part: Part::Body(schema), required: true }
}

const fn place(name: &'static str, part: Part, required: bool) -> Place {
    Place { name, part, required }
}

const PARAMETERS: &[Place] = &[
    parameter("path_simple", "path", "simple", false, true),
    parameter("path_simple_explode", "path", "simple", true, true),
    parameter("path_label", "path", "label", false, true),
    parameter("path_label_explode", "path", "label", true, true),
    parameter("path_matrix", "path", "matrix", false, true),
    parameter("path_matrix_explode", "path", "matrix", true, true),
    parameter("query", "query", "form", true, true),
    parameter("query_optional", "query", "form", true, false),
    parameter("query_joined", "query", "form", false, true),
    parameter("query_space", "query", "spaceDelimited", false, true),
    parameter("query_pipe", "query", "pipeDelimited", false, false),
    parameter("query_deep", "query", "deepObject", true, true),
    parameter("header", "header", "simple", false, true),
    parameter("header_explode", "header", "simple", true, false),
    parameter("cookie", "cookie", "form", false, true),
    parameter("cookie_optional", "cookie", "form", false, false),
    place("content", Part::Content, true),
    place("content_optional", Part::Content, false),
];

const BODIES: &[Place] = &[
    body("whole", Value::clone),
    body("member", |shape| json!({ "type": "object", "required": ["v"], "properties": { "v": shape } })),
    body(
        "member_optional",
        |shape| json!({ "type": "object", "properties": { "v": shape, "w": { "type": "string" } } }),
    ),
    body("member_nullable", |shape| {
        json!({
            "type": "object", "required": ["v"], "properties": { "v": { "anyOf": [shape, { "type": "null" }] } }
        })
    }),
    body("element", |shape| json!({ "type": "array", "items": shape })),
    body("element_of_element", |shape| json!({ "type": "array", "items": { "type": "array", "items": shape } })),
    body("map", |shape| json!({ "type": "object", "additionalProperties": shape })),
    body("variant", |shape| {
        json!({ "type": "object", "required": ["v"], "properties": { "v": { "oneOf": [shape, {
        "type": "object", "required": ["other"], "additionalProperties": false,
        "properties": { "other": { "type": "string", "enum": ["the other variant"] } }
    }] } } })
    }),
    body("part_of_all", |shape| {
        json!({ "allOf": [
        { "type": "object", "properties": { "extra": { "type": "integer" } } },
        { "type": "object", "required": ["v"], "properties": { "v": shape } }
    ] })
    }),
    body("deep", |shape| {
        json!({ "type": "object", "required": ["a"], "properties": { "a": {
        "type": "array", "items": { "type": "object", "additionalProperties": { "type": "array", "items": shape } }
    } } })
    }),
    body("only_read", |shape| {
        json!({
            "type": "object", "required": ["v", "id"], "properties": { "v": shape, "id": { "type": "integer", "readOnly": true } }
        })
    }),
];

const FORMS: &[Place] = &[
    place("form", Part::Form, true),
    place("form_optional", Part::Form, false),
    place("multipart", Part::Multipart, true),
    place("multipart_optional", Part::Multipart, false),
];

const ANSWERS: &[Place] = &[
    place("answer_header", Part::Header, false),
    place("error", Part::Error, true),
    place("otherwise", Part::Otherwise, true),
    place("line", Part::Line, true),
];

/// The documents.
pub const FAMILIES: &[Family] = &[
    ("parameters", V31, PARAMETERS),
    ("bodies30", V30, BODIES),
    ("bodies31", V31, BODIES),
    ("forms", V31, FORMS),
    ("forms30", V30, FORMS),
    ("answers", V31, ANSWERS),
];

/// Whether OpenAPI defines how a value of this kind is sent there.
pub fn is_defined(place: &Place, kind: Kind) -> bool {
    match place.part {
        Part::Parameter(_, "spaceDelimited" | "pipeDelimited", _) => kind == Kind::Scalars,
        Part::Parameter(_, "deepObject", _) => kind == Kind::Flat,
        // The pairs of an object or an array in one cookie: separators that cookies do not have.
        Part::Parameter("cookie", ..) => kind == Kind::Scalar,
        Part::Parameter(..) | Part::Header => kind != Kind::Nested,
        _ => true,
    }
}

/// The document of a family.
pub fn document((name, version, places): Family, shapes: &[Shape]) -> Value {
    let mut paths = Map::new();
    for place in places {
        for shape in shapes.iter().filter(|shape| is_defined(place, shape.kind)) {
            let (path, item) = operation(place, shape);
            paths.insert(path, item);
        }
    }
    let mut schemas = helpers();
    schemas.extend(shapes.iter().map(|shape| (shape.name.clone(), shape.schema.clone())));
    let mut document = json!({
        "openapi": version,
        "info": { "title": name, "version": "1" },
        "servers": [{ "url": "https://api.example.com" }],
        "paths": paths,
        "components": { "schemas": schemas },
    });
    if version == V30 {
        to_30(&mut document);
    }
    document
}

fn operation(place: &Place, shape: &Shape) -> (String, Value) {
    let (schema, mut path) = (to(&shape.name), format!("/{}/{}", place.name, shape.name));
    let id = format!("{}_{}", place.name, shape.name);
    let json = |schema: Value| json!({ "application/json": { "schema": schema } });
    let text = json!({ "200": { "description": "OK", "content": json(json!({ "type": "string" })) } });
    let operation = match place.part {
        Part::Parameter(location, style, explode) => {
            if location == "path" {
                path.push_str("/{v}");
            }
            let parameter = json!({ "name": "v", "in": location, "required": place.required, "style": style, "explode": explode, "schema": schema });
            json!({ "get": { "parameters": [parameter], "responses": text } })
        }
        Part::Content => {
            let parameter = json!({ "name": "v", "in": "query", "required": place.required, "content": json(schema) });
            json!({ "get": { "parameters": [parameter], "responses": text } })
        }
        Part::Body(inside) => {
            let content = json(inside(&schema));
            json!({ "post": { "requestBody": { "required": true, "content": content }, "responses": { "200": { "description": "OK", "content": content } } } })
        }
        Part::Form | Part::Multipart => {
            let media = if matches!(place.part, Part::Form) {
                "application/x-www-form-urlencoded"
            } else {
                "multipart/form-data"
            };
            let required = if place.required { json!(["v", "note"]) } else { json!([]) };
            let schema = json!({ "type": "object", "required": required, "properties": { "v": schema, "note": { "type": "string" } } });
            json!({ "post": { "requestBody": { "required": true, "content": { media: { "schema": schema } } }, "responses": text } })
        }
        Part::Header => {
            let mut answers = text;
            answers["200"]["headers"] = json!({ "v": { "schema": schema } });
            json!({ "get": { "responses": answers } })
        }
        Part::Line => {
            let content = json!({ "application/jsonl": { "itemSchema": schema } });
            json!({ "get": { "responses": { "200": { "description": "OK", "content": content } } } })
        }
        Part::Error | Part::Otherwise => {
            let mut answers = text;
            let status = if matches!(place.part, Part::Error) { "409" } else { "default" };
            answers[status] = json!({ "description": "An error", "content": json(schema) });
            json!({ "get": { "responses": answers } })
        }
    };
    let mut item = operation;
    item.as_object_mut().into_iter().flat_map(Map::values_mut).for_each(|operation| {
        operation["operationId"] = id.as_str().into();
        operation["tags"] = json!([place.name]);
    });
    (path, item)
}

/// Writes the schemas of a document as OpenAPI 3.0 does.
fn to_30(value: &mut Value) {
    match value {
        Value::Array(parts) => parts.iter_mut().for_each(to_30),
        Value::Object(members) => {
            members.values_mut().for_each(to_30);
            if let Some(constant) = members.remove("const") {
                let ty = if constant.is_string() { "string" } else { "integer" };
                members.insert("type".to_owned(), ty.into());
                members.insert("enum".to_owned(), json!([constant]));
            }
            if members.get("exclusiveMinimum").is_some_and(Value::is_number) {
                let least = members.insert("exclusiveMinimum".to_owned(), true.into());
                members.insert("minimum".to_owned(), least.unwrap_or_default());
            }
            if let Some(Value::Array(types)) = members.get("type").cloned() {
                let ty = types.iter().find(|ty| *ty != "null").cloned();
                members.insert("type".to_owned(), ty.unwrap_or_default());
                members.insert("nullable".to_owned(), true.into());
            }
            if let Some(Value::Array(variants)) = members.get_mut("anyOf")
                && variants.iter().any(|variant| variant["type"] == "null")
            {
                variants.retain(|variant| variant["type"] != "null");
                let only = members.remove("anyOf").unwrap_or_default();
                members.insert("allOf".to_owned(), only);
                members.insert("nullable".to_owned(), true.into());
            }
        }
        _ => {}
    }
}

/// Whether a shape can be written in a version of OpenAPI: 3.0 has neither tuples nor patterns of property names.
pub fn is_in(shape: &Shape, version: &str) -> bool {
    version != V30 || !["prefixItems", "patternProperties"].iter().any(|keyword| shape.schema.get(*keyword).is_some())
}
