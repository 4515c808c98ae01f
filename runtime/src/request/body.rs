//! Request bodies: bytes or streams.

use crate::boxed::BoxError;
use crate::response::streaming::{ByteStream, Once};
use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::{fmt, io};

/// The body of a request: empty, bytes, or a stream of bytes.
#[derive(Default)]
pub struct RequestBody(BodyKind);

#[derive(Default)]
enum BodyKind {
    #[default]
    Empty,
    Bytes(Bytes),
    Stream(ByteStream),
    Repeatable(Arc<dyn Fn() -> ByteStream + Send + Sync>),
}

impl RequestBody {
    /// Creates a body that is sent as a stream. A call with such a body is never retried. If the call is signed (IAM), the stream is
    /// read completely first, since the signature covers the body; it can have at most 10 MiB.
    pub fn stream<S, E>(stream: S) -> Self
    where
        S: Stream<Item = Result<Bytes, E>> + Send + 'static,
        E: Into<BoxError>,
    {
        Self(BodyKind::Stream(ByteStream::new(Other(Box::pin(stream)))))
    }

    /// Creates a body from a function that opens the stream, such as a file, so that the call can be retried.
    pub fn repeatable<S, E>(make: impl Fn() -> S + Send + Sync + 'static) -> Self
    where
        S: Stream<Item = Result<Bytes, E>> + Send + 'static,
        E: Into<BoxError>,
    {
        Self(BodyKind::Repeatable(Arc::new(move || ByteStream::new(Other(Box::pin(make()))))))
    }

    /// Returns the bytes; `None` if the body is a stream.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match &self.0 {
            BodyKind::Empty => Some(&[]),
            BodyKind::Bytes(bytes) => Some(bytes),
            BodyKind::Stream(_) | BodyKind::Repeatable(_) => None,
        }
    }

    /// Returns the same body for another attempt; `None` if it is a stream that can be read once.
    pub(crate) fn again(&self) -> Option<Self> {
        match &self.0 {
            BodyKind::Empty => Some(Self(BodyKind::Empty)),
            BodyKind::Bytes(bytes) => Some(Self(BodyKind::Bytes(bytes.clone()))),
            BodyKind::Stream(_) => None,
            BodyKind::Repeatable(make) => Some(Self(BodyKind::Repeatable(Arc::clone(make)))),
        }
    }

    /// Reads a stream of up to `limit` bytes into memory; `None` if it is longer.
    ///
    /// # Errors
    /// Returns the error of the stream.
    pub(crate) async fn whole(self, limit: usize) -> Result<Option<Self>, io::Error> {
        let mut stream = match self.0 {
            BodyKind::Stream(stream) => stream,
            BodyKind::Repeatable(make) => make(),
            whole => return Ok(Some(Self(whole))),
        };
        let mut bytes = BytesMut::new();
        while let Some(chunk) = std::future::poll_fn(|context| Pin::new(&mut stream).poll_next(context)).await {
            let chunk = chunk?;
            if chunk.len() > limit - bytes.len() {
                return Ok(None);
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(Some(Self(BodyKind::Bytes(bytes.freeze()))))
    }

    pub(crate) fn into_reqwest(self) -> Option<reqwest::Body> {
        match self.0 {
            BodyKind::Empty => None,
            BodyKind::Bytes(bytes) => Some(bytes.into()),
            BodyKind::Stream(stream) => Some(reqwest::Body::wrap_stream(stream)),
            BodyKind::Repeatable(make) => Some(reqwest::Body::wrap_stream(make())),
        }
    }

    /// Joins bodies: in memory, unless one of them is a stream. The result can be sent again if each of them can.
    pub(crate) fn joined(pieces: Vec<Self>) -> Self {
        if pieces.iter().all(|piece| piece.as_bytes().is_some()) {
            let pieces: Vec<&[u8]> = pieces.iter().filter_map(Self::as_bytes).collect();
            return pieces.concat().into();
        }
        let chain = |pieces: Vec<Self>| {
            let streams = pieces.into_iter().map(Self::into_stream).collect();
            ByteStream::new(Chain(streams))
        };
        if pieces.iter().any(|piece| matches!(piece.0, BodyKind::Stream(_))) {
            return Self(BodyKind::Stream(chain(pieces)));
        }
        let make = move || chain(pieces.iter().filter_map(Self::again).collect());
        Self(BodyKind::Repeatable(Arc::new(make)))
    }

    fn into_stream(self) -> ByteStream {
        match self.0 {
            BodyKind::Empty => ByteStream::new(Once(None)),
            BodyKind::Bytes(bytes) => ByteStream::new(Once(Some(bytes))),
            BodyKind::Stream(stream) => stream,
            BodyKind::Repeatable(make) => make(),
        }
    }
}

impl fmt::Debug for RequestBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            BodyKind::Empty => f.write_str("RequestBody(empty)"),
            BodyKind::Bytes(bytes) => write!(f, "RequestBody({} bytes)", bytes.len()),
            BodyKind::Stream(_) | BodyKind::Repeatable(_) => f.write_str("RequestBody(stream)"),
        }
    }
}

