//! What comes back from a call.

use crate::api::Content;
use crate::gateway;
use crate::json::{Json, Mismatch, Read, Tree, Value};
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

pub use crate::streaming::Streaming;

/// An answer that the document knows as a success.
pub struct Response<T> {
    value: T,
    head: Arc<Head>,
    rest: Bytes,
}

impl<T> Response<T> {
    /// `rest` is the body that the document does not describe.
    pub(crate) fn new(value: T, head: Arc<Head>, rest: Bytes) -> Self {
        Self { value, head, rest }
    }

    /// What the answer carries.
    pub fn value(&self) -> &T {
        &self.value
    }

    /// What the answer carries, by value.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The body as it came, where the document does not describe it: exports of HTTP APIs and of proxy integrations leave it
    /// out, or say that it is any JSON. Empty where [`value`](Self::value) is of a documented type.
    pub fn undocumented_body(&self) -> &Bytes {
        &self.rest
    }

    /// The [`undocumented_body`](Self::undocumented_body), read as JSON; an empty one as `null`.
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
    /// Where the body is not JSON, or not what `U` reads.
    pub fn json<U: DeserializeOwned>(&self) -> Result<U, Mismatch> {
        let body = self.rest.strip_prefix(BOM).unwrap_or(&self.rest);
        let value = if body.is_empty() { b"null" } else { body };
        // serde's own message may quote the value.
        serde_json::from_slice(value).map_err(|error| {
            let found = if error.is_data() { "JSON of another type" } else { "a body that is not JSON" };
            Mismatch::new("JSON of the type that was asked for", found)
        })
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.head.status
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }

    /// The id under which AWS knows the call.
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

/// What an answer carries, with its documented headers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WithHeaders<T, H> {
    /// What the answer carries.
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

/// The error type of an operation whose document names no errors; it has no values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undocumented {}

/// Status and headers of an answer.
pub(crate) struct Head {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
}

/// An answer as it came, to be read by [`Answer::read`].
pub struct Raw {
    pub(crate) head: Arc<Head>,
    pub(crate) content: Content,
    pub(crate) success: bool,
    pub(crate) body: RawBody,
}

/// The body of an answer.
pub(crate) enum RawBody {
    Whole(Bytes),
    Stream(Streaming),
}

impl Raw {
    /// The status.
    pub fn status(&self) -> u16 {
        self.head.status.as_u16()
    }

    /// The body; empty if it is a stream.
    pub(crate) fn body(&self) -> &Bytes {
        static EMPTY: Bytes = Bytes::new();
        match &self.body {
            RawBody::Whole(bytes) => bytes,
            RawBody::Stream(_) => &EMPTY,
        }
    }
}

/// What can be read from an answer: all that is [`Json`], bytes, streams, and generated enums of those.
pub trait Answer: Sized {
    /// Reads an answer.
    ///
    /// # Errors
    /// Where it differs from what the document says.
    fn read(raw: Raw) -> Read<Self>;
}

impl<T: Json> Answer for T {
    fn read(raw: Raw) -> Read<Self> {
        match raw.content {
            Content::Json => {
                let body = raw.body();
                if body.is_empty() {
                    return T::read(&Value::Null);
                }
                T::read(&Tree::parse(body.strip_prefix(BOM).unwrap_or(body))?.root())
            }
            Content::Any => read_any(raw.body()),
            Content::Text => T::read(&Value::Text(&String::from_utf8_lossy(raw.body()))),
            Content::Empty | Content::Bytes | Content::Stream => T::read(&Value::Null),
        }
    }
}

/// Reads a body of which the document says nothing more than that it is JSON: what is not JSON is text.
fn read_any<T: Json>(body: &[u8]) -> Read<T> {
    if body.is_empty() {
        return T::read(&Value::Null);
    }
    match Tree::parse(body.strip_prefix(BOM).unwrap_or(body)) {
        Ok(tree) => T::read(&tree.root()),
        Err(_) => T::read(&Value::String(&String::from_utf8_lossy(body))),
    }
}

/// What some services put before a text in UTF-8.
const BOM: &[u8] = b"\xEF\xBB\xBF";

impl Answer for Bytes {
    fn read(raw: Raw) -> Read<Self> {
        Ok(raw.body().clone())
    }
}

impl Answer for Streaming {
    fn read(raw: Raw) -> Read<Self> {
        match raw.body {
            RawBody::Stream(stream) => Ok(stream),
            RawBody::Whole(bytes) => Ok(Streaming::whole(bytes)),
        }
    }
}

impl Answer for Undocumented {
    fn read(raw: Raw) -> Read<Self> {
        undocumented(raw)
    }
}

impl<T: Answer, H: Headers> Answer for WithHeaders<T, H> {
    fn read(raw: Raw) -> Read<Self> {
        let headers = H::read(&raw.head.headers);
        Ok(Self { value: T::read(raw)?, headers })
    }
}

/// The documented headers of an answer.
pub trait Headers: Sized {
    /// Reads them.
    fn read(map: &HeaderMap) -> Self;
}

impl Headers for () {
    fn read(_: &HeaderMap) -> Self {}
}

/// The mismatch of an answer that has no variant.
///
/// # Errors
/// Always.
pub fn undocumented<T>(raw: Raw) -> Read<T> {
    let _ = raw;
    Err(Mismatch::new("an answer that the document knows", "another one"))
}

/// A documented header; `None` where the response lacks it, or where it is not what the document says: the call was done all the
/// same. Several lines of it are one list (RFC 9110, section 5.3).
pub fn header<T: Json>(map: &HeaderMap, name: &'static str) -> Option<T> {
    let mut lines = map.get_all(name).iter().map(|line| String::from_utf8_lossy(line.as_bytes()));
    let first = lines.next()?;
    let text = lines.fold(first, |text, line| text + ", " + line);
    T::read(&Value::Text(&text)).ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn raw(content: Content, body: &'static [u8]) -> Raw {
        let head = Arc::new(Head { status: StatusCode::OK, headers: HeaderMap::new() });
        Raw { head, content, success: true, body: RawBody::Whole(Bytes::from_static(body)) }
    }

    fn read<T: Answer>(content: Content, body: &'static [u8]) -> Read<T> {
        <T as Answer>::read(raw(content, body))
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

    #[test]
    fn headers_are_read_like_text() {
        let mut map = HeaderMap::new();
        map.append("x-total", HeaderValue::from_static("12"));
        map.append("x-ids", HeaderValue::from_static("1, 2"));
        map.append("x-ids", HeaderValue::from_static("3"));
        assert_eq!(header::<i64>(&map, "x-total"), Some(12));
        assert_eq!(header::<Vec<i64>>(&map, "x-ids"), Some(vec![1, 2, 3]));
        assert_eq!(header::<i64>(&map, "x-ids"), None);
        assert_eq!(header::<i64>(&map, "x-gone"), None);
    }
}
