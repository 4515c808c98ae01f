//! Managed login: sign-in in a browser at the pool's domain (authorization code with PKCE, RFC 6749, 7636 and 8252).

mod listener;

use self::listener::Listener;
use super::domain::OverDomain;
use super::oauth::Endpoints;
use super::opening::unfit;
use super::{AuthError, AuthErrorKind, Registration, SignedIn, TokenSet};
use crate::audience::Gives;
use crate::grants::GrantOf;
use crate::jwt::{UnverifiedClaims, require_scopes};
use crate::secret::Secret;
use crate::session::{Home, Opened, Source};
use crate::token_credentials::{Pool, UserSession};
use base64::Engine as _;
use oauth2::{CsrfToken, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// A sign-in in a browser, about to begin.
#[must_use = "nothing happens until a browser is opened"]
pub struct ManagedLogin<P, G = ()> {
    registration: Registration,
    domain: String,
    authorize_endpoint: Option<String>,
    token_endpoint: Option<String>,
    redirect: String,
    scopes: Vec<String>,
    parameters: Vec<(&'static str, String)>,
    patience: Duration,
    kept_as: Option<String>,
    types: PhantomData<fn() -> (P, G)>,
}

/// What the user is asked, whatever the browser remembers (`prompt`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Prompt {
    /// To sign in again.
    Login,
    /// Nothing: the sign-in fails if the browser has no session.
    None,
    /// To choose an account.
    SelectAccount,
    /// To agree to the scopes.
    Consent,
}

impl<P> ManagedLogin<P> {
    pub(crate) fn new(registration: &Registration, domain: String) -> Self {
        Self {
            registration: registration.clone(),
            domain,
            authorize_endpoint: None,
            token_endpoint: None,
            redirect: DEFAULT_REDIRECT.to_owned(),
            scopes: vec!["openid".to_owned()],
            parameters: Vec::new(),
            patience: Duration::from_secs(300),
            kept_as: None,
            types: PhantomData,
        }
    }
}

impl<P, G> ManagedLogin<P, G> {
    /// The scopes of the API to ask for; the access token must be granted all of them.
    pub fn grant<Other>(self) -> ManagedLogin<P, Other>
    where
        P: Pool,
        Other: GrantOf<P::Api>,
    {
        ManagedLogin {
            registration: self.registration,
            domain: self.domain,
            authorize_endpoint: self.authorize_endpoint,
            token_endpoint: self.token_endpoint,
            redirect: self.redirect,
            scopes: self.scopes,
            parameters: self.parameters,
            patience: self.patience,
            kept_as: self.kept_as,
            types: PhantomData,
        }
    }

    /// One more scope, such as `email`, or `aws.cognito.signin.user.admin` for self-service. `openid` is always asked
    /// for: without it there is no ID token.
    pub fn scope(mut self, name: impl Into<String>) -> Self {
        self.scopes.push(name.into());
        self
    }

    /// Where the browser comes back to, as it is registered with the app client; `http://localhost:8400/callback` unless
    /// told. [`ManagedLogin::open_browser`] listens there, so it must be on this machine; port 0 takes any free one.
    pub fn redirect(mut self, url: impl Into<String>) -> Self {
        self.redirect = url.into();
        self
    }

    /// The identity provider to go to at once, by its name in the pool.
    pub fn identity_provider(self, name: impl Into<String>) -> Self {
        self.parameter("identity_provider", name)
    }

    /// The user name to fill in.
    pub fn login_hint(self, name: impl Into<String>) -> Self {
        self.parameter("login_hint", name)
    }

    /// The language of the pages, such as `de`.
    pub fn language(self, tag: impl Into<String>) -> Self {
        self.parameter("lang", tag)
    }

    /// The resource server that the access token is bound to: it becomes the `aud` claim.
    pub fn resource(self, uri: impl Into<String>) -> Self {
        self.parameter("resource", uri)
    }

    /// What the user is asked.
    pub fn prompt(self, prompt: Prompt) -> Self {
        let value = match prompt {
            Prompt::Login => "login",
            Prompt::None => "none",
            Prompt::SelectAccount => "select_account",
            Prompt::Consent => "consent",
        };
        self.parameter("prompt", value)
    }

    /// The name under which the session is kept in the app client's store, and found by
    /// [`AppClient::restore`](crate::AppClient::restore): for a program with one user, who is not known before the
    /// sign-in. The user's name (`cognito:username`) unless told.
    pub fn kept_as(mut self, name: impl Into<String>) -> Self {
        self.kept_as = Some(name.into());
        self
    }

    /// How long to wait for the user; five minutes unless told.
    pub fn timeout(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Other addresses than `/oauth2/authorize` and `/oauth2/token` of the domain, for a server that is not Cognito's.
    pub fn endpoints(mut self, authorize: impl Into<String>, token: impl Into<String>) -> Self {
        self.authorize_endpoint = Some(authorize.into());
        self.token_endpoint = Some(token.into());
        self
    }

    /// Where a browser is sent to end its session at the domain; it then goes to `back_to`, which must be registered as
    /// a sign-out URL. Tokens are not revoked by it.
    ///
    /// # Errors
    /// [`AuthErrorKind::Configuration`] if the domain is none.
    pub fn logout_url(&self, back_to: &str) -> Result<Url, AuthError> {
        let mut url = self.connection()?.domain;
        url.set_path("/logout");
        url.query_pairs_mut()
            .append_pair("client_id", &self.registration.home.client_id)
            .append_pair("logout_uri", back_to);
        Ok(url)
    }

    /// New tokens for a refresh token that came from the domain. It is sent once: where refresh tokens rotate, a second
    /// sending is taken for reuse.
    ///
    /// # Errors
    /// [`AuthErrorKind::RefreshTokenInvalid`] and what any call may meet.
    pub async fn refresh(&self, refresh_token: &Secret) -> Result<SignedIn, AuthError> {
        let connection = self.connection()?;
        connection.refresh(refresh_token).await
    }

    fn parameter(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.parameters.retain(|(known, _)| *known != name);
        self.parameters.push((name, value.into()));
        self
    }

    fn connection(&self) -> Result<Endpoints, AuthError> {
        Endpoints::of_domain(&self.domain, &self.registration, self.registration.secret.clone())?
            .placed(self.authorize_endpoint.as_deref(), self.token_endpoint.as_deref())
    }
}

impl<P: Pool, G: GrantOf<P::Api>> ManagedLogin<P, G> {
    /// Opens the user's browser and waits for it to come back to this machine.
    ///
    /// # Errors
    /// [`AuthErrorKind::Refused`] if the user or the pool broke it off, [`AuthErrorKind::TimedOut`],
    /// [`AuthErrorKind::MissingScope`] if the grant is smaller than what was asked for, [`AuthErrorKind::Configuration`]
    /// if the port is taken or no browser opens, and what any call may meet.
    pub async fn open_browser(self) -> Result<UserSession<P, G>, AuthError> {
        self.open_with(|url| {
            open::that_detached(url.as_str()).map_err(|error| {
                let detail = format!("no browser opens ({error}); show the address yourself with `open_with`");
                AuthError::because(AuthErrorKind::Configuration, OPERATION, detail)
            })
        })
        .await
    }

    /// The same, with the address handed to `show`: to print it, or to open it in a way of one's own.
    ///
    /// # Errors
    /// Those of `show` and of [`ManagedLogin::open_browser`].
    pub async fn open_with(
        self,
        show: impl FnOnce(&Url) -> Result<(), AuthError>,
    ) -> Result<UserSession<P, G>, AuthError> {
        let redirect = Url::parse(&self.redirect).map_err(|_| not_here())?;
        let listener = Listener::bind(redirect).await?;
        let patience = self.patience;
        let pending = self.begin_at(listener.redirect().clone())?;
        show(pending.url())?;
        let returned = tokio::time::timeout(patience, listener.wait(&pending.state))
            .await
            .map_err(|_| AuthError::because(AuthErrorKind::TimedOut, OPERATION, "the browser did not come back"))??;
        pending.session(returned).await
    }

    /// A session of tokens that the domain gave to somebody else.
    ///
    /// # Errors
    /// What a refresh may meet; [`AuthErrorKind::Protocol`] if the tokens are not a user's ID and access token of the pool
    /// `P`; [`AuthErrorKind::MissingScope`], [`AuthErrorKind::Store`].
    pub async fn session_from(&self, tokens: TokenSet) -> Result<UserSession<P, G>, AuthError> {
        self.registration.adopt(self.source()?, tokens).await?.try_grant().map_err(unfit)
    }

    /// Begins without a listener, for an application that the browser comes back to by itself: a web service, or one
    /// with an address scheme of its own.
    ///
    /// # Errors
    /// [`AuthErrorKind::Configuration`] if the domain or the redirect is no address.
    pub fn begin(self) -> Result<PendingLogin<P, G>, AuthError> {
        let redirect = Url::parse(&self.redirect).map_err(|_| not_here())?;
        self.begin_at(redirect)
    }

    fn source(&self) -> Result<Arc<dyn Source>, AuthError> {
        Ok(Arc::new(OverDomain::new(&self.registration, &self.domain, self.token_endpoint.as_deref())?))
    }

    fn begin_at(self, redirect: Url) -> Result<PendingLogin<P, G>, AuthError> {
        let resource = self.parameters.iter().find(|(name, _)| *name == "resource");
        self.registration.admit(resource.map(|(_, uri)| uri.as_str()), Gives::IdToken)?;
        let connection = self.connection()?;
        let source = self.source()?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let nonce = CsrfToken::new_random();
        let mut names = Vec::new();
        G::names(&mut names);
        let asked: Vec<String> =
            self.scopes.iter().map(String::as_str).chain(names.iter().copied()).fold(Vec::new(), |mut asked, name| {
                if !asked.iter().any(|known| known == name) {
                    asked.push(name.to_owned());
                }
                asked
            });
        let client = connection.client();
        let mut request = client
            .authorize_url(CsrfToken::new_random)
            .set_redirect_uri(Cow::Owned(RedirectUrl::from_url(redirect.clone())))
            .set_pkce_challenge(challenge)
            .add_scopes(asked.into_iter().map(Scope::new))
            .add_extra_param("nonce", nonce.secret().clone());
        for (name, value) in self.parameters {
            request = request.add_extra_param(name, value);
        }
        let (url, state) = request.url();
        Ok(PendingLogin {
            home: self.registration.home,
            kept_as: self.kept_as,
            source,
            connection,
            redirect,
            url,
            state: Secret::from(state.into_secret()),
            nonce: Secret::from(nonce.into_secret()),
            verifier,
            wanted: names,
            types: PhantomData,
        })
    }
}

/// A sign-in that waits for the browser to come back. It is used up by that.
#[must_use = "the sign-in waits for the browser"]
pub struct PendingLogin<P, G = ()> {
    home: Home,
    kept_as: Option<String>,
    source: Arc<dyn Source>,
    connection: Endpoints,
    redirect: Url,
    url: Url,
    state: Secret,
    nonce: Secret,
    verifier: PkceCodeVerifier,
    wanted: Vec<&'static str>,
    types: PhantomData<fn() -> (P, G)>,
}

impl<P, G> PendingLogin<P, G> {
    /// Where to send the browser.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The `state` with which the browser will come back: what a web service finds the pending sign-in by. It belongs
    /// to one browser, so bind it to that with a cookie.
    pub fn state(&self) -> &Secret {
        &self.state
    }

    /// Takes the address with which the browser came back, whole or from the `?` on.
    ///
    /// # Errors
    /// [`AuthErrorKind::Protocol`] if it belongs to another sign-in, [`AuthErrorKind::Refused`] if the user or the pool
    /// broke it off, [`AuthErrorKind::MissingScope`], [`AuthErrorKind::Store`] if the session can't be written to its
    /// store, and what any call may meet.
    pub async fn finish(self, returned_to: &str) -> Result<UserSession<P, G>, AuthError>
    where
        P: Pool,
        G: GrantOf<P::Api>,
    {
        let returned = self.returned(returned_to)?;
        self.session(returned).await
    }

    /// The same with the raw tokens, for a program that keeps them in its own way.
    ///
    /// # Errors
    /// As [`PendingLogin::finish`].
    pub async fn finish_raw(self, returned_to: &str) -> Result<SignedIn, AuthError> {
        let returned = self.returned(returned_to)?;
        self.redeem(returned).await
    }

    fn returned(&self, returned_to: &str) -> Result<Returned, AuthError> {
        let query = returned_to.split_once('?').map_or(returned_to, |(_, query)| query);
        let query = query.split_once('#').map_or(query, |(query, _)| query);
        Returned::read(query, &self.state).map_err(|why| AuthError::because(AuthErrorKind::Protocol, OPERATION, why))
    }

    async fn session(self, returned: Returned) -> Result<UserSession<P, G>, AuthError>
    where
        P: Pool,
        G: GrantOf<P::Api>,
    {
        let (home, source, kept_as) = (self.home.clone(), Arc::clone(&self.source), self.kept_as.clone());
        let signed_in = self.redeem(returned).await?;
        let Opened { session, kept } = home.open(source, kept_as.as_deref(), &signed_in, None).await?;
        kept?;
        UserSession::of(session).map_err(unfit)
    }

    async fn redeem(self, returned: Returned) -> Result<SignedIn, AuthError> {
        let code = match returned {
            Returned::Code(code) => code,
            Returned::Error { code, description } => {
                let error = AuthError::answered(OPERATION, Some(&code), description.as_deref(), None, None);
                return Err(error);
            }
        };
        let signed_in = self.connection.redeem(code.expose().to_owned(), self.verifier, &self.redirect).await?;
        if let Some(id_token) = &signed_in.id_token {
            check_nonce(id_token, &self.nonce)?;
        }
        // Cognito's access tokens say themselves what they were granted; another server's answer says it.
        let scopes = UnverifiedClaims::read(signed_in.access_token.expose())
            .ok()
            .and_then(|claims| claims.scopes)
            .or_else(|| signed_in.scopes.clone());
        require_scopes(&scopes.unwrap_or_default(), &self.wanted)
            .map_err(|error| AuthError::because(AuthErrorKind::MissingScope, OPERATION, error.to_string()))?;
        Ok(signed_in)
    }
}

impl<P, G> fmt::Debug for ManagedLogin<P, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ManagedLogin").field("domain", &self.domain).finish_non_exhaustive()
    }
}

