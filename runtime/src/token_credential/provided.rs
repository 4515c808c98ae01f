//! Tokens of a provider of the application, each checked before it is used.

use crate::boxed::BoxFuture;
use crate::contract::api::TokenKind;
use crate::secret::Secret;
use crate::token::bearer_token::BearerToken;
use crate::token::claims::UnverifiedClaims;
use crate::token::error::TokenError;
use crate::token::provider::TokenProvider;
use std::sync::{Arc, Mutex, PoisonError};

/// A provider that returns only JWTs of the requested kind and of one of the issuers.
pub(crate) struct ProvidedTokens {
    provider: Arc<dyn TokenProvider>,
    issuers: Vec<String>,
    passed: Mutex<Passed>,
}

/// The last accepted tokens, so that each is checked once.
#[derive(Default)]
struct Passed {
    id: Option<CheckedToken>,
    access: Option<CheckedToken>,
    any: Option<CheckedToken>,
}

struct CheckedToken {
    secret: Secret,
    scopes: Option<Arc<[String]>>,
}

impl ProvidedTokens {
    pub(crate) fn new(provider: Arc<dyn TokenProvider>, issuers: Vec<String>) -> Self {
        Self { provider, issuers, passed: Mutex::default() }
    }

    /// Checks a token, and takes its scopes from its claims.
    ///
    /// # Errors
    /// Returns what was expected and what was found.
    fn pass(&self, kind: TokenKind, mut jwt: BearerToken) -> Result<BearerToken, TokenError> {
        let mut passed = self.passed.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = match kind {
            TokenKind::Id => &mut passed.id,
            TokenKind::Access => &mut passed.access,
            TokenKind::Any => &mut passed.any,
        };
        match seen {
            Some(seen) if seen.secret == jwt.secret => jwt.scopes.clone_from(&seen.scopes),
            _ => {
                let claims = UnverifiedClaims::read(jwt.secret.expose())?;
                claims.check_origin(kind, &self.issuers)?;
                jwt.scopes = claims.scopes.map(Arc::from).or(jwt.scopes);
                *seen = Some(CheckedToken { secret: jwt.secret.clone(), scopes: jwt.scopes.clone() });
            }
        }
        Ok(jwt)
    }
}

impl TokenProvider for ProvidedTokens {
    fn token(&self, kind: TokenKind) -> BoxFuture<'_, Result<BearerToken, TokenError>> {
        Box::pin(async move { self.pass(kind, self.provider.token(kind).await?) })
    }

    fn held(&self, kind: TokenKind) -> Option<BearerToken> {
        self.pass(kind, self.provider.held(kind)?).ok()
    }

    fn refused(&self, generation: u64) -> BoxFuture<'_, Result<bool, TokenError>> {
        self.provider.refused(generation)
    }
}
