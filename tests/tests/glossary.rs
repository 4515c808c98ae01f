//! The glossary of CONTRIBUTING.md: each name in it is an item of the sources.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use cogen_tests::paths;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use syn::{Item, UseTree};

/// Names that are in the glossary before they are in the sources. Remove a name from here when the sources have it.
const NOT_YET: [&str; 0] = [];

/// The rows of the glossary: term, names, meaning.
fn rows() -> Vec<[String; 3]> {
    let text = fs::read_to_string(paths::root().join("CONTRIBUTING.md")).expect("CONTRIBUTING.md");
    let (_, section) = text.split_once("\n## Glossary\n").expect("the section");
    let section = section.split("\n## ").next().unwrap();
    let cells = |line: &str| line.trim_matches('|').split(" | ").map(|c| c.trim().to_owned()).collect::<Vec<_>>();
    let rows = section.lines().filter(|line| line.starts_with('|')).skip(2);
    rows.map(|line| cells(line).try_into().unwrap_or_else(|cells| panic!("not three cells: {cells:?}"))).collect()
}

/// The names between backticks.
fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

/// The names of all items of the sources below a directory, including modules that are not compiled here.
fn items(directory: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(directory).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            items(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let file = syn::parse_file(&fs::read_to_string(&path).expect("a source")).expect("Rust");
            file.items.iter().for_each(|item| name(item, found));
        }
    }
}

fn name(item: &Item, found: &mut BTreeSet<String>) {
    let ident = match item {
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Use(item) => return renamed(&item.tree, found),
        Item::Mod(item) => {
            return item.content.iter().flat_map(|(_, items)| items).for_each(|item| name(item, found));
        }
        _ => return,
    };
    found.insert(ident.to_string());
}

/// The new names of `use … as …`.
fn renamed(tree: &UseTree, found: &mut BTreeSet<String>) {
    match tree {
        UseTree::Path(path) => renamed(&path.tree, found),
        UseTree::Group(group) => group.items.iter().for_each(|tree| renamed(tree, found)),
        UseTree::Rename(rename) => drop(found.insert(rename.rename.to_string())),
        UseTree::Name(_) | UseTree::Glob(_) => {}
    }
}

#[test]
fn each_name_of_the_glossary_is_in_the_sources() {
    let mut found = BTreeSet::new();
    for package in ["codegen/src", "runtime/src"] {
        items(&paths::root().join(package), &mut found);
    }
    let rows = rows();
    assert!(rows.len() >= 40, "{} rows", rows.len());
    for [term, names, _] in &rows {
        assert!(quoted(names).count() > 0, "`{term}` has no name in the code");
        for name in quoted(names) {
            let there = found.contains(name);
            assert_eq!(there, !NOT_YET.contains(&name), "`{term}`: is `{name}` in the sources, and in NOT_YET?");
        }
    }
}

#[test]
fn each_term_is_explained_once_in_a_sentence() {
    let rows = rows();
    let terms: BTreeSet<_> = rows.iter().map(|[term, ..]| term.to_lowercase()).collect();
    assert_eq!(terms.len(), rows.len(), "a term is listed twice");
    for [term, _, meaning] in &rows {
        assert!(meaning.ends_with('.') && meaning.len() > 20, "`{term}` has no sentence: {meaning}");
    }
}
