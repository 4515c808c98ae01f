//! Renders a report as text, as JSON lines, as GitHub workflow commands, and as Cargo build script directives.

#[cfg(test)]
mod tests;

use crate::diagnostics::codes::Explained;
use crate::diagnostics::report::{Diagnostic, Report, Severity, SourceFile, Span};
use crate::diagnostics::unseen::is_unseen;
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use rustc_hash::FxHashMap;
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

impl Report {
    /// The report as text, in the style of rustc: each diagnostic with its code, its location, the line of the source, and the
    /// help.
    ///
    /// Control sequences and direction marks in the document's text are escaped (see [`printable`]). Notes with the same code
    /// are shown as one note, with the locations of some of the others. At most a thousand diagnostics are shown, with the
    /// number of the others. [`json_lines`](Self::json_lines) returns all of them.
    pub fn text(&self, colored: bool) -> String {
        let renderer = if colored { Renderer::styled() } else { Renderer::plain() };
        let mut locations = Locations::new(self);
        let mut out = String::new();
        let diagnostics = grouped(&self.diagnostics);
        for diagnostic in diagnostics.iter().take(MOST_SHOWN) {
            if !out.is_empty() {
                out.push_str("\n\n");
            }
            out.push_str(&one(diagnostic, &mut locations, &renderer));
        }
        if let Some(more) = diagnostics.len().checked_sub(MOST_SHOWN).filter(|n| *n > 0) {
            let _ = write!(out, "\n\n… and {more} other diagnostics that are not shown");
        }
        out
    }

    /// The report as one JSON object a line:
    /// `{"severity":"error","code":"COGEN-L021","message":…,"file":…,"line":3,"column":5,"end_line":3,"end_column":9,"label":…,"related":[…],"note":…,"help":…}`,
    /// with `null` for a missing value. Lines and columns start at 1; columns count characters.
    pub fn json_lines(&self) -> String {
        let mut locations = Locations::new(self);
        let mut out = String::new();
        for diagnostic in &self.diagnostics {
            let location = diagnostic.span.and_then(|s| locations.range(s));
            let related = diagnostic.related.iter();
            let line = JsonDiagnostic {
                severity: severity_name(diagnostic.severity),
                code: Some(diagnostic.code.0),
                message: &diagnostic.message,
                location: JsonLocation::new(location),
                label: diagnostic.label.as_deref(),
                related: related
                    .map(|(s, label)| JsonRelated { location: JsonLocation::new(locations.range(*s)), label })
                    .collect(),
                note: diagnostic.note.as_deref(),
                help: diagnostic.help.as_deref(),
            };
            // Serializing a struct of strings and numbers cannot fail.
            out.push_str(&serde_json::to_string(&line).unwrap_or_default());
            out.push('\n');
        }
        out
    }

    /// The report as workflow commands of GitHub Actions, one a diagnostic, which shows them at the lines of a pull request
    /// (<https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands>).
    pub fn github_lines(&self) -> String {
        let mut locations = Locations::new(self);
        let mut out = String::new();
        for diagnostic in &self.diagnostics {
            let command = match diagnostic.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "notice",
            };
            let mut properties = String::new();
            if let Some(location) = diagnostic.span.and_then(|s| locations.range(s)) {
                let _ = write!(properties, "file={},line={}", github_property(location.file), location.line);
                let _ = write!(properties, ",endLine={}", location.end_line);
                // GitHub does not support columns in a range of several lines.
                if location.line == location.end_line {
                    let _ = write!(properties, ",col={},endColumn={}", location.column, location.end_column);
                }
                properties.push(',');
            }
            let _ = write!(properties, "title={}", github_property(diagnostic.code.0));
            let mut message = diagnostic.message.clone();
            if let Some(note) = &diagnostic.note {
                let _ = write!(message, "\nnote: {note}");
            }
            if let Some(help) = &diagnostic.help {
                let _ = write!(message, "\nhelp: {help}");
            }
            let _ = writeln!(out, "::{command} {properties}::{}", github_data(&message));
        }
        out
    }

    /// The report as `cargo::error=…` and `cargo::warning=…` lines for a build script, one per diagnostic. Notes are left out,
    /// because Cargo would show them at every build
    /// (<https://doc.rust-lang.org/cargo/reference/build-scripts.html#cargo-warning>).
    pub fn cargo_lines(&self) -> String {
        let mut locations = Locations::new(self);
        let mut out = String::new();
        for diagnostic in &self.diagnostics {
            let key = match diagnostic.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => continue,
            };
            let mut line = format!("{}: {}", diagnostic.code, printable(&diagnostic.message));
            if let Some(location) = diagnostic.span.and_then(|s| locations.range(s)) {
                let _ = write!(line, " ({}:{}:{})", printable(location.file), location.line, location.column);
            }
            if let Some(note) = &diagnostic.note {
                let _ = write!(line, "; note: {}", printable(note));
            }
            if let Some(help) = &diagnostic.help {
                let _ = write!(line, "; help: {}", printable(help));
            }
            let _ = writeln!(out, "cargo::{key}={line}");
        }
        out
    }
}

