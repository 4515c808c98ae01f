//! Sign-out.

use crate::auth::error::{AuthError, AuthErrorKind};
use crate::contract::api::TokenKind;
use crate::refresh::single_flight::{Joined, NoRuntime};
use crate::session::events::SessionEvent;
use crate::session::handle::Session;
use crate::session::shared::{SessionShared, lost, no_runtime};
use crate::session::state::{SessionState, StoreState};
use crate::session::tokens::session_tokens::SessionTokens;
use crate::token::provider::TokenProvider as _;
use std::sync::{Arc, Mutex, PoisonError};

/// The extent of a sign-out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// This machine.
    Here,
    /// This session on all machines.
    Session,
    /// All sessions of the user.
    Everywhere,
}

impl Session {
    /// Signs out: revokes the refresh token with all tokens that were issued from it, and removes the session from the store. API Gateway
    /// accepts an issued access token until it expires, since it does not ask the pool.
    ///
    /// Other sessions of the user continue, also a newer one with the same name. If the session has no refresh token or has ended, no
    /// request is sent.
    ///
    /// # Errors
    /// Fails if the pool can't be reached or refuses the request. The session then continues; end it with [`Session::forget`].
    pub async fn sign_out(&self) -> Result<(), AuthError> {
        self.end(Reach::Session).await
    }

    /// Signs the user out on all devices. The access token needs the scope `aws.cognito.signin.user.admin`.
    ///
    /// `Ok` means that the pool confirmed it, now or in an earlier call.
    ///
    /// # Errors
    /// Fails if the pool can't be reached or refuses the request, with [`AuthErrorKind::AccessTokenInvalid`],
    /// [`AuthErrorKind::MissingScope`] and others. The session then continues. If the session has already ended for another reason,
    /// returns that reason: sign in again first.
    pub async fn sign_out_everywhere(&self) -> Result<(), AuthError> {
        // The pool requires a valid access token.
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

    /// Ends the session on this machine only: removes it from the store and from memory. Its tokens stay valid.
    ///
    /// # Errors
    /// Fails if it can't be removed from the store. The session ends anyway.
    pub async fn forget(&self) -> Result<(), AuthError> {
        self.end(Reach::Here).await
    }

    /// Ends the session after a running refresh, so that the newest tokens are revoked.
    async fn end(&self, reach: Reach) -> Result<(), AuthError> {
        let result = Arc::new(Mutex::new(None));
        loop {
            let (inner, outcome) = (Arc::clone(&self.0), Arc::clone(&result));
            let joined = self.0.refreshing.join(
                || true,
                || async move {
                    let ended = end(inner, reach).await;
                    *outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some(ended);
                },
            );
            let joined = joined.map_err(|NoRuntime| no_runtime())?;
            match joined {
                Joined::Started(completion) => {
                    completion.wait().await;
                    return result.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_else(|| Err(lost()));
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
        Some(entry) => Some(inner.lock.hold(entry).await),
        None => None,
    };
    // Another process can have refreshed: its tokens are revoked.
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
        inner.emit(SessionEvent::Ended { kind: AuthErrorKind::SignedOut });
    }
    removed
}

/// The result of a sign-out when the session has already ended.
fn already_over(over: &AuthError, reach: Reach) -> Result<(), AuthError> {
    let everywhere = over.kind() == AuthErrorKind::SignedOut && over.operation() == EVERYWHERE;
    if reach != Reach::Everywhere || everywhere {
        return Ok(());
    }
    let detail = "this session has ended and has no access token, so no request was sent: sign in again and sign out \
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

/// Whether the refresh token was already revoked or expired, or its user was deleted. Other refusals do not change it.
fn is_gone(error: &AuthError) -> bool {
    let of_another_client = error.service_message().is_some_and(|message| message.contains("different Client"));
    matches!(error.kind(), AuthErrorKind::RefreshTokenInvalid | AuthErrorKind::UserNotFound) && !of_another_client
}

async fn sign_out_everywhere(inner: &SessionShared, tokens: &SessionTokens) -> Result<(), AuthError> {
    let Some(access) = &tokens.access else {
        let detail = "the session has no access token, so no request was sent: sign in again";
        return Err(AuthError::because(AuthErrorKind::AccessTokenInvalid, EVERYWHERE, detail));
    };
    inner.source.sign_out_everywhere(&access.jwt.secret).await
}

/// The operation that ends all sessions of a user.
const EVERYWHERE: &str = "GlobalSignOut";
