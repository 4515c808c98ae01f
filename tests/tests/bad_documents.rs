//! The documents in `specs/bad`: cogen refuses each of them, and prints the text in `NAME.stderr`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use cogen_tests::cogen::{self, Run};
use cogen_tests::paths;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn directory() -> PathBuf {
    paths::root().join("tests/specs/bad")
}

/// Runs `cogen generate` for a document of the directory, by relative paths, which the messages repeat.
fn generate(name: &str, output: &Path) -> Run {
    let config = PathBuf::from(name).with_extension("cogen.toml");
    let mut arguments = vec![Path::new("generate"), Path::new(name), Path::new("-o"), output];
    if directory().join(&config).is_file() {
        arguments.extend([Path::new("--config"), &config]);
    }
    cogen::run_in(&directory(), &arguments).expect("cogen runs")
}

/// The errors of a text without a help. The last error of a run refers to the errors before it.
fn errors_without_help(text: &str) -> impl Iterator<Item = &str> {
    let errors = text.split("\n\n").filter(|part| part.starts_with("error["));
    errors.filter(|error| !error.contains("[COGEN-W008]") && !error.contains("= help: "))
}

#[test]
fn every_bad_document_is_refused_with_its_expected_text() {
    let scratch = paths::scratch("bad").expect("a scratch directory");
    let documents = paths::documents(&directory()).expect("the documents");
    assert!(documents.len() > 30, "the documents are missing");
    let mut faults = Vec::new();
    let mut listed = BTreeSet::new();
    for name in documents.iter().map(|document| paths::name(document)) {
        let output = scratch.join(&name);
        let run = generate(&name, &output);
        if !run.status.is_some_and(|status| status == 1 || status == 2) {
            faults.push(format!("{name}: status {:?}: {}", run.status, run.stderr));
        }
        if output.exists() {
            faults.push(format!("{name}: something was written"));
        }
        if !run.stderr.starts_with("error[") && !run.stderr.contains("\n\nerror[") {
            faults.push(format!("{name}: no error"));
        }
        faults.extend(errors_without_help(&run.stderr).map(|error| format!("{name}: no help in {error}")));
        let expected = directory().join(format!("{name}.stderr"));
        if env::var_os("COGEN_BLESS").is_some() {
            fs::write(&expected, &run.stderr).expect("a writable file");
        }
        let text = fs::read_to_string(&expected).unwrap_or_default().replace("\r\n", "\n");
        if text != run.stderr {
            faults.push(format!("{name}: expected\n{text}\nprinted\n{}", run.stderr));
        }
        listed.insert(format!("{name}.stderr"));
    }
    let texts = fs::read_dir(directory()).unwrap().map(|entry| paths::name(&entry.unwrap().path()));
    faults.extend(texts.filter(|t| t.ends_with(".stderr") && !listed.contains(t)).map(|t| format!("{t}: no document")));
    assert!(
        faults.is_empty(),
        "{} faults; `COGEN_BLESS=1 cargo test -p cogen-tests --test bad_documents` writes the expected texts\n{}",
        faults.len(),
        faults.join("\n")
    );
}

#[test]
fn a_secret_in_the_configuration_is_not_printed() {
    let output = paths::scratch("secret").expect("a scratch directory").join("out");
    let run = generate("config-client-secret.yaml", &output);
    assert!(!format!("{}{}", run.stdout, run.stderr).contains("CANARY"), "the secret was printed:\n{}", run.stderr);
}
