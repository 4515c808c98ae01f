//! Why a sign-in, a refresh or an account operation failed, by what the caller can do.

use crate::auth::cause::cause;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

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

/// The kinds of [`AuthError`], each with what to do.
///
/// Every request to the user pool can fail with [`Network`](Self::Network), [`Service`](Self::Service),
/// [`Throttled`](Self::Throttled), [`Configuration`](Self::Configuration), [`Blocked`](Self::Blocked), [`Lambda`](Self::Lambda),
/// [`NotAuthorized`](Self::NotAuthorized) or [`Protocol`](Self::Protocol). The documentation of each function lists its other kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AuthErrorKind {
    /// The user name or the password is wrong. Cognito also returns it for a user who is locked out after failed attempts, and for an
    /// unknown user if the app client prevents user existence errors.
    WrongCredentials,
    /// There is no such user. Only app clients that do not prevent user existence errors return it.
    UserNotFound,
    /// The account is disabled; an administrator must enable it.
    UserDisabled,
    /// The account is not confirmed: confirm it with the code that was sent, or request another code.
    UserNotConfirmed,
    /// The password must be reset: request a code and set a new password.
    PasswordResetRequired,
    /// The temporary password has expired: an administrator must send another.
    TemporaryPasswordExpired,
    /// Too many attempts: wait some minutes before the next. It is never retried automatically.
    TooManyAttempts,
    /// Too many requests: try again after a pause.
    Throttled,
    /// The code is wrong: enter it again.
    WrongCode,
    /// The code has expired: request another.
    CodeExpired,
    /// The password does not meet the password policy, or was used before.
    InvalidPassword,
    /// The user name, e-mail address or phone number belongs to another account.
    AlreadyExists,
    /// The user or the pool does not have this second factor.
    MfaNotSetUp,
    /// The sign-in has expired or was completed: start again.
    SignInExpired,
    /// The refresh token is revoked, expired or of another app client: sign in again.
    RefreshTokenInvalid,
    /// The refresh token was rotated: use the newer one.
    RefreshTokenReused,
    /// There is no refresh token: sign in again.
    NothingToRefresh,
    /// The user signed out.
    SignedOut,
    /// The access token has expired or was revoked: refresh it.
    AccessTokenInvalid,
    /// The access token lacks a scope (`aws.cognito.signin.user.admin` for account operations): sign in with it.
    MissingScope,
    /// The pool does not remember the device: sign in without it.
    DeviceNotFound,
    /// The service refused the request without a more specific reason.
    NotAuthorized,
    /// A setting of the app client or the pool is wrong: client id, secret, flow, scopes, domain, redirect or region. The message names
    /// the setting if the service returns it.
    Configuration,
    /// A Lambda trigger of the pool failed or refused.
    Lambda,
    /// A web application firewall or threat protection blocked the request.
    Blocked,
    /// The feature plan or the settings of the pool do not include the feature.
    FeatureUnavailable,
    /// A value of the request is not valid.
    InvalidRequest,
    /// The sign-in is not complete: answer its challenge.
    ChallengePending,
    /// The user or the identity provider cancelled the sign-in.
    Refused,
    /// The sign-in was not completed in time.
    TimedOut,
    /// The response is not valid, or belongs to another sign-in. No secret was sent after it.
    Protocol,
    /// The service failed: try again later.
    Service,
    /// The service was not reached, or its response was lost: try again.
    Network,
    /// The session store could not be read or written.
    Store,
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
            // This exception has many meanings. These are about the request and not about the user.
            Some("NotAuthorizedException") => {
                !matches!(self.0.kind, Kind::Configuration | Kind::MissingScope | Kind::TooManyAttempts)
            }
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
        error.0.request_id = request_id.map(printable);
        error
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

