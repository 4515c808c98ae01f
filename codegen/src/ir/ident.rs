//! Identifiers: text that is a valid Rust identifier.

use std::fmt;

/// An identifier of Rust that is not a keyword. Only `lower::names` makes one from a document's text.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ident(Box<str>);

impl Ident {
    /// The identifier, if the text is one of ASCII or [CJK](is_cjk) letters, digits and underscores, and not a keyword of any
    /// edition.
    ///
    /// Such a text is in the normal form NFC, in which Rust compares identifiers, and has no characters that cannot be seen.
    pub fn new(text: impl Into<Box<str>>) -> Option<Self> {
        let text = text.into();
        let mut chars = text.chars();
        let starts = chars.next().is_some_and(|c| c.is_ascii_alphabetic() || is_cjk(c) || (c == '_' && text.len() > 1));
        let continues = chars.all(|c| c.is_ascii_alphanumeric() || c == '_' || is_cjk(c));
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

/// Whether a letter belongs to a script of China, Japan or Korea, and is one that an identifier may have. These scripts have no
/// upper and lower case, run from left to right, and have no usual transliteration.
pub fn is_cjk(c: char) -> bool {
    let is_of_script = matches!(c, '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{3096}' | '\u{309d}'..='\u{309e}'
        | '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30fe}' | '\u{3105}'..='\u{312f}' | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{20000}'..='\u{323af}');
    is_of_script && unicode_ident::is_xid_start(c)
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