impl<P, G> fmt::Debug for PendingLogin<P, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingLogin").finish_non_exhaustive()
    }
}

/// With what the browser came back.
enum Returned {
    Code(Secret),
    Error { code: String, description: Option<String> },
}

impl Returned {
    /// Reads the query. What does not hold our state, exactly once and exactly, is not ours.
    fn read(query: &str, state: &Secret) -> Result<Self, &'static str> {
        let (mut found_state, mut code, mut error, mut description) = (None, None, None, None);
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let place = match &*name {
                "state" => &mut found_state,
                "code" => &mut code,
                "error" => &mut error,
                "error_description" => &mut description,
                _ => continue,
            };
            if place.replace(value.into_owned()).is_some() {
                return Err("a parameter is there twice");
            }
        }
        let found_state = found_state.ok_or("there is no `state`")?;
        // In constant time, as secrets are compared.
        if Secret::from(found_state) != *state {
            return Err("the `state` is that of another sign-in");
        }
        match (code, error) {
            (None, Some(code)) => Ok(Self::Error { code, description }),
            (Some(code), None) if !code.is_empty() => Ok(Self::Code(code.into())),
            _ => Err("there is neither a `code` nor an `error`, or both"),
        }
    }
}

/// The ID token must be the one of this sign-in (OpenID Connect Core 1.0, section 3.1.3.7, number 11).
fn check_nonce(id_token: &Secret, nonce: &Secret) -> Result<(), AuthError> {
    let mut parts = id_token.expose().split('.');
    let found = parts
        .nth(1)
        .and_then(|payload| base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(payload).ok())
        .and_then(|payload| serde_json::from_slice::<serde_json::Value>(&payload).ok())
        .and_then(|claims| claims.get("nonce")?.as_str().map(Secret::from));
    if found.as_ref() == Some(nonce) {
        return Ok(());
    }
    Err(AuthError::because(AuthErrorKind::Protocol, OPERATION, "the ID token is not the one of this sign-in (`nonce`)"))
}

/// What becomes of a request to the listener.
#[cfg(feature = "fuzzing")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Callback {
    /// It is the sign-in, with this code.
    Code(Secret),
    /// The sign-in was broken off, for this reason.
    Error(String),
    /// It is turned away with this status, and the waiting goes on.
    TurnedAway(&'static str),
}

/// What the listener makes of the head of a request.
#[cfg(feature = "fuzzing")]
pub(crate) fn judged(head: &str, path: &str, state: &str) -> Callback {
    match listener::judge(head, path, &state.into()) {
        Ok(Returned::Code(code)) => Callback::Code(code),
        Ok(Returned::Error { code, .. }) => Callback::Error(code),
        Err((status, _)) => Callback::TurnedAway(status),
    }
}

fn not_here() -> AuthError {
    AuthError::because(
        AuthErrorKind::Configuration,
        OPERATION,
        format!("the redirect must be an address such as `{DEFAULT_REDIRECT}`, registered with the app client"),
    )
}

const DEFAULT_REDIRECT: &str = "http://localhost:8400/callback";
const OPERATION: &str = "managed login";

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
