//! The state of a session: one value that is replaced as a whole, so that readers need no lock.

use crate::auth::error::AuthError;
use crate::contract::api::TokenKind;
use crate::refresh::backoff::FailurePause;
use crate::refresh::lifetime::Age;
use crate::session::tokens::session_tokens::SessionTokens;
use crate::store::record::Revision;
use crate::token::bearer_token::BearerToken;
use std::time::SystemTime;

/// The state of a session at one time.
#[derive(Clone, Default)]
pub(crate) struct SessionState {
    /// The number of the tokens; 0 before the first.
    pub generation: u64,
    /// The number of finished refreshes.
    pub finished: u64,
    pub tokens: SessionTokens,
    /// The tokens were fetched because the API refused the previous ones.
    pub by_refusal: bool,
    /// The last refresh failed.
    pub failure: Option<RefreshFailure>,
    /// Why the session has ended.
    pub over: Option<AuthError>,
    pub kept: StoreState,
}

/// A failed refresh, and until when there is no other.
#[derive(Clone)]
pub(crate) struct RefreshFailure {
    pub error: AuthError,
    /// The pause of callers whose token is valid.
    pub while_valid: FailurePause,
    /// The pause of callers whose token has expired: shorter, since their calls fail.
    pub when_expired: FailurePause,
}

/// The state of the session in its store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum StoreState {
    /// Not read yet.
    #[default]
    Unknown,
    /// Stored with this revision.
    Stored(Revision),
    /// The store has older tokens of the session with this revision, since newer ones could not be written.
    Behind(Revision),
    /// Removed, or replaced by another session: it is not written any more.
    Detached,
}

impl StoreState {
    /// The revision in the store, as far as it is known.
    pub(crate) fn revision(&self) -> Option<&Revision> {
        match self {
            Self::Stored(revision) | Self::Behind(revision) => Some(revision),
            Self::Unknown | Self::Detached => None,
        }
    }
}

/// The token of a kind at one time.
pub(crate) enum TokenState<'s> {
    Good(&'s BearerToken),
    Aging(&'s BearerToken),
    Past,
    /// The session has no token of the kind.
    Never,
}

impl SessionState {
    pub(crate) fn pick(&self, kind: TokenKind, now: SystemTime) -> TokenState<'_> {
        match self.tokens.of(kind) {
            Some(held) => match held.life.age(now) {
                Age::Good => TokenState::Good(&held.jwt),
                Age::Aging => TokenState::Aging(&held.jwt),
                Age::Past => TokenState::Past,
            },
            None if self.generation == 0 => TokenState::Past,
            None => TokenState::Never,
        }
    }

    /// The last failure, during its pause for a caller whose token is valid.
    pub(crate) fn pausing_while_valid(&self, now: SystemTime) -> Option<&RefreshFailure> {
        self.failure.as_ref().filter(|failure| failure.while_valid.lasts(now))
    }

    /// The last failure, during its pause for a caller whose token has expired.
    pub(crate) fn pausing_when_expired(&self, now: SystemTime) -> Option<&RefreshFailure> {
        self.failure.as_ref().filter(|failure| failure.when_expired.lasts(now))
    }

    /// The next state with these tokens.
    pub(crate) fn with(&self, mut tokens: SessionTokens) -> Self {
        let generation = self.generation + 1;
        for held in [&mut tokens.id, &mut tokens.access].into_iter().flatten() {
            held.jwt.generation = generation;
        }
        Self {
            generation,
            finished: self.finished + 1,
            tokens,
            by_refusal: false,
            failure: None,
            over: None,
            kept: self.kept.clone(),
        }
    }
}

impl SessionState {
    /// The state after the end, without tokens.
    pub(crate) fn ended(&self, error: AuthError) -> Self {
        Self { finished: self.finished + 1, generation: self.generation, over: Some(error), ..Self::default() }
    }
}
