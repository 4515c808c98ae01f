//! Sends the requests of the AWS SDK by `reqwest`, so that a program has one HTTP client with one proxy and one set of TLS roots.

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

/// A `reqwest::Client` as an HTTP client of the SDK.
#[derive(Clone)]
pub(crate) struct ReqwestConnector {
    client: reqwest::Client,
    timeout: Duration,
}

impl ReqwestConnector {
    /// `timeout` is the time limit of one request, in place of that of the HTTP client.
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
        HttpConnectorFuture::new(send(self.clone(), request))
    }
}

impl fmt::Debug for ReqwestConnector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReqwestConnector")
    }
}

async fn send(connector: ReqwestConnector, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
    let request = request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
    let (parts, body) = request.into_parts();
    // The stalled-stream protection of the SDK counts the bytes that are read from the body as a stream. If the body is read in another
    // way, the upload counts as stalled, and the request is cancelled after six seconds.
    let body = ByteStream::new(body).collect().await.map_err(|error| ConnectorError::user(error.into()))?.to_vec();
    let mut request = reqwest::Request::try_from(http::Request::from_parts(parts, body))
        .map_err(|error| ConnectorError::user(error.without_url().into()))?;
    *request.timeout_mut() = Some(connector.timeout);
    let response = connector.client.execute(request).await.map_err(connector_error)?;

    let mut answered = http::Response::builder().status(response.status());
    if let Some(headers) = answered.headers_mut() {
        *headers = response.headers().clone();
    }
    let body = read_bounded(response, READ_LIMIT)
        .await
        .map_err(connector_error)?
        .ok_or_else(|| invalid("the response is too long"))?;
    // Of two members with the same name the SDK reads the last, and other parsers the first.
    if Tree::parse(&body).is_ok_and(|tree| has_duplicates(tree.root())) {
        return Err(invalid("the response has two members with the same name"));
    }
    // As a stream, since the SDK logs responses at the level TRACE, without the content of streams.
    let body = SdkBody::from_body_1_x(reqwest::Body::from(body));
    let answered = answered.body(body).map_err(|error| ConnectorError::other(error.into(), None))?;
    HttpResponse::try_from(answered).map_err(|error| ConnectorError::other(error.into(), None))
}

fn connector_error(error: reqwest::Error) -> ConnectorError {
    let (timeout, user) = (error.is_timeout(), error.is_builder());
    let failed = Box::new(HttpFailure { unsent: error.is_connect(), invalid: false, text: reason(&error) });
    if timeout {
        ConnectorError::timeout(failed)
    } else if user {
        ConnectorError::user(failed)
    } else {
        ConnectorError::io(failed)
    }
}

/// A response that is not valid.
fn invalid(why: &str) -> ConnectorError {
    ConnectorError::io(Box::new(HttpFailure { unsent: false, invalid: true, text: why.to_owned() }))
}

fn has_duplicates(value: Value<'_>) -> bool {
    match value {
        Value::Array(items) => items.iter().any(has_duplicates),
        Value::Object(members) => {
            let mut names = BTreeSet::new();
            members.iter().any(|(name, value)| !names.insert(name) || has_duplicates(value))
        }
        _ => false,
    }
}

/// Why there is no valid response.
#[derive(Debug)]
pub(crate) struct HttpFailure {
    /// There was no connection, so nothing was sent.
    #[cfg_attr(
        not(any(feature = "cognito", feature = "identity-pool")),
        expect(dead_code, reason = "retries read it")
    )]
    pub(crate) unsent: bool,
    /// There was a response, which is not valid.
    #[cfg_attr(not(feature = "cognito"), expect(dead_code, reason = "sign-in reads it"))]
    pub(crate) invalid: bool,
    pub(crate) text: String,
}

impl fmt::Display for HttpFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl StdError for HttpFailure {}
