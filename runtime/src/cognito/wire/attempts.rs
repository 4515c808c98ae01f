//! How often an operation of the user-pool API may be sent.

use crate::aws::sdk_retry::{OnlyIfNotDone, OnlyIfUnsent};
use aws_sdk_cognitoidentityprovider::config::Builder;
use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::retries::classifiers::{ClassifyRetry, RetryAction};
use aws_smithy_types::retry::RetryConfig;

/// How often an operation may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attempts {
    /// Once: a second request would fail, count as another attempt or send another message.
    Once,
    /// Up to three times, but only after an attempt that was not sent. `throttling::repeated` sends it again while it is throttled, for longer
    /// than the SDK does: the SDK limits the retries of all requests together.
    UntilSent,
    /// Up to three times, but only after an attempt without effect: it was throttled or not sent. Otherwise a second request could repeat the
    /// effect or get another response.
    UntilDone,
    /// Up to three times with the pauses of the SDK: the operation is idempotent.
    Several,
}

impl Attempts {
    pub(crate) fn overrides(self) -> Builder {
        let three = RetryConfig::standard().with_max_attempts(3);
        match self {
            Self::Once => Builder::default().retry_config(RetryConfig::disabled()),
            Self::UntilSent => Builder::default().retry_config(three).retry_classifier(OnlyIfUnsent),
            Self::UntilDone => Builder::default().retry_config(three).retry_classifier(OnlyIfNotDone),
            Self::Several => Builder::default().retry_config(three),
        }
    }
}

/// Prevents retries after the user has reached a limit of attempts.
#[derive(Debug)]
pub(super) struct NeverPastALimit;

impl ClassifyRetry for NeverPastALimit {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let limited = context
            .response()
            .and_then(|response| response.body().bytes())
            .is_some_and(|body| body.windows(LIMIT_EXCEEDED.len()).any(|part| part == LIMIT_EXCEEDED));
        if limited { RetryAction::RetryForbidden } else { RetryAction::NoActionIndicated }
    }

    fn name(&self) -> &'static str {
        "never past a limit on attempts"
    }
}

const LIMIT_EXCEEDED: &[u8] = b"LimitExceededException";

/// Sends an operation with a retry policy, and converts its failure into an [`AuthError`].
macro_rules! send {
    ($attempts:expr, $operation:literal, $builder:expr) => {
        $builder
            .customize()
            .config_override($attempts.overrides())
            .send()
            .await
            .map_err(|error| $crate::cognito::wire::failure::failure($operation, &error))
    };
}

pub(crate) use send;
