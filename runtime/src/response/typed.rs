//! Responses, and how a response gets its type.

use crate::contract::documented::{Content, Documented, Status};
use crate::contract::media;
use crate::contract::media::MediaType;
use crate::json::{Json, Mismatch, Read, Tree, Value};
use crate::response::gateway;
use crate::response::headers::Headers;
use bytes::Bytes;
use encoding_rs::Encoding;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

pub use crate::response::streaming::Streaming;

/// A successful response: its value, status and headers.
///
/// It dereferences to the value.
pub struct Response<T> {
    value: T,
    head: Arc<Head>,
    rest: Bytes,
}

impl<T> Response<T> {
    /// `undocumented` is the body, if the document does not describe it.
    pub(crate) fn new(value: T, head: Arc<Head>, rest: Bytes) -> Self {
        Self { value, head, rest }
    }

    /// Returns the value of the body.
    pub fn value(&self) -> &T {
        &self.value
    }

    /// Returns the value of the body and drops the rest.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// Returns the body as it was received, if the document does not describe it. Exports of HTTP APIs and of proxy integrations
    /// leave out response bodies, or describe them as any JSON. Empty if [`value`](Self::value) has a documented type.
    pub fn undocumented_body(&self) -> &Bytes {
        &self.rest
    }

    /// Reads the [`undocumented_body`](Self::undocumented_body) as JSON. An empty body is `null`.
    ///
    /// ```
    /// #[derive(serde::Deserialize)]
    /// struct Chat {
    ///     answer: String,
    /// }
    ///
    /// # fn read(response: cogen_runtime::Response<()>) -> Result<(), cogen_runtime::Mismatch> {
    /// let chat: Chat = response.json()?;
    /// # drop(chat.answer); Ok(()) }
    /// ```
    ///
    /// # Errors
    /// Fails if the body is not JSON, or not JSON of the type `U`: read [`undocumented_body`](Self::undocumented_body) instead.
    pub fn json<U: DeserializeOwned>(&self) -> Result<U, Mismatch> {
        let body = self.rest.strip_prefix(BOM).unwrap_or(&self.rest);
        let value = if body.is_empty() { b"null" } else { body };
        // The message of serde can contain the value.
        serde_json::from_slice(value).map_err(|error| {
            let found = if error.is_data() { "JSON of another type" } else { "a body that is not JSON" };
            Mismatch::new("JSON of the type that was asked for", found)
        })
    }

    /// Returns the status.
    pub fn status(&self) -> StatusCode {
        self.head.status
    }

    /// Returns the headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }

    /// Returns the request id that AWS gave the call.
    pub fn request_id(&self) -> Option<&str> {
        gateway::request_id(&self.head.headers)
    }
}

impl<T> Deref for Response<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: fmt::Debug> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.head.status.as_u16())
            .field("request_id", &self.request_id())
            .field("value", &self.value)
            .finish_non_exhaustive()
    }
}

/// The value of a response with its documented headers. It dereferences to the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WithHeaders<T, H> {
    /// The value of the body.
    pub value: T,
    /// The documented headers.
    pub headers: H,
}

impl<T, H> Deref for WithHeaders<T, H> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// The error type of an operation without documented errors. It has no values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undocumented {}

/// Status and headers of a response.
pub(crate) struct Head {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
}

