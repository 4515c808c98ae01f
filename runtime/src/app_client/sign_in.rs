//! The ways to sign in with an app client.

use crate::app_client::client::AppClient;
use crate::auth::error::AuthError;
#[cfg(feature = "cognito")]
use crate::auth::signed_in::SignedIn;
use crate::auth::token_set::TokenSet;
use crate::cognito::adopt::unfit;
#[cfg(feature = "cognito")]
use crate::cognito::refresh::Refresh;
#[cfg(feature = "cognito")]
use crate::cognito::sign_in::{Flow, SignIn};
use crate::credential::pool::Pool;
#[cfg(feature = "oauth")]
use crate::oauth::client_credentials::ClientCredentials;
#[cfg(feature = "hosted-login")]
use crate::oauth::managed_login::login::ManagedLogin;
#[cfg(feature = "cognito")]
use crate::refresh::throttling::{LONGEST, repeated};
use crate::secret::Secret;
use crate::token_credential::typed::{AccessToken, UserSession};

impl<P> AppClient<P> {
    /// Creates a session from tokens that another program got from the user-pool API. For tokens of managed login use
    /// `session_from_domain`.
    ///
    /// # Errors
    /// The errors of [`refresh`](Self::refresh); [`Protocol`](crate::AuthErrorKind::Protocol) if the tokens are not the ID token and access token of a user
    /// of the pool `P`; [`Store`](crate::AuthErrorKind::Store) if the session can't be stored.
    #[cfg(feature = "cognito")]
    pub async fn session_from(&self, tokens: TokenSet) -> Result<UserSession<P>, AuthError>
    where
        P: Pool,
    {
        self.registration.adopt_over_api(tokens).await
    }

    /// Creates a session from tokens that another program got from a managed-login domain (`https://auth.example.com`). It is refreshed at
    /// `/oauth2/token` of the domain.
    ///
    /// # Errors
    /// The errors of a refresh; [`Configuration`](crate::AuthErrorKind::Configuration) if the domain is not valid; [`Protocol`](crate::AuthErrorKind::Protocol) if the tokens are
    /// not the ID token and access token of a user of the pool `P`; [`Store`](crate::AuthErrorKind::Store) if the session can't be stored.
    #[cfg(feature = "oauth")]
    pub async fn session_from_domain(&self, domain: &str, tokens: TokenSet) -> Result<UserSession<P>, AuthError>
    where
        P: Pool,
    {
        self.registration.adopt_over_domain(domain, tokens).await
    }

    /// Returns the session with this name from the store, written by an earlier sign-in or by another process. No request is sent. If its
    /// tokens have expired, the first call refreshes them.
    ///
    /// # Errors
    /// [`Store`](crate::AuthErrorKind::Store) if the store can't be read, or the record is not a session of this version;
    /// [`Configuration`](crate::AuthErrorKind::Configuration) without a store, or if the session was created at a managed-login domain that is not that of the generated crate, the
    /// environment or [`AppClient::domain`]; [`Protocol`](crate::AuthErrorKind::Protocol) if the session is of another pool.
    pub async fn restore(&self, name: &str) -> Result<Option<UserSession<P>>, AuthError>
    where
        P: Pool,
    {
        let session = self.registration.restore(name, self.known_domain()).await?;
        session.map(UserSession::of).transpose().map_err(unfit)
    }

    /// Returns the access token with this name from the store, for a session without an ID token: of managed login without `openid`
    /// (`ManagedLogin::access_only`). A session with an ID token is returned without it.
    ///
    /// # Errors
    /// The errors of [`restore`](Self::restore).
    pub async fn restore_access(&self, name: &str) -> Result<Option<AccessToken<P>>, AuthError>
    where
        P: Pool,
    {
        let session = self.registration.restore(name, self.known_domain()).await?;
        session.map(AccessToken::of).transpose().map_err(unfit)
    }
}

impl<P: Pool> AppClient<P> {
    /// The domain of the pool. That of the document applies only to the pool of the document.
    fn known_domain(&self) -> Option<&str> {
        let pool = self.registration.settings.deployed.pool_id.as_deref();
        let of_document = P::DOMAIN.filter(|_| pool.is_none() || pool == P::POOL_ID);
        self.registration.domain.as_deref().or(of_document)
    }
}

/// Sign-in over the user-pool API. Its access tokens have the grant [`SelfService`](crate::SelfService) and no scope of an API.
#[cfg(feature = "cognito")]
impl<P> AppClient<P> {
    /// Signs in with a password that is not sent (`USER_SRP_AUTH`).
    pub fn sign_in(&self, username: impl Into<String>, password: impl Into<Secret>) -> SignIn<P> {
        SignIn::new(&self.registration, Flow::Srp, username.into(), Some(password.into()))
    }

