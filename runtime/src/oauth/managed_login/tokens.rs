//! Which tokens a managed login gives: with the scope `openid` both tokens of the user, without it the access token alone.

use crate::contract::grants::GrantOf;
use crate::credential::pool::Pool;
use crate::session::handle::Session;
use crate::token::error::TokenError;
use crate::token_credential::typed::{AccessToken, UserSession};
use std::marker::PhantomData;

/// The tokens that a [`ManagedLogin`](crate::oauth::ManagedLogin) gives: [`IdAndAccess`] or [`AccessOnly`].
pub trait LoginTokens: sealed::Sealed + Send + Sync + 'static {
    /// The credential.
    type Credential<P, G>;

    /// Whether the scope `openid` is requested.
    #[doc(hidden)]
    const OPENID: bool;

    #[doc(hidden)]
    fn of<P: Pool, G: GrantOf<P::Api>>(session: Session) -> Result<Self::Credential<P, G>, TokenError>;
}

/// The ID token and the access token of the user, as a [`UserSession`].
#[derive(Clone, Copy, Debug)]
pub enum IdAndAccess {}

/// The access token of the user, as an [`AccessToken`].
#[derive(Clone, Copy, Debug)]
pub enum AccessOnly {}

impl LoginTokens for IdAndAccess {
    type Credential<P, G> = UserSession<P, G>;
    const OPENID: bool = true;

    fn of<P: Pool, G: GrantOf<P::Api>>(session: Session) -> Result<UserSession<P, G>, TokenError> {
        UserSession::of(session)
    }
}

impl LoginTokens for AccessOnly {
    type Credential<P, G> = AccessToken<P, G>;
    const OPENID: bool = false;

    fn of<P: Pool, G: GrantOf<P::Api>>(session: Session) -> Result<AccessToken<P, G>, TokenError> {
        AccessToken::of(session)
    }
}

/// The pool, the grant and the tokens of a login.
pub(super) type LoginTypes<P, G, T> = PhantomData<fn() -> (P, G, T)>;

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::IdAndAccess {}
    impl Sealed for super::AccessOnly {}
}
