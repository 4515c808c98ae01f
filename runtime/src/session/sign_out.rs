//! The end of a session by its user's will.

use super::events::SessionEvent;
use super::flight::Boarding;
use super::state::{Kept, State};
use super::{Inner, Session, lost};
use crate::api::Token;
use crate::flows::{AuthError, AuthErrorKind};
use crate::token::TokenProvider as _;
use std::sync::{Arc, Mutex, PoisonError};

/// How far a sign-out reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// This machine.
    Here,
    /// This session, wherever its tokens are.
    Session,
    /// All sessions of the user.
    Everywhere,
}

impl Session {
    /// Signs out: the refresh token is revoked with all tokens made from it, and the session is removed from the store.
    /// API Gateway takes an access token that is out until its end, since it does not ask the pool.
    ///
    /// # Errors
    /// If the pool can't be told; then the session goes on, and can be left with [`Session::forget`].
    pub async fn sign_out(&self) -> Result<(), AuthError> {
        self.end(Reach::Session).await
    }

    /// Signs the user out on every device. The access token must be granted `aws.cognito.signin.user.admin`.
    ///
    /// # Errors
    /// As [`Session::sign_out`].
    pub async fn sign_out_everywhere(&self) -> Result<(), AuthError> {
        // The pool wants an access token that is still good.
        if let Err(error) = self.token(Token::Access).await
            && self.over().is_none()
        {
            return Err(AuthError::because(
                if error.is_transient() { AuthErrorKind::Network } else { AuthErrorKind::AccessTokenInvalid },
                "GlobalSignOut",
                error.to_string(),
            ));
        }
        self.end(Reach::Everywhere).await
    }

    /// Leaves the session on this machine only: it is removed from the store and from memory. Whoever has its tokens can go
    /// on with them.
    ///
    /// # Errors
    /// If it can't be removed from the store; it is over all the same.
    pub async fn forget(&self) -> Result<(), AuthError> {
        self.end(Reach::Here).await
    }

    /// Ends the session in a flight of its own, after the one that may be under way: its tokens are what is revoked.
    async fn end(&self, reach: Reach) -> Result<(), AuthError> {
        let told = Arc::new(Mutex::new(None));
        loop {
            let (inner, answer) = (Arc::clone(&self.0), Arc::clone(&told));
            let boarding = self.0.flight.board(
                || true,
                || async move {
                    let outcome = end(inner, reach).await;
                    *answer.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
                },
            )?;
            match boarding {
                Boarding::First(landing) => {
                    landing.wait().await;
                    return told.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_else(|| Err(lost()));
                }
                Boarding::Joined(landing) => {
                    landing.wait().await;
                }
                Boarding::Landed => {}
            }
        }
    }
}

async fn end(inner: Arc<Inner>, reach: Reach) -> Result<(), AuthError> {
    let base = inner.state.load_full();
    if base.over.is_some() {
        return Ok(());
    }
    let keeper = inner.keeper.as_ref().filter(|_| base.kept != Kept::Apart);
    let lock = match keeper {
        Some(keeper) => Some(keeper.lock().await),
        None => None,
    };
    // Another process may have refreshed: its tokens are the ones to revoke.
    let (mut tokens, mut revision) = (base.tokens.clone(), None);
    let mut unread = None;
    if let Some(keeper) = keeper {
        match keeper.load().await {
            Ok(Some(found)) if base.tokens.same_owner(&found.tokens) => {
                (tokens, revision) = (found.tokens, Some(found.revision));
            }
            Ok(_) => {}
            Err(error) => unread = Some(error),
        }
    }
    let told = match (reach, &tokens.refresh, &tokens.access) {
        (Reach::Session, Some(refresh), _) => inner.source.revoke(refresh).await,
        (Reach::Everywhere, _, Some(access)) => inner.source.sign_out_everywhere(&access.jwt.secret).await,
        _ => Ok(()),
    };
    match told {
        // It is revoked already.
        Err(error) if error.ends_session() => {}
        outcome => outcome?,
    }
    let removed = match (keeper, revision) {
        (Some(keeper), Some(revision)) => keeper.remove(&revision).await.map(drop),
        _ => unread.map_or(Ok(()), Err),
    };
    drop(lock);
    let error = AuthError::new(AuthErrorKind::SignedOut, "sign-out");
    let over: State = base.ended(error);
    if inner.publish(&base, over) {
        inner.tell(SessionEvent::Ended { kind: AuthErrorKind::SignedOut });
    }
    removed
}