impl From<Bytes> for RequestBody {
    fn from(bytes: Bytes) -> Self {
        Self(BodyKind::Bytes(bytes))
    }
}

impl From<Vec<u8>> for RequestBody {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes::from(bytes).into()
    }
}

impl From<&'static [u8]> for RequestBody {
    fn from(bytes: &'static [u8]) -> Self {
        Bytes::from_static(bytes).into()
    }
}

impl<const N: usize> From<&'static [u8; N]> for RequestBody {
    fn from(bytes: &'static [u8; N]) -> Self {
        Bytes::from_static(bytes).into()
    }
}

impl From<String> for RequestBody {
    fn from(text: String) -> Self {
        Bytes::from(text).into()
    }
}

impl From<&'static str> for RequestBody {
    fn from(text: &'static str) -> Self {
        Bytes::from_static(text.as_bytes()).into()
    }
}

/// Streams one after the other.
struct Chain(VecDeque<ByteStream>);

impl Stream for Chain {
    type Item = Result<Bytes, io::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        while let Some(first) = self.0.front_mut() {
            match ready!(Pin::new(first).poll_next(context)) {
                Some(item) => return Poll::Ready(Some(item)),
                None => drop(self.0.pop_front()),
            }
        }
        Poll::Ready(None)
    }
}

/// A stream of an application with its own error type.
struct Other<S>(Pin<Box<S>>);

impl<S, E> Stream for Other<S>
where
    S: Stream<Item = Result<Bytes, E>>,
    E: Into<BoxError>,
{
    type Item = Result<Bytes, io::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(context).map(|item| item.map(|chunk| chunk.map_err(io::Error::other)))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn bodies_with_a_stream_are_joined_as_a_stream() {
        let stream = RequestBody::stream(Once(Some(Bytes::from_static(b"345"))));
        let body = RequestBody::joined(vec!["12".into(), stream, "6".into()]);
        assert!(body.as_bytes().is_none() && body.again().is_none());
        assert_eq!(body.whole(6).await.unwrap().unwrap().as_bytes(), Some(b"123456".as_slice()));
        assert_eq!(RequestBody::joined(vec!["1".into(), "2".into()]).as_bytes(), Some(b"12".as_slice()));
    }

    #[tokio::test]
    async fn joined_bodies_can_be_sent_again_if_each_of_them_can() {
        let part = RequestBody::repeatable(|| Once(Some(Bytes::from_static(b"34"))));
        let body = RequestBody::joined(vec!["12".into(), part, "5".into()]);
        for body in [body.again().unwrap(), body] {
            assert_eq!(body.whole(5).await.unwrap().unwrap().as_bytes(), Some(b"12345".as_slice()));
        }
    }

    #[tokio::test]
    async fn a_stream_is_read_up_to_a_limit() {
        let body = || RequestBody::stream(Once(Some(Bytes::from_static(b"12345"))));
        assert_eq!(body().whole(5).await.unwrap().unwrap().as_bytes(), Some(b"12345".as_slice()));
        assert!(body().whole(4).await.unwrap().is_none());
    }
}
