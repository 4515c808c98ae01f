//! An app client of a user pool: where every way to sign in begins.

use crate::audience::Audiences;
use crate::clock::Clock;
use crate::environment::Environment;
#[cfg(feature = "hosted-login")]
use crate::flows::hosted::ManagedLogin;
#[cfg(feature = "oauth")]
use crate::flows::machine::ClientCredentials;
use crate::flows::{AuthError, AuthErrorKind, Registration, TokenSet};
#[cfg(feature = "cognito")]
use crate::flows::{Core, Devices, Flow, Refresh, SignIn, SignedIn};
use crate::issuer::PoolIssuer;
use crate::secret::Secret;
use crate::store::SessionStore;
use crate::token_credentials::{Pool, UserSession};
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

/// An app client of the user pool `P`.
///
/// It is cheap to clone; clones share their connections.
pub struct AppClient<P> {
    registration: Registration,
    pool: PhantomData<fn() -> P>,
}

/// A user pool of a generated crate, as the beginning of every sign-in: `PetPool::app_client("1example23456789")`.
///
/// Every [`Pool`] is one; the trait must be in scope.
pub trait UserPool: Pool + Sized {
    /// An app client of the pool, whose id and region come from the document that the crate was generated from.
    fn app_client(client_id: impl Into<String>) -> AppClient<Self> {
        let client = AppClient::unplaced(client_id);
        let issued = Self::ISSUERS.iter().find_map(|issuer| PoolIssuer::parse(issuer));
        let pool_id = Self::POOL_ID.or(issued.map(|issued| issued.pool_id)).map(str::to_owned);
        // The audiences of another issuer are whatever it calls its services.
        let audiences = if issued.is_some() { Self::AUDIENCES } else { Audiences::Any };
        let region = Self::REGION.or(issued.map(|issued| issued.region)).map(str::to_owned);
        client.with(|registration| {
            registration.home.pool_id = pool_id;
            registration.region_of_document = region;
            registration.audiences = audiences;
        })
    }

    /// The app client of an environment: its user pool, app client and domain, and the document's where it does not say.
    ///
    /// # Errors
    /// [`AuthErrorKind::Configuration`] if neither names an app client.
    fn app_client_in(environment: &Environment<Self::Api>) -> Result<AppClient<Self>, AuthError> {
        let own = environment.of::<Self>();
        let client_id = own.and_then(|own| own.app_client_id()).or(Self::APP_CLIENT_ID).ok_or_else(|| {
            let detail = format!(
                "the environment `{}` names no app client of `{}`; give one with `app_client_id`, or in cogen.toml",
                environment.name(),
                Self::NAME
            );
            AuthError::because(AuthErrorKind::Configuration, "app client", detail)
        })?;
        let mut client = Self::app_client(client_id);
        if let Some(pool_id) = own.and_then(|own| own.user_pool()) {
            client = client.pool_id(pool_id);
        }
        if own.is_some_and(|own| own.app_client_id().is_some()) {
            client = client.with(|registration| {
                registration.audiences = Audiences::Any;
                registration.home.deployed.own_app_client = true;
            });
        }
        if let Some(domain) = own.and_then(|own| own.domain()) {
            client = client.domain(domain);
        }
        Ok(client)
    }

    /// The app client that the API's developer hands to its users, where the generated crate carries one.
    fn published_app_client() -> Option<AppClient<Self>> {
        Self::APP_CLIENT_ID.map(Self::app_client)
    }
}

impl<P: Pool> UserPool for P {}

impl<P> AppClient<P> {
    /// The app client `client_id` of the pool `pool_id`, such as `us-east-1_AbCdEf123`.
    pub fn of_pool(pool_id: impl Into<String>, client_id: impl Into<String>) -> Self {
        Self::unplaced(client_id).pool_id(pool_id)
    }

    /// The app client of a pool whose id is not known yet; managed login and machines need none.
    pub fn unplaced(client_id: impl Into<String>) -> Self {
        Self { registration: Registration::new(client_id.into()), pool: PhantomData }
    }

