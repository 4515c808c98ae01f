//! What is wrong with the settings of an app client.

/// What is wrong with the app client, by the error of the service. The message of the service is left out, since it can contain values.
pub(super) fn cause(code: &str, message: &str) -> Option<&'static str> {
    let lower = message.to_ascii_lowercase();
    let has = |text: &str| lower.contains(text);
    match code {
        "NotAuthorizedException" if has("not configured for secret") => Some(SECRET_NEEDLESS),
        "NotAuthorizedException" if has("configured with secret") || has("hash was not received") => {
            Some(SECRET_MISSING)
        }
        "NotAuthorizedException" if has("verify secret") => Some(SECRET_WRONG),
        "ResourceNotFoundException" if has("user pool client") => Some("the pool has no app client of this id"),
        "InvalidParameterException" if has("not enabled for") => Some(FLOW_NOT_ALLOWED),
        "unauthorized_client" | "unsupported_grant_type" => Some(FLOW_NOT_ALLOWED),
        // The authorization endpoint of Cognito has the code in the description.
        "invalid_scope" => Some(SCOPE_NOT_ALLOWED),
        "invalid_request" if has("invalid_scope") => Some(SCOPE_NOT_ALLOWED),
        _ => None,
    }
}

pub(crate) const SECRET_MISSING: &str = "the app client has a secret, and none was given: `AppClient::secret`";
pub(crate) const SECRET_WRONG: &str = "the secret is wrong: it is not a secret of the app client";
const SECRET_NEEDLESS: &str = "a secret was given, and the app client has none";
const FLOW_NOT_ALLOWED: &str = "the app client does not allow this way to sign in: turn it on in its settings \
                                (`ExplicitAuthFlows`, `AllowedOAuthFlows`)";
const SCOPE_NOT_ALLOWED: &str = "the app client does not allow a requested scope: add it to its settings \
                                 (`AllowedOAuthScopes`), or request fewer scopes";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::error::{AuthError, AuthErrorKind};

    #[test]
    fn the_wrong_setting_of_the_app_client_is_named() {
        let not_authorized = "NotAuthorizedException";
        for (code, message, cause) in [
            (not_authorized, "Client 1c is configured with secret but SECRET_HASH was not received", SECRET_MISSING),
            (not_authorized, "Unable to verify secret hash for client 1c", SECRET_WRONG),
            (not_authorized, "Unable to verify secret for client 1c", SECRET_WRONG),
            (
                not_authorized,
                "App client 1c is not configured for secret but secret hash was received",
                SECRET_NEEDLESS,
            ),
            (
                "ResourceNotFoundException",
                "User pool client 1c does not exist.",
                "the pool has no app client of this id",
            ),
            ("InvalidParameterException", "USER_PASSWORD_AUTH flow not enabled for this client", FLOW_NOT_ALLOWED),
            ("InvalidParameterException", "USER_SRP_AUTH is not enabled for the client.", FLOW_NOT_ALLOWED),
            ("unauthorized_client", "", FLOW_NOT_ALLOWED),
            ("invalid_scope", "", SCOPE_NOT_ALLOWED),
            ("invalid_request", "invalid_scope", SCOPE_NOT_ALLOWED),
        ] {
            let error = AuthError::answered("InitiateAuth", Some(code), Some(message), None, Some(400));
            assert_eq!(error.kind(), AuthErrorKind::Configuration, "{code} {message}");
            let expected = format!("InitiateAuth: the app client or the pool is not set up for this: {cause} ({code})");
            assert_eq!(error.to_string(), expected);
            assert!(!error.ends_session(), "{code} {message}");
        }
    }
}
