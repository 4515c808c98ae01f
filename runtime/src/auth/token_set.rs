//! The tokens of a user from another source.

use crate::secret::Secret;

/// The tokens of a user from another source: another program, a migration, a test.
/// [`AppClient::session_from`](crate::AppClient::session_from) creates a session from them.
#[derive(Clone, Debug, Default)]
#[must_use = "`AppClient::session_from` makes a session of it"]
pub struct TokenSet {
    pub(crate) refresh: Option<Secret>,
    pub(crate) id: Option<Secret>,
    pub(crate) access: Option<Secret>,
    pub(crate) username: Option<String>,
    pub(crate) device_key: Option<String>,
    pub(crate) kept_as: Option<String>,
}

impl TokenSet {
    /// Creates a set with a refresh token. It is used at once to get the other tokens.
    pub fn from_refresh_token(token: impl Into<Secret>) -> Self {
        Self { refresh: Some(token.into()), ..Self::default() }
    }

    /// Creates a set with an ID token and an access token. Without a refresh token the session ends when they expire.
    pub fn from_tokens(id: impl Into<Secret>, access: impl Into<Secret>) -> Self {
        Self { id: Some(id.into()), access: Some(access.into()), ..Self::default() }
    }

    /// Sets the refresh token.
    pub fn refresh_token(mut self, token: impl Into<Secret>) -> Self {
        self.refresh = Some(token.into());
        self
    }

    /// Sets the user name in the pool, as in [`SignedIn::username`](crate::SignedIn::username).
    pub fn username(mut self, name: impl Into<String>) -> Self {
        self.username = Some(name.into());
        self
    }

    /// Sets the device of the tokens. Without it the pool refuses the refresh token.
    pub fn device_key(mut self, key: impl Into<String>) -> Self {
        self.device_key = Some(key.into());
        self
    }

    /// Sets the name of the session in the store of the app client; the user name if it is not set.
    pub fn kept_as(mut self, name: impl Into<String>) -> Self {
        self.kept_as = Some(name.into());
        self
    }
}
