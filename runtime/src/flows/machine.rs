//! Tokens of a machine (client credentials, RFC 6749 section 4.4): asked for once per scope set, kept, and replaced
//! before their end.

use super::oauth::Endpoints;
use super::{AuthError, AuthErrorKind};
use crate::api::Token;
use crate::app_client::AppClient;
use crate::clock::Clock;
use crate::credentials::{Machine, Pool};
use crate::grants::GrantOf;
use crate::jwt::{Jwt, UnverifiedClaims};
use crate::secret::Secret;
use crate::token::{BoxFuture, TokenError, TokenErrorKind, TokenProvider};
use std::collections::BTreeMap;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

/// A machine's sign-in about to begin: `.await` asks for the token, or takes the one that is there.
#[must_use = "nothing is asked for until it is awaited"]
pub struct ClientCredentials<P, G = ()> {
    client: AppClient<P>,
    domain: String,
    secret: Secret,
    token_endpoint: Option<String>,
    grant: PhantomData<fn() -> G>,
}

impl<P> AppClient<P> {
    /// Signs a machine in at the pool's domain (`https://auth.example.com`) with the app client's secret.
    ///
    /// The app client and its clones ask once per scope set, however many tasks ask them.
    pub fn client_credentials(&self, domain: impl Into<String>, secret: impl Into<Secret>) -> ClientCredentials<P> {
        ClientCredentials {
            client: self.clone(),
            domain: domain.into(),
            secret: secret.into(),
            token_endpoint: None,
            grant: PhantomData,
        }
    }
}

impl<P, G> ClientCredentials<P, G> {
    /// The scopes to ask for; with none, Cognito grants all that the app client may have.
    pub fn grant<Other>(self) -> ClientCredentials<P, Other> {
        ClientCredentials {
            client: self.client,
            domain: self.domain,
            secret: self.secret,
            token_endpoint: self.token_endpoint,
            grant: PhantomData,
        }
    }

    /// Another address than `/oauth2/token` of the domain, for a server that is not Cognito's.
    pub fn token_endpoint(mut self, url: impl Into<String>) -> Self {
        self.token_endpoint = Some(url.into());
        self
    }

    fn tokens(&self, scopes: Vec<String>) -> Result<Arc<MachineTokens>, AuthError> {
        let endpoints =
            Endpoints::of_domain(&self.domain, self.client.client_id(), Some(self.secret.clone()), |place| {
                self.client.http(place)
            })?
            .placed(None, self.token_endpoint.as_deref())?;
        let place = self.token_endpoint.as_ref().unwrap_or(&self.domain).clone();
        let clock = self.client.time();
        let made = || Arc::new(MachineTokens::new(endpoints, scopes.clone(), clock));
        Ok(self.client.machines().shared((place, scopes.clone()), &self.secret, made))
    }
}

impl<P: Pool + 'static, G: GrantOf<P::Api> + 'static> IntoFuture for ClientCredentials<P, G> {
    type Output = Result<Machine<P, G>, AuthError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let mut names = Vec::new();
            G::names(&mut names);
            names.sort_unstable();
            names.dedup();
            let tokens = self.tokens(names.into_iter().map(str::to_owned).collect())?;
            tokens.current().await?;
            Machine::from_provider(Shared(tokens)).await.map_err(|error| {
                let kind = match error.kind() {
                    TokenErrorKind::ScopeMissing => AuthErrorKind::MissingScope,
                    TokenErrorKind::Unavailable => AuthErrorKind::Network,
                    _ => AuthErrorKind::Protocol,
                };
                AuthError::because(kind, OPERATION, error.to_string())
            })
        })
    }
}

impl<P, G> fmt::Debug for ClientCredentials<P, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCredentials").field("domain", &self.domain).finish_non_exhaustive()
    }
}

/// The machine sessions of an app client, by place and scopes.
#[derive(Default)]
pub(crate) struct Machines(Mutex<BTreeMap<Key, (Secret, Arc<MachineTokens>)>>);

/// Where tokens come from, and their scopes.
type Key = (String, Vec<String>);

impl Machines {
    /// The session at `key`, made anew if there is none or it is of another secret.
    fn shared(&self, key: Key, secret: &Secret, made: impl FnOnce() -> Arc<MachineTokens>) -> Arc<MachineTokens> {
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, tokens)) = sessions.get(&key)
            && of == secret
        {
            return Arc::clone(tokens);
        }
        let tokens = made();
        sessions.insert(key, (secret.clone(), Arc::clone(&tokens)));
        tokens
    }
}

/// The tokens of one app client for one scope set.
struct MachineTokens {
    endpoints: Endpoints,
    scopes: Vec<String>,
    clock: Arc<dyn Clock>,
    held: RwLock<Option<Held>>,
    /// How many requests have been answered: who waits and sees it grow shares the answer.
    landed: AtomicU64,
    flight: tokio::sync::Mutex<Failure>,
}

