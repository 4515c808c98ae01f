//! A call on its way, and how its answer gets its type.

use crate::boxed::BoxFuture;
use crate::contract::api::{Content, Operation};
use crate::response::error::{Error, ErrorKind, Failure};
use crate::response::typed::{Answer, Raw, Response};
use bytes::Bytes;
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// An answer, and what it answers; typed by its reader.
pub(crate) type Outcome = Result<(&'static Operation, Raw), Failure>;

/// A call on its way.
#[must_use = "a call does nothing before it is awaited"]
pub struct Sending<'c, T, E> {
    inner: BoxFuture<'c, Outcome>,
    types: PhantomData<fn() -> (T, E)>,
}

impl<'c, T, E> Sending<'c, T, E> {
    pub(crate) fn new(inner: BoxFuture<'c, Outcome>) -> Self {
        Self { inner, types: PhantomData }
    }
}

impl<T: Answer, E: Answer> Future for Sending<'_, T, E> {
    type Output = Result<Response<T>, Error<E>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Ready(read(ready!(self.inner.as_mut().poll(context))))
    }
}

impl<T, E> fmt::Debug for Sending<'_, T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sending(..)")
    }
}

/// Gives an answer its type.
fn read<T: Answer, E: Answer>(outcome: Outcome) -> Result<Response<T>, Error<E>> {
    let (operation, raw) = outcome?;
    let (head, body, success) = (raw.head.clone(), raw.body().clone(), raw.success);
    if success {
        let is_documented = !matches!(raw.content, Content::Empty | Content::Any);
        let rest = if is_documented { Bytes::new() } else { body.clone() };
        return match T::read(raw) {
            Ok(value) => Ok(Response::new(value, head, rest)),
            Err(mismatch) => {
                Err(Failure::new(ErrorKind::Decode, operation, DECODE).source(mismatch).answer(&head, &body).into())
            }
        };
    }
    match E::read(raw) {
        Ok(documented) => {
            let failure = Failure::new(ErrorKind::Documented, operation, "an error that the document knows");
            Err(Error::of_documented(failure.answer(&head, &body), documented))
        }
        // The gateway's own errors have bodies of their own, whatever the document says of the status.
        Err(mismatch) => {
            let failure = Failure::new(ErrorKind::Decode, operation, DECODE).source(mismatch);
            Err(failure.answer(&head, &body).or_gateway().into())
        }
    }
}

const DECODE: &str = "the answer is not what the document says";
