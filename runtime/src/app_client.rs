//! An app client of a user pool: where every way to sign in begins.

use crate::client::follows_nothing;
use crate::clock::{Clock, SystemClock};
use crate::credentials::Pool;
use crate::flows::{AuthError, AuthErrorKind};
use crate::http_client::default_client;
#[cfg(feature = "cognito")]
use crate::http_client::is_confidential;
use crate::secret::Secret;
use crate::session::Home;
use crate::store::SessionStore;
use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// An app client of the user pool `P`.
///
/// It is cheap to clone; clones share their connections.
pub struct AppClient<P> {
    settings: Settings,
    http: Arc<OnceLock<reqwest::Client>>,
    #[cfg(feature = "cognito")]
    core: Arc<OnceLock<Arc<crate::flows::Core>>>,
    #[cfg(feature = "oauth")]
    machines: Arc<crate::flows::machine::Machines>,
    pool: PhantomData<fn() -> P>,
}

#[derive(Clone)]
struct Settings {
    client_id: String,
    secret: Option<Secret>,
    pool_id: Option<String>,
    region: Option<String>,
    endpoint: Option<String>,
    timeout: Duration,
    clock: Arc<dyn Clock>,
    store: Option<Arc<dyn SessionStore>>,
    early: Option<Duration>,
    #[cfg(feature = "cognito")]
    credentials: Option<aws_credential_types::provider::SharedCredentialsProvider>,
    #[cfg(feature = "cognito")]
    devices: crate::flows::Devices,
}

/// A user pool of a generated crate, as the beginning of every sign-in: `PetPool::app_client("1example23456789")`.
///
/// Every [`Pool`] is one; the trait must be in scope.
pub trait UserPool: Pool + Sized {
    /// An app client of the pool, whose id and region come from the document that the crate was generated from.
    fn app_client(client_id: impl Into<String>) -> AppClient<Self> {
        let client = AppClient::unplaced(client_id);
        let issued = Self::ISSUERS.iter().find_map(|issuer| {
            // https://cognito-idp.{region}.{partition's domain}/{pool id}
            let (host, pool_id) = issuer.strip_prefix("https://cognito-idp.")?.split_once('/')?;
            Some((host.split_once('.')?.0, pool_id))
        });
        let client = match Self::POOL_ID.or(issued.map(|(_, pool_id)| pool_id)) {
            Some(pool_id) => client.pool_id(pool_id),
            None => client,
        };
        match Self::REGION.or(issued.map(|(region, _)| region)) {
            Some(region) => client.region(region),
            None => client,
        }
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
        Self {
            settings: Settings {
                client_id: client_id.into(),
                secret: None,
                pool_id: None,
                region: None,
                endpoint: None,
                timeout: Duration::from_secs(15),
                clock: Arc::new(SystemClock),
                store: None,
                early: None,
                #[cfg(feature = "cognito")]
                credentials: None,
                #[cfg(feature = "cognito")]
                devices: crate::flows::Devices::Confirm { name: None },
            },
            http: Arc::default(),
            #[cfg(feature = "cognito")]
            core: Arc::default(),
            #[cfg(feature = "oauth")]
            machines: Arc::default(),
            pool: PhantomData,
        }
    }

    /// The app client's secret, if it has one. Programs that users run have none: it would not stay secret.
    pub fn secret(self, secret: impl Into<Secret>) -> Self {
        self.with(|settings| settings.secret = Some(secret.into()))
    }

    /// The pool's id; its region is what stands before the first `_`.
    pub fn pool_id(self, pool_id: impl Into<String>) -> Self {
        self.with(|settings| settings.pool_id = Some(pool_id.into()))
    }

    /// The region, where it is not the one in the pool's id.
    pub fn region(self, region: impl Into<String>) -> Self {
        self.with(|settings| settings.region = Some(region.into()))
    }

    /// An endpoint of the user-pool API other than the region's own: a VPC endpoint, a proxy, an emulator. Plain `http`
    /// is accepted on this machine only.
    pub fn endpoint(self, url: impl Into<String>) -> Self {
        self.with(|settings| settings.endpoint = Some(url.into()))
    }

    /// The end of one attempt to reach the service; 15 seconds unless told.
    pub fn timeout(self, timeout: Duration) -> Self {
        self.with(|settings| settings.timeout = timeout)
    }

    /// The clock; SRP proofs are refused if it is minutes off.
    pub fn clock(self, clock: impl Clock + 'static) -> Self {
        self.with(|settings| settings.clock = Arc::new(clock))
    }

    /// Where the sessions of this app client are kept, for the next start and for other processes: those that sign in
    /// from here on, those that [`AppClient::restore`] finds there, and the tokens of machines. Several processes may
    /// use one store.
    pub fn store(self, store: impl SessionStore + 'static) -> Self {
        self.with(|settings| settings.store = Some(Arc::new(store)))
    }

    /// How long before its end a token is replaced; at most half of its life counts. Unless told it is five minutes, or
    /// a fifth of its life.
    pub fn refresh_early(self, margin: Duration) -> Self {
        self.with(|settings| settings.early = Some(margin))
    }