    /// The app client's secret, if it has one. Programs that users run have none: it would not stay secret.
    pub fn secret(self, secret: impl Into<Secret>) -> Self {
        self.with(|registration| registration.secret = Some(secret.into()))
    }

    /// The pool's id, where it is not the document's: another environment, an emulator. Its region is what stands before the
    /// first `_`.
    ///
    /// The tokens that are expected are then those of this pool, and of any of its app clients.
    pub fn pool_id(self, pool_id: impl Into<String>) -> Self {
        self.with(|registration| {
            let pool_id = pool_id.into();
            registration.home.deployed.pool_id = Some(pool_id.clone());
            registration.home.pool_id = Some(pool_id);
            registration.region_of_document = None;
            registration.audiences = Audiences::Any;
        })
    }

    /// The domain of the pool's managed login and machines, `https://auth.example.com`, where it is not the document's.
    pub fn domain(self, url: impl Into<String>) -> Self {
        self.with(|registration| registration.domain = Some(url.into()))
    }

    /// The region, where it is not the one in the pool's id.
    pub fn region(self, region: impl Into<String>) -> Self {
        self.with(|registration| registration.region = Some(region.into()))
    }

    /// An endpoint of the user-pool API other than the region's own: a VPC endpoint, a proxy, an emulator. Plain `http`
    /// is accepted on this machine only.
    pub fn endpoint(self, url: impl Into<String>) -> Self {
        self.with(|registration| {
            let url = url.into();
            registration.home.deployed.endpoint = Some(url.clone());
            registration.endpoint = Some(url);
        })
    }

    /// How long one exchange with the user-pool API or the pool's domain may take; 15 seconds by default. It is the only
    /// limit: one of the HTTP client's own does not count. What is safe to repeat is sent up to three times.
    pub fn timeout(self, timeout: Duration) -> Self {
        self.with(|registration| registration.home.timeout = timeout)
    }

    /// The clock; SRP proofs are refused if it is minutes off.
    pub fn clock(self, clock: impl Clock + 'static) -> Self {
        self.with(|registration| registration.home.clock = Arc::new(clock))
    }

    /// Where the sessions of this app client are kept, for the next start and for other processes: those that sign in
    /// from here on, those that [`AppClient::restore`] finds there, and the tokens of machines. Several processes may
    /// use one store.
    pub fn store(self, store: impl SessionStore + 'static) -> Self {
        self.with(|registration| registration.home.store = Some(Arc::new(store)))
    }

    /// How long before its end a token is replaced; at most half of its life counts. Unless told it is five minutes, or
    /// a fifth of its life.
    pub fn refresh_early(self, margin: Duration) -> Self {
        self.with(|registration| registration.home.early = Some(margin))
    }

    /// The HTTP client, with proxies and TLS roots of one's own. One that follows redirects is refused: it would carry
    /// passwords and codes to other hosts.
    pub fn http_client(self, client: reqwest::Client) -> Self {
        Self { registration: self.registration.over(client), pool: self.pool }
    }

    /// AWS credentials, for [`AppClient::sign_in_as_admin`].
    #[cfg(feature = "cognito")]
    pub fn aws_credentials(
        self,
        credentials: impl aws_credential_types::provider::ProvideCredentials + 'static,
    ) -> Self {
        let provider = aws_credential_types::provider::SharedCredentialsProvider::new(credentials);
        self.with(|registration| registration.credentials = Some(provider))
    }

    /// The name under which the pool lists this device to its user, where the pool remembers devices.
    #[cfg(feature = "cognito")]
    pub fn device_name(self, name: impl Into<String>) -> Self {
        let name = Some(name.into());
        self.with(|registration| registration.devices = Devices::Confirm { name })
    }

    /// Does not confirm new devices, although the pool remembers them.
    #[cfg(feature = "cognito")]
    pub fn ignore_devices(self) -> Self {
        self.with(|registration| registration.devices = Devices::Ignore)
    }

