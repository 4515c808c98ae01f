//! Swagger 2.0 becomes OpenAPI 3.0.

use super::*;

#[test]
fn the_sections_of_swagger_2_find_their_places() {
    let found = silent(
        r"
swagger: '2.0'
info: {title: t}
host: api.example.com
basePath: v1
schemes: [wss, http, https]
x-amazon-apigateway-api-key-source: HEADER
securityDefinitions:
  basic: {type: basic, x-keep: 1}
  code: {type: oauth2, flow: accessCode, authorizationUrl: a, tokenUrl: t, scopes: {s: S}, x-amazon-apigateway-authtype: oauth2}
  machine: {type: oauth2, flow: application, tokenUrl: t}
  gateway: {type: oauth2, x-amazon-apigateway-authorizer: {type: jwt}}
  key: {type: apiKey, in: header, name: x-api-key}
definitions:
  A: {$ref: '#/definitions/B~1C'}
  B/C: {type: string, x-nullable: true, x-example: e}
parameters:
  Limit: {name: limit, in: query, type: integer, default: 3}
  Body: {name: b, in: body, schema: {$ref: '#/definitions/A'}}
paths: {}
",
    );
    let expected = json!({
        "openapi": "3.0.3", "info": {"title": "t"}, "paths": {},
        "servers": [{"url": "https://api.example.com/v1"}, {"url": "http://api.example.com/v1"}],
        "x-amazon-apigateway-api-key-source": "HEADER",
        "components": {
            "securitySchemes": {
                "basic": {"type": "http", "scheme": "basic", "x-keep": 1},
                "code": {"type": "oauth2", "x-amazon-apigateway-authtype": "oauth2",
                    "flows": {"authorizationCode": {"authorizationUrl": "a", "tokenUrl": "t", "scopes": {"s": "S"}}}},
                "machine": {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "t", "scopes": {}}}},
                "gateway": {"type": "oauth2", "x-amazon-apigateway-authorizer": {"type": "jwt"}},
                "key": {"type": "apiKey", "in": "header", "name": "x-api-key"},
            },
            "schemas": {"A": {"$ref": "#/components/schemas/B~1C"}, "B/C": {"type": "string", "nullable": true}},
            "parameters": {"Limit": {"name": "limit", "in": "query", "schema": {"type": "integer", "default": 3}}},
        },
    });
    assert_eq!(found, expected);
}

#[test]
fn servers_come_of_host_base_path_and_schemes() {
    for (text, servers) in [
        ("", None),
        ("schemes: [https]", None),
        ("host: h", Some(json!([{"url": "https://h"}]))),
        ("host: h\nbasePath: /p", Some(json!([{"url": "https://h/p"}]))),
        ("host: h\nbasePath: /\nschemes: [http]", Some(json!([{"url": "http://h/"}]))),
        ("basePath: /p", Some(json!([{"url": "/p"}]))),
        ("host: {'Fn::Sub': '${X}'}\nbasePath: /p", Some(json!([{"url": {"Fn::Sub": "${X}"}}]))),
    ] {
        let found = silent(&format!("swagger: '2.0'\npaths: {{}}\n{text}\n"));
        assert_eq!(found.get("servers").cloned(), servers, "{text}");
    }
}

fn operation(rest: &str) -> Json {
    let text = format!("swagger: '2.0'\nconsumes: [application/json, application/xml]\nproduces: [text/csv]\n{rest}");
    silent(&text)["paths"]["/p"].take()
}

#[test]
fn body_and_form_parameters_become_request_bodies() {
    let found = operation(
        "parameters: {B: {in: body, name: b, required: true, description: d, schema: {$ref: '#/definitions/P'}}}\n\
         paths:\n  /p:\n    parameters: [{$ref: '#/parameters/B'}, {in: header, name: H, type: string}]\n    \
         x-amazon-apigateway-any-method: {}\n    put: {consumes: [text/json]}\n    post:\n      parameters:\n        \
         - {in: formData, name: f, type: file, required: true}\n        \
         - {in: formData, name: t, type: array, items: {type: string}, collectionFormat: multi}\n    \
         patch: {parameters: [{in: formData, name: x, type: integer}]}\n",
    );
    let pet = json!({"schema": {"$ref": "#/components/schemas/P"}});
    let expected = json!({
        "parameters": [{"in": "header", "name": "H", "schema": {"type": "string"}}],
        "x-amazon-apigateway-any-method": {"requestBody": {"required": true, "description": "d",
            "content": {"application/json": pet, "application/xml": pet}}},
        "put": {"requestBody": {"required": true, "description": "d", "content": {"text/json": pet}}},
        "post": {"parameters": [], "requestBody": {"required": true, "content": {"multipart/form-data": {
            "schema": {"type": "object", "required": ["f"], "properties": {
                "f": {"type": "string", "format": "binary"}, "t": {"type": "array", "items": {"type": "string"}}}},
            "encoding": {"t": {"style": "form", "explode": true}}}}}},
        "patch": {"parameters": [], "requestBody": {"required": false, "content": {"application/x-www-form-urlencoded": {
            "schema": {"type": "object", "properties": {"x": {"type": "integer"}}}}}}},
    });
    assert_eq!(found, expected);
}

