//! Sends a call: hooks, credentials and signature, deadlines, bounds, and another attempt where that can mend it.

use crate::answer::{Head, Raw, RawBody, Streaming};
use crate::api::{Content, Operation, Status};
use crate::authorize::{Authorized, authorize};
use crate::body::RequestBody;
use crate::client::Core;
use crate::credentials::AnyCredential;
use crate::draft::{Draft, Parts};
use crate::error::{ErrorKind, Failure};
use crate::gateway::GatewayError;
use crate::hooks::{self, AttemptOutcome};
use crate::request::{Inner, Request};
use crate::retry::{random, retry_after, server_time};
use crate::seen::Seen;
use crate::sigv4::sign;
use crate::token::BoxFuture;
use crate::token_error::TokenErrorKind;
use crate::trace::Trace;
use bytes::{Bytes, BytesMut};
use http::header::{ACCEPT, COOKIE, HeaderMap, HeaderValue};
use http::{Method, StatusCode, Uri};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::time::{Instant, sleep, timeout_at};
use url::Url;

/// An answer, and what it answers; typed by its reader.
pub(crate) type Outcome = Result<(&'static Operation, Raw), Failure>;

/// Sends a call and takes its answer.
///
/// Futures hold what they are given twice, before and after they begin, and are copied when they are boxed: what is large
/// is lent here and below, and what happens seldom has a box of its own. Allocators are quick with up to about a kilobyte.
pub(crate) fn perform(mut request: Request<'_>) -> BoxFuture<'_, Outcome> {
    Box::pin(async move {
        request.finish()?;
        let (core, operation) = (request.0.core, request.0.operation);
        let allowed = request.0.timeout.unwrap_or(core.timeout());
        // A time too long to be reckoned with is as good as thirty years.
        let deadline = Instant::now().checked_add(allowed).unwrap_or_else(|| Instant::now() + FAR);
        let call = CallState { core, operation, deadline };
        let trace = Trace::begin(operation, &request.0.draft.method);
        let outcome = trace.around(pin!(call.run(&mut request.0, &trace))).await;
        trace.end(&outcome);
        outcome.map(|raw| (operation, raw))
    })
}

/// The request without credentials.
pub(crate) fn build(mut request: Request<'_>) -> Result<http::Request<RequestBody>, Failure> {
    request.finish()?;
    let Inner { core, operation, draft, body, .. } = *request.0;
    Wire::new(core, operation, &draft, &Authorized::default(), body)?.into_http(operation)
}

/// The request with its credentials.
pub(crate) async fn build_authorized(mut request: Request<'_>) -> Result<http::Request<RequestBody>, Failure> {
    request.finish()?;
    let Inner { core, operation, draft, body, .. } = *request.0;
    let call = CallState { core, operation, deadline: Instant::now() };
    let authorized = authorize(core, operation, None).await?;
    let body = if authorized.signer.is_some() { call.whole(body).await? } else { body };
    call.ready(&draft, body, &authorized)?.wire.into_http(operation)
}

const FAR: Duration = Duration::from_secs(30 * 365 * 24 * 3600);

/// API Gateway takes no body of more than 10 MB; a stream that has to be signed is read up to this.
const LARGEST_SIGNED: usize = 10 * 1024 * 1024;

struct CallState<'c> {
    core: &'c Core,
    operation: &'static Operation,
    deadline: Instant,
}

/// A request that can be sent, and what is remembered of it.
struct Ready {
    wire: Wire,
    /// The time that its signature bears, if it has one.
    signed: Option<SystemTime>,
}

/// A request on its way.
struct Launched<F> {
    sending: F,
    again: Option<RequestBody>,
    signed: Option<SystemTime>,
}

/// What became of an attempt, and what another one needs.
struct Sent {
    outcome: Result<Raw, Failure>,
    /// The body once more; `None` if there must be no other attempt.
    again: Option<RequestBody>,
    authorized: Authorized,
    signed: Option<SystemTime>,
}

/// A request in full.
struct Wire {
    method: Method,
    url: Url,
    headers: HeaderMap,
    body: RequestBody,
}

impl CallState<'_> {
    /// Sends the request, and again where that can mend it.
    ///
    /// This is the one place where a call is sent more than once.
    async fn run(&self, request: &mut Inner<'_>, trace: &Trace) -> Result<Raw, Failure> {
        let mut tries = Tries::default();
        loop {
            // Only hooks ask how long an attempt took.
            let begin = (!self.core.hooks().is_empty()).then(Instant::now);
            tries.sent += 1;
            trace.attempts(tries.sent);
            let hooked = self.hooked(&request.draft, tries.sent)?;
            let draft = hooked.as_deref().unwrap_or(&request.draft);
            let (body, own) = (std::mem::take(&mut request.body), request.own.as_ref());
            let sent = match self.in_time(pin!(self.attempt(draft, body, own))).await {
                Ok(sent) => sent,
                // Nothing was sent, or nothing came in time: neither is mended by another attempt.
                Err(failure) => Sent::unanswered(failure),
            };
            let Sent { outcome, again, authorized, signed } = sent;
            let seen = Seen::of(&outcome);
            for hook in self.core.hooks() {
                hook.after_answer(&AttemptOutcome {
                    operation: self.operation,
                    method: &request.draft.method,
                    number: tries.sent,
                    duration: begin.as_ref().map(Instant::elapsed).unwrap_or_default(),
                    head: seen.head,
                    error: seen.error,
                });
            }
            if seen.success {
                self.core.budget().put(tries.counted > 0);
                return outcome;
            }
            let Some(once_more) = again else { return outcome };
            // It happens rarely and is large: it has a place of its own.
            let mended = self.in_time(Box::pin(self.mended(&mut tries, &seen, &authorized, signed)).as_mut()).await?;
            if !mended {
                tries.counted += 1;
                let Some(pause) = self.pause(request, tries.counted, &seen) else { return outcome };
                trace.again(tries.sent, &seen, pause);
                sleep(pause).await;
            }
            request.body = once_more;
        }
    }

    /// The request as the client's hooks change it for this attempt, if there are any.
    fn hooked(&self, draft: &Draft, number: u32) -> Result<Option<Box<Draft>>, Failure> {
        if self.core.hooks().is_empty() {
            return Ok(None);
        }
        let mut draft = Box::new(draft.clone());
        hooks::before_send(self.core.hooks(), self.core.api(), self.operation, number, &mut draft)?;
        Ok(Some(draft))
    }

    /// Sends the request once.
    async fn attempt(&self, draft: &Draft, body: RequestBody, own: Option<&AnyCredential>) -> Result<Sent, Failure> {
        let authorized = authorize(self.core, self.operation, own).await?;
        let body = if authorized.signer.is_some() { Box::pin(self.whole(body)).await? } else { body };
        let Launched { sending, again, signed } = self.launch(draft, body, &authorized)?;
        let outcome = self.exchange(sending).await;
        Ok(Sent { outcome, again, authorized, signed })
    }

    /// Sets the request off. Not inline: what is large of it comes and goes on the stack, and not in the call's future.
    #[inline(never)]
    fn launch(
        &self,
        draft: &Draft,
        body: RequestBody,
        authorized: &Authorized,
    ) -> Result<Launched<impl Future<Output = reqwest::Result<reqwest::Response>>>, Failure> {
        let Ready { wire, signed } = self.ready(draft, body, authorized)?;
        let again = wire.body.again();
        Ok(Launched { sending: self.core.http().execute(wire.into_reqwest()), again, signed })
    }

    /// A step of the call, if it is done before the deadline. It stays where it is: steps are large, and moving them costs.
    async fn in_time<T>(&self, step: Pin<&mut impl Future<Output = Result<T, Failure>>>) -> Result<T, Failure> {
        match timeout_at(self.deadline, step).await {
            Ok(outcome) => outcome,
            Err(_) => Err(self.failure(ErrorKind::Timeout, "no complete answer within the time allowed")),
        }
    }

    /// Whether what was refused has been put right: a token replaced, once; our notion of the time, once.
    async fn mended(
        &self,
        tries: &mut Tries,
        seen: &Seen<'_>,
        authorized: &Authorized,
        signed: Option<SystemTime>,
    ) -> Result<bool, Failure> {
        let Some(head) = seen.head else { return Ok(false) };
        if head.status == StatusCode::UNAUTHORIZED && !tries.renewed {
            tries.renewed = true;
            return self.renewed(authorized).await;
        }
        if seen.gateway == Some(GatewayError::InvalidSignature)
            && !tries.clocked
            && let (Some(signed), Some(server)) = (signed, server_time(&head.headers))
        {
            tries.clocked = true;
            return Ok(self.core.skew().learn(signed, self.core.clock().now(), server));
        }
        Ok(false)
    }

    /// How long to wait before another attempt; `None` if there is to be none.
    fn pause(&self, request: &Inner<'_>, attempt: u32, seen: &Seen<'_>) -> Option<Duration> {
        let retry = request.retry.as_ref().unwrap_or(self.core.retry());
        if !retry.allows(attempt, request.draft.method.is_idempotent(), seen.again) {
            return None;
        }
        let asked = seen.head.and_then(|head| retry_after(&head.headers, self.core.clock().now()));
        let pause = retry.pause(attempt, asked, random());
        // What is known now says more than that the time was over while we waited.
        let in_time = Instant::now().checked_add(pause).is_some_and(|end| end < self.deadline);
        (in_time && self.core.budget().take()).then_some(pause)
    }

    /// Whether one of the tokens that were refused has been replaced.
    async fn renewed(&self, authorized: &Authorized) -> Result<bool, Failure> {
        let mut renewed = false;
        for (provider, generation) in authorized.tokens() {
            match provider.refused(*generation).await {
                Ok(newer) => renewed |= newer,
                Err(error) if error.kind() == TokenErrorKind::SessionEnded => {
                    return Err(self.failure(ErrorKind::SessionEnded, error.to_string()).source(error));
                }
                // The refusal itself says more than that a refresh failed on top of it.
                Err(_) => {}
            }
        }
        Ok(renewed)
    }

    /// The request in full: its credentials on it, and signed if it has to be.
    fn ready(&self, draft: &Draft, body: RequestBody, authorized: &Authorized) -> Result<Ready, Failure> {
        let mut wire = Wire::new(self.core, self.operation, draft, authorized, body)?;
        let Some(signer) = &authorized.signer else { return Ok(Ready { wire, signed: None }) };
        let now = self.core.skew().server_time(self.core.clock().now());
        let bytes = wire.body.as_bytes().unwrap_or_default();
        sign(&signer.credentials, &signer.region, &wire.method, &wire.url, &mut wire.headers, bytes, now)
            .map_err(|why| self.failure(ErrorKind::Credential, why))?;
        Ok(Ready { wire, signed: Some(now) })
    }

    async fn whole(&self, body: RequestBody) -> Result<RequestBody, Failure> {
        match body.whole(LARGEST_SIGNED).await {
            Ok(Some(body)) => Ok(body),
            Ok(None) => Err(self.failure(ErrorKind::Request, "a body that is signed may have 10 MiB at most")),
            Err(error) => Err(self.failure(ErrorKind::Request, "the body can't be read").source(error)),
        }
    }

    /// Takes the answer as far as it may be read, and finds its place in the document.
    async fn exchange(
        &self,
        sending: impl Future<Output = reqwest::Result<reqwest::Response>>,
    ) -> Result<Raw, Failure> {
        let mut response = sending.await.map_err(|error| self.lost(error))?;
        let status = response.status();
        let head = Arc::new(Head { status, headers: std::mem::take(response.headers_mut()) });
        let documented = self.operation.answer(status.as_u16());
        if is_redirect(status) && documented.is_none_or(|answer| answer.status == Status::Default) {
            let message =
                "the answer is a redirect, which is not followed: check the base URL, its stage and its scheme";
            return Err(self.failure(ErrorKind::Redirect, message).answer(&head, &Bytes::new()));
        }
        let (content, success) = match documented {
            Some(answer) => (answer.content, answer.success),
            // Where the document describes no success at all, any is one.
            None => (Content::Empty, status.is_success() && !self.operation.has_success()),
        };
        let body = if success && content == Content::Stream {
            RawBody::Stream(Streaming::new(response))
        } else {
            RawBody::Whole(self.collect(&mut response, &head).await?)
        };
        let raw = Raw { head, content, success, body };
        if documented.is_none() && !success {
            let failure = self.failure(ErrorKind::Undocumented, "the document doesn't know an answer of this status");
            return Err(failure.answer(&raw.head, raw.body()).or_gateway());
        }
        Ok(raw)
    }

    async fn collect(&self, response: &mut reqwest::Response, head: &Arc<Head>) -> Result<Bytes, Failure> {
        let limit = self.core.max_answer_bytes();
        // Most answers come in one piece, which is kept as it came.
        let mut first = Bytes::new();
        let mut more = BytesMut::new();
        loop {
            let chunk = response.chunk().await.map_err(|error| self.lost(error).answer(head, &Bytes::new()))?;
            let Some(chunk) = chunk else {
                return Ok(if more.is_empty() { first } else { more.freeze() });
            };
            if chunk.len() > limit - first.len().max(more.len()) {
                let message = format!("the answer is larger than the {limit} bytes that are allowed");
                return Err(self.failure(ErrorKind::TooLarge, message).answer(head, &Bytes::new()));
            }
            if first.is_empty() {
                first = chunk;
                continue;
            }
            if more.is_empty() {
                more.extend_from_slice(&first);
            }
            more.extend_from_slice(&chunk);
        }
    }

    /// A call that came to no answer. The URL is left out: its query may hold a key.
    fn lost(&self, error: reqwest::Error) -> Failure {
        let (kind, message) = if error.is_connect() {
            (ErrorKind::Connect, "the server was not reached")
        } else if error.is_timeout() {
            (ErrorKind::Timeout, "no complete answer within the time allowed")
        } else {
            (ErrorKind::Transport, "the connection failed during the call")
        };
        self.failure(kind, message).source(error.without_url())
    }

    fn failure(&self, kind: ErrorKind, message: impl Into<std::borrow::Cow<'static, str>>) -> Failure {
        Failure::new(kind, self.operation, message)
    }
}

