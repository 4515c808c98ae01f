//! Tokens for an authorizer that checks audiences: if it accepts either kind, the token with the accepted audience is sent.

use crate::boxed::BoxFuture;
use crate::contract::api::TokenKind;
use crate::secret::Secret;
use crate::token::audience::Audiences;
use crate::token::bearer_token::BearerToken;
use crate::token::claims::UnverifiedClaims;
use crate::token::error::{TokenError, TokenErrorKind};
use crate::token::provider::TokenProvider;
use std::sync::{Arc, Mutex, PoisonError};

/// The tokens of a provider for an authorizer of these audiences.
pub(crate) struct PassingTokens {
    provider: Arc<dyn TokenProvider>,
    audiences: Audiences,
    /// The last ID token and access token with their ranks, so that each is read once.
    seen: Mutex<[Option<(Secret, u8)>; 2]>,
}

impl PassingTokens {
    /// Returns the provider itself if the authorizer accepts any audience.
    pub(crate) fn of(provider: Arc<dyn TokenProvider>, audiences: Audiences) -> Arc<dyn TokenProvider> {
        match audiences {
            Audiences::Any => provider,
            _ => Arc::new(Self { provider, audiences, seen: Mutex::default() }),
        }
    }

    /// How likely the authorizer accepts the token. An opaque token can be accepted.
    fn rank(&self, jwt: &BearerToken) -> u8 {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let [id, access] = &mut *seen;
        let seen = if jwt.kind == TokenKind::Id { id } else { access };
        match seen {
            Some((secret, rank)) if *secret == jwt.secret => *rank,
            _ => {
                let claims = UnverifiedClaims::read(jwt.secret.expose());
                let rank = claims.map_or(1, |claims| self.audiences.rank(&claims));
                *seen = Some((jwt.secret.clone(), rank));
                rank
            }
        }
    }

    /// Whether the first token is sent without a look at the ID token.
    fn is_good(&self, kind: TokenKind, jwt: &BearerToken) -> bool {
        match kind {
            TokenKind::Any => jwt.kind == TokenKind::Id || self.rank(jwt) == 2,
            TokenKind::Access => !matches!(self.audiences, Audiences::Aud(_)) || self.rank(jwt) > 0,
            TokenKind::Id => true,
        }
    }

    async fn pass(&self, kind: TokenKind) -> Result<BearerToken, TokenError> {
        let first = self.provider.token(kind).await?;
        if self.is_good(kind, &first) {
            return Ok(first);
        }
        if kind == TokenKind::Access {
            self.audiences.check(&UnverifiedClaims::read(first.secret.expose())?)?;
            return Ok(first);
        }
        match self.provider.token(TokenKind::Id).await {
            Ok(id) if self.rank(&id) > self.rank(&first) => Ok(id),
            Err(error) if error.kind() != TokenErrorKind::WrongKind => Err(error),
            _ => Ok(first),
        }
    }
}

impl TokenProvider for PassingTokens {
    fn token(&self, kind: TokenKind) -> BoxFuture<'_, Result<BearerToken, TokenError>> {
        Box::pin(self.pass(kind))
    }

    fn held(&self, kind: TokenKind) -> Option<BearerToken> {
        let first = self.provider.held(kind)?;
        if self.is_good(kind, &first) {
            return Some(first);
        }
        if kind == TokenKind::Access {
            return None;
        }
        let id = self.provider.held(TokenKind::Id)?;
        Some(if self.rank(&id) > self.rank(&first) { id } else { first })
    }

    fn refused(&self, generation: u64) -> BoxFuture<'_, Result<bool, TokenError>> {
        self.provider.refused(generation)
    }
}
