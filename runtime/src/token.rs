//! Where tokens come from: the seam between calls and sign-in.

use crate::api::Token;
use crate::error::BoxError;
use crate::jwt::Jwt;
use std::fmt;
use std::future::Future;
use std::pin::Pin;

/// A future in a box.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Hands out tokens that are valid now: a session, a parent process, a secret store.
///
/// A call asks for the token right before it is sent, so a provider is what refreshes. It is asked from many tasks at
/// once; refreshing once for all of them is its part.
pub trait TokenProvider: Send + Sync {
    /// A token of the kind, valid now. [`Token::Any`] leaves the choice to the provider.
    ///
    /// # Errors
    /// [`TokenError::unavailable`] if it may work later, [`TokenError::ended`] if the user has to sign in again,
    /// [`TokenErrorKind::WrongKind`] if there is no token of the kind.
    fn token(&self, kind: Token) -> BoxFuture<'_, Result<Jwt, TokenError>>;

    /// Is told that the gateway answered 401 to the token of this generation, and says whether there is a newer one
    /// now: then the call is tried once more.
    ///
    /// # Errors
    /// If the session has ended, or a refresh failed.
    fn refused(&self, generation: u64) -> BoxFuture<'_, Result<bool, TokenError>> {
        let _ = generation;
        Box::pin(std::future::ready(Ok(false)))
    }
}

/// Why there is no token that suffices. It never holds the token.
#[derive(Debug)]
pub struct TokenError {
    kind: TokenErrorKind,
    message: String,
    source: Option<BoxError>,
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
    /// It is past its end, and there is nothing to refresh it with.
    Expired,
    /// It was granted too few scopes.
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
    pub fn new(kind: TokenErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    /// The token can't be had now: no network, an overloaded server.
    pub fn unavailable(source: impl Into<BoxError>) -> Self {
        let message = "the token can't be had now".to_owned();
        Self { kind: TokenErrorKind::Unavailable, message, source: Some(source.into()) }
    }

    /// The session is over: its user has to sign in again.
    pub fn ended(message: impl Into<String>) -> Self {
        Self::new(TokenErrorKind::SessionEnded, message)
    }

    /// The error behind it.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<BoxError>) -> Self {
        self.source = Some(source.into());
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

impl std::error::Error for TokenError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
