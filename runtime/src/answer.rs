//! What comes back from a call.

use crate::api::Content;
use crate::gateway;
use crate::json::{Json, Mismatch, Read, Tree, Value};
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
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
    /// `rest` is the body that the document does not speak of.
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

    /// The body as it came, where the document speaks of none: exports of HTTP APIs and proxy integrations leave it out.
    /// Empty where [`value`](Self::value) holds what came.
    pub fn undocumented_body(&self) -> &Bytes {
        &self.rest
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
    pub(crate) index: usize,
    pub(crate) content: Content,
    pub(crate) success: bool,
    pub(crate) body: RawBody,
}

/// The body of an answer.
pub(crate) enum RawBody {
    Whole(Bytes),
    Stream(Streaming),
}

/// The index of an answer that the document doesn't know, where it knows no successes at all.
pub(crate) const NOWHERE: usize = usize::MAX;

impl Raw {
    /// Which of the documented answers it is, by its place among them.
    pub fn index(&self) -> usize {
        self.index
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.head.status
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
            Content::Text => T::read(&Value::Text(&String::from_utf8_lossy(raw.body()))),
            Content::Empty | Content::Bytes | Content::Stream => T::read(&Value::Null),
        }
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
        let headers = H::read(&raw.head.headers)?;
        Ok(Self { value: T::read(raw)?, headers })
    }
}

/// The documented headers of an answer.
pub trait Headers: Sized {
    /// Reads them.
    ///
    /// # Errors
    /// If one is missing or not what the document says.
    fn read(map: &HeaderMap) -> Read<Self>;
}

impl Headers for () {
    fn read(_: &HeaderMap) -> Read<Self> {
        Ok(())
    }
}

/// The mismatch of an answer that has no variant.
///
/// # Errors
/// Always.
pub fn undocumented<T>(raw: Raw) -> Read<T> {
    let _ = raw;
    Err(Mismatch::new("an answer that the document knows", "another one"))
}

/// A header that may be missing; several lines of it are one list (RFC 9110, section 5.3).
///
/// # Errors
/// If it is not what `T` reads.
pub fn header<T: Json>(map: &HeaderMap, name: &'static str) -> Read<Option<T>> {
    let mut lines = map.get_all(name).iter().map(|line| String::from_utf8_lossy(line.as_bytes()));
    let Some(first) = lines.next() else {
        return Ok(None);
    };
    let text = lines.fold(first, |text, line| text + ", " + line);
    T::read(&Value::Text(&text)).map(Some).map_err(|error| error.in_field(name))
}

/// A header that must be there.
///
/// # Errors
/// If it is missing or not what `T` reads.
pub fn required_header<T: Json>(map: &HeaderMap, name: &'static str) -> Read<T> {
    header(map, name)?.ok_or_else(|| Mismatch::new("a header that is required", "nothing").in_field(name))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn raw(content: Content, body: &'static [u8]) -> Raw {
        let head = Arc::new(Head { status: StatusCode::OK, headers: HeaderMap::new() });
        Raw { head, index: 0, content, success: true, body: RawBody::Whole(Bytes::from_static(body)) }
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
        assert_eq!(read::<Bytes>(Content::Bytes, b"\0"), Ok(Bytes::from_static(b"\0")));
        assert!(read::<i64>(Content::Json, b"<html>").is_err());
    }

    #[test]
    fn headers_are_read_like_text() {
        let mut map = HeaderMap::new();
        map.append("x-total", HeaderValue::from_static("12"));
        map.append("x-ids", HeaderValue::from_static("1, 2"));
        map.append("x-ids", HeaderValue::from_static("3"));
        assert_eq!(header::<i64>(&map, "x-total"), Ok(Some(12)));
        assert_eq!(required_header::<Vec<i64>>(&map, "x-ids"), Ok(vec![1, 2, 3]));
        assert_eq!(header::<i64>(&map, "x-gone"), Ok(None));
        assert_eq!(required_header::<i64>(&map, "x-gone").unwrap_err().path(), "x-gone");
    }
}
