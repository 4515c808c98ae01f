//! Hooks before and after each attempt of a call. They never see a credential.

use crate::contract::api::{Api, Operation};
use crate::request::draft;
use crate::request::draft::Draft;
use crate::response::error::{ErrorKind, Failure};
use crate::response::gateway;
use crate::response::typed::Head;
use http::header::{HeaderName, HeaderValue, SET_COOKIE};
use http::{Method, StatusCode};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Code that runs before and after each attempt of a call: for trace headers, metrics and logs.
///
/// A hook runs in the task of the call, so it must not block. It can't read or change credentials: they are added after
/// [`before_send`](Self::before_send), and setting a header that carries one fails the call. To process complete requests, wrap
/// the [`reqwest::Client`] that you give the client's builder, or use `build_authorized` of a call.
///
/// ```
/// use cogen_runtime::{Attempt, AttemptOutcome, Hook};
///
/// struct RequestLog;
///
/// impl Hook for RequestLog {
///     fn before_send(&self, attempt: &mut Attempt<'_>) {
///         attempt.set_header("x-correlation-id", "17");
///     }
///
///     fn after_response(&self, outcome: &AttemptOutcome<'_>) {
///         println!("{} {:?} in {:?}", outcome.operation(), outcome.status(), outcome.duration());
///     }
/// }
/// ```
pub trait Hook: Send + Sync {
    /// Runs before an attempt is sent, and before credentials and signature are added to it.
    fn before_send(&self, attempt: &mut Attempt<'_>) {
        let _ = attempt;
    }

    /// Runs after an attempt has a response, or failed without one.
    fn after_response(&self, outcome: &AttemptOutcome<'_>) {
        let _ = outcome;
    }
}

/// An attempt that is about to be sent.
pub struct Attempt<'a> {
    pub(crate) api: &'static Api,
    pub(crate) operation: &'static Operation,
    pub(crate) number: u32,
    pub(crate) draft: &'a mut Draft,
    pub(crate) refused: Option<String>,
}

impl Attempt<'_> {
    /// Returns the name of the operation.
    pub fn operation(&self) -> &'static str {
        self.operation.name
    }

    /// Returns the HTTP method.
    pub fn method(&self) -> &Method {
        &self.draft.method
    }

    /// Returns the path template of the document, `/pets/{petId}`.
    pub fn path_template(&self) -> &'static str {
        self.operation.path
    }

    /// Returns the number of the attempt; the first is 1.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Returns a header of the request. Headers that carry credentials are never returned.
    pub fn header(&self, name: &str) -> Option<&HeaderValue> {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        if self.api.is_credential_header(&name) { None } else { self.draft.headers.get(name) }
    }

    /// Sets a header. The call fails with [`ErrorKind::Request`] if the header carries a credential or is controlled by the
    /// connection, or if its value is not valid in a header.
    pub fn set_header(&mut self, name: impl AsRef<str>, value: impl AsRef<str>) {
        if let Err(why) = draft::set_header(self.api, self.draft, name.as_ref(), value.as_ref()) {
            self.refused.get_or_insert(why);
        }
    }
}

impl fmt::Debug for Attempt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempt")
            .field("operation", &self.operation.name)
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}

/// The outcome of an attempt.
pub struct AttemptOutcome<'a> {
    pub(crate) operation: &'static Operation,
    pub(crate) method: &'a Method,
    pub(crate) number: u32,
    pub(crate) duration: Duration,
    pub(crate) head: Option<&'a Head>,
    pub(crate) error: Option<ErrorKind>,
}

impl AttemptOutcome<'_> {
    /// Returns the name of the operation.
    pub fn operation(&self) -> &'static str {
        self.operation.name
    }

    /// Returns the HTTP method.
    pub fn method(&self) -> &Method {
        self.method
    }

    /// Returns the path template of the document, `/pets/{petId}`.
    pub fn path_template(&self) -> &'static str {
        self.operation.path
    }

    /// Returns the number of the attempt; the first is 1.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Returns the time from before the credentials were requested to the end of the response (of its headers, if the body is
    /// streamed).
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// Returns the status of the response, if there was one.
    pub fn status(&self) -> Option<StatusCode> {
        self.head.map(|head| head.status)
    }

    /// Returns a header of the response. Cookies are never returned, since they can be credentials.
    pub fn header(&self, name: &str) -> Option<&HeaderValue> {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        if name == SET_COOKIE || name == "set-cookie2" { None } else { self.head?.headers.get(name) }
    }

    /// Returns the request id that AWS gave the attempt.
    pub fn request_id(&self) -> Option<&str> {
        gateway::request_id(&self.head?.headers)
    }

    /// Returns the kind of failure, if the attempt failed. A documented error is [`ErrorKind::Documented`].
    pub fn error(&self) -> Option<ErrorKind> {
        self.error
    }
}

impl fmt::Debug for AttemptOutcome<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AttemptOutcome")
            .field("operation", &self.operation.name)
            .field("number", &self.number)
            .field("duration", &self.duration)
            .field("status", &self.status().map(|status| status.as_u16()))
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}

/// Runs the hooks of the client before an attempt is sent.
///
/// # Errors
/// Fails if a hook sets a header that it must not set.
pub(crate) fn before_send(
    hooks: &[Arc<dyn Hook>],
    api: &'static Api,
    operation: &'static Operation,
    number: u32,
    draft: &mut Draft,
) -> Result<(), Failure> {
    for hook in hooks {
        let mut attempt = Attempt { api, operation, number, draft, refused: None };
        hook.before_send(&mut attempt);
        if let Some(why) = attempt.refused {
            return Err(Failure::new(ErrorKind::Request, operation, format!("a hook of the client: {why}")));
        }
    }
    Ok(())
}
