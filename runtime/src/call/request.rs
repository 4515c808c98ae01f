//! A request as generated code builds it.

use crate::client::core::Core;
use crate::contract::api::Operation;
use crate::credential::kinds::AnyCredential;
use crate::json::{BorrowedParam, Param, Value, json_text, json_tree};
use crate::random::random_uuid;
use crate::request::body::RequestBody;
use crate::request::draft::{Draft, Pair, is_connection, set_header};
use crate::request::media_body::MediaBody;
use crate::request::multipart::{FORM_DATA, Multipart, MultipartFormat};
use crate::request::params;
use crate::request::params::Style;
use crate::request::percent;
use crate::request::retry::Retry;
use crate::response::error::{ErrorKind, Failure};
use http::Method;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use std::fmt;
use std::time::Duration;
use url::Url;

/// A request that is being built. A value that can't be sent is recorded, and is the error when the request is sent or built.
///
/// A parameter or body that is set again replaces the previous value. The data is boxed, since setters move the request.
pub struct Request<'c>(pub(crate) Box<RequestData<'c>>);

pub(crate) struct RequestData<'c> {
    pub(crate) core: &'c Core,
    pub(crate) operation: &'static Operation,
    pub(crate) draft: Draft,
    pub(crate) body: RequestBody,
    pub(crate) timeout: Option<Duration>,
    /// The retry policy of this call.
    pub(crate) retry: Option<Retry>,
    /// The credential of `send_with`, in place of the client's.
    pub(crate) own: Option<AnyCredential>,
    /// Whether the body of a success is returned as a stream, whatever the document describes.
    pub(crate) raw: bool,
    query: Vec<Owned>,
    cookies: Vec<Owned>,
    failures: Vec<(RequestPart, String)>,
}

/// An encoded pair of the query or of the cookies, with its parameter; `None` for a pair of the application.
#[derive(Clone)]
struct Owned {
    parameter: Option<&'static str>,
    pair: Pair,
}

/// A part of a request that can be set again.
#[derive(Clone, Copy, PartialEq, Eq)]
enum RequestPart {
    Path,
    Query(&'static str),
    Header(&'static str),
    Cookie(&'static str),
    Body,
    /// A header or query parameter of the application.
    Own,
}

impl fmt::Display for RequestPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path => f.write_str("the path"),
            Self::Query(name) => write!(f, "the query parameter `{name}`"),
            Self::Header(name) => write!(f, "the header parameter `{name}`"),
            Self::Cookie(name) => write!(f, "the cookie parameter `{name}`"),
            Self::Body => f.write_str("the body"),
            Self::Own => f.write_str("the call"),
        }
    }
}

impl<'c> Request<'c> {
    /// Creates a request for an operation.
    pub fn new(core: &'c Core, operation: &'static Operation) -> Self {
        let draft = Draft {
            method: Method::from_bytes(operation.method.as_bytes()).unwrap_or(Method::GET),
            path: String::with_capacity(operation.path.len() + 32),
            query: Vec::new(),
            headers: HeaderMap::new(),
            cookies: Vec::new(),
        };
        Self(Box::new(RequestData {
            core,
            operation,
            draft,
            body: RequestBody::default(),
            timeout: None,
            retry: None,
            own: None,
            raw: false,
            query: Vec::new(),
            cookies: Vec::new(),
            failures: Vec::new(),
        }))
    }

    /// The same request, to be sent once more; `None` if its body is a stream that can be read once.
    pub(crate) fn repeated(&self) -> Option<Self> {
        let data = &*self.0;
        Some(Self(Box::new(RequestData {
            core: data.core,
            operation: data.operation,
            draft: data.draft.clone(),
            body: data.body.again()?,
            timeout: data.timeout,
            retry: data.retry.clone(),
            own: data.own.clone(),
            raw: data.raw,
            query: data.query.clone(),
            cookies: data.cookies.clone(),
            failures: data.failures.clone(),
        })))
    }

