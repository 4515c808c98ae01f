//! The corpus: every document can be generated or is refused for a listed reason, and the generated crates compile.

use crate::cogen::{self, Run};
use crate::crates::{Verdict, Workspace};
use crate::paths;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// The result of generating from a document of the corpus.
#[derive(Debug)]
pub struct Outcome {
    /// The document, `gateway/NAME`.
    pub name: String,
    /// The crate in the workspace, if one was generated.
    pub member: Option<String>,
    /// The output of cogen.
    pub run: Run,
}

/// A listed refusal: why a document can't be generated.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The code of its first error.
    pub code: String,
    /// The reason, in words.
    pub reason: String,
}

/// The documents of the corpus, by their folder and name.
///
/// # Errors
/// If a folder can't be read.
pub fn documents(corpus: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    for folder in ["gateway", "derived", "general"] {
        let paths = paths::documents(&corpus.join(folder))?;
        found.extend(paths.into_iter().map(|p| (format!("{folder}/{}", paths::name(&p)), p)));
    }
    Ok(found)
}

/// The refusals that `corpus-refusals.tsv` lists: document, code, reason.
///
/// # Errors
/// If the list can't be read.
pub fn refusals() -> io::Result<BTreeMap<String, Refusal>> {
    let text = fs::read_to_string(paths::root().join("tests/corpus-refusals.tsv"))?;
    let entries = text.lines().filter(|l| !l.starts_with('#') && !l.trim().is_empty()).map(|line| {
        let mut columns = line.split('\t').map(str::to_owned);
        let mut next = || columns.next().unwrap_or_default();
        (next(), Refusal { code: next(), reason: next() })
    });
    Ok(entries.collect())
}

/// Generates a crate from every document into a workspace.
///
/// # Errors
/// If cogen can't be run or a directory can't be made.
pub fn generate(documents: &[(String, PathBuf)], workspace: &mut Workspace) -> Result<Vec<Outcome>, String> {
    let mut outcomes = Vec::new();
    for (index, (name, path)) in documents.iter().enumerate() {
        let member = format!("c{index:03}");
        let directory = workspace.member(&member);
        let run = cogen::generate(path, &directory, Some(&member), &[])?;
        let generated = run.status == Some(0);
        if !generated {
            workspace.remove(&member);
        }
        outcomes.push(Outcome { name: name.clone(), member: generated.then_some(member), run });
    }
    Ok(outcomes)
}

/// Differences between the outcomes and the listed refusals: an unlisted refusal, a listed document that can be generated, one
/// with another code, a panic.
pub fn faults(outcomes: &[Outcome], listed: &BTreeMap<String, Refusal>) -> Vec<String> {
    let mut found = Vec::new();
    for outcome in outcomes {
        let printed = outcome.run.diagnostics();
        let code = printed.iter().find(|d| d.severity == "error").map(|d| d.code.clone()).unwrap_or_default();
        if outcome.run.stderr.contains("panicked at") || outcome.run.status.is_none() {
            found.push(format!("{}: it panicked: {}", outcome.name, outcome.run.stderr));
        }
        match (listed.get(&outcome.name), &outcome.member) {
            (Some(_), Some(_)) => found.push(format!("{}: listed as refused, but it can be generated", outcome.name)),
            (Some(refusal), None) if refusal.code != code => {
                found.push(format!(
                    "{}: listed as refused with {}, and it is with `{code}`",
                    outcome.name, refusal.code
                ));
            }
            (None, None) => {
                found.push(format!("{}: refused, and not listed: {}", outcome.name, first_lines(&outcome.run.stderr)))
            }
            _ => {}
        }
    }
    for name in listed.keys().filter(|n| !outcomes.iter().any(|o| &o.name == *n)) {
        found.push(format!("{name}: listed as refused, but not in the corpus"));
    }
    found
}

/// The crates with an error or a warning, each with its first message.
pub fn with_messages(outcomes: &[Outcome], verdicts: &BTreeMap<String, Verdict>, chosen: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for outcome in outcomes {
        let Some(member) = outcome.member.as_ref().filter(|m| chosen.is_empty() || chosen.contains(m)) else {
            continue;
        };
        match verdicts.get(member) {
            None => found.push(format!("{}: it was not compiled", outcome.name)),
            Some(verdict) => {
                if let Some(first) = verdict.messages.first() {
                    let (errors, all) = (verdict.errors().count(), verdict.messages.len());
                    found.push(format!(
                        "{}: {errors} errors, {} warnings; the first:\n{}",
                        outcome.name,
                        all - errors,
                        first.rendered
                    ));
                }
            }
        }
    }
    found
}

fn first_lines(text: &str) -> String {
    text.lines().take(3).collect::<Vec<_>>().join(" / ")
}
