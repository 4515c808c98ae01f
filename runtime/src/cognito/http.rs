//! What failures below HTTP mean to a sign-in.

use crate::flows::{AuthError, AuthErrorKind};
use crate::sdk_http::Failed;
use aws_smithy_runtime_api::client::result::ConnectorError;
use std::error::Error as StdError;

/// What a failure below HTTP means, and whether the request can have arrived.
pub(crate) fn failure(operation: &'static str, error: Option<&ConnectorError>) -> AuthError {
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
    let cause = error.source().and_then(|source| source.downcast_ref::<Failed>());
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
