//! Why a sign-in, a refresh or an account operation failed, by what the caller can do.

mod classify;
mod kind;

use crate::auth::cause::cause;
use classify::classify;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

pub use kind::AuthErrorKind;

/// A failed sign-in, refresh or account operation.
///
/// Neither `Debug` nor `Display` shows values of the request or the message of the service, which can contain such values. That
/// message is at [`AuthError::service_message`].
#[derive(Clone)]
pub struct AuthError(Box<AuthErrorData>);

#[derive(Clone)]
struct AuthErrorData {
    kind: AuthErrorKind,
    operation: &'static str,
    detail: Option<String>,
    code: Option<String>,
    message: Option<String>,
    request_id: Option<String>,
    unsent: bool,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

impl AuthError {
    /// Returns the kind.
    pub fn kind(&self) -> AuthErrorKind {
        self.0.kind
    }

    /// Returns whether the same request can succeed later without a change. A session keeps its tokens then.
    pub fn is_transient(&self) -> bool {
        use AuthErrorKind as Kind;
        matches!(self.0.kind, Kind::Throttled | Kind::Service | Kind::Network | Kind::Store)
    }

    /// Returns whether this error of a refresh ends the session: one of the six errors of the pool for a user or refresh token that gets
    /// no more tokens, or `invalid_grant` of the token endpoint. Other errors, such as those of the network or of a wrong setting, keep
    /// the session.
    pub fn ends_session(&self) -> bool {
        use AuthErrorKind as Kind;
        match self.code() {
            // This exception has many meanings, and not all its messages are known. Only these are about the user or the refresh token.
            Some("NotAuthorizedException") => matches!(self.0.kind, Kind::RefreshTokenInvalid | Kind::UserDisabled),
            Some(code) => ENDING.contains(&code),
            None => false,
        }
    }

    /// Returns the operation that failed, such as `InitiateAuth`.
    pub fn operation(&self) -> &'static str {
        self.0.operation
    }

    /// Returns the error code of the service, such as `NotAuthorizedException` or `invalid_grant`.
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// Returns the message of the service. It can contain values of the request: do not log it or show it to users.
    pub fn service_message(&self) -> Option<&str> {
        self.0.message.as_deref()
    }

    /// Returns the request id of AWS, for AWS Support.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    pub(crate) fn new(kind: AuthErrorKind, operation: &'static str) -> Self {
        Self(Box::new(AuthErrorData {
            kind,
            operation,
            detail: None,
            code: None,
            message: None,
            request_id: None,
            unsent: false,
            source: None,
        }))
    }

    /// Creates an error with a detail.
    pub(crate) fn because(kind: AuthErrorKind, operation: &'static str, detail: impl Into<String>) -> Self {
        let mut error = Self::new(kind, operation);
        error.0.detail = Some(detail.into());
        error
    }

    /// Creates an error from the response of the service.
    pub(crate) fn answered(
        operation: &'static str,
        code: Option<&str>,
        message: Option<&str>,
        request_id: Option<&str>,
        status: Option<u16>,
    ) -> Self {
        let message_text = message.unwrap_or_default();
        let mut error = Self::new(classify(code, message_text, status), operation);
        error.0.detail = code.and_then(|code| cause(code, message_text)).map(str::to_owned);
        error.0.code = code.map(printable);
        error.0.message = message.map(printable);
        error.0.request_id = request_id.map(|id| printable(id.get(..MAX_REQUEST_ID).unwrap_or(id)));
        error
    }

    /// Whether the service refused the request because there were too many, so that it had no effect. A limit on the attempts of a user
    /// ([`AuthErrorKind::TooManyAttempts`]) is another error.
    pub(crate) fn is_throttled(&self) -> bool {
        self.0.kind == AuthErrorKind::Throttled
    }

    /// Marks the request as not sent.
    pub(crate) fn unsent(mut self) -> Self {
        self.0.unsent = true;
        self
    }

    /// Whether the challenge can be answered again: the answer was not sent, or only its value was refused.
    #[cfg(feature = "cognito")]
    pub(crate) fn leaves_the_challenge(&self) -> bool {
        use AuthErrorKind as Kind;
        self.0.unsent
            || matches!(self.0.kind, Kind::WrongCode | Kind::InvalidPassword | Kind::InvalidRequest | Kind::Throttled)
    }

    /// Whether the pool did not accept the answer, since it is wrong or the challenge was answered before.
    #[cfg(feature = "cognito")]
    pub(crate) fn ends_the_challenge(&self) -> bool {
        use AuthErrorKind as Kind;
        matches!(self.0.kind, Kind::WrongCredentials | Kind::SignInExpired | Kind::NotAuthorized)
    }

    /// The detail: what is wrong, or what to do.
    #[cfg(feature = "hosted-login")]
    pub(crate) fn detail(&self) -> Option<&str> {
        self.0.detail.as_deref()
    }

    /// Sets the detail.
    #[cfg(feature = "oauth")]
    pub(crate) fn caused_by(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// Changes the kind, if the code has another meaning for the operation.
    #[cfg(feature = "oauth")]
    pub(crate) fn meaning(mut self, kind: AuthErrorKind) -> Self {
        self.0.kind = kind;
        self
    }

    pub(crate) fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.0.source = Some(Arc::new(source));
        self
    }
}