impl Sent {
    fn unanswered(failure: Failure) -> Self {
        Self { outcome: Err(failure), again: None, authorized: Authorized::default(), signed: None }
    }
}

/// What was tried so far.
#[derive(Default)]
struct Tries {
    /// How often the call was sent.
    sent: u32,
    /// How often it failed in a way that the policy decides about.
    counted: u32,
    renewed: bool,
    clocked: bool,
}

impl Wire {
    fn new(
        core: &Core,
        operation: &'static Operation,
        draft: &Draft,
        authorized: &Authorized,
        body: RequestBody,
    ) -> Result<Self, Failure> {
        let failure = |message: &'static str| Failure::new(ErrorKind::Request, operation, message);
        let mut parts = draft.parts();
        authorized.put_on(&mut parts).map_err(|why| Failure::new(ErrorKind::Credential, operation, why))?;
        let Parts { mut headers, query, cookies } = parts;
        let url = core.url(&draft.path, &query).map_err(failure)?;
        if let Some(accept) = operation.accept {
            let accept = HeaderValue::from_maybe_shared(Bytes::from_static(accept.as_bytes()))
                .map_err(|_| failure("the `Accept` header can't be sent"))?;
            headers.entry(ACCEPT).or_insert(accept);
        }
        if !cookies.is_empty() {
            let pairs = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
            let mut value = HeaderValue::from_str(&pairs).map_err(|_| failure("the cookies can't be sent"))?;
            value.set_sensitive(true);
            headers.insert(COOKIE, value);
        }
        Ok(Self { method: draft.method.clone(), url, headers, body })
    }

    fn into_reqwest(self) -> reqwest::Request {
        let mut request = reqwest::Request::new(self.method, self.url);
        *request.headers_mut() = self.headers;
        *request.body_mut() = self.body.into_reqwest();
        request
    }

    fn into_http(self, operation: &'static Operation) -> Result<http::Request<RequestBody>, Failure> {
        let mut request = http::Request::new(self.body);
        *request.method_mut() = self.method;
        *request.uri_mut() = Uri::try_from(self.url.as_str())
            .map_err(|error| Failure::new(ErrorKind::Request, operation, "the request has no URL").source(error))?;
        *request.headers_mut() = self.headers;
        Ok(request)
    }
}

/// The statuses that lead elsewhere (RFC 9110, section 15.4).
fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}
