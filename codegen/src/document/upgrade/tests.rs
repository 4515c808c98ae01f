//! Documents of each dialect, converted to OpenAPI 3.0.
#![allow(clippy::unwrap_used, clippy::panic)]

mod swagger;

use crate::config::options::Limits;
use crate::diagnostics::codes;
use crate::diagnostics::report::{Code, Report, Severity};
use crate::document::load::node::{Mark, Node, Value};
use crate::document::load::{decode, load};
use crate::document::upgrade::upgrade;
use serde_json::{Value as Json, json};

fn plain(node: &Node<'_>) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Bool(b) => Json::Bool(*b),
        Value::Number(n) => serde_json::from_str(n).unwrap(),
        Value::String(s) => Json::String(s.to_string()),
        Value::Array(list) => list.iter().map(plain).collect(),
        Value::Object(members) => Json::Object(members.iter().map(|m| (m.key.to_string(), plain(&m.value))).collect()),
    }
}

/// The converted document, and the codes of the diagnostics.
fn brought(text: &str) -> (Option<Json>, Vec<Code>, Report) {
    let mut report = Report::default();
    let (text, base) = decode(text.as_bytes(), "api", &Limits::default(), &mut report).unwrap();
    let root = load(&text, base, &Limits::default(), &mut report).unwrap_or_else(|_| panic!("{report}"));
    let end = root.span.end;
    let root = upgrade(root, &mut report).ok();
    if let Some(root) = &root {
        assert_places(root, end);
    }
    let said = report.diagnostics.iter().map(|d| d.code).collect();
    (root.as_ref().map(plain), said, report)
}

/// Every value has a location inside the file of the user.
fn assert_places(node: &Node<'_>, end: u32) {
    assert!(node.span.start <= node.span.end && node.span.end <= end, "{:?}", node.span);
    for member in node.members().unwrap_or_default() {
        assert!(member.key_span.end <= end);
        assert_places(&member.value, end);
    }
    node.elements().unwrap_or_default().iter().for_each(|e| assert_places(e, end));
}

/// The marks of a tree in order, each as text.
fn marks(text: &str) -> Vec<String> {
    fn collect(node: &Node<'_>, found: &mut Vec<String>) {
        match node.mark.as_deref() {
            Some(Mark::NoBody) => found.push("no body".to_owned()),
            Some(Mark::TabSeparated) => found.push("tabs".to_owned()),
            Some(Mark::ItemSchema) => found.push("items".to_owned()),
            Some(Mark::AnyValue) => found.push("any value".to_owned()),
            Some(Mark::Swagger2) => {}
            None => {}
        }
        node.members().unwrap_or_default().iter().for_each(|m| collect(&m.value, found));
        node.elements().unwrap_or_default().iter().for_each(|e| collect(e, found));
    }
    let mut report = Report::default();
    let root = load(text, 0, &Limits::default(), &mut report).unwrap_or_else(|_| panic!("{report}"));
    let mut found = Vec::new();
    collect(&upgrade(root, &mut report).unwrap(), &mut found);
    found
}

fn silent(text: &str) -> Json {
    let (root, said, report) = brought(text);
    assert!(said.is_empty(), "{report}");
    root.unwrap()
}

/// A schema of a document of a version, converted.
fn schema_of(version: &str, schema: &str) -> (Json, Vec<Code>) {
    let text = format!("{version}\npaths: {{}}\ncomponents: {{schemas: {{S: {schema}}}}}\n");
    let (root, said, _) = brought(&text);
    (root.unwrap()["components"]["schemas"]["S"].take(), said)
}

fn becomes(version: &str, schema: &str, expected: Json) {
    let (found, said) = schema_of(version, schema);
    assert_eq!(found, expected, "{schema}");
    assert!(said.is_empty(), "{schema}: {said:?}");
}

const V30: &str = "openapi: 3.0.3";
const V31: &str = "openapi: 3.1.0";

