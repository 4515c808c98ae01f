//! One refresh: check whether another process was faster, fetch new tokens, write them to the store, then use them.

use crate::auth::error::{AuthError, AuthErrorKind};
use crate::auth::signed_in::SignedIn;
use crate::session::events::SessionEvent;
use crate::session::shared::SessionShared;
use crate::session::source::{Owner, refresh_token};
use crate::session::state::{SessionState, StoreState};
use crate::session::stored::entry::{StoreEntry, WriteOutcome};
use crate::session::tokens::session_tokens::SessionTokens;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// Why new tokens are needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RefreshReason {
    /// The old tokens expire soon, or there are none.
    Age,
    /// The API refused the old tokens.
    Refusal,
    /// The application requested it.
    Requested,
}

/// The outcome of a refresh.
enum RefreshOutcome {
    Tokens(Box<SessionTokens>),
    Failed(AuthError),
    Over(AuthError),
}

/// Runs one refresh. It always sets a new state, with tokens or with the reason why there are none.
pub(crate) async fn refresh(inner: Arc<SessionShared>, why: RefreshReason) {
    let base = inner.state.load_full();
    if base.over.is_some() {
        return;
    }
    let mut run = RefreshRun { inner: &inner, kept: base.kept.clone(), adopted: None, written: true };
    let outcome = run.execute(&base, why).await;
    let RefreshRun { kept, adopted, written, .. } = run;
    let (next, events) = match outcome {
        RefreshOutcome::Tokens(tokens) => {
            let missing = missing(&base.tokens, &tokens);
            let next = SessionState { by_refusal: why == RefreshReason::Refusal, kept, ..base.with(*tokens) };
            let mut events = vec![SessionEvent::Refreshed { generation: next.generation }];
            if !missing.is_empty() {
                events.push(SessionEvent::ScopesNarrowed { missing });
            }
            (next, events)
        }
        RefreshOutcome::Failed(error) => {
            let kind = error.kind();
            let failure = Some(inner.failure(&base, error));
            // Tokens of another process are used too, since only its refresh token may be valid.
            let next = match adopted {
                Some(tokens) => base.with(tokens),
                None => SessionState { finished: base.finished + 1, ..(*base).clone() },
            };
            (SessionState { failure, kept, ..next }, vec![SessionEvent::RefreshFailed { kind }])
        }
        RefreshOutcome::Over(error) => {
            let kind = error.kind();
            (base.ended(error), vec![SessionEvent::Ended { kind }])
        }
    };
    if inner.publish(&base, next) {
        if !written {
            inner.emit(SessionEvent::NotKept);
        }
        events.into_iter().for_each(|event| inner.emit(event));
    }
}

struct RefreshRun<'i> {
    inner: &'i SessionShared,
    kept: StoreState,
    /// The tokens that another process had written.
    adopted: Option<SessionTokens>,
    /// Whether the tokens were written to the store, if there is one.
    written: bool,
}

