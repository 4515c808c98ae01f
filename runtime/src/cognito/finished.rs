//! A completed sign-in over the user-pool API.

use crate::auth::error::AuthError;
use crate::auth::signed_in::SignedIn;
use crate::cognito::adopt::unfit;
use crate::cognito::engine::CompletedSignIn;
use crate::contract::grants::{GrantOf, SelfService};
use crate::credential::pool::Pool;
use crate::token_credential::typed::UserSession;
use std::fmt;
use std::marker::PhantomData;

/// A completed sign-in.
#[must_use = "the session is in it"]
pub struct Finished<P> {
    done: Box<CompletedSignIn>,
    pool: PhantomData<fn() -> P>,
}

impl<P> Finished<P> {
    pub(crate) fn new(done: Box<CompletedSignIn>) -> Self {
        Self { done, pool: PhantomData }
    }

    /// Returns why the session could not be stored, if that failed.
    pub fn not_kept(&self) -> Option<&AuthError> {
        self.done.opened.as_ref().ok()?.kept.as_ref().err()
    }

    /// Returns the session. A session that was not stored ends with this process. Its access token has the grant [`SelfService`], unless a
    /// trigger of the pool removes that scope; calls that require it then fail before they are sent.
    ///
    /// # Errors
    /// [`Protocol`](crate::AuthErrorKind::Protocol) if the tokens are not the ID token and access token of a user of the pool
    /// `P`.
    pub fn into_session(self) -> Result<UserSession<P, SelfService>, AuthError>
    where
        P: Pool,
    {
        UserSession::of_password(self.done.opened?.session).map_err(unfit)
    }

    /// Returns the session with the scopes of `G`, for a pool whose pre-token-generation trigger adds or removes scopes.
    ///
    /// # Errors
    /// As [`Finished::into_session`]; [`MissingScope`](crate::AuthErrorKind::MissingScope) with the missing scopes.
    pub fn into_session_with<G: GrantOf<P::Api>>(self) -> Result<UserSession<P, G>, AuthError>
    where
        P: Pool,
    {
        UserSession::of(self.done.opened?.session).map_err(unfit)
    }

    /// Returns the raw tokens, with the device if it is new.
    pub fn signed_in(self) -> SignedIn {
        self.done.signed_in
    }
}

impl<P> fmt::Debug for Finished<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Finished").field("not_kept", &self.not_kept()).finish_non_exhaustive()
    }
}
