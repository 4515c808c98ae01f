//! A session: tokens that are refreshed, from sign-in to sign-out.

use crate::auth::device::Device;
use crate::auth::error::{AuthError, AuthErrorKind};
use crate::auth::signed_in::SignedIn;
use crate::contract::api::TokenKind;
use crate::credential::deployment::Deployment;
use crate::refresh::single_flight::{Joined, NoRuntime, SingleFlight};
use crate::refresh::throttling::{LONGEST, Patience};
use crate::secret::Secret;
use crate::session::events::{EVENT_CAPACITY, Events};
use crate::session::refresh::{RefreshReason, refresh, refresh_limit};
use crate::session::settings::SessionSettings;
use crate::session::shared::{SessionShared, lost, no_runtime};
use crate::session::source::Source;
use crate::session::state::{SessionState, StoreState};
use crate::session::stored::entry::StoreEntry;
use crate::session::stored::lock::SessionLock;
use crate::session::tokens::claims::UnverifiedIdClaims;
use crate::session::tokens::session_tokens::SessionTokens;
use crate::store::record::Revision;
use crate::token::bearer_token::BearerToken;
use crate::token::claims::UnverifiedClaims;
use crate::token::error::TokenError;
use crate::token::provider::TokenProvider as _;
use arc_swap::ArcSwap;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::sync::broadcast;

/// A session that refreshes its tokens.
///
/// It is cheap to clone, and all clones share one session. Reading a valid token takes no lock. Four to five minutes before a token expires
/// ([`AppClient::refresh_early`](crate::AppClient::refresh_early) changes that) a call starts its refresh, and all calls use the old token
/// until shortly before its expiry. From then on they wait for the refresh and share its result. New tokens are written to the store
/// before they are used.
///
/// If refresh tokens rotate, set `RetryGracePeriodSeconds` of the app client to 60: without it, a process that is killed between the answer
/// of the pool and the write to the store loses the session (["Refresh token
/// rotation"](https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-refresh-token.html)).
///
/// Only the user pool ends a session: if the user or the refresh token was deleted, disabled or revoked. Other errors never do.
///
/// ```no_run
/// # async fn example<P: cogen_runtime::Pool>(user: cogen_runtime::UserSession<P>) -> Result<(), Box<dyn std::error::Error>> {
/// use cogen_runtime::SessionEvent;
///
/// let session = user.session().ok_or("created from tokens, without refresh")?.clone();
/// let mut events = session.events();
/// tokio::spawn(async move {
///     while let Some(event) = events.next().await {
///         if let SessionEvent::Ended { kind } = event {
///             println!("sign in again: {kind}");
///         }
///     }
/// });
/// // Get changed attributes or groups of the user.
/// session.refresh().await?;
/// session.sign_out().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Session(pub(super) Arc<SessionShared>);

impl Session {
    /// Creates a session of these tokens. `at` is its revision in the store.
    pub(crate) fn new(
        source: Arc<dyn Source>,
        entry: Option<StoreEntry>,
        settings: &SessionSettings,
        tokens: SessionTokens,
        at: Option<Revision>,
    ) -> Self {
        let kept = at.map_or(StoreState::Unknown, StoreState::Stored);
        let empty = SessionState { kept, ..SessionState::default() };
        let state =
            if tokens.of(TokenKind::Any).is_some() { empty.with(tokens) } else { SessionState { tokens, ..empty } };
        let (events, _) = broadcast::channel(EVENT_CAPACITY);
        Self(Arc::new(SessionShared {
            state: ArcSwap::from_pointee(state),
            refreshing: SingleFlight::new(refresh_limit(settings.timeout)),
            source,
            entry,
            lock: SessionLock::default(),
            opened: settings.clock.now(),
            clock: Arc::clone(&settings.clock),
            early: settings.early,
            deployed: settings.deployed.clone(),
            events,
        }))
    }

    /// Returns the events of the session from now on.
    pub fn events(&self) -> Events {
        // Subscribe first, so that an end in between is not lost.
        let channel = self.0.events.subscribe();
        Events::new(self.over(), channel)
    }

    /// Refreshes the tokens now, whatever their age: for example after the groups or attributes of the user changed. Joins a refresh that
    /// is running.
    ///
    /// # Errors
    /// Returns why the refresh failed. The session continues unless [`AuthError::ends_session`] is true.
    pub async fn refresh(&self) -> Result<(), AuthError> {
        self.renew(self.0.state.load_full().finished, RefreshReason::Requested).await
    }

    /// Returns a valid access token, refreshed if necessary, for another library or service.
    ///
    /// # Errors
    /// Fails if there is none, or if the session has ended.
    pub async fn access_token(&self) -> Result<Secret, TokenError> {
        Ok(self.token(TokenKind::Access).await?.secret)
    }

    /// Returns a valid ID token, refreshed if necessary, for another library or service.
    ///
    /// # Errors
    /// Fails if there is none, or if the session has ended.
    pub async fn id_token(&self) -> Result<Secret, TokenError> {
        Ok(self.token(TokenKind::Id).await?.secret)
    }

    /// Waits until no refresh is running.
    ///
    /// A call whose token is valid starts a refresh in the background and does not wait for it. A program that ends awaits this first: if
    /// refresh tokens rotate, the answer of the pool has the only refresh token that is valid from then on.
    ///
    /// ```no_run
    /// # async fn example(session: cogen_runtime::Session) {
    /// // At the end of `main`.
    /// session.settled().await;
    /// # }
    /// ```
    pub async fn settled(&self) {
        while let Some(completion) = self.0.refreshing.running() {
            completion.wait().await;
        }
    }

