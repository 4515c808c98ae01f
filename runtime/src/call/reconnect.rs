//! Event streams that are continued after they end.

use crate::boxed::BoxFuture;
use crate::call::request::Request;
use crate::call::sending::CallOutcome;
use crate::call::transport::perform;
use crate::json::Json;
use crate::response::error::{ErrorKind, Failure};
use crate::response::event_parser::RawEvent;
use crate::response::events::{Event, EventForm, MAX_ITEM_BYTES, RawEvents};
use crate::response::stream_error::{StreamError, StreamErrorKind};
use crate::response::typed::RawResponse;
use futures_core::Stream;
use http::StatusCode;
use http::header::{HeaderName, HeaderValue};
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep};

/// When an event stream is continued: `reconnect` of a call.
///
/// ```
/// use cogen_runtime::Reconnect;
/// use std::time::Duration;
///
/// let patient = Reconnect::standard().longest_pause(Duration::from_secs(300)).attempts(100);
/// # let _ = patient;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reconnect {
    first_pause: Duration,
    longest_pause: Duration,
    attempts: u32,
    max_item_bytes: usize,
}

impl Reconnect {
    /// Creates the standard policy: a pause of 3 s unless the service asks for another one with `retry`, at most 60 s, and at most
    /// 10 connections one after the other that fail.
    pub fn standard() -> Self {
        Self {
            first_pause: Duration::from_secs(3),
            longest_pause: Duration::from_secs(60),
            attempts: 10,
            max_item_bytes: MAX_ITEM_BYTES,
        }
    }

    /// Sets the pause before the stream is continued, if the service asks for none. It doubles with each connection that fails or
    /// soon ends without an event.
    #[must_use]
    pub fn first_pause(self, first_pause: Duration) -> Self {
        Self { first_pause, ..self }
    }

    /// Sets the longest pause, also of those that the service asks for.
    #[must_use]
    pub fn longest_pause(self, longest_pause: Duration) -> Self {
        Self { longest_pause, ..self }
    }

    /// Sets how many connections one after the other may fail.
    #[must_use]
    pub fn attempts(self, attempts: u32) -> Self {
        Self { attempts, ..self }
    }

    /// Sets the largest size of an event in bytes. The default is 1 MiB.
    #[must_use]
    pub fn max_item_bytes(self, max_item_bytes: usize) -> Self {
        Self { max_item_bytes, ..self }
    }

    /// The pause before another connection, after this number of useless ones.
    fn pause(&self, asked: Option<Duration>, useless: u32) -> Duration {
        let pause = asked.unwrap_or(self.first_pause);
        if useless == 0 {
            return pause.min(self.longest_pause);
        }
        let doubled = pause.max(SHORTEST_PAUSE).saturating_mul(2_u32.saturating_pow(useless.min(16)));
        doubled.min(self.longest_pause)
    }
}

/// The pause after a useless connection, if the service asks for a shorter one.
const SHORTEST_PAUSE: Duration = Duration::from_millis(50);

/// A connection that ends sooner and without an event is useless.
const USEFUL: Duration = Duration::from_secs(5);

impl Default for Reconnect {
    fn default() -> Self {
        Self::standard()
    }
}

/// An event stream that is continued after it ended or broke (WHATWG HTML, section 9.2.3): the request is sent again with
/// `Last-Event-ID`, with credentials that are obtained anew.
///
/// It ends after the status 204, and with an error of the kind [`Call`](StreamErrorKind::Call) after an error status, or when too
/// many connections failed. Dropping it closes the connection.
pub struct ContinuedEvents<'c, T> {
    inner: Continued<'c>,
    types: PhantomData<fn() -> T>,
}

impl<T> ContinuedEvents<'_, T> {
    /// Returns the next event; `None` at the end.
    pub async fn next(&mut self) -> Option<Result<Event<T>, StreamError>>
    where
        T: Json,
    {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// Returns the id of the last event that had one; empty if none had.
    pub fn last_event_id(&self) -> &str {
        match &self.inner.state {
            State::Reading(events, _) => events.parser.last_id(),
            _ => &self.inner.last_id,
        }
    }
}

impl<T: Json> Stream for ContinuedEvents<'_, T> {
    type Item = Result<Event<T>, StreamError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let event = ready!(self.inner.poll_next(context));
        Poll::Ready(event.map(|event| event.and_then(|(event, form)| form.event(event))))
    }
}

impl<T> fmt::Debug for ContinuedEvents<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ContinuedEvents(..)")
    }
}

impl<'c> Request<'c> {
    /// Sends the request, and again each time its event stream ends.
    pub fn reconnect<T>(self, policy: Reconnect) -> ContinuedEvents<'c, T> {
        let inner = Continued {
            request: self,
            policy,
            last_id: String::new(),
            asked: None,
            failed: 0,
            useless: 0,
            begin: Instant::now(),
            has_event: false,
            state: State::Begin,
        };
        ContinuedEvents { inner, types: PhantomData }
    }
}