/// The rendered text without colors.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(false))
    }
}

/// The rendered text after a line break, so that `fn main() -> Result<(), Report>` prints it readably.
impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n{self}")
    }
}

impl std::error::Error for Report {}

/// The text with invisible characters escaped.
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unseen) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_unseen(c) { out.extend(c.escape_default()) } else { out.push(c) }
    }
    Cow::Owned(out)
}

/// An error without a code, in the format of [`Report::json_lines`].
pub fn json_error(message: &str) -> String {
    let line = JsonDiagnostic {
        severity: "error",
        code: None,
        message,
        location: JsonLocation::new(None),
        label: None,
        related: Vec::new(),
        note: None,
        help: None,
    };
    serde_json::to_string(&line).unwrap_or_default() + "\n"
}

/// An error without a code, in the format of [`Report::github_lines`].
pub fn github_error(message: &str) -> String {
    format!("::error::{}\n", github_data(message))
}

/// A code with its explanation as one line of JSON: `{"code":"COGEN-L021","text":…,"example":[{"file":"L021.json","text":…}]}`.
pub fn json_explained(explained: &Explained) -> String {
    let Explained { code, text, example } = explained;
    let files = example.files.iter().map(|file| serde_json::json!({ "file": file.name, "text": file.text }));
    let files: Vec<_> = files.collect();
    serde_json::json!({ "code": code.0, "text": text, "example": files }).to_string() + "\n"
}

/// The message of a workflow command: line breaks and invisible characters are escaped.
fn github_data(text: &str) -> String {
    let lines: Vec<Cow<'_, str>> = text.split('\n').map(printable).collect();
    lines.join("\n").replace('%', "%25").replace('\n', "%0A")
}

/// A property of a workflow command.
fn github_property(text: &str) -> String {
    let shown = printable(text);
    shown.replace('%', "%25").replace('\n', "%0A").replace(':', "%3A").replace(',', "%2C")
}

fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn one(diagnostic: &Diagnostic, locations: &mut Locations<'_>, renderer: &Renderer) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let mut group =
        Group::with_title(level.primary_title(printable(&diagnostic.message).into_owned()).id(diagnostic.code.0));
    let mut is_cut = false;
    let main = diagnostic.span.map(|s| (s, AnnotationKind::Primary, diagnostic.label.as_deref()));
    let others = diagnostic.related.iter().map(|(s, label)| (*s, AnnotationKind::Context, Some(label.as_str())));
    for (span, kind, label) in main.into_iter().chain(others) {
        let Some(shown) = locations.shown(span) else { continue };
        let annotation = kind.span(shown.mark.clone()).label(label.map(|l| printable(l).into_owned()));
        if shown.is_cut {
            is_cut = true;
            group = group.element(Origin::path(shown.file.clone()).line(shown.line).char_column(shown.column));
            group = group.element(snippet(&shown, annotation));
        } else {
            group = group.element(snippet(&shown, annotation).path(shown.file.clone()));
        }
    }
    for (level, text) in [(Level::NOTE, &diagnostic.note), (Level::HELP, &diagnostic.help)] {
        if let Some(text) = text {
            let lines: Vec<Cow<'_, str>> = text.lines().map(printable).collect();
            group = group.element(level.message(lines.join("\n")));
        }
    }
    let text = renderer.render(&[group]);
    if is_cut { without_empty_origins(&text) } else { text }
}

