//! The ways to sign in with an app client.

use crate::app_client::client::AppClient;
use crate::auth::error::AuthError;
#[cfg(feature = "cognito")]
use crate::auth::signed_in::SignedIn;
use crate::auth::token_set::TokenSet;
#[cfg(feature = "cognito")]
use crate::cognito::refresh::Refresh;
#[cfg(feature = "cognito")]
use crate::cognito::sign_in::{Flow, SignIn};
use crate::credential::pool::Pool;
#[cfg(feature = "oauth")]
use crate::oauth::client_credentials::ClientCredentials;
#[cfg(feature = "hosted-login")]
use crate::oauth::managed_login::login::ManagedLogin;
use crate::secret::Secret;
use crate::token_credential::typed::UserSession;

impl<P> AppClient<P> {
    /// A session of tokens that the user-pool API gave to somebody else. Those that came from a managed login go to
    /// `session_from_domain`.
    ///
    /// # Errors
    /// What a refresh may meet; [`AuthErrorKind::Protocol`] if the tokens are not a user's ID and access token of the pool
    /// `P`; [`AuthErrorKind::Store`].
    #[cfg(feature = "cognito")]
    pub async fn session_from(&self, tokens: TokenSet) -> Result<UserSession<P>, AuthError>
    where
        P: Pool,
    {
        self.registration.adopt_over_api(tokens).await
    }

    /// A session of tokens that a managed-login domain (`https://auth.example.com`) gave to somebody else: it is refreshed
    /// at the domain's `/oauth2/token`.
    ///
    /// # Errors
    /// What a refresh may meet; [`AuthErrorKind::Configuration`] if the domain is none; [`AuthErrorKind::Protocol`] if the
    /// tokens are not a user's ID and access token of the pool `P`; [`AuthErrorKind::Store`].
    #[cfg(feature = "oauth")]
    pub async fn session_from_domain(&self, domain: &str, tokens: TokenSet) -> Result<UserSession<P>, AuthError>
    where
        P: Pool,
    {
        self.registration.adopt_over_domain(domain, tokens).await
    }

    /// The session that is kept under this name in the app client's store, of an earlier sign-in or another process.
    /// Nothing is sent for it; if its tokens are past their end, the first call refreshes them.
    ///
    /// # Errors
    /// [`AuthErrorKind::Store`] if the store can't be read, or what is there is no session of this version;
    /// [`AuthErrorKind::Configuration`] without a store; [`AuthErrorKind::Protocol`] if it is one of another pool.
    pub async fn restore(&self, name: &str) -> Result<Option<UserSession<P>>, AuthError>
    where
        P: Pool,
    {
        self.registration.restore(name).await
    }
}

/// Sign-in over the user-pool API. Its access tokens are granted [`SelfService`](crate::SelfService) and no scope of an API.
#[cfg(feature = "cognito")]
impl<P> AppClient<P> {
    /// Signs in with a password that does not leave this machine (`USER_SRP_AUTH`).
    pub fn sign_in(&self, username: impl Into<String>, password: impl Into<Secret>) -> SignIn<P> {
        SignIn::new(&self.registration, Flow::Srp, username.into(), Some(password.into()))
    }

    /// Signs in with a password that is sent to the pool (`USER_PASSWORD_AUTH`), as a pool needs that migrates users.
    pub fn sign_in_with_password(&self, username: impl Into<String>, password: impl Into<Secret>) -> SignIn<P> {
        SignIn::new(&self.registration, Flow::Password, username.into(), Some(password.into()))
    }

    /// Signs in by what the user has: password, code or passkey (`USER_AUTH`).
    pub fn sign_in_by_choice(&self, username: impl Into<String>) -> SignIn<P> {
        SignIn::new(&self.registration, Flow::Choice(None), username.into(), None)
    }

    /// Signs in by the pool's own challenges (`CUSTOM_AUTH`); with [`SignIn::password`], that is proved by SRP first.
    pub fn sign_in_by_custom_challenge(&self, username: impl Into<String>) -> SignIn<P> {
        SignIn::new(&self.registration, Flow::Custom, username.into(), None)
    }

