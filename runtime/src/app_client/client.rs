//! An app client of a user pool, and its settings.

#[cfg(feature = "cognito")]
use crate::auth::error::AuthError;
use crate::clock::Clock;
use crate::cognito::registration::Registration;
#[cfg(feature = "cognito")]
use crate::cognito::user_pool_client::{Devices, UserPoolClient};
use crate::secret::Secret;
use crate::store::session_store::SessionStore;
use crate::token::audience::Audiences;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

/// An app client of the user pool `P`: the start of every sign-in.
///
/// It is cheap to clone, and clones share their connections.
///
/// ```no_run
/// # async fn example<PetPool: cogen_runtime::UserPool + 'static>() -> Result<(), cogen_runtime::AuthError> {
/// let app = PetPool::app_client("1example23456789");
/// // The password is not sent (SRP).
/// # #[cfg(feature = "cognito")]
/// let session = app.sign_in("alice", "correct horse battery staple").await?.done()?;
/// # Ok(())
/// # }
/// ```
pub struct AppClient<P> {
    pub(super) registration: Registration,
    pool: PhantomData<fn() -> P>,
}

impl<P> AppClient<P> {
    /// Creates the app client `client_id` of the pool `pool_id`, such as `us-east-1_AbCdEf123`.
    pub fn of_pool(pool_id: impl Into<String>, client_id: impl Into<String>) -> Self {
        Self::unplaced(client_id).pool_id(pool_id)
    }

    /// Creates an app client without the id of its pool. Managed login and client credentials do not need it.
    pub fn unplaced(client_id: impl Into<String>) -> Self {
        Self { registration: Registration::new(client_id.into()), pool: PhantomData }
    }

    /// Sets the secret of the app client, if it has one. Do not use one in a program that users run, since they can read it.
    pub fn secret(self, secret: impl Into<Secret>) -> Self {
        self.with(|registration| registration.secret = Some(secret.into()))
    }

    /// Sets the id of the pool, if it is not that of the document: for another environment or an emulator. The text before the first `_`
    /// is its region.
    ///
    /// Tokens must then be of this pool, and can be of any of its app clients.
    pub fn pool_id(self, pool_id: impl Into<String>) -> Self {
        self.with(|registration| {
            let pool_id = pool_id.into();
            registration.settings.deployed.pool_id = Some(pool_id.clone());
            registration.settings.pool_id = Some(pool_id);
            registration.region_of_document = None;
            registration.audiences = Audiences::Any;
        })
    }

    /// Sets the domain of the pool, `https://auth.example.com`, if it is not that of the document.
    pub fn domain(self, url: impl Into<String>) -> Self {
        self.with(|registration| registration.domain = Some(url.into()))
    }

    /// Sets the token endpoint, for a server other than Cognito. It replaces `/oauth2/token` of the domain.
    #[cfg(feature = "oauth")]
    pub fn token_endpoint(self, url: impl Into<String>) -> Self {
        self.with(|registration| registration.endpoints.token = Some(url.into()))
    }

    /// Sets the revocation endpoint, for a server other than Cognito. It replaces `/oauth2/revoke` of the domain.
    #[cfg(feature = "oauth")]
    pub fn revoke_endpoint(self, url: impl Into<String>) -> Self {
        self.with(|registration| registration.endpoints.revoke = Some(url.into()))
    }

    /// Sets the region, if it is not that in the id of the pool.
    pub fn region(self, region: impl Into<String>) -> Self {
        self.with(|registration| registration.region = Some(region.into()))
    }

    /// Sets the endpoint of the user-pool API: a VPC endpoint, a proxy, an emulator. Plain `http` is accepted only for this machine, unless
    /// [`AppClient::allow_http`] is set.
    pub fn endpoint(self, url: impl Into<String>) -> Self {
        self.with(|registration| {
            let url = url.into();
            registration.settings.deployed.endpoint = Some(url.clone());
            registration.endpoint = Some(url);
        })
    }

    /// Accepts plain `http` for an endpoint or a domain on another machine, such as an emulator in another container. Passwords and tokens
    /// are then sent unencrypted.
    pub fn allow_http(self) -> Self {
        self.with(|registration| registration.allow_http = true)
    }

    /// Sets the time limit of one exchange with the user-pool API or the domain of the pool, with all its attempts; 15 seconds if it is
    /// not set. It replaces a limit of the HTTP client.
    ///
    /// While the service throttles requests, a refresh and a step of a sign-in that is safe to repeat are sent again after growing random
    /// pauses, as long as the caller waits and for at most five minutes: limit it with `tokio::time::timeout`. The time limit of a call
    /// includes its refresh.
    pub fn timeout(self, timeout: Duration) -> Self {
        self.with(|registration| registration.settings.timeout = timeout)
    }

    /// Sets the clock. Cognito refuses SRP proofs of a clock that is minutes off.
    pub fn clock(self, clock: impl Clock + 'static) -> Self {
        self.with(|registration| registration.settings.clock = Arc::new(clock))
    }

