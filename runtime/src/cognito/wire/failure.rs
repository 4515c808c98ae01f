//! What a failed operation of the user-pool API means.

use crate::auth::error::{AuthError, AuthErrorKind};
use crate::aws::sdk_http::HttpFailure;
use aws_sdk_cognitoidentityprovider::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_cognitoidentityprovider::operation::RequestId;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::ConnectorError;
use std::error::Error as StdError;

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
            return below_http(operation, source);
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

/// What a failure below HTTP means, and whether the request can have arrived.
fn below_http(operation: &'static str, error: Option<&ConnectorError>) -> AuthError {
    let Some(error) = error else {
        return AuthError::new(AuthErrorKind::Network, operation);
    };
    if error.is_user() {
        return AuthError::because(
            AuthErrorKind::Configuration,
            operation,
            "the request could not be made; check endpoint and region",
        );
    }
    let cause = error.source().and_then(|source| source.downcast_ref::<HttpFailure>());
    if cause.is_none() && !error.is_timeout() && !error.is_io() {
        // Not from below HTTP, so from before it: there is nothing to sign with.
        let detail = "the request could not be signed; an administrator's operation needs AWS credentials";
        return AuthError::because(AuthErrorKind::Configuration, operation, detail).unsent();
    }
    let Some(cause) = cause else {
        return AuthError::because(AuthErrorKind::Network, operation, "connection failed");
    };
    let kind = if cause.dishonest { AuthErrorKind::Protocol } else { AuthErrorKind::Network };
    let failed = AuthError::because(kind, operation, cause.text.clone());
    if cause.unsent { failed.unsent() } else { failed }
}
