//! ARCHITECTURE.md lists each file and folder of the packages, and nothing else. Both packages keep the order of their layers.
#![allow(clippy::expect_used, clippy::panic)]

use cogen_tests::{markdown, paths};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use syn::{Item, UseTree};

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

/// The rows of the table below a heading: the names in backticks in the first column, without `.rs` and `/`.
fn rows(heading: &str) -> Vec<Vec<String>> {
    let text = markdown::file("ARCHITECTURE.md");
    let (_, section) = text.split_once(&format!("\n{heading}\n")).unwrap_or_else(|| panic!("no heading {heading}"));
    let rows = section.lines().skip_while(|line| !line.starts_with("| ")).take_while(|line| line.starts_with('|'));
    let name = |name: &str| name.trim_end_matches('/').trim_end_matches(".rs").to_owned();
    let names = |row: &str| row.split('|').nth(1).into_iter().flat_map(quoted).map(name).collect::<Vec<_>>();
    rows.map(names).filter(|names| !names.is_empty()).collect()
}

/// The texts between backticks.
fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

/// All names of the table below a heading.
fn listed(heading: &str) -> BTreeSet<String> {
    rows(heading).into_iter().flatten().collect()
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

/// The layer of each file and folder of the runtime, by its row in the table; 0 for the files at the end of the table.
fn layers() -> BTreeMap<String, usize> {
    let mut layers = BTreeMap::new();
    let rows = rows("### `runtime/src`");
    let last = rows.len() - 1;
    for (number, names) in rows.into_iter().enumerate() {
        layers.extend(names.into_iter().map(|name| (name, if number == last { 0 } else { number + 1 })));
    }
    layers
}

/// The modules of the runtime, without those of tests, with the paths that they import from the crate.
fn imports() -> BTreeMap<String, Vec<String>> {
    let root = paths::root().join("runtime/src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let modules = files.iter().map(|path| {
        let file = syn::parse_file(&fs::read_to_string(path).expect("a source")).expect("Rust");
        let mut paths = Vec::new();
        for item in &file.items {
            if let Item::Use(item) = item {
                flatten(&item.tree, "", &mut paths);
            }
        }
        let of_crate = paths.iter().filter_map(|path| path.strip_prefix("::crate::"));
        (module(path.strip_prefix(&root).expect("below the root")), of_crate.map(str::to_owned).collect())
    });
    modules.collect()
}

fn sources(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).expect("a directory") {
        let path = entry.expect("an entry").path();
        match paths::name(&path).as_str() {
            "tests" | "tests.rs" | "testing" => {}
            _ if path.is_dir() => sources(&path, found),
            name if name.ends_with(".rs") => found.push(path),
            _ => {}
        }
    }
}

/// The path of a module: `session::stored` for `session/stored/mod.rs`.
fn module(file: &Path) -> String {
    let path = file.with_extension("");
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).filter(|part| part != "mod").collect();
    parts.join("::")
}

/// The paths of a `use` item.
fn flatten(tree: &UseTree, before: &str, found: &mut Vec<String>) {
    match tree {
        UseTree::Path(path) => flatten(&path.tree, &format!("{before}::{}", path.ident), found),
        UseTree::Group(group) => group.items.iter().for_each(|tree| flatten(tree, before, found)),
        UseTree::Name(name) => found.push(format!("{before}::{}", name.ident)),
        UseTree::Rename(rename) => found.push(format!("{before}::{}", rename.ident)),
        UseTree::Glob(_) => found.push(before.to_owned()),
    }
}

#[test]
fn each_file_of_the_runtime_imports_from_its_layer_and_those_above() {
    let layers = layers();
    let layer = |path: &str| layers.get(path.split("::").next().unwrap_or_default()).copied();
    let mut wrong = Vec::new();
    for (module, paths) in imports() {
        // `lib.rs` exports names of all layers.
        let Some(own) = layer(&module).filter(|_| module != "lib") else { continue };
        // Macros are at the root of the crate.
        wrong.extend(
            paths
                .iter()
                .filter(|path| layer(path).is_some_and(|layer| layer > own))
                .map(|path| format!("{module} imports {path}")),
        );
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_two_files_of_the_runtime_import_each_other() {
    let imports = imports();
    // The longest part of a path that is a module.
    let target = |path: &str| {
        let ends = path.match_indices("::").map(|(end, _)| end).chain([path.len()]);
        ends.map(|end| &path[..end]).filter(|path| imports.contains_key(*path)).last().map(str::to_owned)
    };
    let edges: BTreeSet<(String, String)> = imports
        .iter()
        .flat_map(|(module, paths)| paths.iter().filter_map(|path| Some((module.clone(), target(path)?))))
        .collect();
    let mutual = |(one, other): &&(String, String)| one < other && edges.contains(&(other.clone(), one.clone()));
    let wrong: Vec<_> = edges.iter().filter(mutual).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
