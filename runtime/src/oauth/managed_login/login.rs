//! Managed login: sign-in in a browser at the pool's domain (authorization code with PKCE, RFC 6749, 7636 and 8252).

use crate::auth::error::{AuthError, AuthErrorKind};
use crate::auth::own_endpoints::OwnEndpoints;
use crate::auth::signed_in::SignedIn;
use crate::auth::token_set::TokenSet;
use crate::cognito::adopt::unfit;
use crate::cognito::registration::Registration;
use crate::contract::grants::GrantOf;
use crate::credential::pool::Pool;
use crate::oauth::addresses::Addresses;
use crate::oauth::endpoints::{AuthorizationRequest, Endpoints};
use crate::oauth::managed_login::listener::Listener;
use crate::oauth::managed_login::pending::PendingLogin;
use crate::oauth::managed_login::redirect::{DEFAULT_REDIRECT, Redirect};
use crate::oauth::managed_login::returned::OPERATION;
use crate::oauth::managed_login::tokens::{AccessOnly, IdAndAccess, LoginTokens, LoginTypes};
use crate::oauth::parameters;
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
pub struct ManagedLogin<P, G = (), T = IdAndAccess> {
    settings: LoginSettings,
    types: LoginTypes<P, G, T>,
}

/// The settings of a managed login.
#[derive(Clone)]
struct LoginSettings {
    registration: Registration,
    domain: String,
    endpoints: OwnEndpoints,
    redirects: Vec<String>,
    scopes: Vec<String>,
    /// The further parameters of the authorization endpoint and of the token endpoint.
    authorize: Vec<(String, String)>,
    token: Vec<(String, String)>,
    patience: Duration,
    kept_as: Option<String>,
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
        let settings = LoginSettings {
            registration: registration.clone(),
            domain,
            endpoints: registration.endpoints.clone(),
            redirects: vec![DEFAULT_REDIRECT.to_owned()],
            scopes: Vec::new(),
            authorize: Vec::new(),
            token: Vec::new(),
            patience: Duration::from_secs(300),
            kept_as: None,
        };
        Self { settings, types: PhantomData }
    }
}

impl<P, G, T> ManagedLogin<P, G, T> {
    /// Sets the scopes of the API to request. The access token must be granted all of them.
    pub fn grant<Other>(self) -> ManagedLogin<P, Other, T>
    where
        P: Pool,
        Other: GrantOf<P::Api>,
    {
        ManagedLogin { settings: self.settings, types: PhantomData }
    }

    /// Does not request the scope `openid`, for an app client that does not allow it. There is no ID token then, and the sign-in returns an
    /// [`AccessToken`](crate::AccessToken) that is refreshed. [`AppClient::restore_access`](crate::AppClient::restore_access) returns it
    /// from the store.
    pub fn access_only(self) -> ManagedLogin<P, G, AccessOnly> {
        ManagedLogin { settings: self.settings, types: PhantomData }
    }

    /// Adds a scope, such as `email`, or `aws.cognito.signin.user.admin` for account operations. `openid` is requested unless
    /// [`access_only`](Self::access_only) is set, since it gives the ID token.
    pub fn scope(self, name: impl Into<String>) -> Self {
        self.with(|settings| settings.scopes.push(name.into()))
    }

    /// Sets the redirect URL, which must be registered with the app client; `http://localhost:8400/callback` if it is not set.
    ///
    /// Cognito compares the text of the URL with the port, and accepts plain `http` for `localhost` only.
    /// [`ManagedLogin::open_browser`] listens at this URL, so it must be on this machine: `localhost`, and for other servers 127.0.0.1 or
    /// `[::1]`. Port 0 is any free port, for a server that ignores the port (RFC 8252, section 7.3).
    pub fn redirect(self, url: impl Into<String>) -> Self {
        self.redirects([url])
    }

