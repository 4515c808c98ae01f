//! Names: what competes for a name, the order of arguments, and what the configuration sets.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use cogen::Input;
use cogen::config;
use cogen::config::options::Options;
use cogen::diagnostics::codes;
use cogen::diagnostics::report::{Diagnostic, Report, Severity};
use cogen::ir::Api;
use cogen::ir::body::{ContentKind, form_arguments};
use cogen::ir::types::{Type, TypeDef, TypeKind, constructor_arguments};
use cogen::pipeline;
use serde_json::{Value, json};

/// The API of a document and what was reported.
fn read(document: &Value, config: &str) -> (Api, Vec<Diagnostic>) {
    let mut report = Report::default();
    let base = report.sources.add("cogen.toml", config);
    let options: Options = config::read(config, base, &mut report).unwrap();
    let input = Input { document: ("api.json".to_owned(), document.to_string().into_bytes()), ..Input::default() };
    let api = pipeline::api(&input, &options, &mut report).unwrap();
    (api, report.diagnostics)
}

fn api(document: &Value) -> Api {
    let (api, diagnostics) = read(document, "");
    let errors: Vec<_> = diagnostics.iter().filter(|d| d.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:?}");
    api
}

fn document(paths: Value, schemas: Value) -> Value {
    json!({"openapi": "3.0.1", "info": {"title": "t", "version": "1"}, "servers": [{"url": "https://api.example.com"}],
        "paths": paths, "components": {"schemas": schemas}})
}

fn operation(more: Value) -> Value {
    let mut operation = json!({"responses": {"204": {"description": "done"}}});
    operation.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    operation
}

fn body(media: &str, schema: Value) -> Value {
    json!({"requestBody": {"required": true, "content": {media: {"schema": schema}}}})
}

fn methods(api: &Api) -> Vec<(String, String)> {
    api.operations.iter().map(|o| (o.route(), o.name.to_string())).collect()
}

fn method(api: &Api, route: &str) -> String {
    api.operations.iter().find(|o| o.route() == route).unwrap().name.to_string()
}

fn types(api: &Api) -> Vec<&str> {
    api.types.iter().map(|def| def.name.as_str()).collect()
}

fn def<'a>(api: &'a Api, name: &str) -> &'a TypeDef {
    api.types.iter().find(|def| def.name.as_str() == name).unwrap_or_else(|| panic!("{name} in {:?}", types(api)))
}

fn wires(def: &TypeDef) -> Vec<&str> {
    let TypeKind::Struct { fields, .. } = &def.kind else { panic!("{def:?}") };
    constructor_arguments(fields).into_iter().map(|field| field.wire.as_str()).collect()
}

/// An object with string properties of these names, all of them required.
fn strings(names: &[&str]) -> Value {
    let properties: Value = names.iter().map(|name| ((*name).to_owned(), json!({"type": "string"}))).collect();
    json!({"type": "object", "required": names, "properties": properties})
}

fn values(values: &[&str]) -> Value {
    json!({"type": "string", "enum": values})
}

