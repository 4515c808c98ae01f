//! AWS keys that are cached and replaced before they expire, with one fetch for all callers.

use crate::boxed::BoxFuture;
use crate::clock::{Clock, SystemClock};
use crate::credential::iam::{AwsCredentials, AwsCredentialsProvider, Iam};
use crate::random::random;
use crate::secret::Secret;
use crate::token::error::{TokenError, TokenErrorKind};
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

impl Iam {
    /// Creates credentials from a provider of the AWS SDK for Rust: `aws_config::SdkConfig::credentials_provider()`, an assumed role, or a
    /// provider of the application. Keys are cached and replaced before they expire.
    pub fn from_sdk(provider: impl ProvideCredentials + 'static) -> Self {
        Self::from_sdk_by(provider, Arc::new(SystemClock))
    }

    pub(crate) fn from_sdk_by(provider: impl ProvideCredentials + 'static, clock: Arc<dyn Clock>) -> Self {
        Self::from_provider(OfSdk { provider: SharedCredentialsProvider::new(provider), keys: KeyCache::new(clock) })
    }
}

struct OfSdk {
    provider: SharedCredentialsProvider,
    keys: KeyCache,
}

impl AwsCredentialsProvider for OfSdk {
    fn credentials(&self) -> BoxFuture<'_, Result<AwsCredentials, TokenError>> {
        Box::pin(async {
            let fetch = || async { self.provider.provide_credentials().await.map(Keys::from).map_err(refused) };
            self.keys.get(&Secret::new(""), fetch).await
        })
    }
}

fn refused(error: CredentialsError) -> TokenError {
    let message = match &error {
        CredentialsError::CredentialsNotLoaded(_) => {
            "no AWS credentials were found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or a role"
        }
        CredentialsError::InvalidConfiguration(_) => "the configuration of the AWS credentials is not valid",
        _ => return TokenError::unavailable(error),
    };
    TokenError::new(TokenErrorKind::Failed, message).with_source(error)
}

/// Keys of a service with their expiry.
#[derive(Clone)]
pub(crate) struct Keys {
    pub(crate) keys: AwsCredentials,
    /// `None` if they do not expire or the expiry is not known.
    pub(crate) end: Option<SystemTime>,
}

impl From<Credentials> for Keys {
    fn from(credentials: Credentials) -> Self {
        let keys = AwsCredentials {
            access_key_id: credentials.access_key_id().to_owned(),
            secret_access_key: credentials.secret_access_key().into(),
            session_token: credentials.session_token().map(Secret::from),
        };
        Self { keys, end: credentials.expiry() }
    }
}

/// A cache of the keys of one user at a time.
pub(crate) struct KeyCache {
    state: Mutex<CacheState>,
    /// Held by the one who fetches.
    flight: tokio::sync::Mutex<()>,
    clock: Arc<dyn Clock>,
}

#[derive(Default)]
struct CacheState {
    kept: Option<CachedKeys>,
    /// The user of the keys. It is compared in constant time.
    holder: Option<Secret>,
    /// The number of failed fetches, and the last failure.
    failures: u64,
    failed: Option<(TokenErrorKind, String)>,
}

#[derive(Clone)]
struct CachedKeys {
    keys: AwsCredentials,
    /// From here on new ones are fetched; these are used until that worked.
    soft_end: SystemTime,
    hard_end: Option<SystemTime>,
}

/// Keys are replaced this long before they expire, or in the last quarter of a shorter lifetime.
const REFRESH_MARGIN: Duration = Duration::from_secs(5 * 60);

/// Keys without an expiry are fetched again after this time, as by the AWS SDK.
const UNKNOWN_LIFETIME: Duration = Duration::from_secs(15 * 60);

/// Keys that seem to be expired on receipt are used this long, since the local clock is wrong and another fetch would not help.
const MIN_LIFETIME: Duration = Duration::from_secs(60);

