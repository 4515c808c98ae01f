//! Managed login: sign-in in a browser at the pool's domain (authorization code with PKCE, RFC 6749, 7636 and 8252).

use crate::auth::error::{AuthError, AuthErrorKind};
use crate::auth::signed_in::SignedIn;
use crate::auth::token_set::TokenSet;
use crate::cognito::adopt::unfit;
use crate::cognito::registration::Registration;
use crate::contract::grants::GrantOf;
use crate::credential::pool::Pool;
use crate::oauth::endpoints::{AuthorizationRequest, Endpoints};
use crate::oauth::managed_login::listener::Listener;
use crate::oauth::managed_login::pending::PendingLogin;
use crate::oauth::managed_login::returned::{DEFAULT_REDIRECT, OPERATION, not_here};
use crate::oauth::pkce::{challenge, unguessable};
use crate::oauth::source::DomainSource;
use crate::refresh::throttling::{LONGEST, repeated};
use crate::secret::Secret;
use crate::session::source::Source;
use crate::token::audience::SignInTokens;
use crate::token_credential::typed::UserSession;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// A sign-in in a browser at the domain of a user pool.
///
/// ```no_run
/// # async fn example<PetPool: cogen_runtime::UserPool + 'static>() -> Result<(), cogen_runtime::AuthError> {
/// let app = PetPool::app_client("1example23456789");
/// let session = app.managed_login("https://auth.example.com").open_browser().await?;
/// # let _ = session;
/// # Ok(())
/// # }
/// ```
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

