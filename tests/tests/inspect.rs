//! `inspect --format json` compared with an independent reader of the same rules.
//!
//! For the project's own documents the reader's output is checked in (`specs/inspect/NAME.jsonl`, written by
//! `referee/inspect.py`); for the corpus the reader runs, if there is a Python with PyYAML.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use cogen_tests::{cogen, corpus, paths};
use serde_json::Value;
use std::fs;
use std::process::Command;

/// The differences in what both must agree on; the text of errors and the name belong to the generator alone.
fn differences(referee: &[Value], generator: &[Value]) -> Vec<String> {
    let route = |o: &Value| (o["method"].to_string(), o["path"].to_string());
    let mut found = Vec::new();
    if referee.iter().map(route).collect::<Vec<_>>() != generator.iter().map(route).collect::<Vec<_>>() {
        found.push("the operations differ in number or order".to_owned());
    }
    for ours in referee {
        let Some(theirs) = generator.iter().find(|t| route(t) == route(ours)) else {
            found.push(format!("{} {}: not listed", ours["method"], ours["path"]));
            continue;
        };
        for field in ["operation_id", "skipped", "authorization"] {
            if ours[field] != theirs[field] {
                found.push(format!(
                    "{} {}: {field}: {} by the referee, {} by cogen",
                    ours["method"], ours["path"], ours[field], theirs[field]
                ));
            }
        }
        let errors = |o: &Value| o["errors"].as_array().is_some_and(|e| !e.is_empty());
        if errors(ours) && !errors(theirs) {
            found.push(format!(
                "{} {}: cogen sees no error, the referee {}",
                ours["method"], ours["path"], ours["errors"]
            ));
        }
    }
    found
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|l| serde_json::from_str(l).expect("a JSON object a line")).collect()
}

#[test]
fn own_documents_are_read_as_the_referee_reads_them() {
    let specs = paths::root().join("tests/specs");
    let mut faults = Vec::new();
    for document in paths::documents(&specs.join("ok")).expect("the documents") {
        let name = paths::name(&document);
        let file = specs.join("inspect").join(format!("{name}.jsonl"));
        let referee = lines(&fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display())));
        let (generator, run) = cogen::inspect(&document).expect("cogen runs");
        faults.extend(differences(&referee, &generator).into_iter().map(|d| format!("{name}: {d}")));
        let wrong = generator.iter().any(|o| o["errors"].as_array().is_some_and(|e| !e.is_empty()));
        if (run.status != Some(0)) != wrong && !generator.is_empty() {
            faults.push(format!("{name}: exit status {:?}, errors {wrong}", run.status));
        }
    }
    assert!(faults.is_empty(), "{} differences:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_line_has_the_documented_keys_in_their_order() {
    let document = paths::root().join("tests/specs/ok/rest-export-swagger2.json");
    let (_, run) = cogen::inspect(&document).expect("cogen runs");
    let keys = ["method", "path", "operation_id", "name", "skipped", "authorization", "errors"];
    let inner = ["scheme", "kind", "token", "scopes", "match", "sources", "user_pools"];
    for line in run.stdout.lines() {
        for wanted in [&keys[..], &inner[..]] {
            let places: Vec<_> = wanted.iter().filter_map(|k| line.find(&format!("\"{k}\":"))).collect();
            assert!(places.is_sorted() && (places.len() == wanted.len() || line.contains("[[]]")), "{line}");
        }
    }
}

#[test]
fn the_corpus_is_read_as_the_referee_reads_it() {
    let Some(directory) = paths::corpus() else {
        println!("skipped: the corpus is not installed");
        return;
    };
    let script = paths::root().join("tests/referee/inspect.py");
    let interpreter = paths::target().join("peers/python/bin/python");
    if !interpreter.is_file() {
        println!("skipped: PyYAML is not installed; `./test` installs it");
        return;
    }
    let mut faults = Vec::new();
    for (name, path) in corpus::documents(&directory).expect("the corpus") {
        let output = Command::new(&interpreter).arg(&script).arg(&path).output().expect("the referee runs");
        // The reader refuses a whole document (duplicate keys, not YAML): cogen must refuse it too.
        let refused = output.status.code() == Some(3);
        let referee = lines(&String::from_utf8_lossy(&output.stdout));
        let (generator, run) = cogen::inspect(&path).expect("cogen runs");
        if refused != generator.is_empty() && !(generator.is_empty() && referee.is_empty()) {
            let reason = run.diagnostics().first().map(|s| s.message.clone()).unwrap_or_default();
            faults
                .push(format!("{name}: refused by the reader: {refused}; cogen lists {} ({reason})", generator.len()));
            continue;
        }
        faults.extend(differences(&referee, &generator).into_iter().map(|d| format!("{name}: {d}")));
    }
    assert!(faults.is_empty(), "{} differences:\n{}", faults.len(), faults.join("\n"));
}
