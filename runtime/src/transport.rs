//! Sends a call: deadlines, bounds, one retry after a refused token.

use crate::answer::{Head, NOWHERE, Raw, RawBody, Streaming};
use crate::api::{Content, Operation, Status};
use crate::authorize::{Authorized, authorize};
use crate::body::RequestBody;
use crate::client::Core;
use crate::credentials::AnyCredential;
use crate::error::{ErrorKind, Failure};
use crate::request::{Draft, Request};
use crate::sigv4::sign;
use crate::token::TokenErrorKind;
use bytes::{Bytes, BytesMut};
use http::header::{ACCEPT, COOKIE, HeaderMap, HeaderValue};
use http::{Method, StatusCode, Uri};
use std::sync::Arc;
use tokio::time::{Instant, timeout_at};
use url::Url;

/// An answer, and what it answers; typed by its reader.
pub(crate) type Outcome = Result<(&'static Operation, Raw), Failure>;

/// Sends a call and takes its answer.
pub(crate) async fn perform(mut request: Request<'_>, own: Option<AnyCredential>) -> Outcome {
    if let Some(failure) = request.take_failure() {
        return Err(failure);
    }
    let Request { core, operation, draft, body, timeout, .. } = request;
    let allowed = timeout.unwrap_or(core.timeout());
    // A time too long to be reckoned with is as good as thirty years.
    let deadline = Instant::now().checked_add(allowed).unwrap_or_else(|| Instant::now() + FAR);
    let call = CallState { core, operation, own };
    match timeout_at(deadline, call.run(draft, body)).await {
        Ok(outcome) => outcome.map(|raw| (operation, raw)),
        Err(_) => Err(call.failure(ErrorKind::Timeout, "no complete answer within the time allowed")),
    }
}

/// The request without credentials.
pub(crate) fn build(mut request: Request<'_>) -> Result<http::Request<RequestBody>, Failure> {
    if let Some(failure) = request.take_failure() {
        return Err(failure);
    }
    let Request { core, operation, draft, body, .. } = request;
    Wire::new(core, operation, draft, body)?.into_http(operation)
}

/// The request with its credentials.
pub(crate) async fn build_authorized(mut request: Request<'_>) -> Result<http::Request<RequestBody>, Failure> {
    if let Some(failure) = request.take_failure() {
        return Err(failure);
    }
    let Request { core, operation, draft, body, .. } = request;
    let call = CallState { core, operation, own: None };
    let (wire, _) = call.authorized(draft, body).await?;
    wire.into_http(operation)
}

const FAR: std::time::Duration = std::time::Duration::from_secs(30 * 365 * 24 * 3600);

/// API Gateway takes no body of more than 10 MB; a stream that has to be signed is read up to this.
const LARGEST_SIGNED: usize = 10 * 1024 * 1024;

struct CallState<'c> {
    core: &'c Core,
    operation: &'static Operation,
    own: Option<AnyCredential>,
}

/// A request in full.
struct Wire {
    method: Method,
    url: Url,
    headers: HeaderMap,
    body: RequestBody,
}

