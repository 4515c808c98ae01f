//! The methods of a response on a call that is not sent yet. They do not compile, and the compiler says that `.await` is missing.
#![allow(missing_docs)]

use std::marker::PhantomData;

/// The call of the operation `O` before it is sent. The compiler finds the setters of a call before these methods.
pub struct NotSent<O>(PhantomData<fn() -> O>);

/// The response of a call that was sent. No type implements it.
#[diagnostic::on_unimplemented(
    message = "this call is not sent yet, so there is no response to read",
    label = "`.await` is missing before this method",
    note = "write `.await?` behind the call, then this method: `client.get_pet(id).await?.into_inner()`"
)]
pub trait ResponseOf<'off> {}

impl<O> NotSent<O> {
    pub const ANY: Self = Self(PhantomData);

    #[doc(hidden)]
    pub fn value<Returned>(&self) -> Returned
    where
        for<'off> Self: ResponseOf<'off>,
    {
        unreachable!("the bound can't be met")
    }

    #[doc(hidden)]
    pub fn into_inner<Returned>(&self) -> Returned
    where
        for<'off> Self: ResponseOf<'off>,
    {
        unreachable!("the bound can't be met")
    }

    #[doc(hidden)]
    pub fn status<Returned>(&self) -> Returned
    where
        for<'off> Self: ResponseOf<'off>,
    {
        unreachable!("the bound can't be met")
    }

    #[doc(hidden)]
    pub fn headers<Returned>(&self) -> Returned
    where
        for<'off> Self: ResponseOf<'off>,
    {
        unreachable!("the bound can't be met")
    }

    #[doc(hidden)]
    pub fn request_id<Returned>(&self) -> Returned
    where
        for<'off> Self: ResponseOf<'off>,
    {
        unreachable!("the bound can't be met")
    }

    #[doc(hidden)]
    pub fn undocumented_body<Returned>(&self) -> Returned
    where
        for<'off> Self: ResponseOf<'off>,
    {
        unreachable!("the bound can't be met")
    }
}
