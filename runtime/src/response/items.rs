//! Typed streams of JSON texts.

use crate::contract::documented::Content;
use crate::json::Mismatch;
use crate::json::{Json, Read, Tree, Value};
use crate::response::events::MAX_ITEM_BYTES;
use crate::response::line_parser::LineParser;
use crate::response::stream_error::{StreamError, StreamErrorKind};
use crate::response::streaming::Streaming;
use crate::response::typed::{RawResponse, ReadResponse};
use futures_core::Stream;
use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// A stream of items: one JSON text a line (`application/x-ndjson`, `application/jsonl`), or a sequence of JSON texts
/// (`application/json-seq`, RFC 7464).
///
/// Read it with [`next`](Self::next), or as a [`Stream`]. An item that is too large or that does not match the document is an error,
/// and the stream goes on. Dropping it closes the connection. The time limit of a call ends with the response headers.
///
/// ```
/// # use cogen_runtime::{ItemStream, StreamError};
/// # async fn read(mut numbers: ItemStream<i64>) -> Result<(), StreamError> {
/// while let Some(number) = numbers.next().await {
///     println!("{}", number?);
/// }
/// # Ok(()) }
/// ```
pub struct ItemStream<T> {
    raw: RawItems,
    /// Whether an item is text, and not JSON.
    text: bool,
    types: PhantomData<fn() -> T>,
}

impl<T> ItemStream<T> {
    /// Returns the next item; `None` at the end.
    pub async fn next(&mut self) -> Option<Result<T, StreamError>>
    where
        T: Json,
    {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// Sets the largest size of an item in bytes. The default is 1 MiB.
    #[must_use]
    pub fn max_item_bytes(mut self, bytes: usize) -> Self {
        self.raw.parser.set_limit(bytes);
        self
    }
}

impl<T: Json> Stream for ItemStream<T> {
    type Item = Result<T, StreamError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let item = ready!(self.raw.poll_next(context));
        let text = self.text;
        Poll::Ready(item.map(|item| item.and_then(|item| read(&item, text))))
    }
}

impl<T> fmt::Debug for ItemStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ItemStream(..)")
    }
}

impl<T: Json> ReadResponse for ItemStream<T> {
    fn read(raw: RawResponse) -> Read<Self> {
        let text = matches!(raw.content(), Content::Items { text: true });
        let raw = RawItems { stream: Some(raw.into_stream()), parser: LineParser::new(MAX_ITEM_BYTES) };
        Ok(Self { raw, text, types: PhantomData })
    }
}

fn read<T: Json>(item: &[u8], text: bool) -> Result<T, StreamError> {
    let read = match text {
        true => T::read(&Value::Text(&String::from_utf8_lossy(item))),
        false => Tree::parse(item).and_then(|tree| T::read(&tree.root())),
    };
    read.map_err(|mismatch| StreamError::decode(String::from_utf8_lossy(item).into_owned(), mismatch))
}

/// A stream of items before they get their type.
struct RawItems {
    stream: Option<Streaming>,
    parser: LineParser,
}

impl RawItems {
    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Vec<u8>, StreamError>>> {
        loop {
            if let Some(item) = self.parser.next() {
                return Poll::Ready(Some(
                    item.map_err(|_| StreamError::new(StreamErrorKind::TooLarge)).and_then(|item| self.whole(item)),
                ));
            }
            let Some(stream) = &mut self.stream else { return Poll::Ready(None) };
            match ready!(Pin::new(stream).poll_next(context)) {
                Some(Ok(chunk)) => self.parser.feed(chunk),
                Some(Err(error)) => {
                    self.stream = None;
                    return Poll::Ready(Some(Err(error.into())));
                }
                None => {
                    self.stream = None;
                    return Poll::Ready(self.parser.finish().map(|item| self.whole(item)));
                }
            }
        }
    }

    fn whole(&self, item: Vec<u8>) -> Result<Vec<u8>, StreamError> {
        if !self.parser.is_cut(&item) {
            return Ok(item);
        }
        let mismatch = Mismatch::new("a JSON text and a line feed", "a JSON text that may be cut off");
        Err(StreamError::decode(String::from_utf8_lossy(&item).into_owned(), mismatch))
    }
}