    /// Sets several redirect URLs, all registered with the app client. [`ManagedLogin::open_browser`] listens at the first one whose port
    /// is free; [`ManagedLogin::begin`] uses the first one.
    pub fn redirects(self, urls: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.with(|settings| settings.redirects = urls.into_iter().map(Into::into).collect())
    }

    /// Sets the identity provider by its name in the pool, and skips the choice of the user.
    pub fn identity_provider(self, name: impl Into<String>) -> Self {
        self.authorize_parameter("identity_provider", name)
    }

    /// Sets the identity provider by one of its identifiers, such as the domain of the user's e-mail address.
    pub fn idp_identifier(self, identifier: impl Into<String>) -> Self {
        self.authorize_parameter("idp_identifier", identifier)
    }

    /// Sets the user name in the form.
    pub fn login_hint(self, name: impl Into<String>) -> Self {
        self.authorize_parameter("login_hint", name)
    }

    /// Sets the language of the pages, such as `de`.
    pub fn language(self, tag: impl Into<String>) -> Self {
        self.authorize_parameter("lang", tag)
    }

    /// Binds the access token to a resource server (RFC 8707), which becomes the claim `aud`.
    pub fn resource(self, uri: impl Into<String>) -> Self {
        self.authorize_parameter("resource", uri)
    }

    /// Sets the required level of authentication (step-up), such as `urn:cognito:loa:3`. The ID token has it in the claim `acr`.
    pub fn acr_values(self, values: impl Into<String>) -> Self {
        self.authorize_parameter("acr_values", values)
    }

    /// Sets how long ago the user may have signed in; after that the user signs in again. It is sent in whole seconds.
    pub fn max_age(self, age: Duration) -> Self {
        self.authorize_parameter("max_age", age.as_secs().to_string())
    }

    /// Sets what the user is asked.
    pub fn prompt(self, prompt: Prompt) -> Self {
        let value = match prompt {
            Prompt::Login => "login",
            Prompt::None => "none",
            Prompt::SelectAccount => "select_account",
            Prompt::Consent => "consent",
        };
        self.authorize_parameter("prompt", value)
    }

    /// Sets any further parameter of the authorization endpoint. A parameter that the request sets itself, such as `state`, is refused
    /// with [`AuthErrorKind::Configuration`] when the sign-in begins.
    pub fn authorize_parameter(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.with(|settings| parameters::set(&mut settings.authorize, name, value))
    }

    /// Sets a further parameter of the request that redeems the code at the token endpoint. A parameter that the request sets itself is
    /// refused as by [`authorize_parameter`](Self::authorize_parameter).
    pub fn token_parameter(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.with(|settings| parameters::set(&mut settings.token, name, value))
    }

    /// Sets the name of the session in the store, for [`AppClient::restore`](crate::AppClient::restore): for a program with one user,
    /// whose name is not known before the sign-in. The user name (`cognito:username`) if it is not set.
    pub fn kept_as(self, name: impl Into<String>) -> Self {
        self.with(|settings| settings.kept_as = Some(name.into()))
    }

    /// Sets how long to wait for the user; five minutes if it is not set.
    pub fn timeout(self, patience: Duration) -> Self {
        self.with(|settings| settings.patience = patience)
    }

    /// Sets the authorization and token endpoints, for a server other than Cognito.
    pub fn endpoints(self, authorize: impl Into<String>, token: impl Into<String>) -> Self {
        self.with(|settings| {
            settings.endpoints.authorize = Some(authorize.into());
            settings.endpoints.token = Some(token.into());
        })
    }

    /// Sets the endpoint at which a sign-out revokes refresh tokens (RFC 7009). It replaces `/oauth2/revoke` of the domain.
    pub fn revoke_endpoint(self, url: impl Into<String>) -> Self {
        self.with(|settings| settings.endpoints.revoke = Some(url.into()))
    }

    /// Sets the address of [`ManagedLogin::logout_url`]. It replaces `/logout` of the domain.
    pub fn logout_endpoint(self, url: impl Into<String>) -> Self {
        self.with(|settings| settings.endpoints.logout = Some(url.into()))
    }

