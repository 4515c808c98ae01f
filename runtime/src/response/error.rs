//! How a call can fail, and how a client can't be built.

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

/// Why a call failed. `E` is what the document says of its errors.
///
/// Neither `Debug` nor `Display` shows a credential, a parameter's value or any of the body.
pub struct Error<E = Undocumented> {
    failure: Failure,
    documented: Option<Box<E>>,
}

/// The ways a call can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request can't be made: a value doesn't fit where it goes. Nothing was sent.
    Request,
    /// There is no credential that suffices, or it can't be had now. Nothing was sent.
    Credential,
    /// The token was granted too few scopes. Nothing was sent.
    ScopeMissing,
    /// The session is over: its user has to sign in again. Nothing more was sent.
    SessionEnded,
    /// The server was not reached.
    Connect,
    /// The time allowed for the call was over.
    Timeout,
    /// The connection failed during the call.
    Transport,
    /// The answer was a redirect, which is never followed: it could take the credential elsewhere.
    Redirect,
    /// The answer was larger than allowed.
    TooLarge,
    /// The answer was an error that the document knows: [`Error::documented`].
    Documented,
    /// API Gateway itself answered with an error: [`Error::gateway`].
    Gateway,
    /// The document doesn't know the answer's status.
    Undocumented,
    /// The answer is not what the document says, or nests too deep: no more than 127 arrays and objects may be inside each
    /// other, and reading ends where they have taken 512 KiB of the stack. Most types don't come near the latter; of a type
    /// of a hundred members and more it allows a few levels in a build without optimizations, and many more in one with
    /// them.
    Decode,
}

impl<E> Error<E> {
    /// In which way the call failed.
    pub fn kind(&self) -> ErrorKind {
        self.failure.0.kind
    }

    /// The name of the operation.
    pub fn operation(&self) -> &'static str {
        self.failure.0.operation.name
    }

    /// The answer's status, if there was an answer.
    pub fn status(&self) -> Option<StatusCode> {
        self.failure.0.head.as_ref().map(|head| head.status)
    }

    /// The answer's headers, if there was an answer.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.failure.0.head.as_ref().map(|head| &head.headers)
    }

    /// The id under which AWS knows the call.
    pub fn request_id(&self) -> Option<&str> {
        self.headers().and_then(gateway::request_id)
    }

    /// The error that the document describes, if it is one.
    pub fn documented(&self) -> Option<&E> {
        self.documented.as_deref()
    }

    /// The error that the document describes, if it is one, by value.
    pub fn into_documented(self) -> Option<E> {
        self.documented.map(|documented| *documented)
    }

    /// The first bytes of the answer's body (64 KiB at most), if there was an answer. It may hold anything: log it with care.
    pub fn body(&self) -> Option<&[u8]> {
        self.failure.0.head.as_ref().map(|_| self.failure.0.body.as_ref())
    }

    /// Which of API Gateway's own errors it is, if it is one.
    pub fn gateway(&self) -> Option<GatewayError> {
        self.failure.0.gateway
    }

    /// Whether the same call may succeed later without any change.
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
            // The id comes from outside: what a terminal could take as a command does not pass.
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

/// A failure before it is known what the document says of it.
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

/// How much of an answer's body an error keeps.
const MAX_ERROR_BODY_BYTES: usize = 64 * 1024;

impl Failure {
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

    /// The answer, if there was one.
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

    /// Adds the answer; an error of the gateway's own is recognised.
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

    /// Says so if it is an error of the gateway's own.
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
