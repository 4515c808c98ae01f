//! A user's tokens from elsewhere.

use crate::secret::Secret;

/// A user's tokens from elsewhere: another program, a migration, a test.
/// [`AppClient::session_from`](crate::AppClient::session_from) makes a session of them.
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
    /// A refresh token; it is used at once, where no other tokens are given.
    pub fn from_refresh_token(token: impl Into<Secret>) -> Self {
        Self { refresh: Some(token.into()), ..Self::default() }
    }

    /// An ID and an access token. Without a refresh token the session lasts as long as they do.
    pub fn from_tokens(id: impl Into<Secret>, access: impl Into<Secret>) -> Self {
        Self { id: Some(id.into()), access: Some(access.into()), ..Self::default() }
    }

    /// The refresh token.
    pub fn refresh_token(mut self, token: impl Into<Secret>) -> Self {
        self.refresh = Some(token.into());
        self
    }

    /// The user's name by the pool; see [`Refresh::username`](super::SignedIn::username).
    pub fn username(mut self, name: impl Into<String>) -> Self {
        self.username = Some(name.into());
        self
    }

    /// The device that the tokens belong to: without it the pool takes the refresh token for invalid.
    pub fn device_key(mut self, key: impl Into<String>) -> Self {
        self.device_key = Some(key.into());
        self
    }

    /// The name under which the session is kept in the app client's store; the user's name unless told.
    pub fn kept_as(mut self, name: impl Into<String>) -> Self {
        self.kept_as = Some(name.into());
        self
    }
}