    /// Returns the URL that ends the session of a browser at the domain. The browser then goes to `back_to`, which must be registered as a
    /// sign-out URL. Tokens are not revoked.
    ///
    /// # Errors
    /// [`AuthErrorKind::Configuration`] if the domain is not valid.
    pub fn logout_url(&self, back_to: &str) -> Result<Url, AuthError> {
        let mut url = self.settings.addresses()?.logout;
        url.query_pairs_mut()
            .append_pair("client_id", &self.settings.registration.settings.client_id)
            .append_pair("logout_uri", back_to);
        Ok(url)
    }

    /// Gets new tokens for a refresh token of the domain. The request is not repeated, since a second request with a rotated refresh token
    /// counts as reuse, unless the service throttled it, so that it had no effect.
    ///
    /// # Errors
    /// [`AuthErrorKind::RefreshTokenInvalid`] and [the errors of every request](crate::AuthErrorKind).
    pub async fn refresh(&self, refresh_token: &Secret) -> Result<SignedIn, AuthError> {
        let connection = self.settings.connection()?;
        repeated(LONGEST, AuthError::is_throttled, || connection.refresh(refresh_token)).await
    }

    fn with(mut self, change: impl FnOnce(&mut LoginSettings)) -> Self {
        change(&mut self.settings);
        self
    }
}

impl<P: Pool, G: GrantOf<P::Api>> ManagedLogin<P, G> {
    /// Creates a session from tokens that another program got from the domain.
    ///
    /// # Errors
    /// The errors of [`refresh`](Self::refresh); [`AuthErrorKind::Protocol`] if the tokens are not the ID token and access token of a user;
    /// [`AuthErrorKind::Configuration`] if they are not of the pool `P`; [`AuthErrorKind::MissingScope`]; [`AuthErrorKind::Store`] if the
    /// session can't be stored.
    pub async fn session_from(&self, tokens: TokenSet) -> Result<UserSession<P, G>, AuthError> {
        let settings = &self.settings;
        settings.registration.adopt(settings.source()?, tokens).await?.try_grant().map_err(unfit)
    }
}

impl<P: Pool, G: GrantOf<P::Api>, T: LoginTokens> ManagedLogin<P, G, T> {
    /// Opens the browser of the user, and waits for the redirect to this machine.
    ///
    /// # Errors
    /// [`AuthErrorKind::Refused`] if the user or the pool cancelled it, [`AuthErrorKind::TimedOut`], [`AuthErrorKind::MissingScope`] if a
    /// requested scope was not granted, [`AuthErrorKind::Configuration`] if the port is in use or no browser opens, and [the errors of every request](crate::AuthErrorKind).
    pub async fn open_browser(self) -> Result<T::Credential<P, G>, AuthError> {
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
    ) -> Result<T::Credential<P, G>, AuthError> {
        let listener = Listener::bind(&self.settings.redirects()?).await?;
        let patience = self.settings.patience;
        let redirect = listener.redirect().clone();
        let pending = self.begin_at(&redirect)?;
        show(pending.url())?;
        let returned = tokio::time::timeout(patience, listener.wait(&pending.state))
            .await
            .map_err(|_| AuthError::because(AuthErrorKind::TimedOut, OPERATION, no_return(&redirect, patience)))?;
        pending.session(returned).await
    }

    /// Starts the sign-in without a listener, for an application that receives the redirect itself: a web service, or an application with
    /// its own URL scheme.
    ///
    /// # Errors
    /// [`AuthErrorKind::Configuration`] if the domain, the redirect or a parameter is not valid.
    pub fn begin(self) -> Result<PendingLogin<P, G, T>, AuthError> {
        let redirects = self.settings.redirects()?;
        let [redirect, ..] = redirects.as_slice() else { return Err(no_redirect()) };
        self.begin_at(redirect)
    }

