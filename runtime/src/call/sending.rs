//! A call that is being sent, and how its response gets its type.

use crate::boxed::BoxFuture;
use crate::contract::api::Operation;
use crate::contract::documented::Content;
use crate::json::{Mismatch, Read};
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
pub(crate) fn read<T: ReadResponse, E: ReadResponse>(outcome: CallOutcome) -> Result<Response<T>, Error<E>> {
    let (operation, raw) = outcome?;
    let (head, body, is_listed) = (raw.head.clone(), raw.body().clone(), raw.is_listed);
    if raw.success {
        return match read_first(raw) {
            Ok((value, content)) => {
                let is_documented = !matches!(content, Content::Empty | Content::Any);
                Ok(Response::new(value, head, if is_documented { Bytes::new() } else { body }))
            }
            Err(mismatch) => Err(undecoded(operation, is_listed, mismatch).with_response(&head, &body).into()),
        };
    }
    Err(refused(operation, raw))
}

/// The error of a response that is not a success.
pub(crate) fn refused<E: ReadResponse>(operation: &'static Operation, raw: RawResponse) -> Error<E> {
    let (head, body) = (raw.head.clone(), raw.body().clone());
    match read_first(raw) {
        Ok((documented, _)) => {
            let failure = Failure::new(ErrorKind::Documented, operation, "the service returned a documented error");
            Error::of_documented(failure.with_response(&head, &body), documented)
        }
        // The service refused the call, with a body that the document does not describe. Errors of API Gateway have bodies of
        // their own, whatever the document describes for the status.
        Err(mismatch) => {
            let message = "the service returned an error whose body does not match the document";
            let failure = Failure::new(ErrorKind::Undocumented, operation, message).source(mismatch);
            failure.with_response(&head, &body).or_gateway().into()
        }
    }
}

/// Reads a response by the first documented one that fits, and returns how its body was read.
fn read_first<T: ReadResponse>(mut raw: RawResponse) -> Read<(T, Content)> {
    loop {
        let (content, next) = (raw.content(), raw.next());
        match (T::read(raw), next) {
            (Ok(value), _) => return Ok((value, content)),
            (Err(mismatch), None) => return Err(mismatch),
            (Err(_), Some(next)) => raw = next,
        }
    }
}

/// A success whose body has no documented type.
#[cold]
fn undecoded(operation: &'static Operation, is_listed: bool, mismatch: Mismatch) -> Failure {
    let (kind, message) = match is_listed {
        true => (ErrorKind::Decode, "the response body does not match the document"),
        false => (
            ErrorKind::Undocumented,
            "the document has no response of this status, and the body is not that of another success",
        ),
    };
    Failure::new(kind, operation, message).source(mismatch)
}
