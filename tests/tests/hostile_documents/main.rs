//! Hostile documents, G1 to G18 without the output directory (`hostile_output.rs`) and the limits (`hostile_limits`).
//!
//! The name of each test begins with the number of its threat. Tests of single stages are next to their code, under the same
//! numbers. `hostile_shape` tests that no text changes the code.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod names;
mod references;
mod refusals;
mod text;

use cogen::config::options::Options;
use cogen::diagnostics::report::Report;
use cogen::output::files::Files;
use cogen_oracles::generated;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// Every number has a test, here or next to the code.
#[test]
fn every_number_has_a_test() {
    let mut text = String::new();
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let parts = ["names", "references", "refusals", "text"].map(|part| format!("hostile_documents/{part}"));
    for file in parts.into_iter().chain(["hostile_output".to_owned(), "hostile_limits/main".to_owned()]) {
        text.push_str(&fs::read_to_string(directory.join(file).with_extension("rs")).unwrap());
    }
    for number in 1..=18 {
        assert!(text.contains(&format!("fn g{number:02}_")), "no test for G{number}");
    }
}

fn outcome(document: &Value) -> (Option<Files>, Report) {
    generated(document.to_string().as_bytes(), &Options::default())
}

#[track_caller]
fn accepted(document: &Value) -> (Files, Report) {
    let (files, report) = outcome(document);
    (files.unwrap_or_else(|| panic!("refused: {report}")), report)
}

/// The report of a document that must be refused, with a location for each error.
#[track_caller]
fn refused(document: &Value, words: &str) -> String {
    refused_text(&document.to_string(), words)
}

#[track_caller]
fn refused_text(document: &str, words: &str) -> String {
    let (files, report) = generated(document.as_bytes(), &Options::default());
    let printed = report.to_string();
    assert!(files.is_none(), "generated from {document}");
    assert!(printed.contains(words), "{words:?} is not in: {printed}");
    printed
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

fn response(schema: Value) -> Value {
    json!({"responses": {"200": {"description": "ok", "content": {"application/json": {"schema": schema}}}}})
}