impl fmt::Display for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.operation, self.0.kind)?;
        if let Some(detail) = &self.0.detail {
            write!(f, ": {detail}")?;
        }
        match (&self.0.code, &self.0.request_id) {
            (Some(code), Some(id)) => write!(f, " ({code}, request {id})"),
            (Some(code), None) => write!(f, " ({code})"),
            (None, Some(id)) => write!(f, " (request {id})"),
            (None, None) => Ok(()),
        }
    }
}

impl fmt::Debug for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthError")
            .field("kind", &self.0.kind)
            .field("operation", &self.0.operation)
            .field("detail", &self.0.detail)
            .field("code", &self.0.code)
            .field("request_id", &self.0.request_id)
            .finish_non_exhaustive()
    }
}

impl StdError for AuthError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

/// The codes that end a session, apart from `NotAuthorizedException`.
const ENDING: [&str; 6] = [
    "TokenRevokedException",
    "UserNotFoundException",
    "PasswordResetRequiredException",
    "UserNotConfirmedException",
    "RefreshTokenReuseException",
    "invalid_grant",
];

/// The longest request id in bytes. Those of AWS have up to 80 characters.
const MAX_REQUEST_ID: usize = 128;

/// A text of the server, without control characters and with a limited length.
fn printable(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).take(500).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_errors_of_the_user_and_the_refresh_token_end_a_session() {
        let error =
            |code, message, status| AuthError::answered("InitiateAuth", code, Some(message), None, Some(status));
        for code in [
            "TokenRevokedException",
            "UserNotFoundException",
            "PasswordResetRequiredException",
            "UserNotConfirmedException",
            "RefreshTokenReuseException",
            "invalid_grant",
        ] {
            assert!(error(Some(code), "", 400).ends_session(), "{code}");
        }
        for code in [
            "TooManyRequestsException",
            "InternalErrorException",
            "ForbiddenException",
            "InvalidParameterException",
            "LimitExceededException",
            "invalid_client",
        ] {
            assert!(!error(Some(code), "", 400).ends_session(), "{code}");
        }
        for message in ["Refresh Token has been revoked", "Invalid Refresh Token", "User is disabled."] {
            assert!(error(Some("NotAuthorizedException"), message, 400).ends_session(), "{message}");
        }
        for message in [
            "Unable to verify secret hash",
            "Unable to verify client secret",
            "Client is not authorized to call this operation",
            "Request is not allowed from this IP",
            "",
        ] {
            assert!(!error(Some("NotAuthorizedException"), message, 400).ends_session(), "{message}");
        }
        assert!(!error(None, "", 502).ends_session());
        assert!(error(None, "", 502).is_transient());
        assert!(error(Some("TooManyRequestsException"), "", 400).is_transient());
        assert!(!error(Some("LimitExceededException"), "", 400).is_transient());
    }

    #[test]
    fn the_message_of_the_service_is_not_shown() {
        let error = AuthError::answered(
            "SignUp",
            Some("InvalidParameterException"),
            Some("Value 'hunter2\u{1b}[31m' failed"),
            Some("1-2-3"),
            Some(400),
        );
        assert_eq!(error.service_message(), Some("Value 'hunter2[31m' failed"));
        assert!(!format!("{error} {error:?}").contains("hunter2"));
        assert_eq!(
            error.to_string(),
            "SignUp: a value of the request is not valid (InvalidParameterException, request 1-2-3)"
        );
    }
}
