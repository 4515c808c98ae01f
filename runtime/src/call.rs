//! A call: its request, what it answers, and the sending of it.

use crate::answer::{Answer, Response};
use crate::api::Content;
use crate::body::RequestBody;
use crate::credentials::AnyCredential;
use crate::error::{Error, ErrorKind, Failure};
use crate::request::Request;
use crate::retry::Retry;
use crate::token::BoxFuture;
use crate::transport::{self, Outcome};
use bytes::Bytes;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// A call, not yet sent: `.await` sends it. `T` is what it answers, `E` what the document says of its errors.
#[must_use = "a call does nothing before it is awaited"]
pub struct Call<'c, T, E> {
    request: Request<'c>,
    types: PhantomData<fn() -> (T, E)>,
}

impl<'c, T, E> From<Request<'c>> for Call<'c, T, E> {
    fn from(request: Request<'c>) -> Self {
        Self { request, types: PhantomData }
    }
}

impl<'c, T: Answer, E: Answer> Call<'c, T, E> {
    /// Sends it. The same as `.await` on the call itself.
    pub fn send(self) -> Sending<'c, T, E> {
        Sending::new(transport::perform(self.request))
    }

    /// Sends it with this credential, whatever the client holds and the document demands: nothing is checked before.
    /// For servers that differ from their document.
    pub fn send_with(mut self, credential: impl Into<AnyCredential>) -> Sending<'c, T, E> {
        self.request.0.own = Some(credential.into());
        self.send()
    }

    /// The request as it would be sent, without any credential.
    ///
    /// # Errors
    /// Kind [`ErrorKind::Request`].
    pub fn build(self) -> Result<http::Request<RequestBody>, Error<E>> {
        transport::build(self.request).map_err(Error::from)
    }

    /// The request as it would be sent, credentials on it: it is a secret.
    ///
    /// # Errors
    /// Kinds [`ErrorKind::Request`], [`ErrorKind::Credential`], [`ErrorKind::ScopeMissing`], [`ErrorKind::SessionEnded`].
    pub async fn build_authorized(self) -> Result<http::Request<RequestBody>, Error<E>> {
        transport::build_authorized(self.request).await.map_err(Error::from)
    }

    /// Allows this call this much time, from when it is sent to the end of its answer (of the answer's headers, if its body
    /// is streamed), all its attempts and the pauses between them included.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.request.0.timeout = Some(timeout);
        self
    }

    /// Tries this call again by this policy instead of the client's; the budget stays the client's.
    pub fn retry(mut self, retry: Retry) -> Self {
        self.request.0.retry = Some(retry);
        self
    }

    /// Puts a header on this call. One that carries a credential is refused when the call is sent.
    pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        self.request.own_header(name.as_ref(), value.as_ref());
        self
    }
}

impl<'c, T: Answer, E: Answer> IntoFuture for Call<'c, T, E> {
    type Output = Result<Response<T>, Error<E>>;
    type IntoFuture = Sending<'c, T, E>;

    fn into_future(self) -> Sending<'c, T, E> {
        self.send()
    }
}

impl<T, E> Call<'_, T, E> {
    #[cfg(feature = "blocking")]
    pub(crate) fn operation(&self) -> &'static crate::api::Operation {
        self.request.0.operation
    }
}

impl<T, E> fmt::Debug for Call<'_, T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.request.fmt(f)
    }
}

/// A call on its way.
#[must_use = "a call does nothing before it is awaited"]
pub struct Sending<'c, T, E> {
    inner: BoxFuture<'c, Outcome>,
    types: PhantomData<fn() -> (T, E)>,
}

impl<'c, T, E> Sending<'c, T, E> {
    fn new(inner: BoxFuture<'c, Outcome>) -> Self {
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
        let rest = if raw.content == Content::Empty { body.clone() } else { Bytes::new() };
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
