//! A call as it is put together, and as it is sent.

use crate::answer::{Answer, Response};
use crate::api::{Content, Operation};
use crate::body::{Multipart, RequestBody};
use crate::client::Core;
use crate::credentials::AnyCredential;
use crate::error::{Error, ErrorKind, Failure};
use crate::hooks::set_header;
use crate::json::{Param, json_text};
use crate::params::{self, Style};
use crate::retry::Retry;
use crate::token::BoxFuture;
use crate::transport::{self, Outcome};
use bytes::Bytes;
use http::Method;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use std::fmt;
use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// A request that is being put together. What doesn't fit is remembered, and comes out when it is sent or built.
pub struct Request<'c> {
    pub(crate) core: &'c Core,
    pub(crate) operation: &'static Operation,
    pub(crate) draft: Draft,
    pub(crate) body: RequestBody,
    pub(crate) timeout: Option<Duration>,
    pub(crate) retry: Option<Retry>,
    failure: Option<String>,
}

/// All of a request but its body, in parts that credentials can be put on.
#[derive(Clone)]
pub(crate) struct Draft {
    pub(crate) method: Method,
    /// Encoded; a query that the document writes into the path is part of it.
    pub(crate) path: String,
    /// Encoded pairs.
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    /// Encoded pairs.
    pub(crate) cookies: Vec<(String, String)>,
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
        Self { core, operation, draft, body: RequestBody::default(), timeout: None, retry: None, failure: None }
    }

    /// Fixed text of the path.
    pub fn path_text(&mut self, text: &'static str) {
        self.draft.path.push_str(&params::path_text(text));
    }

    /// A path parameter.
    pub fn path_param<T: Param + ?Sized>(&mut self, name: &'static str, style: Style, value: &T) {
        match params::path(name, style, &value.to_value()) {
            Ok(text) => self.draft.path.push_str(&text),
            Err(why) => self.fail("path parameter", name, why),
        }
    }

    /// A greedy path parameter (`{proxy+}`), whose slashes stay.
    pub fn path_greedy<T: Param + ?Sized>(&mut self, name: &'static str, value: &T) {
        match params::path_greedy(&value.to_value()) {
            Ok(text) => self.draft.path.push_str(&text),
            Err(why) => self.fail("path parameter", name, why),
        }
    }

    /// A query parameter.
    pub fn query<T: Param + ?Sized>(&mut self, name: &'static str, style: Style, value: &T) {
        self.draft.query.extend(params::query(name, style, &value.to_value()));
    }

    /// A header parameter.
    pub fn header<T: Param + ?Sized>(&mut self, name: &'static str, style: Style, value: &T) {
        let Some(text) = params::header(style, &value.to_value()) else {
            return;
        };
        match (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(&text)) {
            // The length is counted from the body.
            (Ok(name), _) if name == http::header::CONTENT_LENGTH => {}
            (Ok(header), _) if is_connection(&header) => {
                self.fail("header parameter", name, "belongs to the connection and can't be set");
            }
            (Ok(name), Ok(value)) => {
                self.draft.headers.insert(name, value);
            }
            (Ok(_), Err(_)) => self.fail("header parameter", name, "holds a character that no header may hold"),
            (Err(_), _) => self.fail("header parameter", name, "has a name that no header may have"),
        }
    }

    /// A cookie parameter.
    pub fn cookie<T: Param + ?Sized>(&mut self, name: &'static str, style: Style, value: &T) {
        self.draft.cookies.extend(params::cookie(name, style, &value.to_value()));
    }

    /// The method of an operation that takes any.
    pub fn any_method(&mut self, method: Method) {
        self.draft.method = method;
    }

    /// A JSON body.
    pub fn json<T: Param + ?Sized>(&mut self, media: &'static str, value: &T) {
        match json_text(|out| value.write_to(out)) {
            Ok(text) => self.put(media, text.into()),
            Err(why) => self.failed(format!("the body can't be written: {why}")),
        }
    }

    /// A form (`application/x-www-form-urlencoded`): the members of an object.
    pub fn form<T: Param + ?Sized>(&mut self, media: &'static str, value: &T) {
        match params::form(&value.to_value()) {
            Some(text) => self.put(media, text.into()),
            None => self.failed("the body can't be written: a form is made of an object".to_owned()),
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
    fn own_header(&mut self, name: &str, value: &str) {
        if let Err(why) = set_header(self.core, &mut self.draft, name, value) {
            self.failed(why);
        }
    }

    fn put(&mut self, media: &str, body: RequestBody) {
        match HeaderValue::from_str(media) {
            Ok(media) => {
                self.draft.headers.insert(CONTENT_TYPE, media);
                self.body = body;
            }
            Err(_) => self.failed("the body's media type is no header value".to_owned()),
        }
    }

    fn fail(&mut self, what: &str, name: &str, why: &str) {
        self.failed(format!("the {what} `{name}` {why}"));
    }

    fn failed(&mut self, message: String) {
        self.failure.get_or_insert(message);
    }

    /// What didn't fit, if anything.
    pub(crate) fn take_failure(&mut self) -> Option<Failure> {
        if self.failure.is_none() && params::has_dot_segment(&self.draft.path) {
            self.failed(
                "a path parameter makes a segment `.` or `..`, and the path would address something else".to_owned(),
            );
        }
        self.failure.take().map(|message| Failure::new(ErrorKind::Request, self.operation, message))
    }
}

impl fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("operation", &self.operation.name)
            .field("method", &self.draft.method)
            .field("path", &self.operation.path)
            .finish_non_exhaustive()
    }
}

