//! Lists the operations of an API and the credentials that they require, as a table or as JSON.

mod json;
mod table;

pub use crate::output::inspect::json::json_lines;
pub use crate::output::inspect::table::table;

use crate::ir::Api;
use crate::ir::auth::{Need, TokenKind};
use crate::ir::operation::Operation;

/// The listing of an API.
#[derive(Clone, Debug)]
pub struct Listing {
    /// The text.
    pub text: String,
    /// Whether it shows the authorization of every operation, which is limited by the size of the document.
    pub is_whole: bool,
}

/// The maximum size of the output for a document of a size. Shared requirements are printed for each operation, so the output
/// for a small document could be much larger.
fn most_bytes(document: usize) -> usize {
    const FREE: usize = 1 << 20;
    const FOR_EACH: usize = 32;
    document.saturating_mul(FOR_EACH).saturating_add(FREE)
}

/// Whether a call requires a credential.
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
