//! The client of the user-pool API over the AWS SDK.
//!
//! The SDK sends a request up to three times, and retries `LimitExceededException` ("Attempt limit exceeded") like a throttled request.
//! Answers to challenges, rotated refresh tokens, and requests that issue tokens or send messages must not be repeated, so that each
//! operation has its own policy (`Attempts`).

use crate::aws::sdk_http::ReqwestConnector;
use crate::cognito::wire::attempts::NeverPastALimit;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_cognitoidentityprovider::Client;
use aws_sdk_cognitoidentityprovider::config::{BehaviorVersion, Region, StalledStreamProtectionConfig};
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use std::fmt;
use std::time::Duration;

/// The settings of a client of the user-pool API.
pub(crate) struct UserPoolApiOptions {
    pub region: String,
    /// The endpoint, in place of that of the region.
    pub endpoint: Option<String>,
    pub http: reqwest::Client,
    /// For `Admin…` operations only.
    pub credentials: Option<SharedCredentialsProvider>,
    /// The time limit of one operation with all its attempts.
    pub timeout: Duration,
}

/// The user-pool API of one region.
pub(crate) struct UserPoolApi {
    pub(crate) client: Client,
}

impl UserPoolApi {
    pub(crate) fn new(options: UserPoolApiOptions) -> Self {
        let timeouts = TimeoutConfig::builder().operation_timeout(options.timeout).build();
        let mut config = aws_sdk_cognitoidentityprovider::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new(options.region))
            .http_client(ReqwestConnector::new(options.http, options.timeout))
            .timeout_config(timeouts)
            // It would end requests before `timeout`.
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
        f.write_str("UserPoolApi { .. }")
    }
}
