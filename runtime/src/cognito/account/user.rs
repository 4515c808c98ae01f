//! The signed-in user of an account operation, with a valid access token.

use crate::auth::error::{AuthError, AuthErrorKind};
use crate::boxed::BoxFuture;
use crate::contract::api::TokenKind;
use crate::secret::Secret;
use crate::session::handle::Session;
use crate::token::error::{TokenError, TokenErrorKind};
use crate::token::provider::TokenProvider;
use crate::token_credential::typed::{AccessToken, UserSession};
use std::error::Error as _;

/// A signed-in user of the pool `P`, for account operations: a [`UserSession`], its [`Session`], or an [`AccessToken`].
///
/// A session gives a valid access token, which is refreshed if necessary. The token needs the scope `aws.cognito.signin.user.admin`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a signed-in user",
    label = "expected a `UserSession` or an `AccessToken`",
    note = "pass the session: `app.account(&session)`; a token of another source is checked by `AccessToken::<PetPool>::from_jwt(token)?`"
)]
pub trait SignedInUser<P>: sealed::Sealed + Sync {
    /// The access token.
    #[doc(hidden)]
    fn access(&self) -> BoxFuture<'_, Result<Secret, AuthError>>;
}

impl<P, G> SignedInUser<P> for UserSession<P, G> {
    fn access(&self) -> BoxFuture<'_, Result<Secret, AuthError>> {
        Box::pin(valid(self.tokens()))
    }
}

impl<P, G> SignedInUser<P> for AccessToken<P, G> {
    fn access(&self) -> BoxFuture<'_, Result<Secret, AuthError>> {
        Box::pin(valid(self.tokens()))
    }
}

impl<P> SignedInUser<P> for Session {
    fn access(&self) -> BoxFuture<'_, Result<Secret, AuthError>> {
        Box::pin(valid(self))
    }
}

async fn valid(tokens: &dyn TokenProvider) -> Result<Secret, AuthError> {
    let token = tokens.token(TokenKind::Access).await.map_err(|error| unavailable(&error))?;
    // The scopes of an opaque token are not known.
    let is_without = token.scopes.as_ref().is_some_and(|scopes| !scopes.iter().any(|scope| scope == ADMIN_SCOPE));
    if is_without {
        let detail = format!(
            "`{ADMIN_SCOPE}`: request it at managed login with `.scope(\"{ADMIN_SCOPE}\")`, or sign in over the user-pool API"
        );
        return Err(AuthError::because(AuthErrorKind::MissingScope, "account", detail));
    }
    Ok(token.secret)
}

/// Why there is no access token.
fn unavailable(error: &TokenError) -> AuthError {
    if let Some(cause) = error.source().and_then(|source| source.downcast_ref::<AuthError>()) {
        return cause.clone();
    }
    let kind = match error.kind() {
        TokenErrorKind::Unavailable => AuthErrorKind::Network,
        _ => AuthErrorKind::AccessTokenInvalid,
    };
    AuthError::because(kind, "account", error.to_string())
}

const ADMIN_SCOPE: &str = "aws.cognito.signin.user.admin";

mod sealed {
    use super::{AccessToken, Session, UserSession};

    pub trait Sealed {}
    impl<P, G> Sealed for UserSession<P, G> {}
    impl<P, G> Sealed for AccessToken<P, G> {}
    impl Sealed for Session {}
}
