//! What was tried, and all faults.

use crate::batch::{Change, Outcome};
use crate::subject::Subject;
use crate::unknown::{itself, unknown};
use cogen_oracles::shape::Shape;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// The faults of all documents.
#[derive(Default)]
pub struct Faults {
    found: usize,
    accepted: usize,
    refused: usize,
    runs: usize,
}

impl Faults {
    /// Checks each document, prints the progress, and fails if there was a fault.
    pub fn of<'s>(subjects: impl IntoIterator<Item = &'s Subject>, check: impl Fn(&mut Self, &Subject) + Sync) {
        let waiting: Vec<&Subject> = subjects.into_iter().collect();
        let next = AtomicUsize::new(0);
        let worker = || {
            let mut faults = Self::default();
            while let Some(subject) = waiting.get(next.fetch_add(1, Ordering::Relaxed)) {
                check(&mut faults, subject);
                println!("{}: checked", subject.name);
            }
            faults
        };
        let threads = thread::available_parallelism().unwrap();
        let all = thread::scope(|scope| {
            let workers: Vec<_> = (0..threads.get()).map(|_| scope.spawn(worker)).collect();
            workers.into_iter().map(|worker| worker.join().unwrap()).reduce(Self::and).unwrap()
        });
        let Self { found, accepted, refused, runs } = all;
        println!("{} strings replaced in {runs} documents: {accepted} accepted, {refused} refused", accepted + refused);
        assert_eq!(found, 0, "the faults are printed above");
    }

    /// The shape is that of the original document, or one of `others`. Returns what is refused.
    pub fn like<'p>(&mut self, subject: &Subject, changes: Vec<Change<'p>>, others: &[Shape]) -> Vec<Change<'p>> {
        let outcome = self.outcome(subject, changes);
        for (accepted, shape) in outcome.accepted {
            if shape != subject.shape && !others.contains(&shape) {
                let difference = subject.shape.difference(&shape).unwrap_or_default();
                self.narrow(subject, &accepted, &difference, |faults, half| drop(faults.like(subject, half, others)));
            }
        }
        outcome.refused
    }

    /// The shape is that of the original document, or that of any other text without a meaning.
    pub fn like_unknown(&mut self, subject: &Subject, changes: Vec<Change<'_>>) {
        for (accepted, shape) in self.outcome(subject, changes).accepted {
            if shape == subject.shape {
                continue;
            }
            let neutral = Outcome::of(&subject.lines, accepted.clone(), &unknown);
            self.runs += neutral.runs;
            let fault = match &neutral.accepted[..] {
                [(all, expected)] if all.len() == accepted.len() => expected.difference(&shape),
                // Perhaps the other texts cannot be combined.
                _ => Some("is accepted, and other texts are not".to_owned()),
            };
            if let Some(fault) = fault {
                self.narrow(subject, &accepted, &fault, |faults, half| faults.like_unknown(subject, half));
            }
        }
    }

    /// Searches for a fault in one half of the changes, and then in the other.
    fn narrow<'p>(
        &mut self,
        subject: &Subject,
        changes: &[Change<'p>],
        what: &str,
        again: impl Fn(&mut Self, Vec<Change<'p>>),
    ) {
        let before = self.found;
        if changes.len() > 1 {
            let (left, right) = changes.split_at(changes.len() / 2);
            again(self, left.to_vec());
            again(self, right.to_vec());
        }
        if self.found == before {
            self.push(subject, changes, what);
        }
    }

    fn and(self, other: Self) -> Self {
        Self {
            found: self.found + other.found,
            accepted: self.accepted + other.accepted,
            refused: self.refused + other.refused,
            runs: self.runs + other.runs,
        }
    }

    /// Reports a fault.
    pub fn push(&mut self, subject: &Subject, changes: &[Change<'_>], what: &str) {
        let first: Vec<String> = changes.iter().take(3).map(Change::to_string).collect();
        let more = if changes.len() > 3 { format!(" and {} more", changes.len() - 3) } else { String::new() };
        println!("{}: {}{more}: {what}", subject.name, first.join(", "));
        self.found += 1;
    }

    fn outcome<'p>(&mut self, subject: &Subject, changes: Vec<Change<'p>>) -> Outcome<'p> {
        let outcome = Outcome::of(&subject.lines, changes, &itself);
        self.accepted += outcome.accepted.iter().map(|(changes, _)| changes.len()).sum::<usize>();
        self.refused += outcome.refused.len();
        self.runs += outcome.runs;
        outcome
    }
}
