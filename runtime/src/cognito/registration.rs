//! An app client without the type of its pool: its settings, and the clients that all clones share.

use crate::auth::error::{AuthError, AuthErrorKind};
#[cfg(feature = "oauth")]
use crate::auth::own_endpoints::OwnEndpoints;
use crate::client::http_client::client_for;
#[cfg(feature = "cognito")]
use crate::client::http_client::place_of;
use crate::client::tls::is_this_machine;
use crate::clock::SystemClock;
#[cfg(feature = "cognito")]
use crate::cognito::user_pool_client::{Devices, UserPoolClient};
use crate::credential::deployment::Deployment;
use crate::secret::Secret;
#[cfg(feature = "oauth")]
use crate::session::machines::Machines;
use crate::session::settings::SessionSettings;
use crate::token::audience::{Audiences, SignInTokens};
#[cfg(feature = "cognito")]
use crate::token::issuer;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use url::Url;

/// An app client without the type of its pool.
#[derive(Clone)]
pub(crate) struct Registration {
    pub secret: Option<Secret>,
    pub region: Option<String>,
    /// The region of the pool in the document.
    pub region_of_document: Option<String>,
    pub endpoint: Option<String>,
    /// Whether plain `http` to other machines is accepted.
    pub allow_http: bool,
    /// The domain, if the program or an environment sets it.
    pub domain: Option<String>,
    /// The OAuth endpoints that the program sets, in place of those of the domain.
    #[cfg(feature = "oauth")]
    pub endpoints: OwnEndpoints,
    /// The issuers and audiences that the authorizer accepts, by the document; any if there are none.
    pub issuers: &'static [&'static str],
    pub audiences: Audiences,
    /// The settings of its sessions, with the ids of the pool and the app client.
    pub settings: SessionSettings,
    #[cfg(feature = "cognito")]
    pub credentials: Option<aws_credential_types::provider::SharedCredentialsProvider>,
    #[cfg(feature = "cognito")]
    pub devices: Devices,
    /// The HTTP client of the application.
    own_http: Option<reqwest::Client>,
    /// The HTTP clients for this machine and for others, which can have a proxy.
    http: Arc<[OnceLock<reqwest::Client>; 2]>,
    #[cfg(feature = "cognito")]
    core: Arc<OnceLock<Arc<UserPoolClient>>>,
    #[cfg(feature = "oauth")]
    machines: Arc<Machines>,
}

impl Registration {
    pub(crate) fn new(client_id: String) -> Self {
        Self {
            secret: None,
            region: None,
            region_of_document: None,
            endpoint: None,
            allow_http: false,
            domain: None,
            #[cfg(feature = "oauth")]
            endpoints: OwnEndpoints::default(),
            issuers: &[],
            audiences: Audiences::Any,
            settings: SessionSettings {
                clock: Arc::new(SystemClock),
                early: None,
                timeout: Duration::from_secs(15),
                store: None,
                pool_id: None,
                deployed: Deployment::default(),
                client_id,
            },
            #[cfg(feature = "cognito")]
            credentials: None,
            #[cfg(feature = "cognito")]
            devices: Devices::Confirm { name: None },
            own_http: None,
            http: Arc::default(),
            #[cfg(feature = "cognito")]
            core: Arc::default(),
            #[cfg(feature = "oauth")]
            machines: Arc::default(),
        }
    }

    /// Changes a setting. Clients with the previous settings are not shared.
    pub(crate) fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
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

    /// Sets an HTTP client of the application.
    pub(crate) fn over(self, client: reqwest::Client) -> Self {
        self.with(|registration| registration.own_http = Some(client))
    }

    /// Checks that the authorizer accepts the tokens of a sign-in, before a password is sent or a token is billed.
    ///
    /// # Errors
    /// [`AuthErrorKind::Configuration`] with the app client that the authorizer accepts.
    pub(crate) fn admit(&self, resource: Option<&str>, tokens: SignInTokens) -> Result<(), AuthError> {
        self.audiences.admit(&self.settings.client_id, resource, tokens).map_err(|why| mistake(&why))
    }

    /// Checks that the API accepts tokens of the pool, before a password is sent to it.
    ///
    /// # Errors
    /// [`AuthErrorKind::Configuration`] with the pools of the API.
    #[cfg(feature = "cognito")]
    pub(crate) fn admit_pool(&self) -> Result<(), AuthError> {
        let (deployed, Some(pool_id)) = (&self.settings.deployed, &self.settings.pool_id) else { return Ok(()) };
        // The program states the pool of its environment.
        let is_stated = deployed.pool_id.is_some();
        let is_accepted = |issuer: &str| self.issuers.is_empty() || issuer::is_one_of(issuer, self.issuers);
        if is_stated || issuer::of_pool(pool_id).is_none_or(|issuer| is_accepted(&issuer)) {
            return Ok(());
        }
        let known: Vec<String> = self.issuers.iter().map(|issuer| format!("`{issuer}`")).collect();
        Err(mistake(&format!(
            "the API does not accept tokens of the user pool `{pool_id}`, only of {}: set the pool of the environment with \
             `AppClient::pool_id`, or list it as `user-pools` of the authorizer in cogen.toml",
            known.join(", ")
        )))
    }

