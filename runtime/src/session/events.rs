//! What a session tells of itself.

use crate::auth::error::AuthErrorKind;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

/// Something that happened to a session. It holds no token.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SessionEvent {
    /// The session is there: the first event that every listener gets.
    SignedIn,
    /// There are new tokens, by a refresh or from another process.
    Refreshed {
        /// Which of the session's tokens they are.
        generation: u64,
    },
    /// A refresh failed. The session goes on, with the old tokens while they are good.
    RefreshFailed {
        /// RefreshReason.
        kind: AuthErrorKind,
    },
    /// The new tokens could not be written to the store. They are used all the same; a restart may find old ones.
    NotKept,
    /// The new access token was granted less than the one before: calls that need the rest fail before they are sent.
    ScopesNarrowed {
        /// The scopes that are gone.
        missing: Vec<String>,
    },
    /// The session is over: its user has to sign in again. Nothing comes after it.
    Ended {
        /// RefreshReason; [`AuthErrorKind::SignedOut`] if the user wanted it.
        kind: AuthErrorKind,
    },
}

/// The events of one session from now on, [`SessionEvent::SignedIn`] first.
#[derive(Debug)]
pub struct Events {
    first: Option<SessionEvent>,
    channel: Option<broadcast::Receiver<SessionEvent>>,
}

impl Events {
    pub(crate) fn new(over: Option<AuthErrorKind>, channel: broadcast::Receiver<SessionEvent>) -> Self {
        match over {
            Some(kind) => Self { first: Some(SessionEvent::Ended { kind }), channel: None },
            None => Self { first: Some(SessionEvent::SignedIn), channel: Some(channel) },
        }
    }

    /// The next event; none after [`SessionEvent::Ended`], or when the session has been dropped. Who asks too seldom
    /// misses the oldest of more than 64 events.
    pub async fn next(&mut self) -> Option<SessionEvent> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        let event = loop {
            match self.channel.as_mut()?.recv().await {
                Ok(event) => break Some(event),
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => break None,
            }
        };
        if matches!(event, None | Some(SessionEvent::Ended { .. })) {
            self.channel = None;
        }
        event
    }
}

/// How many events wait for a slow listener.
pub(crate) const EVENT_CAPACITY: usize = 64;
