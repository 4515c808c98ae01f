//! Keys of the default credential provider chain.

use crate::aws::sdk_http::ReqwestConnector;
use crate::client::build_error::BuildError;
use crate::client::http_client::client_for;
use crate::clock::SystemClock;
use crate::credential::iam::Iam;
use aws_config::default_provider::credentials::DefaultCredentialsChain;
use aws_config::provider_config::ProviderConfig;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

impl Iam {
    /// Creates credentials from the default credential provider chain, as the AWS command line uses it: environment variables, profiles with
    /// SSO, web identity, and the role of the container or instance ("Standardized credential providers", AWS SDKs and Tools Reference
    /// Guide).
    ///
    /// Keys are fetched at the first signed call, and replaced before they expire.
    ///
    /// # Errors
    /// Fails if the HTTP client can't be built, such as without certificates.
    pub async fn from_default_chain() -> Result<Self, BuildError> {
        // Services of AWS use TLS, and the metadata endpoints of the machine use plain HTTP.
        let place = Url::parse("https://sts.amazonaws.com").map_err(|_| BuildError::new("no URL"))?;
        Ok(Self::from_default_chain_over(client_for(&place, None)?).await)
    }

    /// Does the same with an HTTP client of the application. Each request can take 30 seconds.
    pub async fn from_default_chain_over(http: reqwest::Client) -> Self {
        let config = ProviderConfig::default().with_http_client(ReqwestConnector::new(http, EXCHANGE_TIMEOUT));
        let chain = DefaultCredentialsChain::builder().configure(config).build().await;
        Self::from_sdk_by(chain, Arc::new(SystemClock))
    }
}

/// The time limit of one request to a service that issues keys.
const EXCHANGE_TIMEOUT: Duration = Duration::from_secs(30);
