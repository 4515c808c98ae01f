//! The first stages of the generator, compared with other readers: they see the same values, and a typed OpenAPI model the same document.
//!
//! The corpus is `COGEN_CORPUS` or `../shared/corpus` relative to the workspace. Without it only the project's own documents are read.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use cogen::config::options::Limits;
use cogen::diagnostics::report::Report;
use cogen::document::load::node::{Node, Value};
use cogen::document::load::{decode, load};
use cogen::document::upgrade::upgrade;
use std::path::{Path, PathBuf};

/// Documents of the corpus that are refused, each for a fault of its own.
const REFUSED: &[(&str, &str)] = &[
    // `/subset` has the key `post` twice.
    ("gateway/awslabs__aws-solutions-constructs__subset-uris.yaml", "COGEN-L021"),
];

fn corpus() -> Vec<(String, Vec<u8>)> {
    let sibling = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus");
    let root = std::env::var_os("COGEN_CORPUS").map_or(sibling, PathBuf::from);
    let mut files = Vec::new();
    for folder in ["gateway", "derived", "general"] {
        let Ok(entries) = std::fs::read_dir(root.join(folder)) else { continue };
        for entry in entries {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            files.push((format!("{folder}/{name}"), std::fs::read(&path).unwrap()));
        }
    }
    files.sort();
    files
}

