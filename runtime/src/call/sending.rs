//! A call that is being sent, and how its response gets its type.

use crate::boxed::BoxFuture;
use crate::contract::api::{Content, Operation};
use crate::response::error::{Error, ErrorKind, Failure};
use crate::response::typed::{RawResponse, ReadResponse, Response};
use bytes::Bytes;
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// The operation and its response, before the response gets its type.
pub(crate) type CallOutcome = Result<(&'static Operation, RawResponse), Failure>;

/// A call that is being sent: a future of its response.
#[must_use = "a call does nothing before it is awaited"]
pub struct Sending<'c, T, E> {
    inner: BoxFuture<'c, CallOutcome>,
    types: PhantomData<fn() -> (T, E)>,
}

impl<'c, T, E> Sending<'c, T, E> {
    pub(crate) fn new(inner: BoxFuture<'c, CallOutcome>) -> Self {
        Self { inner, types: PhantomData }
    }
}

impl<T: ReadResponse, E: ReadResponse> Future for Sending<'_, T, E> {
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

/// Gives a response its type.
fn read<T: ReadResponse, E: ReadResponse>(outcome: CallOutcome) -> Result<Response<T>, Error<E>> {
    let (operation, raw) = outcome?;
    let (head, body, success) = (raw.head.clone(), raw.body().clone(), raw.success);
    if success {
        let is_documented = !matches!(raw.content, Content::Empty | Content::Any);
        let rest = if is_documented { Bytes::new() } else { body.clone() };
        return match T::read(raw) {
            Ok(value) => Ok(Response::new(value, head, rest)),
            Err(mismatch) => Err(Failure::new(ErrorKind::Decode, operation, DECODE)
                .source(mismatch)
                .with_response(&head, &body)
                .into()),
        };
    }
    match E::read(raw) {
        Ok(documented) => {
            let failure = Failure::new(ErrorKind::Documented, operation, "the service returned a documented error");
            Err(Error::of_documented(failure.with_response(&head, &body), documented))
        }
        // Errors of API Gateway have bodies of their own, whatever the document describes for the status.
        Err(mismatch) => {
            let failure = Failure::new(ErrorKind::Decode, operation, DECODE).source(mismatch);
            Err(failure.with_response(&head, &body).or_gateway().into())
        }
    }
}

const DECODE: &str = "the response body does not match the document";
