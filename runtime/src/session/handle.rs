//! Sessions: tokens that are kept alive, from sign-in to sign-out.

use crate::auth::device::Device;
use crate::auth::error::{AuthError, AuthErrorKind};
use crate::auth::signed_in::SignedIn;
use crate::contract::api::TokenKind;
use crate::credential::deployment::Deployment;
use crate::refresh::single_flight::{Joined, NoRuntime, SingleFlight};
use crate::session::claims::UnverifiedIdClaims;
use crate::session::entry::StoreEntry;
use crate::session::events::{EVENT_CAPACITY, Events};
use crate::session::inner::{SessionShared, lost, no_runtime};
use crate::session::refresh::{RefreshReason, refresh, refresh_limit};
use crate::session::settings::SessionSettings;
use crate::session::source::Source;
use crate::session::state::{SessionState, SessionTokens, StoreState};
use crate::store::record::Revision;
use crate::token::bearer_token::BearerToken;
use crate::token::claims::UnverifiedClaims;
use arc_swap::ArcSwap;
use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;
use tokio::sync::broadcast;

/// A session that keeps its tokens alive.
///
/// It is cheap to clone, and clones are one session. Taking a token that is good costs a look at a shared value and no
/// lock. Past a token's soft end (five minutes before its end, unless
/// [`AppClient::refresh_early`](crate::AppClient::refresh_early) says otherwise) whoever comes first refreshes, and the
/// others go on with the old one until shortly before its end; from then on all wait for the one refresh and share what
/// it brings, be it tokens or an error. New tokens are written to the store before they are used.
///
/// A failure that may pass never ends a session. What ends it is the pool's word: the user or the refresh token is
/// gone, disabled or revoked.
#[derive(Clone)]
pub struct Session(pub(super) Arc<SessionShared>);

impl Session {
    /// A session of tokens that are there, or of none yet. `at` is where it stands in its store.
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
            clock: Arc::clone(&settings.clock),
            early: settings.early,
            deployed: settings.deployed.clone(),
            events,
        }))
    }

    /// What happens to the session from now on.
    pub fn events(&self) -> Events {
        // Subscribed first, so that an end in between is told.
        let channel = self.0.events.subscribe();
        Events::new(self.over(), channel)
    }

    /// Fetches new tokens now, whatever the age of the old ones: after a user's groups or attributes have changed. Who
    /// asks while a refresh is under way shares it.
    ///
    /// # Errors
    /// RefreshReason it failed; the session goes on unless [`Session::over`] says otherwise.
    pub async fn refresh(&self) -> Result<(), AuthError> {
        self.renew(self.0.state.load_full().finished, RefreshReason::Asked).await
    }

    /// The session's count of tokens: it grows with every refresh.
    pub fn generation(&self) -> u64 {
        self.0.state.load().generation
    }

    /// RefreshReason the session is over, if it is.
    pub fn over(&self) -> Option<AuthErrorKind> {
        self.0.state.load().over.as_ref().map(AuthError::kind)
    }

    /// The user's name by the pool, where the sign-in told it.
    pub fn username(&self) -> Option<String> {
        self.0.state.load().tokens.username.clone()
    }

    /// What the ID token says of the user, if the session has one that can be read. It is not verified.
    pub fn id_claims(&self) -> Option<UnverifiedIdClaims> {
        UnverifiedIdClaims::read(&self.0.state.load().tokens.id.as_ref()?.jwt.secret).ok()
    }

    /// What the access token says, if it is a JWT. It is not verified.
    pub fn access_claims(&self) -> Option<UnverifiedClaims> {
        UnverifiedClaims::read(self.0.state.load().tokens.access.as_ref()?.jwt.secret.expose()).ok()
    }

    /// The scopes that the access token was granted, as far as it says.
    pub fn scopes(&self) -> Option<Arc<[String]>> {
        self.0.state.load().tokens.access.as_ref()?.jwt.scopes.clone()
    }

    /// When a token ends by our clock.
    pub fn expires_at(&self, kind: TokenKind) -> Option<SystemTime> {
        Some(self.0.state.load().tokens.of(kind)?.life.end)
    }

    /// The device that the pool remembers, with the password that the next sign-in needs.
    pub fn device(&self) -> Option<Device> {
        self.0.state.load().tokens.device.clone()
    }

    /// The raw tokens, for handing them to another program. Where refresh tokens rotate, one of the two loses its session
    /// by the next refresh; so hand out the access token alone, or share a store.
    pub fn signed_in(&self) -> Option<SignedIn> {
        self.0.state.load().tokens.raw(self.0.now(), self.0.source.endpoint().origin())
    }

    /// Whether the session is in the store.
    pub fn is_kept(&self) -> bool {
        matches!(self.0.state.load().kept, StoreState::Stored(_))
    }

    /// What the program said of the pool that the session is of.
    pub(crate) fn deployed(&self) -> &Deployment {
        &self.0.deployed
    }

    pub(crate) fn id_and_access(&self) -> (Option<BearerToken>, Option<BearerToken>) {
        let state = self.0.state.load();
        let jwt = |kind| state.tokens.of(kind).map(|held| held.jwt.clone());
        (jwt(TokenKind::Id), jwt(TokenKind::Access))
    }

    /// Takes part in a refresh; `finished` is what the caller knew of.
    pub(super) async fn renew(&self, finished: u64, why: RefreshReason) -> Result<(), AuthError> {
        loop {
            let (completion, ours) = match self.join_refresh(finished, why)? {
                Joined::NotNeeded => break,
                Joined::Started(completion) => (completion, true),
                Joined::Waiting(completion) => (completion, false),
            };
            if !completion.wait().await {
                return Err(lost());
            }
            // A sign-out that failed leaves everything as it was: then the refresh is ours.
            if ours || self.0.state.load().finished != finished {
                break;
            }
        }
        let state = self.0.state.load();
        match (&state.over, &state.failure) {
            (Some(error), _) => Err(error.clone()),
            (None, Some(failure)) => Err(failure.error.clone()),
            (None, None) => Ok(()),
        }
    }

    pub(super) fn join_refresh(&self, finished: u64, why: RefreshReason) -> Result<Joined, AuthError> {
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
