//! The end of a session by its user's will.

use crate::auth::error::{AuthError, AuthErrorKind};
use crate::contract::api::TokenKind;
use crate::refresh::single_flight::{Joined, NoRuntime};
use crate::session::events::SessionEvent;
use crate::session::handle::Session;
use crate::session::inner::{SessionShared, lost, no_runtime};
use crate::session::state::{SessionState, SessionTokens, StoreState};
use crate::token::provider::TokenProvider as _;
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
    /// Other sessions of the user go on, also one that is kept under the same name by now. A session without a refresh
    /// token has nothing that the pool could revoke, and one that is over already has no token at all: then nothing is sent.
    ///
    /// # Errors
    /// If the pool can't be asked or refuses; then the session goes on, and can be left with [`Session::forget`].
    pub async fn sign_out(&self) -> Result<(), AuthError> {
        self.end(Reach::Session).await
    }

    /// Signs the user out on every device. The access token must be granted `aws.cognito.signin.user.admin`.
    ///
    /// `Ok` means that the pool has confirmed it, now or at an earlier call.
    ///
    /// # Errors
    /// If the pool can't be asked or refuses: [`AuthErrorKind::AccessTokenInvalid`], [`AuthErrorKind::MissingScope`] and
    /// others; then the session goes on. If the session is over for another reason, why it is: it has no token to ask with.
    pub async fn sign_out_everywhere(&self) -> Result<(), AuthError> {
        // The pool wants an access token that is still good.
        if let Err(error) = self.token(TokenKind::Access).await
            && self.over().is_none()
        {
            return Err(AuthError::because(
                if error.is_transient() { AuthErrorKind::Network } else { AuthErrorKind::AccessTokenInvalid },
                EVERYWHERE,
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
            let joined = self.0.refreshing.join(
                || true,
                || async move {
                    let outcome = end(inner, reach).await;
                    *answer.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
                },
            );
            let joined = joined.map_err(|NoRuntime| no_runtime())?;
            match joined {
                Joined::Started(completion) => {
                    completion.wait().await;
                    return told.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_else(|| Err(lost()));
                }
                Joined::Waiting(completion) => {
                    completion.wait().await;
                }
                Joined::NotNeeded => {}
            }
        }
    }
}

async fn end(inner: Arc<SessionShared>, reach: Reach) -> Result<(), AuthError> {
    let base = inner.state.load_full();
    if let Some(over) = &base.over {
        return already_over(over, reach);
    }
    let entry = inner.entry.as_ref().filter(|_| base.kept != StoreState::Detached);
    let lock = match entry {
        Some(entry) => Some(entry.lock().await),
        None => None,
    };
    // Another process may have refreshed: its tokens are the ones to revoke.
    let (mut tokens, mut revision) = (base.tokens.clone(), None);
    let mut unread = None;
    if let Some(entry) = entry {
        match entry.load().await {
            Ok(Some(found)) if inner.is_of_this_session(&base.tokens, &found) => {
                (tokens, revision) = (found.tokens, Some(found.revision));
            }
            Ok(_) => {}
            Err(error) => unread = Some(error),
        }
    }
    match reach {
        Reach::Here => {}
        Reach::Session => revoke(&inner, &tokens).await?,
        Reach::Everywhere => sign_out_everywhere(&inner, &tokens).await?,
    }
    let removed = match (entry, revision) {
        (Some(entry), Some(revision)) => entry.remove(&revision).await.map(drop),
        _ => unread.map_or(Ok(()), Err),
    };
    drop(lock);
    let operation = if reach == Reach::Everywhere { EVERYWHERE } else { "sign-out" };
    let error = AuthError::new(AuthErrorKind::SignedOut, operation);
    let over: SessionState = base.ended(error);
    if inner.publish(&base, over) {
        inner.tell(SessionEvent::Ended { kind: AuthErrorKind::SignedOut });
    }
    removed
}

/// What a sign-out comes to when the session is over.
fn already_over(over: &AuthError, reach: Reach) -> Result<(), AuthError> {
    let everywhere = over.kind() == AuthErrorKind::SignedOut && over.operation() == EVERYWHERE;
    if reach != Reach::Everywhere || everywhere {
        return Ok(());
    }
    let detail = "this session is over and has no access token, so the pool was not asked: sign in again and sign out \
                  everywhere with the new session";
    Err(AuthError::because(over.kind(), EVERYWHERE, detail).with_source(over.clone()))
}

/// Revokes the refresh token, if there is one.
async fn revoke(inner: &SessionShared, tokens: &SessionTokens) -> Result<(), AuthError> {
    let Some(refresh) = &tokens.refresh else { return Ok(()) };
    match inner.source.revoke(refresh).await {
        Err(error) if is_gone(&error) => Ok(()),
        outcome => outcome,
    }
}

/// Whether the refresh token was revoked or past its end already, or went with its user. All other refusals leave it as
/// it was.
fn is_gone(error: &AuthError) -> bool {
    let of_another_client = error.service_message().is_some_and(|message| message.contains("different Client"));
    matches!(error.kind(), AuthErrorKind::RefreshTokenInvalid | AuthErrorKind::UserNotFound) && !of_another_client
}

async fn sign_out_everywhere(inner: &SessionShared, tokens: &SessionTokens) -> Result<(), AuthError> {
    let Some(access) = &tokens.access else {
        let detail = "the session has no access token, so the pool was not asked";
        return Err(AuthError::because(AuthErrorKind::AccessTokenInvalid, EVERYWHERE, detail));
    };
    inner.source.sign_out_everywhere(&access.jwt.secret).await
}

/// The operation of the pool that ends all sessions of a user.
const EVERYWHERE: &str = "GlobalSignOut";