    /// Returns the number of the current tokens, which increases with every refresh.
    pub fn generation(&self) -> u64 {
        self.0.state.load().generation
    }

    /// Returns why the session has ended, if it has.
    pub fn over(&self) -> Option<AuthErrorKind> {
        self.0.state.load().over.as_ref().map(AuthError::kind)
    }

    /// Returns the user name in the pool, whatever the user entered; `None` if neither the tokens nor the sign-in have it.
    pub fn username(&self) -> Option<String> {
        self.0.state.load().tokens.username.clone()
    }

    /// Returns the unverified claims of the ID token; `None` if there is no ID token.
    pub fn id_claims(&self) -> Option<UnverifiedIdClaims> {
        UnverifiedIdClaims::read(&self.0.state.load().tokens.id.as_ref()?.jwt.secret).ok()
    }

    /// Returns the unverified claims of the access token; `None` if it is opaque.
    pub fn access_claims(&self) -> Option<UnverifiedClaims> {
        UnverifiedClaims::read(self.0.state.load().tokens.access.as_ref()?.jwt.secret.expose()).ok()
    }

    /// Returns the scopes of the access token; `None` if they are not known.
    pub fn scopes(&self) -> Option<Arc<[String]>> {
        self.0.state.load().tokens.access.as_ref()?.jwt.scopes.clone()
    }

    /// Returns when a token expires by the local clock.
    pub fn expires_at(&self, kind: TokenKind) -> Option<SystemTime> {
        Some(self.0.state.load().tokens.of(kind)?.life.end)
    }

    /// Returns the device that the pool remembers, with its password for the next sign-in.
    pub fn device(&self) -> Option<Device> {
        self.0.state.load().tokens.device.clone()
    }

    /// Returns the raw tokens, for another program. If refresh tokens rotate, the next refresh of one program ends the session of the
    /// other: pass only the access token, or share a store.
    pub fn signed_in(&self) -> Option<SignedIn> {
        self.0.state.load().tokens.raw(self.0.now(), self.0.source.endpoint().origin())
    }

    /// Returns whether the store has the current tokens of the session.
    pub fn is_kept(&self) -> bool {
        matches!(self.0.state.load().kept, StoreState::Stored(_))
    }

    /// The settings of the program for the user pool.
    pub(crate) fn deployed(&self) -> &Deployment {
        &self.0.deployed
    }

    pub(crate) fn id_and_access(&self) -> (Option<BearerToken>, Option<BearerToken>) {
        let state = self.0.state.load();
        let jwt = |kind| state.tokens.of(kind).map(|held| held.jwt.clone());
        (jwt(TokenKind::Id), jwt(TokenKind::Access))
    }

    /// Starts or joins a refresh, and repeats it while the service throttles it. `finished` is the number of finished refreshes that the
    /// caller knows.
    ///
    /// The pauses are here and not in the refresh, so that a sign-out and other processes do not wait for them, and that nothing is sent
    /// when no caller waits.
    pub(super) async fn renew(&self, mut finished: u64, why: RefreshReason) -> Result<(), AuthError> {
        // After a refusal the API has answered, and a caller that waits would lose its answer.
        let patience = Patience::of(if why == RefreshReason::Refusal { Duration::ZERO } else { LONGEST });
        loop {
            let state = self.0.state.load_full();
            let now = self.0.now();
            if let Some(failure) = state.pausing_when_expired(now).filter(|failure| failure.error.is_throttled())
                && !patience.wait(failure.when_expired.left(now)).await
            {
                return Err(failure.error.clone());
            }
            self.renew_once(finished, why).await?;
            let state = self.0.state.load();
            match (&state.over, &state.failure) {
                (Some(error), _) => return Err(error.clone()),
                (None, Some(failure)) if failure.error.is_throttled() => finished = state.finished,
                (None, Some(failure)) => return Err(failure.error.clone()),
                (None, None) => return Ok(()),
            }
        }
    }

    /// Starts or joins one refresh. Its result is in the state.
    async fn renew_once(&self, finished: u64, why: RefreshReason) -> Result<(), AuthError> {
        loop {
            let (completion, ours) = match self.join_refresh(finished, why)? {
                Joined::NotNeeded => return Ok(()),
                Joined::Started(completion) => (completion, true),
                Joined::Waiting(completion) => (completion, false),
            };
            match completion.wait().await {
                None if ours => return Err(lost()),
                // It ended without a result, or its runtime is not driven: this task starts another one.
                None => continue,
                Some(()) => {}
            }
            // A failed sign-out does not change the state. Then the refresh is still needed.
            if ours || self.0.state.load().finished != finished {
                return Ok(());
            }
        }
    }

    pub(super) fn join_refresh(&self, finished: u64, why: RefreshReason) -> Result<Joined<()>, AuthError> {
        let inner = &self.0;
        inner
            .refreshing
            .join(|| inner.state.load().finished == finished, || refresh(Arc::clone(inner), why))
            .map_err(|NoRuntime| no_runtime())
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.0.state.load();
        f.debug_struct("Session")
            .field("generation", &state.generation)
            .field("over", &state.over.as_ref().map(AuthError::kind))
            .finish_non_exhaustive()
    }
}

#[cfg(all(test, feature = "cognito"))]
mod tests;
