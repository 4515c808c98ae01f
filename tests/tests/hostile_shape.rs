//! The shape test: no text of a document changes more of the generated code than literals, identifiers and docs.
//!
//! What has to be equal is told at [`cogen_oracles::strings`] and [`cogen_oracles::shape`]. Every string of the project's own
//! documents is replaced, the corpus by a sample; `COGEN_SHAPE=all` takes every payload at every string of both, for hours.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use cogen::options::Options;
use cogen_oracles::payloads::TEXTS;
use cogen_oracles::random::Random;
use cogen_oracles::shape::Shape;
use cogen_oracles::strings::{self, Names};
use cogen_oracles::{generated, seeds, tree};
use serde_json::Value;
use std::env;

/// A document, and what it becomes as it is.
struct Subject {
    name: String,
    document: Value,
    shape: Shape,
}

/// The documents that generate.
fn subjects(documents: Vec<(String, Vec<u8>)>, largest: usize) -> Vec<Subject> {
    let mut found = Vec::new();
    for (name, bytes) in documents {
        let document = if bytes.len() <= largest { tree::read(&bytes) } else { None };
        if let Some(document) = document
            && let Some(shape) = shape_of(&document)
        {
            found.push(Subject { name, document, shape });
        }
    }
    found
}

/// The shape of what a document becomes; `None` if it is refused. What comes out is looked at as in every target.
fn shape_of(document: &Value) -> Option<Shape> {
    generated(document.to_string().as_bytes(), &Options::default()).0.map(|files| Shape::of(&files))
}

/// How many of `all` are tried of each thing.
fn sample(usually: usize, all: usize) -> usize {
    if env::var("COGEN_SHAPE").is_ok_and(|wish| wish == "all") { all } else { usually.min(all) }
}

fn own() -> Vec<Subject> {
    let subjects = subjects(seeds::own_documents(), 1 << 20);
    assert!(subjects.len() > 30, "the documents are not there");
    subjects
}

/// A few of the corpus, if it is there; all of it on demand.
fn corpus() -> Vec<Subject> {
    let mut all = subjects(seeds::corpus_documents(), sample(40 << 10, 8 << 20));
    let mut random = Random::new(4);
    while all.len() > sample(40, usize::MAX) {
        all.swap_remove(random.below(all.len()));
    }
    all
}

/// Everything that is not as it must be, of all documents at once.
#[derive(Default)]
struct Faults(Vec<String>, usize);

impl Faults {
    fn settle(self) {
        let Self(faults, cases) = self;
        assert!(
            faults.is_empty(),
            "{} of {cases}:\n{}",
            faults.len(),
            faults.iter().take(12).cloned().collect::<Vec<_>>().join("\n")
        );
        println!("{cases} cases");
    }

    /// Free text: the same shape, and never an error.
    fn free(&mut self, subject: &Subject, mut text: impl FnMut(&[String]) -> Option<&'static str>, told: &str) {
        self.1 += 1;
        let document = strings::with_texts(&subject.document, &mut text);
        let (files, report) = generated(document.to_string().as_bytes(), &Options::default());
        let Some(files) = files else {
            return self.0.push(format!("{}: {told}: refused:\n{report}", subject.name));
        };
        if let Some(difference) = subject.shape.difference(&Shape::of(&files)) {
            self.0.push(format!("{}: {told}:\n{difference}", subject.name));
        }
    }

    /// A name: the same shape, or refused.
    fn name(&mut self, subject: &Subject, kind: Names, old: &str, new: &str) {
        self.1 += 1;
        let Some(shape) = shape_of(&kind.with(&subject.document, old, new)) else { return };
        if let Some(difference) = subject.shape.difference(&shape) {
            self.0.push(format!("{}: {kind:?} {old:?} = {new:?}:\n{difference}", subject.name));
        }
    }

    /// A word with a meaning: the same as any other unknown word, or refused.
    fn word(&mut self, subject: &Subject, at: &[String], payload: &'static str) {
        self.1 += 1;
        let with = |word| shape_of(&strings::with_texts(&subject.document, &mut |path| (path == at).then_some(word)));
        // What has the form of a media type is one.
        let unknown = if payload.contains('/') { "zzz/zzz" } else { "zzz" };
        let (Some(shape), Some(neutral)) = (with(payload), with(unknown)) else { return };
        if let Some(difference) = neutral.difference(&shape) {
            self.0.push(format!("{}: /{} = {payload:?}:\n{difference}", subject.name, at.join("/")));
        }
    }
}

/// Whether the string at a path is a word with a meaning. Addresses are not: of them many are good, each in its own way.
fn is_word(path: &[String]) -> bool {
    let address = path.first().is_some_and(|key| ["servers", "host", "basePath"].contains(&key.as_str()));
    !strings::is_free(path) && !address
}

