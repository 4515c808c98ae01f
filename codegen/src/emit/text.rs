//! The only place where a document's text becomes tokens: string literals, doc attributes and identifiers.

use crate::ir::ident::Ident;
use proc_macro2::{Literal, Span, TokenStream};
use quote::ToTokens;
use syn::{AttrStyle, Attribute, Meta, MetaNameValue};

/// The token of an identifier.
pub fn ident(name: &Ident) -> proc_macro2::Ident {
    fixed(name.as_str())
}

/// The token of an identifier that cogen chose, or put together from one of a document and fixed letters.
pub fn fixed(name: &str) -> proc_macro2::Ident {
    proc_macro2::Ident::new(name, Span::call_site())
}

/// A string literal.
pub fn literal(text: &str) -> Literal {
    Literal::string(text)
}

/// A string literal as an expression.
pub fn string(text: &str) -> syn::Expr {
    syn::Expr::Lit(syn::ExprLit { attrs: Vec::new(), lit: syn::Lit::Str(syn::LitStr::new(text, Span::call_site())) })
}

/// A string literal for `#[diagnostic::on_unimplemented]`, in which braces stand for type parameters.
pub fn diagnostic(text: &str) -> Literal {
    let mut escaped = String::with_capacity(text.len());
    for c in one_line(text).chars() {
        if matches!(c, '{' | '}') {
            escaped.push(c);
        }
        escaped.push(c);
    }
    Literal::string(&escaped)
}

/// Text as one line without control characters, marks of writing direction or runs of white space.
pub fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    squeeze(text, &mut line);
    line
}

/// Text as a code span of Markdown.
pub fn code(text: &str) -> String {
    let mut span = String::with_capacity(text.len() + 2);
    span.push('`');
    squeeze(text, &mut span);
    if span.len() == 1 {
        span.push(' ');
    }
    // A span of one backtick cannot hold another one.
    let mut span = span.replace('`', "'");
    span.replace_range(..1, "`");
    span.push('`');
    span
}

/// Text as one line of Markdown that reads as the text does.
pub fn inline(text: &str) -> String {
    let mut blocks = String::new();
    for line in lines(text) {
        if !blocks.is_empty() && !blocks.ends_with(' ') {
            blocks.push(' ');
        }
        let clean = one_line(line);
        if !is_rule(&clean) {
            block(&clean, false, &mut blocks);
        }
    }
    blocks.truncate(blocks.trim_end().len());
    blocks
}

/// The docs of an item: lines of Markdown, each of them one `#[doc]` attribute.
///
/// What comes from the document goes in by [`Docs::text`], or as [`code`] or [`inline`] inside of a line.
#[derive(Default)]
pub struct Docs(Vec<String>);

impl Docs {
    /// No docs yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Docs of the document's words alone.
    pub fn of(text: Option<&str>) -> Self {
        let mut docs = Self::new();
        docs.text(text);
        docs
    }

    /// Adds a line of cogen's own.
    pub fn line(&mut self, line: impl Into<String>) {
        self.0.push(line.into());
    }

    /// Ends a paragraph.
    pub fn gap(&mut self) {
        if self.0.last().is_some_and(|l| !l.is_empty()) {
            self.0.push(String::new());
        }
    }

    /// Adds the document's words, as paragraphs and simple lists: no link, heading, HTML or code block comes of them.
    pub fn text(&mut self, text: Option<&str>) {
        let Some(text) = text else { return };
        self.gap();
        for line in lines(text) {
            let clean = one_line(line);
            if clean.is_empty() || is_rule(&clean) || is_fence(&clean) {
                self.gap();
                continue;
            }
            let heading = clean.trim_start_matches('#');
            if heading.len() < clean.len() && heading.starts_with(' ') {
                self.gap();
                self.push_block(heading.trim_start(), false);
                self.gap();
            } else {
                self.push_block(&clean, true);
            }
        }
        self.gap();
    }

    fn push_block(&mut self, clean: &str, lists: bool) {
        let mut line = String::with_capacity(clean.len() + 8);
        block(clean, lists, &mut line);
        if line.is_empty() { self.gap() } else { self.0.push(line) }
    }

    /// The `#[doc]` attributes.
    pub fn attributes(&self) -> Vec<Attribute> {
        self.lines().iter().map(|line| attribute(line)).collect()
    }

    /// The same as `//!` lines for the top of a file.
    pub fn inner(&self) -> String {
        let mut out = String::new();
        for line in self.lines() {
            out.push_str("//!");
            if !line.is_empty() {
                out.push(' ');
                out.push_str(line);
            }
            out.push('\n');
        }
        out
    }

    /// The same as lines of a Markdown file.
    pub fn markdown(&self) -> String {
        let mut out = String::new();
        for line in self.lines() {
            out.push_str(line);
            out.push('\n');
        }
        out
    }

    fn lines(&self) -> &[String] {
        let end = self.0.iter().rposition(|l| !l.is_empty()).map_or(0, |last| last + 1);
        &self.0[..end]
    }
}

impl ToTokens for Docs {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        for line in self.lines() {
            attribute(line).to_tokens(tokens);
        }
    }
}

/// A line of docs as an attribute: with the space before it that `/// line` has.
fn attribute(line: &str) -> Attribute {
    let mut text = String::with_capacity(line.len() + 1);
    if !line.is_empty() {
        text.push(' ');
        text.push_str(line);
    }
    Attribute {
        pound_token: Default::default(),
        style: AttrStyle::Outer,
        bracket_token: Default::default(),
        meta: Meta::NameValue(MetaNameValue {
            path: fixed("doc").into(),
            eq_token: Default::default(),
            value: string(&text),
        }),
    }
}