fn variants(api: &Api, name: &str) -> Vec<String> {
    match &def(api, name).kind {
        TypeKind::Union { variants, .. } => variants.iter().map(|v| v.name.to_string()).collect(),
        TypeKind::StringEnum(variants) => variants.iter().map(|v| v.name.to_string()).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_path_that_is_inserted_does_not_take_the_name_of_another_one() {
    let by_owner = json!({"delete": operation(json!({}))});
    let before = api(&document(json!({"/owners/{ownerId}": by_owner}), json!({})));
    assert_eq!(method(&before, "DELETE /owners/{ownerId}"), "delete_owner");
    let after = api(&document(json!({"/owner/{id}": by_owner, "/owners/{ownerId}": by_owner}), json!({})));
    let names: Vec<String> = methods(&after).into_iter().map(|(_, name)| name).collect();
    assert_eq!(names, ["delete_owner_by_id", "delete_owners_by_owner_id"]);
}

#[test]
fn a_collection_and_its_member_with_the_same_word_have_longer_names() {
    let get = json!({"get": operation(json!({}))});
    let api = api(&document(json!({"/stock": get, "/stock/{id}": get, "/stock/": get}), json!({})));
    let names: Vec<String> = methods(&api).into_iter().map(|(_, name)| name).collect();
    assert_eq!(names, ["get_stock_no_slash", "get_stock_by_id", "get_stock_slash"]);
}

#[test]
fn operations_with_the_same_id_get_method_and_path() {
    let list = operation(json!({"operationId": "listAll"}));
    let (api, diagnostics) = read(&document(json!({"/a": {"get": list}, "/b": {"get": list}}), json!({})), "");
    let names: Vec<String> = methods(&api).into_iter().map(|(_, name)| name).collect();
    assert_eq!(names, ["list_all_get_a", "list_all_get_b"]);
    assert!(diagnostics.iter().any(|d| d.code == codes::DUPLICATE_ID && d.related.len() == 1), "{diagnostics:?}");
}

#[test]
fn types_of_different_operations_do_not_collide() {
    let two =
        json!({"responses": {"200": {"description": "a", "content": {"text/plain": {}}}, "201": {"description": "b"}}});
    let api = api(&document(
        json!({"/a": {"get": {"operationId": "order", "responses": two["responses"]}},
            "/b": {"get": {"operationId": "orderAnswer", "responses": two["responses"]}}}),
        json!({}),
    ));
    let mut names: Vec<&str> =
        api.operations.iter().flat_map(|o| [o.type_name.as_str(), o.answers.success_name.as_str()]).collect();
    assert_eq!(names, ["OrderGetA", "OrderGetAAnswer", "OrderAnswerGetB", "OrderAnswerGetBAnswer"]);
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 4);
}

#[test]
fn what_is_skipped_does_not_compete() {
    let mock = json!({"responses": {}, "x-amazon-apigateway-integration": {"type": "mock"}});
    let paths = json!({"/item/{id}": {"options": mock, "get": operation(json!({}))},
        "/items/{id}": {"options": operation(json!({})), "get": operation(json!({}))}});
    let (api, _) = read(&document(paths, json!({})), "[skip]\noperations = [\"GET /item/{id}\"]\n");
    assert_eq!(method(&api, "GET /items/{id}"), "get_item");
    // The other methods of a path decide whether its `OPTIONS` is a preflight, so a preflight competes.
    assert_eq!(method(&api, "OPTIONS /items/{id}"), "options_items_by_id");
}

#[test]
fn configured_names_are_exact_or_an_error_with_both_locations() {
    let get = json!({"get": operation(json!({}))});
    let paths = json!({"/a": get, "/b": get, "/c": get});
    let config = "[rename.operations]\n\"GET /b\" = \"get_a\"\n\"GET /c\" = \"new\"\n";
    let (found, diagnostics) = read(&document(paths.clone(), json!({})), config);
    let taken: Vec<&Diagnostic> = diagnostics.iter().filter(|d| d.code == codes::RENAME_TAKEN).collect();
    let [one, other] = taken.as_slice() else { panic!("{diagnostics:?}") };
    assert!(one.span.is_some() && one.related.len() == 2 && one.message.contains("`GET /a`"), "{one:?}");
    assert!(one.help.as_deref().unwrap().contains("\"GET /b\" = \"get_a_2\""), "{one:?}");
    assert!(other.span.is_some() && other.message.contains("`new`"), "{other:?}");
    // With `keep-going`, an operation without a name gets no method.
    assert!(found.operations.iter().all(|o| o.errors.is_empty() == (o.path == "/a")));

    let config = "[rename.operations]\n\"GET /b\" = \"fetch\"\n";
    let (found, diagnostics) = read(&document(paths, json!({})), config);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    assert_eq!(method(&found, "GET /b"), "fetch");
}

/// The operation that keeps its own name does not get the short one: a rename changes nothing else.
#[test]
fn a_configured_name_does_not_change_other_names() {
    let get = json!({"get": operation(json!({}))});
    let paths = json!({"/note/{id}": get, "/notes/{id}": get});
    let schemas =
        json!({"Note": {"type": "object", "properties": {"kind": values(&["a"])}}, "NoteKind": strings(&["z"])});
    let config = "[rename.operations]\n\"GET /note/{id}\" = \"get_note\"\n[rename.types]\nNoteKind = \"Sort\"\n";
    let (found, diagnostics) = read(&document(paths, schemas), config);
    assert!(diagnostics.iter().all(|d| d.severity != Severity::Error), "{diagnostics:?}");
    assert_eq!(method(&found, "GET /note/{id}"), "get_note");
    assert_eq!(method(&found, "GET /notes/{id}"), "get_notes_by_id");
    assert_eq!(types(&found), ["Note", "NoteKindInline", "Sort"]);
}

#[test]
fn configured_types_are_exact_or_an_error_with_both_locations() {
    let schemas = json!({"Pet": strings(&["a"]), "Animal": strings(&["b"]), "Toy": {"type": "object", "properties": {"size": values(&["s"])}}});
    let (found, diagnostics) = read(&document(json!({}), schemas.clone()), "[rename.types]\nPet = \"Animal\"\n");
    let taken: Vec<&Diagnostic> = diagnostics.iter().filter(|d| d.code == codes::RENAME_TAKEN).collect();
    let [one] = taken.as_slice() else { panic!("{diagnostics:?}") };
    assert!(one.span.is_some() && one.related.len() == 2, "{one:?}");
    assert_eq!(types(&found), ["Pet", "Animal", "Toy", "ToySize"]);

    let (found, diagnostics) =
        read(&document(json!({}), schemas.clone()), "[rename.types]\nToySize = \"Size\"\nToy = \"Thing\"\n");
    assert!(diagnostics.iter().any(|d| d.code == codes::UNKNOWN_SCHEMA_IN_CONFIG), "{diagnostics:?}");
    assert_eq!(types(&found), ["Pet", "Animal", "Thing", "ThingSize"]);

    let (found, _) = read(&document(json!({}), schemas), "[rename.types]\nToySize = \"Size\"\n");
    assert_eq!(types(&found), ["Pet", "Animal", "Toy", "Size"]);
}

#[test]
fn a_key_that_names_several_types_is_an_error() {
    let schemas = json!({"foo-bar": strings(&["a"]), "fooBar": strings(&["b"])});
    let (_, diagnostics) = read(&document(json!({}), schemas), "[rename.types]\nFooBar = \"Other\"\n");
    let taken: Vec<&Diagnostic> = diagnostics.iter().filter(|d| d.code == codes::RENAME_TAKEN).collect();
    assert!(
        matches!(taken.as_slice(), [one] if one.help.as_deref() == Some("write `foo-bar` or `fooBar`, as in the document"))
    );
}

#[test]
fn a_component_does_not_take_the_name_of_an_inline_type() {
    let order = json!({"type": "object", "properties": {"state": values(&["open"])}});
    let before = api(&document(json!({}), json!({"Order": order})));
    assert_eq!(types(&before), ["Order", "OrderState"]);
    let after = api(&document(json!({}), json!({"Order": order, "OrderState": strings(&["z"])})));
    assert_eq!(types(&after), ["Order", "OrderStateInline", "OrderStateComponent"]);
}

#[test]
fn a_property_name_of_symbols_becomes_a_word() {
    let inline = json!({"type": "object", "properties": {"a": {"type": "string"}}});
    let pet = json!({"type": "object", "properties": {"": inline, "_": inline, "#": inline}});
    assert_eq!(types(&api(&document(json!({}), json!({"Pet": pet})))), ["Pet", "PetEmpty", "PetUnderscore", "PetHash"]);
}

#[test]
fn a_definition_inside_a_schema_competes_as_well() {
    let outer = json!({"definitions": {"Leaf": strings(&["a"])}, "type": "object", "properties": {"leaf": {"$ref": "#/definitions/Leaf"}}});
    let swagger = |definitions: Value| json!({"swagger": "2.0", "info": {"title": "t", "version": "1"}, "host": "a.example.com", "paths": {}, "definitions": definitions});
    assert_eq!(types(&api(&swagger(json!({"Tree": outer})))), ["Tree", "Leaf"]);
    assert_eq!(
        types(&api(&swagger(json!({"Tree": outer, "Leaf": strings(&["b"])})))),
        ["Tree", "LeafComponent", "TreeLeaf"]
    );
}

#[test]
fn a_type_is_named_by_its_own_location_and_not_by_its_references() {
    let schemas = |refers: &str| {
        json!({refers: {"type": "object", "properties": {"copy": {"$ref": "#/components/schemas/Middle/properties/part"}}},
            "Middle": {"type": "object", "properties": {"part": strings(&["x"])}}})
    };
    for refers in ["Alpha", "Zeta"] {
        let api = api(&document(json!({}), schemas(refers)));
        assert!(types(&api).contains(&"MiddlePart"), "{:?}", types(&api));
    }
    let base = json!({"type": "object", "properties": {"mode": values(&["on"])}});
    let derived = json!({"allOf": [{"$ref": "#/components/schemas/Base"}, strings(&["y"])]});
    for schemas in [json!({"Base": base, "Derived": derived}), json!({"Derived": derived, "Base": base})] {
        assert!(types(&api(&document(json!({}), schemas))).contains(&"BaseMode"));
    }
}

#[test]
fn shared_parts_are_named_by_their_component() {
    let operation = json!({"responses": {"404": {"$ref": "#/components/responses/Gone"}}, "parameters": [{"$ref": "#/components/parameters/Sort"}]});
    let mut document = document(json!({"/a": {"get": operation}, "/b": {"get": operation}}), json!({}));
    document["components"]["responses"]["Gone"] =
        json!({"description": "gone", "content": {"application/json": {"schema": strings(&["why"])}}});
    document["components"]["parameters"]["Sort"] = json!({"name": "sort", "in": "query", "schema": values(&["up"])});
    assert_eq!(types(&api(&document)), ["SortParameter", "GoneResponse"]);
}

#[test]
fn shared_parts_with_the_same_words_have_longer_names_whichever_are_used() {
    let response = json!({"description": "r", "headers": {"X-Size": {"schema": {"type": "string", "enum": ["a"]}}}});
    let named = |used: &[&str]| {
        let each =
            used.iter().map(|name| ((*name).to_owned(), json!({"$ref": format!("#/components/responses/{name}")})));
        let paths = each.map(|(name, response)| {
            (format!("/{}", name.len() + usize::from(name == "Pet")), json!({"get": {"responses": {"200": response}}}))
        });
        let mut document = document(Value::Object(paths.collect()), json!({}));
        document["components"]["responses"] = json!({"pet": response, "Pet": response, "Other": response});
        types(&api(&document)).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let both = named(&["pet", "Pet"]);
    assert_eq!(named(&["pet"]), both[..1]);
    assert_eq!(named(&["Pet"]), both[1..]);
    assert_eq!(named(&["Other"]), ["OtherResponseXSize"]);
}

#[test]
fn the_first_response_keeps_its_name_when_others_are_added() {
    let inline =
        |name: &str| json!({"description": "d", "content": {"application/json": {"schema": strings(&[name])}}});
    let of = |responses: Value| api(&document(json!({"/a": {"get": {"responses": responses}}}), json!({})));
    assert_eq!(types(&of(json!({"200": inline("x")}))), ["GetAAnswer"]);
    assert_eq!(types(&of(json!({"201": inline("y"), "200": inline("x")}))), ["GetAOk", "GetACreated"]);
    // `default` is a success only if there is no other success.
    assert_eq!(types(&of(json!({"default": inline("x")}))), ["GetADefault"]);
    assert_eq!(types(&of(json!({"default": inline("x"), "200": inline("y")}))), ["GetAAnswer", "GetADefault"]);
}

#[test]
fn statuses_without_a_name_are_named_by_their_number() {
    let done = json!({"description": "d"});
    let api = api(&document(json!({"/a": {"get": {"responses": {"529": done, "460": done, "200": done}}}}), json!({})));
    let errors: Vec<&str> = api.operations[0].answers.errors.iter().map(|a| a.variant.as_str()).collect();
    assert_eq!(errors, ["Status460", "Status529"]);
}

#[test]
fn headers_of_several_responses_share_names_and_types() {
    let header = |schema: Value| json!({"schema": schema});
    let (integer, text) = (header(json!({"type": "integer"})), header(json!({"type": "string"})));
    let responses = json!({"200": {"description": "d", "headers": {"X-Foo": integer, "X-Count": integer, "X-Same": integer}},
        "201": {"description": "d", "headers": {"X_Foo": text, "X-Count": text, "X-Same": integer}}});
    let (found, diagnostics) = read(&document(json!({"/a": {"get": {"responses": responses}}}), json!({})), "");
    let fields: Vec<(&str, &str, &Type)> = found.operations[0]
        .answers
        .success
        .iter()
        .flat_map(|answer| &answer.headers)
        .map(|field| (field.name.as_str(), field.wire.as_str(), &field.ty))
        .collect();
    assert!(fields.contains(&("x_foo_train", "x-foo", &Type::I64)), "{fields:?}");
    assert!(fields.iter().any(|(name, wire, _)| *wire == "x_foo" && name.starts_with("x_foo_h")), "{fields:?}");
    assert!(fields.iter().all(|(_, wire, ty)| *wire != "x-count" || **ty == Type::String), "{fields:?}");
    assert!(fields.iter().all(|(_, wire, ty)| *wire != "x-same" || **ty == Type::I64), "{fields:?}");
    assert_eq!(diagnostics.iter().filter(|d| d.code == codes::HEADER_TYPES).count(), 1, "{diagnostics:?}");
}

#[test]
fn new_takes_the_required_properties_by_name() {
    for names in [["from", "to"], ["to", "from"]] {
        assert_eq!(
            wires(def(&api(&document(json!({}), json!({"Transfer": strings(&names)}))), "Transfer")),
            ["from", "to"]
        );
    }
}

#[test]
fn a_method_takes_its_parameters_by_location_and_name() {
    let parameter =
        |name: &str, part: &str| json!({"name": name, "in": part, "required": true, "schema": {"type": "string"}});
    let mut parameters = vec![
        parameter("x-b", "header"),
        parameter("b", "query"),
        parameter("second", "path"),
        parameter("a", "query"),
        parameter("first", "path"),
    ];
    for _ in 0..2 {
        let api = api(&document(
            json!({"/{first}/{second}": {"get": operation(json!({"parameters": parameters}))}}),
            json!({}),
        ));
        let names: Vec<&str> = api.operations[0].params.iter().map(|p| p.wire.as_str()).collect();
        assert_eq!(names, ["first", "second", "a", "b", "x-b"]);
        parameters.reverse();
    }
}

#[test]
fn parameters_with_the_same_name_include_their_location() {
    let parameter = |part: &str| json!({"name": "id", "in": part, "required": true, "schema": {"type": "string"}});
    let get = operation(json!({"parameters": [parameter("path"), parameter("query")]}));
    let api = api(&document(json!({"/x/{id}": {"get": get}}), json!({})));
    let names: Vec<&str> = api.operations[0].params.iter().map(|p| p.name.as_str()).collect();
    assert_eq!(names, ["id_path", "id_query"]);
}

#[test]
fn a_form_takes_its_parts_by_name() {
    let post = operation(body("multipart/form-data", strings(&["title", "author"])));
    let api = api(&document(json!({"/x": {"post": post}}), json!({})));
    let ContentKind::Multipart(parts) = &api.operations[0].body.described().unwrap().contents[0].kind else { panic!() };
    let names: Vec<&str> = form_arguments(&parts.parts).into_iter().map(|part| part.wire.as_str()).collect();
    assert_eq!(names, ["author", "title"]);
}

#[test]
fn variants_are_named_by_their_content_in_any_order() {
    let (one, other) = (
        json!({"type": "object", "properties": {"a": {"type": "string"}, "c": {"type": "string"}}}),
        json!({"type": "object", "properties": {"b": {"type": "string"}}}),
    );
    for order in [json!([one, other]), json!([other, one])] {
        let api = api(&document(json!({}), json!({"U": {"oneOf": order}})));
        let mut names = variants(&api, "U");
        names.sort();
        assert_eq!(names, ["A", "B"]);
    }
    // The variant for unknown values always has the same name.
    let api = api(&document(
        json!({}),
        json!({"U": {"oneOf": [{"$ref": "#/components/schemas/Other"}, strings(&["b"])]}, "Other": strings(&["a"])}),
    ));
    assert_eq!(variants(&api, "U"), ["OtherValue", "B"]);
    let TypeKind::Union { other, .. } = &def(&api, "U").kind else { panic!() };
    assert_eq!(other.as_str(), "Other");
}

#[test]
fn a_property_that_extends_its_own_schema_is_a_recursive_type() {
    let since = json!({"type": "object", "properties": {"since": {"type": "string"}}});
    let broader = json!({"allOf": [{"$ref": "#/components/schemas/Concept"}, since]});
    let concept = json!({"type": "object", "properties": {"name": {"type": "string"}, "broader": broader}});
    assert_eq!(types(&api(&document(json!({}), json!({"Concept": concept})))), ["Concept", "ConceptBroader"]);
}

#[test]
fn a_variant_does_not_depend_on_which_schema_is_read_first() {
    let listed = || ("Listed", json!({"type": "string", "enum": ["a"]}));
    let choice = || {
        let list = json!({"type": "array", "items": {"type": "integer"}});
        ("Choice", json!({"oneOf": [list, {"type": "string"}, {"$ref": "#/components/schemas/Listed"}]}))
    };
    let of = |schemas: [(&str, Value); 2]| {
        let schemas = schemas.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect();
        variants(&api(&document(json!({}), Value::Object(schemas))), "Choice")
    };
    assert_eq!(of([choice(), listed()]), ["Array", "Listed"]);
    assert_eq!(of([listed(), choice()]), ["Array", "Listed"]);
}

#[test]
fn properties_of_a_choice_do_not_take_the_names_of_its_variants() {
    let inline = || json!({"type": "object", "properties": {"a": {"type": "string"}}});
    let variant = |name: &str| json!({"type": "object", "properties": {name: {"type": "string"}}, "required": [name]});
    let choice = json!({"properties": {"cat": inline()}, "oneOf": [variant("dog"), variant("fox")]});
    let api = api(&document(json!({}), json!({"Pet": choice})));
    assert_eq!(types(&api), ["Pet", "PetDog", "PetCatMember", "PetFox"]);
}

#[test]
fn requirements_of_scopes_with_the_same_words_have_longer_names() {
    let named = |demands: [Value; 2]| {
        let [one, two] = demands.map(|scopes| operation(json!({"security": [{"Pool": scopes}]})));
        let mut document = document(json!({"/a": {"get": one}, "/b": {"get": two}}), json!({}));
        document["components"]["securitySchemes"] = json!({"Pool": {
            "type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "cognito_user_pools",
            "x-amazon-apigateway-authorizer": {"type": "cognito_user_pools",
                "providerARNs": ["arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_AbC123"]},
        }});
        let api = api(&document);
        api.auth.requirements().iter().map(|requirement| requirement.name.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(named([json!(["pets/read"]), json!(["other"])]), ["PetsRead", "Other"]);
    assert_eq!(named([json!(["pets/read"]), json!(["pets:read", "other"])]), ["PetsSlashRead", "OtherOrPetsColonRead"]);
}

#[test]
fn values_that_differ_only_in_style_are_named_by_their_style() {
    let api = api(&document(json!({}), json!({"Order": values(&["asc", "ASC", "desc"])})));
    assert_eq!(variants(&api, "Order"), ["AscLower", "AscUpper", "Desc"]);
}

#[test]
fn contents_of_a_body_are_named_by_their_types() {
    let [a, b, c, d] = ["a", "b", "c", "d"].map(|property| json!({"schema": strings(&[property])}));
    let content = json!({"application/hal+json": a, "application/json": b, "text/json": c, "application/*+json": d});
    let post = operation(json!({"requestBody": {"content": content}}));
    let api = api(&document(json!({"/x": {"post": post}}), json!({})));
    let names: Vec<&str> =
        api.operations[0].body.described().unwrap().contents.iter().map(|c| c.variant.as_str()).collect();
    assert_eq!(names, ["HalJson", "Json", "TextJson", "AnyJson"]);
    assert_eq!(types(&api), ["PostXBodyHalJson", "PostXBodyJson", "PostXBodyTextJson", "PostXBodyAnyJson"]);
}

#[test]
fn json_of_one_schema_is_one_content_in_any_order() {
    let schema = json!({"schema": strings(&["a"])});
    let sent = |media: &[&str]| {
        let content: serde_json::Map<_, _> = media.iter().map(|media| ((*media).to_owned(), schema.clone())).collect();
        let post = operation(json!({"requestBody": {"content": content}}));
        let api = api(&document(json!({"/x": {"post": post}}), json!({})));
        let contents = &api.operations[0].body.described().unwrap().contents;
        contents.iter().map(|content| content.media_type.clone()).collect::<Vec<_>>()
    };
    assert_eq!(sent(&["text/json", "application/*+json", "application/json"]), ["application/json"]);
    assert_eq!(sent(&["text/json", "application/hal+json"]), ["application/hal+json"]);
    assert_eq!(sent(&["application/hal+json", "text/json"]), ["application/hal+json"]);
}