fn snippet<'a>(shown: &Shown, annotation: Annotation<'a>) -> Snippet<'a, Annotation<'a>> {
    Snippet::source(shown.source.clone()).line_start(shown.line).annotation(annotation)
}

/// The text without the empty `:::` lines, which annotate-snippets prints after an explicit origin.
fn without_empty_origins(text: &str) -> String {
    let lines = text.lines().filter(|line| {
        let mut bare = String::new();
        let mut in_escape = false;
        for c in line.chars() {
            match c {
                '\u{1B}' => in_escape = true,
                'm' if in_escape => in_escape = false,
                _ if !in_escape => bare.push(c),
                _ => {}
            }
        }
        bare.trim() != ":::"
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The line starts of the files of a report, computed once.
struct Locations<'r> {
    report: &'r Report,
    /// The line starts of each file, by the base of the file.
    starts: BTreeMap<u32, Vec<u32>>,
    /// The last location, as file, line start, byte and column: in minified JSON, most locations follow one another in one
    /// line.
    last: Option<(u32, usize, usize, usize)>,
}

/// A range of a file. Lines and columns start at 1; columns count characters.
struct Range<'r> {
    file: &'r str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

/// The line of a location, or the part of it that is shown.
struct Shown {
    file: String,
    line: usize,
    column: usize,
    source: String,
    /// The bytes of `source` to underline.
    mark: std::ops::Range<usize>,
    /// Whether `source` is a part of its line, so that its columns are not those of the file.
    is_cut: bool,
}

/// The diagnostics, with notes of the same code merged into the first, which gets the locations of some of the others.
fn grouped(diagnostics: &[Diagnostic]) -> Vec<Cow<'_, Diagnostic>> {
    let mut found: Vec<(Cow<'_, Diagnostic>, usize)> = Vec::new();
    let mut notes = FxHashMap::default();
    for diagnostic in diagnostics {
        if diagnostic.severity != Severity::Note {
            found.push((Cow::Borrowed(diagnostic), 0));
            continue;
        }
        let at = *notes.entry(diagnostic.code).or_insert(found.len());
        let Some((first, others)) = found.get_mut(at) else {
            found.push((Cow::Borrowed(diagnostic), 0));
            continue;
        };
        *others += 1;
        if let Some(span) = diagnostic.span.filter(|_| *others <= PLACES_OF_NOTES) {
            first.to_mut().related.push((span, "also here".to_owned()));
        }
    }
    for (first, others) in found.iter_mut().filter(|(_, others)| *others > 0) {
        let places = if *others == 1 { "1 other place".to_owned() } else { format!("{others} other places") };
        let _ = write!(first.to_mut().message, " (and at {places})");
    }
    found.into_iter().map(|(diagnostic, _)| diagnostic).collect()
}

/// The number of other notes whose locations a merged note shows.
const PLACES_OF_NOTES: usize = 3;

/// The maximum number of diagnostics in the text.
const MOST_SHOWN: usize = 1000;

/// How many characters of a line are shown before and after the start of a location.
const BEFORE: usize = 60;
const AFTER: usize = 100;

impl<'r> Locations<'r> {
    fn new(report: &'r Report) -> Self {
        Self { report, starts: BTreeMap::new(), last: None }
    }

    fn range(&mut self, span: Span) -> Option<Range<'r>> {
        let file = self.report.sources.file(span)?;
        let (line, _, column) = self.locate(file, span.start);
        let (end_line, _, end_column) = self.locate(file, span.end.max(span.start));
        Some(Range { file: &file.name, line, column, end_line, end_column })
    }

    /// The number of the line of a location, the byte of the file at which the line starts, and the column.
    fn locate(&mut self, file: &SourceFile, position: u32) -> (usize, usize, usize) {
        let text = &file.text;
        let starts = self.starts.entry(file.base).or_insert_with(|| {
            let after = text.bytes().zip(1..).filter(|(b, _)| *b == b'\n').map(|(_, next)| next);
            std::iter::once(0).chain(after).collect()
        });
        let at = floor(text, position.saturating_sub(file.base) as usize);
        let line = starts.partition_point(|s| *s as usize <= at).max(1);
        let start = starts.get(line - 1).map_or(0, |s| *s as usize);
        let (from, before) = match self.last {
            Some((base, line, byte, column)) if base == file.base && line == start && byte <= at => (byte, column),
            _ => (start, 1),
        };
        let column = text.get(from..at).map_or(0, |t| t.chars().count()) + before;
        self.last = Some((file.base, start, at, column));
        (line, start, column)
    }

    fn shown(&mut self, span: Span) -> Option<Shown> {
        let file = self.report.sources.file(span)?;
        let (line, line_start, column) = self.locate(file, span.start);
        let text = &*file.text;
        let at = floor(text, (span.start - file.base) as usize);
        let end = floor(text, (span.end.max(span.start) - file.base) as usize);
        let before = text.get(line_start..at)?;
        let rest = text.get(at..)?;
        let after = rest.split('\n').next().unwrap_or_default();
        let after = after.strip_suffix('\r').unwrap_or(after);

        let from = before.char_indices().rev().nth(BEFORE - 1).map_or(0, |(n, _)| n);
        let to = after.char_indices().nth(AFTER).map_or(after.len(), |(n, _)| n);
        let marked = end.saturating_sub(at).min(to);
        let (cut_before, cut_after) = (from > 0, to < after.len());
        let mut source = String::new();
        source.push_str(if cut_before { "…" } else { "" });
        source.extend(before.get(from..)?.chars().map(visible));
        let start = source.len();
        source.extend(after.get(..marked)?.chars().map(visible));
        let stop = source.len();
        source.extend(after.get(marked..to)?.chars().map(visible));
        source.push_str(if cut_after { "…" } else { "" });
        Some(Shown {
            file: printable(&file.name).into_owned(),
            line,
            column,
            source,
            mark: start..stop,
            is_cut: cut_before,
        })
    }
}

/// The start of the character that contains a byte.
fn floor(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at).rev().find(|n| text.is_char_boundary(*n)).unwrap_or(0)
}

