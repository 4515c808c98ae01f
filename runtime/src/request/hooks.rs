//! Hooks around each attempt of a call: headers before it, metrics after it, and no credential in sight.

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

/// What an application does around each attempt of a call: trace headers, metrics, logs.
///
/// A hook runs on the task of the call, so it must not block. It sees no credential and can't change one: before
/// sending they are not on the request yet, and headers that carry them are refused. What has to go further wraps the
/// [`reqwest::Client`] that is handed in, or builds requests with `build_authorized` of a call.
pub trait Hook: Send + Sync {
    /// Before an attempt is sent, and before credentials and signature are put on it.
    fn before_send(&self, attempt: &mut Attempt<'_>) {
        let _ = attempt;
    }

    /// After an attempt was answered, or failed without an answer.
    fn after_response(&self, outcome: &AttemptOutcome<'_>) {
        let _ = outcome;
    }
}

/// An attempt about to be sent.
pub struct Attempt<'a> {
    pub(crate) api: &'static Api,
    pub(crate) operation: &'static Operation,
    pub(crate) number: u32,
    pub(crate) draft: &'a mut Draft,
    pub(crate) refused: Option<String>,
}

impl Attempt<'_> {
    /// The name of the operation.
    pub fn operation(&self) -> &'static str {
        self.operation.name
    }

    /// The HTTP method.
    pub fn method(&self) -> &Method {
        &self.draft.method
    }

    /// The path as the document spells it, `/pets/{petId}`.
    pub fn path_template(&self) -> &'static str {
        self.operation.path
    }

    /// Which attempt of the call it is; the first is 1.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// A header that the call puts on the request itself; credentials are not among them.
    pub fn header(&self, name: &str) -> Option<&HeaderValue> {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        if self.api.is_credential_header(&name) { None } else { self.draft.headers.get(name) }
    }

    /// Puts a header on the request. One that carries a credential or belongs to the connection fails the call, as a
    /// value does that no header may hold.
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

/// What became of an attempt.
pub struct AttemptOutcome<'a> {
    pub(crate) operation: &'static Operation,
    pub(crate) method: &'a Method,
    pub(crate) number: u32,
    pub(crate) duration: Duration,
    pub(crate) head: Option<&'a Head>,
    pub(crate) error: Option<ErrorKind>,
}

impl AttemptOutcome<'_> {
    /// The name of the operation.
    pub fn operation(&self) -> &'static str {
        self.operation.name
    }

    /// The HTTP method.
    pub fn method(&self) -> &Method {
        self.method
    }

    /// The path as the document spells it, `/pets/{petId}`.
    pub fn path_template(&self) -> &'static str {
        self.operation.path
    }

    /// Which attempt of the call it was; the first is 1.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// From before the credentials were asked for to the end of the answer (of its headers, if its body is streamed).
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// The answer's status, if there was an answer.
    pub fn status(&self) -> Option<StatusCode> {
        self.head.map(|head| head.status)
    }

    /// A header of the answer; cookies are withheld, since they may be credentials.
    pub fn header(&self, name: &str) -> Option<&HeaderValue> {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        if name == SET_COOKIE || name == "set-cookie2" { None } else { self.head?.headers.get(name) }
    }

    /// The id under which AWS knows the attempt.
    pub fn request_id(&self) -> Option<&str> {
        gateway::request_id(&self.head?.headers)
    }

    /// In which way the attempt failed, if it did. An error that the document knows is [`ErrorKind::Documented`].
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

/// Lets the client's hooks see an attempt before it is sent.
///
/// # Errors
/// If a hook sets a header that it may not.
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
