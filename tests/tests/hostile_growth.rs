//! Time grows linearly with the document: each kind of input is enlarged four times, and may take about
//! four times as long. One test measures processor time, so that other tests do not count.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use cogen::config::options::{Limits, Options};
use cogen::diagnostics::report::Report;
use cogen::output::inspect;
use cogen::pipeline::outline;
use cogen::{Input, generate};
use nix::sys::resource::{UsageWho, getrusage};
use serde_json::{Value, json};
use std::time::Duration;

fn processor_time() -> Duration {
    let usage = getrusage(UsageWho::RUSAGE_SELF).expect("a count");
    let time = usage.user_time();
    Duration::new(time.tv_sec().try_into().unwrap(), u32::try_from(time.tv_usec()).unwrap() * 1_000)
}

fn operation(more: Value) -> Value {
    let mut operation = json!({"responses": {"200": {"description": "ok"}}});
    let Value::Object(more) = more else { panic!("{more}") };
    operation.as_object_mut().unwrap().extend(more);
    json!({"get": operation})
}

fn document(paths: Value, more: Value) -> Value {
    let mut document = json!({"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": paths});
    document.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    document
}

fn described(text: String) -> Value {
    document(json!({"/a": operation(json!({"description": text}))}), json!({}))
}

fn path(text: String) -> Value {
    document(json!({text: operation(json!({}))}), json!({}))
}

/// This many members, with the number in place of `N`.
fn many(count: usize, key: &str, value: impl Fn(usize) -> Value) -> Value {
    Value::Object((0..count).map(|n| (key.replace('N', &n.to_string()), value(n))).collect())
}

fn list(count: usize, value: impl Fn(usize) -> Value) -> Value {
    (0..count).map(value).collect()
}

fn reference(name: impl AsRef<str>) -> Value {
    json!({"$ref": format!("#/components/schemas/{}", name.as_ref())})
}

/// A document of one operation whose response is the schema `A`.
fn schemas(schemas: Value) -> Value {
    let content = json!({"application/json": {"schema": reference("A")}});
    let answers = json!({"responses": {"200": {"description": "ok", "content": content}}});
    document(json!({"/a": {"get": answers}}), json!({"components": {"schemas": schemas}}))
}

fn swagger(paths: Value, more: Value) -> Value {
    let mut document = document(paths, more);
    document.as_object_mut().unwrap().remove("openapi");
    document["swagger"] = json!("2.0");
    document
}

fn text(count: usize) -> Value {
    many(count, "pN", |_| json!({"type": "string"}))
}

