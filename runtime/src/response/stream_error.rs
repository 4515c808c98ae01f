//! Why an item of a stream could not be read.

use crate::boxed::BoxError;
use crate::json::Mismatch;
use crate::response::error::Error;
use std::error::Error as StdError;
use std::{fmt, io};

/// Why an item of an [`EventStream`](crate::EventStream) or an [`ItemStream`](crate::ItemStream) could not be read.
///
/// After [`TooLarge`](StreamErrorKind::TooLarge) and [`Decode`](StreamErrorKind::Decode) the stream goes on with the next item.
/// After the other kinds it has ended. Neither `Debug` nor `Display` shows any part of the item.
pub struct StreamError {
    kind: StreamErrorKind,
    text: Option<String>,
    source: Option<BoxError>,
}

/// The ways to fail of an item of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StreamErrorKind {
    /// The connection broke.
    Transport,
    /// The item is larger than `max_item_bytes` of the stream. It was skipped.
    TooLarge,
    /// The item does not match the document: [`StreamError::text`].
    Decode,
    /// The stream was to be continued, and the call for it failed: [`StreamError::call`].
    Call,
    /// The response of the call is not an event stream.
    NotEvents,
}

impl StreamError {
    /// Returns the kind of failure.
    pub fn kind(&self) -> StreamErrorKind {
        self.kind
    }

    /// Returns the text of the item, if the kind is [`StreamErrorKind::Decode`]: of an event its data. It can hold secrets: do not
    /// log it unchecked.
    pub fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    /// Returns the error of the call, if the kind is [`StreamErrorKind::Call`]. [`Error::body`] has the body of a documented
    /// error.
    pub fn call(&self) -> Option<&Error> {
        self.source.as_deref()?.downcast_ref()
    }

    pub(crate) fn new(kind: StreamErrorKind) -> Self {
        Self { kind, text: None, source: None }
    }

    pub(crate) fn decode(text: String, mismatch: Mismatch) -> Self {
        Self { text: Some(text), source: Some(mismatch.into()), ..Self::new(StreamErrorKind::Decode) }
    }

    pub(crate) fn of_call(error: Error) -> Self {
        Self { source: Some(error.into()), ..Self::new(StreamErrorKind::Call) }
    }
}

impl From<io::Error> for StreamError {
    fn from(error: io::Error) -> Self {
        Self { source: Some(error.into()), ..Self::new(StreamErrorKind::Transport) }
    }
}

impl fmt::Debug for StreamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("StreamError");
        shown.field("kind", &self.kind);
        if let Some(source) = &self.source {
            shown.field("source", &source.to_string());
        }
        shown.finish_non_exhaustive()
    }
}

impl fmt::Display for StreamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            StreamErrorKind::Transport => "the connection broke during the stream",
            StreamErrorKind::TooLarge => "an item of the stream is too large: raise `max_item_bytes` of the stream",
            StreamErrorKind::Decode => "an item of the stream does not match the document",
            StreamErrorKind::Call => "the call that continues the stream failed",
            StreamErrorKind::NotEvents => "the response is not an event stream",
        })
    }
}

impl StdError for StreamError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
