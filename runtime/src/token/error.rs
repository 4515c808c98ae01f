//! Why there is no valid token.

use crate::boxed::BoxError;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

/// Why there is no valid token. It never contains the token.
#[derive(Clone, Debug)]
pub struct TokenError {
    kind: TokenErrorKind,
    message: String,
    source: Option<Arc<dyn Error + Send + Sync>>,
}

/// The reasons of a [`TokenError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenErrorKind {
    /// The text is not a token.
    Malformed,
    /// The token is an access token where an ID token is required, or the reverse.
    WrongKind,
    /// The token is of another user pool or issuer.
    WrongIssuer,
    /// The authorizer does not accept the app client or the resource of the token.
    WrongAudience,
    /// The token has expired and can't be refreshed.
    Expired,
    /// The token lacks a required scope. A sign-in over the user-pool API (SRP, password, …) grants
    /// `aws.cognito.signin.user.admin` only; scopes of an API come from managed login, from client credentials, or from a
    /// pre-token-generation trigger of the pool.
    ScopeMissing,
    /// The token is not available now; a later request can succeed.
    Unavailable,
    /// The token is not available, and a retry does not help: a setting is wrong.
    Failed,
    /// The session has ended: the user has to sign in again.
    SessionEnded,
}

impl TokenError {
    /// Creates an error with a message, which must not contain any part of a token.
    #[cold]
    pub fn new(kind: TokenErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    /// Creates an error for a token that is not available now: no network, an overloaded server.
    pub fn unavailable(source: impl Into<BoxError>) -> Self {
        let message = "the token is not available now".to_owned();
        Self { kind: TokenErrorKind::Unavailable, message, source: Some(Arc::from(source.into())) }
    }

    /// The session has ended: the user has to sign in again.
    pub fn ended(message: impl Into<String>) -> Self {
        Self::new(TokenErrorKind::SessionEnded, message)
    }

    /// Adds the error that caused it.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<BoxError>) -> Self {
        self.source = Some(Arc::from(source.into()));
        self
    }

    /// Returns the reason.
    pub fn kind(&self) -> TokenErrorKind {
        self.kind
    }

    /// Returns whether a later request can succeed without a change.
    pub fn is_transient(&self) -> bool {
        self.kind == TokenErrorKind::Unavailable
    }
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for TokenError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