/// Each kind of document, by size.
type Kind = (&'static str, Box<dyn Fn(usize) -> Value>);

fn texts() -> Vec<Kind> {
    let pieces = [
        "[",
        "[a",
        "[a](",
        "[[a](b",
        "`a ",
        "``a`",
        "[`",
        "<a",
        "&a;",
        "a@b ",
        "www.",
        "http://",
        "x\n",
        "# a\n",
        "- \n",
        "```\n",
        "{",
        "\u{e0100}",
    ];
    let mut kinds: Vec<Kind> = Vec::new();
    for piece in pieces {
        kinds.push((piece, Box::new(move |n| described(piece.repeat(20 * n / piece.len())))));
    }
    for piece in ["{b}/", "{b/", "}/", "a/", "-"] {
        kinds.push((piece, Box::new(move |n| path(format!("/{}", piece.repeat(4 * n / piece.len()))))));
    }
    kinds.push(("parameters of a path", Box::new(|n| path((0..n / 10).map(|n| format!("/{{b{n}}}")).collect()))));
    kinds.push((
        "a title",
        Box::new(|n| {
            let mut document = path("/a".to_owned());
            document["info"]["title"] = json!("[a".repeat(10 * n));
            document
        }),
    ));
    kinds
}

fn lists() -> Vec<Kind> {
    vec![
        (
            "operations",
            Box::new(|n| document(many(n / 20, "/pN/{id}", |_| operation(json!({"tags": ["a"]}))), json!({}))),
        ),
        (
            "operations of one name",
            Box::new(|n| {
                document(many(n / 20, "/pN", |_| operation(json!({"operationId": "same", "tags": ["a"]}))), json!({}))
            }),
        ),
        (
            "parameters",
            Box::new(|n| {
                let parameters =
                    list(n / 20, |n| json!({"name": format!("q{n}"), "in": "query", "schema": {"type": "string"}}));
                document(
                    json!({format!("/{}", "a".repeat(n)): operation(json!({"parameters": parameters}))}),
                    json!({}),
                )
            }),
        ),
        (
            "responses",
            Box::new(|n| {
                let headers = many(n / 20, "x-N", |_| json!({"schema": {"type": "string"}}));
                let answers = json!({"200": {"description": "ok", "headers": headers}});
                document(json!({format!("/{}", "a".repeat(n)): {"get": {"responses": answers}}}), json!({}))
            }),
        ),
        (
            "media types",
            Box::new(|n| {
                let content = many(
                    n / 40,
                    "application/xN+json",
                    |n| json!({"schema": {"type": "object", "properties": {format!("p{n}"): {}}}}),
                );
                document(json!({"/a": {"post": {"requestBody": {"content": content}, "responses": {}}}}), json!({}))
            }),
        ),
        (
            "servers",
            Box::new(|n| {
                document(json!({}), json!({"servers": list(n, |n| json!({"url": format!("https://a{n}.example")}))}))
            }),
        ),
        (
            "references to path items",
            Box::new(|n| {
                let items = many(n / 20, "x-itemN", |_| operation(json!({"tags": ["a"]})));
                document(many(n / 20, "/pN", |n| json!({"$ref": format!("#/x-item{n}")})), items)
            }),
        ),
    ]
}

fn types() -> Vec<Kind> {
    vec![
        (
            "values",
            Box::new(|n| schemas(json!({"A": {"type": "string", "enum": list(n, |n| json!(format!("v{n}")))}}))),
        ),
        (
            "properties",
            Box::new(|n| {
                schemas(
                    json!({"A": {"type": "object", "required": list(n / 10, |n| json!(format!("p{n}"))), "properties": text(n / 10)}}),
                )
            }),
        ),
        (
            "required properties that are absent",
            Box::new(|n| {
                schemas(
                    json!({"A": {"type": "object", "required": list(n, |n| json!(format!("q{n}"))), "properties": {"a": {}}}}),
                )
            }),
        ),
        (
            "draft 3",
            Box::new(|n| {
                let properties = many(n / 10, "pN", |_| json!({"type": "string", "required": true}));
                schemas(
                    json!({"A": {"type": "object", "required": list(n / 10, |n| json!(format!("q{n}"))), "properties": properties}}),
                )
            }),
        ),
        (
            "parts",
            Box::new(|n| {
                schemas(
                    json!({"A": {"allOf": list(n / 10, |n| json!({"type": "object", "properties": {format!("p{n}"): {}}}))}}),
                )
            }),
        ),
        (
            "parts of one property",
            Box::new(|n| {
                schemas(
                    json!({"A": {"allOf": list(n / 10, |n| json!({"type": "object", "properties": {"p": {"type": "string", "maxLength": n}}}))}}),
                )
            }),
        ),
        (
            "choices",
            Box::new(|n| {
                schemas(
                    json!({"A": {"oneOf": list(n / 20, |n| json!({"type": "object", "required": [format!("p{n}")], "properties": {format!("p{n}"): {}}}))}}),
                )
            }),
        ),
        (
            "tags",
            Box::new(|n| {
                let mut all =
                    many(n / 20, "BN", |_| json!({"type": "object", "properties": {"t": {"type": "string"}}}));
                let mapping = many(n / 20, "mN", |n| reference(format!("B{n}"))["$ref"].clone());
                all["A"] = json!({"oneOf": list(n / 20, |n| reference(format!("B{n}"))), "discriminator": {"propertyName": "t", "mapping": mapping}});
                schemas(all)
            }),
        ),
        (
            "a chain of references",
            Box::new(|n| {
                let mut all = many(n / 10, "LN", |n| reference(format!("L{}", n + 1)));
                all["A"] = reference("L0");
                all[format!("L{}", n / 10)] = json!({"type": "string"});
                schemas(all)
            }),
        ),
        (
            "missing references",
            Box::new(|n| {
                let missing = many(n / 10, "pN", |n| reference(format!("M{n}")));
                schemas(json!({"A": {"type": "object", "properties": missing}}))
            }),
        ),
        (
            "types of a list",
            Box::new(|n| {
                let mut document = schemas(json!({"A": {"type": list(n, |n| json!(format!("t{n}")))}}));
                document["openapi"] = json!("3.1.0");
                document
            }),
        ),
    ]
}

fn older() -> Vec<Kind> {
    vec![
        (
            "shared parameters",
            Box::new(|n| {
                let paths = many(n / 20, "/pN", |n| {
                    operation(json!({"tags": ["a"], "parameters": [{"$ref": format!("#/parameters/q{n}")}]}))
                });
                let parameters =
                    many(n / 20, "qN", |_| json!({"in": "body", "name": "b", "schema": {"type": "object"}}));
                swagger(paths, json!({"parameters": parameters}))
            }),
        ),
        (
            "shared responses",
            Box::new(|n| {
                let answers = |n: usize| json!({"200": {"$ref": format!("#/responses/r{n}")}});
                let paths = many(
                    n / 20,
                    "/pN",
                    |n| json!({"get": {"tags": ["a"], "produces": ["a/b"], "responses": answers(n)}}),
                );
                swagger(
                    paths,
                    json!({"responses": many(n / 20, "rN", |_| json!({"description": "r", "schema": {"type": "string"}}))}),
                )
            }),
        ),
        (
            "fields of a form",
            Box::new(|n| {
                let field = |n: usize| json!({"in": "formData", "name": format!("f{n}"), "type": "string"});
                let item = json!({"parameters": list(n / 20, field), "post": {"parameters": list(n / 20, |n| field(n + 7)), "responses": {}}});
                swagger(json!({"/a": item}), json!({}))
            }),
        ),
        (
            "extensions of a shared path item",
            Box::new(|n| {
                let mut document = document(
                    json!({"/a": many(n, "x-N", |_| json!(1))}),
                    json!({"components": {"pathItems": {"P": many(n, "x-pN", |_| json!(1))}}}),
                );
                document["paths"]["/a"]["$ref"] = json!("#/components/pathItems/P");
                document["openapi"] = json!("3.1.0");
                document
            }),
        ),
        (
            "inner definitions",
            Box::new(|n| {
                swagger(
                    json!({}),
                    json!({"definitions": many(n / 20, "AN", |_| json!({"definitions": {"Inner": {"type": "string"}}}))}),
                )
            }),
        ),
    ]
}

/// The processor time for a document, the lower of two runs.
fn time(document: &Value) -> Duration {
    let limits = Limits { nodes: 1 << 30, types: 1 << 20, lines: 1 << 30, ..Limits::default() };
    let options = Options { limits, ..Options::default() };
    let bytes = document.to_string().into_bytes();
    let size = bytes.len();
    let input = Input { document: ("api".to_owned(), bytes), ..Input::default() };
    let once = || {
        let begin = processor_time();
        let mut report = Report::default();
        drop(generate(&input, &options, &mut report));
        assert!(!report.text(false).is_empty() || !report.has_errors());
        let mut report = Report::default();
        if let Ok(api) = outline(&input, &options, &mut report) {
            let (table, lines) = (inspect::table(&api, size), inspect::json_lines(&api, size));
            assert!(table.text.len() + lines.text.len() < 24 * size + (1 << 20), "{} bytes", table.text.len());
        }
        processor_time() - begin
    };
    once().min(once())
}

#[test]
fn four_times_as_much_takes_about_four_times_as_long() {
    let mut faults = Vec::new();
    for (name, kind) in texts().into_iter().chain(lists()).chain(types()).chain(older()) {
        let (small, large) = (time(&kind(4_000)), time(&kind(16_000)));
        println!("{name:40.40} {small:>10.1?} {large:>10.1?}");
        // Quadratic growth takes sixteen times as long.
        if large > 9 * small + Duration::from_millis(100) {
            faults.push(format!("{name:?}: {small:?}, then {large:?}"));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}
