//! Sessions: tokens that are kept alive, from sign-in to sign-out.

mod claims;
mod events;
mod flight;
mod home;
mod keeper;
mod life;
mod record;
mod refresh;
mod sign_out;
mod source;
mod state;

pub use claims::UnverifiedIdClaims;
pub use events::{Events, SessionEvent};
pub(crate) use home::{Home, Opened};
pub(crate) use source::{Owner, Place, Source, refresh_token};
pub(crate) use state::Tokens;

use self::events::WAITING;
use self::flight::{Boarding, Flight};
use self::keeper::Keeper;
use self::refresh::{Why, refresh};
use self::state::{Kept, Pick, State};
use crate::api::Token;
use crate::clock::Clock;
use crate::expected::Deployed;
use crate::flows::{AuthError, AuthErrorKind, Device, SignedIn};
use crate::jwt::{Jwt, UnverifiedClaims};
use crate::store::Revision;
use crate::token::{BoxFuture, TokenProvider};
use crate::token_error::{TokenError, TokenErrorKind};
use arc_swap::ArcSwap;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
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
pub struct Session(Arc<Inner>);

pub(crate) struct Inner {
    state: ArcSwap<State>,
    flight: Flight,
    source: Arc<dyn Source>,
    keeper: Option<Keeper>,
    clock: Arc<dyn Clock>,
    early: Option<Duration>,
    deployed: Deployed,
    events: broadcast::Sender<SessionEvent>,
}

