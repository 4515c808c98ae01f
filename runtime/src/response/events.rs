//! Typed event streams.

use crate::contract::documented::{Content, EventData};
use crate::json::{Json, Mismatch, Read, Tree, Value};
use crate::response::event_parser::{EventParser, RawEvent};
use crate::response::stream_error::{StreamError, StreamErrorKind};
use crate::response::streaming::Streaming;
use crate::response::typed::{RawResponse, ReadResponse, WithHeaders};
use futures_core::Stream;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// An event of an [`EventStream`]. It dereferences to its value.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Event<T> {
    /// Its value: the data, or the event as an object if the document describes it so.
    pub value: T,
    /// Its type, from the field `event`; `message` without one.
    pub event: String,
    /// The id of the last event that had one, this one included; empty if none had.
    pub id: String,
    /// How long the service asks to wait before the stream is continued, if this event says so.
    pub retry: Option<Duration>,
}

impl<T> Deref for Event<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// A stream of events (`text/event-stream`), parsed as WHATWG HTML, section 9.2.6 defines.
///
/// Read it with [`next`](Self::next), or as a [`Stream`]. An item that is too large or that does not match the document is an error,
/// and the stream goes on. Dropping it closes the connection. The time limit of a call ends with the response headers.
///
/// ```
/// # use cogen_runtime::{EventStream, StreamError};
/// # async fn read(mut events: EventStream<String>) -> Result<(), StreamError> {
/// while let Some(event) = events.next().await {
///     let event = event?;
///     println!("{} {}: {}", event.event, event.id, event.value);
/// }
/// # Ok(()) }
/// ```
pub struct EventStream<T> {
    raw: RawEvents,
    form: EventForm,
    types: PhantomData<fn() -> T>,
}

impl<T> EventStream<T> {
    /// Returns the next event; `None` at the end. An event that the end of the stream cuts off is dropped.
    pub async fn next(&mut self) -> Option<Result<Event<T>, StreamError>>
    where
        T: Json,
    {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// Sets the largest size of an event in bytes. The default is 1 MiB.
    #[must_use]
    pub fn max_item_bytes(mut self, bytes: usize) -> Self {
        self.raw.parser.set_limit(bytes);
        self
    }

    /// Returns the id of the last event that had one; empty if none had. A request with it as `Last-Event-ID` continues the stream.
    pub fn last_event_id(&self) -> &str {
        self.raw.parser.last_id()
    }
}

impl<T: Json> Stream for EventStream<T> {
    type Item = Result<Event<T>, StreamError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let raw = ready!(self.raw.poll_next(context));
        let form = self.form;
        Poll::Ready(raw.map(|raw| raw.and_then(|raw| form.event(raw))))
    }
}

impl<T> fmt::Debug for EventStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EventStream(..)")
    }
}

impl<T: Json> ReadResponse for EventStream<T> {
    fn read(raw: RawResponse) -> Read<Self> {
        let form = EventForm::of(raw.content());
        let raw = RawEvents::new(raw.into_stream(), String::new(), MAX_ITEM_BYTES);
        Ok(Self { raw, form, types: PhantomData })
    }
}

/// The largest size of an item in bytes, if the caller sets none.
pub(crate) const MAX_ITEM_BYTES: usize = 1024 * 1024;

/// A response that is an event stream.
#[diagnostic::on_unimplemented(
    message = "the response of this operation is not an event stream",
    label = "only the call of an operation whose response is an `EventStream` can be continued"
)]
pub trait EventResponse {
    /// The value of an event.
    type Value: Json;
}

impl<T: Json> EventResponse for EventStream<T> {
    type Value = T;
}

impl<R: EventResponse, H> EventResponse for WithHeaders<R, H> {
    type Value = R::Value;
}

/// An event stream before its events get their type.
pub(crate) struct RawEvents {
    stream: Option<Streaming>,
    pub(crate) parser: EventParser,
}

impl RawEvents {
    pub(crate) fn new(stream: Streaming, last_id: String, limit: usize) -> Self {
        Self { stream: Some(stream), parser: EventParser::new(limit, last_id) }
    }

    pub(crate) fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<RawEvent, StreamError>>> {
        loop {
            if let Some(event) = self.parser.next() {
                return Poll::Ready(Some(event.map_err(|_| StreamError::new(StreamErrorKind::TooLarge))));
            }
            let Some(stream) = &mut self.stream else { return Poll::Ready(None) };
            match ready!(Pin::new(stream).poll_next(context)) {
                Some(Ok(chunk)) => self.parser.feed(chunk),
                Some(Err(error)) => {
                    self.stream = None;
                    return Poll::Ready(Some(Err(error.into())));
                }
                None => self.stream = None,
            }
        }
    }
}

/// What a document describes of an event, and how its data is written.
#[derive(Clone, Copy)]
pub(crate) struct EventForm {
    /// Whether it describes the event as an object with `data`, and not the data alone.
    whole: bool,
    data: EventData,
}

impl EventForm {
    pub(crate) fn of(content: Content) -> Self {
        match content {
            Content::Events { whole, data } => Self { whole, data },
            _ => Self { whole: false, data: EventData::Json },
        }
    }

