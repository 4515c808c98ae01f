//! Where a session's tokens come from.

use crate::auth::error::{AuthError, AuthErrorKind};
use crate::auth::signed_in::{Origin, SignedIn};
use crate::boxed::BoxFuture;
use crate::secret::Secret;
use crate::session::state::SessionTokens;

/// SignInTokens new tokens for old ones: the user-pool API, the token endpoint, or a machine's sign-in.
pub(crate) trait Source: Send + Sync {
    /// New tokens. It is sent once: where refresh tokens rotate, a second sending is taken for reuse.
    fn fetch<'a>(&'a self, held: &'a SessionTokens) -> BoxFuture<'a, Result<SignedIn, AuthError>>;

    /// Revokes the refresh token and all that were made from it.
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
    /// A user's: without the refresh token there are no new ones.
    User,
    /// A machine's: it asks anew, which is billed, and every machine of the fleet may use what one got.
    Machine,
}

/// Where tokens are refreshed, as it is kept with them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RefreshEndpoint {
    UserPoolApi,
    TokenEndpoint {
        domain: String,
        /// Where it is not `/oauth2/token`.
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

/// The refresh token, or that there is none.
pub(crate) fn refresh_token(held: &SessionTokens) -> Result<&Secret, AuthError> {
    held.refresh.as_ref().ok_or_else(|| AuthError::because(AuthErrorKind::NothingToRefresh, "refresh", "sign in again"))
}
