//! Where the tokens of calls come from.

use crate::boxed::BoxFuture;
use crate::contract::api::TokenKind;
use crate::token::bearer_token::BearerToken;
use crate::token::error::TokenError;

/// A source of valid tokens: a session, a parent process, a secret store.
///
/// A call requests its token right before it is sent, so the provider has to refresh tokens. Many tasks can request a token at the
/// same time; the provider has to refresh it once for all of them.
///
/// Implement it if your program gets tokens in another way than by a sign-in of this crate, and create the credential with
/// [`UserSession::from_provider`](crate::UserSession::from_provider) or
/// [`Machine::from_provider`](crate::Machine::from_provider).
///
/// ```
/// use cogen_runtime::{BearerToken, BoxFuture, TokenError, TokenKind, TokenProvider};
///
/// /// Access tokens in a file that another program keeps up to date.
/// struct TokenFile;
///
/// impl TokenProvider for TokenFile {
///     fn token(&self, kind: TokenKind) -> BoxFuture<'_, Result<BearerToken, TokenError>> {
///         Box::pin(async move {
///             let text = std::fs::read_to_string("/run/secrets/access-token").map_err(TokenError::unavailable)?;
///             BearerToken::read(text.trim(), kind, 0)
///         })
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not provide tokens",
    label = "expected a `TokenProvider`",
    note = "create the credential of an existing token by its type, such as `AccessToken::from_jwt(token)?` or `Machine::from_jwt(token)?`; implement \
            `TokenProvider` for a source of new tokens"
)]
pub trait TokenProvider: Send + Sync {
    /// Returns a token of the kind that is valid now. For [`TokenKind::Any`] the provider chooses.
    ///
    /// # Errors
    /// [`TokenError::unavailable`] if it can succeed later, [`TokenError::ended`] if the user has to sign in again,
    /// [`TokenErrorKind::WrongKind`](crate::TokenErrorKind::WrongKind) if there is no token of the kind.
    fn token(&self, kind: TokenKind) -> BoxFuture<'_, Result<BearerToken, TokenError>>;

    /// Returns the token if it is available without waiting, so that the call does not allocate a future. `None` makes the call use
    /// [`token`](Self::token).
    fn held(&self, kind: TokenKind) -> Option<BearerToken> {
        let _ = kind;
        None
    }

    /// Handles the status 401 for the token of this generation. Returns whether there is a newer token; then the call is sent once
    /// more.
    ///
    /// # Errors
    /// Fails if the session has ended or a refresh failed.
    fn refused(&self, generation: u64) -> BoxFuture<'_, Result<bool, TokenError>> {
        let _ = generation;
        Box::pin(std::future::ready(Ok(false)))
    }
}