#[test]
fn a_version_may_be_a_number_or_a_text_and_openapi_wins() {
    for version in ["swagger: '2.0'", "swagger: 2.0", "swagger: 2", "openapi: 3.1.1", "openapi: v3.1.0"] {
        assert_eq!(silent(&format!("{version}\npaths: {{}}"))["openapi"], "3.0.3");
    }
    for version in ["3.0.1", "'3.0'", "3.0", "3"] {
        assert!(silent(&format!("openapi: {version}\npaths: {{}}")).get("openapi").is_some());
    }
    let (root, said, _) = brought("swagger: 2.0\nopenapi: 3.0.1\npaths: {}\n");
    assert_eq!((root.unwrap(), said), (json!({"openapi": "3.0.1", "paths": {}}), vec![codes::TWO_VERSIONS]));
    for version in
        ["openapi: 2.0", "openapi: 3.3.0", "swagger: 1.2", "swagger: 3.0", "openapi: {Ref: x}", "openapi: 30"]
    {
        let (root, said, report) = brought(&format!("{version}\npaths: {{}}"));
        assert_eq!((root, said), (None, vec![codes::VERSION_UNKNOWN]), "{version}");
        assert!(report.to_string().contains("--> api:1:10"), "{report}");
    }
}

#[test]
fn a_file_without_a_version_is_told_for_what_it_is() {
    for (text, words) in [
        ("AWSTemplateFormatVersion: 2010-09-09\nResources: {}\n", "CloudFormation"),
        (r#"{"name": "x", "dependencies": {}}"#, "package.json"),
        (r#"{"message": "Missing Authentication Token"}"#, "error response"),
        (r#"{"info": {}, "item": []}"#, "Postman"),
        ("asyncapi: 3.0.0\n", "AsyncAPI"),
        ("apiVersion: v1\nkind: Service\n", "Kubernetes"),
        ("type: object\nproperties: {}\n", "JSON Schema"),
        ("info: {}\npaths: {}\n", "without a version"),
        ("OpenAPI: 3.0.1\n", "`openapi`, in lower case"),
        ("a: 1\n", "neither `openapi` nor `swagger`"),
    ] {
        let (root, said, report) = brought(text);
        assert_eq!((root, said), (None, vec![codes::NO_VERSION]), "{text}");
        assert!(report.to_string().contains(words), "{report}");
    }
    for text in ["[]", "Not found", "12"] {
        assert_eq!(brought(text).1, [codes::NOT_AN_OBJECT], "{text}");
    }
}

#[test]
fn leftovers_of_draft_4_are_brought_to_3_0_in_every_dialect() {
    for version in [V30, V31] {
        becomes(version, "{type: [string, 'null']}", json!({"type": "string", "nullable": true}));
        becomes(version, "{type: [string]}", json!({"type": "string"}));
        becomes(version, "{type: 'null'}", json!({"nullable": true, "enum": [null]}));
        becomes(version, "{$schema: x, id: y, title: t, type: object}", json!({"title": "t", "type": "object"}));
        becomes(
            version,
            "{type: object, required: [a], properties: {a: {type: string, required: true}, b: {required: true}, c: {required: false}, id: {type: string}}}",
            json!({"type": "object", "required": ["a", "b"],
                "properties": {"a": {"type": "string"}, "b": {}, "c": {}, "id": {"type": "string"}}}),
        );
        becomes(version, "{minimum: 1, exclusiveMinimum: true}", json!({"minimum": 1, "exclusiveMinimum": true}));
        becomes(version, "{discriminator: kind}", json!({"discriminator": {"propertyName": "kind"}}));
        becomes(version, "{items: [{type: 'null'}]}", json!({"prefixItems": [{"nullable": true, "enum": [null]}]}));
        becomes(
            version,
            "{items: [{type: string}, {type: integer}], additionalItems: false}",
            json!({"prefixItems": [{"type": "string"}, {"type": "integer"}], "items": false}),
        );
        becomes(
            version,
            "{$ref: 'https://apigateway.amazonaws.com/restapis/abc/models/M'}",
            json!({"$ref": "#/components/schemas/M"}),
        );
        becomes(
            version,
            "{patternProperties: {'^a': {type: [string, 'null']}}, additionalProperties: false}",
            json!({"additionalProperties": {"type": "string", "nullable": true}}),
        );
    }
    for version in [V30, V31] {
        let (found, _) =
            schema_of(version, "{patternProperties: {'^a': {type: string}, '^b': {}}, additionalProperties: false}");
        assert_eq!(found, json!({"additionalProperties": {"anyOf": [{"type": "string"}, {}]}}));
    }
    let (found, said) = schema_of(V30, "{patternProperties: {'^a': {type: string}}}");
    assert_eq!((found, said), (json!({"additionalProperties": {"type": "string"}}), vec![codes::CONSTRAINT]));
}

#[test]
fn definitions_inside_schemas_become_components_and_references_follow() {
    let text = "swagger: '2.0'\ndefinitions:\n  A:\n    definitions: {T: {type: string}, B: {$ref: '#/definitions/T'}}\n    \
        properties: {t: {$ref: '#/definitions/T'}, b: {$ref: '#/definitions/A/definitions/B'}, own: {$ref: '#/definitions/B'}}\n  \
        B: {properties: {other: {$ref: '#/definitions/A/definitions/T'}, b: {$ref: '#/definitions/B'}}}\n\
        paths:\n  /p:\n    get: {responses: {200: {description: d, schema: {definitions: {T: {type: integer}}, items: {$ref: '#/definitions/T'}}}}}\n";
    let found = silent(text);
    let to = |name: &str| json!({"$ref": format!("#/components/schemas/{}", name.replace('/', "~1"))});
    let schema = &found["paths"]["/p"]["get"]["responses"]["200"]["content"]["application/json"]["schema"];
    let inner =
        schema["items"]["$ref"].as_str().unwrap().trim_start_matches("#/components/schemas/").replace("~1", "/");
    assert!(inner.starts_with("Inner ") && inner.ends_with("/definitions/T"), "{inner}");
    let (t, b) = ("A/definitions/T", "A/definitions/B");
    let expected = json!({
        "A": {"properties": {"t": to(t), "b": to(b), "own": to(b)}},
        "B": {"properties": {"other": to(t), "b": to("B")}},
        t: {"type": "string"}, b: to(t), inner: {"type": "integer"},
    });
    assert_eq!(found["components"]["schemas"], expected);
}

#[test]
fn pointers_into_definitions_are_followed_and_percent_encoding_is_read() {
    let text = "openapi: 3.1.0\npaths: {}\ncomponents:\n  schemas:\n    A:\n      \
        $defs: {'50%': {$defs: {C: {type: string}}}, D: {properties: {e: {type: integer}}}}\n      \
        properties: {a: {$ref: '#/$defs/50%25'}, b: {$ref: '#/components/schemas/A/$defs/50%25/$defs/C'}, c: {$ref: '#/$defs/D/properties/e'}}\n";
    let found = &silent(text)["components"]["schemas"];
    let to = |pointer: &str| json!({"$ref": format!("#/components/schemas/{pointer}")});
    let half = "A~1definitions~150%25";
    let expected = json!({
        "a": to(half), "b": to(&format!("{half}~1definitions~1C")),
        "c": to("A~1definitions~1D/properties/e"),
    });
    assert_eq!(found["A"]["properties"], expected);
}

#[test]
fn what_3_1_says_in_other_words_is_said_in_those_of_3_0() {
    for (schema, expected) in [
        ("{const: a}", json!({"enum": ["a"]})),
        ("{type: string, examples: [a], $comment: c}", json!({"type": "string"})),
        ("{exclusiveMinimum: 3}", json!({"minimum": 3, "exclusiveMinimum": true})),
        ("{exclusiveMaximum: 3, maximum: 5}", json!({"maximum": 3, "exclusiveMaximum": true})),
        ("{exclusiveMaximum: 5, maximum: 3}", json!({"maximum": 3})),
        ("{type: [integer, 'null'], enum: [1, null]}", json!({"type": "integer", "nullable": true, "enum": [1, null]})),
        ("{type: [string, integer], enum: [a, 1]}", json!({"enum": ["a", 1]})),
        ("{type: [integer, number]}", json!({"type": "number"})),
        ("{type: [string, number, boolean, object, array, 'null'], title: t}", json!({"title": "t", "nullable": true})),
        (
            "{type: [string, array, 'null'], minLength: 2, items: {type: string}, title: t}",
            json!({"title": "t", "nullable": true,
                "anyOf": [{"type": "string", "minLength": 2}, {"type": "array", "items": {"type": "string"}}]}),
        ),
        (
            "{anyOf: [{$ref: '#/components/schemas/S'}, {type: 'null'}]}",
            json!({"nullable": true, "allOf": [{"$ref": "#/components/schemas/S"}]}),
        ),
        (
            "{oneOf: [{type: string}, {type: integer}, {type: 'null'}]}",
            json!({"nullable": true, "oneOf": [{"type": "string"}, {"type": "integer"}]}),
        ),
        ("{oneOf: [{const: null}]}", json!({"nullable": true, "enum": [null]})),
        (
            "{type: string, contentEncoding: base64, contentMediaType: image/png}",
            json!({"type": "string", "format": "byte"}),
        ),
        ("{contentMediaType: application/octet-stream}", json!({"type": "string", "format": "binary"})),
        ("{type: string, contentMediaType: text/html}", json!({"type": "string"})),
        (
            "{$ref: '#/components/schemas/S', description: d}",
            json!({"$ref": "#/components/schemas/S", "description": "d"}),
        ),
        (
            "{$ref: '#/components/schemas/S', readOnly: true}",
            json!({"readOnly": true, "allOf": [{"$ref": "#/components/schemas/S"}]}),
        ),
        (
            "{properties: {a: true, b: false}, items: true}",
            json!({"properties": {"a": {}, "b": {"not": {}}}, "items": true}),
        ),
        ("{unevaluatedProperties: false}", json!({})),
        ("{unevaluatedProperties: {type: string}}", json!({"additionalProperties": {"type": "string"}})),
        (
            "{$defs: {T: {type: string}}, items: {$ref: '#/$defs/T'}}",
            json!({"items": {"$ref": "#/components/schemas/S~1definitions~1T"}}),
        ),
        (
            "{$defs: {T: {type: string}}, items: {$ref: '#/components/schemas/S/$defs/T'}}",
            json!({"items": {"$ref": "#/components/schemas/S~1definitions~1T"}}),
        ),
    ] {
        becomes(V31, schema, expected);
    }
}

#[test]
fn keywords_that_only_restrict_are_notes_and_their_properties_are_optional() {
    for (schema, expected) in [
        ("{if: {type: string}, then: {minLength: 1}}", json!({})),
        ("{additionalProperties: false, propertyNames: {pattern: x}}", json!({"additionalProperties": false})),
        ("{type: array, contains: {type: string}}", json!({"type": "array"})),
        (
            "{properties: {a: {type: string}}, dependentSchemas: {a: {properties: {b: {type: integer}}}}}",
            json!({"properties": {"a": {"type": "string"}, "b": {"type": "integer"}}}),
        ),
        (
            "{properties: {a: {type: string}}, if: {}, then: {properties: {a: {const: x}, b: {const: 1}}, required: [b]}}",
            json!({"properties": {"a": {"type": "string"}, "b": {}}}),
        ),
    ] {
        let (found, said) = schema_of(V31, schema);
        assert_eq!((found, said), (expected, vec![codes::CONSTRAINT]), "{schema}");
    }
    becomes(V31, "{prefixItems: [{}], unevaluatedItems: false}", json!({"prefixItems": [{}], "items": false}));
    // Another keyword may allow the elements after those of `prefixItems`.
    becomes(
        V31,
        "{prefixItems: [{}], anyOf: [{}], unevaluatedItems: false}",
        json!({"prefixItems": [{}], "anyOf": [{}]}),
    );
}

#[test]
fn references_by_identifiers_become_pointers() {
    let text = format!(
        "{V31}\npaths: {{}}\ncomponents:\n  schemas:\n    A: {{properties: {{b: {{$ref: '#bee'}}, c: {{$ref: 'https://x.example/s/c'}}, d: {{$dynamicRef: '#node'}}}}}}\n    \
        B: {{$anchor: bee, type: string}}\n    C: {{$id: 'https://x.example/s/c', items: {{$ref: d#in}}}}\n    \
        D: {{$id: 'https://x.example/s/d', $dynamicAnchor: node, properties: {{in: {{$anchor: in, type: integer}}}}}}\n"
    );
    let schemas = &silent(&text)["components"]["schemas"];
    let to = |pointer: &str| json!({"$ref": format!("#/components/schemas/{pointer}")});
    assert_eq!(schemas["A"]["properties"], json!({"b": to("B"), "c": to("C"), "d": to("D")}));
    assert_eq!(schemas["C"]["items"], to("D/properties/in"));
}

/// The keywords beside the reference describe only a part of the value, so they are left out.
#[test]
fn a_dynamic_reference_with_several_targets_is_any_json() {
    let text = format!(
        "{V31}\npaths: {{}}\ncomponents: {{schemas: {{A: {{$dynamicAnchor: n, items: {{$dynamicRef: '#n', properties: {{a: {{}}}}, title: T}}}}, \
         B: {{$dynamicAnchor: n}}}}}}\n"
    );
    let (root, said, _) = brought(&text);
    assert_eq!(root.unwrap()["components"]["schemas"]["A"]["items"], json!({"title": "T"}));
    assert_eq!(said, vec![codes::WIDENED]);
    assert_eq!(marks(&text), ["any value"]);
}

/// A dynamic reference that begins at an `$anchor`, or at the only `$dynamicAnchor` of its name, is a reference.
#[test]
fn a_dynamic_reference_with_one_target_is_a_reference() {
    let to = |pointer: &str| json!({"$ref": format!("#/components/schemas/{pointer}")});
    let items = |first: &str, reference: &str| {
        let text = format!(
            "{V31}\npaths: {{}}\ncomponents:\n  schemas:\n    A: {{$id: 'https://x.example/a', {first}: n, items: {{{reference}}}}}\n    \
             B: {{$id: 'https://x.example/b', $dynamicAnchor: n}}\n"
        );
        brought(&text).0.unwrap()["components"]["schemas"]["A"]["items"].clone()
    };
    assert_eq!(items("$anchor", "$dynamicRef: '#n'"), to("A"));
    assert_eq!(items("$anchor", "$dynamicRef: 'a#n'"), to("A"));
    assert_eq!(items("$anchor", "$dynamicRef: 'b#n'"), to("B"));
    assert_eq!(items("$comment", "$dynamicRef: 'b#n'"), to("B"));
    assert_eq!(items("$dynamicAnchor", "$dynamicRef: 'b#n'"), json!({}));
    assert_eq!(items("$dynamicAnchor", "$dynamicRef: '#n'"), json!({}));
    assert_eq!(items("$dynamicAnchor", "$ref: 'b#n'"), to("B"));
}

/// An extension of a document stays one, whatever its name.
#[test]
fn a_document_can_not_write_marks() {
    let schema =
        "{type: object, x-cogen-not-in-3.0: {patternProperties: run this}, properties: {a: {x-cogen-mark: NotIn30}}}";
    let parameter =
        "{in: query, name: q, x-cogen-collection-format: tsv, schema: {type: array, items: {type: string}}}";
    for version in [V30, V31, "swagger: '2.0'"] {
        let text = format!(
            "{version}\npaths: {{/p: {{get: {{parameters: [{parameter}]}}}}}}\ncomponents: {{schemas: {{S: {schema}}}}}\n"
        );
        assert_eq!(marks(&text), [""; 0], "{version}");
    }
}

#[test]
fn sections_of_3_1_are_kept_or_noted() {
    let text = "openapi: 3.1.0\njsonSchemaDialect: x\nwebhooks: {w: {post: {}}}\npaths:\n  /p: {$ref: '#/components/pathItems/P', summary: s}\n\
        components:\n  pathItems:\n    P: {get: {responses: {200: {content: {a/b: {schema: {const: 1}}}}}}}\n";
    let (root, said, _) = brought(text);
    assert_eq!(said, [codes::WEBHOOKS_IGNORED]);
    let item = json!({"get": {"responses": {"200": {"content": {"a/b": {"schema": {"enum": [1]}}}}}}});
    let path = json!({"$ref": "#/components/pathItems/P", "summary": "s"});
    let components = json!({"pathItems": {"P": item}});
    assert_eq!(root.unwrap(), json!({"openapi": "3.0.3", "paths": {"/p": path}, "components": components}));
    assert_eq!(silent("openapi: 3.1.0\ninfo: {}")["paths"], json!({}));
}

/// Path items and operations outside of `paths` that are referenced there are converted in place.
#[test]
fn what_paths_refer_to_is_upgraded_too() {
    let text = "swagger: '2.0'\nx-kept: {item: {post: {parameters: [{in: body, name: b, schema: {type: string}}]}}, list: [{put: {produces: [a/b]}}]}\n\
        x-more: {op: {$ref: '#/x-more/end'}, end: {consumes: [c/d], parameters: [{in: body, name: b, schema: {type: string}}]}}\n\
        paths: {/a: {$ref: '#/x-kept/item'}, /b: {get: {$ref: '#/x-more/op'}}, /c: {$ref: '#/x-kept/list/0'}, /d: {$ref: '#/nowhere'}}\n";
    let (root, _, _) = brought(text);
    let root = root.unwrap();
    assert!(root["x-kept"]["item"]["post"]["requestBody"]["content"].is_object(), "{root}");
    assert_eq!(root["x-kept"]["list"][0]["put"], json!({}));
    assert!(root["x-more"]["end"]["requestBody"]["content"]["c/d"].is_object(), "{root}");
}

/// Hostile inputs, G13: forms of one version in a document of the other.
#[test]
fn g13_forms_of_the_other_version_are_read_as_what_they_mean() {
    let text = "openapi: 3.0.1\nswagger: '2.0'\nhost: h\nsecurityDefinitions: {B: {type: basic}, A: {type: apiKey}}\n\
        components: {securitySchemes: {A: {type: apiKey, in: header, name: n}}}\ndefinitions: {D: {type: string}}\npaths:\n  \
        '/{proxy+}':\n    x-amazon-apigateway-any-method:\n      produces: [image/png]\n      parameters:\n        \
        - {in: path, name: proxy, required: true, type: string}\n        - {in: body, name: b, schema: {$ref: '#/definitions/D'}}\n      \
        responses: {200: {description: d, schema: {type: string}}}\n";
    let (root, said, report) = brought(text);
    assert!(!report.has_errors() && said.contains(&codes::SWAGGER_FORM), "{report}");
    assert!(report.diagnostics.iter().all(|d| d.severity == Severity::Note), "{report}");
    let expected = json!({
        "openapi": "3.0.1", "servers": [{"url": "https://h"}],
        "components": {"schemas": {"D": {"type": "string"}}, "securitySchemes": {
            "A": {"type": "apiKey", "in": "header", "name": "n"}, "B": {"type": "http", "scheme": "basic"}}},
        "paths": {"/{proxy+}": {"x-amazon-apigateway-any-method": {
            "parameters": [{"in": "path", "name": "proxy", "required": true, "schema": {"type": "string"}}],
            "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/D"}}}},
            "responses": {"200": {"description": "d", "content": {"image/png": {"schema": {"type": "string"}}}}}}}},
    });
    assert_eq!(root.unwrap(), expected);

    let text = "swagger: '2.0'\nservers: [{url: https://s}]\nhost: h\npaths:\n  /p:\n    post:\n      \
        requestBody: {content: {a/b: {schema: {type: [string, 'null']}}}}\n      responses: {200: {content: {a/b: {schema: {type: file}}}}}\n";
    let expected = json!({
        "openapi": "3.0.3", "servers": [{"url": "https://s"}],
        "paths": {"/p": {"post": {
            "requestBody": {"content": {"a/b": {"schema": {"type": "string", "nullable": true}}}},
            "responses": {"200": {"content": {"a/b": {"schema": {"type": "string", "format": "binary"}}}}}}}},
    });
    assert_eq!(silent(text), expected);
}

