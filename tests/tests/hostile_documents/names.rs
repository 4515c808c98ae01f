//! Names of every kind: G5 to G7.

use super::{accepted, document, text_of};
use cogen::diagnostics::report::Severity;
use cogen::ir::ident::is_cjk;
use cogen::output::files::Files;
use cogen_tests::{cogen as command, paths};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::fs;

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
                let plain = word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || is_cjk(c));
                assert!(plain && word.len() < 300, "{path}: {word:.80}");
            }
        }
    }
    // The same names again, in the same order, give the same identifiers.
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
fn g07_names_do_not_become_paths() {
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
        assert!(seen.insert(path.to_ascii_lowercase()), "{path} exists twice");
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
    // In file paths, from any directory: nothing is written outside.
    let directory = paths::scratch("g07").unwrap();
    let file = directory.join("api.json");
    fs::write(&file, document.to_string()).unwrap();
    let run = command::generate(&file, &directory.join("a/b/out"), None, &[]).unwrap();
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    let outside: Vec<String> =
        fs::read_dir(&directory).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
    assert_eq!(outside.iter().collect::<BTreeSet<_>>().len(), 2, "{outside:?}");
}
