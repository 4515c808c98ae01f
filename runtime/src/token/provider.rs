//! Where tokens come from: the seam between calls and sign-in.

use crate::boxed::BoxFuture;
use crate::contract::api::TokenKind;
use crate::token::bearer_token::BearerToken;
use crate::token::error::TokenError;

/// Hands out tokens that are valid now: a session, a parent process, a secret store.
///
/// A call asks for the token right before it is sent, so a provider is what refreshes. It is asked from many tasks at
/// once; refreshing once for all of them is its part.
#[diagnostic::on_unimplemented(
    message = "`{Self}` provides no tokens",
    label = "expected a `TokenProvider`",
    note = "take a token that is there by its type, such as `AccessToken::from_jwt(token)?` or `Machine::from_jwt(token)?`; implement \
            `TokenProvider` for what has new tokens when they end"
)]
pub trait TokenProvider: Send + Sync {
    /// A token of the kind, valid now. [`TokenKind::Any`] leaves the choice to the provider.
    ///
    /// # Errors
    /// [`TokenError::unavailable`] if it may work later, [`TokenError::ended`] if the user has to sign in again,
    /// [`TokenErrorKind::WrongKind`](crate::TokenErrorKind::WrongKind) if there is no token of the kind.
    fn token(&self, kind: TokenKind) -> BoxFuture<'_, Result<BearerToken, TokenError>>;

    /// The same token, if it is at hand: a call that gets it here waits for nothing. `None` makes the call ask for it with
    /// [`token`](Self::token).
    fn held(&self, kind: TokenKind) -> Option<BearerToken> {
        let _ = kind;
        None
    }

    /// Is told that the gateway answered 401 to the token of this generation, and says whether there is a newer one
    /// now: then the call is tried once more.
    ///
    /// # Errors
    /// If the session has ended, or a refresh failed.
    fn refused(&self, generation: u64) -> BoxFuture<'_, Result<bool, TokenError>> {
        let _ = generation;
        Box::pin(std::future::ready(Ok(false)))
    }
}
