//! The quick start of the README, in a directory outside of this repository, for an export of a REST API and of an HTTP API: its
//! commands run as printed, and an application that follows the README of the generated crate compiles.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use cogen_tests::{cogen, markdown, paths};
use std::path::Path;
use std::process::Command;
use std::{env, fs, process};

/// The lines of the quick start that run cogen, for a document with this name.
fn commands(document: &str) -> Vec<Vec<String>> {
    let readme = markdown::file("README.md");
    let (_, section) = readme.split_once("## Quick start").expect("a quick start");
    let section = section.split("\n## ").next().unwrap_or_default();
    let clone = paths::root().to_string_lossy().into_owned();
    let lines = section.lines().filter_map(|line| line.strip_prefix("$ cogen "));
    let words = lines.map(|line| {
        let line = line.split(" #").next().unwrap_or(line).replace("path/to/this/clone", &clone);
        line.replace("openapi.json", document).split_whitespace().map(str::to_owned).collect()
    });
    words.collect()
}

fn run(program: &Path, arguments: &[String], directory: &Path) {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(directory).env("CARGO_TARGET_DIR", paths::target()).env_remove("RUSTFLAGS");
    let output = command.output().expect("the program runs");
    let printed = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{} {arguments:?}: {printed}", program.display());
}

/// Follows the quick start in a new directory.
fn follow(export: &str, document: &str) {
    let directory = env::temp_dir().join(format!("cogen-quick-start-{}-{}", export.replace('.', "-"), process::id()));
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(directory.join("app/src")).expect("a directory");
    fs::copy(paths::root().join("tests/specs/ok").join(export), directory.join(document)).expect("the export");
    let commands = commands(document);
    assert!(commands.iter().any(|words| words[0] == "inspect") && commands.iter().any(|words| words[0] == "generate"));
    for words in &commands {
        run(cogen::binary().expect("cogen is built"), words, &directory);
    }

    let readme = fs::read_to_string(directory.join("my-client/README.md")).expect("the README of the client");
    let app = directory.join("app");
    let manifest = format!(
        "[package]\nname = \"quick-start-app\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n{}\n[workspace]\n",
        markdown::first(&readme, "toml").expect("a manifest")
    );
    fs::write(app.join("Cargo.toml"), manifest).expect("a writable file");
    fs::write(app.join("src/lib.rs"), markdown::first(&readme, "rust").expect("a program")).expect("a writable file");
    // The versions in the lock file, so that nothing is downloaded.
    fs::copy(paths::root().join("Cargo.lock"), app.join("Cargo.lock")).expect("the lock");
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    run(Path::new(&cargo), &["check", "--offline", "--quiet"].map(str::to_owned), &app);
    fs::remove_dir_all(&directory).expect("the directory of this test");
}

#[test]
fn an_export_of_a_rest_api_becomes_an_application() {
    follow("rest-export-oas30.json", "openapi.json");
}

#[test]
fn an_export_of_an_http_api_becomes_an_application() {
    follow("http-export.yaml", "openapi.yaml");
}