/// Reads a document, and upgrades it to OpenAPI 3.0 if asked to.
fn with_document<T>(
    name: &str,
    bytes: &[u8],
    is_upgraded: bool,
    look: impl FnOnce(&Node<'_>) -> T,
) -> Result<T, Report> {
    let mut report = Report::default();
    let limits = Limits::default();
    let Ok((text, base)) = decode(bytes, name, &limits, &mut report) else { return Err(report) };
    let Ok(mut root) = load(&text, base, &limits, &mut report) else { return Err(report) };
    if is_upgraded {
        let Ok(upgraded) = upgrade(root, &mut report) else { return Err(report) };
        root = upgraded;
    }
    if report.has_errors() { Err(report) } else { Ok(look(&root)) }
}

#[test]
fn every_corpus_document_becomes_openapi_3_or_is_refused_for_its_own_fault() {
    let mut refused = Vec::new();
    for (name, bytes) in corpus() {
        let found = with_document(&name, &bytes, true, |root| {
            assert!(root.get("openapi").and_then(Node::as_str).is_some_and(|v| v.starts_with('3')), "{name}");
            assert!(root.get("swagger").is_none() && root.get("definitions").is_none(), "{name}");
        });
        if let Err(report) = found {
            let code = report.diagnostics.iter().find(|d| d.severity == cogen::diagnostics::report::Severity::Error);
            refused.push((name, code.unwrap().code.0));
        }
    }
    let expected: Vec<_> = REFUSED.iter().map(|(name, code)| ((*name).to_owned(), *code)).collect();
    assert!(refused.is_empty() || refused == expected, "{refused:#?}");
}

/// The project's own documents for the peculiarities of JSON and YAML.
const OWN: &[&str] = &[
    "a: 1\nb: -2.5\nc: 0x1F\nd: 0o17\ne: 1e3\nf: ~\ng: null\nh: True\ni: 'no'\nj: no\nk: \"\\u00e9\\n\\x41\"\nl: 2024-01-01\n",
    "a: |\n  x\n   y\n\nb: >\n  x\n  y\n\n  z\nc: |+\n  x\n\nd: >-\n  x\ne: |2\n    x\n",
    "a: plain\n  goes on\n\n  here\nb: 'it''s\n  more'\nc: \"x \\\n  y\"\nd: # comment\n  - e\n  -\n    f: g\n  - - h\n    - i\n",
    "200: {a: 1, \"b\": [x, y z, {c: d}], e: , f}\n'404': []\ndefault:\n- x\n- y\n",
    "---\n# c\n? a b\n: 1\n? c\nd: http://x.y/z?a=b#c\n...\n",
    "é: \"ü😀\"\r\nb:\r\n  - x # c\r\n  - y\r\n",
    "{\"a\": [1, -0.5, 1e2, true, null, \"\\u00fc\\/\"], \"\": {}}",
    "a: &a {x: [1, &b two], y: *b}\nb: *a\nc: [*a, *b]\n",
    "a: !Ref X\nb: !Sub '${X}'\nc: !Join ['', [x, !GetAtt y.z]]\n",
];

#[test]
fn serde_yaml_sees_the_same_values() {
    let own = OWN.iter().enumerate().map(|(n, text)| (format!("own {n}"), text.as_bytes().to_vec()));
    let yaml = corpus().into_iter().filter(|(name, _)| !name.ends_with(".json"));
    for (name, bytes) in own.chain(yaml) {
        if REFUSED.iter().any(|(refused, _)| *refused == name) {
            continue;
        }
        let theirs: serde_yaml::Value = serde_yaml::from_slice(&bytes).unwrap_or_else(|e| panic!("{name}: {e}"));
        with_document(&name, &bytes, false, |ours| same(ours, &theirs, &name)).unwrap_or_else(|r| panic!("{r}"));
    }
}

#[test]
fn serde_json_sees_the_same_values() {
    for (name, bytes) in corpus() {
        let Ok(theirs) = serde_json::from_slice::<serde_json::Value>(&bytes) else { continue };
        let ours = with_document(&name, &bytes, false, plain).unwrap_or_else(|r| panic!("{r}"));
        assert!(ours == theirs, "{name}");
    }
}

fn same(ours: &Node<'_>, theirs: &serde_yaml::Value, at: &str) {
    use serde_yaml::Value as Yaml;
    match (&ours.value, theirs) {
        (Value::Null, Yaml::Null) => {}
        (Value::Bool(a), Yaml::Bool(b)) => assert_eq!(a, b, "{at}"),
        (Value::Number(a), Yaml::Number(b)) => assert_eq!(a.parse::<f64>().ok(), b.as_f64(), "{at}"),
        (Value::String(a), Yaml::String(b)) => assert_eq!(a, b, "{at}"),
        (Value::Array(a), Yaml::Sequence(b)) => {
            assert_eq!(a.len(), b.len(), "{at}");
            a.iter().zip(b).enumerate().for_each(|(n, (a, b))| same(a, b, &format!("{at}/{n}")));
        }
        (Value::Object(a), Yaml::Mapping(b)) => {
            assert_eq!(a.len(), b.len(), "{at}");
            for (a, (key, b)) in a.iter().zip(b) {
                match key {
                    Yaml::String(key) => assert_eq!(a.key, *key, "{at}"),
                    Yaml::Number(key) => assert_eq!(a.key.parse::<f64>().ok(), key.as_f64(), "{at}"),
                    _ => panic!("{at}: {key:?}"),
                }
                same(&a.value, b, &format!("{at}/{}", a.key));
            }
        }
        (Value::Object(a), Yaml::Tagged(b)) => {
            let tag = b.tag.to_string();
            let long = a.first().expect("a tag makes an object of one key");
            assert_eq!(long.key.trim_start_matches("Fn::"), tag.trim_start_matches('!'), "{at}");
            same(&long.value, &b.value, &format!("{at}/{tag}"));
        }
        (a, b) => panic!("{at}: {a:?} and {b:?}"),
    }
}

fn plain(node: &Node<'_>) -> serde_json::Value {
    use serde_json::Value as Json;
    match &node.value {
        Value::Null => Json::Null,
        Value::Bool(b) => Json::Bool(*b),
        Value::Number(n) => serde_json::from_str(n).unwrap(),
        Value::String(s) => Json::String(s.to_string()),
        Value::Array(list) => list.iter().map(plain).collect(),
        Value::Object(members) => Json::Object(members.iter().map(|m| (m.key.to_string(), plain(&m.value))).collect()),
    }
}

const SWAGGER: &str = r"
swagger: '2.0'
info: {title: Pets, version: '1'}
host: api.example.com
basePath: /v1
schemes: [https]
consumes: [application/json]
produces: [application/json]
securityDefinitions:
  basic: {type: basic}
  oauth: {type: oauth2, flow: accessCode, authorizationUrl: https://a.example, tokenUrl: https://t.example, scopes: {read: r}}
  key: {type: apiKey, in: header, name: x-api-key}
security: [{key: []}]
paths:
  /pets/{id}:
    parameters: [{in: path, name: id, required: true, type: string, format: uuid}]
    get:
      parameters: [{in: query, name: tags, type: array, items: {type: string}, collectionFormat: pipes}]
      responses:
        200: {description: ok, schema: {$ref: '#/definitions/Pet'}, headers: {X-N: {type: integer, format: int32}}}
        404: {$ref: '#/responses/NotFound'}
    post:
      parameters: [{in: body, name: pet, required: true, schema: {$ref: '#/definitions/Pet'}}]
      responses: {default: {description: d}}
    put:
      consumes: [multipart/form-data]
      parameters: [{in: formData, name: photo, type: file, required: true}, {in: formData, name: n, type: integer}]
      responses: {200: {description: ok, schema: {type: file}}}
responses: {NotFound: {description: n, schema: {type: object, properties: {m: {type: [string, 'null']}}}}}
definitions:
  Pet:
    type: object
    discriminator: kind
    required: [kind]
    properties: {kind: {type: string, enum: [cat, dog]}, age: {type: integer, x-nullable: true, exclusiveMinimum: true, minimum: 0}}
";

#[test]
fn a_typed_model_of_openapi_3_accepts_upgraded_swagger_2() {
    use openapiv3::{OpenAPI, Operation, Parameter, ReferenceOr, SchemaKind, Type};
    let json = with_document("pets", SWAGGER.as_bytes(), true, plain).unwrap_or_else(|r| panic!("{r}"));
    let api: OpenAPI = serde_json::from_value(json).unwrap();
    assert_eq!(api.servers[0].url, "https://api.example.com/v1");
    let components = api.components.as_ref().unwrap();
    assert_eq!(components.security_schemes.len(), 3);
    let pet = components.schemas["Pet"].as_item().unwrap();
    assert_eq!(pet.schema_data.discriminator.as_ref().unwrap().property_name, "kind");
    let SchemaKind::Type(Type::Object(object)) = &pet.schema_kind else { panic!("{pet:?}") };
    assert!(object.properties["age"].as_item().unwrap().schema_data.nullable);

    let item = api.paths.paths["/pets/{id}"].as_item().unwrap();
    let body = |o: &Operation| o.request_body.as_ref().unwrap().as_item().unwrap().clone();
    let get = item.get.as_ref().unwrap();
    let Parameter::Query { style, parameter_data, .. } = get.parameters[0].as_item().unwrap() else {
        panic!("{get:?}")
    };
    assert_eq!((style, parameter_data.explode), (&openapiv3::QueryStyle::PipeDelimited, Some(false)));
    assert!(matches!(get.responses.responses[&openapiv3::StatusCode::Code(404)], ReferenceOr::Reference { .. }));
    assert!(body(item.post.as_ref().unwrap()).required);
    assert!(body(item.put.as_ref().unwrap()).content.contains_key("multipart/form-data"));
}

#[test]
fn what_a_typed_model_accepts_it_also_accepts_after_the_upgrade() {
    for (name, bytes) in corpus() {
        let value: serde_yaml::Value = match serde_yaml::from_slice(&bytes) {
            Ok(value) => value,
            Err(_) => continue,
        };
        // It has a reader of OpenAPI 3.0 only.
        let is_30 = value.get("openapi").and_then(|v| v.as_str()).is_some_and(|v| v.starts_with("3.0"));
        if !is_30 || serde_yaml::from_value::<openapiv3::OpenAPI>(value).is_err() {
            continue;
        }
        let json = with_document(&name, &bytes, true, plain).unwrap_or_else(|r| panic!("{r}"));
        serde_json::from_str::<openapiv3::OpenAPI>(&json.to_string()).unwrap_or_else(|e| panic!("{name}: {e}"));
    }
}
