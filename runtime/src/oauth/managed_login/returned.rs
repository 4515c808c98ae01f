//! The redirect with which the browser returns.

use crate::auth::error::{AuthError, AuthErrorKind};
use crate::secret::Secret;

/// The parameters of the redirect.
pub(super) enum Returned {
    Code(Secret),
    Error { code: String, description: Option<String> },
}

impl Returned {
    /// Reads the query. It must have the state of this sign-in exactly once.
    pub(super) fn read(query: &str, state: &Secret) -> Result<Self, &'static str> {
        let (mut found_state, mut code, mut error, mut description) = (None, None, None, None);
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let place = match &*name {
                "state" => &mut found_state,
                "code" => &mut code,
                "error" => &mut error,
                "error_description" => &mut description,
                _ => continue,
            };
            if place.replace(value.into_owned()).is_some() {
                return Err("a parameter is there twice");
            }
        }
        let found_state = found_state.ok_or("there is no `state`")?;
        // In constant time, as secrets are compared.
        if Secret::from(found_state) != *state {
            return Err("the `state` is that of another sign-in");
        }
        match (code, error) {
            (None, Some(code)) => Ok(Self::Error { code, description }),
            (Some(code), None) if !code.is_empty() => Ok(Self::Code(code.into())),
            _ => Err("there is neither a `code` nor an `error`, or both"),
        }
    }
}

pub(super) fn not_here() -> AuthError {
    AuthError::because(
        AuthErrorKind::Configuration,
        OPERATION,
        format!("the redirect must be an address such as `{DEFAULT_REDIRECT}`, registered with the app client"),
    )
}

pub(super) const DEFAULT_REDIRECT: &str = "http://localhost:8400/callback";

pub(super) const OPERATION: &str = "managed login";
