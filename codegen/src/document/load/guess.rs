//! Guesses what an invalid text is, for the error message.

use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Span};

/// Whether the first character that is not white space opens a JSON object or array.
pub(crate) fn begins_like_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
}

/// The error for a text that is HTML or XML.
pub(crate) fn markup(text: &str, base: u32) -> Option<Diagnostic> {
    let trimmed = text.trim_start();
    let next = trimmed.strip_prefix('<')?.chars().next()?;
    if !(next.is_ascii_alphabetic() || next == '!' || next == '?') {
        return None;
    }
    let start = base + u32::try_from(text.len() - trimmed.len()).unwrap_or(0);
    let head: String = trimmed.chars().take(1024).collect::<String>().to_ascii_lowercase();
    let (what, help) = if head.starts_with("<!doctype html") || head.contains("<html") || head.contains("<head") {
        (
            "expected an OpenAPI document, found HTML",
            "check the download: a server that requires a login returns an HTML page",
        )
    } else {
        ("expected an OpenAPI document, found XML", "pass an OpenAPI document in JSON or YAML")
    };
    let span = Span { start, end: start + 1 };
    Some(Diagnostic::error(codes::MARKUP, span, what).label("the markup begins here").help(help))
}

/// The syntax of a template language in a text.
pub(crate) struct Sign {
    pub(crate) language: &'static str,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// The first template syntax in an invalid text. `at` is the byte where the parser stopped.
pub(crate) fn template(text: &str, at: Option<usize>) -> Option<Sign> {
    // The text after that byte cannot be the cause.
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
    // `${…}` is valid in strings, so only one where the parser stopped is the cause.
    let at = at?;
    let around = text.get(at..)?;
    let open = around.starts_with("${").then_some(at)?;
    let end = around.find('}').map_or(around.len().min(2), |n| n + 1);
    Some(sign("Terraform or a shell (`${…}` outside a string)", open..open + end))
}

/// The first directive of a template language that selects or repeats lines, also in a comment.
pub(crate) fn directive(text: &str) -> Option<Sign> {
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

/// The syntax of a Terraform file that contains the document as an expression.
pub(crate) fn expression(text: &str) -> Option<Sign> {
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

/// How many opening delimiters of one kind are examined.
const MOST_LOOKS: usize = 1_000;

fn sign(language: &'static str, range: std::ops::Range<usize>) -> Sign {
    let at = |byte| u32::try_from(byte).unwrap_or(0);
    Sign { language, start: at(range.start), end: at(range.end) }
}

/// The first range from an opening to a closing delimiter, both included. It can span several lines.
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

/// Whether `%{…}` is a template directive of Terraform.
fn is_directive(block: &str) -> bool {
    let inside = block.trim_start_matches("%{").trim_start_matches('~').trim_end_matches('}').trim_end_matches('~');
    let word = inside.split_whitespace().next().unwrap_or_default();
    ["if", "for", "else", "endif", "endfor"].contains(&word)
}

/// Whether `{{…}}` contains a name or an expression, and is not a nested JSON object.
fn is_expression(block: &str) -> bool {
    !block.contains('"') && !block.contains(':')
}
