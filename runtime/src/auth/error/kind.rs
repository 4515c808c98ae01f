//! The kinds of errors of sign-in, refresh and account operations.

use std::fmt;

/// The kinds of [`AuthError`](crate::AuthError), each with what to do.
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

impl fmt::Display for AuthErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WrongCredentials => "the user name or the password is wrong, or the account is temporarily locked",
            Self::UserNotFound => "there is no such user",
            Self::UserDisabled => "the account is disabled",
            Self::UserNotConfirmed => "the account is not confirmed yet; confirm it with the code that was sent",
            Self::PasswordResetRequired => "the password must be reset",
            Self::TemporaryPasswordExpired => "the temporary password has expired; an administrator must send another",
            Self::TooManyAttempts => "too many attempts; wait before the next",
            Self::Throttled => "the service throttled the request",
            Self::WrongCode => "the code is wrong",
            Self::CodeExpired => "the code has expired; request another",
            Self::InvalidPassword => "the password does not meet the password policy of the pool",
            Self::AlreadyExists => "another account has this name, e-mail address or phone number",
            Self::MfaNotSetUp => "multi-factor authentication is not set up for this",
            Self::SignInExpired => "the sign-in has expired or was completed; start again",
            Self::RefreshTokenInvalid => "the refresh token is not valid any more; sign in again",
            Self::RefreshTokenReused => "the refresh token was replaced by a newer one",
            Self::AccessTokenInvalid => "the access token is not valid any more; refresh it",
            Self::MissingScope => "the access token lacks a required scope",
            Self::NothingToRefresh => "there is no refresh token",
            Self::SignedOut => "the user signed out",
            Self::DeviceNotFound => "the pool does not remember the device; sign in without it",
            Self::NotAuthorized => "the service refused the request",
            Self::Configuration => "the app client or the pool is not set up for this",
            Self::Lambda => "a Lambda trigger of the pool failed or refused",
            Self::Blocked => "a firewall or threat protection blocked the request",
            Self::FeatureUnavailable => "the feature plan or the settings of the pool do not include this feature",
            Self::InvalidRequest => "a value of the request is not valid",
            Self::ChallengePending => "the sign-in is not complete; answer its challenge",
            Self::Refused => "the sign-in was refused or cancelled",
            Self::TimedOut => "the sign-in was not completed in time",
            Self::Protocol => "the response is not valid",
            Self::Service => "the service failed; try again later",
            Self::Network => "the service was not reached, or its response was lost",
            Self::Store => "the session store could not be read or written",
        })
    }
}
