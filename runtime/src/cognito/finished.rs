//! A sign-in over the user-pool API at its end: raw tokens, and the session that they are.

use crate::auth::error::AuthError;
use crate::auth::signed_in::SignedIn;
use crate::cognito::adopt::unfit;
use crate::cognito::engine::CompletedSignIn;
use crate::contract::grants::{GrantOf, SelfService};
use crate::credential::pool::Pool;
use crate::token_credential::typed::UserSession;
use std::fmt;
use std::marker::PhantomData;

/// A sign-in that is done.
#[must_use = "the session is in it"]
pub struct Finished<P> {
    done: Box<CompletedSignIn>,
    pool: PhantomData<fn() -> P>,
}

impl<P> Finished<P> {
    pub(crate) fn new(done: Box<CompletedSignIn>) -> Self {
        Self { done, pool: PhantomData }
    }

    /// Why the session is not in the app client's store, if it should be and isn't.
    pub fn not_kept(&self) -> Option<&AuthError> {
        self.done.opened.as_ref().ok()?.kept.as_ref().err()
    }

    /// The session; one that is not kept ends with this process. Its access token is granted [`SelfService`], unless a trigger
    /// of the pool takes that away; then calls that need it are refused before they are sent, as after any loss of a scope.
    ///
    /// # Errors
    /// [`Protocol`](super::AuthErrorKind::Protocol) if the tokens are not a user's ID and access token of the pool `P`.
    pub fn into_session(self) -> Result<UserSession<P, SelfService>, AuthError>
    where
        P: Pool,
    {
        UserSession::of_password(self.done.opened?.session).map_err(unfit)
    }

    /// The same with the scopes of `G`, for a pool whose pre-token-generation trigger adds scopes or takes them away.
    ///
    /// # Errors
    /// As [`Finished::into_session`]; [`MissingScope`](super::AuthErrorKind::MissingScope) with those that were not granted.
    pub fn into_session_with<G: GrantOf<P::Api>>(self) -> Result<UserSession<P, G>, AuthError>
    where
        P: Pool,
    {
        UserSession::of(self.done.opened?.session).map_err(unfit)
    }

    /// The raw tokens, and the device if it is a new one.
    pub fn signed_in(self) -> SignedIn {
        self.done.signed_in
    }
}

impl<P> fmt::Debug for Finished<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Finished").field("not_kept", &self.not_kept()).finish_non_exhaustive()
    }
}
