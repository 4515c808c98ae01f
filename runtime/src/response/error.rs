//! Why a call failed.

use crate::boxed::BoxError;
use crate::contract::api::Operation;
use crate::response::gateway;
use crate::response::gateway::GatewayError;
use crate::response::typed::{Head, Undocumented};
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

/// Why a call failed. `E` is the type of the documented errors.
///
/// Neither `Debug` nor `Display` shows a credential, the value of a parameter or any part of the body.
pub struct Error<E = Undocumented> {
    failure: Failure,
    documented: Option<Box<E>>,
}

/// The ways a call can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request can't be built, since a value is not valid at its location. Nothing was sent. Correct the value.
    Request,
    /// No credential of the client satisfies the security requirement, or its token is not available now. Nothing was sent.
    Credential,
    /// The token lacks a required scope. Nothing was sent. Sign in with the scope.
    ScopeMissing,
    /// The session has ended: the user has to sign in again.
    SessionEnded,
    /// The connection to the server failed. Nothing was sent.
    Connect,
    /// The time limit of the call was reached.
    Timeout,
    /// The connection broke during the call. The server may have processed the request.
    Transport,
    /// The response was a redirect. Redirects are not followed, since they could send the credential to another host.
    Redirect,
    /// The response body was larger than `max_response_bytes`.
    TooLarge,
    /// The response was a documented error: [`Error::documented`].
    Documented,
    /// The response was an error of API Gateway itself: [`Error::gateway`].
    Gateway,
    /// The document has no response of this status, or the body of an error is not the one that it describes: [`Error::status`] and
    /// [`Error::body`] have what was received.
    Undocumented,
    /// The pages of an operation do not end, or the next page is at another origin or path. The page before it was received.
    Pagination,
    /// The body of a success does not match the document, or it is nested too deeply. At most 127 arrays and objects can be nested,
    /// and they can take at most 512 KiB of the stack. Only recursive types with a hundred members and more reach the latter
    /// limit, mainly in builds without optimizations.
    Decode,
}

impl<E> Error<E> {
    /// Returns the kind of failure.
    pub fn kind(&self) -> ErrorKind {
        self.failure.0.kind
    }

    /// Returns the name of the operation.
    pub fn operation(&self) -> &'static str {
        self.failure.0.operation.name
    }

    /// Returns the status of the response, if there was one.
    pub fn status(&self) -> Option<StatusCode> {
        self.failure.status()
    }

    /// Returns the headers of the response, if there was one.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.failure.0.head.as_ref().map(|head| &head.headers)
    }

    /// Returns the request id that AWS gave the call.
    pub fn request_id(&self) -> Option<&str> {
        self.headers().and_then(gateway::request_id)
    }

    /// Returns the documented error, if the kind is [`ErrorKind::Documented`].
    pub fn documented(&self) -> Option<&E> {
        self.documented.as_deref()
    }

    /// Returns the documented error by value, if the kind is [`ErrorKind::Documented`].
    pub fn into_documented(self) -> Option<E> {
        self.documented.map(|documented| *documented)
    }

    /// Returns the first 64 KiB of the response body, if there was a response. The body can hold secrets: do not log it unchecked.
    pub fn body(&self) -> Option<&[u8]> {
        self.failure.0.head.as_ref().map(|_| self.failure.0.body.as_ref())
    }

    /// Returns which error of API Gateway itself it is, if it is one.
    pub fn gateway(&self) -> Option<GatewayError> {
        self.failure.0.gateway
    }

    /// Returns whether the same call can succeed later without a change.
    pub fn is_transient(&self) -> bool {
        let failure = &self.failure.0;
        match failure.kind {
            ErrorKind::Connect | ErrorKind::Timeout | ErrorKind::Transport => true,
            ErrorKind::Credential => failure.transient,
            _ => match (failure.gateway, self.status()) {
                (Some(gateway), _) => gateway.is_transient(),
                (None, Some(status)) => matches!(status.as_u16(), 429 | 500 | 502 | 503 | 504),
                (None, None) => false,
            },
        }
    }
}

impl<E> From<Failure> for Error<E> {
    fn from(failure: Failure) -> Self {
        Self { failure, documented: None }
    }
}