/// The lines of a text, whichever way it separates them.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'])
}

/// Appends text with each run of white space as one space, none at the ends, and without characters that cannot be seen.
fn squeeze(text: &str, out: &mut String) {
    let start = out.len();
    for c in text.chars() {
        if c.is_whitespace() {
            if out.len() > start && !out.ends_with(' ') {
                out.push(' ');
            }
        } else if !is_unseen(c) {
            out.push(c);
        }
    }
    if out.len() > start && out.ends_with(' ') {
        out.pop();
    }
}

/// Control characters, marks that turn the direction of writing (rustc refuses them), and marks without width.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// A line that Markdown takes for a rule, or for the underline of a heading above it.
fn is_rule(clean: &str) -> bool {
    !clean.is_empty() && clean.bytes().all(|b| matches!(b, b'-' | b'=' | b'*' | b'_' | b'+' | b' '))
}

/// A line that opens or closes a block of code.
fn is_fence(clean: &str) -> bool {
    let opens = |fence: &str, mark: char| {
        clean.strip_prefix(fence).is_some_and(|info| !info.trim_start_matches(mark).contains(mark))
    };
    opens("```", '`') || opens("~~~", '~')
}

/// Appends a squeezed line so that it opens no block but an item of a list.
fn block(clean: &str, lists: bool, out: &mut String) {
    let (marker, rest) = list_marker(clean);
    let rest = match marker {
        Some(marker) if lists && !rest.is_empty() => {
            out.push_str(marker);
            out.push(' ');
            rest
        }
        _ => clean,
    };
    let (marker, after) = list_marker(rest);
    match marker {
        // `-` or `1.`: escaped before its punctuation, and the rest as it is.
        Some(marker) => {
            out.push_str(&marker[..marker.len() - 1]);
            out.push('\\');
            out.push_str(&marker[marker.len() - 1..]);
            if !after.is_empty() {
                out.push(' ');
                spans(after, out);
            }
        }
        None => {
            let start = out.len();
            spans(rest, out);
            // What a link is written out to may begin a block too: `[#](x)`, `[1.](x)`, `[-](-)`.
            let begun = &out[start..];
            let escape = match list_marker(begun) {
                (Some(marker), _) => Some(marker.len() - 1),
                (None, _) => (begun.starts_with(['#', '>']) || is_rule(begun)).then_some(0),
            };
            if let Some(at) = escape {
                out.insert(start + at, '\\');
            }
        }
    }
}

/// The marker of an item of a list, and what follows it.
fn list_marker(clean: &str) -> (Option<&str>, &str) {
    let digits = clean.bytes().take_while(u8::is_ascii_digit).count();
    let punctuation: &[char] = if digits == 0 { &['-', '*', '+'] } else { &['.', ')'] };
    if digits > 9 || !clean[digits..].starts_with(punctuation) {
        return (None, clean);
    }
    let (marker, rest) = clean.split_at(digits + 1);
    match rest.strip_prefix(' ') {
        Some(rest) => (Some(marker), rest),
        None if rest.is_empty() => (Some(marker), rest),
        None => (None, clean),
    }
}

/// Appends text with code spans kept, links written out, and all that could become a link or HTML escaped.
fn spans(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find(['`', '[', ']', '<', '&', '\\', '|', '~', ':']) {
        out.push_str(&rest[..at]);
        let tail = &rest[at..];
        let taken = match tail.as_bytes()[0] {
            b'`' => code_span(tail, out),
            b'[' => link(tail, out),
            b':' if !tail.starts_with("://") => plain(out, ':'),
            b'&' if !tail[1..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '#') => plain(out, '&'),
            mark => {
                out.push('\\');
                plain(out, char::from(mark))
            }
        };
        rest = &tail[taken..];
    }
    out.push_str(rest);
}

fn plain(out: &mut String, c: char) -> usize {
    out.push(c);
    1
}

/// Appends the code span that the text begins with, and gives its length; a backtick without a second one is escaped.
fn code_span(text: &str, out: &mut String) -> usize {
    let run = text.len() - text.trim_start_matches('`').len();
    let inside = &text[run..];
    let end = inside.find('`').filter(|&end| {
        let after = &inside[end..];
        after.len() - after.trim_start_matches('`').len() == run && !inside[..end].trim().is_empty()
    });
    match end {
        Some(end) => {
            out.push('`');
            out.push_str(inside[..end].trim());
            out.push('`');
            run + end + run
        }
        None => {
            for _ in 0..run {
                out.push_str("\\`");
            }
            run
        }
    }
}

/// Appends `text (url)` for the link `[text](url)` that the text begins with, and gives its length.
fn link(text: &str, out: &mut String) -> usize {
    let parts = text.find(']').and_then(|close| {
        let label = &text[1..close];
        let url = text[close + 1..].strip_prefix('(')?;
        let end = url.find(')')?;
        (!label.is_empty() && !label.contains(['[', '`'])).then_some((label, &url[..end], close + 2 + end + 1))
    });
    let Some((label, url, taken)) = parts else {
        out.push_str("\\[");
        return 1;
    };
    spans(label, out);
    if url != label && !url.starts_with('#') {
        out.push_str(" (");
        // No code span begins in an address, whose length is settled.
        for c in url.chars() {
            if matches!(c, '`' | '[' | ']' | '<' | '&' | '\\' | '|' | '~' | ':' | '*' | '_') {
                out.push('\\');
            }
            out.push(c);
        }
        out.push(')');
    }
    taken
}
