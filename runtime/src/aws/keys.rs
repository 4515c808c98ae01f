//! AWS keys that are cached and replaced before they expire, with one fetch for all callers.

use crate::clock::Clock;
use crate::credential::iam::AwsCredentials;
use crate::random::chance;
use crate::refresh::backoff::{Backoff, FailurePause};
use crate::refresh::lifetime::{Age, Lifetime, Margin, Margins};
use crate::refresh::single_flight::{Joined, NoRuntime, SingleFlight};
use crate::secret::Secret;
use crate::token::error::TokenError;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

/// Keys of a service with their expiry.
#[derive(Clone)]
pub(crate) struct Keys {
    pub(crate) keys: AwsCredentials,
    /// `None` if they do not expire or the expiry is not known.
    pub(crate) end: Option<SystemTime>,
}

/// A cache of the keys of one user at a time.
pub(crate) struct KeyCache {
    fetching: SingleFlight<Fetched>,
    cache: Arc<Cache>,
}

/// The result of a fetch.
#[derive(Clone)]
struct Fetched {
    /// The user whose keys were fetched.
    holder: Secret,
    outcome: Result<AwsCredentials, TokenError>,
}

struct Cache {
    state: Mutex<CacheState>,
    clock: Arc<dyn Clock>,
}

#[derive(Default)]
struct CacheState {
    /// The user of the keys. It is compared in constant time.
    holder: Option<Secret>,
    keys: Option<CachedKeys>,
    /// The last fetch, if it failed and there are no keys.
    failure: Option<(TokenError, FailurePause)>,
}

struct CachedKeys {
    keys: AwsCredentials,
    life: Lifetime,
    /// Set if a fetch of newer keys failed.
    pause: Option<FailurePause>,
}

/// The cached keys at one time.
enum Lookup {
    /// They need not be replaced, or a fetch failed a short time ago.
    Current(AwsCredentials),
    /// They are valid, but to be replaced.
    Aging(AwsCredentials),
    /// There are none, and a fetch failed a short time ago.
    Failed(TokenError),
    Missing,
}

impl KeyCache {
    /// Creates an empty cache. A fetch that takes longer than `limit` is given up: longer than all time limits inside it together.
    pub(crate) fn new(clock: Arc<dyn Clock>, limit: Duration) -> Self {
        Self { fetching: SingleFlight::new(limit), cache: Arc::new(Cache { state: Mutex::default(), clock }) }
    }

    /// Returns the keys of `holder`: those in the cache, or new ones. Without a Tokio runtime, the caller itself fetches them.
    ///
    /// # Errors
    /// Those of the fetch, unless it failed temporarily and the cached keys are still valid.
    pub(crate) async fn get<W>(&self, holder: &Secret, fetch: impl Fn() -> W) -> Result<AwsCredentials, TokenError>
    where
        W: Future<Output = Result<Keys, TokenError>> + Send + 'static,
    {
        loop {
            let valid = match self.cache.look_up(holder) {
                Lookup::Current(keys) => return Ok(keys),
                Lookup::Aging(keys) => Some(keys),
                Lookup::Failed(error) => return Err(error),
                Lookup::Missing => None,
            };
            let work = || Arc::clone(&self.cache).renew(holder.clone(), fetch());
            let is_needed = || !matches!(self.cache.look_up(holder), Lookup::Current(_));
            match (self.fetching.join(is_needed, work), valid) {
                (Ok(Joined::Started(_) | Joined::Waiting(_)), Some(valid)) => return Ok(valid),
                (Ok(Joined::Started(completion)), None) => {
                    return completion.wait().await.map_or_else(|| Err(interrupted()), |fetched| fetched.outcome);
                }
                (Ok(Joined::Waiting(completion)), None) => {
                    // The fetch can be of another user, or can have ended without a result.
                    if let Some(fetched) = completion.wait().await
                        && fetched.holder == *holder
                    {
                        return fetched.outcome;
                    }
                }
                (Ok(Joined::NotNeeded), _) => {}
                (Err(NoRuntime), _) => return work().await.outcome,
            }
        }
    }
}

impl KeyCache {
    /// The keys of `holder`, if they are valid.
    pub(crate) fn valid(&self, holder: &Secret) -> Option<AwsCredentials> {
        match self.cache.look_up(holder) {
            Lookup::Current(keys) | Lookup::Aging(keys) => Some(keys),
            Lookup::Failed(_) | Lookup::Missing => None,
        }
    }
}

#[cfg(test)]
impl KeyCache {
    /// Waits until no fetch is running.
    async fn settled(&self) {
        while let Some(completion) = self.fetching.running() {
            completion.wait().await;
        }
    }
}