/// The token that is there.
#[derive(Clone)]
struct Held {
    jwt: Jwt,
    asked: SystemTime,
    /// From here on it is replaced by who comes first.
    soft_end: SystemTime,
    /// From here on it is not handed out.
    hard_end: SystemTime,
}

/// One failure, for all who waited for it.
type Failure = Option<AuthError>;

impl MachineTokens {
    fn new(endpoints: Endpoints, scopes: Vec<String>, clock: Arc<dyn Clock>) -> Self {
        Self {
            endpoints,
            scopes,
            clock,
            held: RwLock::new(None),
            landed: AtomicU64::new(0),
            flight: tokio::sync::Mutex::new(None),
        }
    }

    fn held(&self) -> Option<Held> {
        self.held.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A token that is good now.
    async fn current(&self) -> Result<Jwt, AuthError> {
        let now = self.clock.now();
        let Some(held) = self.held().filter(|held| now < held.hard_end) else {
            return self.newer_than(None).await;
        };
        if now < held.soft_end {
            return Ok(held.jwt);
        }
        // One asks for the next token while the others go on with this one; if that fails, so does the one.
        match self.flight.try_lock() {
            Ok(mut flight) => Ok(self.request(&mut flight).await.unwrap_or(held.jwt)),
            Err(_) => Ok(held.jwt),
        }
    }

    /// A good token, and not the one that was refused. All who wait share one request, and its failure too.
    async fn newer_than(&self, refused: Option<u64>) -> Result<Jwt, AuthError> {
        let landed = self.landed.load(Ordering::Acquire);
        let mut flight = self.flight.lock().await;
        if self.landed.load(Ordering::Acquire) != landed
            && let Some(error) = &*flight
        {
            return Err(error.clone());
        }
        let now = self.clock.now();
        match self.held() {
            Some(held) if now < held.hard_end && refused.is_none_or(|refused| held.jwt.generation > refused) => {
                Ok(held.jwt)
            }
            _ => self.request(&mut flight).await,
        }
    }

    async fn request(&self, flight: &mut Failure) -> Result<Jwt, AuthError> {
        let asked = self.clock.now();
        let outcome = self.endpoints.client_credentials(&self.scopes).await.map(|granted| {
            let lifetime = granted.tokens.expires_in;
            let end = asked.checked_add(lifetime).unwrap_or(asked);
            let before = |margin: Duration| end.checked_sub(margin).unwrap_or(asked);
            let access = granted.tokens.access_token;
            // Cognito's tokens say themselves what they were granted; another server's answer says it.
            let scopes =
                UnverifiedClaims::read(access.expose()).ok().and_then(|claims| claims.scopes).or(granted.scopes);
            let generation = self.held().map_or(1, |held| held.jwt.generation + 1);
            Held {
                jwt: Jwt { secret: access, kind: Token::Access, generation, expires_at: Some(end), scopes },
                asked,
                soft_end: before(SOFT_MARGIN.min(lifetime / 5)),
                hard_end: before(HARD_MARGIN.min(lifetime / 10)),
            }
        });
        let told = match outcome {
            Ok(held) => {
                let jwt = held.jwt.clone();
                *self.held.write().unwrap_or_else(PoisonError::into_inner) = Some(held);
                *flight = None;
                Ok(jwt)
            }
            Err(error) => {
                *flight = Some(error.clone());
                Err(error)
            }
        };
        self.landed.fetch_add(1, Ordering::Release);
        told
    }
}

/// One session in many hands.
struct Shared(Arc<MachineTokens>);

impl TokenProvider for Shared {
    fn token(&self, kind: Token) -> BoxFuture<'_, Result<Jwt, TokenError>> {
        Box::pin(async move {
            if kind == Token::Id {
                let message = "expected an ID token, found a machine's session, which never has one";
                return Err(TokenError::new(TokenErrorKind::WrongKind, message));
            }
            self.0.current().await.map_err(unavailable)
        })
    }

    fn refused(&self, generation: u64) -> BoxFuture<'_, Result<bool, TokenError>> {
        Box::pin(async move {
            let now = self.0.clock.now();
            if let Some(held) = self.0.held() {
                if held.jwt.generation > generation {
                    return Ok(true);
                }
                // A token that was refused so soon is not refused for its age, and every request is billed.
                if now.duration_since(held.asked).is_ok_and(|age| age < YOUNG) {
                    return Ok(false);
                }
            }
            self.0.newer_than(Some(generation)).await.map(|_| true).map_err(unavailable)
        })
    }
}

fn unavailable(error: AuthError) -> TokenError {
    if error.is_transient() {
        return TokenError::unavailable(error);
    }
    TokenError::ended(error.to_string())
}

/// How long before its end a token is replaced: this, or a fifth of its life.
const SOFT_MARGIN: Duration = Duration::from_secs(300);

/// How long before its end a token is not handed out any more, so that it does not end under way: this, or a tenth of
/// its life.
const HARD_MARGIN: Duration = Duration::from_secs(5);

/// A token younger than this is not replaced for having been refused.
const YOUNG: Duration = Duration::from_secs(60);

const OPERATION: &str = "client_credentials";
