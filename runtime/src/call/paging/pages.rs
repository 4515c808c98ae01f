//! The pages of an operation as a stream.

use crate::boxed::BoxFuture;
use crate::call::paging::links::next_link;
use crate::call::paging::page_end::{Said, parsed};
use crate::call::paging::pointers::{at, set_at};
use crate::call::request::Request;
use crate::call::sending::{CallOutcome, read, refused};
use crate::call::transport::perform;
use crate::contract::api::Operation;
use crate::contract::paging::{Cursor, NextPage, PageSize, Paging};
use crate::json::{Json, Mismatch, Read, Value};
use crate::request::params::FORM;
use crate::response::error::{Error, ErrorKind, Failure};
use crate::response::typed::{RawResponse, ReadResponse, Response};
use futures_core::Stream;
use http::StatusCode;
use http::header::LINK;
use std::collections::{HashSet, VecDeque};
use std::hash::{BuildHasher as _, RandomState};
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::{fmt, mem};

/// The pages of an operation, each the response of a call.
///
/// Read them with [`next`](Self::next), or as a [`Stream`]. Each page is a call of its own, with retries and a time limit of its own,
/// that is sent when the page is asked for. An error ends the stream. A service that sends a position twice, and a link to another
/// origin or path, are errors of the kind [`ErrorKind::Pagination`].
pub struct Pages<'c, T, E> {
    calls: PageCalls<'c>,
    types: PhantomData<fn() -> (T, E)>,
}

impl<T: ReadResponse, E: ReadResponse> Pages<'_, T, E> {
    /// Returns the next page; `None` after the last one.
    pub async fn next(&mut self) -> Option<Result<Response<T>, Error<E>>> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

impl<T: ReadResponse, E: ReadResponse> Stream for Pages<'_, T, E> {
    type Item = Result<Response<T>, Error<E>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let page = ready!(self.calls.poll_next(context)).map(read);
        if let Some(Err(_)) = page {
            self.calls.state = State::End;
        }
        Poll::Ready(page)
    }
}

impl<T, E> fmt::Debug for Pages<'_, T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pages(..)")
    }
}

/// The items of all pages of an operation. See [`Pages`].
pub struct PageItems<'c, T, E> {
    calls: PageCalls<'c>,
    items: VecDeque<T>,
    types: PhantomData<fn() -> E>,
}

impl<T, E> Unpin for PageItems<'_, T, E> {}

impl<T: Json, E: ReadResponse> PageItems<'_, T, E> {
    /// Returns the next item; `None` after the last one.
    pub async fn next(&mut self) -> Option<Result<T, Error<E>>> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

impl<T: Json, E: ReadResponse> Stream for PageItems<'_, T, E> {
    type Item = Result<T, Error<E>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(item) = self.items.pop_front() {
                return Poll::Ready(Some(Ok(item)));
            }
            let Some(outcome) = ready!(self.calls.poll_next(context)) else { return Poll::Ready(None) };
            match items(outcome, self.calls.paging.items) {
                Ok(items) => self.items = items,
                Err(error) => {
                    self.calls.state = State::End;
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
    }
}

impl<T, E> fmt::Debug for PageItems<'_, T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PageItems(..)")
    }
}

/// The items of a page.
fn items<T: Json, E: ReadResponse>(outcome: CallOutcome, pointer: &str) -> Result<VecDeque<T>, Error<E>> {
    let (operation, raw) = outcome?;
    if !raw.success {
        return Err(refused(operation, raw));
    }
    let items = parsed(&raw).and_then(|tree| match at(tree.root(), pointer) {
        None | Some(Value::Null) => Ok(VecDeque::new()),
        Some(Value::Array(items)) => items.iter().map(|item| T::read(&item)).collect::<Read<VecDeque<T>>>(),
        Some(_) => Err(Mismatch::new("an array of items", "another value")),
    });
    items.map_err(|mismatch| {
        let failure = Failure::new(ErrorKind::Decode, operation, "the items of the page do not match the document");
        failure.source(mismatch).with_response(&raw.head, raw.body()).into()
    })
}

