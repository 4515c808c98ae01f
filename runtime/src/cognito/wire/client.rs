//! The wire to the user-pool API: one client of the AWS SDK, and for each operation whether it may be sent twice.
//!
//! The SDK sends up to three times, and it takes Cognito's `LimitExceededException` ("Attempt limit exceeded") for a
//! throttle to be tried again. Answers to challenges, rotating refresh tokens, what issues tokens and everything that
//! sends a message to the user must not be done twice, so the policy is set call by call ([`Attempts`]).

use crate::aws::sdk_http::ReqwestConnector;
use crate::cognito::wire::attempts::NeverPastALimit;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_cognitoidentityprovider::Client;
use aws_sdk_cognitoidentityprovider::config::{BehaviorVersion, Region, StalledStreamProtectionConfig};
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use std::fmt;
use std::time::Duration;

/// What a connection to the user-pool API is made from.
pub(crate) struct UserPoolApiOptions {
    pub region: String,
    /// Instead of the region's own endpoint.
    pub endpoint: Option<String>,
    pub http: reqwest::Client,
    /// For `Admin…` operations only.
    pub credentials: Option<SharedCredentialsProvider>,
    /// The end of one attempt.
    pub timeout: Duration,
}

/// The user-pool API of one region.
pub(crate) struct UserPoolApi {
    pub(crate) client: Client,
}

impl UserPoolApi {
    pub(crate) fn new(options: UserPoolApiOptions) -> Self {
        let timeouts = TimeoutConfig::builder().operation_attempt_timeout(options.timeout).build();
        let mut config = aws_sdk_cognitoidentityprovider::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new(options.region))
            .http_client(ReqwestConnector::new(options.http, options.timeout))
            .timeout_config(timeouts)
            // It would end exchanges before `timeout` does.
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .retry_config(RetryConfig::disabled())
            .retry_classifier(NeverPastALimit);
        if let Some(endpoint) = options.endpoint {
            config = config.endpoint_url(endpoint);
        }
        if let Some(credentials) = options.credentials {
            config = config.credentials_provider(credentials);
        }
        Self { client: Client::from_conf(config.build()) }
    }
}

impl fmt::Debug for UserPoolApi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wire { .. }")
    }
}