impl fmt::Display for AuthErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WrongCredentials => "the user name or the password is wrong, or the account is locked for a while",
            Self::UserNotFound => "there is no such user",
            Self::UserDisabled => "the account is disabled",
            Self::UserNotConfirmed => "the account is not confirmed yet; confirm it with the code that was sent",
            Self::PasswordResetRequired => "the password must be reset",
            Self::TemporaryPasswordExpired => "the temporary password has expired; an administrator must send another",
            Self::TooManyAttempts => "too many attempts; wait before the next",
            Self::Throttled => "the service asks to slow down",
            Self::WrongCode => "the code is wrong",
            Self::CodeExpired => "the code has expired; ask for another",
            Self::InvalidPassword => "the password does not follow the rules of the pool",
            Self::AlreadyExists => "another account has this name, e-mail address or phone number",
            Self::MfaNotSetUp => "multi-factor authentication is not set up for this",
            Self::SignInExpired => "this sign-in has expired or was answered already; start again",
            Self::RefreshTokenInvalid => "the refresh token is not valid any more; sign in again",
            Self::RefreshTokenReused => "the refresh token was replaced by a newer one",
            Self::AccessTokenInvalid => "the access token is not valid any more; refresh it",
            Self::MissingScope => "the access token lacks a scope that this needs",
            Self::NothingToRefresh => "there is no refresh token",
            Self::SignedOut => "the user signed out",
            Self::DeviceNotFound => "the device is not known; sign in without it",
            Self::NotAuthorized => "the service refuses",
            Self::Configuration => "the app client or the pool is not set up for this",
            Self::Lambda => "a Lambda trigger of the pool failed or refused",
            Self::Blocked => "a firewall or a threat policy refused the request",
            Self::FeatureUnavailable => "the pool's plan or settings lack this feature",
            Self::InvalidRequest => "a value does not have the form it must have",
            Self::ChallengePending => "the sign-in waits for the answer to a challenge",
            Self::Refused => "the sign-in was refused or broken off",
            Self::TimedOut => "the sign-in was not finished in time",
            Self::Protocol => "the answer is not one that the server should give",
            Self::Service => "the service failed; try again later",
            Self::Network => "the service was not reached, or its answer was lost",
            Self::Store => "the session store could not be read or written",
        })
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

/// The kind of an error by its code, and by its message if the code has several meanings. An unknown message gives the most general kind.
fn classify(code: Option<&str>, message: &str, status: Option<u16>) -> AuthErrorKind {
    use AuthErrorKind as Kind;
    let Some(code) = code else {
        return match status {
            Some(403) => Kind::Blocked,
            Some(429) => Kind::Throttled,
            Some(400..=499) => Kind::InvalidRequest,
            _ => Kind::Service,
        };
    };
    match code {
        "NotAuthorizedException" => not_authorized(message),
        "UserNotFoundException" => Kind::UserNotFound,
        "UserNotConfirmedException" => Kind::UserNotConfirmed,
        "PasswordResetRequiredException" => Kind::PasswordResetRequired,
        "LimitExceededException" | "TooManyFailedAttemptsException" => Kind::TooManyAttempts,
        "TooManyRequestsException" | "ThrottlingException" | "Throttling" | "RequestLimitExceeded" => Kind::Throttled,
        "CodeMismatchException" | "EnableSoftwareTokenMFAException" => Kind::WrongCode,
        "ExpiredCodeException" => Kind::CodeExpired,
        "InvalidPasswordException" | "PasswordHistoryPolicyViolationException" => Kind::InvalidPassword,
        "UsernameExistsException" | "AliasExistsException" | "GroupExistsException" => Kind::AlreadyExists,
        "SoftwareTokenMFANotFoundException" | "MFAMethodNotFoundException" => Kind::MfaNotSetUp,
        "RefreshTokenReuseException" => Kind::RefreshTokenReused,
        "TokenRevokedException" => Kind::RefreshTokenInvalid,
        "ResourceNotFoundException" if message.starts_with("Device does not exist") => Kind::DeviceNotFound,
        "ResourceNotFoundException"
        | "InvalidUserPoolConfigurationException"
        | "UnsupportedTokenTypeException"
        | "UnauthorizedException"
        | "InvalidSmsRoleAccessPolicyException"
        | "InvalidSmsRoleTrustRelationshipException"
        | "InvalidEmailRoleAccessPolicyException"
        | "UnrecognizedClientException"
        | "InvalidSignatureException"
        | "AccessDeniedException"
        | "invalid_client"
        | "unauthorized_client"
        | "unsupported_grant_type"
        | "unsupported_response_type"
        | "invalid_scope"
        | "invalid_target" => Kind::Configuration,
        "UserLambdaValidationException" | "UnexpectedLambdaException" | "InvalidLambdaResponseException" => {
            Kind::Lambda
        }
        "ForbiddenException" => Kind::Blocked,
        "FeatureUnavailableInTierException"
        | "OperationNotEnabledException"
        | "UnsupportedOperationException"
        | "UnsupportedUserStateException" => Kind::FeatureUnavailable,
        "InvalidParameterException" if message.contains("not enabled for") => Kind::Configuration,
        "invalid_request" if message.contains("invalid_scope") => Kind::Configuration,
        "InvalidParameterException" | "ValidationException" | "SerializationException" | "invalid_request" => {
            Kind::InvalidRequest
        }
        "invalid_grant" => Kind::RefreshTokenInvalid,
        "access_denied" | "login_required" | "interaction_required" | "consent_required" => Kind::Refused,
        "InternalErrorException"
        | "CodeDeliveryFailureException"
        | "ConcurrentModificationException"
        | "server_error"
        | "temporarily_unavailable" => Kind::Service,
        _ => match status {
            Some(500..) => Kind::Service,
            Some(429) => Kind::Throttled,
            Some(_) => Kind::InvalidRequest,
            None => Kind::Refused,
        },
    }
}

