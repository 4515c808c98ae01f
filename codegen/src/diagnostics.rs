//! What cogen has to say about a document: diagnostics with a code, a place and a mend, gathered in a [`Report`].

use rustc_hash::FxHashMap;
use std::fmt;

/// A place in one of the files given: a range of bytes of the [`Sources`], which lie one after the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// How grave a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is generated (with `--keep-going`: not the operation concerned).
    Error,
    /// Something in the document will surprise a caller.
    Warning,
    /// A choice that cogen made, worth knowing.
    Note,
}

/// One thing that cogen has to say.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// How grave it is.
    pub severity: Severity,
    /// A stable code, such as `COGEN-A002`; `cogen explain CODE` tells more.
    pub code: Code,
    /// What is the matter, in one line. Text from the document stands in backticks.
    pub message: String,
    /// Where; `None` where no file is concerned.
    pub span: Option<Span>,
    /// What stands there, in a few words, beside the marked line.
    pub label: Option<String>,
    /// Other places that belong to it.
    pub related: Vec<(Span, String)>,
    /// What to do.
    pub help: Option<String>,
}

/// The stable code of a kind of diagnostic; the list is in `codes.rs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code(pub &'static str);

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Diagnostic {
    /// An error at a place.
    pub fn error(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, Some(span), message)
    }

    /// A warning at a place.
    pub fn warning(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, Some(span), message)
    }

    /// A note at a place.
    pub fn note(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, Some(span), message)
    }

    /// A diagnostic of any kind, with or without a place.
    pub fn new(severity: Severity, code: Code, span: Option<Span>, message: impl Into<String>) -> Self {
        Self { severity, code, message: message.into(), span, label: None, related: Vec::new(), help: None }
    }

    /// The same, with what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same, with a few words beside the marked line.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// The same, with another place that belongs to it.
    #[must_use]
    pub fn related(mut self, span: Span, label: impl Into<String>) -> Self {
        self.related.push((span, label.into()));
        self
    }
}

/// The files a run read, laid one after the other so that a [`Span`] needs no file of its own.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
}

/// One file: its name as the user gave it, its text, and where it begins among all.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// The name to print.
    pub name: String,
    /// The text, as UTF-8.
    pub text: std::sync::Arc<str>,
    /// The position of its first byte.
    pub base: u32,
}

impl Sources {
    /// Adds a file and gives the position of its first byte, which its spans are counted from.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<std::sync::Arc<str>>) -> u32 {
        // One byte lies between two files, so that an empty range at an end is not at a beginning.
        let base = self
            .files
            .last()
            .map_or(0, |f| f.base.saturating_add(u32::try_from(f.text.len()).unwrap_or(u32::MAX)).saturating_add(1));
        self.files.push(SourceFile { name: name.into(), text: text.into(), base });
        base
    }

    /// The files in the order they were added.
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// Blanks a place in the kept text, so that a secret which stands there is never shown with its line.
    pub fn blank(&mut self, span: Span) {
        let Some(file) = self.files.iter_mut().rev().find(|f| f.base <= span.start) else { return };
        let (start, end) = ((span.start - file.base) as usize, (span.end.max(span.start) - file.base) as usize);
        let blanked = |(at, c): (usize, char)| match (start..end).contains(&at) && c != '\n' && c != '\r' {
            // As many bytes as before: every other place stays where it is.
            true => "*".repeat(c.len_utf8()),
            false => c.to_string(),
        };
        file.text = file.text.char_indices().map(blanked).collect::<String>().into();
    }

    /// The file that a place lies in.
    pub fn file(&self, span: Span) -> Option<&SourceFile> {
        self.files.iter().rev().find(|f| f.base <= span.start)
    }
}

/// Cuts a text that is longer than anybody reads: names and tags of a document may be megabytes long.
fn cut(text: &mut String) {
    if text.len() > LONGEST {
        let first = (0..=LONGEST).rev().find_map(|end| text.get(..end)).unwrap_or_default();
        // A text of its own, so that the megabytes are given back.
        *text = format!("{first}…");
    }
}

/// The same for a help: lines for cogen.toml at its end are left out as a whole, since a part of them is no TOML.
fn cut_help(text: &mut String) {
    if text.len() > LONGEST
        && let Some(lines) = text.find("\n[")
    {
        text.truncate(lines);
    }
    cut(text);
}

const LONGEST: usize = 1000;

/// All that a run has to say, with the sources that its places lie in.
#[derive(Clone, Default)]
#[must_use]
pub struct Report {
    /// The files that the places lie in.
    pub sources: Sources,
    /// In the order of the stages, and within a stage in the order of the document.
    pub diagnostics: Vec<Diagnostic>,
    said: FxHashMap<(Code, Option<Span>, String), usize>,
    /// Every error that was raised, also one that had been said before.
    raised: Vec<usize>,
}

impl Report {
    /// Some of the diagnostics of another report, with its sources.
    pub fn part(&self, diagnostics: Vec<Diagnostic>) -> Self {
        Self { sources: self.sources.clone(), diagnostics, ..Self::default() }
    }

    /// Adds a diagnostic, once: the same words at the same place are not said twice. What it quotes at great length is cut.
    pub fn push(&mut self, mut diagnostic: Diagnostic) {
        cut(&mut diagnostic.message);
        diagnostic.label.iter_mut().for_each(cut);
        diagnostic.help.iter_mut().for_each(cut_help);
        diagnostic.related.iter_mut().for_each(|(_, label)| cut(label));
        let next = self.diagnostics.len();
        let key = (diagnostic.code, diagnostic.span, diagnostic.message.clone());
        let index = *self.said.entry(key).or_insert(next);
        if diagnostic.severity == Severity::Error {
            self.raised.push(index);
        }
        if index == next {
            self.diagnostics.push(diagnostic);
        }
    }

    /// How many errors were raised so far: one that two operations share counts twice, though it is said once.
    pub fn raised(&self) -> usize {
        self.raised.len()
    }

    /// The errors that were raised since there were so many.
    pub fn raised_since(&self, before: usize) -> impl Iterator<Item = &Diagnostic> {
        self.raised.iter().skip(before).filter_map(|index| self.diagnostics.get(*index))
    }

    /// Whether there is an error among them.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|d| d.severity == Severity::Error)
    }

    /// How many there are of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.diagnostics.iter().filter(|d| d.severity == severity).count()
    }
}