    /// The app client's id.
    pub fn client_id(&self) -> &str {
        &self.registration.home.client_id
    }

    /// What signs in, made when it is first needed.
    #[cfg(feature = "cognito")]
    pub(crate) fn core(&self) -> Result<Arc<Core>, AuthError> {
        self.registration.core()
    }

    fn with(self, change: impl FnOnce(&mut Registration)) -> Self {
        Self { registration: self.registration.with(change), pool: self.pool }
    }
}

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

    /// Ends every session of the user, on every device. Tokens that are out stay good at API Gateway until their end.
    ///
    /// # Errors
    /// [`AuthErrorKind::AccessTokenInvalid`], [`AuthErrorKind::MissingScope`], and what any call may meet.
    pub async fn sign_out_everywhere(&self, access_token: &Secret) -> Result<(), AuthError> {
        self.core()?.wire.global_sign_out(access_token).await
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
        let pool = self.registration.home.deployed.pool_id.as_deref();
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

impl<P> Clone for AppClient<P> {
    fn clone(&self) -> Self {
        Self { registration: self.registration.clone(), pool: PhantomData }
    }
}

impl<P> fmt::Debug for AppClient<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppClient")
            .field("client_id", &self.registration.home.client_id)
            .field("pool_id", &self.registration.home.pool_id)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    enum Api {}
    macro_rules! pools {
        ($($name:ident: $issuers:expr, $region:expr, $pool_id:expr;)*) => { $(
            enum $name {}
            impl Pool for $name {
                type Api = Api;
                const NAME: &'static str = "PetPool";
                const ISSUERS: &'static [&'static str] = $issuers;
                const REGION: Option<&'static str> = $region;
                const POOL_ID: Option<&'static str> = $pool_id;
                const APP_CLIENT_ID: Option<&'static str> = Some("published");
                const DOMAIN: Option<&'static str> = None;
            }
        )* };
    }
    pools! {
        Known: &[], Some("us-east-1"), Some("us-east-1_AbC123");
        Issued: &["https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_Xyz"], None, None;
        Elsewhere: &["https://login.example.com/realm"], None, None;
    }

    #[test]
    fn a_pools_place_is_that_of_the_document() {
        fn place<P: Pool>() -> (Option<String>, Option<String>) {
            let client = P::app_client("client");
            (client.registration.region_of_document, client.registration.home.pool_id)
        }
        let both = |region: &str, id: &str| (Some(region.to_owned()), Some(id.to_owned()));
        assert_eq!(place::<Known>(), both("us-east-1", "us-east-1_AbC123"));
        assert_eq!(place::<Issued>(), both("cn-north-1", "cn-north-1_Xyz"));
        assert_eq!(place::<Elsewhere>(), (None, None));
        assert_eq!(
            Known::published_app_client().map(|client| client.client_id().to_owned()).as_deref(),
            Some("published")
        );
    }

    #[test]
    fn a_pool_of_the_program_takes_the_place_of_the_document_s() {
        let client = Known::app_client("client").pool_id("eu-west-1_Dev1");
        let home = &client.registration.home;
        assert_eq!((home.pool_id.as_deref(), &client.registration.region_of_document), (Some("eu-west-1_Dev1"), &None));
        let expected = crate::expected::Expected::of::<Known>(&home.deployed);
        assert_eq!(expected.issuers, ["https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Dev1"]);
        let emulated = client.endpoint("http://127.0.0.1:9229/");
        let expected = crate::expected::Expected::of::<Known>(&emulated.registration.home.deployed);
        assert_eq!(expected.issuers[1], "http://127.0.0.1:9229/eu-west-1_Dev1");
        let expected =
            crate::expected::Expected::of::<Issued>(&Issued::app_client("client").registration.home.deployed);
        assert_eq!(expected.issuers, Issued::ISSUERS);
    }

    #[test]
    fn no_secret_is_shown() {
        let client = AppClient::<Known>::of_pool("us-east-1_AbC123", "client").secret("canary");
        assert!(!format!("{client:?}").contains("canary"));
    }
}
