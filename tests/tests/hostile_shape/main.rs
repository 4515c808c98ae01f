//! The shape test: no text of a document changes more of the generated code than literals, identifiers and docs.
//!
//! Every string of every document, the project's own and the corpus, is replaced by every payload. For what has to be equal see
//! [`cogen_oracles::strings`] and [`cogen_oracles::shape`]. One crate is generated for many strings with a payload each, and in
//! the next turn each string gets another payload. `COGEN_ALL=1` makes all turns; the default is a few, without large documents.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod batch;
mod faults;
mod subject;
mod unknown;

use faults::Faults;
use std::collections::HashSet;
use subject::{Subject, corpus, own};

/// The allocator of the program `cogen`: with the system's, allocation takes a third of the time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[test]
fn free_text_of_own_documents_changes_nothing() {
    free_texts(&own(), 6);
}

#[test]
fn free_text_of_the_corpus_changes_nothing() {
    free_texts(&corpus(), 1);
}

#[test]
fn names_in_own_documents_change_names() {
    names(&own(), 2);
}

#[test]
fn names_in_the_corpus_change_names() {
    names(&corpus(), 1);
}

#[test]
fn words_in_own_documents_are_known_or_ignored() {
    words(&own(), 1);
}

#[test]
fn words_in_the_corpus_are_known_or_ignored() {
    words(&corpus(), 1);
}

#[test]
fn addresses_are_plain_or_absent() {
    Faults::of(own().iter().chain(&corpus()), |faults, subject| {
        for (plain, location) in subject.addresses() {
            for changes in subject.trials(&[location], 2) {
                faults.like(subject, changes, &plain);
            }
        }
    });
}

fn free_texts(subjects: &[Subject], usually: usize) {
    Faults::of(subjects, |faults, subject| {
        let locations = subject.free_texts();
        for changes in subject.trials(&locations, usually) {
            let refused = faults.like(subject, changes, &[]);
            refused.iter().for_each(|change| faults.push(subject, &[*change], "is refused"));
        }
    });
}

fn names(subjects: &[Subject], usually: usize) {
    Faults::of(subjects, |faults, subject| {
        let groups = subject.names();
        let known: HashSet<_> = groups.iter().flatten().map(|location| (&*location.kind, &*location.name)).collect();
        for locations in &groups {
            for mut changes in subject.trials(locations, usually) {
                changes.retain(|change| {
                    !known.contains(&(&*change.location.kind, change.payload)) && !is_every_pool_s(change)
                });
                faults.like(subject, changes, &[]);
            }
        }
    });
}

/// The one scope with a meaning, since every user pool grants it.
fn is_every_pool_s(change: &batch::Change<'_>) -> bool {
    change.location.kind == "Scopes" && change.location.name == "aws.cognito.signin.user.admin"
}

fn words(subjects: &[Subject], usually: usize) {
    Faults::of(subjects, |faults, subject| {
        let known = subject.known();
        for locations in subject.words() {
            for mut changes in subject.trials(&locations, usually) {
                changes.retain(|change| !known.contains(change.payload));
                faults.like_unknown(subject, changes);
            }
        }
    });
}
