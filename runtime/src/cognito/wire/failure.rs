//! What a failed operation of the user-pool API means.

use crate::auth::error::{AuthError, AuthErrorKind};
use crate::aws::sdk_http::HttpFailure;
use aws_sdk_cognitoidentityprovider::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_cognitoidentityprovider::operation::RequestId;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::ConnectorError;
use std::error::Error as StdError;

/// Converts an error of the SDK.
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
        SdkError::TimeoutError(_) => (AuthErrorKind::Network, "no response in time".to_owned()),
        SdkError::DispatchFailure(failure) => {
            let source = failure.as_connector_error();
            return below_http(operation, source);
        }
        // The message names the missing field and contains no value.
        SdkError::ConstructionFailure(_) => (
            AuthErrorKind::Configuration,
            "the request is not valid: check the region, the endpoint and the values".to_owned(),
        ),
        _ => (AuthErrorKind::Protocol, "an unknown failure of the AWS SDK".to_owned()),
    };
    AuthError::because(kind, operation, detail)
}

/// An error for a response without a required value.
pub(crate) fn incomplete(operation: &'static str, missing: &str) -> AuthError {
    AuthError::because(AuthErrorKind::Protocol, operation, format!("the response has no {missing}"))
}

/// Converts a connection error, and marks requests that were not sent.
fn below_http(operation: &'static str, error: Option<&ConnectorError>) -> AuthError {
    let Some(error) = error else {
        return AuthError::new(AuthErrorKind::Network, operation);
    };
    if error.is_user() {
        return AuthError::because(
            AuthErrorKind::Configuration,
            operation,
            "the request is not valid: check the endpoint and the region",
        );
    }
    let cause = error.source().and_then(|source| source.downcast_ref::<HttpFailure>());
    if cause.is_none() && !error.is_timeout() && !error.is_io() {
        // The error is not of the connection, so the request could not be signed.
        let detail =
            "the request could not be signed: set `AppClient::aws_credentials` for operations of an administrator";
        return AuthError::because(AuthErrorKind::Configuration, operation, detail).unsent();
    }
    let Some(cause) = cause else {
        return AuthError::because(AuthErrorKind::Network, operation, "the connection failed");
    };
    let kind = if cause.invalid { AuthErrorKind::Protocol } else { AuthErrorKind::Network };
    let failed = AuthError::because(kind, operation, cause.text.clone());
    if cause.unsent { failed.unsent() } else { failed }
}
