//! Identifiers: text that is a valid Rust identifier.

use std::fmt;

/// An ASCII identifier of Rust that is not a keyword. Only `lower::names` makes one from a document's text.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ident(Box<str>);

impl Ident {
    /// The identifier, if the text is one: `[A-Za-z][A-Za-z0-9_]*` or `_` and more, and not a keyword of any edition.
    pub fn new(text: impl Into<Box<str>>) -> Option<Self> {
        let text = text.into();
        let mut bytes = text.bytes();
        let starts = bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || (b == b'_' && text.len() > 1));
        let continues = bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_');
        (starts && continues && !KEYWORDS.contains(&&*text)).then_some(Self(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Ident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Ident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The keywords of all editions, strict, reserved and weak (<https://doc.rust-lang.org/reference/keywords.html>).
pub const KEYWORDS: &[&str] = &[
    "Self",
    "abstract",
    "as",
    "async",
    "await",
    "become",
    "box",
    "break",
    "const",
    "continue",
    "crate",
    "do",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "final",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "macro",
    "macro_rules",
    "match",
    "mod",
    "move",
    "mut",
    "override",
    "priv",
    "pub",
    "raw",
    "ref",
    "return",
    "safe",
    "self",
    "static",
    "struct",
    "super",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "union",
    "unsafe",
    "unsized",
    "use",
    "virtual",
    "where",
    "while",
    "yield",
];
