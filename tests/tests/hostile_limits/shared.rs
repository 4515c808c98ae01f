//! Documents in which many parts share one large part: each is harmless alone, and together they expand to millions of values.

use serde_json::{Map, Value, json};

/// Each document with its name and the texts of its refusal.
pub fn documents() -> Vec<(&'static str, String, &'static [&'static str])> {
    let operations = [
        ("shared-headers.json", headers()),
        ("shared-contents.json", body(many("application/x-N+json", &json!({"schema": {"type": "string"}})), json!({}))),
        ("shared-demands.json", demands()),
        ("shared-parameters.json", items(json!({"parameters": parameters(), "get": operation()}))),
        ("shared-texts.json", items(json!({"get": {"description": "x".repeat(100 * MANY), "responses": {}}}))),
    ];
    let form = json!({"multipart/form-data": {"schema": reference("Large")}});
    let object = json!({"type": "object", "properties": many("pN", &json!({"type": "string"}))});
    let values: Vec<String> = (0..MANY).map(|n| format!("v{n}")).collect();
    let constants =
        json!({"type": "object", "required": ["k"], "properties": {"k": {"type": "string", "enum": values}}});
    let small =
        json!({"type": "object", "required": ["k"], "properties": {"k": {"type": "string", "enum": ["other"]}}});
    let schemas = [
        ("shared-parts.json", body(form, json!({"Large": object}))),
        ("shared-fields.json", held(&object, json!({"allOf": [reference("Large"), {"properties": {"more": {}}}]}))),
        (
            "shared-values.json",
            held(
                &json!({"type": "string", "enum": values}),
                json!({"anyOf": [reference("Large"), {"type": "string", "enum": ["other"]}]}),
            ),
        ),
        ("shared-constants.json", held(&constants, json!({"oneOf": [reference("Large"), small]}))),
    ];
    let refused =
        |words: &'static [&'static str]| move |(name, document): (_, Value)| (name, document.to_string(), words);
    let operations = operations.map(refused(&["have more than 1000000 values", "`nodes` under `[limits]`"]));
    let schemas = schemas.map(refused(&["needs more than 3200000 steps", "`types` under `[limits]`"]));
    let faults =
        refused(&["`#/components/schemas/Missing` is not defined in the document"])(("shared-faults.json", faults()));
    let schemes =
        refused(&["more than 100 schemes", "`schemes` under `[limits]`"])(("schemes.json", one_per_operation(false)));
    let scopes =
        refused(&["more than 2000 scopes", "`scopes` under `[limits]`"])(("scopes.json", one_per_operation(true)));
    operations.into_iter().chain(schemas).chain([faults, schemes, scopes]).collect()
}

/// The number of users, and the size of what they share.
const MANY: usize = 2_000;

/// Members with the same value, with the number in place of `N`.
fn many(key: &str, value: &Value) -> Map<String, Value> {
    (0..MANY).map(|n| (key.replace('N', &n.to_string()), value.clone())).collect()
}

fn reference(schema: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{schema}")})
}

fn operation() -> Value {
    json!({"responses": {"200": {"description": "ok"}}})
}

fn document(paths: Map<String, Value>, components: Value) -> Value {
    json!({"openapi": "3.0.1", "info": {"title": "T", "version": "1"}, "paths": paths, "components": components})
}

fn headers() -> Value {
    let answers = json!({"responses": {"200": {"$ref": "#/components/responses/R"}}});
    let headers = many("x-N", &json!({"schema": {"type": "string"}}));
    document(
        many("/pN", &json!({"get": answers})),
        json!({"responses": {"R": {"description": "ok", "headers": headers}}}),
    )
}

fn body(content: impl Into<Value>, schemas: Value) -> Value {
    let content: Value = content.into();
    let mut operation = operation();
    operation["requestBody"] = json!({"$ref": "#/components/requestBodies/R"});
    let components = json!({"requestBodies": {"R": {"content": content}}, "schemas": schemas});
    document(many("/pN", &json!({"post": operation})), components)
}

fn demands() -> Value {
    let schemes = many("sN", &json!({"type": "http", "scheme": "bearer"}));
    let demands: Vec<Value> = schemes.keys().map(|name| json!({name: []})).collect();
    let mut document = document(many("/pN", &json!({"get": operation()})), json!({"securitySchemes": schemes}));
    document["security"] = json!(demands);
    document
}

/// Each operation requires its own scheme, or two scopes of its own.
fn one_per_operation(scopes: bool) -> Value {
    let demand = |n: usize| {
        if scopes { json!({"s0": [format!("a/r{n}"), format!("a/w{n}")]}) } else { json!({format!("s{n}"): []}) }
    };
    let operations = (0..MANY).map(|n| (format!("/p{n}"), json!({"get": {"responses": {}, "security": [demand(n)]}})));
    let schemes = many("sN", &json!({"type": "openIdConnect", "openIdConnectUrl": "https://a.example"}));
    document(operations.collect(), json!({"securitySchemes": schemes}))
}

fn parameters() -> Vec<Value> {
    (0..MANY).map(|n| json!({"name": format!("q{n}"), "in": "query", "schema": {"type": "string"}})).collect()
}

fn items(item: Value) -> Value {
    let mut document = document(many("/pN", &json!({"$ref": "#/x-item"})), json!({}));
    document["x-item"] = item;
    document
}

/// Many schemas that contain one large schema.
fn held(large: &Value, holder: Value) -> Value {
    let mut schemas = many("HolderN", &holder);
    schemas.insert("Large".to_owned(), large.clone());
    let schema = reference("Holder0");
    let answers = json!({"200": {"description": "ok", "content": {"application/json": {"schema": schema}}}});
    document(
        [("/p".to_owned(), json!({"get": {"responses": answers}}))].into_iter().collect(),
        json!({"schemas": schemas}),
    )
}

/// Very many operations that use a schema with many errors, but fewer than a report shows.
fn faults() -> Value {
    let mut schemas: Map<String, Value> = (0..300)
        .map(|n| (format!("F{n}"), json!({"allOf": [reference("Missing"), {"title": n.to_string()}]})))
        .collect();
    let properties: Map<String, Value> = schemas.keys().map(|name| (name.clone(), reference(name))).collect();
    schemas.insert("Holder".to_owned(), json!({"type": "object", "properties": properties}));
    let schema = reference("Holder");
    let answers = json!({"200": {"description": "ok", "content": {"application/json": {"schema": schema}}}});
    let paths = (0..10 * MANY).map(|n| (format!("/p{n}"), json!({"get": {"responses": answers}})));
    document(paths.collect(), json!({"schemas": schemas}))
}