/// The parameter `prompt`: what the user is asked, even with a session in the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Prompt {
    /// The user signs in again.
    Login,
    /// The user is not asked. The sign-in fails if the browser has no session.
    None,
    /// The user chooses an account.
    SelectAccount,
    /// The user agrees to the scopes.
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
    /// Sets the scopes of the API to request. The access token must be granted all of them.
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

    /// Adds a scope, such as `email`, or `aws.cognito.signin.user.admin` for account operations. `openid` is always requested, since it
    /// gives the ID token.
    pub fn scope(mut self, name: impl Into<String>) -> Self {
        self.scopes.push(name.into());
        self
    }

    /// Sets the redirect URL, which must be registered with the app client; `http://localhost:8400/callback` if it is not set.
    /// [`ManagedLogin::open_browser`] listens at this URL, so it must be on this machine; port 0 is any free port.
    pub fn redirect(mut self, url: impl Into<String>) -> Self {
        self.redirect = url.into();
        self
    }

    /// Sets the identity provider by its name in the pool, and skips the choice of the user.
    pub fn identity_provider(self, name: impl Into<String>) -> Self {
        self.parameter("identity_provider", name)
    }

    /// Sets the user name in the form.
    pub fn login_hint(self, name: impl Into<String>) -> Self {
        self.parameter("login_hint", name)
    }

    /// Sets the language of the pages, such as `de`.
    pub fn language(self, tag: impl Into<String>) -> Self {
        self.parameter("lang", tag)
    }

    /// Binds the access token to a resource server (RFC 8707), which becomes the claim `aud`.
    pub fn resource(self, uri: impl Into<String>) -> Self {
        self.parameter("resource", uri)
    }

    /// Sets what the user is asked.
    pub fn prompt(self, prompt: Prompt) -> Self {
        let value = match prompt {
            Prompt::Login => "login",
            Prompt::None => "none",
            Prompt::SelectAccount => "select_account",
            Prompt::Consent => "consent",
        };
        self.parameter("prompt", value)
    }

    /// Sets the name of the session in the store, for [`AppClient::restore`](crate::AppClient::restore): for a program with one user,
    /// whose name is not known before the sign-in. The user name (`cognito:username`) if it is not set.
    pub fn kept_as(mut self, name: impl Into<String>) -> Self {
        self.kept_as = Some(name.into());
        self
    }

    /// Sets how long to wait for the user; five minutes if it is not set.
    pub fn timeout(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Sets the authorization and token endpoints, for a server other than Cognito.
    pub fn endpoints(mut self, authorize: impl Into<String>, token: impl Into<String>) -> Self {
        self.authorize_endpoint = Some(authorize.into());
        self.token_endpoint = Some(token.into());
        self
    }

    /// Returns the URL that ends the session of a browser at the domain. The browser then goes to `back_to`, which must be registered as a
    /// sign-out URL. Tokens are not revoked.
    ///
    /// # Errors
    /// [`AuthErrorKind::Configuration`] if the domain is not valid.
    pub fn logout_url(&self, back_to: &str) -> Result<Url, AuthError> {
        let mut url = self.connection()?.domain;
        url.set_path("/logout");
        url.query_pairs_mut()
            .append_pair("client_id", &self.registration.settings.client_id)
            .append_pair("logout_uri", back_to);
        Ok(url)
    }

    /// Gets new tokens for a refresh token of the domain. The request is not repeated, since a second request with a rotated refresh token
    /// counts as reuse, unless the service throttled it, so that it had no effect.
    ///
    /// # Errors
    /// [`AuthErrorKind::RefreshTokenInvalid`] and [the errors of every request](crate::AuthErrorKind).
    pub async fn refresh(&self, refresh_token: &Secret) -> Result<SignedIn, AuthError> {
        let connection = self.connection()?;
        repeated(LONGEST, AuthError::is_throttled, || connection.refresh(refresh_token)).await
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
    /// Opens the browser of the user, and waits for the redirect to this machine.
    ///
    /// # Errors
    /// [`AuthErrorKind::Refused`] if the user or the pool cancelled it, [`AuthErrorKind::TimedOut`], [`AuthErrorKind::MissingScope`] if a
    /// requested scope was not granted, [`AuthErrorKind::Configuration`] if the port is in use or no browser opens, and [the errors of every request](crate::AuthErrorKind).
    pub async fn open_browser(self) -> Result<UserSession<P, G>, AuthError> {
        self.open_with(|url| {
            open::that_detached(url.as_str()).map_err(|error| {
                let detail = format!("no browser opens ({error}): show the address with `open_with`");
                AuthError::because(AuthErrorKind::Configuration, OPERATION, detail)
            })
        })
        .await
    }

    /// Passes the address to `show`, which prints or opens it, and waits for the redirect.
    ///
    /// # Errors
    /// The errors of `show` and of [`ManagedLogin::open_browser`].
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

    /// Creates a session from tokens that another program got from the domain.
    ///
    /// # Errors
    /// The errors of [`refresh`](Self::refresh); [`AuthErrorKind::Protocol`] if the tokens are not the ID token and access token of a user
    /// of the pool `P`; [`AuthErrorKind::MissingScope`]; [`AuthErrorKind::Store`] if the session can't be stored.
    pub async fn session_from(&self, tokens: TokenSet) -> Result<UserSession<P, G>, AuthError> {
        self.registration.adopt(self.source()?, tokens).await?.try_grant().map_err(unfit)
    }

    /// Starts the sign-in without a listener, for an application that receives the redirect itself: a web service, or an application with
    /// its own URL scheme.
    ///
    /// # Errors
    /// [`AuthErrorKind::Configuration`] if the domain or the redirect is not a valid URL.
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
        let (state, nonce, verifier) = (unguessable()?, unguessable()?, unguessable()?);
        let mut names = Vec::new();
        G::names(&mut names);
        let asked: Vec<String> =
            self.scopes.iter().map(String::as_str).chain(names.iter().copied()).fold(Vec::new(), |mut asked, name| {
                if !asked.iter().any(|known| known == name) {
                    asked.push(name.to_owned());
                }
                asked
            });
        let mut parameters = vec![("nonce", nonce.expose().to_owned())];
        parameters.extend(self.parameters);
        let url = connection.authorize_url(&AuthorizationRequest {
            state: &state,
            challenge: &challenge(&verifier),
            redirect: &redirect,
            scopes: &asked,
            parameters: &parameters,
        });
        Ok(PendingLogin {
            settings: self.registration.settings,
            kept_as: self.kept_as,
            source,
            connection,
            redirect,
            url,
            state,
            nonce,
            verifier,
            asked,
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