    /// Sets the store for the sessions of this app client and for tokens of machines, so that [`AppClient::restore`] returns them after a
    /// restart and in other processes. Several processes can use one store.
    pub fn store(self, store: impl SessionStore + 'static) -> Self {
        self.with(|registration| registration.settings.store = Some(Arc::new(store)))
    }

    /// Sets how long before its expiry a token is refreshed, at most half of its lifetime; five minutes or a fifth of its lifetime if it is
    /// not set.
    pub fn refresh_early(self, margin: Duration) -> Self {
        self.with(|registration| registration.settings.early = Some(margin))
    }

    /// Sets the HTTP client, for example with a proxy. A client that follows redirects is refused, since it could send passwords and codes
    /// to other hosts.
    pub fn http_client(self, client: reqwest::Client) -> Self {
        Self { registration: self.registration.over(client), pool: self.pool }
    }

    /// Sets the AWS credentials for [`AppClient::sign_in_as_admin`].
    #[cfg(feature = "cognito")]
    pub fn aws_credentials(
        self,
        credentials: impl aws_credential_types::provider::ProvideCredentials + 'static,
    ) -> Self {
        let provider = aws_credential_types::provider::SharedCredentialsProvider::new(credentials);
        self.with(|registration| registration.credentials = Some(provider))
    }

    /// Sets the name of this device in the pool, if the pool remembers devices.
    #[cfg(feature = "cognito")]
    pub fn device_name(self, name: impl Into<String>) -> Self {
        let name = Some(name.into());
        self.with(|registration| registration.devices = Devices::Confirm { name })
    }

    /// Does not confirm new devices, even if the pool remembers them.
    #[cfg(feature = "cognito")]
    pub fn ignore_devices(self) -> Self {
        self.with(|registration| registration.devices = Devices::Ignore)
    }

    /// Returns the id of the app client.
    pub fn client_id(&self) -> &str {
        &self.registration.settings.client_id
    }

    /// The client of the user-pool API, created at its first use.
    #[cfg(feature = "cognito")]
    pub(crate) fn core(&self) -> Result<Arc<UserPoolClient>, AuthError> {
        self.registration.core()
    }

    pub(super) fn with(self, change: impl FnOnce(&mut Registration)) -> Self {
        Self { registration: self.registration.with(change), pool: self.pool }
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
            .field("client_id", &self.registration.settings.client_id)
            .field("pool_id", &self.registration.settings.pool_id)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::app_client::user_pool::UserPool as _;
    use crate::credential::pool::Pool;

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
        Misplaced: &["https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Prod1"], None, Some("eu-west-1_Dev1");
    }

    #[test]
    fn pool_id_and_region_are_those_of_the_document() {
        fn place<P: Pool>() -> (Option<String>, Option<String>) {
            let client = P::app_client("client");
            (client.registration.region_of_document, client.registration.settings.pool_id)
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
    fn a_pool_of_the_program_replaces_that_of_the_document() {
        let client = Known::app_client("client").pool_id("eu-west-1_Dev1");
        let settings = &client.registration.settings;
        assert_eq!(
            (settings.pool_id.as_deref(), &client.registration.region_of_document),
            (Some("eu-west-1_Dev1"), &None)
        );
        let expected = crate::token_credential::expected::Expected::of::<Known>(&settings.deployed);
        assert_eq!(expected.issuers, ["https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Dev1"]);
        let emulated = client.endpoint("http://127.0.0.1:9229/");
        let expected =
            crate::token_credential::expected::Expected::of::<Known>(&emulated.registration.settings.deployed);
        assert_eq!(expected.issuers[1], "http://127.0.0.1:9229/eu-west-1_Dev1");
        let expected = crate::token_credential::expected::Expected::of::<Issued>(
            &Issued::app_client("client").registration.settings.deployed,
        );
        assert_eq!(expected.issuers, Issued::ISSUERS);
        let emulated = Issued::app_client("client").endpoint("http://127.0.0.1:9229");
        let expected =
            crate::token_credential::expected::Expected::of::<Issued>(&emulated.registration.settings.deployed);
        assert_eq!(
            expected.issuers[1..],
            ["http://127.0.0.1:9229/cn-north-1_Xyz"],
            "the pool of the document, emulated"
        );
    }

    #[cfg(feature = "cognito")]
    #[test]
    fn a_pool_that_the_api_does_not_accept_is_refused_before_a_request() {
        let error = Misplaced::app_client("client").registration.admit_pool().unwrap_err();
        assert_eq!(error.kind(), crate::auth::error::AuthErrorKind::Configuration);
        let text = error.to_string();
        assert!(text.contains("`eu-west-1_Dev1`") && text.contains("`AppClient::pool_id`"), "{text}");
        let stated = Misplaced::app_client("client").pool_id("eu-west-1_Dev1");
        for client in [stated.registration, Known::app_client("x").registration, Issued::app_client("x").registration] {
            client.admit_pool().unwrap();
        }
    }

    #[test]
    fn no_secret_is_shown() {
        let client = AppClient::<Known>::of_pool("us-east-1_AbC123", "client").secret("canary");
        assert!(!format!("{client:?}").contains("canary"));
    }
}
