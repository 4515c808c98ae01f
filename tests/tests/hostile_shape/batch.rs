//! Many changes to a document at once: which of them are refused, and what the others generate together.

use cogen::config::options::Options;
use cogen::diagnostics::report::Severity;
use cogen_oracles::lines::{Lines, Part};
use cogen_oracles::shape::Shape;
use cogen_oracles::strings::Site;
use cogen_oracles::{generated, made};
use std::collections::{BTreeSet, HashMap};
use std::{env, fmt};

/// Whether each string becomes each payload, which takes an hour of processor time.
pub fn all_turns() -> bool {
    env::var_os("COGEN_ALL").is_some()
}

/// A text of a document, with all its positions.
#[derive(Debug)]
pub struct Location {
    /// The kind of the text: a kind of names, or the key that it belongs to.
    pub kind: String,
    /// The name, or the path.
    pub name: String,
    /// Its index among the texts of its kind that are changed together, which keeps them different.
    pub number: usize,
    pub sites: Vec<Site>,
}

/// Another text for a `Location`.
#[derive(Clone, Copy, Debug)]
pub struct Change<'p> {
    pub location: &'p Location,
    pub payload: &'static str,
}

/// The text that is written for a change: its payload, or a text to compare it with.
pub type Written<'w> = &'w dyn Fn(&Change<'_>) -> String;

impl fmt::Display for Change<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} = {:?}", self.location.kind, self.location.name, self.payload)
    }
}

/// The result of a set of changes.
#[derive(Debug, Default)]
pub struct Outcome<'p> {
    /// The generated code, with the changes in it: one crate, or more if the changes cannot be combined.
    pub accepted: Vec<(Vec<Change<'p>>, Shape)>,
    /// The changes that were refused, each by an error at its own position, or alone.
    pub refused: Vec<Change<'p>>,
    /// The number of crates that were generated.
    pub runs: usize,
}

impl<'p> Outcome<'p> {
    /// Makes all changes at once. Removes those that have an error at their position, and tries again, until the rest is generated.
    /// If the errors are elsewhere, the changes are halved.
    pub fn of(lines: &Lines, changes: Vec<Change<'p>>, written: Written<'_>) -> Self {
        let mut outcome = Self::default();
        let mut waiting = vec![changes];
        while let Some(changes) = waiting.pop() {
            if !changes.is_empty() {
                outcome.try_together(lines, changes, written, &mut waiting);
            }
        }
        outcome
    }

    fn try_together(
        &mut self,
        lines: &Lines,
        changes: Vec<Change<'p>>,
        written: Written<'_>,
        waiting: &mut Vec<Vec<Change<'p>>>,
    ) {
        self.runs += 1;
        let text = changed(lines, &changes, written);
        // Parsing the output takes longer than all other steps: some turns parse it, and all turns compare its tokens.
        let make = if all_turns() { made } else { generated };
        let (files, report) = make(text.as_bytes(), &Options::default());
        if let Some(files) = files {
            return self.accepted.push((changes, Shape::of(&files)));
        }
        let ends: Vec<usize> = text.match_indices('\n').map(|(at, _)| at).collect();
        let errors = report.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
        let spans = errors.flat_map(|error| error.span.into_iter().chain(error.related.iter().map(|(span, _)| *span)));
        let blamed: BTreeSet<usize> =
            spans.map(|span| ends.partition_point(|end| *end < span.start as usize)).collect();
        let is_blamed = |change: &Change<'_>| change.location.sites.iter().any(|site| blamed.contains(&site.line));
        let (refused, mut rest): (Vec<_>, Vec<_>) = changes.into_iter().partition(is_blamed);
        if refused.is_empty() && rest.len() > 1 {
            waiting.push(rest.split_off(rest.len() / 2));
        } else if refused.is_empty() {
            return self.refused.append(&mut rest);
        }
        self.refused.extend(refused);
        waiting.push(rest);
    }
}

/// The document with all changes.
fn changed(lines: &Lines, changes: &[Change<'_>], written: Written<'_>) -> String {
    let mut new: HashMap<(usize, Part), String> = HashMap::new();
    for change in changes {
        let payload = written(change);
        for site in &change.location.sites {
            let key = (site.line, site.part);
            let old =
                new.get(&key).map_or_else(|| lines.text(site.line, site.part).unwrap_or_default(), String::as_str);
            let text = site.with(old, &payload);
            new.insert(key, text);
        }
    }
    lines.with(&new)
}
