//! Streamed response bodies.

use bytes::Bytes;
use futures_core::Stream;
use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context, Poll};
use std::{fmt, io};

/// A streamed response body.
///
/// Read it with [`chunk`](Self::chunk), or as a [`Stream`] of bytes. The time limit of a call ends with the response headers; set
/// a limit of your own for the body, such as `tokio::time::timeout`.
pub struct Streaming(ByteStream);

impl Streaming {
    /// Returns the next chunk; `None` at the end.
    ///
    /// # Errors
    /// Fails if the connection breaks before the end of the body.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, io::Error> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await.transpose()
    }

    pub(crate) fn new(response: reqwest::Response) -> Self {
        Self(ByteStream::new(Fallible(Box::pin(response.bytes_stream()))))
    }

    pub(crate) fn whole(bytes: Bytes) -> Self {
        Self(ByteStream::new(Once((!bytes.is_empty()).then_some(bytes))))
    }
}

impl Stream for Streaming {
    type Item = Result<Bytes, io::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Pin::new(&mut self.0).poll_next(context)
    }
}

impl fmt::Debug for Streaming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Streaming(..)")
    }
}

/// A boxed stream of bytes that is `Sync`. Its lock is never contended.
pub(crate) struct ByteStream(Mutex<Boxed>);

type Boxed = Pin<Box<dyn Stream<Item = Result<Bytes, io::Error>> + Send>>;

impl ByteStream {
    pub(crate) fn new(stream: impl Stream<Item = Result<Bytes, io::Error>> + Send + 'static) -> Self {
        Self(Mutex::new(Box::pin(stream)))
    }
}

impl Stream for ByteStream {
    type Item = Result<Bytes, io::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match self.0.get_mut() {
            Ok(stream) => stream.as_mut().poll_next(context),
            Err(poisoned) => poisoned.into_inner().as_mut().poll_next(context),
        }
    }
}

/// The stream of `reqwest`, with the URL removed from its errors, since a query can hold a key.
struct Fallible<S>(Pin<Box<S>>);

impl<S: Stream<Item = Result<Bytes, reqwest::Error>>> Stream for Fallible<S> {
    type Item = Result<Bytes, io::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let item = self.0.as_mut().poll_next(context);
        item.map(|item| item.map(|chunk| chunk.map_err(|error| io::Error::other(error.without_url()))))
    }
}

/// One chunk, if any.
pub(crate) struct Once(pub(crate) Option<Bytes>);

impl Stream for Once {
    type Item = Result<Bytes, io::Error>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.take().map(Ok))
    }
}