impl Cache {
    /// The keys of `holder`. The keys of another user are removed.
    fn look_up(&self, holder: &Secret) -> Lookup {
        let now = self.clock.now();
        let mut state = self.state();
        if state.holder.as_ref() != Some(holder) {
            *state = CacheState { holder: Some(holder.clone()), ..CacheState::default() };
        }
        match (&state.keys, &state.failure) {
            (Some(cached), _) if cached.life.age(now) != Age::Past => cached.look_up(now),
            (_, Some((error, pause))) if pause.lasts(now) => Lookup::Failed(error.clone()),
            _ => Lookup::Missing,
        }
    }

    /// Fetches keys and stores them, unless the cache has the keys of another user by then.
    async fn renew(self: Arc<Self>, holder: Secret, fetch: impl Future<Output = Result<Keys, TokenError>>) -> Fetched {
        let fetched = fetch.await;
        let now = self.clock.now();
        let mut state = self.state();
        let outcome = match fetched {
            fetched if state.holder.as_ref() == Some(&holder) => state.store(fetched, now),
            Ok(keys) => Ok(keys.keys),
            Err(error) => Err(error),
        };
        drop(state);
        Fetched { holder, outcome }
    }

    fn state(&self) -> MutexGuard<'_, CacheState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CacheState {
    /// Stores the result of a fetch, and returns the keys to use.
    fn store(&mut self, fetched: Result<Keys, TokenError>, now: SystemTime) -> Result<AwsCredentials, TokenError> {
        match (fetched, &mut self.keys) {
            (Ok(keys), _) => {
                self.failure = None;
                let cached = CachedKeys::new(keys, now);
                Ok(self.keys.insert(cached).keys.clone())
            }
            (Err(error), Some(cached)) if error.is_transient() && cached.life.age(now) != Age::Past => {
                cached.pause = Some(FailurePause::after(cached.pause.as_ref(), now, BACKOFF, chance()));
                Ok(cached.keys.clone())
            }
            (Err(error), _) => {
                self.keys = None;
                let last = self.failure.as_ref().map(|(_, pause)| pause);
                let pause = FailurePause::after(last, now, WITHOUT_KEYS, chance());
                self.failure = Some((error.clone(), pause));
                Err(error)
            }
        }
    }
}

impl CachedKeys {
    fn new(keys: Keys, now: SystemTime) -> Self {
        let after = |time| now.checked_add(time).unwrap_or(now);
        let life = match keys.end {
            Some(end) => Lifetime::until(now, end.max(after(MIN_LIFETIME)), Margins { spread: chance(), ..MARGINS }),
            None => {
                let end = after(NO_EXPIRY);
                Lifetime { from: now, soft: after(UNKNOWN_LIFETIME), hard: end, end }
            }
        };
        Self { keys: keys.keys, life, pause: None }
    }

    fn look_up(&self, now: SystemTime) -> Lookup {
        match self.life.age(now) {
            Age::Good => Lookup::Current(self.keys.clone()),
            Age::Aging if self.pause.is_some_and(|pause| pause.lasts(now)) => Lookup::Current(self.keys.clone()),
            Age::Aging => Lookup::Aging(self.keys.clone()),
            Age::Past => Lookup::Missing,
        }
    }
}

fn interrupted() -> TokenError {
    TokenError::unavailable("the fetch of AWS keys was interrupted: try again")
}

/// Keys are replaced this long before they expire, and are used until they expire.
const MARGINS: Margins = Margins {
    soft: Margin { longest: Duration::from_secs(5 * 60), divisor: 4 },
    hard: Margin { longest: Duration::ZERO, divisor: 1 },
    spread: 0.0,
};

/// Keys without an expiry are fetched again after this time, as by the AWS SDK.
const UNKNOWN_LIFETIME: Duration = Duration::from_secs(15 * 60);

/// How long keys without an expiry are used if they can't be fetched again: a hundred years, longer than any process runs.
const NO_EXPIRY: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

/// Keys that seem to be expired on receipt are used this long, since the local clock is wrong and another fetch would not help.
const MIN_LIFETIME: Duration = Duration::from_secs(60);

/// The pauses after failed fetches while the keys are valid.
const BACKOFF: Backoff =
    Backoff { first: Duration::from_secs(20), longest: Duration::from_secs(60), retries_at_once: false };

/// The pauses after failed fetches without valid keys.
const WITHOUT_KEYS: Backoff =
    Backoff { first: Duration::from_millis(250), longest: Duration::from_secs(5), retries_at_once: true };

#[cfg(test)]
mod tests;