impl Session {
    /// A session of tokens that are there, or of none yet. `at` is where it stands in its store.
    pub(crate) fn new(
        source: Arc<dyn Source>,
        keeper: Option<Keeper>,
        home: &Home,
        tokens: Tokens,
        at: Option<Revision>,
    ) -> Self {
        let kept = at.map_or(Kept::Unknown, Kept::At);
        let empty = State { kept, ..State::default() };
        let state = if tokens.of(Token::Any).is_some() { empty.with(tokens) } else { State { tokens, ..empty } };
        let (events, _) = broadcast::channel(WAITING);
        Self(Arc::new(Inner {
            state: ArcSwap::from_pointee(state),
            flight: Flight::new(home.timeout),
            source,
            keeper,
            clock: Arc::clone(&home.clock),
            early: home.early,
            deployed: home.deployed.clone(),
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
    /// Why it failed; the session goes on unless [`Session::over`] says otherwise.
    pub async fn refresh(&self) -> Result<(), AuthError> {
        self.renew(self.0.state.load_full().landed, Why::Asked).await
    }

    /// The session's count of tokens: it grows with every refresh.
    pub fn generation(&self) -> u64 {
        self.0.state.load().generation
    }

    /// Why the session is over, if it is.
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
    pub fn expires_at(&self, kind: Token) -> Option<SystemTime> {
        Some(self.0.state.load().tokens.of(kind)?.life.end)
    }

    /// The device that the pool remembers, with the password that the next sign-in needs.
    pub fn device(&self) -> Option<Device> {
        self.0.state.load().tokens.device.clone()
    }

    /// The raw tokens, for handing them to another program. Where refresh tokens rotate, one of the two loses its session
    /// by the next refresh; so hand out the access token alone, or share a store.
    pub fn signed_in(&self) -> Option<SignedIn> {
        self.0.state.load().tokens.raw(self.0.now(), self.0.source.place().origin())
    }

    /// Whether the session is in the store.
    pub fn is_kept(&self) -> bool {
        matches!(self.0.state.load().kept, Kept::At(_))
    }

    /// Waits until there is a token, if there is none that is good.
    ///
    /// # Errors
    /// Why there is none.
    #[cfg(feature = "oauth")]
    pub(crate) async fn ready(&self) -> Result<(), AuthError> {
        let state = self.0.state.load_full();
        let now = self.0.now();
        match (state.pick(Token::Any, now), state.resting(now)) {
            (Pick::Good(_) | Pick::Aging(_), _) => Ok(()),
            (_, Some(failure)) => Err(failure.error.clone()),
            (_, None) => self.renew(state.landed, Why::Age).await,
        }
    }

    /// What the program said of the pool that the session is of.
    pub(crate) fn deployed(&self) -> &Deployed {
        &self.0.deployed
    }

    pub(crate) fn id_and_access(&self) -> (Option<Jwt>, Option<Jwt>) {
        let state = self.0.state.load();
        let jwt = |kind| state.tokens.of(kind).map(|held| held.jwt.clone());
        (jwt(Token::Id), jwt(Token::Access))
    }

    /// Takes part in a refresh; `landed` is what the caller knew of.
    async fn renew(&self, landed: u64, why: Why) -> Result<(), AuthError> {
        loop {
            let (landing, ours) = match self.board(landed, why)? {
                Boarding::Landed => break,
                Boarding::First(landing) => (landing, true),
                Boarding::Joined(landing) => (landing, false),
            };
            if !landing.wait().await {
                return Err(lost());
            }
            // A sign-out that failed leaves everything as it was: then the refresh is ours.
            if ours || self.0.state.load().landed != landed {
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

    fn board(&self, landed: u64, why: Why) -> Result<Boarding, AuthError> {
        let inner = &self.0;
        inner.flight.board(|| inner.state.load().landed == landed, || refresh(Arc::clone(inner), why))
    }

    /// A token that is not simply good.
    async fn aged(&self, kind: Token) -> Result<Jwt, TokenError> {
        let state = self.0.state.load_full();
        if let Some(error) = &state.over {
            return Err(ended(error));
        }
        let now = self.0.now();
        let old = match state.pick(kind, now) {
            Pick::Good(jwt) => return Ok(jwt.clone()),
            Pick::Aging(jwt) => Some(jwt),
            Pick::Past => None,
            Pick::Never => return Err(none_of(kind)),
        };
        match (old, state.resting(now)) {
            (Some(old), Some(_)) => Ok(old.clone()),
            (Some(old), None) => {
                if let Ok(Boarding::First(landing)) = self.board(state.landed, Why::Age) {
                    // The refresh goes on without us; but a program that ends now would lose a token that rotates.
                    let _late = tokio::time::timeout(PATIENCE, landing.wait()).await;
                }
                self.found(kind).unwrap_or_else(|| Ok(old.clone()))
            }
            (None, Some(failure)) => Err(unavailable(&failure.error)),
            (None, None) => {
                let outcome = self.renew(state.landed, Why::Age).await;
                match (self.found(kind), outcome) {
                    (Some(found), _) => found,
                    (None, Err(error)) => Err(unavailable(&error)),
                    (None, Ok(())) => Err(TokenError::new(
                        TokenErrorKind::Expired,
                        format!("the refresh brought no {} that is still good", kind.as_str()),
                    )),
                }
            }
        }
    }

    /// What there is now; none if nothing usable.
    fn found(&self, kind: Token) -> Option<Result<Jwt, TokenError>> {
        let state = self.0.state.load();
        if let Some(error) = &state.over {
            return Some(Err(ended(error)));
        }
        match state.pick(kind, self.0.now()) {
            Pick::Good(jwt) | Pick::Aging(jwt) => Some(Ok(jwt.clone())),
            Pick::Never => Some(Err(none_of(kind))),
            Pick::Past => None,
        }
    }

    async fn renewed(&self, generation: u64) -> Result<bool, TokenError> {
        let state = self.0.state.load_full();
        if let Some(error) = &state.over {
            return Err(ended(error));
        }
        if state.generation > generation {
            return Ok(true);
        }
        let now = self.0.now();
        // A token that came because of a refusal and is refused again is not refused for its age; and what a machine
        // asks for is billed.
        let spares = state.by_refusal || self.0.source.owner() == Owner::Machine;
        let young = state.tokens.of(Token::Any).is_some_and(|held| held.life.is_young(now));
        if (spares && young) || state.resting(now).is_some() {
            return Ok(false);
        }
        let outcome = self.renew(state.landed, Why::Refusal).await;
        let state = self.0.state.load();
        match (&state.over, outcome) {
            (Some(error), _) => Err(ended(error)),
            (None, _) if state.generation > generation => Ok(true),
            (None, Err(error)) => Err(unavailable(&error)),
            (None, Ok(())) => Ok(false),
        }
    }
}

impl TokenProvider for Session {
    fn token(&self, kind: Token) -> BoxFuture<'_, Result<Jwt, TokenError>> {
        match self.held(kind) {
            Some(jwt) => Box::pin(std::future::ready(Ok(jwt))),
            None => Box::pin(self.aged(kind)),
        }
    }

    fn held(&self, kind: Token) -> Option<Jwt> {
        match self.0.state.load().pick(kind, self.0.now()) {
            Pick::Good(jwt) => Some(jwt.clone()),
            _ => None,
        }
    }

    fn refused(&self, generation: u64) -> BoxFuture<'_, Result<bool, TokenError>> {
        Box::pin(self.renewed(generation))
    }
}

impl Inner {
    fn now(&self) -> SystemTime {
        self.clock.now()
    }

    /// Puts the next state in place of `base`; not if another did meanwhile.
    fn publish(&self, base: &Arc<State>, next: State) -> bool {
        Arc::ptr_eq(&self.state.compare_and_swap(base, Arc::new(next)), base)
    }

    fn tell(&self, event: SessionEvent) {
        // Nobody listens, or somebody does.
        let _listeners = self.events.send(event);
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

fn none_of(kind: Token) -> TokenError {
    let message = format!("expected {}, found a session that never has one", kind.as_str());
    TokenError::new(TokenErrorKind::WrongKind, message)
}

fn ended(error: &AuthError) -> TokenError {
    TokenError::ended(format!("the session is over; sign in again ({error})")).with_source(error.clone())
}

/// Why there is no token now.
fn unavailable(error: &AuthError) -> TokenError {
    match error.kind() {
        _ if error.is_transient() => TokenError::unavailable(error.clone()),
        AuthErrorKind::NothingToRefresh => TokenError::new(
            TokenErrorKind::Expired,
            "the token is past its end, and there is nothing to refresh it with: bring a new one",
        ),
        _ => TokenError::new(TokenErrorKind::Failed, format!("the token can't be refreshed: {error}"))
            .with_source(error.clone()),
    }
}

fn lost() -> AuthError {
    AuthError::because(AuthErrorKind::Service, "refresh", "it was broken off; try again")
}

/// How long the one who refreshes waits for the new token while the old one is good.
const PATIENCE: Duration = Duration::from_secs(3);

#[cfg(all(test, feature = "cognito"))]
mod tests;
