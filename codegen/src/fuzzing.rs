//! Functions of private parts of the generator, for the fuzz targets in `tests/oracles`.

use crate::emit::rust::text;
use crate::ir::ident::Ident;

/// A description as lines of Markdown, as in docs.
pub fn docs(description: &str) -> String {
    text::Docs::of(Some(description)).markdown()
}

/// A text as one line of Markdown.
pub fn inline(text: &str) -> String {
    text::inline(text)
}

/// A text as a code span of Markdown.
pub fn code(text: &str) -> String {
    text::code(text)
}

/// A text as one line without unseen characters.
pub fn one_line(text: &str) -> String {
    text::one_line(text)
}

/// A text as a literal of a compiler message, in which braces are type parameters.
pub fn diagnostic(text: &str) -> String {
    text::diagnostic(text).to_string()
}

/// The name of a crate that is made from a title.
pub fn crate_name(title: &str) -> String {
    crate::config::crate_name::from_title(title)
}

/// Whether a text is a name that generated code may use.
pub fn is_identifier(text: &str) -> bool {
    Ident::new(text).is_some()
}
