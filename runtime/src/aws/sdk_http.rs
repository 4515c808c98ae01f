//! The AWS SDK's requests over `reqwest`, so that a program has one HTTP client, one set of proxies and TLS roots.

use crate::client::http_client::{READ_LIMIT, read_bounded, reason};
use crate::json::{Tree, Value};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use std::collections::BTreeSet;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

/// A `reqwest::Client` as the SDK's.
#[derive(Clone)]
pub(crate) struct ReqwestConnector {
    client: reqwest::Client,
    timeout: Duration,
}

impl ReqwestConnector {
    /// One exchange may take `timeout`, whatever limit the HTTP client itself has.
    pub(crate) fn new(client: reqwest::Client, timeout: Duration) -> Self {
        Self { client, timeout }
    }
}

impl HttpClient for ReqwestConnector {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for ReqwestConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::new(exchange(self.clone(), request))
    }
}

impl fmt::Debug for ReqwestConnector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OverReqwest")
    }
}

async fn exchange(over: ReqwestConnector, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
    let request = request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
    let (parts, body) = request.into_parts();
    // The SDK's stalled-stream protection counts the bytes that are read from the body as a stream. A body that is taken
    // in another way counts as an upload that stalls, and its request is cut off after six seconds.
    let body = ByteStream::new(body).collect().await.map_err(|error| ConnectorError::user(error.into()))?.to_vec();
    let mut request = reqwest::Request::try_from(http::Request::from_parts(parts, body))
        .map_err(|error| ConnectorError::user(error.without_url().into()))?;
    *request.timeout_mut() = Some(over.timeout);
    let response = over.client.execute(request).await.map_err(connector_error)?;

    let mut answer = http::Response::builder().status(response.status());
    if let Some(headers) = answer.headers_mut() {
        *headers = response.headers().clone();
    }
    let body = read_bounded(response, READ_LIMIT)
        .await
        .map_err(connector_error)?
        .ok_or_else(|| dishonest("the answer is too long"))?;
    // The SDK takes the last of two members of one name, another reader the first.
    if Tree::parse(&body).is_ok_and(|answer| has_twins(answer.root())) {
        return Err(dishonest("the answer has two members of one name"));
    }
    // As a stream: the SDK logs an answer at TRACE, and of a stream it shows nothing.
    let body = SdkBody::from_body_1_x(reqwest::Body::from(body));
    let answer = answer.body(body).map_err(|error| ConnectorError::other(error.into(), None))?;
    HttpResponse::try_from(answer).map_err(|error| ConnectorError::other(error.into(), None))
}

fn connector_error(error: reqwest::Error) -> ConnectorError {
    let (timeout, user) = (error.is_timeout(), error.is_builder());
    let failed = Box::new(HttpFailure { unsent: error.is_connect(), dishonest: false, text: reason(&error) });
    if timeout {
        ConnectorError::timeout(failed)
    } else if user {
        ConnectorError::user(failed)
    } else {
        ConnectorError::io(failed)
    }
}

/// An answer that no honest server gives.
fn dishonest(why: &str) -> ConnectorError {
    ConnectorError::io(Box::new(HttpFailure { unsent: false, dishonest: true, text: why.to_owned() }))
}

fn has_twins(value: Value<'_>) -> bool {
    match value {
        Value::Array(items) => items.iter().any(has_twins),
        Value::Object(members) => {
            let mut seen = BTreeSet::new();
            members.iter().any(|(name, value)| !seen.insert(name) || has_twins(value))
        }
        _ => false,
    }
}

/// Why no answer came, or none that can be used.
#[derive(Debug)]
pub(crate) struct HttpFailure {
    /// No connection came about, so nothing was sent.
    #[cfg_attr(
        not(any(feature = "cognito", feature = "identity-pool")),
        expect(dead_code, reason = "retries ask for it")
    )]
    pub(crate) unsent: bool,
    /// It came, and is none that an honest server gives.
    #[cfg_attr(not(feature = "cognito"), expect(dead_code, reason = "sign-in asks for it"))]
    pub(crate) dishonest: bool,
    pub(crate) text: String,
}

impl fmt::Display for HttpFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl StdError for HttpFailure {}
