//! Further parameters of the authorization endpoint and the token endpoint.

use crate::auth::error::{AuthError, AuthErrorKind};

/// Sets a parameter in place of one with the same name.
pub(crate) fn set(parameters: &mut Vec<(String, String)>, name: impl Into<String>, value: impl Into<String>) {
    let name = name.into();
    parameters.retain(|(known, _)| *known != name);
    parameters.push((name, value.into()));
}

/// Refuses parameters that a request sets itself: a second value of `state` or `code_verifier`, for example, would change what is checked.
///
/// # Errors
/// [`AuthErrorKind::Configuration`] with the name.
pub(crate) fn check(parameters: &[(String, String)], operation: &'static str) -> Result<(), AuthError> {
    let Some((name, instead)) =
        parameters.iter().find_map(|(name, _)| RESERVED.iter().find(|(known, _)| known == name))
    else {
        return Ok(());
    };
    let detail = format!("the parameter `{name}` can't be set, since the request sets it itself: {instead}");
    Err(AuthError::because(AuthErrorKind::Configuration, operation, detail))
}

/// The parameters that requests set themselves, and what sets them.
const RESERVED: [(&str, &str); 16] = [
    ("client_assertion", "use `AppClient::secret`"),
    ("client_assertion_type", "use `AppClient::secret`"),
    ("client_id", "use another `AppClient`"),
    ("client_secret", "use `AppClient::secret`"),
    ("code", "it comes from the redirect"),
    ("code_challenge", "it is new for each sign-in"),
    ("code_challenge_method", "it is `S256`"),
    ("code_verifier", "it is new for each sign-in"),
    ("grant_type", "it follows from the sign-in"),
    ("nonce", "it is new for each sign-in"),
    ("redirect_uri", "use `redirect`"),
    ("refresh_token", "it is that of the session"),
    ("response_mode", "the redirect has a query"),
    ("response_type", "it is `code`"),
    ("scope", "use `grant` and `scope`"),
    ("state", "it is new for each sign-in"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &str) -> Vec<(String, String)> {
        vec![("acr_values".to_owned(), "x".to_owned()), (name.to_owned(), "x".to_owned())]
    }

    #[test]
    fn parameters_that_a_request_sets_are_refused() {
        for (name, _) in RESERVED {
            let error = check(&with(name), "x").err().map(|error| (error.kind(), error.to_string().contains(name)));
            assert_eq!(error, Some((AuthErrorKind::Configuration, true)), "{name}");
        }
        for name in ["max_age", "resource", "audience", "ui_locales", "claims", "States"] {
            assert!(check(&with(name), "x").is_ok(), "{name}");
        }
    }

    #[test]
    fn the_last_value_counts() {
        let mut parameters = with("lang");
        set(&mut parameters, "acr_values", "y");
        let expected = [("lang", "x"), ("acr_values", "y")].map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(parameters, expected);
    }
}