impl Head {
    /// The `Content-Type`; empty without one.
    pub(crate) fn content_type(&self) -> &str {
        self.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// A response before [`ReadResponse::read`] gives it a type.
pub struct RawResponse {
    pub(crate) head: Arc<Head>,
    /// The documented responses by which it can be read, the best first; empty if the document describes none.
    pub(crate) documented: Vec<&'static Documented>,
    /// Whether the document lists its status.
    pub(crate) is_listed: bool,
    pub(crate) success: bool,
    pub(crate) body: RawBody,
}

/// The body of a response.
pub(crate) enum RawBody {
    Whole(Bytes),
    Stream(Streaming),
}

impl RawResponse {
    /// The status of the documented response by which it is read: of a success that the document does not list, that of
    /// another success.
    pub fn status(&self) -> u16 {
        let own = self.head.status.as_u16();
        match self.documented.first().map(|answer| answer.status) {
            Some(Status::Code(code)) => code,
            Some(Status::Range(digit)) if u16::from(digit) != own / 100 => u16::from(digit) * 100,
            _ => own,
        }
    }

    /// The content type of the documented response by which it is read; empty if its status has one content type.
    pub fn media(&self) -> &'static str {
        self.documented.first().map_or("", |answer| answer.media)
    }

    /// How its body is read.
    pub(crate) fn content(&self) -> Content {
        self.documented.first().map_or(Content::Empty, |answer| answer.content)
    }

    /// The body; empty if it is a stream.
    pub(crate) fn body(&self) -> &Bytes {
        static EMPTY: Bytes = Bytes::new();
        match &self.body {
            RawBody::Whole(bytes) => bytes,
            RawBody::Stream(_) => &EMPTY,
        }
    }

    /// The body as a stream.
    pub(crate) fn into_stream(self) -> Streaming {
        match self.body {
            RawBody::Stream(stream) => stream,
            RawBody::Whole(bytes) => Streaming::whole(bytes),
        }
    }

    /// Whether it is an event stream, or does not say what it is.
    pub(crate) fn is_event_stream(&self) -> bool {
        let essence = media::essence(self.head.content_type());
        essence.is_empty() || essence.eq_ignore_ascii_case("text/event-stream")
    }

    /// The same response for the next documented one, if there is one and the body is not a stream.
    pub(crate) fn next(&self) -> Option<Self> {
        let RawBody::Whole(body) = &self.body else { return None };
        let documented = self.documented.get(1..).filter(|more| !more.is_empty())?.to_vec();
        let (head, body) = (Arc::clone(&self.head), RawBody::Whole(body.clone()));
        Some(Self { head, documented, is_listed: self.is_listed, success: self.success, body })
    }
}

/// A type that a response can be read as: every [`Json`], bytes, streams, and generated enums of those.
pub trait ReadResponse: Sized {
    /// Reads a response.
    ///
    /// # Errors
    /// Fails if the body does not match the document.
    fn read(raw: RawResponse) -> Read<Self>;
}

impl<T: Json> ReadResponse for T {
    fn read(raw: RawResponse) -> Read<Self> {
        match raw.content() {
            Content::Json if raw.body().is_empty() => T::read(&Value::Null),
            Content::Json => match raw.media_type() {
                // An error without a content type is more often that of a gateway than a text.
                MediaType::Other if !raw.success => read_json(raw.body()),
                MediaType::Json => read_json(raw.body()),
                MediaType::Text => read_text(&raw).or_else(|error| read_json(raw.body()).map_err(|_| error)),
                MediaType::Other => read_json(raw.body()).or_else(|error| read_text(&raw).map_err(|_| error)),
            },
            Content::Any => read_any(raw.body()),
            Content::Text if raw.media_type() == MediaType::Json => read_json(raw.body()).or_else(|_| read_text(&raw)),
            Content::Text => read_text(&raw),
            Content::Empty | Content::Bytes | Content::Stream | Content::Events { .. } | Content::Items { .. } => {
                T::read(&Value::Null)
            }
        }
    }
}

impl RawResponse {
    /// The kind of its `Content-Type`.
    fn media_type(&self) -> MediaType {
        media::media_type(self.head.content_type())
    }

    /// The body as text, by the `charset` of its `Content-Type`; UTF-8 without one (RFC 9110, section 8.3.2).
    fn text(&self) -> Cow<'_, str> {
        let body = self.body();
        match media::charset(self.head.content_type()).and_then(|label| Encoding::for_label(label.as_bytes())) {
            Some(encoding) => encoding.decode(body).0,
            None => String::from_utf8_lossy(body.strip_prefix(BOM).unwrap_or(body)),
        }
    }
}

fn read_json<T: Json>(body: &[u8]) -> Read<T> {
    T::read(&Tree::parse(body.strip_prefix(BOM).unwrap_or(body))?.root())
}

fn read_text<T: Json>(raw: &RawResponse) -> Read<T> {
    T::read(&Value::Text(&raw.text()))
}

/// Reads a body that the document describes as any JSON. A body that is not JSON is read as text.
fn read_any<T: Json>(body: &[u8]) -> Read<T> {
    if body.is_empty() {
        return T::read(&Value::Null);
    }
    match Tree::parse(body.strip_prefix(BOM).unwrap_or(body)) {
        Ok(tree) => T::read(&tree.root()),
        Err(_) => T::read(&Value::String(&String::from_utf8_lossy(body))),
    }
}

