//! A token as a provider returns it.

use crate::contract::api::TokenKind;
use crate::secret::Secret;
use crate::token::claims::UnverifiedClaims;
use crate::token::error::TokenError;
use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

/// A token of a [`TokenProvider`](crate::TokenProvider): a JWT or an opaque token.
#[derive(Clone)]
pub struct BearerToken {
    /// The text of the token.
    pub secret: Secret,
    /// Its kind.
    pub kind: TokenKind,
    /// Its number among the tokens of its provider, which increases with every refresh. [`TokenProvider::refused`] refers to it.
    ///
    /// [`TokenProvider::refused`]: crate::TokenProvider::refused
    pub generation: u64,
    /// When it expires by the local clock; `None` if that is not known.
    pub expires_at: Option<SystemTime>,
    /// The scopes that it was granted; `None` if they are not known (an opaque token).
    pub scopes: Option<Arc<[String]>>,
}

impl BearerToken {
    /// Creates a token from a JWT, with the end and the scopes of its claims. Nothing is checked.
    ///
    /// # Errors
    /// [`TokenErrorKind::Malformed`](crate::TokenErrorKind::Malformed) if the text is not a JWT: fill the fields for an opaque token.
    pub fn read(token: impl Into<Secret>, kind: TokenKind, generation: u64) -> Result<Self, TokenError> {
        let secret = token.into();
        let UnverifiedClaims { expires_at, scopes, .. } = UnverifiedClaims::read(secret.expose())?;
        Ok(Self { secret, kind, generation, expires_at, scopes: scopes.map(Arc::from) })
    }
}

impl fmt::Debug for BearerToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jwt")
            .field("kind", &self.kind)
            .field("generation", &self.generation)
            .field("expires_at", &self.expires_at)
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}
