//! A session as a provider of tokens.

use crate::auth::error::{AuthError, AuthErrorKind};
use crate::boxed::BoxFuture;
use crate::contract::api::TokenKind;
use crate::session::handle::Session;
use crate::session::refresh::RefreshReason;
use crate::session::source::Owner;
use crate::session::state::TokenState;
use crate::session::tokens::lifetime::is_young;
use crate::token::bearer_token::BearerToken;
use crate::token::error::{TokenError, TokenErrorKind};
use crate::token::provider::TokenProvider;

impl TokenProvider for Session {
    fn token(&self, kind: TokenKind) -> BoxFuture<'_, Result<BearerToken, TokenError>> {
        match self.held(kind) {
            Some(jwt) => Box::pin(std::future::ready(Ok(jwt))),
            None => Box::pin(self.aged(kind)),
        }
    }

    fn held(&self, kind: TokenKind) -> Option<BearerToken> {
        match self.0.state.load().pick(kind, self.0.now()) {
            TokenState::Good(jwt) => Some(jwt.clone()),
            _ => None,
        }
    }

    fn refused(&self, generation: u64) -> BoxFuture<'_, Result<bool, TokenError>> {
        Box::pin(self.renewed(generation))
    }
}

impl Session {
    /// Waits for a valid token.
    ///
    /// # Errors
    /// Returns why there is none.
    #[cfg(feature = "oauth")]
    pub(crate) async fn ready(&self) -> Result<(), AuthError> {
        let state = self.0.state.load_full();
        let now = self.0.now();
        match (state.pick(TokenKind::Any, now), state.pausing_when_expired(now)) {
            (TokenState::Good(_) | TokenState::Aging(_), _) => Ok(()),
            (_, Some(failure)) if !failure.error.is_throttled() => Err(failure.error.clone()),
            (_, _) => self.renew(state.finished, RefreshReason::Age).await,
        }
    }

    /// Returns a token that may have to be refreshed first.
    async fn aged(&self, kind: TokenKind) -> Result<BearerToken, TokenError> {
        let state = self.0.state.load_full();
        if let Some(error) = &state.over {
            return Err(ended(error));
        }
        let now = self.0.now();
        let old = match state.pick(kind, now) {
            TokenState::Good(jwt) => return Ok(jwt.clone()),
            TokenState::Aging(jwt) => Some(jwt),
            TokenState::Past => None,
            TokenState::Never => return Err(none_of(kind)),
        };
        if let Some(old) = old {
            // The refresh runs in a task of its own. The caller does not wait for what it does not need.
            if state.pausing_while_valid(now).is_none() && !self.0.is_just_opened(now) {
                let _started = self.join_refresh(state.finished, RefreshReason::Age);
            }
            return Ok(old.clone());
        }
        if let Some(failure) = state.pausing_when_expired(now).filter(|failure| !failure.error.is_throttled()) {
            return Err(unavailable(&failure.error));
        }
        if state.tokens.is_without_new(kind, now) {
            return Err(not_renewed(kind));
        }
        let outcome = self.renew(state.finished, RefreshReason::Age).await;
        match (self.found(kind), outcome) {
            (Some(found), _) => found,
            (None, Err(error)) => Err(unavailable(&error)),
            (None, Ok(())) => Err(not_renewed(kind)),
        }
    }

    /// The current token; `None` if it has expired.
    fn found(&self, kind: TokenKind) -> Option<Result<BearerToken, TokenError>> {
        let state = self.0.state.load();
        if let Some(error) = &state.over {
            return Some(Err(ended(error)));
        }
        match state.pick(kind, self.0.now()) {
            TokenState::Good(jwt) | TokenState::Aging(jwt) => Some(Ok(jwt.clone())),
            TokenState::Never => Some(Err(none_of(kind))),
            TokenState::Past => None,
        }
    }

    async fn renewed(&self, generation: u64) -> Result<bool, TokenError> {
        let state = self.0.state.load_full();
        if let Some(error) = &state.over {
            return Err(ended(error));
        }
        if state.generation > generation {
            return Ok(true);
        }
        let now = self.0.now();
        // If a token was fetched after a refusal and is refused again, a refresh does not help. Each token of a machine is billed.
        let spares = state.by_refusal || self.0.source.owner() == Owner::Machine;
        let young = state.tokens.of(TokenKind::Any).is_some_and(|token| is_young(&token.life, now));
        if (spares && young) || state.pausing_while_valid(now).is_some() {
            return Ok(false);
        }
        let outcome = self.renew(state.finished, RefreshReason::Refusal).await;
        let state = self.0.state.load();
        match (&state.over, outcome) {
            (Some(error), _) => Err(ended(error)),
            (None, _) if state.generation > generation => Ok(true),
            (None, Err(error)) => Err(unavailable(&error)),
            (None, Ok(())) => Ok(false),
        }
    }
}

fn none_of(kind: TokenKind) -> TokenError {
    let message = format!("expected {}, found a session without one", kind.as_str());
    TokenError::new(TokenErrorKind::WrongKind, message)
}

fn not_renewed(kind: TokenKind) -> TokenError {
    let message = format!("expected {}, found a refresh that returned no new one: sign in again", kind.as_str());
    TokenError::new(TokenErrorKind::Expired, message)
}

fn ended(error: &AuthError) -> TokenError {
    TokenError::ended(format!("the session has ended: sign in again ({error})")).with_source(error.clone())
}

/// Why there is no token now.
fn unavailable(error: &AuthError) -> TokenError {
    match error.kind() {
        _ if error.is_transient() => {
            TokenError::new(TokenErrorKind::Unavailable, format!("the token is not available now: {error}"))
                .with_source(error.clone())
        }
        AuthErrorKind::NothingToRefresh => TokenError::new(
            TokenErrorKind::Expired,
            "the token has expired and can't be refreshed: create the session again with new tokens",
        ),
        _ => TokenError::new(TokenErrorKind::Failed, format!("the token can't be refreshed: {error}"))
            .with_source(error.clone()),
    }
}
