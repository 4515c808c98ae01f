//! The project's own bad documents: each is refused with the expected codes at the expected lines, and writes nothing.
//!
//! `NAME.expected` holds a line `SEVERITY CODE LINE` for each diagnostic that must come: `-` for no place, `?` for
//! any code. With `COGEN_BLESS=1` the files are written anew from what cogen says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use cogen_tests::cogen::{self, Said};
use cogen_tests::place;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn expected_file(document: &Path) -> PathBuf {
    let mut name = document.as_os_str().to_owned();
    name.push(".expected");
    PathBuf::from(name)
}

fn line(said: &Said) -> String {
    format!("{} {} {}", said.severity, said.code, said.line.map_or("-".to_owned(), |l| l.to_string()))
}

fn matches(expected: &str, said: &str) -> bool {
    let (mut left, mut right) = (expected.split(' '), said.split(' '));
    (0..3).all(|_| {
        let (l, r) = (left.next(), right.next());
        l == r || l == Some("?")
    })
}

#[test]
fn every_bad_document_is_refused_where_it_is_wrong() {
    let directory = place::scratch("bad").expect("a scratch directory");
    let documents = place::documents(&place::root().join("tests/specs/bad")).expect("the documents");
    assert!(documents.len() > 30, "the documents are not there");
    let mut faults = Vec::new();
    for document in &documents {
        let name = place::name(document);
        let output = directory.join(&name);
        let run = cogen::generate(document, &output, None, &[]).expect("cogen runs");
        if run.status.is_none_or(|s| s == 0 || s > 2) || run.stderr.contains("panicked") {
            faults.push(format!("{name}: status {:?}: {}", run.status, run.stderr));
        }
        if output.exists() {
            faults.push(format!("{name}: something was written"));
        }
        let mut said: Vec<String> = run.said().iter().filter(|s| s.severity == "error").map(line).collect();
        said.dedup();
        if env::var_os("COGEN_BLESS").is_some() {
            fs::write(expected_file(document), said.join("\n") + "\n").expect("a writable file");
            continue;
        }
        let expected = fs::read_to_string(expected_file(document)).expect("the expected diagnostics");
        let expected: Vec<&str> = expected.lines().collect();
        let missing: Vec<_> = expected.iter().filter(|e| !said.iter().any(|s| matches(e, s))).collect();
        let code = |l: &str| l.split(' ').nth(1).unwrap_or_default().to_owned();
        let known: Vec<String> = expected.iter().map(|e| code(e)).collect();
        let more: Vec<_> =
            said.iter().filter(|s| !known.contains(&code(s)) && !known.contains(&"?".to_owned())).collect();
        if !missing.is_empty() || !more.is_empty() {
            faults.push(format!("{name}: missing {missing:?}, unexpected {more:?}:\n{}", run.stderr));
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn a_secret_in_the_configuration_is_not_printed() {
    let document = place::root().join("tests/specs/bad/config-client-secret.yaml");
    let output = place::scratch("secret").expect("a scratch directory").join("out");
    let run = cogen::generate(&document, &output, None, &[]).expect("cogen runs");
    assert!(!format!("{}{}", run.stdout, run.stderr).contains("CANARY"), "the secret was printed:\n{}", run.stderr);
}

#[test]
fn every_error_says_what_to_do() {
    let directory = place::scratch("help").expect("a scratch directory");
    let documents = place::documents(&place::root().join("tests/specs/bad")).expect("the documents");
    let mut faults = Vec::new();
    for document in documents {
        let run = cogen::generate(&document, &directory.join("out"), None, &[]).expect("cogen runs");
        if !run.stderr.contains("help: ") && !run.stderr.contains("= help") {
            faults.push(format!("{}:\n{}", document.display(), run.stderr));
        }
    }
    assert!(faults.is_empty(), "no help in {}", faults.join("\n"));
}
