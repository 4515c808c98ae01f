//! A token as a provider returns it.

use crate::contract::api::TokenKind;
use crate::secret::Secret;
use crate::token::claims::UnverifiedClaims;
use crate::token::error::TokenError;
use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

/// A token as a [`TokenProvider`](crate::TokenProvider) hands it out.
#[derive(Clone)]
pub struct BearerToken {
    /// The token's text.
    pub secret: Secret,
    /// What it is.
    pub kind: TokenKind,
    /// Which of its provider's tokens it is: counts up with every refresh. A refusal is told by it.
    pub generation: u64,
    /// When it ends, by our clock; `None` if it doesn't say.
    pub expires_at: Option<SystemTime>,
    /// The scopes it was granted; `None` if it doesn't say (an opaque token).
    pub scopes: Option<Arc<[String]>>,
}

impl BearerToken {
    /// Reads what a JWT says of its end and its scopes; nothing is checked.
    ///
    /// # Errors
    /// If the text is no JWT.
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
