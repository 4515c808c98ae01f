//! The shape test: no text of a document changes more of the generated code than literals, identifiers and docs.
//!
//! Every string of every document, the project's own and the corpus, becomes every payload. What has to be equal is told at
//! [`cogen_oracles::strings`] and [`cogen_oracles::shape`]. One crate is generated for many strings with a payload each, and in
//! the next turn the payloads move on. `COGEN_SHAPE=all` makes all turns; without it there are few, and large documents are left.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod batch;
mod faults;
mod subject;
mod unknown;

use cogen_oracles::seeds;
use faults::Faults;
use std::collections::HashSet;
use subject::{Subject, subjects};

#[test]
fn free_text_of_own_documents_changes_nothing() {
    free_texts(&subjects(seeds::own_documents()), 6);
}

#[test]
fn free_text_of_the_corpus_changes_nothing() {
    free_texts(&subjects(seeds::corpus_documents()), 1);
}

#[test]
fn names_in_own_documents_change_names() {
    names(&subjects(seeds::own_documents()), 2);
}

#[test]
fn names_in_the_corpus_change_names() {
    names(&subjects(seeds::corpus_documents()), 1);
}

#[test]
fn words_in_own_documents_are_known_or_not() {
    words(&subjects(seeds::own_documents()), 1);
}

#[test]
fn words_in_the_corpus_are_known_or_not() {
    words(&subjects(seeds::corpus_documents()), 1);
}

#[test]
fn addresses_are_plain_or_none() {
    let mut faults = Faults::default();
    for subject in subjects(seeds::own_documents()).iter().chain(&subjects(seeds::corpus_documents())) {
        for (place, shapes) in subject.addresses() {
            for changes in subject.trials(&[place], 2) {
                faults.like(subject, changes, &shapes);
            }
        }
        faults.through(subject);
    }
    faults.settle();
}

fn free_texts(subjects: &[Subject], usually: usize) {
    let mut faults = Faults::default();
    for subject in subjects {
        let places = subject.free_texts();
        for changes in subject.trials(&places, usually) {
            let refused = faults.like(subject, changes, std::slice::from_ref(&subject.shape));
            refused.iter().for_each(|change| faults.push(subject, &[*change], "is refused"));
        }
        faults.through(subject);
    }
    faults.settle();
}

fn names(subjects: &[Subject], usually: usize) {
    let mut faults = Faults::default();
    for subject in subjects {
        let groups = subject.names();
        let known: HashSet<_> = groups.iter().flatten().map(|place| (&*place.kind, &*place.told)).collect();
        for places in &groups {
            for mut changes in subject.trials(places, usually) {
                changes.retain(|change| !known.contains(&(&*change.place.kind, change.payload)));
                faults.like(subject, changes, std::slice::from_ref(&subject.shape));
            }
        }
        faults.through(subject);
    }
    faults.settle();
}

fn words(subjects: &[Subject], usually: usize) {
    let mut faults = Faults::default();
    for subject in subjects {
        let known = subject.known();
        for places in subject.words() {
            for mut changes in subject.trials(&places, usually) {
                changes.retain(|change| !known.contains(change.payload));
                faults.like_unknown(subject, changes);
            }
        }
        faults.through(subject);
    }
    faults.settle();
}
