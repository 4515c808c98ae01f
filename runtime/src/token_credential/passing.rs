//! Tokens for an authorizer that looks at audiences: where it takes either kind, the token that passes is sent.

use crate::boxed::BoxFuture;
use crate::contract::api::Token;
use crate::secret::Secret;
use crate::token::audience::Audiences;
use crate::token::bearer_token::Jwt;
use crate::token::claims::UnverifiedClaims;
use crate::token::error::{TokenError, TokenErrorKind};
use crate::token::provider::TokenProvider;
use std::sync::{Arc, Mutex, PoisonError};

/// The tokens of a provider, as an authorizer of these audiences takes them.
pub(crate) struct PassingTokens {
    provider: Arc<dyn TokenProvider>,
    audiences: Audiences,
    /// The tokens that were looked at last, an ID and an access token, so that each is looked at once.
    seen: Mutex<[Option<(Secret, u8)>; 2]>,
}

impl PassingTokens {
    /// The provider itself, where there is nothing to choose by.
    pub(crate) fn of(provider: Arc<dyn TokenProvider>, audiences: Audiences) -> Arc<dyn TokenProvider> {
        match audiences {
            Audiences::Any => provider,
            _ => Arc::new(Self { provider, audiences, seen: Mutex::default() }),
        }
    }

    /// How likely the authorizer takes the token; one that says nothing of itself may be the right one.
    fn rank(&self, jwt: &Jwt) -> u8 {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let [id, access] = &mut *seen;
        let seen = if jwt.kind == Token::Id { id } else { access };
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

    /// Whether the first token is the one to send, before the ID token is looked at.
    fn is_good(&self, kind: Token, jwt: &Jwt) -> bool {
        match kind {
            Token::Any => jwt.kind == Token::Id || self.rank(jwt) == 2,
            Token::Access => !matches!(self.audiences, Audiences::Aud(_)) || self.rank(jwt) > 0,
            Token::Id | Token::None => true,
        }
    }

    async fn pass(&self, kind: Token) -> Result<Jwt, TokenError> {
        let first = self.provider.token(kind).await?;
        if self.is_good(kind, &first) {
            return Ok(first);
        }
        if kind == Token::Access {
            self.audiences.check(&UnverifiedClaims::read(first.secret.expose())?)?;
            return Ok(first);
        }
        match self.provider.token(Token::Id).await {
            Ok(id) if self.rank(&id) > self.rank(&first) => Ok(id),
            Err(error) if error.kind() != TokenErrorKind::WrongKind => Err(error),
            _ => Ok(first),
        }
    }
}

impl TokenProvider for PassingTokens {
    fn token(&self, kind: Token) -> BoxFuture<'_, Result<Jwt, TokenError>> {
        Box::pin(self.pass(kind))
    }

    fn held(&self, kind: Token) -> Option<Jwt> {
        let first = self.provider.held(kind)?;
        if self.is_good(kind, &first) {
            return Some(first);
        }
        if kind == Token::Access {
            return None;
        }
        let id = self.provider.held(Token::Id)?;
        Some(if self.rank(&id) > self.rank(&first) { id } else { first })
    }

    fn refused(&self, generation: u64) -> BoxFuture<'_, Result<bool, TokenError>> {
        self.provider.refused(generation)
    }
}