    #[cfg(feature = "oauth")]
    pub(crate) fn machines(&self) -> &Machines {
        &self.machines
    }

    /// The HTTP client for an address, which is created at the first use.
    pub(crate) fn http(&self, place: &Url) -> Result<reqwest::Client, AuthError> {
        let [here, elsewhere] = &*self.http;
        let shared = if is_this_machine(place) { here } else { elsewhere };
        if let Some(client) = shared.get().filter(|_| self.own_http.is_none()) {
            return Ok(client.clone());
        }
        let client = client_for(place, self.own_http.as_ref())
            .map_err(|error| mistake(&error.to_string()).with_source(error))?;
        Ok(if self.own_http.is_some() { client } else { shared.get_or_init(|| client).clone() })
    }

    /// The client of the user-pool API, which is created at the first use.
    #[cfg(feature = "cognito")]
    pub(crate) fn core(&self) -> Result<Arc<UserPoolClient>, AuthError> {
        if let Some(core) = self.core.get() {
            return Ok(core.clone());
        }
        let core = Arc::new(self.new_core()?);
        Ok(self.core.get_or_init(|| core).clone())
    }

    #[cfg(feature = "cognito")]
    fn new_core(&self) -> Result<UserPoolClient, AuthError> {
        let pool_id = self
            .settings
            .pool_id
            .clone()
            .ok_or_else(|| mistake("the id of the pool is not known: set it with `pool_id`"))?;
        let region = self
            .region
            .clone()
            .or_else(|| self.region_of_document.clone())
            .or_else(|| pool_id.split_once('_').map(|(region, _)| region.to_owned()))
            .filter(|region| crate::region::is_region(region))
            .ok_or_else(|| mistake("a pool id is a region and a name, such as `us-east-1_AbCdEf123`"))?;
        let place = place_of("cognito-idp", &region, self.endpoint.as_deref(), self.allow_http).ok_or_else(|| {
            mistake(
                "the endpoint must be an `https` URL, or an `http` one on this machine; for an emulator on another host call \
                 `AppClient::allow_http`",
            )
        })?;
        let api = crate::cognito::wire::client::UserPoolApi::new(crate::cognito::wire::client::UserPoolApiOptions {
            region,
            endpoint: self.endpoint.clone(),
            http: self.http(&place)?,
            credentials: self.credentials.clone(),
            timeout: self.settings.timeout,
        });
        Ok(UserPoolClient {
            api,
            pool_id,
            client_id: self.settings.client_id.clone(),
            client_secret: self.secret.clone(),
            settings: self.settings.clone(),
            devices: self.devices.clone(),
        })
    }
}

fn mistake(detail: &str) -> AuthError {
    AuthError::because(AuthErrorKind::Configuration, "app client", detail)
}

#[cfg(all(test, feature = "cognito", feature = "rustls"))]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;
    use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
    use tokio::net::TcpListener;

    /// The host and port to which the sign-out of a pool connects.
    async fn host_of(pool_id: &str) -> String {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let proxy = reqwest::Proxy::all(format!("http://{}", socket.local_addr().unwrap())).unwrap();
        let anywhere = Url::parse("https://example.com").unwrap();
        let begin = || crate::client::redirects::builder().proxy(proxy.clone());
        let http = crate::client::tls::build(begin, &anywhere).unwrap();
        let connected = tokio::spawn(async move {
            let mut stream = BufReader::new(socket.accept().await.unwrap().0);
            let mut line = String::new();
            stream.read_line(&mut line).await.unwrap();
            stream.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n").await.unwrap();
            line.strip_prefix("CONNECT ").expect("over TLS").split(' ').next().unwrap().to_owned()
        });
        let registration = Registration::new("client".to_owned()).over(http);
        let registration = registration.with(|it| it.settings.pool_id = Some(pool_id.to_owned()));
        let error = registration.core().unwrap().api.global_sign_out(&Secret::new("x")).await.unwrap_err();
        assert_eq!(error.kind(), AuthErrorKind::Network);
        connected.await.unwrap()
    }

    #[tokio::test]
    async fn every_partition_has_its_own_domain() {
        for (pool_id, host) in [
            ("us-east-1_AbC123", "cognito-idp.us-east-1.amazonaws.com:443"),
            ("cn-north-1_AbC123", "cognito-idp.cn-north-1.amazonaws.com.cn:443"),
            ("us-gov-west-1_AbC123", "cognito-idp.us-gov-west-1.amazonaws.com:443"),
            ("eusc-de-east-1_AbC123", "cognito-idp.eusc-de-east-1.amazonaws.eu:443"),
        ] {
            assert_eq!(host_of(pool_id).await, host);
        }
    }
}
