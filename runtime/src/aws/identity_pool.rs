//! AWS keys from a Cognito identity pool: an ID token is exchanged for temporary keys of a role (the enhanced flow).

use crate::aws::key_exchange::{IdentityKeys, KeyExchange};
use crate::aws::sdk_http::ReqwestConnector;
use crate::client::build_error::BuildError;
use crate::client::http_client::{client_for, place_of};
use crate::clock::{Clock, SystemClock};
use crate::contract::grants::{Slot, Yes};
use crate::credential::iam::Iam;
use crate::credential::kinds::{AnyCredential, Credential};
use crate::credential::offered::TokenCredential;
use crate::credential::pool::Pool;
use crate::region::is_region;
use crate::token::provider::TokenProvider;
use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::config::{BehaviorVersion, Region, StalledStreamProtectionConfig};
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// A Cognito identity pool, which issues AWS keys for the users of a user pool, and for guests if it allows them.
///
/// ```no_run
/// # fn example<PetPool: cogen_runtime::Pool>(session: cogen_runtime::UserSession<PetPool>) -> Result<(), cogen_runtime::BuildError> {
/// use cogen_runtime::IdentityPool;
///
/// let iam = IdentityPool::new("eu-west-1:11111111-2222-3333-4444-555555555555").signed_in(session)?;
/// # let _ = iam;
/// # Ok(())
/// # }
/// ```
///
/// The keys are cached, replaced before they expire with the current ID token of the session, and dropped when another user signs in. Source:
/// "Identity pools authentication flow" in the Amazon Cognito Developer Guide.
#[derive(Clone)]
pub struct IdentityPool {
    id: String,
    region: Option<String>,
    endpoint: Option<String>,
    http: Option<reqwest::Client>,
    role_arn: Option<String>,
    login: Option<String>,
    allow_http: bool,
    timeout: Duration,
    clock: Arc<dyn Clock>,
}

/// A credential with an ID token, which an identity pool requires.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no ID token, which the identity pool requires",
    label = "expected a `UserSession` or an `IdToken`",
    note = "sign a user in: client credentials and access tokens have no ID token"
)]
pub trait HasIdToken {}

#[diagnostic::do_not_recommend]
impl<C: Slot<IdToken = Yes>> HasIdToken for C {}

impl IdentityPool {
    /// Creates an identity pool from its id, `eu-west-1:11111111-2222-3333-4444-555555555555`.
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            region: None,
            endpoint: None,
            http: None,
            role_arn: None,
            login: None,
            allow_http: false,
            timeout: Duration::from_secs(15),
            clock: Arc::new(SystemClock),
        }
    }

    /// Sets the region, if it is not that in the id.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Sets the endpoint: a VPC endpoint, a proxy, an emulator. Plain `http` is accepted only for this machine, unless
    /// [`allow_http`](Self::allow_http) is set.
    #[must_use]
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.endpoint = Some(url.into());
        self
    }

    /// Accepts plain `http` for an endpoint on another machine, such as an emulator in another container. ID tokens and AWS keys are then
    /// sent unencrypted.
    #[must_use]
    pub fn allow_http(mut self) -> Self {
        self.allow_http = true;
        self
    }

    /// Sets the HTTP client, for example with a proxy. It must not follow redirects.
    #[must_use]
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http = Some(client);
        self
    }

    /// Sets the role, if users can have several (`CustomRoleArn`).
    #[must_use]
    pub fn role_arn(mut self, arn: impl Into<String>) -> Self {
        self.role_arn = Some(arn.into());
        self
    }

    /// Sets the provider name of the ID tokens in the identity pool, if it is not the issuer without `https://`
    /// (`cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC123`).
    #[must_use]
    pub fn login(mut self, name: impl Into<String>) -> Self {
        self.login = Some(name.into());
        self
    }

    /// Sets the time limit of one exchange with the identity pool, with all its attempts; 15 seconds if it is not set.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets the clock for the expiry of keys.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Returns the credentials of a signed-in user: of any credential with an ID token.
    ///
    /// # Errors
    /// Fails if the id, the endpoint or the HTTP client is not valid.
    pub fn signed_in<P, C>(&self, user: C) -> Result<Iam, BuildError>
    where
        P: Pool,
        C: TokenCredential<P> + HasIdToken,
    {
        match user.into_credential() {
            AnyCredential(Credential::Tokens(provider)) => self.iam(Some(provider)),
            _ => Err(BuildError::new("the credential has no ID token, which the identity pool requires")),
        }
    }

    /// Returns the credentials of the user whose ID tokens the provider returns.
    ///
    /// # Errors
    /// Fails if the id, the endpoint or the HTTP client is not valid.
    pub fn signed_in_by(&self, provider: impl TokenProvider + 'static) -> Result<Iam, BuildError> {
        self.iam(Some(Arc::new(provider)))
    }

    /// Returns the credentials of a guest, if the pool allows unauthenticated identities.
    ///
    /// # Errors
    /// Fails if the id, the endpoint or the HTTP client is not valid.
    pub fn unauthenticated(&self) -> Result<Iam, BuildError> {
        self.iam(None)
    }

    fn iam(&self, user: Option<Arc<dyn TokenProvider>>) -> Result<Iam, BuildError> {
        let exchange =
            KeyExchange::new(self.client()?, self.id.clone(), self.role_arn.clone(), self.login.clone(), user);
        Ok(Iam::from_provider(IdentityKeys::new(exchange, Arc::clone(&self.clock), self.timeout)))
    }

    fn client(&self) -> Result<Client, BuildError> {
        let region = self.region.as_deref().or(self.id.split_once(':').map(|(region, _)| region));
        let region = region.filter(|region| is_region(region)).ok_or_else(|| {
            BuildError::new("the id of an identity pool is a region and a UUID, such as `eu-west-1:11111111-2222-…`")
        })?;
        let place = place_of("cognito-identity", region, self.endpoint.as_deref(), self.allow_http).ok_or_else(|| {
            BuildError::new(
                "the endpoint of the identity pool must be an `https` URL, or an `http` URL on this machine; for an emulator on another \
                 host call `IdentityPool::allow_http`",
            )
        })?;
        let http = client_for(&place, self.http.as_ref())?;
        let mut config = aws_sdk_cognitoidentity::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new(region.to_owned()))
            .http_client(ReqwestConnector::new(http, self.timeout))
            .timeout_config(TimeoutConfig::builder().operation_timeout(self.timeout).build())
            // It would end requests before `timeout` does.
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .retry_config(RetryConfig::standard());
        if let Some(endpoint) = &self.endpoint {
            config = config.endpoint_url(endpoint);
        }
        Ok(Client::from_conf(config.build()))
    }
}

impl fmt::Debug for IdentityPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdentityPool").field("id", &self.id).finish_non_exhaustive()
    }
}
