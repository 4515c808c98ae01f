//! Diagnostics with a code, a location and a help, collected in a [`Report`].

use rustc_hash::FxHashMap;
use std::fmt;

/// A location in one of the input files: a range of bytes of the [`Sources`], in which the files follow one another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// The severity of a diagnostic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// No code is generated; with `--keep-going`, no code for the operation concerned.
    Error,
    /// The generated client may not behave as the author of the document expects.
    Warning,
    /// A decision of cogen that the user may want to know.
    Note,
}

/// An error, a warning or a note about the input.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// The severity.
    pub severity: Severity,
    /// A stable code, such as `COGEN-A002`; `cogen explain CODE` explains it.
    pub code: Code,
    /// The problem, in one line. Text from the document is in backticks.
    pub message: String,
    /// The location; `None` if the problem is not in a file.
    pub span: Option<Span>,
    /// What is at the location, in a few words.
    pub label: Option<String>,
    /// Other locations that belong to the problem.
    pub related: Vec<(Span, String)>,
    /// The rule that applies, with its source.
    pub note: Option<String>,
    /// How to correct the problem.
    pub help: Option<String>,
}

/// The stable code of a kind of diagnostic. `codes.rs` has the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code(pub &'static str);

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Diagnostic {
    /// An error at a location.
    pub fn error(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, Some(span), message)
    }

    /// A warning at a location.
    pub fn warning(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, Some(span), message)
    }

    /// A note at a location.
    pub fn note(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, Some(span), message)
    }

    /// A diagnostic of any severity, with or without a location.
    pub fn new(severity: Severity, code: Code, span: Option<Span>, message: impl Into<String>) -> Self {
        Self { severity, code, message: message.into(), span, label: None, related: Vec::new(), note: None, help: None }
    }

    /// Adds the rule that applies, with its source.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// Adds how to correct the problem.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds what is at the location, in a few words.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Adds another location that belongs to the problem.
    #[must_use]
    pub fn related(mut self, span: Span, label: impl Into<String>) -> Self {
        self.related.push((span, label.into()));
        self
    }
}

/// The input files of a run, one after the other, so that a [`Span`] does not need to name its file.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
}

/// An input file: its name as the user gave it, its text, and the position of its first byte.
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
    /// Adds a file and returns the position of its first byte, from which its spans count.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<std::sync::Arc<str>>) -> u32 {
        // One byte separates two files, so that an empty range at the end of a file is not at the beginning of the next one.
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

    /// Overwrites a range of the text with `*`, so that a secret is never shown with its line.
    pub fn blank(&mut self, span: Span) {
        let Some(file) = self.files.iter_mut().rev().find(|f| f.base <= span.start) else { return };
        let (start, end) = ((span.start - file.base) as usize, (span.end.max(span.start) - file.base) as usize);
        let blanked = |(at, c): (usize, char)| match (start..end).contains(&at) && c != '\n' && c != '\r' {
            // As many bytes as before, so that all other positions stay the same.
            true => "*".repeat(c.len_utf8()),
            false => c.to_string(),
        };
        file.text = file.text.char_indices().map(blanked).collect::<String>().into();
    }

    /// The file that contains a location.
    pub fn file(&self, span: Span) -> Option<&SourceFile> {
        self.files.iter().rev().find(|f| f.base <= span.start)
    }
}

/// Truncates a long text: names and tags of a document can be megabytes long.
fn cut(text: &mut String) {
    if text.len() > LONGEST {
        let first = (0..=LONGEST).rev().find_map(|end| text.get(..end)).unwrap_or_default();
        // A text that is truncated already stays unchanged.
        let first = first.strip_suffix('…').unwrap_or(first);
        // A new string, so that the memory of the long one is freed.
        *text = format!("{first}…");
    }
}

/// Truncates a help. Lines for cogen.toml at its end are removed as a whole, since a part of them is not valid TOML.
fn cut_help(text: &mut String) {
    if text.len() > LONGEST
        && let Some(lines) = text.find("\n[")
    {
        text.truncate(lines);
    }
    cut(text);
}

const LONGEST: usize = 1000;

/// The proof that an error was reported. Only [`Report::error`] makes one, so a function that fails with it has explained why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reported(());

/// The diagnostics of a run, with the files that their locations refer to.
#[derive(Clone, Default)]
#[must_use]
pub struct Report {
    /// The files that the locations refer to.
    pub sources: Sources,
    /// The diagnostics, in the order of the stages, and within a stage in the order of the document.
    pub diagnostics: Vec<Diagnostic>,
    /// The index of each diagnostic, to find repeated ones.
    index: FxHashMap<(Code, Option<Span>, String), usize>,
    /// The index of every error that was reported, including repeated ones.
    errors: Vec<usize>,
}

impl Report {
    /// A report with other diagnostics and the same sources.
    pub fn part(&self, diagnostics: Vec<Diagnostic>) -> Self {
        Self { sources: self.sources.clone(), diagnostics, ..Self::default() }
    }

    /// Adds a warning or a note, or an error that stops nothing, unless the report already has it: the same code and message at the same location. Long texts are truncated.
    pub fn push(&mut self, mut diagnostic: Diagnostic) {
        cut(&mut diagnostic.message);
        diagnostic.label.iter_mut().for_each(cut);
        diagnostic.note.iter_mut().for_each(cut);
        diagnostic.help.iter_mut().for_each(cut_help);
        diagnostic.related.iter_mut().for_each(|(_, label)| cut(label));
        let next = self.diagnostics.len();
        let key = (diagnostic.code, diagnostic.span, diagnostic.message.clone());
        let index = *self.index.entry(key).or_insert(next);
        if diagnostic.severity == Severity::Error {
            self.errors.push(index);
        }
        if index == next {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Adds an error, as [`push`](Self::push) does, and returns the proof that it was reported.
    pub fn error(&mut self, diagnostic: Diagnostic) -> Reported {
        self.push(Diagnostic { severity: Severity::Error, ..diagnostic });
        Reported(())
    }

    /// Runs a step. Fails if the step reports an error, even if it returns a value.
    ///
    /// # Errors
    /// The step reported an error.
    pub fn checked<T>(&mut self, step: impl FnOnce(&mut Self) -> Result<T, Reported>) -> Result<T, Reported> {
        let before = self.errors.len();
        let value = step(self)?;
        if self.errors.len() > before { Err(Reported(())) } else { Ok(value) }
    }

    /// Runs a step and returns its result with the messages of the errors that it reports. An error of two operations is in the
    /// messages of both, although the report has it once.
    pub fn messages_of<T>(&mut self, step: impl FnOnce(&mut Self) -> T) -> (T, Vec<String>) {
        let before = self.errors.len();
        let value = step(self);
        let errors = self.errors.iter().skip(before).filter_map(|index| self.diagnostics.get(*index));
        (value, errors.map(|error| error.message.clone()).collect())
    }

    /// Fails if the report has an error.
    ///
    /// # Errors
    /// The report has an error.
    pub fn without_errors(&self) -> Result<(), Reported> {
        if self.has_errors() { Err(Reported(())) } else { Ok(()) }
    }

    /// Whether the report has an error.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|d| d.severity == Severity::Error)
    }

    /// The number of diagnostics of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.diagnostics.iter().filter(|d| d.severity == severity).count()
    }
}
