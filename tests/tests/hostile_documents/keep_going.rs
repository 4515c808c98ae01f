//! `--keep-going` leaves out what has errors, and nothing else: an operation is made if it would be made alone.

use super::{answer, document, refused};
use cogen::diagnostics::Report;
use cogen::generate::{Input, generate};
use cogen::options::Options;
use cogen_oracles::{generated, seeds};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What several operations use is wrong for each of them, though it is said once.
#[test]
fn an_operation_is_made_if_it_would_be_made_alone() {
    let (mut made, mut left_out) = (0, 0);
    for (number, whole) in seeds::trees().iter().enumerate() {
        let all = [None].into_iter().chain(components(whole).into_iter().map(Some));
        // Each time another few of the components.
        for broken in all.take(4) {
            let mut whole = whole.clone();
            if let Some(pointer) = &broken {
                *whole.pointer_mut(pointer).unwrap() = json!({"$ref": "#/components/schemas/Nowhere"});
            }
            let Some(together) = kept(&whole) else { continue };
            for (path, method) in routes(&whole) {
                let Some(&is_made) = together.get(&route(&path, &method)) else { continue };
                let (files, report) =
                    generated(alone(&whole, &path, &method).to_string().as_bytes(), &Options::default());
                assert_eq!(files.is_some(), is_made, "document {number}, {broken:?} broken: {method} {path}: {report}");
                if is_made { made += 1 } else { left_out += 1 }
            }
        }
    }
    assert!(made > 100 && left_out > 20, "{made} made, {left_out} left out");
    println!("{made} operations made, {left_out} left out");
}

/// The operations of a document, by route, and whether one is made of each.
fn kept(document: &Value) -> Option<BTreeMap<String, bool>> {
    let input = Input { document: ("api".to_owned(), document.to_string().into_bytes()), ..Input::default() };
    let options = Options { keep_going: true, ..Options::default() };
    let generated = generate(&input, &options, &mut Report::default())?;
    let operations = generated.api.operations.iter().filter(|operation| operation.skipped.is_none());
    Some(operations.map(|o| (format!("{} {}", o.method.as_str(), o.path), o.errors.is_empty())).collect())
}

const METHODS: [&str; 9] =
    ["get", "put", "post", "delete", "options", "head", "patch", "trace", "x-amazon-apigateway-any-method"];

fn route(path: &str, method: &str) -> String {
    let method = if method.starts_with("x-") { "ANY".to_owned() } else { method.to_uppercase() };
    format!("{method} {path}")
}

/// The path and the method of each operation.
fn routes(document: &Value) -> Vec<(String, String)> {
    let items = document["paths"].as_object().into_iter().flatten();
    let methods =
        items.flat_map(|(path, item)| item.as_object().into_iter().flatten().map(move |(key, _)| (path, key)));
    methods.filter(|(_, key)| METHODS.contains(&key.as_str())).map(|(path, key)| (path.clone(), key.clone())).collect()
}

/// The document with one operation only.
fn alone(document: &Value, path: &str, method: &str) -> Value {
    let mut document = document.clone();
    let mut item: Map<String, Value> = document["paths"][path].as_object().unwrap().clone();
    item.retain(|key, _| key == method || !METHODS.contains(&key.as_str()));
    document["paths"] = json!({ path: item });
    document
}

/// The pointers of all components but the security schemes.
fn components(document: &Value) -> Vec<String> {
    let kinds = ["schemas", "parameters", "responses", "requestBodies", "headers"];
    let folders = kinds.map(|kind| format!("/components/{kind}"));
    let swagger = ["definitions", "parameters", "responses"].map(|kind| format!("/{kind}"));
    let all = folders.into_iter().chain(swagger).flat_map(|folder| {
        let names = document.pointer(&folder).and_then(Value::as_object).into_iter().flat_map(Map::keys);
        names.map(|name| format!("{folder}/{}", name.replace('~', "~0").replace('/', "~1"))).collect::<Vec<_>>()
    });
    all.collect()
}

/// A word that only OpenAPI 3.1 can say is refused wherever a schema holds it, and not where nothing uses that schema.
#[test]
fn a_word_that_3_0_lacks_is_an_error_of_what_uses_it() {
    for (word, schema) in [
        ("if", json!({"if": {"type": "string"}, "then": {"minLength": 1}})),
        ("dependentSchemas", json!({"type": "object", "dependentSchemas": {"a": {}}})),
        ("patternProperties", json!({"patternProperties": {"^a": {}, "^b": {}}})),
        ("prefixItems", json!({"type": "array", "prefixItems": [{"type": "string"}]})),
        ("$dynamicRef", json!({"$dynamicRef": "#x"})),
        ("unevaluatedItems", json!({"type": "string", "unevaluatedItems": {}})),
    ] {
        let of_3_1 = |body: Value, schemas: Value| {
            let mut document = document(answer(body), json!({"components": {"schemas": schemas}}));
            document["openapi"] = json!("3.1.0");
            document
        };
        let other = json!({"type": "object", "properties": {"a": {"type": "string"}}});
        for body in [
            schema.clone(),
            json!({"type": "object", "properties": {"a": schema}}),
            json!({"type": "array", "items": schema}),
            json!({"type": "object", "additionalProperties": schema}),
            json!({"allOf": [other, schema]}),
            json!({"allOf": [{"$ref": "#/components/schemas/Other"}, schema]}),
            json!({"oneOf": [other, schema]}),
            json!({"anyOf": [{"type": "string"}, schema]}),
            json!({"oneOf": [schema, {"type": "null"}]}),
        ] {
            let said = refused(&of_3_1(body.clone(), json!({"Other": other})), &format!("`{word}`"));
            assert!(said.contains("COGEN-U020") && said.contains("--> api:") && said.contains("help: "), "{said}");
            let reference = json!({"$ref": "#/components/schemas/Used"});
            refused(&of_3_1(reference, json!({"Other": other, "Used": body})), &format!("`{word}`"));
        }
        let unused = of_3_1(json!({"type": "string"}), json!({"Unused": schema}));
        let (_, report) = super::accepted(&unused);
        assert!(report.to_string().contains(&format!("`{word}`")), "{report}");
    }
}