#[test]
fn stage_variables_binary_media_types_and_intrinsics_pass_untouched() {
    let text = "swagger: '2.0'\nhost: h\nbasePath: '/${stageVariables.base}'\nx-amazon-apigateway-binary-media-types: ['*/*']\n\
        definitions: {A: {'Fn::Sub': x}, B: {Ref: y}}\npaths: {'Fn::Transform': {Name: AWS::Include, Parameters: {Location: s3}}}\n";
    let found = silent(text);
    assert_eq!(found["servers"], json!([{"url": "https://h/${stageVariables.base}"}]));
    assert_eq!(found["x-amazon-apigateway-binary-media-types"], json!(["*/*"]));
    assert_eq!(found["components"]["schemas"], json!({"A": {"Fn::Sub": "x"}, "B": {"Ref": "y"}}));
}

#[test]
fn copies_do_not_grow_beyond_measure() {
    let media: Vec<String> = (0..60).map(|n| format!("a/{n}")).collect();
    let fields: String = (0..2000).map(|n| format!("f{n}: {{type: string}}, ")).collect();
    let methods = ["get", "put", "post", "delete", "patch", "head", "options", "trace"];
    let operations: String = methods
        .iter()
        .map(|m| format!("{m}: {{responses: {{200: {{$ref: '#/responses/R'}}}}, produces: *}}, "))
        .collect();
    let operations = operations.replace('*', &format!("[{}]", media.join(", ")));
    let text = format!(
        "swagger: '2.0'\nresponses: {{R: {{description: d, schema: {{properties: {{{fields}}}}}}}}}\npaths: {{/p: {{{operations}}}}}\n"
    );
    let (_, said, report) = brought(&text);
    assert_eq!(said, [codes::TOO_MUCH_COPIED], "{report}");
}

