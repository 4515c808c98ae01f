//! Where the tokens of a session come from.

use crate::auth::error::{AuthError, AuthErrorKind};
use crate::auth::signed_in::{Origin, SignedIn};
use crate::boxed::BoxFuture;
use crate::secret::Secret;
use crate::session::tokens::session_tokens::SessionTokens;

/// Fetches new tokens: from the user-pool API or from a token endpoint.
pub(crate) trait Source: Send + Sync {
    /// Fetches new tokens. The request is sent once, since a second request with a rotated refresh token counts as reuse. The session
    /// repeats it after it was throttled.
    fn fetch<'a>(&'a self, tokens: &'a SessionTokens) -> BoxFuture<'a, Result<SignedIn, AuthError>>;

    /// Revokes the refresh token and all tokens that were issued from it.
    fn revoke<'a>(&'a self, refresh_token: &'a Secret) -> BoxFuture<'a, Result<(), AuthError>>;

    /// Ends every session of the user.
    fn sign_out_everywhere<'a>(&'a self, access_token: &'a Secret) -> BoxFuture<'a, Result<(), AuthError>>;

    /// Whose tokens they are.
    fn owner(&self) -> Owner;

    /// Where a restored session is refreshed.
    fn endpoint(&self) -> RefreshEndpoint;
}

/// Whose tokens they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// A user's. New tokens need the refresh token.
    User,
    /// A machine's. New tokens need the client secret and are billed; all machines can share them.
    Machine,
}

/// Where tokens are refreshed. It is stored with them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RefreshEndpoint {
    UserPoolApi,
    TokenEndpoint {
        domain: String,
        /// The token endpoint, if it is not `/oauth2/token`.
        token: Option<String>,
    },
}

impl RefreshEndpoint {
    pub(crate) fn origin(&self) -> Origin {
        match self {
            Self::UserPoolApi => Origin::UserPoolApi,
            Self::TokenEndpoint { .. } => Origin::TokenEndpoint,
        }
    }
}

/// Returns the refresh token, or an error if there is none.
pub(crate) fn refresh_token(tokens: &SessionTokens) -> Result<&Secret, AuthError> {
    tokens
        .refresh
        .as_ref()
        .ok_or_else(|| AuthError::because(AuthErrorKind::NothingToRefresh, "refresh", "sign in again"))
}
