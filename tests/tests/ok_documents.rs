//! The project's own good documents: each generates without an error, the same output twice, and compiles without a warning;
//! and no text of an integration is in the output.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use cogen_tests::cogen;
use cogen_tests::crates::Workspace;
use cogen_tests::paths;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The files below a directory by their path, as text.
fn files(directory: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(directory).expect("a readable directory") {
        let path = entry.expect("a readable entry").path();
        let name = paths::name(&path);
        if path.is_dir() {
            found.extend(files(&path).into_iter().map(|(inner, text)| (format!("{name}/{inner}"), text)));
        } else {
            found.insert(name, fs::read_to_string(&path).expect("text"));
        }
    }
    found
}

#[test]
fn every_document_generates_and_compiles_without_a_warning() {
    let documents = paths::documents(&paths::root().join("tests/specs/ok")).expect("the documents");
    assert!(documents.len() > 30, "the documents are missing");
    let mut workspace = Workspace::new("ok").expect("a scratch directory");
    let mut members = BTreeMap::new();
    let mut faults = Vec::new();
    for (index, document) in documents.iter().enumerate() {
        let name = paths::name(document);
        let member = format!("ok{index:02}");
        let directory = workspace.member(&member);
        let run = cogen::generate(document, &directory, Some(&member), &[]).expect("cogen runs");
        if run.status != Some(0) {
            faults.push(format!("{name}: refused:\n{}", run.stderr));
            workspace.remove(&member);
            continue;
        }
        members.insert(member, name);
    }
    let verdicts = workspace.check(&[]).expect("cargo check runs");
    for (member, name) in &members {
        match verdicts.get(member) {
            Some(verdict) if verdict.is_clean() => {}
            Some(verdict) => {
                let first = verdict.messages.first().map(|m| m.rendered.clone()).unwrap_or_default();
                faults
                    .push(format!("{name}: {} messages of the compiler; the first:\n{first}", verdict.messages.len()));
            }
            None => faults.push(format!("{name}: it was not compiled")),
        }
    }
    assert!(faults.is_empty(), "{} of {} documents:\n{}", faults.len(), documents.len(), faults.join("\n"));
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let directory = paths::scratch("twice").expect("a scratch directory");
    for document in paths::documents(&paths::root().join("tests/specs/ok")).expect("the documents") {
        let (first, second) = (directory.join("first"), directory.join("second"));
        for output in [&first, &second] {
            let _ = fs::remove_dir_all(output);
            cogen::generate(&document, output, Some("same"), &[]).expect("cogen runs");
        }
        if first.is_dir() {
            assert_eq!(files(&first), files(&second), "{}", document.display());
        }
    }
}

#[test]
fn integrations_are_not_in_the_output() {
    let directory = paths::scratch("canary").expect("a scratch directory");
    let specs = paths::root().join("tests/specs/ok");
    for (document, canaries) in [
        ("secrets-of-integrations.yaml", &["CANARY", "999988887777", "lambda:path"][..]),
        ("rest-export-swagger2.json", &["123456789012", "210987654321", "pets-role", "lambda:path"][..]),
        ("http-export.yaml", &["123456789012", "lambda:path"][..]),
    ] {
        let output = directory.join(document.replace('.', "-"));
        let run = cogen::generate(&specs.join(document), &output, Some("canary"), &[]).expect("cogen runs");
        assert_eq!(run.status, Some(0), "{}", run.stderr);
        for (file, text) in files(&output) {
            for canary in canaries {
                // `Canary001` is the id of a user pool, which a client has to know.
                assert!(!text.contains(canary), "{document}: `{canary}` is in {file}");
            }
        }
    }
}

#[test]
fn an_http_export_takes_its_schemas_from_the_source_document() {
    let specs = paths::root().join("tests/specs/ok");
    let output = paths::scratch("http-source").expect("a scratch directory").join("out");
    let source = specs.join("http-source.yaml");
    let run = cogen::generate(
        &specs.join("http-export.yaml"),
        &output,
        Some("orders"),
        &["--schemas", &source.to_string_lossy()],
    );
    let run = run.expect("cogen runs");
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    let text: String = files(&output).into_values().collect();
    assert!(text.contains("pub struct Order"), "the source's schema is missing");
    assert!(text.contains("orders/admin"), "the export's scopes are missing");
    assert!(run.stderr.contains("/only-in-export"), "the source lacks this route:\n{}", run.stderr);
    // The gateway sends everything without another route to `$default`.
    assert!(text.contains("pub fn only_in_source("), "an operation that `$default` serves has no method");
}

#[test]
fn a_document_joined_with_itself_is_unchanged() {
    let directory = paths::scratch("joined-with-itself").expect("a scratch directory");
    for document in paths::documents(&paths::root().join("tests/specs/ok")).expect("the documents") {
        let (alone, joined) = (directory.join("alone"), directory.join("joined"));
        let itself = ["--schemas", &*document.to_string_lossy()];
        for (output, more) in [(&alone, &[][..]), (&joined, &itself[..])] {
            let _ = fs::remove_dir_all(output);
            cogen::generate(&document, output, Some("same"), more).expect("cogen runs");
        }
        if alone.is_dir() {
            assert_eq!(files(&alone), files(&joined), "{}", document.display());
        }
    }
}

#[test]
fn a_crate_with_hostile_words_has_one_doctest_and_clean_docs() {
    let specs = paths::root().join("tests/specs/ok");
    let mut workspace = Workspace::new("words").expect("a scratch directory");
    let directory = workspace.member("words");
    let run = cogen::generate(&specs.join("docs-hostile.json"), &directory, Some("words"), &[]).expect("cogen runs");
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    let odd = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}' | '\u{feff}');
    assert!(
        !run.stderr.contains(|c: char| odd(c) || (c.is_control() && c != '\n' && c != '\t')),
        "the report holds control characters"
    );
    for (file, text) in files(&directory) {
        assert!(
            !text.contains(|c: char| odd(c) || (c.is_control() && c != '\n' && c != '\t')),
            "{file} holds control characters"
        );
    }
    // The example on the front page is the only doctest, and it is cogen's own.
    for (arguments, words) in
        [(&["test", "--doc"][..], "running 1 test\ntest words/src/lib.rs - (line "), (&["doc", "--no-deps"][..], "")]
    {
        let output = workspace.cargo(arguments).expect("cargo runs");
        let printed = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "cargo {arguments:?}: {printed}");
        assert!(printed.contains(words), "cargo {arguments:?}: {printed}");
    }
}