/// A continued stream before its events get their type.
struct Continued<'c> {
    request: Request<'c>,
    policy: Reconnect,
    last_id: String,
    /// The pause that the service asked for.
    asked: Option<Duration>,
    /// The connections one after the other that failed.
    failed: u32,
    /// The connections one after the other that failed, or soon ended without an event.
    useless: u32,
    /// When the current connection began, and whether it had an event.
    begin: Instant,
    has_event: bool,
    state: State<'c>,
}

enum State<'c> {
    Begin,
    Pause(Pin<Box<Sleep>>),
    Calling(BoxFuture<'c, CallOutcome>),
    Reading(Box<RawEvents>, EventForm),
    End,
}

impl<'c> Continued<'c> {
    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<(RawEvent, EventForm), StreamError>>> {
        loop {
            match &mut self.state {
                State::Begin => match self.call() {
                    Ok(call) => self.state = State::Calling(call),
                    Err(failure) => return self.end(Some(StreamError::of_call(failure.into()))),
                },
                State::Pause(pause) => {
                    ready!(pause.as_mut().poll(context));
                    self.state = State::Begin;
                }
                State::Calling(call) => match ready!(call.as_mut().poll(context)) {
                    Ok((_, raw)) if raw.success => {
                        if let Err(end) = self.open(raw) {
                            return self.end(end);
                        }
                    }
                    Ok((operation, raw)) => {
                        let failure =
                            Failure::new(ErrorKind::Documented, operation, "the service returned a documented error");
                        let failure = failure.with_response(&raw.head, raw.body()).or_gateway();
                        return self.end(Some(StreamError::of_call(failure.into())));
                    }
                    Err(failure) => {
                        self.failed = self.failed.saturating_add(1);
                        self.useless = self.useless.saturating_add(1);
                        let is_lost =
                            matches!(failure.kind(), ErrorKind::Connect | ErrorKind::Timeout | ErrorKind::Transport);
                        if !is_lost || self.failed >= self.policy.attempts {
                            return self.end(Some(StreamError::of_call(failure.into())));
                        }
                        self.wait();
                    }
                },
                State::Reading(events, form) => {
                    let form = *form;
                    match ready!(events.poll_next(context)) {
                        Some(Ok(event)) => {
                            self.has_event = true;
                            return Poll::Ready(Some(Ok((event, form))));
                        }
                        Some(Err(error)) if error.kind() != StreamErrorKind::Transport => {
                            return Poll::Ready(Some(Err(error)));
                        }
                        Some(Err(_)) | None => {
                            self.last_id = events.parser.last_id().to_owned();
                            self.asked = events.parser.retry().or(self.asked);
                            let is_useless = !self.has_event && self.begin.elapsed() < USEFUL;
                            self.useless = if is_useless { self.useless.saturating_add(1) } else { 0 };
                            self.wait();
                        }
                    }
                }
                State::End => return Poll::Ready(None),
            }
        }
    }

    fn end<V>(&mut self, error: Option<StreamError>) -> Poll<Option<Result<V, StreamError>>> {
        self.state = State::End;
        Poll::Ready(error.map(Err))
    }

    fn wait(&mut self) {
        self.state = State::Pause(Box::pin(sleep(self.policy.pause(self.asked, self.useless))));
    }

    /// The next call of the operation.
    ///
    /// # Errors
    /// The body can be sent once.
    fn call(&self) -> Result<BoxFuture<'c, CallOutcome>, Failure> {
        let Some(mut request) = self.request.repeated() else {
            let message = "a request whose body is a stream can't be sent again: use `RequestBody::repeatable`";
            return Err(Failure::new(ErrorKind::Request, self.request.0.operation, message));
        };
        if !self.last_id.is_empty()
            && let Ok(id) = HeaderValue::from_bytes(self.last_id.as_bytes())
        {
            request.0.draft.headers.insert(LAST_EVENT_ID, id);
        }
        Ok(perform(request))
    }

    /// Begins to read a response.
    ///
    /// # Errors
    /// The stream has ended: with an error if the response is not an event stream.
    fn open(&mut self, raw: RawResponse) -> Result<(), Option<StreamError>> {
        if raw.head.status == StatusCode::NO_CONTENT {
            return Err(None);
        }
        if !raw.is_event_stream() {
            return Err(Some(StreamError::new(StreamErrorKind::NotEvents)));
        }
        self.failed = 0;
        (self.begin, self.has_event) = (Instant::now(), false);
        let form = EventForm::of(raw.content());
        let events = RawEvents::new(raw.into_stream(), self.last_id.clone(), self.policy.max_item_bytes);
        self.state = State::Reading(Box::new(events), form);
        Ok(())
    }
}

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