impl<'c> Request<'c> {
    /// Sends the request for each page.
    pub fn pages<T, E>(self, paging: &'static Paging) -> Pages<'c, T, E> {
        Pages { calls: PageCalls::new(self, paging), types: PhantomData }
    }

    /// Sends the request for each page, and returns the items of all of them.
    pub fn page_items<T, E>(self, paging: &'static Paging) -> PageItems<'c, T, E> {
        PageItems { calls: PageCalls::new(self, paging), items: VecDeque::new(), types: PhantomData }
    }
}

/// The calls for the pages, before their responses get their type.
struct PageCalls<'c> {
    /// The request for the next page.
    request: Request<'c>,
    paging: &'static Paging,
    /// The number of the current page, or of the items before it; `None` before the first page.
    position: Option<i64>,
    /// The number of items so far; `None` if the caller began after the first one.
    received: Option<i64>,
    /// Whether there was a page.
    has_begun: bool,
    /// Hashes of the tokens and links so far.
    seen: HashSet<u64>,
    hasher: RandomState,
    state: State<'c>,
}

enum State<'c> {
    Begin,
    Calling(BoxFuture<'c, CallOutcome>),
    Failed(Failure),
    End,
}

impl<'c> PageCalls<'c> {
    fn new(request: Request<'c>, paging: &'static Paging) -> Self {
        let (seen, hasher) = (HashSet::new(), RandomState::new());
        Self { request, paging, position: None, received: Some(0), has_begun: false, seen, hasher, state: State::Begin }
    }

    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<CallOutcome>> {
        loop {
            match &mut self.state {
                State::Begin => {
                    self.state = match self.request.repeated() {
                        Some(request) => State::Calling(perform(request)),
                        None => {
                            let message = "pages need a body that can be sent again: use `RequestBody::repeatable`";
                            State::Failed(Failure::new(ErrorKind::Request, self.request.0.operation, message))
                        }
                    }
                }
                State::Calling(call) => {
                    let outcome = ready!(call.as_mut().poll(context));
                    self.state = match &outcome {
                        Ok((operation, raw)) if raw.success => self.following(operation, raw),
                        _ => State::End,
                    };
                    let status = match &outcome {
                        Ok((_, raw)) => Some(raw.head.status),
                        Err(failure) => failure.status(),
                    };
                    if self.paging.end.not_found && self.has_begun && status == Some(StatusCode::NOT_FOUND) {
                        return Poll::Ready(None);
                    }
                    self.has_begun = true;
                    return Poll::Ready(Some(outcome));
                }
                State::Failed(_) | State::End => {
                    return Poll::Ready(match mem::replace(&mut self.state, State::End) {
                        State::Failed(failure) => Some(Err(failure)),
                        _ => None,
                    });
                }
            }
        }
    }

    /// The state after a page.
    fn following(&mut self, operation: &'static Operation, raw: &RawResponse) -> State<'c> {
        match self.advance(raw) {
            Ok(true) => State::Begin,
            Ok(false) => State::End,
            Err(message) => State::Failed(
                Failure::new(ErrorKind::Pagination, operation, message).with_response(&raw.head, raw.body()),
            ),
        }
    }

    /// Changes the request to that of the next page. Returns whether there is one.
    fn advance(&mut self, raw: &RawResponse) -> Result<bool, &'static str> {
        let said = Said::by(&self.paging.end, raw);
        if said.more == Some(false) {
            return Ok(false);
        }
        match &self.paging.next {
            NextPage::Token { from, into } => {
                let Some(token) = parsed(raw).ok().and_then(|tree| token(at(tree.root(), from)?)) else {
                    return Ok(false);
                };
                self.is_new(&token.to_string())?;
                self.put(into, token)?;
                Ok(true)
            }
            NextPage::Page { into, first } => self.next_number(raw, into, *first, &said),
            NextPage::Offset { into } => self.next_offset(raw, into, &said),
            NextPage::Link => {
                let headers = raw.head.headers.get_all(LINK).iter().filter_map(|value| value.to_str().ok());
                headers.filter_map(next_link).next().map_or(Ok(false), |target| self.follow(target))
            }
            NextPage::Url(from) => match parsed(raw).ok().and_then(|tree| token(at(tree.root(), from)?)) {
                None => Ok(false),
                Some(serde_json::Value::String(target)) => self.follow(&target),
                Some(_) => Err("the position of the next page is not a URL"),
            },
        }
    }

    /// Counts the pages, up to the last one.
    fn next_number(&mut self, raw: &RawResponse, into: &Cursor, first: i64, said: &Said) -> Result<bool, &'static str> {
        let count = self.count(raw);
        let number = self.begin(into, first);
        let received = self.received.map(|received| received.saturating_add(count));
        self.received = received;
        let pages_so_far = number.saturating_sub(first).saturating_add(1);
        let is_last = said.page_count.is_some_and(|pages| pages_so_far >= pages)
            || said.total.zip(received).is_some_and(|(total, received)| received >= total)
            || self.is_short(count)
            || (count == 0 && said.more.is_none());
        if is_last { Ok(false) } else { self.move_to(number.checked_add(1), into) }
    }

