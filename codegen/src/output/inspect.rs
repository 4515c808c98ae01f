//! The operations of an API and what each demands, as a table for people and as JSON for programs.

mod json;
mod table;

pub use crate::output::inspect::json::json_lines;
pub use crate::output::inspect::table::table;

use crate::ir::Api;
use crate::ir::auth::{Need, TokenKind};
use crate::ir::operation::Operation;

/// What is printed of an API.
#[derive(Clone, Debug)]
pub struct Listing {
    /// The text.
    pub text: String,
    /// Whether it shows what each operation demands: not where that would be far more than the document is.
    pub is_whole: bool,
}

/// The bytes of output that a document of so many bytes may come to. What operations share is written out for each of them, so a
/// small document could come to much more.
fn most_bytes(document: usize) -> usize {
    const FREE: usize = 1 << 20;
    const FOR_EACH: usize = 32;
    document.saturating_mul(FOR_EACH).saturating_add(FREE)
}

/// Whether a call can't be made without a credential.
pub fn is_secured(operation: &Operation) -> bool {
    let alternatives = &operation.authorization;
    !alternatives.is_empty() && alternatives.iter().all(|needs| !needs.is_empty())
}

/// `1 operation`, `2 operations`.
pub fn counted(count: usize, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

fn scope_texts<'a>(api: &'a Api, need: &'a Need) -> impl Iterator<Item = &'a str> {
    need.scopes.iter().map(|&id| api.auth[id].text.as_str())
}

fn token(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::Id => "id",
        TokenKind::Access => "access",
        TokenKind::Any => "any",
    }
}

#[cfg(test)]
mod tests;
