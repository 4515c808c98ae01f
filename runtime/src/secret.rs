//! Text that must not be seen: zeroed when dropped, absent from `Debug`, compared in constant time.

use bytes::Bytes;
use http::HeaderValue;
use std::fmt;
use std::sync::{Arc, OnceLock};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// A secret text: a token, a key, a password.
///
/// Its memory is zeroed when the last of its clones is dropped (they share it), `Debug` shows none of it, there is no
/// `Display`, and `==` takes the same time wherever two secrets of one length differ. [`Secret::expose`] is the only way to
/// the text.
#[derive(Clone)]
pub struct Secret(Arc<SecretText>);

struct SecretText {
    text: Zeroizing<String>,
    /// What it is sent as once it was sent, and the prefix in that.
    header: OnceLock<(&'static str, HeaderValue)>,
}

impl Secret {
    /// Takes the text as a secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Arc::new(SecretText { text: Zeroizing::new(text.into()), header: OnceLock::new() }))
    }

    /// The text itself, for where it must be written.
    pub fn expose(&self) -> &str {
        &self.0.text
    }

    /// The text behind a prefix as a header value; `None` if it holds what no header may hold.
    ///
    /// It is made once, and calls share it: to copy and check a token takes longer than all else that authorizes a call.
    /// Its memory, too, is zeroed when the last of them is done.
    pub(crate) fn header(&self, prefix: &'static str) -> Option<HeaderValue> {
        if let Some((_, value)) = self.0.header.get().filter(|(known, _)| *known == prefix) {
            return Some(value.clone());
        }
        let bytes = Zeroizing::new([prefix, self.expose()].concat().into_bytes());
        let mut value = HeaderValue::from_maybe_shared(Bytes::from_owner(bytes)).ok()?;
        value.set_sensitive(true);
        // Another prefix may be there already, which is kept: one text is hardly ever sent behind two.
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

/// What stands for a secret wherever values are shown.
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
    fn a_header_is_made_once_for_a_prefix() {
        let secret = Secret::new("canary");
        let (first, again, other) = (secret.header("Bearer "), secret.clone().header("Bearer "), secret.header(""));
        assert!(first.as_ref().is_some_and(|value| value == "Bearer canary" && value.is_sensitive()));
        let place = |value: &Option<HeaderValue>| value.as_ref().map(|value| value.as_bytes().as_ptr());
        assert_eq!(place(&first), place(&again));
        assert!(other.is_some_and(|value| value == "canary"));
        assert!(Secret::new("a\nb").header("").is_none());
    }
}
