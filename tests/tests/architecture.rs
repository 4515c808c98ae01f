//! ARCHITECTURE.md lists each file and folder of the packages, and nothing else. The generator keeps the order of its layers.
#![allow(clippy::expect_used, clippy::panic)]

use cogen_tests::{markdown, paths};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The layers of the generator, the lowest first. A file imports from its own layer and from those before it.
const LAYERS: [&str; 14] = [
    "diagnostics",
    "ir",
    "config",
    "document",
    "lower",
    "output",
    "emit",
    "pipeline",
    "fuzzing",
    "build_script",
    "cli",
    "stages",
    "lib",
    "main",
];

/// The names in backticks in the first column of the table below a heading, without `.rs` and `/`.
fn listed(heading: &str) -> BTreeSet<String> {
    let text = markdown::file("ARCHITECTURE.md");
    let (_, section) = text.split_once(&format!("\n{heading}\n")).unwrap_or_else(|| panic!("no heading {heading}"));
    let rows = section.lines().skip_while(|line| !line.starts_with("| ")).take_while(|line| line.starts_with('|'));
    let names = rows.filter_map(|row| row.split('|').nth(1)).flat_map(|cell| cell.split('`').skip(1).step_by(2));
    names.map(|name| name.trim_end_matches('/').trim_end_matches(".rs").to_owned()).collect()
}

/// The names in a directory, without `.rs`: a file and the folder of its modules count as one.
fn present(directory: &str, is_counted: impl Fn(&str) -> bool) -> BTreeSet<String> {
    let entries = fs::read_dir(paths::root().join(directory)).expect("the directory");
    let names = entries.map(|entry| paths::name(&entry.expect("an entry").path()));
    names.filter(|name| is_counted(name)).map(|name| name.trim_end_matches(".rs").to_owned()).collect()
}

#[test]
fn each_file_and_folder_of_the_generator_is_listed() {
    assert_eq!(listed("### `codegen/src`"), present("codegen/src", |_| true));
}

#[test]
fn each_file_and_folder_of_the_documents_stage_is_listed() {
    assert_eq!(listed("### `codegen/src/document`"), present("codegen/src/document", |_| true));
}

#[test]
fn each_file_and_folder_of_the_runtime_is_listed() {
    assert_eq!(listed("### `runtime/src`"), present("runtime/src", |_| true));
}

#[test]
fn each_directory_of_the_repository_is_listed() {
    let is_counted = |name: &str| !name.starts_with('.') && name != "target" && paths::root().join(name).is_dir();
    assert_eq!(listed("## What is where"), present("", is_counted));
}

/// The paths of the table that start at the root; the other paths of a row are relative to those.
#[test]
fn each_path_of_a_change_exists() {
    let text = markdown::file("ARCHITECTURE.md");
    let (_, section) = text.split_once("\n## Where do I change it\n").expect("the section");
    let section = section.split("\n## ").next().unwrap_or_default();
    let roots = ["codegen/", "runtime/", "tests/", "docs/", "examples/"];
    let paths = section.split('`').skip(1).step_by(2).filter(|name| roots.iter().any(|root| name.starts_with(root)));
    let missing: Vec<&str> = paths.filter(|path| !paths::root().join(path).exists()).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn no_file_of_the_generator_imports_from_a_higher_layer() {
    let source = paths::root().join("codegen/src");
    let mut upward = Vec::new();
    for file in rust_files(&source) {
        let inner = file.strip_prefix(&source).expect("a file of the generator");
        // The examples of `diagnostics/codes/examples` are input.
        if inner.starts_with("diagnostics/codes/examples") {
            continue;
        }
        let layer = inner.iter().next().expect("a name").to_string_lossy();
        let layer = rank(layer.trim_end_matches(".rs")).unwrap_or_else(|| panic!("{} is in no layer", inner.display()));
        let text = fs::read_to_string(&file).expect("a readable file");
        for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
            if imported(line).filter_map(rank).any(|imported| imported > layer) {
                upward.push(format!("{}: {}", inner.display(), line.trim()));
            }
        }
    }
    assert!(upward.is_empty(), "{upward:#?}");
}

fn rank(layer: &str) -> Option<usize> {
    LAYERS.iter().position(|known| *known == layer)
}

/// The modules of the crate that a line of code names by `crate::`.
fn imported(line: &str) -> impl Iterator<Item = &str> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    line.split("crate::").skip(1).map(move |rest| rest.split(|c| !is_name(c)).next().unwrap_or_default())
}

fn rust_files(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).expect("the directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}
