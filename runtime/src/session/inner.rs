//! What the clones of a session share.

use crate::auth::error::{AuthError, AuthErrorKind};
use crate::clock::Clock;
use crate::credential::deployment::Deployment;
use crate::random::random;
use crate::refresh::single_flight::SingleFlight;
use crate::session::entry::{StoreEntry, StoredSession};
use crate::session::events::SessionEvent;
use crate::session::source::{Owner, Source};
use crate::session::state::{RefreshFailure, SessionState, SessionTokens};
use arc_swap::ArcSwap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::sync::broadcast;

pub(crate) struct SessionShared {
    pub(crate) state: ArcSwap<SessionState>,
    pub(crate) refreshing: SingleFlight,
    pub(crate) source: Arc<dyn Source>,
    pub(crate) entry: Option<StoreEntry>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) early: Option<Duration>,
    pub(crate) deployed: Deployment,
    pub(crate) events: broadcast::Sender<SessionEvent>,
}

impl SessionShared {
    pub(crate) fn now(&self) -> SystemTime {
        self.clock.now()
    }

    /// Replaces the state `base`. Returns false if another task replaced it before.
    pub(crate) fn publish(&self, base: &Arc<SessionState>, next: SessionState) -> bool {
        Arc::ptr_eq(&self.state.compare_and_swap(base, Arc::new(next)), base)
    }

    pub(crate) fn tell(&self, event: SessionEvent) {
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

    /// A failure, with the pause until the next refresh. The pause grows with every failure and is random.
    pub(crate) fn failure(&self, base: &SessionState, error: AuthError) -> RefreshFailure {
        let now = self.now();
        let count = base.failure.as_ref().map_or(1, |failure| failure.count.saturating_add(1));
        let expired = !base.tokens.id.iter().chain(&base.tokens.access).any(|held| now < held.life.hard);
        let (first, most) = if expired { PAUSES_WHEN_EXPIRED } else { PAUSES_WHILE_VALID };
        // After expiry the first failure is retried at once; the pause begins with the second.
        let pause = if expired && count == 1 { Duration::ZERO } else { first.saturating_mul(1 << (count - 1).min(16)) };
        let pause = pause.min(most).mul_f64(0.5 + 0.5 * chance());
        RefreshFailure { error, at: now, until: now.checked_add(pause).unwrap_or(now), count }
    }
}

/// A random number between 0 and 1.
fn chance() -> f64 {
    f64::from(u32::try_from(random() >> 32).unwrap_or_default()) / f64::from(u32::MAX)
}

/// The first and the longest pause after a failed refresh, while the old tokens are valid.
const PAUSES_WHILE_VALID: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(60));

/// The first and the longest pause when the old tokens have expired, from the second failure on.
const PAUSES_WHEN_EXPIRED: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(5));
