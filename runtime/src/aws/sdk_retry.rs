//! Which requests the AWS SDK can repeat if an operation must not run twice.

use crate::aws::sdk_http::HttpFailure;
use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::retries::classifiers::{ClassifyRetry, RetryAction};
use std::error::Error as StdError;

/// Forbids another attempt, unless the last request had no effect: the service throttled it, or it was not sent.
#[derive(Debug)]
pub(crate) struct OnlyIfNotDone;

impl ClassifyRetry for OnlyIfNotDone {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        if was_throttled(context) || was_unsent(context) {
            RetryAction::NoActionIndicated
        } else {
            RetryAction::RetryForbidden
        }
    }

    fn name(&self) -> &'static str {
        "only if it was not done"
    }
}

/// Forbids another attempt, unless the last request was not sent. The caller repeats one that was throttled.
#[cfg(feature = "cognito")]
#[derive(Debug)]
pub(crate) struct OnlyIfUnsent;

#[cfg(feature = "cognito")]
impl ClassifyRetry for OnlyIfUnsent {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        if was_unsent(context) { RetryAction::NoActionIndicated } else { RetryAction::RetryForbidden }
    }

    fn name(&self) -> &'static str {
        "only if it was not sent"
    }
}

fn was_throttled(context: &InterceptorContext) -> bool {
    context.response().is_some_and(|response| {
        let body = response.body().bytes().unwrap_or_default();
        let has = |code: &&[u8]| body.windows(code.len()).any(|part| part == *code);
        response.status().as_u16() == 429 || (response.status().is_client_error() && THROTTLED.iter().any(has))
    })
}

fn was_unsent(context: &InterceptorContext) -> bool {
    let error = context.output_or_error().and_then(Result::err).and_then(|error| error.as_connector_error());
    let cause = error.and_then(StdError::source).and_then(|source| source.downcast_ref::<HttpFailure>());
    cause.is_some_and(|cause| cause.unsent)
}

/// The error codes of throttled requests.
const THROTTLED: [&[u8]; 2] = [b"TooManyRequestsException", b"ThrottlingException"];
