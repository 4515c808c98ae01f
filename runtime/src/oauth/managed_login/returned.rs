//! The redirect with which the browser returns.

use crate::auth::error::AuthError;
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

    /// The text that the browser shows.
    pub(super) fn page(&self) -> &'static str {
        match self {
            Self::Code(_) => "Signed in. You can close this window.",
            Self::Error { .. } => "The sign-in failed. The program shows why. You can close this window.",
        }
    }

    /// The code, or the error with what the pool says about it.
    pub(super) fn code(self) -> Result<Secret, AuthError> {
        let (code, description) = match self {
            Self::Code(code) => return Ok(code),
            Self::Error { code, description } => (code, description),
        };
        let error = AuthError::answered(OPERATION, Some(&code), description.as_deref(), None, None);
        // The description is shown: it came with the state of this sign-in, it is about the user or the settings of the pool, and the
        // request had no secret.
        let said = description.as_deref().map(shown).filter(|said| !said.is_empty());
        Err(match (said, error.detail()) {
            (Some(said), Some(cause)) => {
                let both = format!("{cause}; the pool says: {said}");
                error.caused_by(both)
            }
            (Some(said), None) => error.caused_by(format!("the pool says: {said}")),
            (None, _) => error,
        })
    }
}

/// A text of another party, limited, in one line, and without invisible characters.
fn shown(text: &str) -> String {
    let escape = |character: char| {
        let is_quote = matches!(character, '\'' | '"' | '\\');
        let escaped = (!is_quote).then(|| character.escape_debug().to_string());
        escaped.unwrap_or_else(|| character.to_string())
    };
    text.trim().chars().take(300).map(escape).collect()
}

pub(super) const OPERATION: &str = "managed login";
