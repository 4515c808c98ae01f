//! Relations: an operation is generated from its own part of the document, whatever is around it and however it is written.
//!
//! The tests do not check what an operation is; each checks that it is the same in another document. `COGEN_ALL=1` also takes the
//! large documents.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod described;
mod rewritten;

use cogen::config::options::Options;
use cogen::diagnostics::report::Report;
use cogen::ir::Api;
use cogen::{Input, generate};
use cogen_oracles::{seeds, tree};
use described::described;
use serde_json::Value;
use std::env;

#[test]
fn the_order_of_keys_does_not_count() {
    same(|document| vec![rewritten::reversed(document).to_string()]);
}

#[test]
fn yaml_and_json_have_the_same_meaning() {
    same(|document| vec![rewritten::as_yaml(document)]);
}

#[test]
fn a_referenced_part_is_equal_to_an_inline_one() {
    same(|document| vec![rewritten::written_out(document).to_string()]);
}

#[test]
fn a_requirement_at_the_root_applies_to_each_operation_without_its_own() {
    same(|document| vec![rewritten::with_own_security(document).to_string()]);
}

#[test]
fn a_parameter_of_a_path_item_applies_to_each_of_its_operations() {
    same(|document| vec![rewritten::with_own_parameters(document).to_string()]);
}

#[test]
fn other_operations_do_not_count() {
    let some = if all() { 40 } else { 10 };
    same(|document| rewritten::alone(document).take(some).map(|document| document.to_string()).collect());
}

/// With `--keep-going`, a fault in what several operations use affects each of them, although it is reported once.
#[test]
fn an_operation_is_left_out_if_it_would_be_refused_alone() {
    let (mut made, mut left_out, some) = (0, 0, if all() { 40 } else { 4 });
    for (name, whole) in documents() {
        for whole in std::iter::once(whole.clone()).chain(rewritten::broken(&whole)).take(some) {
            let Some(kept) = api(&whole.to_string(), true) else { continue };
            for alone in rewritten::alone(&whole).take(some) {
                let refused = api(&alone.to_string(), false).is_none();
                // An operation that cannot be read at all is in neither.
                let operations = api(&alone.to_string(), true).into_iter().flat_map(|api| api.operations);
                for route in operations.map(|operation| operation.route()) {
                    let there = kept.operations.iter().find(|operation| operation.route() == route).unwrap();
                    assert_eq!(!there.errors.is_empty(), refused, "{name}: {route}: {:?}", there.errors);
                    *(if refused { &mut left_out } else { &mut made }) += 1;
                }
            }
        }
    }
    println!("{made} operations made, {left_out} left out");
    assert!(made > 100 && left_out > 20);
}

/// Asserts that each operation of the other documents equals that of the document that they were made from.
fn same(others: impl Fn(&Value) -> Vec<String>) {
    let (mut compared, mut different) = (0, 0);
    for (name, document) in documents() {
        let Some(expected) = api(&document.to_string(), false).map(|api| described(&api)) else { continue };
        for other in others(&document) {
            let found = api(&other, false).unwrap_or_else(|| panic!("{name}: refused"));
            for (route, found) in described(&found) {
                compared += 1;
                if expected[&route] != found {
                    println!("{name}: {route}\n  {}\n  {found}", expected[&route]);
                    different += 1;
                }
            }
        }
    }
    println!("{compared} operations compared");
    assert_eq!(different, 0, "of {compared} operations");
    assert!(compared > 100);
}

fn api(document: &str, keep_going: bool) -> Option<Api> {
    let input = Input { document: ("api".to_owned(), document.as_bytes().to_vec()), ..Input::default() };
    let options = Options { keep_going, ..Options::default() };
    Some(generate(&input, &options, &mut Report::default()).ok()?.api)
}

/// The project's own documents and those of the corpus.
fn documents() -> Vec<(String, Value)> {
    let corpus = seeds::corpus_documents().into_iter().filter(|(_, bytes)| all() || bytes.len() <= 64 << 10);
    seeds::own_documents()
        .into_iter()
        .chain(corpus)
        .filter_map(|(name, bytes)| Some((name, tree::read(&bytes)?)))
        .collect()
}

fn all() -> bool {
    env::var_os("COGEN_ALL").is_some()
}
