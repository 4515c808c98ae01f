//! What one flight does: look whether another process was faster, fetch, write, and only then use.

use crate::auth::error::{AuthError, AuthErrorKind};
use crate::auth::signed_in::SignedIn;
use crate::session::events::SessionEvent;
use crate::session::inner::Inner;
use crate::session::keeper::{Keeper, Written};
use crate::session::source::{Owner, refresh_token};
use crate::session::state::{Kept, State, Tokens};
use crate::store::record::Revision;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// Why new tokens are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// The old ones are about to end, or there are none.
    Age,
    /// The API refused the old ones.
    Refusal,
    /// The application says so.
    Asked,
}

/// How a refresh ended.
enum Outcome {
    Tokens(Box<Tokens>),
    Failed(AuthError),
    Over(AuthError),
}

/// One refresh. It always leaves a new state, with tokens or with the reason why there are none.
pub(crate) async fn refresh(inner: Arc<Inner>, why: Why) {
    let base = inner.state.load_full();
    if base.over.is_some() {
        return;
    }
    let mut trip = Trip { inner: &inner, kept: base.kept.clone(), adopted: None, written: true };
    let outcome = trip.run(&base, why).await;
    let Trip { kept, adopted, written, .. } = trip;
    let (next, events) = match outcome {
        Outcome::Tokens(tokens) => {
            let missing = missing(&base.tokens, &tokens);
            let next = State { by_refusal: why == Why::Refusal, kept, ..base.with(*tokens) };
            let mut events = vec![SessionEvent::Refreshed { generation: next.generation }];
            if !missing.is_empty() {
                events.push(SessionEvent::ScopesNarrowed { missing });
            }
            (next, events)
        }
        Outcome::Failed(error) => {
            let kind = error.kind();
            let failure = Some(inner.failure(&base, error));
            // What another process wrote is ours all the same: its refresh token may be the only good one.
            let next = match adopted {
                Some(tokens) => base.with(tokens),
                None => State { finished: base.finished + 1, ..(*base).clone() },
            };
            (State { failure, kept, ..next }, vec![SessionEvent::RefreshFailed { kind }])
        }
        Outcome::Over(error) => {
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

struct Trip<'i> {
    inner: &'i Inner,
    kept: Kept,
    /// What another process had written.
    adopted: Option<Tokens>,
    /// Whether the tokens are in the store, as far as they should be.
    written: bool,
}

impl Trip<'_> {
    async fn run(&mut self, base: &State, why: Why) -> Outcome {
        let keeper = self.inner.keeper.as_ref().filter(|_| base.kept != Kept::Apart);
        // Held to the end: who refreshes next finds what this one wrote.
        let _lock = match keeper {
            None => None,
            Some(keeper) => match keeper.lock().await {
                Ok(lock) => Some(lock),
                Err(error) => return Outcome::Failed(error),
            },
        };
        let mut tokens = base.tokens.clone();
        if let Some(keeper) = keeper {
            match self.newer(keeper, &tokens).await {
                Ok(Some(newer)) if newer.are_good(self.inner.now()) && why != Why::Asked => {
                    return Outcome::Tokens(Box::new(newer));
                }
                Ok(Some(newer)) => tokens = newer,
                Ok(None) => {}
                Err(error) => return Outcome::Failed(error),
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
                return Outcome::Failed(error);
            }
            // Another process may have been faster than its word: the store has the last.
            let newer = match self.keeper() {
                Some(keeper) => self.await_newer(&keeper, &tokens, &error).await,
                None => Ok(None),
            };
            match newer {
                Ok(Some(newer)) if newer.are_good(self.inner.now()) && why != Why::Asked => {
                    return Outcome::Tokens(Box::new(newer));
                }
                Ok(Some(newer)) if again => (tokens, again) = (newer, false),
                Ok(_) => return self.over(error).await,
                // Nobody is signed out because a file can't be read.
                Err(unread) => return Outcome::Failed(unread),
            }
        }
    }

    async fn fetch(&self, tokens: &Tokens) -> Result<SignedIn, AuthError> {
        if self.inner.source.owner() == Owner::User {
            refresh_token(tokens)?;
        }
        // The source has the time limit of the app client. Another one here could end an exchange after which the refresh
        // token is used up.
        self.inner.source.fetch(tokens).await
    }

    /// The tokens have come: they are written, and then used.
    async fn arrived(&mut self, before: &Tokens, answer: &SignedIn, asked: SystemTime) -> Outcome {
        let received = self.inner.now();
        // The life began between the question and the answer; the question is the safe guess, if the clock was not set
        // in between.
        let prompt = received.duration_since(asked).is_ok_and(|took| took < CLOCK_STEP);
        let from = if prompt { asked } else { received };
        let tokens = match Tokens::received(answer, Some(before), from, self.inner.early) {
            Ok(tokens) => tokens,
            Err(error) => return Outcome::Failed(error),
        };
        match self.keeper() {
            None => Outcome::Tokens(Box::new(tokens)),
            Some(keeper) => Outcome::Tokens(Box::new(self.keep(&keeper, tokens).await)),
        }
    }

    /// Writes the tokens; what comes back is what to use, which may be another process's.
    async fn keep(&mut self, keeper: &Keeper, tokens: Tokens) -> Tokens {
        let place = self.inner.source.place();
        let mut expected = self.expected().cloned();
        for _ in 0..CONFLICTS {
            let found = match keeper.write(&tokens, &place, expected.as_ref()).await {
                Ok(Written::At(revision)) => {
                    self.kept = Kept::At(revision);
                    return tokens;
                }
                Ok(Written::Another(found)) => found,
                Err(_) => break,
            };
            match found {
                Some(found) if !self.inner.is_of_this_session(&tokens, &found) => {
                    self.kept = Kept::Apart;
                    return tokens;
                }
                // Of two who refreshed at once the later one has the refresh token that stays good.
                Some(found) if found.tokens.issued >= tokens.issued && found.tokens.issued.is_some() => {
                    self.kept = Kept::At(found.revision);
                    return found.tokens;
                }
                Some(found) => expected = Some(found.revision),
                None if self.inner.source.owner() == Owner::Machine => expected = None,
                None => {
                    self.kept = Kept::Apart;
                    return tokens;
                }
            }
        }
        self.written = false;
        tokens
    }

    /// What is in the store, if it is not what we have.
    async fn newer(&mut self, keeper: &Keeper, tokens: &Tokens) -> Result<Option<Tokens>, AuthError> {
        let Some(found) = keeper.load().await? else {
            // A session that was kept and is not any more was removed by somebody who meant it: it is not put back.
            self.kept = match (&self.kept, self.inner.source.owner()) {
                (Kept::At(_), Owner::User) => Kept::Apart,
                _ => Kept::Unknown,
            };
            return Ok(None);
        };
        if self.expected() == Some(&found.revision) {
            return Ok(None);
        }
        if !self.inner.is_of_this_session(tokens, &found) {
            self.kept = Kept::Apart;
            return Ok(None);
        }
        self.kept = Kept::At(found.revision);
        self.adopted = Some(found.tokens.clone());
        Ok(Some(found.tokens))
    }

    /// Looks for another process's tokens after the pool refused ours; where it says that they were rotated, for a
    /// while, since a store without locks gets them a moment later.
    async fn await_newer(
        &mut self,
        keeper: &Keeper,
        tokens: &Tokens,
        error: &AuthError,
    ) -> Result<Option<Tokens>, AuthError> {
        let reused = error.kind() == AuthErrorKind::RefreshTokenReused;
        for pause in std::iter::once(Duration::ZERO).chain(REREAD.into_iter().take_while(|_| reused)) {
            if !pause.is_zero() {
                tokio::time::sleep(pause).await;
            }
            if let Some(newer) = self.newer(keeper, tokens).await? {
                return Ok(Some(newer));
            }
            if self.kept == Kept::Apart {
                break;
            }
        }
        Ok(None)
    }

    /// The session is over, and so is what is kept of it, if it is still the same.
    async fn over(&mut self, error: AuthError) -> Outcome {
        if let (Some(keeper), Some(revision)) = (self.keeper(), self.expected())
            && keeper.remove(revision).await.is_err()
        {
            self.written = false;
        }
        Outcome::Over(error)
    }

    fn keeper(&self) -> Option<Keeper> {
        self.inner.keeper.clone().filter(|_| self.kept != Kept::Apart)
    }

    fn expected(&self) -> Option<&Revision> {
        match &self.kept {
            Kept::At(revision) => Some(revision),
            Kept::Unknown | Kept::Apart => None,
        }
    }
}

/// The scopes that were granted before and are not now.
fn missing(before: &Tokens, now: &Tokens) -> Vec<String> {
    before.scopes().iter().filter(|scope| !now.scopes().contains(scope)).cloned().collect()
}

/// A clock that went on by more than this between question and answer was set.
const CLOCK_STEP: Duration = Duration::from_secs(60);

/// When to look into the store after a reuse was told.
const REREAD: [Duration; 3] = [Duration::from_millis(100), Duration::from_millis(300), Duration::from_millis(600)];

/// How often a writing is tried against others.
const CONFLICTS: u32 = 4;

/// The longest time that a refresh can take, where one exchange with the pool may take `exchange`.
pub(crate) fn refresh_limit(exchange: Duration) -> Duration {
    STORE_LIMIT.saturating_add(exchange.saturating_mul(MAX_EXCHANGES))
}

/// Longer than a store may take in one refresh: a lock, reads and writes.
const STORE_LIMIT: Duration = Duration::from_secs(240);
/// The most exchanges of one refresh with the pool: with and without the device, each by the newer operation and up to three
/// times by the older one, and all of that again with the tokens of another process.
const MAX_EXCHANGES: u32 = 16;