    /// The HTTP client, with proxies and TLS roots of one's own. One that follows redirects is refused: it would carry
    /// passwords and codes to other hosts.
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self = self.with(|_| {});
        self.http = Arc::new(OnceLock::from(client));
        self
    }

    /// AWS credentials, for [`AppClient::sign_in_as_admin`].
    #[cfg(feature = "cognito")]
    pub fn aws_credentials(
        self,
        credentials: impl aws_credential_types::provider::ProvideCredentials + 'static,
    ) -> Self {
        let provider = aws_credential_types::provider::SharedCredentialsProvider::new(credentials);
        self.with(|settings| settings.credentials = Some(provider))
    }

    /// The name under which the pool lists this device to its user, where the pool remembers devices.
    #[cfg(feature = "cognito")]
    pub fn device_name(self, name: impl Into<String>) -> Self {
        let name = Some(name.into());
        self.with(|settings| settings.devices = crate::flows::Devices::Confirm { name })
    }

    /// Does not confirm new devices, although the pool remembers them.
    #[cfg(feature = "cognito")]
    pub fn ignore_devices(self) -> Self {
        self.with(|settings| settings.devices = crate::flows::Devices::Ignore)
    }

    /// The app client's id.
    pub fn client_id(&self) -> &str {
        &self.settings.client_id
    }

    #[cfg(feature = "oauth")]
    pub(crate) fn client_secret(&self) -> Option<&Secret> {
        self.settings.secret.as_ref()
    }

    /// Where the sessions of this app client live.
    pub(crate) fn home(&self) -> Home {
        let settings = &self.settings;
        Home {
            clock: settings.clock.clone(),
            early: settings.early,
            store: settings.store.clone(),
            pool_id: settings.pool_id.clone(),
            client_id: settings.client_id.clone(),
        }
    }

    #[cfg(feature = "oauth")]
    pub(crate) fn machines(&self) -> &crate::flows::machine::Machines {
        &self.machines
    }

    /// The HTTP client, made when it is first needed.
    pub(crate) fn http(&self, place: &url::Url) -> Result<reqwest::Client, AuthError> {
        if let Some(client) = self.http.get() {
            return follows_nothing(client.clone()).map_err(|error| mistake(&error.to_string()));
        }
        let client = default_client(place).map_err(|error| mistake(&error.to_string()))?;
        Ok(self.http.get_or_init(|| client).clone())
    }

    /// What signs in, made when it is first needed.
    #[cfg(feature = "cognito")]
    pub(crate) fn core(&self) -> Result<Arc<crate::flows::Core>, AuthError> {
        if let Some(core) = self.core.get() {
            return Ok(core.clone());
        }
        let core = Arc::new(self.new_core()?);
        Ok(self.core.get_or_init(|| core).clone())
    }

    #[cfg(feature = "cognito")]
    fn new_core(&self) -> Result<crate::flows::Core, AuthError> {
        let settings = &self.settings;
        let pool_id =
            settings.pool_id.clone().ok_or_else(|| mistake("the pool's id is not known; give it with `pool_id`"))?;
        let region = settings
            .region
            .clone()
            .or_else(|| pool_id.split_once('_').map(|(region, _)| region.to_owned()))
            .filter(|region| crate::sigv4::is_region(region))
            .ok_or_else(|| mistake("a pool id is a region and a name, such as `us-east-1_AbCdEf123`"))?;
        let place = match &settings.endpoint {
            Some(endpoint) => url::Url::parse(endpoint).ok().filter(is_confidential),
            None => url::Url::parse(&format!("https://cognito-idp.{region}.amazonaws.com")).ok(),
        };
        let place =
            place.ok_or_else(|| mistake("the endpoint must be an `https` URL, or an `http` one on this machine"))?;
        let wire = crate::cognito::Wire::new(crate::cognito::WireOptions {
            region,
            endpoint: settings.endpoint.clone(),
            http: self.http(&place)?,
            credentials: settings.credentials.clone(),
            timeout: settings.timeout,
        });
        Ok(crate::flows::Core {
            wire,
            pool_id,
            client_id: settings.client_id.clone(),
            client_secret: settings.secret.clone(),
            home: self.home(),
            devices: settings.devices.clone(),
        })
    }

    /// The same with other settings; what was made from the old ones is not shared with it.
    fn with(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(&mut self.settings);
        #[cfg(feature = "cognito")]
        {
            self.core = Arc::default();
        }
        #[cfg(feature = "oauth")]
        {
            self.machines = Arc::default();
        }
        self
    }
}

impl<P> Clone for AppClient<P> {
    fn clone(&self) -> Self {
        Self {
            settings: self.settings.clone(),
            http: self.http.clone(),
            #[cfg(feature = "cognito")]
            core: self.core.clone(),
            #[cfg(feature = "oauth")]
            machines: self.machines.clone(),
            pool: PhantomData,
        }
    }
}

impl<P> fmt::Debug for AppClient<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppClient")
            .field("client_id", &self.settings.client_id)
            .field("pool_id", &self.settings.pool_id)
            .finish_non_exhaustive()
    }
}

fn mistake(detail: &str) -> AuthError {
    AuthError::because(AuthErrorKind::Configuration, "app client", detail)
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
            (client.settings.region, client.settings.pool_id)
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
    fn no_secret_is_shown() {
        let client = AppClient::<Known>::of_pool("us-east-1_AbC123", "client").secret("canary");
        assert!(!format!("{client:?}").contains("canary"));
    }
}
