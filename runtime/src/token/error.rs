//! Why there is no token that suffices.

use crate::boxed::BoxError;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

/// Why there is no token that suffices. It never holds the token.
#[derive(Clone, Debug)]
pub struct TokenError {
    kind: TokenErrorKind,
    message: String,
    source: Option<Arc<dyn Error + Send + Sync>>,
}

/// The reasons why there is no token that suffices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenErrorKind {
    /// The text is no token.
    Malformed,
    /// It is an access token where an ID token is needed, or the other way round.
    WrongKind,
    /// It is of another pool or issuer.
    WrongIssuer,
    /// It is of an app client, or bound to a resource, that the authorizer does not take.
    WrongAudience,
    /// It is past its end, and there is nothing to refresh it with.
    Expired,
    /// It was granted too few scopes. A sign-in over the user-pool API (SRP, password, …) gives
    /// `aws.cognito.signin.user.admin` alone; scopes of an API come from managed login, from client credentials, or from a
    /// pre-token-generation trigger of the pool.
    ScopeMissing,
    /// It can't be had now; it may be had later.
    Unavailable,
    /// It can't be had, and trying again changes nothing: something is set up wrongly.
    Failed,
    /// The session is over: its user has to sign in again.
    SessionEnded,
}

impl TokenError {
    /// An error with a message of one's own, which must not hold any part of a token.
    #[cold]
    pub fn new(kind: TokenErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    /// The token can't be had now: no network, an overloaded server.
    pub fn unavailable(source: impl Into<BoxError>) -> Self {
        let message = "the token can't be had now".to_owned();
        Self { kind: TokenErrorKind::Unavailable, message, source: Some(Arc::from(source.into())) }
    }

    /// The session is over: its user has to sign in again.
    pub fn ended(message: impl Into<String>) -> Self {
        Self::new(TokenErrorKind::SessionEnded, message)
    }

    /// The error behind it.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<BoxError>) -> Self {
        self.source = Some(Arc::from(source.into()));
        self
    }

    /// The reason.
    pub fn kind(&self) -> TokenErrorKind {
        self.kind
    }

    /// Whether it may work later without any change.
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
