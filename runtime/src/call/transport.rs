//! Sends a call: hooks, credentials, signature, time limit, size limits and retries.

use crate::aws::sigv4::sign;
use crate::boxed::BoxFuture;
use crate::call::authorize::{Authorized, authorize};
use crate::call::outgoing::OutgoingRequest;
use crate::call::request::{Request, RequestData};
use crate::call::seen::OutcomeView;
use crate::call::sending::{CallOutcome, Sending};
use crate::call::trace::Trace;
use crate::client::core::Core;
use crate::contract::api::Operation;
use crate::contract::documented::{Content, Matching, Status, has_success, matching};
use crate::credential::kinds::AnyCredential;
use crate::random::chance;
use crate::request::body::RequestBody;
use crate::request::draft::Draft;
use crate::request::hooks;
use crate::request::hooks::AttemptOutcome;
use crate::request::retry::{retry_after, server_time};
use crate::response::error::{Error, ErrorKind, Failure};
use crate::response::gateway::GatewayError;
use crate::response::streaming::Streaming;
use crate::response::typed::{Head, RawBody, RawResponse, ReadResponse};
use crate::token::error::TokenErrorKind;
use bytes::{Bytes, BytesMut};
use http::{Method, StatusCode};
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::{Duration, SystemTime};
use tokio::time::{Instant, sleep, timeout_at};

impl<'c> Request<'c> {
    /// Sends the request.
    pub fn send<T: ReadResponse, E: ReadResponse>(self) -> Sending<'c, T, E> {
        Sending::new(perform(self))
    }

    /// Sends the request. The body of a success is a stream, and is not read as the document describes it.
    pub fn send_streaming<E: ReadResponse>(mut self) -> Sending<'c, Streaming, E> {
        self.0.raw = true;
        Sending::new(perform(self))
    }

    /// Sends the request and waits for the response on this thread.
    ///
    /// # Errors
    /// Fails as [`send`](Self::send) does, and with [`ErrorKind::Request`] in an async runtime.
    #[cfg(feature = "blocking")]
    pub fn send_blocking<T: ReadResponse, E: ReadResponse>(
        self,
    ) -> Result<crate::response::typed::Response<T>, Error<E>> {
        let operation = self.0.operation;
        crate::blocking::wait(self.send()).unwrap_or_else(|refused| {
            Err(Failure::new(ErrorKind::Request, operation, refused.to_string()).source(refused).into())
        })
    }

    /// Returns the request of the first attempt, with the changes of the client's hooks and without credentials.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Request`] if it can't be sent.
    pub fn build<E>(self) -> Result<http::Request<RequestBody>, Error<E>> {
        build(self).map_err(Error::from)
    }

    /// Returns the request of the first attempt, with the changes of the client's hooks and with its credentials, so it is a secret.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Request`], [`ErrorKind::Credential`], [`ErrorKind::ScopeMissing`] or [`ErrorKind::SessionEnded`], and with
    /// [`ErrorKind::Timeout`] if the credentials are not available within the time limit of the call.
    pub async fn build_authorized<E>(self) -> Result<http::Request<RequestBody>, Error<E>> {
        build_authorized(self).await.map_err(Error::from)
    }
}

/// Sends a call and reads its response.
///
/// A future stores its arguments twice, and is copied when it is boxed. So large values are borrowed here and below, and rare paths
/// are boxed. Allocations of up to about a kilobyte are fast.
pub(crate) fn perform(mut request: Request<'_>) -> BoxFuture<'_, CallOutcome> {
    Box::pin(async move {
        request.finish()?;
        let operation = request.0.operation;
        let call = CallState::begin(&request);
        let trace = Trace::begin(operation, &request.0.draft.method);
        let outcome = trace.around(pin!(call.run(&mut request.0, &trace))).await;
        trace.end(&outcome);
        outcome.map(|raw| (operation, raw))
    })
}

/// Returns the request without credentials.
pub(crate) fn build(mut request: Request<'_>) -> Result<http::Request<RequestBody>, Failure> {
    request.finish()?;
    let hooked = CallState::begin(&request).hooked(&request.0.draft, 1)?;
    let RequestData { core, operation, draft, body, .. } = *request.0;
    let draft = hooked.as_deref().unwrap_or(&draft);
    OutgoingRequest::new(core, operation, draft, &Authorized::default(), body)?.into_http(operation)
}

/// Returns the request with its credentials.
pub(crate) async fn build_authorized(mut request: Request<'_>) -> Result<http::Request<RequestBody>, Failure> {
    request.finish()?;
    let call = CallState::begin(&request);
    let hooked = call.hooked(&request.0.draft, 1)?;
    let RequestData { operation, draft, body, .. } = *request.0;
    let authorized = call.in_time(pin!(call.authorized(None))).await?;
    let body = if authorized.signer.is_some() { call.in_time(pin!(call.whole(body))).await? } else { body };
    call.ready(hooked.as_deref().unwrap_or(&draft), body, &authorized)?.wire.into_http(operation)
}

const FAR_FUTURE: Duration = Duration::from_secs(30 * 365 * 24 * 3600);

/// The largest stream in bytes that is read to be signed. The payload limit of API Gateway is 10 MB.
const MAX_SIGNED_BYTES: usize = 10 * 1024 * 1024;

struct CallState<'c> {
    core: &'c Core,
    operation: &'static Operation,
    deadline: Instant,
    /// Whether the body of a success is a stream, whatever the document describes.
    raw: bool,
    /// Whether the call waits for its credentials.
    is_authorizing: AtomicBool,
}

