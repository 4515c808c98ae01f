//! A request as generated code puts it together.

use crate::api::Operation;
use crate::body::{Multipart, RequestBody};
use crate::client::Core;
use crate::credentials::AnyCredential;
use crate::draft::{Draft, is_connection, set_header};
use crate::error::{ErrorKind, Failure};
use crate::json::{Lent, Param, Value, json_text, tree};
use crate::params::{self, Style};
use crate::retry::Retry;
use http::Method;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use std::fmt;
use std::time::Duration;

/// A request that is being put together. What doesn't fit is remembered, and comes out when it is sent or built.
///
/// It is one pointer, since it is handed on from setter to setter and into the call.
pub struct Request<'c>(pub(crate) Box<Inner<'c>>);

pub(crate) struct Inner<'c> {
    pub(crate) core: &'c Core,
    pub(crate) operation: &'static Operation,
    pub(crate) draft: Draft,
    pub(crate) body: RequestBody,
    pub(crate) timeout: Option<Duration>,
    /// Another policy than the client's.
    pub(crate) retry: Option<Retry>,
    /// The caller's own credential, in place of what the client holds.
    pub(crate) own: Option<AnyCredential>,
    failure: Option<String>,
}

impl<'c> Request<'c> {
    /// A request for an operation.
    pub fn new(core: &'c Core, operation: &'static Operation) -> Self {
        let draft = Draft {
            method: Method::from_bytes(operation.method.as_bytes()).unwrap_or(Method::GET),
            path: String::with_capacity(operation.path.len() + 32),
            query: Vec::new(),
            headers: HeaderMap::new(),
            cookies: Vec::new(),
        };
        let body = RequestBody::default();
        Self(Box::new(Inner { core, operation, draft, body, timeout: None, retry: None, own: None, failure: None }))
    }

    /// Fixed text of the path.
    pub fn path_text(&mut self, text: &'static str) {
        self.0.draft.path.push_str(&params::path_text(text));
    }

    /// A path parameter.
    pub fn path_param<T: Param + ?Sized>(&mut self, name: &'static str, style: Style, value: &T) {
        match with(value, |value| params::path(name, style, value)) {
            Ok(Ok(text)) => self.0.draft.path.push_str(&text),
            Ok(Err(why)) => self.fail("path parameter", name, why),
            Err(why) => self.unwritten("path parameter", name, why),
        }
    }

    /// A greedy path parameter (`{proxy+}`), whose slashes stay.
    pub fn path_greedy<T: Param + ?Sized>(&mut self, name: &'static str, value: &T) {
        match with(value, params::path_greedy) {
            Ok(Ok(text)) => self.0.draft.path.push_str(&text),
            Ok(Err(why)) => self.fail("path parameter", name, why),
            Err(why) => self.unwritten("path parameter", name, why),
        }
    }

    /// A query parameter.
    pub fn query<T: Param + ?Sized>(&mut self, name: &'static str, style: Style, value: &T) {
        match with(value, |value| params::query(name, style, value)) {
            Ok(pairs) => self.0.draft.query.extend(pairs),
            Err(why) => self.unwritten("query parameter", name, why),
        }
    }

    /// A header parameter.
    pub fn header<T: Param + ?Sized>(&mut self, name: &'static str, style: Style, value: &T) {
        let text = match with(value, |value| params::header(style, value)) {
            Ok(Some(text)) => text,
            Ok(None) => return,
            Err(why) => return self.unwritten("header parameter", name, why),
        };
        match (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(&text)) {
            // The length is counted from the body.
            (Ok(name), _) if name == http::header::CONTENT_LENGTH => {}
            (Ok(header), _) if is_connection(&header) => {
                self.fail("header parameter", name, "belongs to the connection and can't be set");
            }
            (Ok(name), Ok(value)) => {
                self.0.draft.headers.insert(name, value);
            }
            (Ok(_), Err(_)) => self.fail("header parameter", name, "holds a character that no header may hold"),
            (Err(_), _) => self.fail("header parameter", name, "has a name that no header may have"),
        }
    }

