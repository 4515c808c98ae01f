//! The ordinary chain of AWS credentials: environment, profiles, web identity, containers, instances.

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
    /// Signs with the keys that the AWS command line would use: from the environment, a profile (SSO too), a web identity,
    /// the container's or the instance's role ("Standardized credential providers", AWS SDKs and Tools Reference Guide).
    ///
    /// Nothing is fetched before the first call that is signed; the keys are replaced before their end.
    ///
    /// # Errors
    /// If no HTTP client can be made.
    pub async fn from_default_chain() -> Result<Self, BuildError> {
        // Keys come over TLS from AWS, and in plain HTTP from the machine's own addresses.
        let place = Url::parse("https://sts.amazonaws.com").map_err(|_| BuildError::new("no URL"))?;
        Ok(Self::from_default_chain_over(client_for(&place, None)?).await)
    }

    /// The same over an HTTP client of one's own. Each of its exchanges may take 30 seconds.
    pub async fn from_default_chain_over(http: reqwest::Client) -> Self {
        let config = ProviderConfig::default().with_http_client(ReqwestConnector::new(http, EXCHANGE_TIMEOUT));
        let chain = DefaultCredentialsChain::builder().configure(config).build().await;
        Self::from_sdk_by(chain, Arc::new(SystemClock))
    }
}

/// The time for one exchange with a service that gives keys.
const EXCHANGE_TIMEOUT: Duration = Duration::from_secs(30);