    /// Signs a user in from a back end that has AWS credentials (`ADMIN_USER_PASSWORD_AUTH`).
    pub fn sign_in_as_admin(&self, username: impl Into<String>, password: impl Into<Secret>) -> SignIn<P> {
        SignIn::new(&self.registration, Flow::Admin, username.into(), Some(password.into()))
    }
}

#[cfg(feature = "cognito")]
impl<P> AppClient<P> {
    /// New tokens for a refresh token that came from the user-pool API. The answer holds a refresh token only where they
    /// rotate; then the one that was sent ends.
    ///
    /// It is sent once, since a second sending is taken for reuse where refresh tokens rotate. A service without
    /// `GetTokensFromRefreshToken` is asked in the older way, in which nothing rotates.
    ///
    /// # Errors
    /// [`AuthErrorKind::RefreshTokenInvalid`] and the other kinds of [`AuthError::ends_session`]; what any call may meet.
    pub async fn refresh(&self, refresh: Refresh<'_>) -> Result<SignedIn, AuthError> {
        self.core()?.refresh(refresh).await
    }

    /// Ends one session: the refresh token and all tokens made from it.
    ///
    /// # Errors
    /// [`AuthErrorKind::Configuration`] if the app client does not allow it, and what any call may meet.
    pub async fn revoke(&self, refresh_token: &Secret) -> Result<(), AuthError> {
        self.core()?.revoke(refresh_token).await
    }

    /// Ends every session of the user, on every device. SessionTokens that are out stay good at API Gateway until their end.
    ///
    /// # Errors
    /// [`AuthErrorKind::AccessTokenInvalid`], [`AuthErrorKind::MissingScope`], and what any call may meet.
    pub async fn sign_out_everywhere(&self, access_token: &Secret) -> Result<(), AuthError> {
        self.core()?.api.global_sign_out(access_token).await
    }
}

#[cfg(feature = "hosted-login")]
impl<P> AppClient<P> {
    /// Signs in in a browser at the pool's domain: `https://auth.example.com`, or
    /// `https://{prefix}.auth.{region}.amazoncognito.com`.
    pub fn managed_login(&self, domain: impl Into<String>) -> ManagedLogin<P> {
        ManagedLogin::new(&self.registration, domain.into())
    }
}

#[cfg(feature = "hosted-login")]
impl<P: Pool> AppClient<P> {
    /// Managed login at the domain that the API's developer hands to its users, where the generated crate, the environment or
    /// [`AppClient::domain`] names one.
    pub fn published_managed_login(&self) -> Option<ManagedLogin<P>> {
        self.published_domain().map(|domain| self.managed_login(domain))
    }
}

#[cfg(feature = "oauth")]
impl<P: Pool> AppClient<P> {
    /// A machine's sign-in at the domain that the API's developer hands to its users, where one is named.
    pub fn published_client_credentials(&self, secret: impl Into<Secret>) -> Option<ClientCredentials<P>> {
        self.published_domain().map(|domain| self.client_credentials(domain, secret))
    }

    /// The domain of this app client's pool; the document's is that of the document's pool.
    fn published_domain(&self) -> Option<&str> {
        let pool = self.registration.settings.deployed.pool_id.as_deref();
        let of_document = P::DOMAIN.filter(|_| pool.is_none() || pool == P::POOL_ID);
        self.registration.domain.as_deref().or(of_document)
    }
}

#[cfg(feature = "oauth")]
impl<P> AppClient<P> {
    /// Signs a machine in at the pool's domain (`https://auth.example.com`) with the app client's secret.
    ///
    /// The app client and its clones ask once per scope set and resource, however many tasks ask them; with a
    /// [store](AppClient::store), so does everyone who uses that: every token is billed.
    pub fn client_credentials(&self, domain: impl Into<String>, secret: impl Into<Secret>) -> ClientCredentials<P> {
        ClientCredentials::new(&self.registration, domain.into(), secret.into())
    }
}