impl CallState<'_> {
    /// Sends the request; if its token is refused and a newer one is there, once more with that.
    ///
    /// This is the one place where a call is sent more than once.
    async fn run(&self, draft: Draft, body: RequestBody) -> Result<Raw, Failure> {
        let again = body.again();
        let (wire, authorized) = self.authorized(draft.clone(), body).await?;
        let response = self.send(wire).await?;
        if response.status() == StatusCode::UNAUTHORIZED
            && let Some(body) = again
            && self.renewed(&authorized).await?
        {
            drop(response);
            let (wire, _) = self.authorized(draft, body).await?;
            let response = self.send(wire).await?;
            return self.take(response).await;
        }
        self.take(response).await
    }

    /// Whether one of the tokens that were refused has been replaced.
    async fn renewed(&self, authorized: &Authorized) -> Result<bool, Failure> {
        let mut renewed = false;
        for (provider, generation) in &authorized.tokens {
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

    async fn authorized(&self, mut draft: Draft, body: RequestBody) -> Result<(Wire, Authorized), Failure> {
        let authorized = authorize(self.core, self.operation, self.own.as_ref(), &mut draft).await?;
        let body = match &authorized.signer {
            Some(_) => self.whole(body).await?,
            None => body,
        };
        let mut wire = Wire::new(self.core, self.operation, draft, body)?;
        if let Some(signer) = &authorized.signer {
            let now = self.core.clock().now();
            let bytes = wire.body.as_bytes().unwrap_or_default();
            sign(&signer.credentials, &signer.region, &wire.method, &wire.url, &mut wire.headers, bytes, now)
                .map_err(|why| self.failure(ErrorKind::Credential, why))?;
        }
        Ok((wire, authorized))
    }

    async fn whole(&self, body: RequestBody) -> Result<RequestBody, Failure> {
        match body.whole(LARGEST_SIGNED).await {
            Ok(Some(body)) => Ok(body),
            Ok(None) => Err(self.failure(ErrorKind::Request, "a body that is signed may have 10 MiB at most")),
            Err(error) => Err(self.failure(ErrorKind::Request, "the body can't be read").source(error)),
        }
    }

    async fn send(&self, wire: Wire) -> Result<reqwest::Response, Failure> {
        let response = self.core.http().execute(wire.into_reqwest()).await;
        response.map_err(|error| self.lost(error))
    }

    /// Reads an answer as far as it may be read, and finds its place in the document.
    async fn take(&self, response: reqwest::Response) -> Result<Raw, Failure> {
        let status = response.status();
        let head = Arc::new(Head { status, headers: response.headers().clone() });
        let index = self.operation.answer(status.as_u16());
        let documented = index.and_then(|index| self.operation.answers.get(index));
        let exact = documented.is_some_and(|answer| answer.status != Status::Default);
        if is_redirect(status) && !exact {
            let message =
                "the answer is a redirect, which is not followed: check the base URL, its stage and its scheme";
            return Err(self.failure(ErrorKind::Redirect, message).answer(&head, &Bytes::new()));
        }
        if let Some(answer) = documented {
            let (success, content) = (answer.success, answer.content);
            let body = match content {
                Content::Stream if success => RawBody::Stream(Streaming::new(response)),
                _ => RawBody::Whole(self.collect(response, &head).await?),
            };
            return Ok(Raw { head, index: index.unwrap_or(NOWHERE), content, success, body });
        }
        let body = self.collect(response, &head).await?;
        if status.is_success() && !self.operation.has_success() {
            let body = RawBody::Whole(body);
            return Ok(Raw { head, index: NOWHERE, content: Content::Empty, success: true, body });
        }
        let failure = self.failure(ErrorKind::Undocumented, "the document doesn't know an answer of this status");
        Err(failure.answer(&head, &body).or_gateway())
    }

    async fn collect(&self, mut response: reqwest::Response, head: &Arc<Head>) -> Result<Bytes, Failure> {
        let limit = self.core.max_answer_bytes();
        let mut body = BytesMut::new();
        loop {
            let chunk = response.chunk().await.map_err(|error| self.lost(error).answer(head, &Bytes::new()))?;
            let Some(chunk) = chunk else {
                return Ok(body.freeze());
            };
            if chunk.len() > limit - body.len() {
                let message = format!("the answer is larger than the {limit} bytes that are allowed");
                return Err(self.failure(ErrorKind::TooLarge, message).answer(head, &Bytes::new()));
            }
            body.extend_from_slice(&chunk);
        }
    }

    /// A call that came to no answer. The URL is left out: its query may hold a key.
    fn lost(&self, error: reqwest::Error) -> Failure {
        let (kind, message) = if error.is_timeout() {
            (ErrorKind::Timeout, "no complete answer within the time allowed")
        } else if error.is_connect() {
            (ErrorKind::Connect, "the server was not reached")
        } else {
            (ErrorKind::Transport, "the connection failed during the call")
        };
        self.failure(kind, message).source(error.without_url())
    }

    fn failure(&self, kind: ErrorKind, message: impl Into<std::borrow::Cow<'static, str>>) -> Failure {
        Failure::new(kind, self.operation, message)
    }
}

impl Wire {
    fn new(core: &Core, operation: &'static Operation, draft: Draft, body: RequestBody) -> Result<Self, Failure> {
        let failure = |message: &'static str| Failure::new(ErrorKind::Request, operation, message);
        let url = core.url(&draft).map_err(failure)?;
        let Draft { method, mut headers, cookies, .. } = draft;
        if let Some(accept) = operation.accept {
            let accept = HeaderValue::from_str(accept).map_err(|_| failure("the `Accept` header can't be sent"))?;
            headers.entry(ACCEPT).or_insert(accept);
        }
        if !cookies.is_empty() {
            let pairs = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
            let mut value = HeaderValue::from_str(&pairs).map_err(|_| failure("the cookies can't be sent"))?;
            value.set_sensitive(true);
            headers.insert(COOKIE, value);
        }
        Ok(Self { method, url, headers, body })
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
