//! Hostile documents, G1 to G18 but for the output directory (`hostile_output.rs`) and the bombs (`hostile_limits.rs`).
//!
//! Each test says in its name which one it is. What single stages make of hostile input stands beside their code under the same
//! numbers; that no text changes the code is in `hostile_shape.rs`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use cogen::diagnostics::{Report, Severity};
use cogen::files::Files;
use cogen::options::Options;
use cogen_oracles::payloads::TEXTS;
use cogen_oracles::{generated, markdown_faults};
use cogen_tests::crates::Workspace;
use cogen_tests::{cogen as command, place};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

fn outcome(document: &Value) -> (Option<Files>, Report) {
    generated(document.to_string().as_bytes(), &Options::default())
}

#[track_caller]
fn accepted(document: &Value) -> (Files, Report) {
    let (files, report) = outcome(document);
    (files.unwrap_or_else(|| panic!("refused: {report}")), report)
}

/// The report of a document that has to be refused, with a place for each error.
#[track_caller]
fn refused(document: &Value, words: &str) -> String {
    refused_text(&document.to_string(), words)
}

#[track_caller]
fn refused_text(document: &str, words: &str) -> String {
    let (files, report) = generated(document.as_bytes(), &Options::default());
    let said = report.to_string();
    assert!(files.is_none(), "generated from {document}");
    assert!(said.contains(words), "{words:?} is not in: {said}");
    said
}

fn text_of(files: &Files) -> String {
    files.0.iter().map(|(path, text)| format!("// {path}\n{text}\n")).collect()
}

/// A document of one operation, with more members.
fn document(operation: Value, more: Value) -> Value {
    let mut document = json!({
        "openapi": "3.0.1", "info": {"title": "T", "version": "1"}, "servers": [{"url": "https://api.example.com"}],
        "paths": {"/x": {"get": operation}},
    });
    for (key, value) in more.as_object().unwrap() {
        document[key] = value.clone();
    }
    document
}

fn answer(schema: Value) -> Value {
    json!({"responses": {"200": {"description": "ok", "content": {"application/json": {"schema": schema}}}}})
}

/// A document with every payload in every place that has room for any text.
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
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "cargo {arguments:?}: {said}");
    said
}

#[test]
fn g01_text_in_every_place_compiles_without_a_warning() {
    let verdicts = hostile_crate("g01").check(&[]).expect("cargo check runs");
    let verdict = verdicts.get("g01").expect("the compiler came to it");
    let first = verdict.messages.first().map(|m| m.rendered.clone()).unwrap_or_default();
    assert!(verdict.is_clean(), "{} messages; the first: {first}", verdict.messages.len());
}

#[test]
fn g02_descriptions_are_no_doctests() {
    let said = cargo(&hostile_crate("g02"), &["test", "--doc"]);
    assert!(said.contains("running 0 tests") || said.contains("no library targets"), "{said}");
    let (files, _) = accepted(&hostile());
    let manifest = files.0.iter().find(|(path, _)| path.as_str() == "Cargo.toml").map(|(_, text)| text.as_str());
    assert!(manifest.is_some_and(|text| text.contains("doctest = false")));
}

