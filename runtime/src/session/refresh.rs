//! What one flight does: look whether another process was faster, fetch, write, and only then use.

use crate::auth::error::{AuthError, AuthErrorKind};
use crate::auth::signed_in::SignedIn;
use crate::session::entry::{StoreEntry, WriteOutcome};
use crate::session::events::SessionEvent;
use crate::session::inner::SessionShared;
use crate::session::source::{Owner, refresh_token};
use crate::session::state::{SessionState, SessionTokens, StoreState};
use crate::store::record::Revision;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// RefreshReason new tokens are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RefreshReason {
    /// The old ones are about to end, or there are none.
    Age,
    /// The API refused the old ones.
    Refusal,
    /// The application says so.
    Asked,
}

/// How a refresh ended.
enum RefreshOutcome {
    Tokens(Box<SessionTokens>),
    Failed(AuthError),
    Over(AuthError),
}

/// One refresh. It always leaves a new state, with tokens or with the reason why there are none.
pub(crate) async fn refresh(inner: Arc<SessionShared>, why: RefreshReason) {
    let base = inner.state.load_full();
    if base.over.is_some() {
        return;
    }
    let mut trip = RefreshRun { inner: &inner, kept: base.kept.clone(), adopted: None, written: true };
    let outcome = trip.run(&base, why).await;
    let RefreshRun { kept, adopted, written, .. } = trip;
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
            // What another process wrote is ours all the same: its refresh token may be the only good one.
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
            inner.tell(SessionEvent::NotKept);
        }
        events.into_iter().for_each(|event| inner.tell(event));
    }
}

struct RefreshRun<'i> {
    inner: &'i SessionShared,
    kept: StoreState,
    /// What another process had written.
    adopted: Option<SessionTokens>,
    /// Whether the tokens are in the store, as far as they should be.
    written: bool,
}

impl RefreshRun<'_> {
    async fn run(&mut self, base: &SessionState, why: RefreshReason) -> RefreshOutcome {
        let entry = self.inner.entry.as_ref().filter(|_| base.kept != StoreState::Detached);
        // SessionToken to the end: who refreshes next finds what this one wrote.
        let _lock = match entry {
            None => None,
            Some(entry) => match entry.lock().await {
                Ok(lock) => Some(lock),
                Err(error) => return RefreshOutcome::Failed(error),
            },
        };
        let mut tokens = base.tokens.clone();
        if let Some(entry) = entry {
            match self.newer(entry, &tokens).await {
                Ok(Some(newer)) if newer.are_good(self.inner.now()) && why != RefreshReason::Asked => {
                    return RefreshOutcome::Tokens(Box::new(newer));
                }
                Ok(Some(newer)) => tokens = newer,
                Ok(None) => {}
                Err(error) => return RefreshOutcome::Failed(error),
            }
        }
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
            // Another process may have been faster than its word: the store has the last.
            let newer = match self.entry() {
                Some(entry) => self.await_newer(&entry, &tokens, &error).await,
                None => Ok(None),
            };
            match newer {
                Ok(Some(newer)) if newer.are_good(self.inner.now()) && why != RefreshReason::Asked => {
                    return RefreshOutcome::Tokens(Box::new(newer));
                }
                Ok(Some(newer)) if again => (tokens, again) = (newer, false),
                Ok(_) => return self.over(error).await,
                // Nobody is signed out because a file can't be read.
                Err(unread) => return RefreshOutcome::Failed(unread),
            }
        }
    }

    async fn fetch(&self, tokens: &SessionTokens) -> Result<SignedIn, AuthError> {
        if self.inner.source.owner() == Owner::User {
            refresh_token(tokens)?;
        }
        // The source has the time limit of the app client. Another one here could end an exchange after which the refresh
        // token is used up.
        self.inner.source.fetch(tokens).await
    }

    /// The tokens have come: they are written, and then used.
    async fn arrived(&mut self, before: &SessionTokens, answer: &SignedIn, asked: SystemTime) -> RefreshOutcome {
        let received = self.inner.now();
        // The life began between the question and the answer; the question is the safe guess, if the clock was not set
        // in between.
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

    /// Writes the tokens; what comes back is what to use, which may be another process's.
    async fn keep(&mut self, entry: &StoreEntry, tokens: SessionTokens) -> SessionTokens {
        let place = self.inner.source.endpoint();
        let mut expected = self.expected().cloned();
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
                // Of two who refreshed at once the later one has the refresh token that stays good.
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
        tokens
    }

    /// What is in the store, if it is not what we have.
    async fn newer(&mut self, entry: &StoreEntry, tokens: &SessionTokens) -> Result<Option<SessionTokens>, AuthError> {
        let Some(found) = entry.load().await? else {
            // A session that was kept and is not any more was removed by somebody who meant it: it is not put back.
            self.kept = match (&self.kept, self.inner.source.owner()) {
                (StoreState::Stored(_), Owner::User) => StoreState::Detached,
                _ => StoreState::Unknown,
            };
            return Ok(None);
        };
        if self.expected() == Some(&found.revision) {
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

    /// Looks for another process's tokens after the pool refused ours; where it says that they were rotated, for a
    /// while, since a store without locks gets them a moment later.
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

    /// The session is over, and so is what is kept of it, if it is still the same.
    async fn over(&mut self, error: AuthError) -> RefreshOutcome {
        if let (Some(entry), Some(revision)) = (self.entry(), self.expected())
            && entry.remove(revision).await.is_err()
        {
            self.written = false;
        }
        RefreshOutcome::Over(error)
    }

    fn entry(&self) -> Option<StoreEntry> {
        self.inner.entry.clone().filter(|_| self.kept != StoreState::Detached)
    }

    fn expected(&self) -> Option<&Revision> {
        match &self.kept {
            StoreState::Stored(revision) => Some(revision),
            StoreState::Unknown | StoreState::Detached => None,
        }
    }
}

/// The scopes that were granted before and are not now.
fn missing(before: &SessionTokens, now: &SessionTokens) -> Vec<String> {
    before.scopes().iter().filter(|scope| !now.scopes().contains(scope)).cloned().collect()
}

/// A clock that went on by more than this between question and answer was set.
const CLOCK_STEP: Duration = Duration::from_secs(60);

/// When to look into the store after a reuse was told.
const REREAD_PAUSES: [Duration; 3] =
    [Duration::from_millis(100), Duration::from_millis(300), Duration::from_millis(600)];

/// How often a writing is tried against others.
const MAX_WRITE_CONFLICTS: u32 = 4;

/// The longest time that a refresh can take, where one exchange with the pool may take `exchange`.
pub(crate) fn refresh_limit(exchange: Duration) -> Duration {
    STORE_LIMIT.saturating_add(exchange.saturating_mul(MAX_EXCHANGES))
}

/// Longer than a store may take in one refresh: a lock, reads and writes.
const STORE_LIMIT: Duration = Duration::from_secs(240);
/// The most exchanges of one refresh with the pool: with and without the device, each by the newer operation and up to three
/// times by the older one, and all of that again with the tokens of another process.
const MAX_EXCHANGES: u32 = 16;
