//! The scopes that a token was granted.

use crate::contract::grants::SELF_SERVICE;
use crate::token::error::{TokenError, TokenErrorKind};

/// Checks that all of `wanted` are among the scopes that were granted.
///
/// # Errors
/// What is missing and what is there.
pub(crate) fn require_scopes(granted: &[String], wanted: &[&str]) -> Result<(), TokenError> {
    let has = |scope: &&str| granted.iter().any(|granted| granted == scope);
    let missing: Vec<_> = wanted.iter().filter(|scope| !has(scope)).map(|scope| format!("`{scope}`")).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(TokenError::new(
        TokenErrorKind::ScopeMissing,
        format!("expected a token granted {}, found {}", missing.join(" and "), told(granted)),
    ))
}

/// The scopes of a token in words.
pub(crate) fn told(granted: &[String]) -> String {
    if granted.is_empty() {
        return "no scopes".to_owned();
    }
    let scopes = format!("`{}`", granted.join(" ").escape_debug());
    if granted != [SELF_SERVICE] {
        return scopes;
    }
    format!(
        "{scopes}, which is all that a sign-in by password gives: scopes of an API come from managed login, from client \
         credentials, or from a pre-token-generation trigger of the pool"
    )
}