/// Files beside a form, as flask-smorest writes them. They were dropped.
#[test]
fn form_fields_beside_a_request_body_are_added_to_its_form() {
    let body = |media: &str| {
        let text = format!(
            "{V30}\npaths:\n  /p:\n    post:\n      parameters:\n        \
             - {{in: formData, name: files, schema: {{type: array, items: {{type: string, format: binary}}}}}}\n        \
             - {{in: formData, name: note, required: true, schema: {{type: string}}}}\n      \
             requestBody: {{required: true, content: {{{media}: {{schema: {{$ref: '#/components/schemas/F'}}}}}}}}\n"
        );
        let (root, said, _) = brought(&text);
        (root.unwrap()["paths"]["/p"]["post"].take(), said)
    };
    let (post, said) = body("application/x-www-form-urlencoded");
    let fields = json!({"type": "object", "required": ["note"], "properties": {
        "files": {"type": "array", "items": {"type": "string", "format": "binary"}}, "note": {"type": "string"}}});
    let expected = json!({"parameters": [], "requestBody": {"required": true, "content": {"multipart/form-data": {
        "schema": {"allOf": [{"$ref": "#/components/schemas/F"}, fields]}}}}});
    assert_eq!(post, expected);
    assert_eq!(said, [codes::SWAGGER_FORM]);
    let (post, said) = body("application/json");
    assert!(post["requestBody"]["content"]["application/json"].is_object());
    assert_eq!(said, [codes::SWAGGER_FORM, codes::SWAGGER_FORM]);
}

#[test]
fn responses_take_their_media_types_from_produces() {
    let found = operation(
        "responses: {E: {description: e, schema: {type: string}}}\npaths:\n  /p:\n    get:\n      responses:\n        \
         200: {description: a, schema: {$ref: '#/definitions/P'}, examples: {x: 1}, headers: {H: {type: integer}}}\n        \
         204: {description: b}\n        404: {$ref: '#/responses/E'}\n    post:\n      produces: [image/png]\n      responses:\n        \
         200: {description: a, schema: {type: file}}\n        404: {$ref: '#/responses/E'}\n",
    );
    let expected = json!({
        "get": {"responses": {
            "200": {"description": "a", "content": {"text/csv": {"schema": {"$ref": "#/components/schemas/P"}}},
                "headers": {"H": {"schema": {"type": "integer"}}}},
            "204": {"description": "b"},
            "404": {"$ref": "#/components/responses/E"}}},
        "post": {"responses": {
            "200": {"description": "a", "content": {"image/png": {"schema": {"type": "string", "format": "binary"}}}},
            "404": {"description": "e", "content": {"image/png": {"schema": {"type": "string"}}}}}},
    });
    assert_eq!(found, expected);
}

#[test]
fn collection_formats_become_style_and_explode() {
    for (place, format, style, explode, kept) in [
        ("query", None, Some("form"), false, &[][..]),
        ("query", Some("csv"), Some("form"), false, &[]),
        ("query", Some("multi"), Some("form"), true, &[]),
        ("query", Some("ssv"), Some("spaceDelimited"), false, &[]),
        ("query", Some("pipes"), Some("pipeDelimited"), false, &[]),
        ("query", Some("tsv"), None, false, &["tabs"]),
        ("header", Some("csv"), None, false, &[]),
        ("path", None, None, false, &[]),
        ("header", Some("pipes"), None, false, &[]),
    ] {
        let written = format.map(|f| format!("collectionFormat: {f}, ")).unwrap_or_default();
        let parameter = format!("in: {place}, name: x, {written}type: array, items: {{type: string}}");
        let paths = format!("paths: {{/p: {{get: {{parameters: [{{{parameter}}}]}}}}}}");
        let found = operation(&paths);
        let found = &found["get"]["parameters"][0];
        assert_eq!(found.get("style").and_then(Json::as_str), style, "{place} {format:?}");
        assert_eq!(found["explode"], explode, "{place} {format:?}");
        assert_eq!(marks(&format!("swagger: '2.0'\n{paths}\n")), kept, "{place} {format:?}");
        assert_eq!(found["schema"], json!({"type": "array", "items": {"type": "string"}}));
    }
    let (_, said, _) = brought(
        "swagger: '2.0'\npaths: {/p: {get: {parameters: [{in: query, name: x, type: array, collectionFormat: zsv}]}}}",
    );
    assert_eq!(said, [codes::COLLECTION_FORMAT]);
    let (root, said, _) = brought("swagger: '2.0'\npaths: {/p: {get: {parameters: [{in: path, name: x}]}}}");
    assert_eq!(said, [codes::PARAMETER_WITHOUT_TYPE]);
    assert_eq!(root.unwrap()["paths"]["/p"]["get"]["parameters"][0]["schema"], json!({"type": "string"}));
}