    /// Counts the items, up to the last one.
    fn next_offset(&mut self, raw: &RawResponse, into: &Cursor, said: &Said) -> Result<bool, &'static str> {
        let count = self.count(raw);
        let next = self.begin(into, 0).checked_add(count);
        if said.total.zip(next).is_some_and(|(total, next)| next >= total) || self.is_short(count) {
            return Ok(false);
        }
        match (count, said.more) {
            (0, None) => Ok(false),
            (0, Some(_)) => Err("a page has no items, but the service says that there are more"),
            _ => self.move_to(next, into),
        }
    }

    /// The number of items of a page.
    fn count(&self, raw: &RawResponse) -> i64 {
        match parsed(raw).ok().as_ref().and_then(|tree| at(tree.root(), self.paging.items)) {
            Some(Value::Array(items)) => i64::try_from(items.iter().count()).unwrap_or(i64::MAX),
            _ => 0,
        }
    }

    /// The position of the page.
    fn begin(&mut self, into: &Cursor, first: i64) -> i64 {
        if let Some(position) = self.position {
            return position;
        }
        let position = self.given(into).unwrap_or(first);
        if position != first {
            self.received = None;
        }
        position
    }

    /// Whether a page has fewer items than a page has.
    fn is_short(&self, count: i64) -> bool {
        let size = match &self.paging.end.size {
            None => None,
            Some(PageSize::Fixed(size)) => i64::try_from(*size).ok(),
            Some(PageSize::Asked { by, default }) => {
                self.given(by).or_else(|| default.and_then(|size| i64::try_from(size).ok()))
            }
        };
        size.is_some_and(|size| count < size)
    }

    fn move_to(&mut self, next: Option<i64>, into: &Cursor) -> Result<bool, &'static str> {
        let next = next.ok_or("the number of the next page is too large")?;
        self.position = Some(next);
        self.put(into, next.into())?;
        Ok(true)
    }

    /// A number that the caller gave.
    fn given(&self, into: &Cursor) -> Option<i64> {
        match into {
            Cursor::Query(name) => self.request.query_value(name)?.parse().ok(),
            Cursor::Body(pointer) => self.body().ok()?.pointer(pointer)?.as_i64(),
        }
    }

    /// Takes the query of the URL of the next page, which must have the origin and the path of the request.
    fn follow(&mut self, target: &str) -> Result<bool, &'static str> {
        self.is_new(target)?;
        let url = self.request.url()?;
        let next = url.join(target).map_err(|_| "the link to the next page is not a URL")?;
        if next.origin() != url.origin() || next.path() != url.path() || !next.username().is_empty() {
            return Err("the link to the next page is to another origin or path, which is not followed");
        }
        self.request.replace_query(next.query().unwrap_or_default());
        Ok(true)
    }

    /// Fails for a token or link that was there before: the pages would not end.
    fn is_new(&mut self, token: &str) -> Result<(), &'static str> {
        match self.seen.insert(self.hasher.hash_one(token)) {
            true => Ok(()),
            false => Err("the service sent the position of a page twice, so the pages would not end"),
        }
    }

    /// Sets the position of the next page.
    fn put(&mut self, into: &Cursor, value: serde_json::Value) -> Result<(), &'static str> {
        match into {
            Cursor::Query(name) => match &value {
                serde_json::Value::String(text) => self.request.query(name, FORM, text.as_str()),
                other => self.request.query(name, FORM, other.to_string().as_str()),
            },
            Cursor::Body(pointer) => {
                let mut body = self.body()?;
                set_at(&mut body, pointer, value).ok_or("the request body has no place for the position of a page")?;
                self.request.replace_json(&body);
            }
        }
        Ok(())
    }

    fn body(&self) -> Result<serde_json::Value, &'static str> {
        match self.request.0.body.as_bytes() {
            Some([]) => Ok(serde_json::Value::Object(serde_json::Map::new())),
            Some(bytes) => serde_json::from_slice(bytes).map_err(|_| NOT_JSON),
            None => Err(NOT_JSON),
        }
    }
}

const NOT_JSON: &str = "the position of a page is a part of the request body, which is not JSON";

/// A token that refers to a page; `None` if it says that there is none.
fn token(value: Value<'_>) -> Option<serde_json::Value> {
    match value.to_any() {
        serde_json::Value::Null | serde_json::Value::Bool(false) => None,
        serde_json::Value::String(text) if text.is_empty() => None,
        serde_json::Value::Object(members) if members.is_empty() => None,
        token => Some(token),
    }
}
