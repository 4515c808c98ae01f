//! Text in every location that allows any text: G1 to G4.

use super::{accepted, outcome, refused_text};
use cogen_oracles::markdown_faults;
use cogen_oracles::payloads::TEXTS;
use cogen_tests::crates::Workspace;
use cogen_tests::{cogen as command, paths};
use serde_json::{Map, Value, json};
use std::fs;

#[test]
fn g01_text_in_every_location_compiles_without_a_warning() {
    let verdicts = hostile_crate("g01").check(&[]).expect("cargo check runs");
    let verdict = verdicts.get("g01").expect("the crate was compiled");
    let first = verdict.messages.first().map(|m| m.rendered.clone()).unwrap_or_default();
    assert!(verdict.is_clean(), "{} messages; the first: {first}", verdict.messages.len());
}

#[test]
fn g02_descriptions_do_not_become_doctests() {
    let printed = cargo(&hostile_crate("g02"), &["test", "--doc"]);
    // The example on the front page is the only one, and it is cogen's own.
    assert!(printed.contains("running 1 test\n") && printed.contains("test g02/src/lib.rs - (line "), "{printed}");
    let (files, _) = accepted(&hostile());
    let manifest = files.0.iter().find(|(path, _)| path.as_str() == "Cargo.toml").map(|(_, text)| text.as_str());
    assert!(manifest.is_some_and(|text| text.contains("doctest = false")));
}

#[test]
fn g03_descriptions_are_neither_html_nor_links() {
    let workspace = hostile_crate("g03");
    cargo(&workspace, &["doc", "--no-deps"]);
    let pages = paths::target().join("doc/g03");
    let mut seen = 0;
    let mut directories = vec![pages];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).expect("the pages") {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
            } else if path.extension().is_some_and(|e| e == "html") {
                let text = fs::read_to_string(&path).unwrap();
                for evil in
                    ["<script>alert", "<img src=x", "href=\"javascript:", "href=\"https://evil", "src=\"https://evil"]
                {
                    assert!(!text.contains(evil), "{evil} is in {}", path.display());
                }
                seen += 1;
            }
        }
    }
    assert!(seen > 100, "{seen} pages");
    // The README quotes Markdown that other tools render. The title is also in a comment on its first line.
    for title in [
        TEXTS[1],
        "x --> <script>alert(1)</script>",
        "x ---><script>alert(1)</script>",
        "----->",
        "x --!> <b>",
        "x -- > y",
        "->",
        ">",
    ] {
        let mut document = hostile();
        document["info"]["title"] = json!(title);
        let (files, _) = accepted(&document);
        let readme =
            files.0.iter().find(|(path, _)| path.as_str() == "README.md").map(|(_, text)| text.clone()).unwrap();
        let (first, rest) = readme.split_once('\n').unwrap();
        assert!(first.starts_with("<!-- @generated") && first.ends_with("-->"), "{first}");
        assert!(!first[4..first.len() - 3].contains("--"), "{first}");
        let faults = markdown_faults(rest);
        let foreign: Vec<_> =
            faults.iter().filter(|f| ["evil", "HTML", "javascript"].iter().any(|w| f.contains(w))).collect();
        assert!(foreign.is_empty(), "{foreign:?} in {rest}");
    }
}

#[test]
fn g04_invisible_characters_reach_neither_the_output_nor_the_terminal() {
    // The oracle checks every file and the report; this report quotes much of the document.
    let mut document = hostile();
    document["components"]["schemas"]["a\u{1b}[31m\u{202e}"] = json!({"type": "no\u{1b}]0;x\u{7}\u{202e}such"});
    document["paths"]["/y\u{1b}[31m"] = json!({"get": {"security": [{"no\u{1b}[31m\u{202e}": []}], "responses": {}}});
    let (files, report) = outcome(&document);
    assert!(files.is_none() && report.has_errors());
    let printed = report.text(false);
    assert!(printed.contains("no\\u{1b}[31m\\u{202e}"), "{printed}");
    // A lone surrogate is an error at its location, and so is a control character that JSON forbids.
    let printed = refused_text("{\"openapi\": \"3.0.1\",\n \"info\": {\"title\": \"\\ud800\"}}", "surrogate");
    assert!(printed.contains("api:2:"), "{printed}");
    refused_text("{\"openapi\": \"3.0.1\",\n \"info\": {\"title\": \"\u{1b}\"}}", "U+001B");
}

/// A document with every payload in every location that allows any text.
fn hostile() -> Value {
    let (mut paths, mut schemas, mut scopes) = (Map::new(), Map::new(), Map::new());
    for (number, text) in TEXTS.iter().enumerate() {
        let literal = text.replace(['{', '}'], "").replace('/', " ");
        let reference = text.replace('~', "~0").replace('/', "~1").replace('%', "%25");
        schemas.insert(
            (*text).to_owned(),
            json!({
                "title": text, "description": text, "type": "object", "required": [text], "example": {"x": text},
                "properties": {
                    *text: {"type": "string", "description": text, "default": text, "example": text, "pattern": text},
                    "kind": {"type": "string", "description": text, "enum": [text, "other"], "default": text},
                },
            }),
        );
        let mut scope = json!([]);
        if !text.trim().is_empty() {
            scopes.insert((*text).to_owned(), text.to_owned().into());
            scope = json!([text]);
        }
        paths.insert(
            format!("/p{number}/{literal}"),
            json!({"post": {
                "operationId": text, "summary": text, "description": text, "tags": [text], "security": [{"pool": scope}],
                "parameters": [
                    {"name": text, "in": "query", "description": text, "schema": {"type": "string", "default": text}},
                    {"name": text, "in": "cookie", "schema": {"type": "string", "enum": [text]}},
                ],
                "requestBody": {"description": text, "content": {
                    "application/json": {"schema": {"$ref": format!("#/components/schemas/{reference}")}, "example": text},
                }},
                "responses": {
                    "200": {"description": text, "headers": {"X-H": {"description": text, "schema": {"type": "string"}}},
                        "content": {"application/json": {"schema": {"$ref": format!("#/components/schemas/{reference}")}}}},
                    "400": {"description": text},
                },
                "x-amazon-apigateway-integration": {"type": "aws", "uri": text, "credentials": text},
                "x-rust-type": text,
            }}),
        );
    }
    let all = TEXTS.join("\n\n");
    json!({
        "openapi": "3.0.1",
        "info": {"title": TEXTS[1], "version": TEXTS[1], "description": all, "contact": {"name": all}, "license": {"name": all}},
        "servers": [{"url": "https://api.example.com", "description": all}],
        "tags": TEXTS.iter().map(|text| json!({"name": text, "description": text})).collect::<Vec<_>>(),
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": {"pool": {
            "type": "oauth2", "description": all,
            "flows": {"clientCredentials": {"tokenUrl": "https://auth.example.com/token", "scopes": scopes}},
        }}},
    })
}

/// A workspace with the hostile document's crate in it.
fn hostile_crate(name: &str) -> Workspace {
    let mut workspace = Workspace::new(name).expect("a scratch directory");
    let directory = workspace.member(name);
    let document = directory.with_extension("json");
    fs::write(&document, hostile().to_string()).expect("a writable file");
    let run = command::generate(&document, &directory, Some(name), &[]).expect("cogen runs");
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    workspace
}

fn cargo(workspace: &Workspace, arguments: &[&str]) -> String {
    let output = workspace.cargo(arguments).expect("cargo runs");
    let printed = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "cargo {arguments:?}: {printed}");
    printed
}