/// A call, not yet sent: `.await` sends it. `T` is what it answers, `E` what the document says of its errors.
#[must_use = "a call does nothing before it is awaited"]
pub struct Call<'c, T, E> {
    request: Request<'c>,
    types: PhantomData<fn() -> (T, E)>,
}

impl<'c, T, E> From<Request<'c>> for Call<'c, T, E> {
    fn from(request: Request<'c>) -> Self {
        Self { request, types: PhantomData }
    }
}

impl<'c, T: Answer, E: Answer> Call<'c, T, E> {
    /// Sends it. The same as `.await` on the call itself.
    pub fn send(self) -> Sending<'c, T, E> {
        Sending::new(transport::perform(self.request, None))
    }

    /// Sends it with this credential, whatever the client holds and the document demands: nothing is checked before.
    /// For servers that differ from their document.
    pub fn send_with(self, credential: impl Into<AnyCredential>) -> Sending<'c, T, E> {
        Sending::new(transport::perform(self.request, Some(credential.into())))
    }

    /// The request as it would be sent, without any credential.
    ///
    /// # Errors
    /// Kind [`ErrorKind::Request`].
    pub fn build(self) -> Result<http::Request<RequestBody>, Error<E>> {
        transport::build(self.request).map_err(Error::from)
    }

    /// The request as it would be sent, credentials on it: it is a secret.
    ///
    /// # Errors
    /// Kinds [`ErrorKind::Request`], [`ErrorKind::Credential`], [`ErrorKind::ScopeMissing`], [`ErrorKind::SessionEnded`].
    pub async fn build_authorized(self) -> Result<http::Request<RequestBody>, Error<E>> {
        transport::build_authorized(self.request).await.map_err(Error::from)
    }

    /// Allows this call this much time, from when it is sent to the end of its answer (of the answer's headers, if its body
    /// is streamed), all its attempts and the pauses between them included.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.request.timeout = Some(timeout);
        self
    }

    /// Tries this call again by this policy instead of the client's; the budget stays the client's.
    pub fn retry(mut self, retry: Retry) -> Self {
        self.request.retry = Some(retry);
        self
    }

    /// Puts a header on this call. One that carries a credential is refused when the call is sent.
    pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        self.request.own_header(name.as_ref(), value.as_ref());
        self
    }
}

impl<'c, T: Answer, E: Answer> IntoFuture for Call<'c, T, E> {
    type Output = Result<Response<T>, Error<E>>;
    type IntoFuture = Sending<'c, T, E>;

    fn into_future(self) -> Sending<'c, T, E> {
        self.send()
    }
}

impl<T, E> Call<'_, T, E> {
    #[cfg(feature = "blocking")]
    pub(crate) fn operation(&self) -> &'static Operation {
        self.request.operation
    }
}

impl<T, E> fmt::Debug for Call<'_, T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.request.fmt(f)
    }
}

/// A call on its way.
#[must_use = "a call does nothing before it is awaited"]
pub struct Sending<'c, T, E> {
    inner: BoxFuture<'c, Outcome>,
    types: PhantomData<fn() -> (T, E)>,
}

impl<'c, T, E> Sending<'c, T, E> {
    fn new(inner: BoxFuture<'c, Outcome>) -> Self {
        Self { inner, types: PhantomData }
    }
}

impl<T: Answer, E: Answer> Future for Sending<'_, T, E> {
    type Output = Result<Response<T>, Error<E>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Ready(read(ready!(self.inner.as_mut().poll(context))))
    }
}

impl<T, E> fmt::Debug for Sending<'_, T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sending(..)")
    }
}

/// Gives an answer its type.
fn read<T: Answer, E: Answer>(outcome: Outcome) -> Result<Response<T>, Error<E>> {
    let (operation, raw) = outcome?;
    let (head, body, success) = (raw.head.clone(), raw.bytes(), raw.success);
    if success {
        let rest = if raw.content == Content::Empty { body.clone() } else { Bytes::new() };
        return match T::read(raw) {
            Ok(value) => Ok(Response::new(value, head, rest)),
            Err(mismatch) => {
                Err(Failure::new(ErrorKind::Decode, operation, DECODE).source(mismatch).answer(&head, &body).into())
            }
        };
    }
    match E::read(raw) {
        Ok(documented) => {
            let failure = Failure::new(ErrorKind::Documented, operation, "an error that the document knows");
            Err(Error::of_documented(failure.answer(&head, &body), documented))
        }
        // The gateway's own errors have bodies of their own, whatever the document says of the status.
        Err(mismatch) => {
            let failure = Failure::new(ErrorKind::Decode, operation, DECODE).source(mismatch);
            Err(failure.answer(&head, &body).or_gateway().into())
        }
    }
}

const DECODE: &str = "the answer is not what the document says";

/// Whether a header belongs to the connection (RFC 9110, section 7.6.1), or says where it leads.
pub(crate) fn is_connection(name: &HeaderName) -> bool {
    const NAMES: [&str; 9] = [
        "connection",
        "host",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "http2-settings",
    ];
    NAMES.contains(&name.as_str())
}
