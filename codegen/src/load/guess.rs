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
    // What stands behind that place did not break anything.
    let first = |open, close| between(text, open, close).filter(|r| at.is_none_or(|at| r.start <= at));
    if let Some(block) = directive(text).filter(|sign| at.is_none_or(|at| sign.start as usize <= at)) {
        return Some(block);
    }
    let block = first("<%", "%>").map(|r| sign("ERB or EJS", r));
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

/// The first directive of a template language that chooses or repeats lines, wherever it is: in a comment too.
pub(super) fn directive(text: &str) -> Option<Sign> {
    let jinja = between(text, "{%", "%}").map(|r| sign("Jinja or Liquid", r));
    let mut from = 0;
    let terraform = std::iter::from_fn(|| {
        let found = between(text.get(from..)?, "%{", "}")?;
        let range = from + found.start..from + found.end;
        from = range.end;
        Some(range)
    });
    let terraform = terraform.take(MOST_LOOKS).find(|r| is_directive(&text[r.clone()])).map(|r| sign("Terraform", r));
    [jinja, terraform].into_iter().flatten().min_by_key(|sign| sign.start)
}

/// The sign of a file that Terraform makes the document of, or that holds it as an expression: it is no document at all.
pub(super) fn expression(text: &str) -> Option<Sign> {
    let start = text.len() - text.trim_start().len();
    let whole = text.trim();
    if whole.starts_with("${") && whole.ends_with('}') {
        return Some(sign("Terraform (the whole file is one `${…}`)", start..start + 2));
    }
    let call = ["jsonencode(", "yamlencode(", "templatefile("].iter().filter_map(|call| {
        let at = text.find(call)?;
        Some(at..at + call.len() - 1)
    });
    call.min_by_key(|range| range.start).map(|range| sign("Terraform", range))
}

/// How many openings of one kind are looked at.
const MOST_LOOKS: usize = 1_000;

fn sign(language: &'static str, range: std::ops::Range<usize>) -> Sign {
    let at = |byte| u32::try_from(byte).unwrap_or(0);
    Sign { language, start: at(range.start), end: at(range.end) }
}

/// The first stretch from an opening to a closing sign, both included. It may go over a few lines.
fn between(text: &str, open: &str, close: &str) -> Option<std::ops::Range<usize>> {
    const LONGEST: usize = 2_000;
    let mut from = 0;
    for _ in 0..MOST_LOOKS {
        let start = text.get(from..)?.find(open).map(|n| from + n)?;
        let inner = start + open.len();
        let last = (inner + LONGEST).min(text.len());
        let stretch = (inner..=last).rev().find_map(|last| text.get(inner..last))?;
        if let Some(end) = stretch.find(close) {
            return Some(start..inner + end + close.len());
        }
        from = inner;
    }
    None
}

/// Whether `%{…}` holds a word of Terraform's template directives.
fn is_directive(block: &str) -> bool {
    let inside = block.trim_start_matches("%{").trim_start_matches('~').trim_end_matches('}').trim_end_matches('~');
    let word = inside.split_whitespace().next().unwrap_or_default();
    ["if", "for", "else", "endif", "endfor"].contains(&word)
}

/// Whether `{{…}}` holds a name or an expression, and not a JSON object inside another.
fn is_expression(block: &str) -> bool {
    !block.contains('"') && !block.contains(':')
}
