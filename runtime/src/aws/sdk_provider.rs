//! AWS credentials from a provider of the AWS SDK.

use crate::aws::keys::{KeyCache, Keys};
use crate::boxed::BoxFuture;
use crate::clock::{Clock, SystemClock};
use crate::credential::iam::{AwsCredentials, AwsCredentialsProvider, Iam};
use crate::secret::Secret;
use crate::token::error::{TokenError, TokenErrorKind};
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use std::sync::Arc;
use std::time::Duration;

impl Iam {
    /// Creates credentials from a provider of the AWS SDK for Rust: `aws_config::SdkConfig::credentials_provider()`, an assumed role, or a
    /// provider of the application. Keys are cached and replaced before they expire.
    pub fn from_sdk(provider: impl ProvideCredentials + 'static) -> Self {
        Self::from_sdk_by(provider, Arc::new(SystemClock))
    }

    pub(crate) fn from_sdk_by(provider: impl ProvideCredentials + 'static, clock: Arc<dyn Clock>) -> Self {
        let keys = KeyCache::new(clock, FETCH_LIMIT);
        Self::from_provider(SdkProvider { provider: SharedCredentialsProvider::new(provider), keys })
    }
}

/// A provider of the SDK, with a cache of its keys.
struct SdkProvider {
    provider: SharedCredentialsProvider,
    keys: KeyCache,
}

/// Longer than a provider of the SDK takes, with its retries.
const FETCH_LIMIT: Duration = Duration::from_secs(600);

impl AwsCredentialsProvider for SdkProvider {
    fn credentials(&self) -> BoxFuture<'_, Result<AwsCredentials, TokenError>> {
        Box::pin(async {
            let fetch = || {
                let provider = self.provider.clone();
                async move { provider.provide_credentials().await.map(Keys::from).map_err(failure) }
            };
            // The keys are of the program, not of a user.
            self.keys.get(&Secret::new(""), fetch).await
        })
    }
}

impl From<Credentials> for Keys {
    fn from(credentials: Credentials) -> Self {
        let keys = AwsCredentials {
            access_key_id: credentials.access_key_id().to_owned(),
            secret_access_key: credentials.secret_access_key().into(),
            session_token: credentials.session_token().map(Secret::from),
        };
        Self { keys, end: credentials.expiry() }
    }
}

fn failure(error: CredentialsError) -> TokenError {
    let message = match &error {
        CredentialsError::CredentialsNotLoaded(_) => {
            "no AWS credentials were found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or a role"
        }
        CredentialsError::InvalidConfiguration(_) => "the configuration of the AWS credentials is not valid",
        _ => return TokenError::unavailable(error),
    };
    TokenError::new(TokenErrorKind::Failed, message).with_source(error)
}