    /// A cookie parameter.
    pub fn cookie<T: Param + ?Sized>(&mut self, name: &'static str, style: Style, value: &T) {
        match with(value, |value| params::cookie(name, style, value)) {
            Ok(pairs) => self.0.draft.cookies.extend(pairs),
            Err(why) => self.unwritten("cookie parameter", name, why),
        }
    }

    /// The method of an operation that takes any.
    pub fn any_method(&mut self, method: Method) {
        self.0.draft.method = method;
    }

    /// A JSON body.
    pub fn json<T: Param + ?Sized>(&mut self, media: &'static str, value: &T) {
        self.put_json(media, json_text(&Lent(value)));
    }

    /// A form (`application/x-www-form-urlencoded`): the members of an object.
    pub fn form<T: Param + ?Sized>(&mut self, media: &'static str, value: &T) {
        let form = tree(&Lent(value)).and_then(|tree| params::form(tree.root()).ok_or("a form is made of an object"));
        match form {
            Ok(text) => self.put(media, text.into()),
            Err(why) => self.failed(format!("the body can't be written: {why}")),
        }
    }

    /// A text body.
    pub fn text(&mut self, media: &'static str, text: String) {
        self.put(media, text.into());
    }

    /// A body of bytes, at once or streamed.
    pub fn bytes(&mut self, media: &'static str, body: impl Into<RequestBody>) {
        self.put(media, body.into());
    }

    /// A form in parts.
    pub fn multipart(&mut self, form: Multipart) {
        match form.finish() {
            Ok((media, body)) => self.put(&media, body),
            Err(why) => self.failed(why),
        }
    }

    /// A header of the caller's own.
    pub(crate) fn own_header(&mut self, name: &str, value: &str) {
        if let Err(why) = set_header(self.0.core.api(), &mut self.0.draft, name, value) {
            self.failed(why);
        }
    }

    fn put_json(&mut self, media: &str, text: Result<Vec<u8>, &'static str>) {
        match text {
            Ok(text) => self.put(media, text.into()),
            Err(why) => self.failed(format!("the body can't be written: {why}")),
        }
    }

    fn put(&mut self, media: &str, body: RequestBody) {
        match HeaderValue::from_str(media) {
            Ok(media) => {
                self.0.draft.headers.insert(CONTENT_TYPE, media);
                self.0.body = body;
            }
            Err(_) => self.failed("the body's media type is no header value".to_owned()),
        }
    }

    fn fail(&mut self, what: &str, name: &str, why: &str) {
        self.failed(format!("the {what} `{name}` {why}"));
    }

    fn unwritten(&mut self, what: &str, name: &str, why: &str) {
        self.failed(format!("the {what} `{name}` can't be written: {why}"));
    }

    fn failed(&mut self, message: String) {
        self.0.failure.get_or_insert(message);
    }

    /// What didn't fit, if anything.
    pub(crate) fn take_failure(&mut self) -> Option<Failure> {
        if self.0.failure.is_none() && params::has_dot_segment(&self.0.draft.path) {
            self.failed(
                "a path parameter makes a segment `.` or `..`, and the path would address something else".to_owned(),
            );
        }
        self.0.failure.take().map(|message| Failure::new(ErrorKind::Request, self.0.operation, message))
    }
}

/// Does something with the value of a parameter. A text is lent as it is; all else is written into a tree first.
///
/// # Errors
/// Why the value can't be written.
fn with<T: Param + ?Sized, R>(value: &T, then: impl FnOnce(Value<'_>) -> R) -> Result<R, &'static str> {
    match value.as_text() {
        Some(text) => Ok(then(Value::String(text))),
        None => tree(&Lent(value)).map(|tree| then(tree.root())),
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