/// The character, or a replacement if it would change how the rest of the line is displayed.
fn visible(c: char) -> char {
    match c {
        '\t' => ' ',
        _ if is_unseen(c) => char::REPLACEMENT_CHARACTER,
        _ => c,
    }
}

#[derive(Serialize)]
struct JsonDiagnostic<'a> {
    severity: &'static str,
    code: Option<&'static str>,
    message: &'a str,
    #[serde(flatten)]
    location: JsonLocation<'a>,
    label: Option<&'a str>,
    related: Vec<JsonRelated<'a>>,
    note: Option<&'a str>,
    help: Option<&'a str>,
}

#[derive(Serialize)]
struct JsonRelated<'a> {
    #[serde(flatten)]
    location: JsonLocation<'a>,
    label: &'a str,
}

#[derive(Serialize)]
struct JsonLocation<'a> {
    file: Option<&'a str>,
    line: Option<usize>,
    column: Option<usize>,
    end_line: Option<usize>,
    end_column: Option<usize>,
}

impl<'a> JsonLocation<'a> {
    fn new(range: Option<Range<'a>>) -> Self {
        let range = range.as_ref();
        Self {
            file: range.map(|r| r.file),
            line: range.map(|r| r.line),
            column: range.map(|r| r.column),
            end_line: range.map(|r| r.end_line),
            end_column: range.map(|r| r.end_column),
        }
    }
}
