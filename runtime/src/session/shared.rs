//! What the clones of a session share.

use crate::auth::error::{AuthError, AuthErrorKind};
use crate::clock::Clock;
use crate::credential::deployment::Deployment;
use crate::random::chance;
use crate::refresh::backoff::{Backoff, FailurePause};
use crate::refresh::single_flight::SingleFlight;
use crate::refresh::throttling;
use crate::session::events::SessionEvent;
use crate::session::source::{Owner, Source};
use crate::session::state::{RefreshFailure, SessionState};
use crate::session::stored::entry::{StoreEntry, StoredSession};
use crate::session::stored::lock::SessionLock;
use crate::session::tokens::session_tokens::SessionTokens;
use arc_swap::ArcSwap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::sync::broadcast;

pub(crate) struct SessionShared {
    pub(crate) state: ArcSwap<SessionState>,
    pub(crate) refreshing: SingleFlight<()>,
    pub(crate) source: Arc<dyn Source>,
    pub(crate) entry: Option<StoreEntry>,
    /// Held by a refresh and a sign-out.
    pub(crate) lock: SessionLock,
    /// When this process created the session or read it from its store.
    pub(crate) opened: SystemTime,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) early: Option<Duration>,
    pub(crate) deployed: Deployment,
    pub(crate) events: broadcast::Sender<SessionEvent>,
}

impl SessionShared {
    pub(crate) fn now(&self) -> SystemTime {
        self.clock.now()
    }

    /// Whether the session was opened a short time ago. Tokens that are valid are not replaced then: a program that ends at once would
    /// lose the answer, and with rotation its session.
    pub(crate) fn is_just_opened(&self, now: SystemTime) -> bool {
        now.duration_since(self.opened).is_ok_and(|since| since < START_UP)
    }

    /// Replaces the state `base`. Returns false if another task replaced it before.
    pub(crate) fn publish(&self, base: &Arc<SessionState>, next: SessionState) -> bool {
        Arc::ptr_eq(&self.state.compare_and_swap(base, Arc::new(next)), base)
    }

    /// Sends an event to all listeners.
    pub(crate) fn emit(&self, event: SessionEvent) {
        // `send` fails only without listeners.
        let _listeners = self.events.send(event);
    }
}

pub(crate) fn no_runtime() -> AuthError {
    AuthError::because(AuthErrorKind::Configuration, "refresh", "a refresh needs a Tokio runtime: call this inside one")
}

pub(crate) fn lost() -> AuthError {
    AuthError::because(AuthErrorKind::Service, "refresh", "the refresh was interrupted: try again")
}

impl SessionShared {
    /// Whether an entry of the store is of this session, written by this process or another one.
    pub(crate) fn is_of_this_session(&self, tokens: &SessionTokens, found: &StoredSession) -> bool {
        match self.source.owner() {
            // All machines with the same credentials can share tokens.
            Owner::Machine => tokens.same_owner(&found.tokens),
            // Entries of an earlier version have no session id, and pools without token revocation have no `origin_jti`.
            Owner::User => tokens
                .same_session(&found.tokens)
                .unwrap_or_else(|| found.place.origin() == self.source.endpoint().origin()),
        }
    }

    /// A failure, with the pauses until the next refresh. They grow with every failure and are random.
    pub(crate) fn failure(&self, base: &SessionState, error: AuthError) -> RefreshFailure {
        let (now, last) = (self.now(), base.failure.as_ref());
        let pause = |previous, backoff| FailurePause::after(previous, now, backoff, chance());
        let when_expired = if error.is_throttled() { throttling::PAUSES } else { WHEN_EXPIRED };
        RefreshFailure {
            error,
            while_valid: pause(last.map(|last| &last.while_valid), WHILE_VALID),
            when_expired: pause(last.map(|last| &last.when_expired), when_expired),
        }
    }
}

/// How long a new process uses valid tokens without replacing them.
const START_UP: Duration = Duration::from_secs(10);

/// The pauses of callers whose token is valid.
const WHILE_VALID: Backoff =
    Backoff { first: Duration::from_secs(5), longest: Duration::from_secs(60), retries_at_once: false };

/// The pauses of callers whose token has expired.
const WHEN_EXPIRED: Backoff =
    Backoff { first: Duration::from_millis(250), longest: Duration::from_secs(5), retries_at_once: true };
