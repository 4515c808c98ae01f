//! Request bodies: bytes, streams, multipart forms.

use crate::boxed::BoxError;
use crate::json::{BorrowedParam, Json, Param, Tree, Value, json_text, json_tree};
use crate::random::random;
use crate::request::params::text_of;
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

/// A multipart form (`multipart/form-data`, RFC 7578).
#[derive(Default)]
pub struct Multipart {
    parts: Vec<FormPart>,
    failure: Option<String>,
}

struct FormPart {
    head: String,
    body: RequestBody,
}

impl Multipart {
    /// Creates a form without parts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a scalar as text. Objects and arrays are written as JSON.
    pub fn text<T: Param + ?Sized>(&mut self, name: &str, value: &T) {
        match json_tree(&BorrowedParam(value)).as_ref().map(Tree::root) {
            Ok(Value::Null) => {}
            Ok(value) => self.push(name, None, None, text_of(value).into_owned().into()),
            Err(why) => self.fail(name, why),
        }
    }

    /// Adds a JSON value.
    pub fn json<T: Json>(&mut self, name: &str, value: &T) {
        match json_text(value) {
            Ok(text) => self.push(name, None, Some("application/json"), text.into()),
            Err(why) => self.fail(name, why),
        }
    }

    /// Adds a file.
    pub fn file(&mut self, name: &str, file: FilePart) {
        let FilePart { file_name, media_type, body } = file;
        if http::HeaderValue::from_str(&media_type).is_err() {
            return self.fail(name, "its media type is not a valid header value");
        }
        self.push(name, Some(&file_name), Some(&media_type), body);
    }

    fn fail(&mut self, name: &str, why: &str) {
        self.failure.get_or_insert_with(|| format!("the part `{name}` can't be sent: {why}"));
    }

    fn push(&mut self, name: &str, file_name: Option<&str>, media_type: Option<&str>, body: RequestBody) {
        let mut head = format!("Content-Disposition: form-data; name=\"{}\"", quoted(name));
        if let Some(file_name) = file_name {
            head.push_str(&format!("; filename=\"{}\"", quoted(file_name)));
        }
        if let Some(media_type) = media_type {
            head.push_str(&format!("\r\nContent-Type: {media_type}"));
        }
        self.parts.push(FormPart { head, body });
    }

    /// Returns the content type and the body, which is in memory unless a file is a stream.
    ///
    /// # Errors
    /// Returns which part can't be sent, and why.
    pub(crate) fn finish(self) -> Result<(String, RequestBody), String> {
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        let boundary = boundary();
        let content_type = format!("multipart/form-data; boundary={boundary}");
        let buffered = self.parts.iter().all(|part| part.body.as_bytes().is_some());
        let mut pieces = VecDeque::new();
        for part in self.parts {
            pieces.push_back(RequestBody::from(format!("--{boundary}\r\n{}\r\n\r\n", part.head)));
            pieces.push_back(part.body);
            pieces.push_back(RequestBody::from("\r\n"));
        }
        pieces.push_back(RequestBody::from(format!("--{boundary}--\r\n")));
        if buffered {
            let pieces: Vec<&[u8]> = pieces.iter().filter_map(RequestBody::as_bytes).collect();
            return Ok((content_type, pieces.concat().into()));
        }
        let streams = pieces.into_iter().map(RequestBody::into_stream).collect();
        Ok((content_type, RequestBody(BodyKind::Stream(ByteStream::new(Chain(streams))))))
    }
}

impl fmt::Debug for Multipart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Multipart({} parts)", self.parts.len())
    }
}

/// A file in a multipart form: its content, name and media type.
pub struct FilePart {
    file_name: String,
    media_type: String,
    body: RequestBody,
}

impl FilePart {
    /// Creates a file part with the name `file` and the media type `application/octet-stream`.
    pub fn new(body: impl Into<RequestBody>) -> Self {
        Self { file_name: "file".to_owned(), media_type: "application/octet-stream".to_owned(), body: body.into() }
    }

    /// Sets the file name that the service receives.
    #[must_use]
    pub fn file_name(mut self, name: impl Into<String>) -> Self {
        self.file_name = name.into();
        self
    }

    /// Sets the media type, such as `image/png`.
    #[must_use]
    pub fn media_type(mut self, media_type: impl Into<String>) -> Self {
        self.media_type = media_type.into();
        self
    }
}

impl fmt::Debug for FilePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FilePart")
            .field("media_type", &self.media_type)
            .field("body", &self.body)
            .finish_non_exhaustive()
    }
}

/// Escapes a quoted name as browsers do (HTML standard, "multipart/form-data encoding algorithm").
fn quoted(name: &str) -> String {
    let mut quoted = String::with_capacity(name.len());
    for char in name.chars() {
        match char {
            '"' => quoted.push_str("%22"),
            '\r' => quoted.push_str("%0D"),
            '\n' => quoted.push_str("%0A"),
            other => quoted.push(other),
        }
    }
    quoted
}

/// A boundary with 128 random bits, so that no part contains it.
fn boundary() -> String {
    format!("cogen-{:016x}{:016x}", random(), random())
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

    #[test]
    fn parts_are_between_boundaries() {
        let mut form = Multipart::new();
        form.text("name", "Rex");
        form.text("age", &3_i64);
        form.json("tags", &vec!["a".to_owned()]);
        form.file("photo", FilePart::new(b"\x89PNG").file_name("a\"\r\nb.png").media_type("image/png"));
        let (content_type, body) = form.finish().unwrap();
        let boundary = content_type.strip_prefix("multipart/form-data; boundary=").unwrap();
        let text = String::from_utf8_lossy(body.as_bytes().unwrap()).replace(boundary, "B");
        assert_eq!(
            text,
            "--B\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nRex\r\n\
             --B\r\nContent-Disposition: form-data; name=\"age\"\r\n\r\n3\r\n\
             --B\r\nContent-Disposition: form-data; name=\"tags\"\r\nContent-Type: application/json\r\n\r\n[\"a\"]\r\n\
             --B\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a%22%0D%0Ab.png\"\r\n\
             Content-Type: image/png\r\n\r\n\u{fffd}PNG\r\n--B--\r\n"
        );
    }

    #[test]
    fn a_media_type_can_not_add_headers() {
        let mut form = Multipart::new();
        form.file("photo", FilePart::new("x").media_type("image/png\r\nX-Evil: canary"));
        let error = form.finish().unwrap_err();
        assert!(error.contains("`photo`") && !error.contains("canary"), "{error}");
    }

    #[tokio::test]
    async fn a_form_with_a_streamed_file_is_a_stream() {
        let mut form = Multipart::new();
        form.text("name", "Rex");
        form.file("photo", FilePart::new(RequestBody::stream(Once(Some(Bytes::from_static(b"12345"))))));
        let (_, body) = form.finish().unwrap();
        assert!(body.as_bytes().is_none() && body.again().is_none());
        let whole = body.whole(10_000).await.unwrap().unwrap();
        assert!(String::from_utf8_lossy(whole.as_bytes().unwrap()).contains("\r\n\r\n12345\r\n--"));
    }

    #[tokio::test]
    async fn a_stream_is_read_up_to_a_limit() {
        let body = || RequestBody::stream(Once(Some(Bytes::from_static(b"12345"))));
        assert_eq!(body().whole(5).await.unwrap().unwrap().as_bytes(), Some(b"12345".as_slice()));
        assert!(body().whole(4).await.unwrap().is_none());
    }
}