    fn begin_at(self, redirect: &Redirect) -> Result<PendingLogin<P, G, T>, AuthError> {
        let settings = self.settings;
        parameters::check(&settings.authorize, OPERATION)?;
        parameters::check(&settings.token, OPERATION)?;
        let resource = settings.authorize.iter().find(|(name, _)| name == "resource");
        let tokens = if T::OPENID { SignInTokens::IdToken } else { SignInTokens::AccessToken };
        settings.registration.admit(resource.map(|(_, uri)| uri.as_str()), tokens)?;
        let (connection, source) = (settings.connection()?, settings.source()?);
        let (state, nonce, verifier) = (unguessable()?, unguessable()?, unguessable()?);
        let mut names = Vec::new();
        G::names(&mut names);
        let asked = requested(T::OPENID, &settings.scopes, &names);
        let mut parameters = vec![("nonce".to_owned(), nonce.expose().to_owned())];
        parameters.extend(settings.authorize);
        let url = connection.authorize_url(&AuthorizationRequest {
            state: &state,
            challenge: &challenge(&verifier),
            redirect: redirect.as_str(),
            scopes: &asked,
            parameters: &parameters,
        });
        Ok(PendingLogin {
            settings: settings.registration.settings,
            kept_as: settings.kept_as,
            source,
            connection,
            redirect: redirect.as_str().to_owned(),
            url,
            state,
            nonce,
            verifier,
            token_parameters: settings.token,
            asked,
            wanted: names,
            types: PhantomData,
        })
    }
}

impl LoginSettings {
    fn addresses(&self) -> Result<Addresses, AuthError> {
        Addresses::of_domain(&self.domain, &self.endpoints, self.registration.allow_http)
    }

    fn connection(&self) -> Result<Endpoints, AuthError> {
        Endpoints::new(self.addresses()?, &self.registration, self.registration.secret.clone())
    }

    fn source(&self) -> Result<Arc<dyn Source>, AuthError> {
        Ok(Arc::new(DomainSource::new(&self.registration, &self.domain, &self.endpoints)?))
    }

    fn redirects(&self) -> Result<Vec<Redirect>, AuthError> {
        let redirects: Vec<_> = self.redirects.iter().map(|text| Redirect::parse(text)).collect::<Result<_, _>>()?;
        if redirects.is_empty() { Err(no_redirect()) } else { Ok(redirects) }
    }
}

/// The scopes to request, each once.
fn requested(openid: bool, further: &[String], granted: &[&str]) -> Vec<String> {
    let openid = openid.then_some("openid");
    let mut scopes: Vec<String> = Vec::new();
    for name in openid.into_iter().chain(further.iter().map(String::as_str)).chain(granted.iter().copied()) {
        if !scopes.iter().any(|known| known == name) {
            scopes.push(name.to_owned());
        }
    }
    scopes
}

fn no_redirect() -> AuthError {
    let detail = format!(
        "there is no redirect URL: set one that is registered with the app client, such as `{DEFAULT_REDIRECT}`"
    );
    AuthError::because(AuthErrorKind::Configuration, OPERATION, detail)
}

/// Why a browser can fail to return. The pool shows errors about the redirect URL in the browser only.
fn no_return(redirect: &Redirect, patience: Duration) -> String {
    format!(
        "the browser did not come back to `{}` within {} s. What the page in the browser shows says why. Usual causes: the callback URL is \
         not registered with the app client (the pool compares its text with the port, and takes plain `http` for `localhost` only); the \
         app client is not of this domain's pool, or has no OAuth flow; no browser was opened, or its page was closed",
        redirect.as_str(),
        patience.as_secs()
    )
}

impl<P, G, T> Clone for ManagedLogin<P, G, T> {
    fn clone(&self) -> Self {
        Self { settings: self.settings.clone(), types: PhantomData }
    }
}

impl<P, G, T> fmt::Debug for ManagedLogin<P, G, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ManagedLogin").field("domain", &self.settings.domain).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