/// A request that can be sent, with the time of its signature.
struct PreparedRequest {
    wire: OutgoingRequest,
    /// The time of its signature, if it is signed.
    signed: Option<SystemTime>,
}

/// A request that is being sent.
struct SentRequest<F> {
    sending: F,
    again: Option<RequestBody>,
    signed: Option<SystemTime>,
}

/// The outcome of an attempt, and what another attempt needs.
struct AttemptResult {
    outcome: Result<RawResponse, Failure>,
    /// The body for another attempt; `None` if there must be none.
    again: Option<RequestBody>,
    authorized: Authorized,
    signed: Option<SystemTime>,
}

impl<'c> CallState<'c> {
    /// The time limit begins now.
    fn begin(request: &Request<'c>) -> Self {
        let RequestData { core, operation, timeout, raw, .. } = &*request.0;
        let allowed = timeout.unwrap_or(core.timeout());
        // A time limit that overflows is thirty years.
        let deadline = Instant::now().checked_add(allowed).unwrap_or_else(|| Instant::now() + FAR_FUTURE);
        Self { core, operation, deadline, raw: *raw, is_authorizing: AtomicBool::new(false) }
    }

    /// Sends the request, and retries it.
    ///
    /// No other function sends a call more than once.
    async fn run(&self, request: &mut RequestData<'_>, trace: &Trace) -> Result<RawResponse, Failure> {
        let mut tries = Tries::default();
        loop {
            // Only hooks need the duration.
            let begin = (!self.core.hooks().is_empty()).then(Instant::now);
            tries.sent += 1;
            trace.attempts(tries.sent);
            let hooked = self.hooked(&request.draft, tries.sent)?;
            let draft = hooked.as_deref().unwrap_or(&request.draft);
            let (body, own) = (std::mem::take(&mut request.body), request.own.as_ref());
            let sent = match self.in_time(pin!(self.attempt(draft, body, own))).await {
                Ok(sent) => sent,
                // Nothing was sent, or the time limit was reached. Another attempt does not help.
                Err(failure) => AttemptResult::unanswered(failure),
            };
            let AttemptResult { outcome, again, authorized, signed } = sent;
            let seen = OutcomeView::of(&outcome);
            for hook in self.core.hooks() {
                hook.after_response(&AttemptOutcome {
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
            let Some(once_more) = again else {
                if seen.head.is_some_and(|head| head.status == StatusCode::UNAUTHORIZED) {
                    self.begin_renewal(&authorized).await;
                }
                return outcome;
            };
            // This future is large and rarely used, so it is boxed.
            let corrected =
                self.in_time(Box::pin(self.corrected(&mut tries, &seen, &authorized, signed)).as_mut()).await;
            let corrected = match corrected {
                // The refusal is more useful than the time limit that the refresh reached.
                Err(failure) if failure.kind() == ErrorKind::Timeout => return outcome,
                corrected => corrected?,
            };
            if !corrected {
                tries.counted += 1;
                let Some(pause) = self.pause(request, tries.counted, &seen) else { return outcome };
                trace.again(tries.sent, &seen, pause);
                sleep(pause).await;
            }
            request.body = once_more;
        }
    }

    /// The request with the changes of the hooks for this attempt, if there are hooks.
    fn hooked(&self, draft: &Draft, number: u32) -> Result<Option<Box<Draft>>, Failure> {
        if self.core.hooks().is_empty() {
            return Ok(None);
        }
        let mut draft = Box::new(draft.clone());
        hooks::before_send(self.core.hooks(), self.core.api(), self.operation, number, &mut draft)?;
        Ok(Some(draft))
    }

    /// Sends the request once.
    async fn attempt(
        &self,
        draft: &Draft,
        body: RequestBody,
        own: Option<&AnyCredential>,
    ) -> Result<AttemptResult, Failure> {
        let authorized = self.authorized(own).await?;
        let body = if authorized.signer.is_some() { Box::pin(self.whole(body)).await? } else { body };
        let SentRequest { sending, again, signed } = self.launch(draft, body, &authorized)?;
        let outcome = self.exchange(sending).await;
        Ok(AttemptResult { outcome, again, authorized, signed })
    }

    /// The credentials of the operation, which may have to be requested first.
    async fn authorized(&self, own: Option<&AnyCredential>) -> Result<Authorized, Failure> {
        self.is_authorizing.store(true, Ordering::Relaxed);
        let authorized = authorize(self.core, self.operation, own).await?;
        self.is_authorizing.store(false, Ordering::Relaxed);
        Ok(authorized)
    }

    /// Starts the request. It is not inlined, so that its large values are on the stack and not in the future of the call.
    #[inline(never)]
    fn launch(
        &self,
        draft: &Draft,
        body: RequestBody,
        authorized: &Authorized,
    ) -> Result<SentRequest<impl Future<Output = reqwest::Result<reqwest::Response>>>, Failure> {
        let PreparedRequest { wire, signed } = self.ready(draft, body, authorized)?;
        let again = wire.body.again();
        Ok(SentRequest { sending: self.core.http().execute(wire.into_reqwest()), again, signed })
    }

    /// Runs a step of the call until the deadline. The step is pinned, since it is large and a move would copy it.
    async fn in_time<T>(&self, step: Pin<&mut impl Future<Output = Result<T, Failure>>>) -> Result<T, Failure> {
        match timeout_at(self.deadline, step).await {
            Ok(outcome) => outcome,
            Err(_) => Err(self.failure(ErrorKind::Timeout, self.late())),
        }
    }

    /// What the call waited for when its time limit was reached.
    fn late(&self) -> &'static str {
        if self.is_authorizing.load(Ordering::Relaxed) {
            "no credential within the time limit: the service that issues it is slow, or throttles requests"
        } else {
            "no complete response within the time limit"
        }
    }

    /// Corrects the cause of a refusal: replaces a token, once, or corrects the clock difference, once. Returns whether it did.
    async fn corrected(
        &self,
        tries: &mut Tries,
        seen: &OutcomeView<'_>,
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

    /// The pause before another attempt; `None` if there is none.
    fn pause(&self, request: &RequestData<'_>, attempt: u32, seen: &OutcomeView<'_>) -> Option<Duration> {
        let retry = request.retry.as_ref().unwrap_or(self.core.retry());
        let has_key = self.operation.idempotency.is_some_and(|name| request.draft.headers.contains_key(name));
        if !retry.allows(attempt, has_key || is_idempotent(&request.draft.method), seen.again) {
            return None;
        }
        let asked = seen.head.and_then(|head| retry_after(&head.headers, self.core.clock().now()));
        let pause = retry.pause(attempt, asked, chance());
        // The current error is more useful than a timeout during the pause.
        let in_time = Instant::now().checked_add(pause).is_some_and(|end| end < self.deadline);
        (in_time && self.core.budget().take()).then_some(pause)
    }

    /// Whether one of the refused tokens was replaced.
    async fn renewed(&self, authorized: &Authorized) -> Result<bool, Failure> {
        let mut renewed = false;
        for (provider, generation) in authorized.tokens() {
            match provider.refused(*generation).await {
                Ok(newer) => renewed |= newer,
                Err(error) if error.kind() == TokenErrorKind::SessionEnded => {
                    return Err(self.failure(ErrorKind::SessionEnded, error.to_string()).source(error));
                }
                // The refusal is more useful than the failed refresh.
                Err(_) => {}
            }
        }
        Ok(renewed)
    }

    /// Starts to replace refused tokens for the calls that follow, if this one can't be repeated.
    async fn begin_renewal(&self, authorized: &Authorized) {
        for (provider, generation) in authorized.tokens() {
            let mut renewal = provider.refused(*generation);
            // A session starts its refresh in a task of its own when it is first polled.
            poll_fn(|context| {
                let _ = renewal.as_mut().poll(context);
                Poll::Ready(())
            })
            .await;
        }
    }

    /// The complete request, with its credentials and its signature.
    fn ready(&self, draft: &Draft, body: RequestBody, authorized: &Authorized) -> Result<PreparedRequest, Failure> {
        let mut wire = OutgoingRequest::new(self.core, self.operation, draft, authorized, body)?;
        let Some(signer) = &authorized.signer else { return Ok(PreparedRequest { wire, signed: None }) };
        let now = self.core.skew().server_time(self.core.clock().now());
        let bytes = wire.body.as_bytes().unwrap_or_default();
        sign(&signer.credentials, &signer.region, &wire.method, &wire.url, &mut wire.headers, bytes, now)
            .map_err(|why| self.failure(ErrorKind::Credential, why))?;
        Ok(PreparedRequest { wire, signed: Some(now) })
    }

    async fn whole(&self, body: RequestBody) -> Result<RequestBody, Failure> {
        match body.whole(MAX_SIGNED_BYTES).await {
            Ok(Some(body)) => Ok(body),
            Ok(None) => {
                Err(self.failure(ErrorKind::Request, "a signed body can have at most 10 MiB: send a smaller one"))
            }
            Err(error) => Err(self.failure(ErrorKind::Request, "the body can't be read").source(error)),
        }
    }

    /// Reads the response up to the size limit, and finds its documented response.
    async fn exchange(
        &self,
        sending: impl Future<Output = reqwest::Result<reqwest::Response>>,
    ) -> Result<RawResponse, Failure> {
        let mut response = sending.await.map_err(|error| self.lost(error))?;
        let status = response.status();
        let head = Arc::new(Head { status, headers: std::mem::take(response.headers_mut()) });
        let Matching { documented, is_listed } = matching(self.operation.responses, status, head.content_type());
        let first = documented.first();
        if is_redirect(status) && first.is_none_or(|answer| answer.status == Status::Default) {
            let message =
                "the response is a redirect, which is not followed: check the base URL, its stage and its scheme";
            return Err(self.failure(ErrorKind::Redirect, message).with_response(&head, &Bytes::new()));
        }
        let (content, success) = match first {
            Some(answer) => (answer.content, answer.success),
            // If the document describes no success, every success is accepted.
            None => (Content::Empty, status.is_success() && !has_success(self.operation.responses)),
        };
        let is_known = success || first.is_some();
        let body = if success && (self.raw || content.is_stream()) {
            RawBody::Stream(Streaming::new(response))
        } else {
            RawBody::Whole(self.collect(&mut response, &head).await?)
        };
        let raw = RawResponse { head, documented, is_listed, success, body };
        if !is_known {
            let failure = self.failure(ErrorKind::Undocumented, "the document has no response of this status");
            return Err(failure.with_response(&raw.head, raw.body()).or_gateway());
        }
        Ok(raw)
    }

    async fn collect(&self, response: &mut reqwest::Response, head: &Arc<Head>) -> Result<Bytes, Failure> {
        let limit = self.core.max_response_bytes(head.content_type());
        // Most bodies are one chunk, which is kept without a copy.
        let mut first = Bytes::new();
        let mut more = BytesMut::new();
        loop {
            let chunk = response.chunk().await.map_err(|error| self.lost(error).with_response(head, &Bytes::new()))?;
            let Some(chunk) = chunk else {
                return Ok(if more.is_empty() { first } else { more.freeze() });
            };
            if chunk.len() > limit - first.len().max(more.len()) {
                let message = format!("the response is larger than {limit} bytes: raise `max_response_bytes`");
                return Err(self.failure(ErrorKind::TooLarge, message).with_response(head, &Bytes::new()));
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

    /// A call without a response. The URL is left out, since its query can hold a key.
    fn lost(&self, error: reqwest::Error) -> Failure {
        let (kind, message) = if error.is_connect() {
            (ErrorKind::Connect, "the connection to the server failed")
        } else if error.is_timeout() {
            (ErrorKind::Timeout, "no complete response within the time limit")
        } else {
            (ErrorKind::Transport, "the connection broke during the call")
        };
        self.failure(kind, message).source(error.without_url())
    }

    fn failure(&self, kind: ErrorKind, message: impl Into<std::borrow::Cow<'static, str>>) -> Failure {
        Failure::new(kind, self.operation, message)
    }
}

impl AttemptResult {
    fn unanswered(failure: Failure) -> Self {
        Self { outcome: Err(failure), again: None, authorized: Authorized::default(), signed: None }
    }
}

/// Whether a request of a method can be repeated (RFC 9110, section 9.2.2). QUERY is a safe method, which `http` does not know.
fn is_idempotent(method: &Method) -> bool {
    method.is_idempotent() || method == "QUERY"
}

/// The attempts so far.
#[derive(Default)]
struct Tries {
    /// The number of attempts.
    sent: u32,
    /// The number of failures that count for the retry policy.
    counted: u32,
    renewed: bool,
    clocked: bool,
}

/// Whether a status is a redirect (RFC 9110, section 15.4).
fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}