/// The pause after a failed fetch while the keys are valid; at most twice as long with jitter.
const FAILURE_PAUSE: Duration = Duration::from_secs(10);

impl KeyCache {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { state: Mutex::default(), flight: tokio::sync::Mutex::default(), clock }
    }

    /// The keys of `holder`: those that are kept, or new ones.
    ///
    /// # Errors
    /// Those of the fetch, unless it failed for the moment only and the kept keys are still valid.
    pub(crate) async fn get<F>(&self, holder: &Secret, fetch: impl FnOnce() -> F) -> Result<AwsCredentials, TokenError>
    where
        F: Future<Output = Result<Keys, TokenError>>,
    {
        let (valid, failures) = match self.look(holder) {
            Look::Fresh(keys) => return Ok(keys),
            Look::Stale(valid, failures) => (valid, failures),
        };
        let _flight = match (&valid, self.flight.try_lock()) {
            (_, Ok(flight)) => flight,
            // Another caller fetches keys, and these are valid until then.
            (Some(keys), Err(_)) => return Ok(keys.clone()),
            (None, Err(_)) => self.flight.lock().await,
        };
        // The result of a fetch during the wait is shared, also a failure.
        match self.look(holder) {
            Look::Fresh(keys) => return Ok(keys),
            Look::Stale(None, now) if now != failures => {
                if let Some((kind, message)) = &self.state().failed {
                    return Err(TokenError::new(*kind, message.clone()));
                }
            }
            Look::Stale(..) => {}
        }
        let fetched = fetch().await;
        let now = self.clock.now();
        let mut state = self.state();
        let ours = state.holder.as_ref() == Some(holder);
        match fetched {
            Ok(Keys { keys, end }) => {
                if ours {
                    state.kept = Some(CachedKeys::new(keys.clone(), end, now));
                    state.failed = None;
                }
                Ok(keys)
            }
            Err(error) if !ours => Err(error),
            Err(error) => {
                state.failures += 1;
                state.failed = Some((error.kind(), error.to_string()));
                match &mut state.kept {
                    Some(kept) if error.is_transient() && kept.is_valid(now) => {
                        let jitter = FAILURE_PAUSE.mul_f64((random() >> 32) as f64 / f64::from(u32::MAX));
                        kept.soft_end = now + FAILURE_PAUSE + jitter;
                        Ok(kept.keys.clone())
                    }
                    _ => {
                        state.kept = None;
                        Err(error)
                    }
                }
            }
        }
    }

    /// What is kept for `holder`; what is kept for another is forgotten.
    fn look(&self, holder: &Secret) -> Look {
        let now = self.clock.now();
        let mut state = self.state();
        if state.holder.as_ref() != Some(holder) {
            *state = CacheState { holder: Some(holder.clone()), failures: state.failures, ..CacheState::default() };
        }
        match &state.kept {
            Some(kept) if now < kept.soft_end => Look::Fresh(kept.keys.clone()),
            Some(kept) if kept.is_valid(now) => Look::Stale(Some(kept.keys.clone()), state.failures),
            _ => Look::Stale(None, state.failures),
        }
    }

    fn state(&self) -> MutexGuard<'_, CacheState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Look {
    Fresh(AwsCredentials),
    /// None, or some that are near their end; and how many fetches had failed.
    Stale(Option<AwsCredentials>, u64),
}

impl CachedKeys {
    fn new(keys: AwsCredentials, end: Option<SystemTime>, now: SystemTime) -> Self {
        let hard_end = end.map(|end| end.max(now + MIN_LIFETIME));
        let soft_end = match hard_end {
            Some(end) => {
                let life = end.duration_since(now).unwrap_or_default();
                end - REFRESH_MARGIN.min(life / 4)
            }
            None => now + UNKNOWN_LIFETIME,
        };
        Self { keys, soft_end, hard_end }
    }

    fn is_valid(&self, now: SystemTime) -> bool {
        self.hard_end.is_none_or(|end| now < end)
    }
}
