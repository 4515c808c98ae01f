//! Which failures the AWS SDK may answer by sending again, where an operation must not be done twice.

use crate::aws::sdk_http::HttpFailure;
use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::retries::classifiers::{ClassifyRetry, RetryAction};
use std::error::Error as StdError;

/// Forbids another attempt unless the last one surely did nothing: the service throttled it, or it was never sent.
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

fn was_throttled(context: &InterceptorContext) -> bool {
    context.response().is_some_and(|response| {
        let body = response.body().bytes().unwrap_or_default();
        let says = |code: &&[u8]| body.windows(code.len()).any(|part| part == *code);
        response.status().as_u16() == 429 || (response.status().is_client_error() && THROTTLED.iter().any(says))
    })
}

fn was_unsent(context: &InterceptorContext) -> bool {
    let error = context.output_or_error().and_then(Result::err).and_then(|error| error.as_connector_error());
    let cause = error.and_then(StdError::source).and_then(|source| source.downcast_ref::<HttpFailure>());
    cause.is_some_and(|cause| cause.unsent)
}

/// The codes by which Cognito refuses a request for its rate.
const THROTTLED: [&[u8]; 2] = [b"TooManyRequestsException", b"ThrottlingException"];
