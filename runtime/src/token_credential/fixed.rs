//! Tokens without refresh.

use crate::boxed::BoxFuture;
use crate::clock::Clock;
use crate::contract::api::TokenKind;
use crate::token::bearer_token::BearerToken;
use crate::token::error::{TokenError, TokenErrorKind};
use crate::token::provider::TokenProvider;
use std::sync::Arc;

/// Tokens that are not refreshed.
pub(crate) struct FixedTokens {
    pub tokens: Vec<BearerToken>,
    pub clock: Arc<dyn Clock>,
}

/// A token that was refused when its credential was created: every call with it fails for that reason.
pub(crate) struct RefusedToken(pub TokenError);

impl TokenProvider for RefusedToken {
    fn token(&self, _: TokenKind) -> BoxFuture<'_, Result<BearerToken, TokenError>> {
        Box::pin(std::future::ready(Err(self.0.clone())))
    }
}

impl FixedTokens {
    fn find(&self, kind: TokenKind) -> Option<&BearerToken> {
        // The access token is smaller and has less data of its user, so it is sent if either kind is accepted.
        let access = self.tokens.iter().find(|token| token.kind == TokenKind::Access);
        match kind {
            TokenKind::Any => access.or(self.tokens.first()),
            kind => self.tokens.iter().find(|token| token.kind == kind),
        }
    }
}

impl TokenProvider for FixedTokens {
    fn token(&self, kind: TokenKind) -> BoxFuture<'_, Result<BearerToken, TokenError>> {
        let token = self.held(kind).ok_or_else(|| match self.find(kind) {
            Some(_) => TokenError::new(
                TokenErrorKind::Expired,
                "the token has expired and can't be refreshed: create the credential again with a new token",
            ),
            None => TokenError::new(
                TokenErrorKind::WrongKind,
                format!("expected {}, found a credential without one", kind.as_str()),
            ),
        });
        Box::pin(std::future::ready(token))
    }

    fn held(&self, kind: TokenKind) -> Option<BearerToken> {
        let token = self.find(kind)?;
        let past = token.expires_at.is_some_and(|end| end <= self.clock.now());
        (!past).then(|| token.clone())
    }
}
