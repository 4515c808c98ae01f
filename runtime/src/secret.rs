//! Secret text: zeroed when it is dropped, not in `Debug`, compared in constant time.

use bytes::Bytes;
use http::HeaderValue;
use std::fmt;
use std::sync::{Arc, OnceLock};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// A secret text: a token, a key, a password.
///
/// Clones share its memory, which is zeroed when the last clone is dropped. `Debug` does not show the text, there is no `Display`,
/// and `==` takes constant time for secrets of the same length. Only [`Secret::expose`] returns the text.
#[derive(Clone)]
pub struct Secret(Arc<SecretText>);

struct SecretText {
    text: Zeroizing<String>,
    /// The header value of the first use, with its prefix.
    header: OnceLock<(&'static str, HeaderValue)>,
}

impl Secret {
    /// Creates a secret from a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Arc::new(SecretText { text: Zeroizing::new(text.into()), header: OnceLock::new() }))
    }

    /// Returns the text.
    pub fn expose(&self) -> &str {
        &self.0.text
    }

    /// Returns the prefix and the text as a header value; `None` if the text is not valid in a header.
    ///
    /// The value is created once and shared by all calls, since copying and checking a token is the most expensive part of
    /// authorizing a call. Its memory is zeroed when the last use is dropped.
    pub(crate) fn header(&self, prefix: &'static str) -> Option<HeaderValue> {
        if let Some((_, value)) = self.0.header.get().filter(|(known, _)| *known == prefix) {
            return Some(value.clone());
        }
        let bytes = Zeroizing::new([prefix, self.expose()].concat().into_bytes());
        let mut value = HeaderValue::from_maybe_shared(Bytes::from_owner(bytes)).ok()?;
        value.set_sensitive(true);
        // A value with another prefix is not replaced: a text is rarely sent with two prefixes.
        let _ = self.0.header.set((prefix, value.clone()));
        Some(value)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose().as_bytes().ct_eq(other.expose().as_bytes()).into()
    }
}

impl Eq for Secret {}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<&Secret> for Secret {
    fn from(secret: &Secret) -> Self {
        secret.clone()
    }
}

/// The text that replaces a secret in output.
pub(crate) const REDACTED: &str = "[redacted]";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing() {
        let secret = Secret::new("canary");
        assert_eq!(format!("{secret:?} {secret:#?}"), "[redacted] [redacted]");
    }

    #[test]
    fn equality_is_by_text() {
        assert_eq!(Secret::new("a"), Secret::from("a"));
        assert_ne!(Secret::new("a"), Secret::new("b"));
        assert_ne!(Secret::new("a"), Secret::new("aa"));
    }

    #[test]
    fn a_header_is_created_once_for_a_prefix() {
        let secret = Secret::new("canary");
        let (first, again, other) = (secret.header("Bearer "), secret.clone().header("Bearer "), secret.header(""));
        assert!(first.as_ref().is_some_and(|value| value == "Bearer canary" && value.is_sensitive()));
        let place = |value: &Option<HeaderValue>| value.as_ref().map(|value| value.as_bytes().as_ptr());
        assert_eq!(place(&first), place(&again));
        assert!(other.is_some_and(|value| value == "canary"));
        assert!(Secret::new("a\nb").header("").is_none());
    }
}
