//! Why a sign-in, a refresh or an account operation failed, in terms of what the caller can do about it.

use crate::auth::cause::cause;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

/// A failed sign-in, refresh or account operation.
///
/// Neither `Debug` nor `Display` shows what was sent or what the server wrote: services repeat values in their messages.
/// The server's own words are at [`AuthError::service_message`].
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

/// What went wrong. Each kind says what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AuthErrorKind {
    /// User name or password are wrong. Cognito says the same to a user who is locked out for a while after failed
    /// attempts, and to an unknown one where the app client hides which users exist.
    WrongCredentials,
    /// There is no such user (only app clients that do not hide it say so).
    UserNotFound,
    /// The account is disabled; an administrator must enable it.
    UserDisabled,
    /// The account is not confirmed yet: confirm it with the code that was sent, or ask for another.
    UserNotConfirmed,
    /// The password must be reset: ask for a code and set a new one.
    PasswordResetRequired,
    /// The temporary password has expired; an administrator must send another.
    TemporaryPasswordExpired,
    /// Too many attempts: wait (minutes, not seconds) before the next. Never retried by itself.
    TooManyAttempts,
    /// The service asks to slow down: try again after a pause.
    Throttled,
    /// The code is wrong; another try may be left.
    WrongCode,
    /// The code has expired: ask for another.
    CodeExpired,
    /// The password does not follow the pool's rules, or was used before.
    InvalidPassword,
    /// The user name, e-mail address or phone number belongs to another account.
    AlreadyExists,
    /// Multi-factor authentication is not set up for this user or pool as asked.
    MfaNotSetUp,
    /// The sign-in's session has expired or was used: start again.
    SignInExpired,
    /// The refresh token is revoked, expired or of another app client: sign in again.
    RefreshTokenInvalid,
    /// The refresh token was rotated, and a newer one must be used.
    RefreshTokenReused,
    /// There is no refresh token: bring new tokens, or sign in.
    NothingToRefresh,
    /// The user signed out here.
    SignedOut,
    /// The access token is expired or revoked: refresh it.
    AccessTokenInvalid,
    /// The access token lacks the scope that the operation needs (`aws.cognito.signin.user.admin` for self-service).
    MissingScope,
    /// The server does not know the device: sign in without it.
    DeviceNotFound,
    /// The service refuses for a reason it does not tell apart.
    NotAuthorized,
    /// The app client or the pool is not set up for this: client id, secret, flow, scopes, domain, redirect, region. The text of
    /// the error names the cause where the service tells it: a secret that is missing or wrong, a scope that is not allowed.
    Configuration,
    /// A Lambda trigger of the pool failed or refused.
    Lambda,
    /// A web application firewall or a threat policy refused the request.
    Blocked,
    /// The pool's plan or the service's settings lack the feature.
    FeatureUnavailable,
    /// A value that was sent has not the form it must have.
    InvalidRequest,
    /// The sign-in is not finished: it waits for the answer to a challenge.
    ChallengePending,
    /// The user or the identity provider broke the sign-in off.
    Refused,
    /// The sign-in was not finished in time.
    TimedOut,
    /// The answer is not one of an honest server, or belongs to another sign-in; nothing secret was sent after it.
    Protocol,
    /// The service failed: try again later.
    Service,
    /// The service was not reached, or its answer was lost: try again.
    Network,
    /// The session store could not be read or written.
    Store,
}

impl AuthError {
    /// What went wrong.
    pub fn kind(&self) -> AuthErrorKind {
        self.0.kind
    }

    /// Whether the same may work a moment later, with nothing changed. Tokens are kept then.
    pub fn is_transient(&self) -> bool {
        use AuthErrorKind as Kind;
        matches!(self.0.kind, Kind::Throttled | Kind::Service | Kind::Network | Kind::Store)
    }

    /// Whether the answer to a refresh ends the session: one of the six errors by which the pool says that there are no
    /// more tokens for this user or refresh token, or `invalid_grant` of the token endpoint. Everything else keeps the
    /// tokens: a failing network or a mistaken app client must not sign anybody out.
    pub fn ends_session(&self) -> bool {
        use AuthErrorKind as Kind;
        match self.code() {
            // One exception with many meanings; these say that the request was wrong, not the user.
            Some("NotAuthorizedException") => {
                !matches!(self.0.kind, Kind::Configuration | Kind::MissingScope | Kind::TooManyAttempts)
            }
            Some(code) => ENDING.contains(&code),
            None => false,
        }
    }

    /// The operation that failed, such as `InitiateAuth`.
    pub fn operation(&self) -> &'static str {
        self.0.operation
    }

    /// The error's name by the service, such as `NotAuthorizedException` or `invalid_grant`.
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// The service's own words. They may repeat what was sent, so they belong neither in a log nor before a user.
    pub fn service_message(&self) -> Option<&str> {
        self.0.message.as_deref()
    }

    /// The request's number at AWS, for its support.
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

    /// An error with our own words about it.
    pub(crate) fn because(kind: AuthErrorKind, operation: &'static str, detail: impl Into<String>) -> Self {
        let mut error = Self::new(kind, operation);
        error.0.detail = Some(detail.into());
        error
    }

    /// What the service answered.
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

    /// The same, of a request that surely never left.
    pub(crate) fn unsent(mut self) -> Self {
        self.0.unsent = true;
        self
    }

    /// Whether what was to be answered can be answered again: it was not sent, or refused for its value alone.
    #[cfg(feature = "cognito")]
    pub(crate) fn leaves_the_challenge(&self) -> bool {
        use AuthErrorKind as Kind;
        self.0.unsent
            || matches!(self.0.kind, Kind::WrongCode | Kind::InvalidPassword | Kind::InvalidRequest | Kind::Throttled)
    }

    /// The same with our own words about the cause.
    #[cfg(feature = "oauth")]
    pub(crate) fn caused_by(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// The same, where the operation gives the code another meaning.
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

/// What ends a session, beside `NotAuthorizedException`.
const ENDING: [&str; 6] = [
    "TokenRevokedException",
    "UserNotFoundException",
    "PasswordResetRequiredException",
    "UserNotConfirmedException",
    "RefreshTokenReuseException",
    "invalid_grant",
];

/// Tells an answer's kind by its code, and where one code has several meanings, by its text. The texts only refine: an
/// unknown one gets the kind that promises least.
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

/// A server's text, without control characters and of bounded length.
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