#[test]
fn the_schema_of_an_item_is_marked_and_its_data_is_parsed() {
    let event = "{properties: {data: {type: string, contentMediaType: application/json, contentSchema: {$ref: '#/components/schemas/T'}}}}";
    let text = format!(
        "openapi: 3.2.0\npaths: {{/a: {{get: {{responses: {{'200': {{content: {{text/event-stream: {{itemSchema: {{oneOf: [{event}, {{$ref: \
         '#/components/schemas/S'}}]}}}}, application/json: {{schema: {event}}}}}}}}}}}}}}}\ncomponents: {{schemas: {{S: {event}, T: {{}}}}}}\n"
    );
    let root = silent(&text);
    let content = &root["paths"]["/a"]["get"]["responses"]["200"]["content"];
    let parsed = json!({"properties": {"data": {"$ref": "#/components/schemas/T"}}});
    assert_eq!(content["text/event-stream"]["schema"]["oneOf"][0], parsed);
    assert_eq!(root["components"]["schemas"]["S"], parsed);
    assert_eq!(content["application/json"]["schema"], json!({"properties": {"data": {"type": "string"}}}));
    assert_eq!(marks(&text), ["items"]);
}

#[test]
fn operations_and_media_types_of_32() {
    let root = silent(
        "openapi: 3.2.0\n$self: https://a.example/api.yaml\npaths:\n  /a: {$ref: '#/components/pathItems/A', query: {responses: {}}}\ncomponents:\n  \
         mediaTypes: {M: {$ref: '#/components/mediaTypes/N'}, N: {schema: {type: [string, 'null']}}}\n  pathItems: {A: {additionalOperations: \
         {COPY: {requestBody: {content: {text/plain: {$ref: 'api.yaml#/components/mediaTypes/M'}}}, responses: {}}}}}\n",
    );
    assert_eq!(root["openapi"], "3.0.3");
    let copy = &root["components"]["pathItems"]["A"]["additionalOperations.COPY"];
    let schema = &copy["requestBody"]["content"]["text/plain"]["schema"];
    assert_eq!(*schema, json!({"type": "string", "nullable": true}));
    assert!(root["components"].get("mediaTypes").is_none());
}
