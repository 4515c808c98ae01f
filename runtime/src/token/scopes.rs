//! The scopes that a token was granted.

use crate::contract::grants::SELF_SERVICE;
use crate::token::error::{TokenError, TokenErrorKind};

/// Checks that all of `wanted` were granted.
///
/// # Errors
/// [`TokenErrorKind::ScopeMissing`] with the missing and the granted scopes.
pub(crate) fn require_scopes(granted: &[String], wanted: &[&str]) -> Result<(), TokenError> {
    let has = |scope: &&str| granted.iter().any(|granted| granted == scope);
    let missing: Vec<_> = wanted.iter().filter(|scope| !has(scope)).map(|scope| format!("`{scope}`")).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(TokenError::new(
        TokenErrorKind::ScopeMissing,
        format!("expected a token granted {}, found {}", missing.join(" and "), in_words(granted)),
    ))
}

/// The scopes of a token as text, for messages.
pub(crate) fn in_words(granted: &[String]) -> String {
    if granted.is_empty() {
        return "no scopes".to_owned();
    }
    let scopes = format!("`{}`", granted.join(" ").escape_debug());
    if granted != [SELF_SERVICE] {
        return scopes;
    }
    format!(
        "{scopes}, the only scope of a sign-in by password: scopes of an API come from managed login, from client \
         credentials, or from a pre-token-generation trigger of the pool"
    )
}
