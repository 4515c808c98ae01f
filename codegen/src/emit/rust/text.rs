//! The only module in which a document's text becomes tokens: string literals, doc attributes and identifiers.

use crate::diagnostics::unseen::is_unseen;
use crate::emit::package::markdown::spans;
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

/// A string literal, with escapes for characters that a reader does not see.
pub fn literal(text: &str) -> Literal {
    if !text.chars().any(is_unseen) {
        return Literal::string(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    escaped.push('"');
    for c in text.chars() {
        if is_unseen(c) { escaped.extend(c.escape_unicode()) } else { escaped.extend(c.escape_debug()) }
    }
    escaped.push('"');
    // The escaped text is always a valid literal.
    escaped.parse().unwrap_or_else(|_| Literal::string(text))
}

/// A string literal as an expression.
pub fn string(text: &str) -> syn::Expr {
    let lit = match text.chars().any(is_unseen) {
        true => syn::Lit::new(literal(text)),
        false => syn::Lit::Str(syn::LitStr::new(text, Span::call_site())),
    };
    syn::Expr::Lit(syn::ExprLit { attrs: Vec::new(), lit })
}

/// A string literal for `#[diagnostic::on_unimplemented]`, in which braces are type parameters.
pub fn diagnostic(text: &str) -> Literal {
    literal(&without_parameters(text))
}

/// The same with the type for which the trait is not implemented at its end.
pub fn diagnostic_of_self(text: &str) -> Literal {
    literal(&format!("{} `{{Self}}`", without_parameters(text)))
}

fn without_parameters(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in one_line(text).chars() {
        if matches!(c, '{' | '}') {
            escaped.push(c);
        }
        escaped.push(c);
    }
    escaped
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
    let inside = span.split_off(1).replace('`', "'");
    span.push_str(&inside);
    span.push('`');
    span
}

/// A type's name as code, with its article: "a `NewPet`".
pub fn with_article(name: &str) -> String {
    let article = if name.starts_with(['A', 'E', 'I', 'O', 'U']) { "an" } else { "a" };
    format!("{article} {}", code(name))
}

/// Text as one line of Markdown that renders as the text.
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
/// A document's text is added by [`Docs::text`], or as [`code`] or [`inline`] inside a line.
#[derive(Default)]
pub struct Docs(Vec<String>);

impl Docs {
    /// No docs yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Docs that consist of a document's text.
    pub fn of(text: Option<&str>) -> Self {
        let mut docs = Self::new();
        docs.text(text);
        docs
    }

    /// Adds a line that cogen writes.
    pub fn line(&mut self, line: impl Into<String>) {
        self.0.push(line.into());
    }

    /// Ends a paragraph.
    pub fn gap(&mut self) {
        if self.0.last().is_some_and(|l| !l.is_empty()) {
            self.0.push(String::new());
        }
    }

    /// Adds a document's text, as paragraphs and simple lists: it cannot become a link, heading, HTML or code block.
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

/// A line that Markdown parses as a rule, as the underline of a heading, or as the columns of a table.
fn is_rule(clean: &str) -> bool {
    let of = |marks: &[u8]| clean.bytes().all(|b| marks.contains(&b));
    !clean.is_empty() && (of(b"-=*_+ ") || (of(b"-: |") && clean.contains('-')))
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
            // The text of a link may begin a block too: `[#](x)`, `[1.](x)`, `[-](-)`.
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

/// The marker of a list item, and the text after it.
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

#[cfg(test)]
mod tests {
    use super::{Docs, code, inline, literal};
    use std::time::{Duration, Instant};

    #[test]
    fn addresses_are_code_and_no_links() {
        for (text, expected) in [
            ("See www.a.example.", "See `www.a.example`."),
            ("mail a@b.example, or (x@y.example)", "mail `a@b.example`, or (`x@y.example`)"),
            ("HTTPS://a.example/x?y=1&z=2#w", "`HTTPS://a.example/x?y=1&z=2#w`"),
            ("[text](https://a.example/b)", "text (`https://a.example/b`)"),
            ("`code`a@b.example`more`", "`code` `a@b.example` `more`"),
            ("@user and a @ b and 1:2", "@user and a @ b and 1:2"),
            ("[x](y) [z", "x (y) \\[z"),
        ] {
            assert_eq!(inline(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_not_seen_is_left_out_of_words_and_escaped_in_literals() {
        let hidden = "a\u{e0139}\u{fe0f}\u{ad}\u{34f}\u{115f}\u{3164}\u{ffa0}\u{fdd0}\u{10ffff}\u{202e}b";
        for text in [inline(hidden), code(hidden), Docs::of(Some(hidden)).markdown()] {
            assert_eq!(text.trim_matches(['`', '\n']), "ab");
        }
        let written = literal(hidden).to_string();
        assert!(written.is_ascii(), "{written}");
        assert_eq!(syn::parse_str::<syn::LitStr>(&written).ok().map(|text| text.value()).as_deref(), Some(hidden));
    }

    /// The end of an unclosed mark is searched for once, and not again from each possible beginning.
    #[test]
    fn unclosed_marks_take_linear_time() {
        let pieces = [
            "[", "[a", "[a](", "[[a](b", "](", "`", "`a ", "``a`", "[`", "(", "<a", "&a", "a@", "www.", "://", "~",
            "*a_", "\\",
        ];
        let growing = (1..1_500).map(|n| format!("{}a", "`".repeat(n))).collect();
        let begin = Instant::now();
        for text in pieces.iter().map(|piece| piece.repeat(1_000_000 / piece.len())).chain([growing]) {
            assert!(inline(&text).len() >= text.len() / 4, "{text:.20}");
        }
        assert!(begin.elapsed() < Duration::from_secs(60), "{:?}", begin.elapsed());
    }
}