/// The byte order mark that some services write before UTF-8.
const BOM: &[u8] = b"\xEF\xBB\xBF";

impl ReadResponse for Bytes {
    fn read(raw: RawResponse) -> Read<Self> {
        Ok(raw.body().clone())
    }
}

impl ReadResponse for Streaming {
    fn read(raw: RawResponse) -> Read<Self> {
        Ok(raw.into_stream())
    }
}

impl ReadResponse for Undocumented {
    fn read(raw: RawResponse) -> Read<Self> {
        undocumented(raw)
    }
}

impl<T: ReadResponse, H: Headers> ReadResponse for WithHeaders<T, H> {
    fn read(raw: RawResponse) -> Read<Self> {
        let headers = H::read(&raw.head.headers);
        Ok(Self { value: T::read(raw)?, headers })
    }
}

/// Fails for a response without a variant.
///
/// # Errors
/// Always fails: the document has no response of this status.
pub fn undocumented<T>(raw: RawResponse) -> Read<T> {
    let _ = raw;
    Err(Mismatch::new("a documented response", "a response of another status"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::contract::documented::ok;
    use http::HeaderValue;

    fn read_with<T: ReadResponse>(headers: HeaderMap, content: Content, body: &'static [u8]) -> Read<T> {
        let head = Arc::new(Head { status: StatusCode::OK, headers });
        let documented: Vec<&'static Documented> = vec![Box::leak(Box::new(ok(200, content)))];
        let body = RawBody::Whole(Bytes::from_static(body));
        <T as ReadResponse>::read(RawResponse { head, documented, is_listed: true, success: true, body })
    }

    fn read<T: ReadResponse>(content: Content, body: &'static [u8]) -> Read<T> {
        read_with(HeaderMap::new(), content, body)
    }

    #[test]
    fn content_decides_how_a_body_is_read() {
        assert_eq!(read::<i64>(Content::Json, b"42"), Ok(42));
        assert_eq!(read::<i64>(Content::Json, b"\xEF\xBB\xBF42"), Ok(42));
        assert_eq!(read::<i64>(Content::Text, b"42"), Ok(42));
        assert_eq!(read::<String>(Content::Text, b"\"42\""), Ok("\"42\"".to_owned()));
        assert_eq!(read::<()>(Content::Empty, b"<html>"), Ok(()));
        assert_eq!(read::<Option<i64>>(Content::Json, b""), Ok(None));
        assert_eq!(read::<serde_json::Value>(Content::Any, b"[1]"), Ok(serde_json::json!([1])));
        assert_eq!(read::<serde_json::Value>(Content::Any, b"OK"), Ok(serde_json::json!("OK")));
        assert_eq!(read::<serde_json::Value>(Content::Any, b""), Ok(serde_json::Value::Null));
        assert_eq!(read::<Bytes>(Content::Bytes, b"\0"), Ok(Bytes::from_static(b"\0")));
        assert!(read::<i64>(Content::Json, b"<html>").is_err());
    }

    fn read_as<T: ReadResponse>(media_type: &'static str, content: Content, body: &'static [u8]) -> Read<T> {
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(media_type))]);
        read_with(headers, content, body)
    }

    #[test]
    fn the_content_type_of_a_response_decides_between_text_and_json() {
        let text = |text: &str| Ok(text.to_owned());
        assert_eq!(read_as::<String>("text/html; charset=utf-8", Content::Json, b"Hello"), text("Hello"));
        assert_eq!(read_as::<String>("text/plain", Content::Json, b"\"a\""), text("\"a\""));
        assert_eq!(read_as::<String>("application/json", Content::Text, b"\"a\""), text("a"));
        assert_eq!(read_as::<String>("application/json", Content::Text, b"a"), text("a"));
        assert_eq!(read_as::<i64>("text/plain", Content::Json, b"42"), Ok(42));
        assert_eq!(read_as::<Vec<i64>>("text/plain", Content::Json, b"[1]"), Ok(vec![1]));
        assert!(read_as::<Vec<i64>>("text/plain", Content::Json, b"<html>").is_err());
        assert_eq!(
            read_as::<String>("text/plain; charset=\"ISO-8859-1\"", Content::Text, b"caf\xE9"),
            text("caf\u{e9}")
        );
    }
}
