//! The types that a program can pass as the credential of a user pool: tokens, or another type, for which the compiler says what to
//! write.

use crate::contract::grants::Slot;
use crate::credential::kinds::AnyCredential;
use crate::credential::pool::Pool;
use crate::secret::Secret;
use std::marker::PhantomData;

/// A value in place of a credential. Only the four credential types of this crate have tokens of a pool, so that the type of a
/// credential never promises more than its tokens.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a credential of a user pool",
    label = "expected a session or a typed token",
    note = "tokens of an application's own source become a credential by `UserSession::from_provider`, \
            `Machine::from_provider` or the `from_jwt` of a token's type"
)]
pub trait Offered: Slot {
    /// The kind of value.
    type What;

    /// Returns the credential without its type.
    fn into_any<P: Pool>(self) -> AnyCredential
    where
        Self: Sized,
    {
        unreachable!("the bound of `TokenCredential` accepts credentials of the pool only")
    }
}

/// A credential for the slot of the pool `P`: one of the four types of this crate. For tokens from another source, use
/// `from_provider`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a credential of `{P}`",
    label = "expected a `UserSession<{P}>`, `Machine<{P}>`, `IdToken<{P}>` or `AccessToken<{P}>`",
    note = "sign in with `{P}::app_client(..)`, or use an existing token: `AccessToken::<{P}>::from_jwt(token)?`"
)]
pub trait TokenCredential<P>: Offered {
    /// Returns the credential without its type.
    fn into_credential(self) -> AnyCredential
    where
        P: Pool;
}

impl<P, C: Offered> TokenCredential<P> for C
where
    C::What: CredentialOf<P>,
{
    fn into_credential(self) -> AnyCredential
    where
        P: Pool,
    {
        self.into_any::<P>()
    }
}

/// Tokens of the pool `P`.
pub struct TokensOf<P>(PhantomData<P>);

/// Holds if the value is a credential of the pool `P`.
pub trait CredentialOf<P> {}

impl<P, Q: SamePool<P>> CredentialOf<P> for TokensOf<Q> {}

/// Holds for a pool and itself.
#[diagnostic::on_unimplemented(
    message = "this credential is of the pool `{Self}`, and the client's slot takes one of `{P}`",
    label = "expected a credential of `{P}`, found one of `{Self}`",
    note = "give it to the slot of `{Self}`, or sign in with `{P}::app_client(..)`",
    note = "if both are one user pool, in another generated crate or for another authorizer: \
            `session.for_pool::<{P}>()?`"
)]
pub trait SamePool<P> {}

#[diagnostic::do_not_recommend]
impl<P> SamePool<P> for P {}

/// Types that are often passed in place of a credential: a kind, a trait with the compiler's message that no pool implements, and the
/// types.
macro_rules! in_place_of_a_credential {
    (
        $kind:ident: $pool:ident, $message:literal, $label:literal, $($note:literal),+;
        $([$($generic:tt)*] $type:ty;)*
    ) => {
        #[doc = "A kind of value that is not a credential."]
        pub enum $kind {}

        #[doc = "The bound with the compiler's message. No type implements it."]
        #[diagnostic::on_unimplemented(message = $message, label = $label, $(note = $note),+)]
        pub trait $pool {}

        impl<P: $pool> $crate::credential::offered::CredentialOf<P> for $kind {}

        $(
            #[diagnostic::do_not_recommend]
            impl<$($generic)*> $crate::credential::offered::Offered for $type {
                type What = $kind;
            }

            // The calls of such a client have no message of their own, since one message is enough.
            #[diagnostic::do_not_recommend]
            impl<$($generic)*> $crate::contract::grants::Slot for $type {
                type Filled = $crate::contract::grants::Yes;
                type IdToken = $crate::contract::grants::Yes;
                type AccessToken = $crate::contract::grants::Yes;
                type Grant = $crate::contract::grants::Unchecked;
            }
        )*
    };
}

#[cfg(feature = "session")]
pub(crate) use in_place_of_a_credential;

in_place_of_a_credential! {
    Text: TakesText,
    "a text is not a credential of `{Self}`: it has neither the kind of its token nor the granted scopes",
    "expected a session or a typed token, found a text",
    "create the credential by the kind of the token, which checks it: `AccessToken::<{Self}>::from_jwt(text)?` or \
     `IdToken::<{Self}>::from_jwt(text)?`; both tokens of a user: `UserSession::<{Self}>::from_tokens(id, access)?`";
    ['t] &'t str;
    [] String;
    [] Secret;
}

in_place_of_a_credential! {
    Borrowed: TakesReference,
    "a reference is not a credential of `{Self}`: a client owns its credentials",
    "expected a session or a typed token, found a reference",
    "add `.clone()`: all clones of a session share its tokens";
    ['t, T: Offered] &'t T;
}

in_place_of_a_credential! {
    Fallible: TakesResult,
    "a `Result` is not a credential of `{Self}`: the error in it is not handled",
    "expected a session or a typed token, found a `Result`",
    "add `?` to get the credential";
    [T, E] Result<T, E>;
}

in_place_of_a_credential! {
    Perhaps: TakesOption,
    "an `Option` is not a credential of `{Self}`: there may be none",
    "expected a session or a typed token, found an `Option`",
    "get the credential with `if let Some(session) = ..`, and sign in if there is none";
    [T] Option<T>;
}