#[test]
fn g03_descriptions_are_neither_html_nor_links() {
    let workspace = hostile_crate("g03");
    cargo(&workspace, &["doc", "--no-deps"]);
    let pages = place::target().join("doc/g03");
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
    // What the README quotes is Markdown that others render; the title stands in a comment on its first line too.
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
fn g04_what_is_not_seen_comes_neither_out_nor_to_the_terminal() {
    // The oracle looks at every file and at the report; here the report has much to quote.
    let mut document = hostile();
    document["components"]["schemas"]["a\u{1b}[31m\u{202e}"] = json!({"type": "no\u{1b}]0;x\u{7}\u{202e}such"});
    document["paths"]["/y\u{1b}[31m"] = json!({"get": {"security": [{"no\u{1b}[31m\u{202e}": []}], "responses": {}}});
    let (files, report) = outcome(&document);
    assert!(files.is_none() && report.has_errors());
    let said = report.text(false);
    assert!(said.contains("no\\u{1b}[31m\\u{202e}"), "{said}");
    // A lone surrogate is an error at its place, a control character that JSON forbids too.
    let said = refused_text("{\"openapi\": \"3.0.1\",\n \"info\": {\"title\": \"\\ud800\"}}", "surrogate");
    assert!(said.contains("api:2:"), "{said}");
    refused_text("{\"openapi\": \"3.0.1\",\n \"info\": {\"title\": \"\u{1b}\"}}", "U+001B");
}

#[test]
fn g05_any_name_becomes_an_ascii_identifier() {
    let names: Vec<String> = [
        "self",
        "Self",
        "crate",
        "super",
        "_",
        "",
        "r#x",
        "1a",
        "a b",
        "as",
        "async",
        "await",
        "box",
        "dyn",
        "gen",
        "try",
        "macro",
        "union",
        "yield",
        "abstract",
        "become",
        "do",
        "final",
        "override",
        "priv",
        "typeof",
        "unsized",
        "virtual",
        "static",
        "type",
        "Option",
        "Result",
        "String",
        "Vec",
        "Client",
        "ClientBuilder",
        "Box",
        "Some",
        "None",
        "Ok",
        "Err",
        "drop",
        "fmt",
        "Default",
        "Debug",
        "Clone",
        "rt",
        "Api",
        "😀",
        "שלום",
        "a\u{200d}b",
        "ab",
        "ﬀ",
        "ß",
        "İ",
        "µ",
        "Ω",
        "中文",
        "\u{301}",
    ]
    .map(str::to_owned)
    .into_iter()
    .chain(["x".repeat(10_000), "Ω".repeat(10_000)])
    .collect();
    let schemas: Map<String, Value> = names
        .iter()
        .map(|name| {
            let properties: Map<String, Value> = names.iter().map(|n| (n.clone(), json!({"type": "string"}))).collect();
            let schema = json!({"type": "object", "required": [name], "properties": properties});
            (
                name.clone(),
                if name == "self" {
                    schema
                } else {
                    json!({"type": "object", "properties": {name: {"type": "integer"}}})
                },
            )
        })
        .collect();
    let paths: Map<String, Value> = names
        .iter()
        .enumerate()
        .map(|(n, name)| {
            (
                format!("/{n}"),
                json!({"get": {"operationId": name, "tags": [name], "responses": {"200": {"description": "ok"}}}}),
            )
        })
        .collect();
    let (files, _) =
        accepted(&document(json!({"responses": {}}), json!({"paths": paths, "components": {"schemas": schemas}})));
    for (path, text) in &files.0 {
        if path.as_str().ends_with(".rs") {
            for word in identifiers(text) {
                assert!(word.is_ascii() && word.len() < 300, "{path}: {word:.80}");
            }
        }
    }
    // The same names again, in the same order: the same identifiers.
    let types = |files: &Files| files.0.iter().find(|(p, _)| p.as_str() == "src/types.rs").map(|(_, t)| t.clone());
    let again = accepted(&document(
        json!({"responses": {}}),
        json!({"paths": {}, "components": {"schemas": schemas_of(&names)}}),
    ))
    .0;
    let twice = accepted(&document(
        json!({"responses": {}}),
        json!({"paths": {}, "components": {"schemas": schemas_of(&names)}}),
    ))
    .0;
    assert_eq!(types(&again), types(&twice));
}

fn schemas_of(names: &[String]) -> Value {
    names
        .iter()
        .map(|name| (name.clone(), json!({"type": "object", "properties": {"a": {"type": "string"}}})))
        .collect::<Map<_, _>>()
        .into()
}

/// The identifiers of a Rust file.
fn identifiers(text: &str) -> Vec<String> {
    fn walk(tokens: proc_macro2::TokenStream, found: &mut Vec<String>) {
        for token in tokens {
            match token {
                proc_macro2::TokenTree::Group(group) => walk(group.stream(), found),
                proc_macro2::TokenTree::Ident(ident) => found.push(ident.to_string()),
                _ => {}
            }
        }
    }
    let mut found = Vec::new();
    walk(text.parse().unwrap(), &mut found);
    found
}

#[test]
fn g06_names_that_are_equal_after_casing_stay_distinct() {
    let names = ["foo-bar", "fooBar", "foo_bar"];
    let with = |count: usize| {
        let names = &names[..count];
        let properties: Map<String, Value> =
            names.iter().map(|n| ((*n).to_owned(), json!({"type": "string"}))).collect();
        let schemas: Map<String, Value> = names
            .iter()
            .map(|n| ((*n).to_owned(), json!({"type": "object", "properties": properties})))
            .chain([("kinds".to_owned(), json!({"type": "string", "enum": names}))])
            .collect();
        let paths: Map<String, Value> = names
            .iter()
            .map(|n| {
                let parameters: Vec<Value> = names.iter().map(|p| json!({"name": p, "in": "query", "schema": {"type": "string"}})).collect();
                let answers = json!({"200": {"description": "ok", "content": {"application/json": {"schema": {"$ref": format!("#/components/schemas/{n}")}}}}});
                (format!("/{n}"), json!({"get": {"operationId": n, "parameters": parameters, "responses": answers}}))
            })
            .collect();
        accepted(&document(json!({}), json!({"paths": paths, "components": {"schemas": schemas}})))
    };
    let ((two, report), (three, _)) = (with(2), with(3));
    assert!(report.diagnostics.iter().filter(|d| d.severity == Severity::Warning).count() >= 4, "{report}");
    let of = |files: &Files, open: &str| {
        let text = text_of(files);
        let names = text
            .lines()
            .filter_map(|line| line.trim().strip_prefix(open))
            .map(|rest| rest.split(['(', '<', ' ', ':', '{']).next().unwrap_or_default().to_owned());
        names.filter(|name| name.to_lowercase().replace('_', "").starts_with("foobar")).collect::<Vec<_>>()
    };
    for (open, count) in [("pub struct ", 3), ("pub fn ", 6)] {
        let (first, more) = (of(&two, open), of(&three, open));
        let distinct: BTreeSet<&String> = more.iter().collect();
        assert!(distinct.len() >= 3 && more.len() >= count, "{open}: {more:?}");
        assert!(first.iter().all(|name| more.contains(name)), "a third renamed the first two: {first:?} {more:?}");
    }
}

#[test]
fn g07_no_name_is_a_path() {
    let tags = [
        "../../x",
        "/etc/x",
        "C:\\x",
        "CON",
        "a/b",
        ".",
        "..",
        "x.",
        "Twin",
        "twin",
        "TWIN",
        "lib",
        "mod",
        "main",
        "operations",
        "nul.rs",
        ".cogen",
        "-",
    ];
    let paths: Map<String, Value> = tags
        .iter()
        .enumerate()
        .map(|(n, tag)| (format!("/{n}"), json!({"get": {"operationId": format!("op{n}"), "tags": [tag], "responses": {"200": {"description": "ok"}}}})))
        .collect();
    let document = document(json!({}), json!({"paths": paths, "info": {"title": "../../../evil", "version": "../x"}}));
    let (files, _) = accepted(&document);
    let mut seen = BTreeSet::new();
    for (path, _) in &files.0 {
        let path = path.as_str();
        assert!(seen.insert(path.to_ascii_lowercase()), "{path} stands twice");
        let modules = path.strip_prefix("src/operations/").is_some_and(|name| {
            name.strip_suffix(".rs")
                .is_some_and(|stem| stem.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'))
        });
        let fixed = [
            "Cargo.toml",
            "README.md",
            "src/lib.rs",
            "src/client.rs",
            "src/auth.rs",
            "src/types.rs",
            "src/scopes.rs",
            "src/serde.rs",
            "src/operations.rs",
        ];
        assert!(modules || fixed.contains(&path), "{path}");
        assert!(
            !["con.rs", "nul.rs", "aux.rs", "prn.rs"].iter().any(|device| path.ends_with(&format!("/{device}"))),
            "{path}"
        );
    }
    // As files, from any directory: nothing stands outside.
    let directory = place::scratch("g07").unwrap();
    let file = directory.join("api.json");
    fs::write(&file, document.to_string()).unwrap();
    let run = command::generate(&file, &directory.join("a/b/out"), None, &[]).unwrap();
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    let beside: Vec<String> =
        fs::read_dir(&directory).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
    assert_eq!(beside.iter().collect::<BTreeSet<_>>().len(), 2, "{beside:?}");
}

#[test]
fn g09_references_lead_nowhere_else() {
    let with = |reference: &str| {
        document(answer(json!({"$ref": reference})), json!({"components": {"schemas": {"Pet": {"type": "string"}}}}))
    };
    for reference in [
        "http://127.0.0.1:1/x.yaml",
        "https://evil.example/x.yaml#/Pet",
        "file:///etc/passwd",
        "/etc/passwd",
        "../x.yaml",
        "other.yaml#/Pet",
        "x.json",
        "\\\\evil\\share\\x",
        "//evil.example/x",
    ] {
        let said = refused(&with(reference), "COGEN-");
        assert!(said.contains("document"), "{reference}: {said}");
    }
    let said = refused(&with("#/components/schemas/Pett"), "Pett");
    assert!(said.contains("schemas/Pet`"), "no nearest name in: {said}");
    for schemas in [
        json!({"A": {"$ref": "#/components/schemas/A"}}),
        json!({"A": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/C"}, "C": {"$ref": "#/components/schemas/A"}}),
        json!({"A": {"allOf": [{"$ref": "#/components/schemas/A"}, {"type": "object", "properties": {"x": {"type": "string"}}}]}}),
    ] {
        refused(
            &document(answer(json!({"$ref": "#/components/schemas/A"})), json!({"components": {"schemas": schemas}})),
            "COGEN-",
        );
    }
    let ring = json!({"A": {"type": "object", "properties": {"b": {"$ref": "#/components/schemas/B"}}}, "B": {"type": "object", "properties": {"a": {"$ref": "#/components/schemas/A"}}}});
    assert!(
        text_of(
            &accepted(&document(
                answer(json!({"$ref": "#/components/schemas/A"})),
                json!({"components": {"schemas": ring}})
            ))
            .0
        )
        .contains("Box<")
    );
}

/// A FIFO without a writer keeps whoever opens it for ever; and in a namespace of its own there is no network.
#[cfg(target_os = "linux")]
#[test]
fn g09_nothing_is_opened_that_a_reference_names() {
    let directory = place::scratch("g09").unwrap();
    let made = Command::new("mkfifo").arg(directory.join("pipe.yaml")).status().expect("mkfifo runs");
    assert!(made.success());
    fs::write(directory.join("other.yaml"), "Pet: {type: object, properties: {canary: {type: string}}}").unwrap();
    let file = directory.join("api.json");
    let binary = command::binary().unwrap();
    let alone = Command::new("unshare").args(["-rn", "true"]).status().is_ok_and(|status| status.success());
    for reference in
        ["pipe.yaml", "pipe.yaml#/Pet", "other.yaml#/Pet", "http://127.0.0.1:9/x", "https://example.com/x.yaml"]
    {
        fs::write(&file, document(answer(json!({"$ref": reference})), json!({})).to_string()).unwrap();
        let mut run = Command::new("timeout");
        run.arg("60");
        if alone {
            run.args(["unshare", "-rn"]);
        }
        let output = run.arg(binary).arg("generate").arg(&file).arg("-o").arg(directory.join("out")).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{reference}: {said}");
        assert!(said.contains("error[COGEN-") && !said.contains("canary"), "{said}");
    }
    if !alone {
        println!("no namespaces here: run without `unshare -rn`");
    }
}

/// The generator could not reach a network if it wanted to.
#[test]
fn g09_the_generator_has_no_network() {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut tree = Command::new(cargo);
    tree.args(["tree", "--locked", "--offline", "-p", "cogen", "-e", "normal", "--prefix", "none", "-f", "{p}"])
        .current_dir(place::root());
    let output = tree.output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let names: BTreeSet<String> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|l| l.split(' ').next().map(str::to_owned))
        .collect();
    assert!(names.contains("granit-parser") && names.len() > 20, "{names:?}");
    for network in [
        "reqwest",
        "hyper",
        "ureq",
        "curl",
        "isahc",
        "attohttpc",
        "minreq",
        "tokio",
        "mio",
        "socket2",
        "async-std",
        "smol",
        "rustls",
        "openssl",
        "native-tls",
        "quinn",
        "h2",
        "http",
    ] {
        assert!(!names.contains(network), "cogen depends on {network}");
    }
    // Nor does its own source name a socket.
    let mut directories = vec![place::root().join("codegen/src")];
    while let Some(directory) = directories.pop() {
        for path in fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                directories.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            for socket in ["std::net", "std::os::unix::net", "TcpStream", "UdpSocket", "UnixStream"] {
                assert!(!text.contains(socket), "{socket} in {}", path.display());
            }
        }
    }
}

#[test]
fn g12_what_is_no_document_is_told_by_what_it_looks_like() {
    for (text, words) in [
        ("", "empty"),
        ("<!DOCTYPE html><html><body>Sign in</body></html>", "HTML"),
        ("{\"openapi\": \"3.0.1\", \"openapi\": \"3.0.1\"}", "twice"),
        ("openapi: 3.0.1\n---\nopenapi: 3.0.1\n", "second YAML document"),
        ("openapi: 3.0.1\ninfo:\n\ttitle: x\n", "tab"),
        ("{{ template }}", "template"),
    ] {
        refused_text(text, words);
    }
    for (bytes, words) in [(&b"\x1f\x8b\x08\0\0\0\0\0"[..], "gzip"), (b"\xff\xfeo\0p\0", "UTF-16")] {
        let (files, report) = generated(bytes, &Options::default());
        assert!(files.is_none() && report.to_string().contains(words), "{report}");
    }
    // Words that other readers take for truth values and numbers stay text.
    let yaml = "openapi: 3.0.1\ninfo: {title: t, version: '1'}\npaths:\n  /x:\n    get:\n      responses:\n        200: {description: ok, content: {application/json: {schema: {type: string, enum: [no, on, 012]}}}}\n";
    let files = generated(yaml.as_bytes(), &Options::default()).0.expect("it generates");
    let text = text_of(&files);
    assert!(["\"no\"", "\"on\"", "\"012\""].iter().all(|word| text.contains(word)), "{text}");
}

#[test]
fn g13_dialects_are_whole_or_refused() {
    for (head, words) in [
        (json!({"openapi": "4.0.0"}), "4.0.0"),
        (json!({"swagger": "1.2"}), "1.2"),
        (json!({"swagger": "2.0", "openapi": "2.0"}), "COGEN-"),
        (json!({"asyncapi": "2.0.0"}), "COGEN-"),
    ] {
        let mut document = head;
        document["info"] = json!({"title": "T", "version": "1"});
        document["paths"] = json!({});
        refused(&document, words);
    }
    // A proxy's path, any method, a stage variable as base path, binary types: each is there whole.
    let document = json!({
        "swagger": "2.0", "info": {"title": "T", "version": "1"}, "host": "api.example.com", "basePath": "/${stageVariables.x}", "schemes": ["https"],
        "x-amazon-apigateway-binary-media-types": ["*/*"],
        "paths": {"/{proxy+}": {"x-amazon-apigateway-any-method": {"parameters": [{"name": "proxy", "in": "path", "required": true, "type": "string"}], "responses": {}}}},
    });
    let text = text_of(&accepted(&document).0);
    assert!(text.contains("fn any_proxy") && text.contains("path_greedy") && text.contains("base_url: None"), "{text}");
}

#[test]
fn g14_security_is_understood_or_refused() {
    let schemes = json!({"pool": {"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "cognito_user_pools",
        "x-amazon-apigateway-authorizer": {"type": "cognito_user_pools", "providerARNs": ["arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_AbC123"]}}});
    let with = |security: Value, schemes: Value| {
        let mut operation = json!({"operationId": "op", "responses": {"200": {"description": "ok"}}});
        operation["security"] = security;
        document(operation, json!({"components": {"securitySchemes": schemes}}))
    };
    // Unknown, absent or odd: never an open method.
    refused(&with(json!([{"nobody": []}]), schemes.clone()), "nobody");
    refused(&with(json!([{"pool": []}]), json!({})), "pool");
    refused(&with(json!("pool"), schemes.clone()), "COGEN-");
    refused(&with(json!([["pool"]]), schemes.clone()), "COGEN-");
    refused(&with(json!([{"pool": [1]}]), schemes.clone()), "COGEN-");
    refused(&with(json!([{"x": []}]), json!({"x": {"type": "novel"}})), "COGEN-");
    refused(
        &with(
            json!([{"x": []}]),
            json!({"x": {"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "custom", "x-amazon-apigateway-authorizer": {"type": "novel"}}}),
        ),
        "COGEN-",
    );
    // Two authorizers of one name are one key twice.
    refused_text(
        &with(json!([{"pool": []}]), schemes.clone()).to_string().replacen("\"pool\":{", "\"pool\":{},\"pool\":{", 1),
        "twice",
    );
    // Open on purpose is open, and listed as that.
    for open in [json!([]), json!([{}])] {
        let (files, report) = accepted(&with(open, schemes.clone()));
        let text = text_of(&files);
        assert!(text.contains("rt::OPEN") || text.contains("OPEN,"), "{text}");
        assert!(text.contains("pub fn op(&self)") && !report.has_errors(), "{text}");
    }
    // A root requirement that is overridden by nothing is inherited.
    let mut inherits = with(json!([]), schemes.clone());
    inherits["paths"]["/x"]["get"].as_object_mut().unwrap().remove("security");
    inherits["security"] = json!([{"pool": []}]);
    let text = text_of(&accepted(&inherits).0);
    assert!(text.contains("IdTokenOf") || text.contains("where\n"), "{text}");
}

/// What account ids and roles a document names only in what a client has no use for.
fn hidden_words(document: &Value) -> BTreeSet<String> {
    fn walk(value: &Value, hidden: bool, found: &mut BTreeSet<String>, open: &mut String) {
        const HIDDEN: [&str; 7] = [
            "x-amazon-apigateway-integration",
            "x-amazon-apigateway-integrations",
            "x-amazon-apigateway-policy",
            "authorizerUri",
            "authorizerCredentials",
            "x-amazon-apigateway-gateway-responses",
            "credentials",
        ];
        match value {
            Value::Object(members) => members
                .iter()
                .for_each(|(key, value)| walk(value, hidden || HIDDEN.contains(&key.as_str()), found, open)),
            Value::Array(items) => items.iter().for_each(|item| walk(item, hidden, found, open)),
            Value::String(text) if hidden => {
                let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || "-_:/.".contains(c)));
                for word in words {
                    found.extend(
                        word.split(':')
                            .filter(|part| part.len() == 12 && part.bytes().all(|b| b.is_ascii_digit()))
                            .map(str::to_owned),
                    );
                    if word.starts_with("arn:") {
                        found.insert(word.to_owned());
                        found.extend(word.split_once(":role/").map(|(_, role)| format!("role/{role}")));
                        found.extend(
                            word.split_once(":function:")
                                .map(|(_, f)| format!("function:{}", f.split('/').next().unwrap_or_default())),
                        );
                    }
                }
            }
            Value::String(text) => {
                open.push_str(text);
                open.push('\n');
            }
            _ => {}
        }
    }
    let (mut found, mut open) = (BTreeSet::new(), String::new());
    walk(document, false, &mut found, &mut open);
    // What stands in a description too is no secret of the integration.
    found.retain(|word| word.len() > 8 && !open.contains(word.as_str()));
    found
}

#[test]
fn g15_nothing_of_an_integration_policy_or_account_comes_out() {
    let own = cogen_oracles::seeds::own_documents().into_iter().map(|(name, bytes)| (name, bytes, true));
    let corpus = cogen_oracles::seeds::corpus_documents().into_iter().map(|(name, bytes)| (name, bytes, false));
    let (mut documents, mut searched) = (0, 0);
    for (name, bytes, _) in own.chain(corpus).filter(|(_, bytes, own)| *own || bytes.len() < 300_000) {
        let Some(tree) = cogen_oracles::tree::read(&bytes) else { continue };
        let words = hidden_words(&tree);
        if words.is_empty() {
            continue;
        }
        let mut report = Report::default();
        let input = cogen::generate::Input { document: (name.clone(), bytes), ..Default::default() };
        let options = Options { keep_going: true, ..Options::default() };
        let Some(generated) = cogen::generate::generate(&input, &options, &mut report) else { continue };
        let text = text_of(&generated.files);
        for word in &words {
            assert!(!text.contains(word.as_str()), "{name}: `{word}` came out");
        }
        documents += 1;
        searched += words.len();
    }
    assert!(documents >= 3 && searched >= 9, "{documents} documents, {searched} words");
    println!("{searched} words of {documents} documents");
    // Nor anything of examples and of other tools' extensions.
    let mut operation =
        answer(json!({"type": "object", "properties": {"token": {"type": "string", "example": "CANARY1"}}}));
    operation["x-rust-type"] = json!("CANARY2");
    operation["x-codegen"] = json!({"CANARY3": "CANARY4"});
    operation["responses"]["200"]["content"]["application/json"]["example"] = json!({"token": "CANARY5"});
    assert!(!text_of(&accepted(&document(operation, json!({"x-internal": "CANARY6"}))).0).contains("CANARY"));
}

#[test]
fn g16_addresses_are_plain_or_none() {
    let base = |servers: Value| {
        let (files, _) =
            accepted(&document(json!({"responses": {"200": {"description": "ok"}}}), json!({"servers": servers})));
        let text = text_of(&files);
        let line = text.lines().find(|line| line.contains("base_url: ")).expect("a base URL").trim().to_owned();
        line.split("base_url: ").nth(1).unwrap().trim_end_matches(',').to_owned()
    };
    for url in [
        "https://user:password@api.example.com",
        "https://@evil.example@api.example.com",
        "https://api.example.com:0",
        "https://api.example.com/#x",
        "https://api.example.com?x=1",
        "ftp://api.example.com",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "data:text/plain,x",
        "https://",
        "//evil.example",
    ] {
        let found = base(json!([{"url": url}]));
        assert!(found.ends_with("None"), "{url}: {found}");
    }
    for (url, expected) in [
        ("https://api.example.com/a/../../b//c/", "https://api.example.com/b/c"),
        ("HTTPS://API.EXAMPLE.COM", "https://api.example.com"),
        ("https://аpi.example.com", "https://xn--pi-6kc.example.com"),
    ] {
        let found = base(json!([{"url": url}]));
        assert!(found.contains(&format!("\"{expected}\"")), "{url}: {found}");
    }
    for region in ["x@evil.example/#", "evil.example/", "us-east-1.evil.example:443/", "a b"] {
        let url = json!([{"url": "https://abc123.execute-api.{region}.amazonaws.com/prod", "variables": {"region": {"default": region}}}]);
        let found = base(url);
        let host = found.split("://").nth(1).map(|rest| rest.split(['/', '"']).next().unwrap_or_default());
        // Whatever host comes of it is shown in the README; the region to sign for is a label or none.
        assert!(host.is_none_or(|host| !host.contains(['@', '#', ' '])), "{region}: {found}");
        let (files, _) = accepted(&document(
            json!({"security": [{"sigv4": []}], "responses": {"200": {"description": "ok"}}}),
            json!({
                "servers": [{"url": "https://abc123.execute-api.{region}.amazonaws.com/prod", "variables": {"region": {"default": region}}}],
                "components": {"securitySchemes": {"sigv4": {"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "awsSigv4"}}},
            }),
        ));
        let text = text_of(&files);
        let signed = text.lines().find_map(|line| line.trim().strip_prefix("region: ")).unwrap_or("None,");
        assert!(signed.starts_with("None") || signed.contains("::None"), "{region}: {signed}");
    }
}

#[test]
fn g17_the_manifest_is_made_of_parsed_values() {
    let with = |config: &str| {
        let mut report = Report::default();
        let base = report.sources.add("cogen.toml", config);
        let options = cogen::config::read(config, base, &mut report);
        (options, report)
    };
    for name in ["a\\\"\\n[dependencies]", "std", "test", "-", "", "a b", "../a", "cogen-runtime", "pëts"] {
        let (options, report) = with(&format!("[crate]\nname = \"{name}\"\n"));
        assert!(options.is_none() && report.has_errors(), "{name}");
    }
    for version in ["1; x", "1", "", "1.0.0\\n[dependencies]"] {
        let (options, report) = with(&format!("[crate]\nversion = \"{version}\"\n"));
        assert!(options.is_none() && report.has_errors(), "{version}");
    }
    // A title, a version and a licence of the document never reach the manifest as more than a description; the oracle looks at
    // its tables.
    for text in TEXTS.iter().chain(&["x\"\n[dependencies]\nevil = \"1", "MIT\"\nbuild = \"evil.rs"]) {
        let info = json!({"title": text, "version": text, "license": {"name": text}, "description": text});
        let (files, _) =
            accepted(&document(json!({"responses": {"200": {"description": "ok"}}}), json!({"info": info})));
        let manifest = &files.0.iter().find(|(path, _)| path.as_str() == "Cargo.toml").unwrap().1;
        let manifest: toml_edit::DocumentMut = manifest.parse().unwrap();
        let package: Vec<&str> = manifest["package"].as_table().unwrap().iter().map(|(key, _)| key).collect();
        assert_eq!(package, ["name", "version", "edition", "description", "metadata"], "{text:?}");
        assert_eq!(manifest["package"]["version"].as_str(), Some("0.1.0"));
    }
}

#[test]
fn g18_options_are_checked_with_their_place() {
    for (config, words) in [
        ("[crat]\nname = \"a\"\n", "`crate`"),
        ("[crate]\nnmae = \"a\"\n", "`name`"),
        ("[crate]\nname = 1\n", "cogen.toml:2:"),
        ("[api]\nschemas = \"/etc/passwd\"\n", "cogen.toml:2:"),
        ("[api]\nschemas = \"../../x.yaml\"\n", "cogen.toml:2:"),
        ("[runtime]\npath = \"a\"\ngit = \"https://x.example\"\n", "two places"),
        ("[crate]\nname = \"a\"\nname = \"b\"\n", "cogen.toml:3:"),
        ("[authorizers.x]\nclient-secret = \"CANARY\"\n", "cogen.toml:2:"),
    ] {
        let mut report = Report::default();
        let base = report.sources.add("cogen.toml", config);
        let options = cogen::config::read(config, base, &mut report);
        let said = report.to_string();
        assert!(options.is_none(), "{config}");
        assert!(
            said.contains(words) && said.contains("cogen.toml:") && !said.contains("CANARY"),
            "{words:?} is not in: {said}"
        );
    }
}

/// Every hostile input has its test, here or beside the code.
#[test]
fn every_number_has_a_test() {
    let mut text = String::new();
    for file in ["hostile_documents", "hostile_output", "hostile_limits"] {
        text.push_str(
            &fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/{file}.rs"))).unwrap(),
        );
    }
    for number in 1..=18 {
        assert!(text.contains(&format!("fn g{number:02}_")), "no test for G{number}");
    }
}
