//! A sign-in over the user-pool API at its end: raw tokens, and the session that they are.

use super::engine::Done;
use super::opening::unfit;
use super::{AuthError, SignedIn};
use crate::token_credentials::{Pool, UserSession};
use std::fmt;
use std::marker::PhantomData;

/// A sign-in that is done.
#[must_use = "the session is in it"]
pub struct Finished<P> {
    done: Box<Done>,
    pool: PhantomData<fn() -> P>,
}

impl<P> Finished<P> {
    pub(crate) fn new(done: Box<Done>) -> Self {
        Self { done, pool: PhantomData }
    }

    /// Why the session is not in the app client's store, if it should be and isn't.
    pub fn not_kept(&self) -> Option<&AuthError> {
        self.done.opened.as_ref().ok()?.kept.as_ref().err()
    }

    /// The session; one that is not kept ends with this process.
    ///
    /// # Errors
    /// [`Protocol`](super::AuthErrorKind::Protocol) if the tokens are not a user's ID and access token of the pool `P`.
    pub fn into_session(self) -> Result<UserSession<P>, AuthError>
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
