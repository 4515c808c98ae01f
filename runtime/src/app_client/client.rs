//! An app client of a user pool: where every way to sign in begins.

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

/// An app client of the user pool `P`.
///
/// It is cheap to clone; clones share their connections.
pub struct AppClient<P> {
    pub(super) registration: Registration,
    pool: PhantomData<fn() -> P>,
}

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
            registration.settings.deployed.pool_id = Some(pool_id.clone());
            registration.settings.pool_id = Some(pool_id);
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
            registration.settings.deployed.endpoint = Some(url.clone());
            registration.endpoint = Some(url);
        })
    }

    /// How long one exchange with the user-pool API or the pool's domain may take; 15 seconds by default. It is the only
    /// limit: one of the HTTP client's own does not count. What is safe to repeat is sent up to three times.
    pub fn timeout(self, timeout: Duration) -> Self {
        self.with(|registration| registration.settings.timeout = timeout)
    }

    /// The clock; SRP proofs are refused if it is minutes off.
    pub fn clock(self, clock: impl Clock + 'static) -> Self {
        self.with(|registration| registration.settings.clock = Arc::new(clock))
    }

    /// Where the sessions of this app client are kept, for the next start and for other processes: those that sign in
    /// from here on, those that [`AppClient::restore`] finds there, and the tokens of machines. Several processes may
    /// use one store.
    pub fn store(self, store: impl SessionStore + 'static) -> Self {
        self.with(|registration| registration.settings.store = Some(Arc::new(store)))
    }

    /// How long before its end a token is replaced; at most half of its life counts. Unless told it is five minutes, or
    /// a fifth of its life.
    pub fn refresh_early(self, margin: Duration) -> Self {
        self.with(|registration| registration.settings.early = Some(margin))
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
        &self.registration.settings.client_id
    }

    /// What signs in, made when it is first needed.
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
    }

    #[test]
    fn a_pools_place_is_that_of_the_document() {
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
    fn a_pool_of_the_program_takes_the_place_of_the_document_s() {
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
    }

    #[test]
    fn no_secret_is_shown() {
        let client = AppClient::<Known>::of_pool("us-east-1_AbC123", "client").secret("canary");
        assert!(!format!("{client:?}").contains("canary"));
    }
}