    /// The decoded value of a query parameter that was set.
    pub(crate) fn query_value(&self, parameter: &str) -> Option<String> {
        let is_own =
            |owned: &&Owned| owned.parameter == Some(parameter) || owned.pair.0 == percent::encode(parameter, false);
        self.0.query.iter().find(is_own).map(|owned| percent::decoded(&owned.pair.1))
    }

    /// Replaces the query by that of a URL, without the parameters that carry a credential.
    pub(crate) fn replace_query(&mut self, query: &str) {
        let api = self.0.core.api();
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        let others = pairs.filter(|(name, _)| !api.is_credential_query(&percent::decoded(name)));
        let owned = |(name, value): (&str, &str)| Owned { parameter: None, pair: (name.to_owned(), value.to_owned()) };
        self.0.query = others.map(owned).collect();
        if let Some((path, _)) = self.0.draft.path.split_once('?') {
            self.0.draft.path = path.to_owned();
        }
    }

    /// Replaces the JSON body, and keeps its media type.
    pub(crate) fn replace_json(&mut self, value: &serde_json::Value) {
        let media = self.0.draft.headers.get(CONTENT_TYPE).cloned();
        self.json_of(value);
        if let Some(media) = media {
            self.0.draft.headers.insert(CONTENT_TYPE, media);
        }
    }