impl RefreshRun<'_> {
    async fn execute(&mut self, base: &SessionState, why: RefreshReason) -> RefreshOutcome {
        let entry = self.inner.entry.as_ref().filter(|_| base.kept != StoreState::Detached);
        // The lock is held to the end, so that the next refresh finds the new tokens.
        let _lock = match entry {
            None => None,
            Some(entry) => match self.inner.lock.hold(entry).await {
                Ok(lock) => Some(lock),
                Err(error) => return RefreshOutcome::Failed(error),
            },
        };
        let mut tokens = base.tokens.clone();
        if let Some(entry) = entry {
            match self.newer(entry, &tokens).await {
                Ok(Some(newer)) if newer.are_good(self.inner.now()) && why != RefreshReason::Requested => {
                    return RefreshOutcome::Tokens(Box::new(newer));
                }
                Ok(Some(newer)) => tokens = newer,
                Ok(None) => {}
                Err(error) => return RefreshOutcome::Failed(error),
            }
        }
        // A rotated refresh token that can't be stored is lost with this process. Those of a machine do not rotate.
        let _space = match self.entry().filter(|_| self.inner.source.owner() == Owner::User) {
            None => None,
            Some(entry) => match entry.reserve(&tokens, &self.inner.source.endpoint()).await {
                Ok(space) => Some(space),
                Err(error) => return RefreshOutcome::Failed(error),
            },
        };
        self.exchange(tokens, why).await
    }

    /// Sends the refresh token, and again the one of another process that was faster.
    async fn exchange(&mut self, mut tokens: SessionTokens, why: RefreshReason) -> RefreshOutcome {
        let mut again = true;
        loop {
            let asked = self.inner.now();
            let error = match self.fetch(&tokens).await {
                Ok(answer) => return self.arrived(&tokens, &answer, asked).await,
                Err(error) => error,
            };
            if error.kind() == AuthErrorKind::DeviceNotFound && tokens.device_key.is_some() {
                (tokens.device_key, tokens.device) = (None, None);
                continue;
            }
            if !error.ends_session() || self.inner.source.owner() == Owner::Machine {
                return RefreshOutcome::Failed(error);
            }
            // Another process can have refreshed before, so the store decides.
            let newer = match self.entry() {
                Some(entry) => self.await_newer(&entry, &tokens, &error).await,
                None => Ok(None),
            };
            match newer {
                Ok(Some(newer)) if newer.are_good(self.inner.now()) && why != RefreshReason::Requested => {
                    return RefreshOutcome::Tokens(Box::new(newer));
                }
                Ok(Some(newer)) if again => (tokens, again) = (newer, false),
                // The pool issued tokens that are newer, and has not revoked these: they are used to their end.
                Ok(_) if error.kind() == AuthErrorKind::RefreshTokenReused && tokens.are_usable(self.inner.now()) => {
                    return RefreshOutcome::Failed(error);
                }
                Ok(_) => return self.over(error).await,
                // A store that can't be read must not end a session.
                Err(unread) => return RefreshOutcome::Failed(unread),
            }
        }
    }

    async fn fetch(&self, tokens: &SessionTokens) -> Result<SignedIn, AuthError> {
        if self.inner.source.owner() == Owner::User {
            refresh_token(tokens)?;
        }
        // The source has the time limit of the app client. A second limit here could abort an exchange after the refresh token was
        // used.
        self.inner.source.fetch(tokens).await
    }

    /// Writes the received tokens to the store, and then uses them.
    async fn arrived(&mut self, before: &SessionTokens, answer: &SignedIn, asked: SystemTime) -> RefreshOutcome {
        let received = self.inner.now();
        // The lifetime began between request and response. The time of the request is the safe choice, if the clock was not set in
        // between.
        let prompt = received.duration_since(asked).is_ok_and(|took| took < CLOCK_STEP);
        let from = if prompt { asked } else { received };
        let tokens = match SessionTokens::received(answer, Some(before), from, self.inner.early) {
            Ok(tokens) => tokens,
            Err(error) => return RefreshOutcome::Failed(error),
        };
        match self.entry() {
            None => RefreshOutcome::Tokens(Box::new(tokens)),
            Some(entry) => RefreshOutcome::Tokens(Box::new(self.keep(&entry, tokens).await)),
        }
    }

    /// Writes the tokens, and returns the tokens to use, which can be those of another process.
    async fn keep(&mut self, entry: &StoreEntry, tokens: SessionTokens) -> SessionTokens {
        let place = self.inner.source.endpoint();
        let mut expected = self.kept.revision().cloned();
        for _ in 0..MAX_WRITE_CONFLICTS {
            let found = match entry.write(&tokens, &place, expected.as_ref()).await {
                Ok(WriteOutcome::At(revision)) => {
                    self.kept = StoreState::Stored(revision);
                    return tokens;
                }
                Ok(WriteOutcome::Another(found)) => found,
                Err(_) => break,
            };
            match found {
                Some(found) if !self.inner.is_of_this_session(&tokens, &found) => {
                    self.kept = StoreState::Detached;
                    return tokens;
                }
                // Of two refreshes at the same time, the later one has the valid refresh token.
                Some(found) if found.tokens.issued >= tokens.issued && found.tokens.issued.is_some() => {
                    self.kept = StoreState::Stored(found.revision);
                    return found.tokens;
                }
                Some(found) => expected = Some(found.revision),
                None if self.inner.source.owner() == Owner::Machine => expected = None,
                None => {
                    self.kept = StoreState::Detached;
                    return tokens;
                }
            }
        }
        self.written = false;
        if let Some(revision) = self.kept.revision() {
            self.kept = StoreState::Behind(revision.clone());
        }
        tokens
    }

    /// The tokens in the store, if they are other tokens.
    async fn newer(&mut self, entry: &StoreEntry, tokens: &SessionTokens) -> Result<Option<SessionTokens>, AuthError> {
        let Some(found) = entry.load().await? else {
            // A session that was removed from the store was removed on purpose, so it is not written again.
            let was_stored = self.kept.revision().is_some();
            self.kept = match self.inner.source.owner() {
                Owner::User if was_stored => StoreState::Detached,
                _ => StoreState::Unknown,
            };
            return Ok(None);
        };
        if self.kept.revision() == Some(&found.revision) {
            return Ok(None);
        }
        if !self.inner.is_of_this_session(tokens, &found) {
            self.kept = StoreState::Detached;
            return Ok(None);
        }
        self.kept = StoreState::Stored(found.revision);
        self.adopted = Some(found.tokens.clone());
        Ok(Some(found.tokens))
    }

    /// Reads the tokens of another process after the pool refused the refresh token. If the pool reports reuse, it reads several times,
    /// since without locks the other process can write later.
    async fn await_newer(
        &mut self,
        entry: &StoreEntry,
        tokens: &SessionTokens,
        error: &AuthError,
    ) -> Result<Option<SessionTokens>, AuthError> {
        let reused = error.kind() == AuthErrorKind::RefreshTokenReused;
        for pause in std::iter::once(Duration::ZERO).chain(REREAD_PAUSES.into_iter().take_while(|_| reused)) {
            if !pause.is_zero() {
                tokio::time::sleep(pause).await;
            }
            if let Some(newer) = self.newer(entry, tokens).await? {
                return Ok(Some(newer));
            }
            if self.kept == StoreState::Detached {
                break;
            }
        }
        Ok(None)
    }

    /// Ends the session, and removes its entry if it is still the same.
    async fn over(&mut self, error: AuthError) -> RefreshOutcome {
        if let (Some(entry), Some(revision)) = (self.entry(), self.kept.revision())
            && entry.remove(revision).await.is_err()
        {
            self.written = false;
        }
        RefreshOutcome::Over(error)
    }

    fn entry(&self) -> Option<StoreEntry> {
        self.inner.entry.clone().filter(|_| self.kept != StoreState::Detached)
    }
}

/// The scopes that are not granted any more.
fn missing(before: &SessionTokens, now: &SessionTokens) -> Vec<String> {
    before.scopes().iter().filter(|scope| !now.scopes().contains(scope)).cloned().collect()
}

/// If more time passed between request and response, the clock was set.
const CLOCK_STEP: Duration = Duration::from_secs(60);

/// The pauses before the store is read again after a reported reuse.
const REREAD_PAUSES: [Duration; 3] =
    [Duration::from_millis(100), Duration::from_millis(300), Duration::from_millis(600)];

/// How often a write is repeated after conflicts.
const MAX_WRITE_CONFLICTS: u32 = 4;

/// The longest time of a refresh, if one exchange with the pool takes at most `exchange`.
pub(crate) fn refresh_limit(exchange: Duration) -> Duration {
    STORE_LIMIT.saturating_add(exchange.saturating_mul(MAX_EXCHANGES))
}

/// Longer than a store may take in one refresh: a lock, reads and writes.
const STORE_LIMIT: Duration = Duration::from_secs(240);
/// The most exchanges of one refresh with the pool: with and without the device, each by the newer operation and by the older one, and
/// all of that again with the tokens of another process.
const MAX_EXCHANGES: u32 = 8;
