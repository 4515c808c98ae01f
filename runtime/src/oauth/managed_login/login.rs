//! Managed login: sign-in in a browser at the pool's domain (authorization code with PKCE, RFC 6749, 7636 and 8252).

use crate::auth::error::{AuthError, AuthErrorKind};
use crate::auth::signed_in::SignedIn;
use crate::auth::token_set::TokenSet;
use crate::cognito::adopt::unfit;
use crate::cognito::registration::Registration;
use crate::contract::grants::GrantOf;
use crate::credential::pool::Pool;
use crate::oauth::endpoints::Endpoints;
use crate::oauth::managed_login::listener::Listener;
use crate::oauth::managed_login::pending::PendingLogin;
use crate::oauth::managed_login::returned::{DEFAULT_REDIRECT, OPERATION, not_here};
use crate::oauth::source::DomainSource;
use crate::secret::Secret;
use crate::session::source::Source;
use crate::token::audience::SignInTokens;
use crate::token_credential::typed::UserSession;
use oauth2::{CsrfToken, PkceCodeChallenge, RedirectUrl, Scope};
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
    /// a sign-out URL. SessionTokens are not revoked by it.
    ///
    /// # Errors
    /// [`AuthErrorKind::Configuration`] if the domain is none.
    pub fn logout_url(&self, back_to: &str) -> Result<Url, AuthError> {
        let mut url = self.connection()?.domain;
        url.set_path("/logout");
        url.query_pairs_mut()
            .append_pair("client_id", &self.registration.settings.client_id)
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
        Ok(Arc::new(DomainSource::new(&self.registration, &self.domain, self.token_endpoint.as_deref())?))
    }

    fn begin_at(self, redirect: Url) -> Result<PendingLogin<P, G>, AuthError> {
        let resource = self.parameters.iter().find(|(name, _)| *name == "resource");
        self.registration.admit(resource.map(|(_, uri)| uri.as_str()), SignInTokens::IdToken)?;
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
            settings: self.registration.settings,
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

impl<P, G> fmt::Debug for ManagedLogin<P, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ManagedLogin").field("domain", &self.domain).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