    /// Its URL without the query parameters of the call.
    pub(crate) fn url(&self) -> Result<Url, &'static str> {
        self.0.core.url(&self.0.draft.path, &[])
    }

    /// Appends fixed text of the path template.
    pub fn path_text(&mut self, text: &'static str) {
        self.0.draft.path.push_str(&percent::path_text(text));
    }

    /// Appends a path parameter.
    pub fn path_param<T: Param + ?Sized>(&mut self, name: &'static str, style: Style, value: &T) {
        match with(value, |value| params::path(name, style, value)) {
            Ok(Ok(text)) => self.0.draft.path.push_str(&text),
            Ok(Err(why)) => self.failed(RequestPart::Path, format!("the path parameter `{name}` {why}")),
            Err(why) => self.failed(RequestPart::Path, format!("the path parameter `{name}` can't be written: {why}")),
        }
    }

    /// Appends a greedy path parameter (`{proxy+}`). Its slashes are kept, and the text after a `?` is a query string.
    pub fn path_greedy<T: Param + ?Sized>(&mut self, name: &'static str, value: &T) {
        match with(value, params::path_greedy) {
            Ok(Ok((path, query))) => {
                self.0.draft.path.push_str(&path);
                for (name, value) in query {
                    self.own_pair(&percent::decoded(&name), (name, value));
                }
            }
            Ok(Err(why)) => self.failed(RequestPart::Path, format!("the path parameter `{name}` {why}")),
            Err(why) => self.failed(RequestPart::Path, format!("the path parameter `{name}` can't be written: {why}")),
        }
    }

    /// Sets a query parameter.
    pub fn query<T: Param + ?Sized>(&mut self, name: &'static str, style: Style, value: &T) {
        self.again(RequestPart::Query(name));
        match with(value, |value| params::query(name, style, value)) {
            Ok(pairs) => replace(&mut self.0.query, name, pairs),
            Err(why) => self.unwritten(RequestPart::Query(name), why),
        }
    }

    /// Sets a header parameter.
    pub fn header<T: Param + ?Sized>(&mut self, name: &'static str, style: Style, value: &T) {
        let part = RequestPart::Header(name);
        self.again(part);
        let text = match with(value, |value| params::header(style, value)) {
            Ok(text) => text,
            Err(why) => return self.unwritten(part, why),
        };
        let header = match HeaderName::from_bytes(name.as_bytes()) {
            // The length follows from the body.
            Ok(header) if header == http::header::CONTENT_LENGTH => return,
            Ok(header) if is_connection(&header) => {
                return self.unfit(part, "is controlled by the connection and can't be set");
            }
            Ok(header) => header,
            Err(_) => return self.unfit(part, "has a name that is not valid in HTTP"),
        };
        match text.as_deref().map(HeaderValue::from_str) {
            None => drop(self.0.draft.headers.remove(header)),
            Some(Ok(value)) => drop(self.0.draft.headers.insert(header, value)),
            Some(Err(_)) => self.unfit(part, "has a character that is not valid in a header, such as a line break"),
        }
    }

    /// Sets a cookie parameter.
    pub fn cookie<T: Param + ?Sized>(&mut self, name: &'static str, style: Style, value: &T) {
        self.again(RequestPart::Cookie(name));
        match with(value, |value| params::cookie(name, style, value)) {
            Ok(pairs) => replace(&mut self.0.cookies, name, pairs),
            Err(why) => self.unwritten(RequestPart::Cookie(name), why),
        }
    }

    /// Sets the method of an operation that accepts any method.
    pub fn any_method(&mut self, method: Method) {
        self.0.draft.method = method;
    }

    /// Sets a JSON body.
    pub fn json<T: Param + ?Sized>(&mut self, media: &'static str, value: &T) {
        let text = json_text(&BorrowedParam(value)).map_err(|why| format!("the body can't be written: {why}"));
        self.put(media, text.map(RequestBody::from));
    }

    /// Sets a JSON body that the document does not describe.
    pub fn json_of<T: Serialize + ?Sized>(&mut self, value: &T) {
        // The message of serde can contain the value.
        let text = serde_json::to_vec(value).map_err(|_| "the body can't be written as JSON".to_owned());
        self.put("application/json", text.map(RequestBody::from));
    }

    /// Sets a form (`application/x-www-form-urlencoded`) of the members of an object. `styles` has the members that are encoded in
    /// a style of their own.
    pub fn form<T: Param + ?Sized>(&mut self, media: &'static str, styles: &[(&str, Style)], value: &T) {
        let form = json_tree(&BorrowedParam(value))
            .and_then(|tree| params::form(tree.root(), styles).ok_or("a form needs an object"));
        self.put(media, form.map(RequestBody::from).map_err(|why| format!("the body can't be written: {why}")));
    }

    /// Sets a text body.
    pub fn text(&mut self, media: &'static str, text: String) {
        self.put(media, Ok(text.into()));
    }

    /// Sets a body of bytes or a stream.
    pub fn bytes(&mut self, media: &str, body: impl Into<RequestBody>) {
        self.put(media, Ok(body.into()));
    }

    /// Sets a body whose media type the caller named, which is in a range.
    pub fn media(&mut self, range: &'static str, body: MediaBody) {
        match body.in_range(range) {
            Ok((media, body)) => self.put(&media, Ok(body)),
            Err(why) => self.put(range, Err(why)),
        }
    }

    /// Sets a multipart body.
    pub fn multipart(&mut self, format: MultipartFormat, body: Multipart) {
        match body.finish(format) {
            Ok((media, body)) => self.put(&media, Ok(body)),
            Err(why) => self.put(format.media_type, Err(why)),
        }
    }

    /// Sets a multipart form with a part for each member of an object.
    pub fn multipart_of<T: Param + ?Sized>(&mut self, value: &T) {
        match Multipart::of_members(value) {
            Ok(body) => self.multipart(FORM_DATA, body),
            Err(why) => self.put(FORM_DATA.media_type, Err(format!("the body can't be written: {why}"))),
        }
    }

    /// Sets the idempotency key of the call, in place of a random one.
    pub fn idempotency_key(&mut self, key: &str) {
        if let Some(name) = self.0.operation.idempotency {
            self.header(name, params::SIMPLE, key);
        }
    }

    /// Sets a header of the application.
    pub fn own_header(&mut self, name: &str, value: &str) {
        if let Err(why) = set_header(self.0.core.api(), &mut self.0.draft, name, value) {
            self.failed(RequestPart::Own, why);
        }
    }

    /// Adds a query parameter of the application.
    pub fn own_query(&mut self, name: &str, value: &str) {
        self.own_pair(name, (percent::encode(name, false), percent::encode(value, false)));
    }

    /// Sets the time limit of this call.
    pub fn timeout(&mut self, timeout: Duration) {
        self.0.timeout = Some(timeout);
    }

    /// Sets the retry policy of this call.
    pub fn retry(&mut self, retry: Retry) {
        self.0.retry = Some(retry);
    }

    /// Sets the credential of this call, in place of the client's.
    pub fn credential(&mut self, credential: AnyCredential) {
        self.0.own = Some(credential);
    }

    /// Adds a query pair without a parameter. `name` is decoded.
    fn own_pair(&mut self, name: &str, pair: Pair) {
        if self.0.core.api().is_credential_query(name) {
            let why =
                "carries a credential: give it to the client's builder, or use `send_with` on a `dangerous()` client";
            return self.failed(RequestPart::Own, format!("the query parameter `{name}` {why}"));
        }
        self.0.query.push(Owned { parameter: None, pair });
    }

    fn put(&mut self, media: &str, body: Result<RequestBody, String>) {
        self.again(RequestPart::Body);
        match (HeaderValue::from_str(media), body) {
            (Ok(media), Ok(body)) => {
                self.0.draft.headers.insert(CONTENT_TYPE, media);
                self.0.body = body;
            }
            (Err(_), _) => self.failed(RequestPart::Body, "the body's media type is not a header value".to_owned()),
            (_, Err(why)) => self.failed(RequestPart::Body, why),
        }
    }

    /// Removes the error of a part that is set again.
    fn again(&mut self, part: RequestPart) {
        if !self.0.failures.is_empty() {
            self.0.failures.retain(|(failed, _)| *failed != part);
        }
    }

    fn unfit(&mut self, part: RequestPart, why: &str) {
        self.failed(part, format!("{part} {why}"));
    }

    fn unwritten(&mut self, part: RequestPart, why: &str) {
        self.failed(part, format!("{part} can't be written: {why}"));
    }

    fn failed(&mut self, part: RequestPart, message: String) {
        self.0.failures.push((part, message));
    }

    /// Completes the draft.
    ///
    /// # Errors
    /// Returns the first value that can't be sent.
    pub(crate) fn finish(&mut self) -> Result<(), Failure> {
        let inner = &mut *self.0;
        if percent::has_dot_segment(&inner.draft.path) {
            let message = "a path parameter makes a segment `.` or `..`, which would be another path: change its value";
            inner.failures.push((RequestPart::Path, message.to_owned()));
        }
        if !inner.failures.is_empty() {
            return Err(Failure::new(ErrorKind::Request, inner.operation, inner.failures.swap_remove(0).1));
        }
        if let Some(name) = inner.operation.idempotency
            && let (Ok(name), Ok(key)) =
                (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(&random_uuid()))
        {
            inner.draft.headers.entry(name).or_insert(key);
        }
        let pairs = |owned: &mut Vec<Owned>| std::mem::take(owned).into_iter().map(|owned| owned.pair).collect();
        inner.draft.query = pairs(&mut inner.query);
        inner.draft.cookies = pairs(&mut inner.cookies);
        Ok(())
    }
}

/// Replaces the pairs of a parameter.
fn replace(all: &mut Vec<Owned>, parameter: &'static str, pairs: Vec<Pair>) {
    let parameter = Some(parameter);
    all.retain(|owned| owned.parameter != parameter);
    all.extend(pairs.into_iter().map(|pair| Owned { parameter, pair }));
}

/// Calls `then` with the value of a parameter. A text is borrowed; other values are written into a tree first.
///
/// # Errors
/// Returns why the value can't be written.
fn with<T: Param + ?Sized, R>(value: &T, then: impl FnOnce(Value<'_>) -> R) -> Result<R, &'static str> {
    match value.as_text() {
        Some(text) => Ok(then(Value::String(text))),
        None => json_tree(&BorrowedParam(value)).map(|tree| then(tree.root())),
    }
}

impl fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("operation", &self.0.operation.name)
            .field("method", &self.0.draft.method)
            .field("path", &self.0.operation.path)
            .finish_non_exhaustive()
    }
}
