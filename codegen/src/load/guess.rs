//! What a text that can't be read looks like, so that the error can say it.

use crate::codes;
use crate::diagnostics::{Diagnostic, Span};

/// Whether the first character that is no blank opens a JSON object or array.
pub(super) fn begins_like_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
}

/// The error for a text that is HTML or XML.
pub(super) fn markup(text: &str, base: u32) -> Option<Diagnostic> {
    let trimmed = text.trim_start();
    let next = trimmed.strip_prefix('<')?.chars().next()?;
    if !(next.is_ascii_alphabetic() || next == '!' || next == '?') {
        return None;
    }
    let start = base + u32::try_from(text.len() - trimmed.len()).unwrap_or(0);
    let head: String = trimmed.chars().take(1024).collect::<String>().to_ascii_lowercase();
    let (what, help) = if head.starts_with("<!doctype html") || head.contains("<html") || head.contains("<head") {
        (
            "this looks like an HTML page, not like an OpenAPI document",
            "a server that wants a login answers with a page: log in, or fetch the raw file",
        )
    } else {
        ("this looks like XML, not like an OpenAPI document", "cogen reads OpenAPI in JSON or YAML")
    };
    let span = Span { start, end: start + 1 };
    Some(Diagnostic::error(codes::MARKUP, span, what).label("markup begins here").help(help))
}

/// A sign of a template language in a text.
pub(super) struct Sign {
    pub(super) language: &'static str,
    pub(super) start: u32,
    pub(super) end: u32,
}

/// The first sign of a template, in a text that is broken as it stands; `at` is the byte where reading stopped.
pub(super) fn template(text: &str, at: Option<usize>) -> Option<Sign> {
    let sign = |language, range: std::ops::Range<usize>| Sign {
        language,
        start: u32::try_from(range.start).unwrap_or(0),
        end: u32::try_from(range.end).unwrap_or(0),
    };
    // What stands behind that place did not break anything.
    let first = |open, close| between(text, open, close).filter(|r| at.is_none_or(|at| r.start <= at));
    let block = first("{%", "%}").map(|r| sign("Jinja or Liquid", r));
    let block =
        block.or_else(|| first("%{", "}").filter(|r| is_directive(&text[r.clone()])).map(|r| sign("Terraform", r)));
    let block = block.or_else(|| first("<%", "%>").map(|r| sign("ERB or EJS", r)));
    let block = block.or_else(|| {
        first("{{", "}}").filter(|r| is_expression(&text[r.clone()])).map(|r| sign("Jinja, Helm or Mustache", r))
    });
    if block.is_some() {
        return block;
    }
    // `${…}` is fine inside strings, where most of them stand: only the place where reading stopped tells.
    let at = at?;
    let around = text.get(at..)?;
    let open = around.starts_with("${").then_some(at)?;
    let end = around.find('}').map_or(around.len().min(2), |n| n + 1);
    Some(sign("Terraform or a shell (`${…}` outside a string)", open..open + end))
}

/// The first stretch of one line from an opening to a closing sign, both included.
fn between(text: &str, open: &str, close: &str) -> Option<std::ops::Range<usize>> {
    let mut from = 0;
    while let Some(start) = text.get(from..)?.find(open).map(|n| from + n) {
        let inner = start + open.len();
        let line_end = text[inner..].find('\n').map_or(text.len(), |n| inner + n);
        if let Some(end) = text[inner..line_end].find(close) {
            return Some(start..inner + end + close.len());
        }
        from = inner;
    }
    None
}

/// Whether `%{…}` holds a word of Terraform's template directives.
fn is_directive(block: &str) -> bool {
    let word = block.trim_start_matches("%{").trim_start_matches('~').trim_start();
    ["if ", "for ", "else", "endif", "endfor"].iter().any(|w| word.starts_with(w))
}

/// Whether `{{…}}` holds a name or an expression, and not a JSON object inside another.
fn is_expression(block: &str) -> bool {
    !block.contains('"') && !block.contains(':')
}
