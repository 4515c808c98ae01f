//! The wire to the user-pool API: one client of the AWS SDK, and for each operation whether it may be sent twice.
//!
//! The SDK sends up to three times, and it takes Cognito's `LimitExceededException` ("Attempt limit exceeded") for a
//! throttle to be tried again. Answers to challenges, rotating refresh tokens, what issues tokens and everything that
//! sends a message to the user must not be done twice, so the policy is set call by call ([`Attempts`]).

mod auth;
mod http;
mod tokens;

pub(crate) use auth::{Initiate, Reaction, Respond, Tokens};
pub(crate) use tokens::Speaker;

use crate::flows::{AuthError, AuthErrorKind};
use crate::sdk_http::OverReqwest;
use crate::sdk_retry::OnlyIfNotDone;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_cognitoidentityprovider::Client;
use aws_sdk_cognitoidentityprovider::config::{BehaviorVersion, Builder, Region, StalledStreamProtectionConfig};
use aws_sdk_cognitoidentityprovider::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_cognitoidentityprovider::operation::RequestId;
use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::retries::classifiers::{ClassifyRetry, RetryAction};
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

/// What a connection to the user-pool API is made from.
pub(crate) struct WireOptions {
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
pub(crate) struct Wire {
    pub(crate) client: Client,
}

impl Wire {
    pub(crate) fn new(options: WireOptions) -> Self {
        let timeouts = TimeoutConfig::builder().operation_attempt_timeout(options.timeout).build();
        let mut config = aws_sdk_cognitoidentityprovider::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new(options.region))
            .http_client(OverReqwest::new(options.http, options.timeout))
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

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wire { .. }")
    }
}

/// How often an operation may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attempts {
    /// A second one would fail, count as another attempt or send another message.
    Once,
    /// Up to three times, but only after an attempt that surely did nothing: it was throttled, or never sent. Once it may
    /// have been done, a second one would do it again, or get another answer than the first.
    UntilDone,
    /// It changes nothing, or nothing more when repeated: up to three times, with the SDK's pauses.
    Several,
}

impl Attempts {
    pub(crate) fn overrides(self) -> Builder {
        let three = RetryConfig::standard().with_max_attempts(3);
        match self {
            Self::Once => Builder::default().retry_config(RetryConfig::disabled()),
            Self::UntilDone => Builder::default().retry_config(three).retry_classifier(OnlyIfNotDone),
            Self::Several => Builder::default().retry_config(three),
        }
    }
}

/// Sends one operation under a policy; its failure as an [`AuthError`].
macro_rules! send {
    ($attempts:expr, $operation:literal, $builder:expr) => {
        $builder
            .customize()
            .config_override($attempts.overrides())
            .send()
            .await
            .map_err(|error| $crate::cognito::failure($operation, &error))
    };
}
pub(crate) use send;

/// What an SDK's error means.
pub(crate) fn failure<E>(operation: &'static str, error: &SdkError<E, HttpResponse>) -> AuthError
where
    E: ProvideErrorMetadata + StdError + 'static,
{
    let (kind, detail) = match error {
        SdkError::ServiceError(answer) => {
            let (error, raw) = (answer.err(), answer.raw());
            let id = error.meta().request_id().or_else(|| raw.request_id());
            let status = raw.status().as_u16();
            return AuthError::answered(operation, error.code(), error.message(), id, Some(status));
        }
        SdkError::ResponseError(answer) => {
            let raw = answer.raw();
            let status = raw.status().as_u16();
            return AuthError::answered(operation, None, None, raw.request_id(), Some(status));
        }
        SdkError::TimeoutError(_) => (AuthErrorKind::Network, "no answer in time".to_owned()),
        SdkError::DispatchFailure(failure) => {
            let source = failure.as_connector_error();
            return http::failure(operation, source);
        }
        // What is missing is named by the builder ("`x` was not specified"), no value is repeated.
        SdkError::ConstructionFailure(_) => (AuthErrorKind::Configuration, "the request could not be made".to_owned()),
        _ => (AuthErrorKind::Protocol, "an unknown failure of the AWS SDK".to_owned()),
    };
    AuthError::because(kind, operation, detail)
}

/// An answer without what it must hold.
pub(crate) fn incomplete(operation: &'static str, missing: &str) -> AuthError {
    AuthError::because(AuthErrorKind::Protocol, operation, format!("the answer has no {missing}"))
}

/// Keeps the SDK from trying again where the user has run into a limit on attempts.
#[derive(Debug)]
struct NeverPastALimit;

impl ClassifyRetry for NeverPastALimit {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let limited = context
            .response()
            .and_then(|response| response.body().bytes())
            .is_some_and(|body| body.windows(LIMIT.len()).any(|part| part == LIMIT));
        if limited { RetryAction::RetryForbidden } else { RetryAction::NoActionIndicated }
    }

    fn name(&self) -> &'static str {
        "never past a limit on attempts"
    }
}

const LIMIT: &[u8] = b"LimitExceededException";
