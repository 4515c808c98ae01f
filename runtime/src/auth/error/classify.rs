//! The kind of an error of the service.

use crate::auth::error::kind::AuthErrorKind;

/// The kind of an error by its code, and by its message if the code has several meanings. An unknown message gives the most general kind.
pub(super) fn classify(code: Option<&str>, message: &str, status: Option<u16>) -> AuthErrorKind {
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
        "WebAuthnChallengeNotFoundException" => Kind::SignInExpired,
        "InvalidPasswordException" | "PasswordHistoryPolicyViolationException" => Kind::InvalidPassword,
        "UsernameExistsException" | "AliasExistsException" | "GroupExistsException" => Kind::AlreadyExists,
        "SoftwareTokenMFANotFoundException" | "MFAMethodNotFoundException" => Kind::MfaNotSetUp,
        "RefreshTokenReuseException" => Kind::RefreshTokenReused,
        "TokenRevokedException" => Kind::RefreshTokenInvalid,
        // "Device does not exist.", and similar texts of emulators.
        "ResourceNotFoundException" if message.to_ascii_lowercase().contains("device") => Kind::DeviceNotFound,
        "ResourceNotFoundException"
        | "InvalidUserPoolConfigurationException"
        | "WebAuthnConfigurationMissingException"
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
        | "WebAuthnNotEnabledException"
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
    if ["secret hash", "secret_hash", "configured with secret", "verify secret", "client secret"].into_iter().any(has) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_gives_the_meaning_of_not_authorized() {
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
            ("Unable to verify client secret", Kind::Configuration),
            ("Invalid client secret provided for client 123", Kind::Configuration),
            ("Something new", Kind::NotAuthorized),
            ("", Kind::NotAuthorized),
        ];
        for (message, kind) in cases {
            assert_eq!(classify(Some("NotAuthorizedException"), message, Some(400)), kind, "{message}");
        }
    }
}