/// The meanings of `NotAuthorizedException`.
fn not_authorized(message: &str) -> AuthErrorKind {
    use AuthErrorKind as Kind;
    let lower = message.to_ascii_lowercase();
    let has = |text: &str| lower.contains(text);
    if has("incorrect username or password") {
        return Kind::WrongCredentials;
    }
    if has("password attempts exceeded") {
        return Kind::TooManyAttempts;
    }
    if has("user is disabled") || has("user account is disabled") {
        return Kind::UserDisabled;
    }
    if has("temporary password has expired") {
        return Kind::TemporaryPasswordExpired;
    }
    if has("secret hash") || has("secret_hash") || has("configured with secret") || has("verify secret") {
        return Kind::Configuration;
    }
    if has("refresh token") {
        return Kind::RefreshTokenInvalid;
    }
    if has("required scopes") {
        return Kind::MissingScope;
    }
    if has("access token") {
        return Kind::AccessTokenInvalid;
    }
    if has("invalid session") || has("session is expired") || has("session can only be used once") {
        return Kind::SignInExpired;
    }
    Kind::NotAuthorized
}

/// A text of the server, without control characters and with a limited length.
fn printable(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).take(500).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_exception_has_many_meanings() {
        use AuthErrorKind as Kind;
        let cases = [
            ("Incorrect username or password.", Kind::WrongCredentials),
            ("User is disabled.", Kind::UserDisabled),
            ("Password attempts exceeded", Kind::TooManyAttempts),
            ("Temporary password has expired and must be reset by an administrator.", Kind::TemporaryPasswordExpired),
            ("Invalid Refresh Token", Kind::RefreshTokenInvalid),
            ("Refresh Token has been revoked", Kind::RefreshTokenInvalid),
            ("Refresh Token has expired", Kind::RefreshTokenInvalid),
            ("Refresh Token has different Client", Kind::RefreshTokenInvalid),
            ("Access Token has expired", Kind::AccessTokenInvalid),
            ("Access Token has been revoked", Kind::AccessTokenInvalid),
            ("Access Token does not have required scopes", Kind::MissingScope),
            ("Invalid session for the user.", Kind::SignInExpired),
            ("Invalid session for the user, session is expired.", Kind::SignInExpired),
            ("Invalid session for the user, session can only be used once.", Kind::SignInExpired),
            ("Client 123 is configured with secret but SECRET_HASH was not received", Kind::Configuration),
            ("Unable to verify secret hash for client 123", Kind::Configuration),
            ("Something new", Kind::NotAuthorized),
            ("", Kind::NotAuthorized),
        ];
        for (message, kind) in cases {
            assert_eq!(classify(Some("NotAuthorizedException"), message, Some(400)), kind, "{message}");
        }
    }

    #[test]
    fn only_what_a_session_cannot_outlive_ends_it() {
        let error =
            |code, message, status| AuthError::answered("InitiateAuth", code, Some(message), None, Some(status));
        for code in [
            "NotAuthorizedException",
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
        assert!(!error(Some("NotAuthorizedException"), "Unable to verify secret hash", 400).ends_session());
        assert!(!error(None, "", 502).ends_session());
        assert!(error(None, "", 502).is_transient());
        assert!(error(Some("TooManyRequestsException"), "", 400).is_transient());
        assert!(!error(Some("LimitExceededException"), "", 400).is_transient());
    }

    #[test]
    fn the_servers_words_are_shown_to_who_asks_only() {
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
            "SignUp: a value does not have the form it must have (InvalidParameterException, request 1-2-3)"
        );
    }
}
