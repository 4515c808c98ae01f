//! ARCHITECTURE.md lists each file and folder of the packages, and nothing else.
#![allow(clippy::expect_used, clippy::panic)]

use cogen_tests::{markdown, place};
use std::collections::BTreeSet;
use std::fs;

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
    let entries = fs::read_dir(place::root().join(directory)).expect("the directory");
    let names = entries.map(|entry| place::name(&entry.expect("an entry").path()));
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
    let is_counted = |name: &str| !name.starts_with('.') && name != "target" && place::root().join(name).is_dir();
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
    let missing: Vec<&str> = paths.filter(|path| !place::root().join(path).exists()).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