/// The payloads that mean nothing anywhere: out of literals, into doctests, into HTML, unseen characters.
fn meaningless() -> Vec<&'static str> {
    let meant = |text: &&str| !text.starts_with('$') && !text.starts_with("https:") && !text.starts_with("#/");
    let end = TEXTS.iter().position(|text| *text == "self").expect("the names follow");
    TEXTS[..end].iter().copied().filter(meant).collect()
}

/// Each document with one payload in all its free text, and with another one in each place, the payloads moving on.
fn free_texts(subjects: &[Subject], rounds: usize) {
    let mut faults = Faults::default();
    for (index, subject) in subjects.iter().enumerate() {
        for n in 0..sample(rounds, TEXTS.len()) {
            let payload = TEXTS[(index * 7 + n * 13) % TEXTS.len()];
            faults.free(
                subject,
                |path| strings::is_free(path).then_some(payload),
                &format!("all free text = {payload:?}"),
            );
            let mut turn = index * 11 + n * 17;
            let moving = |path: &[String]| {
                turn += 1;
                strings::is_free(path).then_some(TEXTS[turn % TEXTS.len()])
            };
            faults.free(subject, moving, &format!("free text from payload {}", index * 11 + n * 17));
        }
    }
    faults.settle();
}

fn names(subjects: &[Subject], each: usize) {
    let mut faults = Faults::default();
    let mut turn = 0;
    for subject in subjects {
        for kind in Names::ALL {
            let names = kind.of(&subject.document);
            let fixed = credentials(&subject.document);
            let mut random = Random::new(turn as u64);
            let count = sample(each, names.len());
            let first = random.below(names.len());
            for old in names.iter().cycle().skip(first).take(count) {
                for _ in 0..sample(1, TEXTS.len()) {
                    turn += 1;
                    let new = TEXTS[turn % TEXTS.len()];
                    let is_credential = kind == Names::Parameters && fixed.contains(&old.to_lowercase());
                    // `${…}` is a placeholder in a value, and none in a key.
                    if !names.contains(new) && !is_credential && !new.starts_with("${") {
                        faults.name(subject, kind, old, new);
                    }
                }
            }
        }
    }
    faults.settle();
}

/// The security schemes as text in lower case: a parameter that carries a credential is none,
/// and neither is one that OpenAPI says is to be ignored.
fn credentials(document: &Value) -> String {
    let schemes = [document.pointer("/components/securitySchemes"), document.get("securityDefinitions")];
    let text: String = schemes.into_iter().flatten().map(Value::to_string).collect();
    text.to_lowercase() + " authorization x-api-key accept content-type"
}

fn words(subjects: &[Subject], each: usize) {
    let payloads = meaningless();
    let mut faults = Faults::default();
    let mut turn = 0;
    for subject in subjects {
        let paths: Vec<_> = strings::paths(&subject.document).into_iter().filter(|path| is_word(path)).collect();
        let mut random = Random::new(turn as u64);
        for n in 0..sample(each, paths.len()) {
            let path = if sample(0, 1) == 1 { &paths[n] } else { &paths[random.below(paths.len())] };
            for _ in 0..sample(1, payloads.len()) {
                turn += 1;
                faults.word(subject, path, payloads[turn % payloads.len()]);
            }
        }
    }
    faults.settle();
}

#[test]
fn free_text_of_own_documents_changes_nothing() {
    free_texts(&own(), 6);
}

#[test]
fn names_in_own_documents_change_names() {
    names(&own(), 12);
}

#[test]
fn words_in_own_documents_are_known_or_not() {
    words(&own(), 20);
}

#[test]
fn free_text_of_the_corpus_changes_nothing() {
    free_texts(&corpus(), 2);
}

#[test]
fn names_in_the_corpus_change_names() {
    names(&corpus(), 2);
}

#[test]
fn words_in_the_corpus_are_known_or_not() {
    words(&corpus(), 3);
}

/// Fixed text of a path is a literal, and a word of a name.
#[test]
fn paths_change_literals_and_names() {
    let mut faults = Faults::default();
    for (index, subject) in own().iter().enumerate() {
        let with = |tail: &str| {
            let document = tree::renamed(subject.document.clone(), &mut |path, key| {
                (path == ["paths"] && key.starts_with('/')).then(|| format!("{}/{tail}", key.trim_end_matches('/')))
            });
            shape_of(&document)
        };
        let Some(neutral) = with("zzz") else { continue };
        for n in 0..sample(6, TEXTS.len()) {
            let payload = TEXTS[(index * 5 + n * 11) % TEXTS.len()];
            if payload.contains(['{', '}']) || payload.is_empty() {
                continue;
            }
            faults.1 += 1;
            if let Some(difference) = with(payload).and_then(|shape| neutral.difference(&shape)) {
                faults.0.push(format!("{}: paths + {payload:?}:\n{difference}", subject.name));
            }
        }
    }
    faults.settle();
}