impl<E> Error<E> {
    /// Returns the error without the type of its documented body, so that the errors of all operations have one type. Status, headers,
    /// body and sources are kept.
    ///
    /// ```
    /// # fn call<E>(outcome: Result<(), cogen_runtime::Error<E>>) -> Result<(), cogen_runtime::Error> {
    /// outcome.map_err(cogen_runtime::Error::into_untyped)
    /// # }
    /// ```
    pub fn into_untyped(self) -> Error {
        Error { failure: self.failure, documented: None }
    }

    pub(crate) fn of_documented(failure: Failure, documented: E) -> Self {
        Self { failure, documented: Some(Box::new(documented)) }
    }
}

impl<E> fmt::Debug for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.failure.fmt(f)
    }
}

impl<E> fmt::Display for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let failure = &*self.failure.0;
        write!(f, "{} ({} {})", failure.operation.name, failure.operation.method, failure.operation.path)?;
        if let Some(status) = self.status() {
            write!(f, ": {status}")?;
        }
        write!(f, ": {}", failure.message)?;
        if let Some(id) = self.request_id() {
            // The id comes from the server, so control characters are escaped.
            write!(f, " [request id {}]", id.escape_debug())?;
        }
        Ok(())
    }
}

impl<E> StdError for Error<E> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.failure.0.source.as_deref().map(|source| source as _)
    }
}

/// A failure without its documented error.
pub(crate) struct Failure(Box<FailureData>);

struct FailureData {
    kind: ErrorKind,
    operation: &'static Operation,
    message: Cow<'static, str>,
    head: Option<Arc<Head>>,
    body: Bytes,
    gateway: Option<GatewayError>,
    transient: bool,
    source: Option<BoxError>,
}

/// How much of a response body an error keeps.
const MAX_ERROR_BODY_BYTES: usize = 64 * 1024;

impl Failure {
    /// The status of the response, if there is one.
    pub(crate) fn status(&self) -> Option<StatusCode> {
        self.0.head.as_ref().map(|head| head.status)
    }

    #[cold]
    pub(crate) fn new(kind: ErrorKind, operation: &'static Operation, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(FailureData {
            kind,
            operation,
            message: message.into(),
            head: None,
            body: Bytes::new(),
            gateway: None,
            transient: false,
            source: None,
        }))
    }

    pub(crate) fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The response, if there was one.
    pub(crate) fn head(&self) -> Option<&Head> {
        self.0.head.as_deref()
    }

    pub(crate) fn gateway(&self) -> Option<GatewayError> {
        self.0.gateway
    }

    pub(crate) fn transient(mut self, transient: bool) -> Self {
        self.0.transient = transient;
        self
    }

    pub(crate) fn source(mut self, source: impl Into<BoxError>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Adds the response, and classifies it if it is an error of API Gateway.
    pub(crate) fn with_response(mut self, head: &Arc<Head>, body: &Bytes) -> Self {
        self.0.gateway = gateway::classify(head.status, &head.headers, body);
        self.0.head = Some(Arc::clone(head));
        self.0.body = if body.len() <= MAX_ERROR_BODY_BYTES {
            body.clone()
        } else {
            Bytes::copy_from_slice(&body[..MAX_ERROR_BODY_BYTES])
        };
        self
    }

    /// Changes the kind to [`ErrorKind::Gateway`] if it is an error of API Gateway.
    pub(crate) fn or_gateway(mut self) -> Self {
        if let Some(gateway) = self.0.gateway {
            self.0.kind = ErrorKind::Gateway;
            self.0.message = gateway.advice().into();
        }
        self
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        let mut shown = f.debug_struct("Error");
        shown.field("kind", &inner.kind).field("operation", &inner.operation.name).field("message", &inner.message);
        if let Some(head) = &inner.head {
            shown.field("status", &head.status.as_u16());
            shown.field("request_id", &gateway::request_id(&head.headers));
        }
        if let Some(gateway) = inner.gateway {
            shown.field("gateway", &gateway);
        }
        if let Some(source) = &inner.source {
            shown.field("source", &source.to_string());
        }
        shown.finish()
    }
}