    /// Gives an event its type.
    pub(crate) fn event<T: Json>(self, raw: RawEvent) -> Result<Event<T>, StreamError> {
        let read = self.first(&raw, |value| T::read(&value));
        match read.or_else(|error| self.second(&raw, |value| T::read(&value)).unwrap_or(Err(error))) {
            Ok(value) => {
                let event = raw.event.filter(|event| !event.is_empty());
                let event = event.unwrap_or_else(|| "message".to_owned());
                Ok(Event { value, event, id: raw.id, retry: raw.retry })
            }
            Err(mismatch) => Err(StreamError::decode(raw.data, mismatch)),
        }
    }

    /// Reads an event as the document describes it.
    fn first<T>(self, raw: &RawEvent, read: impl FnOnce(Value<'_>) -> Read<T>) -> Read<T> {
        match self {
            Self { whole: false, data: EventData::Text } => read(Value::Text(&raw.data)),
            Self { whole: false, .. } => read(Tree::parse(raw.data.as_bytes())?.root()),
            Self { whole: true, data } => with_object(raw, data, read),
        }
    }

    /// Reads an event whose data is text where JSON is documented, such as `[DONE]`.
    fn second<T>(self, raw: &RawEvent, read: impl FnOnce(Value<'_>) -> Read<T>) -> Option<Read<T>> {
        match self {
            Self { data: EventData::Text, .. } => None,
            Self { whole: false, .. } => Some(read(Value::String(&raw.data))),
            Self { whole: true, .. } => Some(with_object(raw, EventData::Text, read)),
        }
    }
}

/// Reads an event as an object of its fields.
fn with_object<T>(raw: &RawEvent, data: EventData, read: impl FnOnce(Value<'_>) -> Read<T>) -> Read<T> {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let mut object = String::from("{\"data\":");
    let is_json =
        |wanted: fn(&Value<'_>) -> bool| Tree::parse(raw.data.as_bytes()).is_ok_and(|tree| wanted(&tree.root()));
    let is_json = match data {
        EventData::Json => is_json(|_| true),
        EventData::Text => false,
        EventData::Mixed => is_json(|value| matches!(value, Value::Array(_) | Value::Object(_))),
    };
    object.push_str(&if is_json { raw.data.clone() } else { quoted(&raw.data) });
    for (name, value) in [("event", &raw.event), ("id", &raw.own_id)] {
        if let Some(value) = value {
            object.push_str(&format!(",\"{name}\":{}", quoted(value)));
        }
    }
    if let Some(retry) = raw.retry {
        object.push_str(&format!(",\"retry\":{}", retry.as_millis()));
    }
    object.push('}');
    let tree = Tree::parse(object.as_bytes())
        .map_err(|_| Mismatch::new("an event that is not nested too deeply", "an event that is"))?;
    read(tree.root())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::contract::documented::{EVENT_MIXED_OBJECTS, EVENT_OBJECTS, EVENT_TEXT_OBJECTS, EVENT_TEXTS, EVENTS};

    fn raw(event: Option<&str>, data: &str) -> RawEvent {
        RawEvent { event: event.map(str::to_owned), data: data.to_owned(), ..RawEvent::default() }
    }

    fn read<T: Json>(content: Content, raw: RawEvent) -> Result<T, StreamError> {
        EventForm::of(content).event(raw).map(|event| event.value)
    }

    #[test]
    fn data_is_json_or_text() {
        assert_eq!(read::<Vec<i64>>(EVENTS, raw(None, "[1,\n2]")).unwrap(), [1, 2]);
        assert_eq!(read::<String>(EVENT_TEXTS, raw(None, "\"a\"")).unwrap(), "\"a\"");
        assert_eq!(read::<serde_json::Value>(EVENTS, raw(None, "[DONE]")).unwrap(), "[DONE]");
        let error = read::<Vec<i64>>(EVENTS, raw(None, "canary")).unwrap_err();
        assert_eq!((error.kind(), error.text()), (StreamErrorKind::Decode, Some("canary")));
        assert!(!format!("{error} {error:?}").contains("canary"));
    }

    #[test]
    fn an_event_is_an_object_of_its_fields() {
        let mut event = raw(Some("\"e\""), "{\"a\":1}");
        (event.own_id, event.retry) = (Some("7".to_owned()), Some(Duration::from_millis(5)));
        let value = read::<serde_json::Value>(EVENT_OBJECTS, event.clone()).unwrap();
        assert_eq!(value, serde_json::json!({"data": {"a": 1}, "event": "\"e\"", "id": "7", "retry": 5}));
        let value = read::<serde_json::Value>(EVENT_TEXT_OBJECTS, event).unwrap();
        assert_eq!(value["data"], "{\"a\":1}");
        let value = read::<serde_json::Value>(EVENT_OBJECTS, raw(None, "}{")).unwrap();
        assert_eq!(value, serde_json::json!({"data": "}{"}));
        for (data, value) in [("7", serde_json::json!("7")), ("[7]", serde_json::json!([7]))] {
            assert_eq!(read::<serde_json::Value>(EVENT_MIXED_OBJECTS, raw(None, data)).unwrap()["data"], value);
        }
    }
}