    /// Signs in with a password that is sent to the pool (`USER_PASSWORD_AUTH`). A pool that migrates users requires it.
    pub fn sign_in_with_password(&self, username: impl Into<String>, password: impl Into<Secret>) -> SignIn<P> {
        SignIn::new(&self.registration, Flow::Password, username.into(), Some(password.into()))
    }

    /// Signs in with a first factor that the user chooses: password, code or passkey (`USER_AUTH`).
    pub fn sign_in_by_choice(&self, username: impl Into<String>) -> SignIn<P> {
        SignIn::new(&self.registration, Flow::Choice(None), username.into(), None)
    }

    /// Signs in with custom challenges of the pool (`CUSTOM_AUTH`). With [`SignIn::password`] the password is proved by SRP first.
    pub fn sign_in_by_custom_challenge(&self, username: impl Into<String>) -> SignIn<P> {
        SignIn::new(&self.registration, Flow::Custom, username.into(), None)
    }

    /// Signs a user in from a server with AWS credentials (`ADMIN_USER_PASSWORD_AUTH`).
    pub fn sign_in_as_admin(&self, username: impl Into<String>, password: impl Into<Secret>) -> SignIn<P> {
        SignIn::new(&self.registration, Flow::Admin, username.into(), Some(password.into()))
    }
}

#[cfg(feature = "cognito")]
impl<P> AppClient<P> {
    /// Gets new tokens for a refresh token of the user-pool API. If refresh tokens rotate, the response has a new one, and the old one
    /// becomes invalid.
    ///
    /// The request is not repeated, since a second request with a rotated refresh token counts as reuse, unless the service throttled it,
    /// so that it had no effect. A service without `GetTokensFromRefreshToken` gets the older request `REFRESH_TOKEN_AUTH`.
    ///
    /// # Errors
    /// [`RefreshTokenInvalid`](crate::AuthErrorKind::RefreshTokenInvalid) and the other kinds of [`AuthError::ends_session`]; [the errors of every request](crate::AuthErrorKind).
    pub async fn refresh(&self, refresh: Refresh<'_>) -> Result<SignedIn, AuthError> {
        let core = self.core()?;
        repeated(LONGEST, AuthError::is_throttled, || core.refresh(refresh)).await
    }

    /// Revokes a refresh token and all tokens that were issued from it.
    ///
    /// # Errors
    /// [`Configuration`](crate::AuthErrorKind::Configuration) if token revocation is not enabled for the app client, and [the errors of every request](crate::AuthErrorKind).
    pub async fn revoke(&self, refresh_token: &Secret) -> Result<(), AuthError> {
        self.core()?.revoke(refresh_token).await
    }
}

#[cfg(feature = "hosted-login")]
impl<P> AppClient<P> {
    /// Starts a sign-in in a browser at the domain of the pool: `https://auth.example.com`, or
    /// `https://{prefix}.auth.{region}.amazoncognito.com`.
    pub fn managed_login(&self, domain: impl Into<String>) -> ManagedLogin<P> {
        ManagedLogin::new(&self.registration, domain.into())
    }
}

#[cfg(feature = "hosted-login")]
impl<P: Pool> AppClient<P> {
    /// Starts managed login at the domain of the generated crate, the environment or [`AppClient::domain`]; `None` if there is none.
    pub fn published_managed_login(&self) -> Option<ManagedLogin<P>> {
        self.known_domain().map(|domain| self.managed_login(domain))
    }
}

#[cfg(feature = "oauth")]
impl<P: Pool> AppClient<P> {
    /// Starts client credentials at the domain of the generated crate, the environment or [`AppClient::domain`]; `None` if there is none.
    pub fn published_client_credentials(&self, secret: impl Into<Secret>) -> Option<ClientCredentials<P>> {
        self.known_domain().map(|domain| self.client_credentials(domain, secret))
    }
}

#[cfg(feature = "oauth")]
impl<P> AppClient<P> {
    /// Signs a machine in at the domain of the pool (`https://auth.example.com`) with the secret of the app client.
    ///
    /// Each token is billed. The app client and its clones request one token for each set of scopes and resource, for all tasks. With a
    /// [store](AppClient::store), all programs that use the store share the token.
    pub fn client_credentials(&self, domain: impl Into<String>, secret: impl Into<Secret>) -> ClientCredentials<P> {
        ClientCredentials::new(&self.registration, domain.into(), secret.into())
    }
}
