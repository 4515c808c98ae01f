//! Sessions of tokens that are there already: in a store, or from elsewhere.

#[cfg(feature = "oauth")]
use super::domain::OverDomain;
#[cfg(feature = "cognito")]
use super::tokens::OverApi;
use super::{AuthError, AuthErrorKind, Registration};
use crate::secret::Secret;
use crate::session::{Opened, Place, Source, Tokens};
use crate::token_credentials::{Pool, UserSession};
use crate::token_error::{TokenError, TokenErrorKind};
use std::sync::Arc;

/// A user's tokens from elsewhere: another program, a migration, a test.
/// [`AppClient::session_from`](crate::AppClient::session_from) makes a session of them.
#[derive(Clone, Debug, Default)]
#[must_use = "`AppClient::session_from` makes a session of it"]
pub struct TokenSet {
    refresh: Option<Secret>,
    id: Option<Secret>,
    access: Option<Secret>,
    username: Option<String>,
    device_key: Option<String>,
    kept_as: Option<String>,
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

impl Registration {
    /// A session of tokens that the user-pool API gave to somebody else.
    #[cfg(feature = "cognito")]
    pub(crate) async fn adopt_over_api<P: Pool>(&self, set: TokenSet) -> Result<UserSession<P>, AuthError> {
        self.adopt(Arc::new(OverApi(self.core()?)), set).await
    }

    /// A session of tokens that a managed-login domain gave to somebody else.
    #[cfg(feature = "oauth")]
    pub(crate) async fn adopt_over_domain<P: Pool>(
        &self,
        domain: &str,
        set: TokenSet,
    ) -> Result<UserSession<P>, AuthError> {
        self.adopt(Arc::new(OverDomain::new(self, domain, None)?), set).await
    }

    /// The session that is kept under this name.
    pub(crate) async fn restore<P: Pool>(&self, name: &str) -> Result<Option<UserSession<P>>, AuthError> {
        let session = self.home.restore(name, |place| self.source(place)).await?;
        session.map(UserSession::of).transpose().map_err(unfit)
    }

    /// A session of tokens from elsewhere, refreshed at `source`.
    pub(crate) async fn adopt<P: Pool>(
        &self,
        source: Arc<dyn Source>,
        set: TokenSet,
    ) -> Result<UserSession<P>, AuthError> {
        let home = &self.home;
        let tokens =
            Tokens { refresh: set.refresh, username: set.username, device_key: set.device_key, ..Tokens::default() };
        let tokens = tokens.handed_in(set.id.as_ref(), set.access.as_ref(), home.clock.now(), home.early)?;
        let Opened { session, kept } = home.adopt(source, set.kept_as.as_deref(), tokens).await?;
        kept?;
        UserSession::of(session).map_err(unfit)
    }

    /// Where a session that was kept is refreshed.
    fn source(&self, place: &Place) -> Result<Arc<dyn Source>, AuthError> {
        match place {
            #[cfg(feature = "cognito")]
            Place::UserPoolApi => Ok(Arc::new(OverApi(self.core()?))),
            #[cfg(feature = "oauth")]
            Place::TokenEndpoint { domain, token } => Ok(Arc::new(OverDomain::new(self, domain, token.as_deref())?)),
            #[allow(unreachable_patterns, reason = "with both features there is no other place")]
            _ => {
                let detail = "the session is refreshed in a way that this program was built without: the feature \
                              `cognito` is for the user-pool API, `oauth` for a managed-login domain";
                Err(AuthError::because(AuthErrorKind::Configuration, "restore", detail))
            }
        }
    }
}

/// Tokens that are not what they should be.
pub(crate) fn unfit(error: TokenError) -> AuthError {
    let kind = match error.kind() {
        TokenErrorKind::ScopeMissing => AuthErrorKind::MissingScope,
        TokenErrorKind::Unavailable => AuthErrorKind::Network,
        _ => AuthErrorKind::Protocol,
    };
    AuthError::because(kind, "session", error.to_string())
}
