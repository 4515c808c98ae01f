//! Stable names: a name that exists before and after an edit of the document has the same meaning.
//!
//! Documents are made at random from few words, so that names collide often, and edited at random at every level:
//! things are inserted, removed, or reordered. `COGEN_CASES` is the number of cases, `COGEN_SEED`
//! another seed. 200,000 cases take some minutes:
//! `COGEN_CASES=200000 cargo test --release -p cogen-tests --test names_last`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod documents;
mod edits;
mod meanings;

use cogen::Input;
use cogen::config::options::Options;
use cogen::diagnostics::report::Report;
use cogen::ir::Api;
use cogen::pipeline;
use documents::Documents;
use edits::Edit;
use meanings::{AUTHORIZATION, Check, NAMES};
use serde_json::Value;
use std::{env, thread};

#[test]
fn names_of_operations_and_types_are_stable() {
    run(NAMES, 10);
}

#[test]
fn names_of_authorization_are_stable() {
    run(AUTHORIZATION, 4);
}

/// The checker detects a name that passes to another thing.
#[test]
fn a_name_with_another_meaning_is_detected() {
    let (before, api) = (0..)
        .map(|seed| Documents::new(seed).document())
        .find_map(|document| read(&document).filter(|api| api.operations.len() > 1).map(|api| (document, api)))
        .unwrap();
    let mut other = api.clone();
    let generated: Vec<usize> = (0..other.operations.len()).collect();
    let [first, second, ..] = generated.as_slice() else { panic!("two operations") };
    let (one, two) = (other.operations[*first].name.clone(), other.operations[*second].name.clone());
    other.operations[*first].name = two;
    other.operations[*second].name = one;
    assert!(meanings::compare(NAMES, (&before, &api), (&before, &other), Edit::Reorder).is_err());
}

fn number(name: &str, default: u64) -> u64 {
    env::var(name).ok().map_or(default, |text| text.parse().expect("a number"))
}

/// Compares the names of documents before and after edits, on all processors: this many in each case on average.
fn run(checks: &[Check], average: u64) {
    let (cases, first) = (number("COGEN_CASES", 400), number("COGEN_SEED", 0));
    let threads = thread::available_parallelism().map_or(1, |count| count.get() as u64);
    let (mut compared, mut names, mut faults) = (0, 0, Vec::new());
    thread::scope(|scope| {
        let part = |thread| {
            let seeds = (first + thread..first + cases).step_by(threads as usize);
            seeds.filter_map(|seed| case(checks, seed)).collect::<Vec<_>>()
        };
        let parts: Vec<_> = (0..threads).map(|thread| scope.spawn(move || part(thread))).collect();
        for outcome in parts.into_iter().flat_map(|part| part.join().expect("no panic")) {
            match outcome {
                Ok(count) => (compared, names) = (compared + 1, names + count),
                Err(fault) => faults.push(fault),
            }
        }
    });
    println!("{compared} of {cases} cases compared, {names} names in both documents");
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    assert!(compared * 10 >= cases * 7 && names > compared * average);
}

/// The number of names that are in both documents of a case, or the name that changed its meaning; `None` if one of the documents is
/// refused and has no names.
fn case(checks: &[Check], seed: u64) -> Option<Result<u64, String>> {
    let mut documents = Documents::new(seed);
    let before = documents.document();
    let (edit, after) = edits::edited(&before, &mut documents);
    let (api_before, api_after) = (read(&before)?, read(&after)?);
    let compared = meanings::compare(checks, (&before, &api_before), (&after, &api_after), edit);
    let fault = |fault| format!("COGEN_SEED={seed} {edit:?}: {fault}\nbefore {before}\nafter  {after}");
    Some(compared.map(|count| count as u64).map_err(fault))
}

fn read(document: &Value) -> Option<Api> {
    let input = Input { document: ("api".to_owned(), document.to_string().into_bytes()), ..Input::default() };
    let mut report = Report::default();
    let api = pipeline::api(&input, &Options::default(), &mut report).ok()?;
    (!report.has_errors()).then_some(api)
}
