//! The events of a session.

use crate::auth::error::AuthErrorKind;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

/// An event of a session. It contains no token.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SessionEvent {
    /// The session exists. This is the first event of every listener.
    SignedIn,
    /// There are new tokens, from a refresh or from another process.
    Refreshed {
        /// The number of the tokens, as in [`Session::generation`](crate::Session::generation).
        generation: u64,
    },
    /// A refresh failed. The session continues, with the old tokens while they are valid.
    RefreshFailed {
        /// The reason.
        kind: AuthErrorKind,
    },
    /// The new tokens could not be written to the store. They are used, but after a restart the store can have old tokens.
    NotKept,
    /// The new access token was granted fewer scopes. Calls that require the missing scopes fail before they are sent.
    ScopesNarrowed {
        /// The missing scopes.
        missing: Vec<String>,
    },
    /// The session has ended: the user has to sign in again. It is the last event.
    Ended {
        /// The reason; [`AuthErrorKind::SignedOut`] after a sign-out.
        kind: AuthErrorKind,
    },
}

/// The events of a session, [`SessionEvent::SignedIn`] first: see [`Session::events`](crate::Session::events).
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

    /// Waits for the next event; `None` after [`SessionEvent::Ended`] or when the session was dropped. A listener that is more than 64
    /// events behind loses the oldest ones.
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

/// How many events are kept for a slow listener.
pub(crate) const EVENT_CAPACITY: usize = 64;
