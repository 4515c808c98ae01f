//! A complete request: with its URL, its credentials and its body.

use crate::call::authorize::Authorized;
use crate::client::builder::UNENCRYPTED;
use crate::client::core::Core;
use crate::contract::api::Operation;
use crate::request::body::RequestBody;
use crate::request::draft::{AuthorizedParts, Draft};
use crate::response::error::{ErrorKind, Failure};
use bytes::Bytes;
use http::header::{ACCEPT, COOKIE, HeaderMap, HeaderValue};
use http::{Method, Uri};
use url::Url;

/// A complete request.
pub(crate) struct OutgoingRequest {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: RequestBody,
}

impl OutgoingRequest {
    pub(crate) fn new(
        core: &Core,
        operation: &'static Operation,
        draft: &Draft,
        authorized: &Authorized,
        body: RequestBody,
    ) -> Result<Self, Failure> {
        let failure = |message: &'static str| Failure::new(ErrorKind::Request, operation, message);
        let mut parts = draft.parts();
        authorized.put_on(&mut parts).map_err(|why| Failure::new(ErrorKind::Credential, operation, why))?;
        let AuthorizedParts { mut headers, query, cookies } = parts;
        let has_secret = !authorized.is_empty() || headers.keys().any(|name| core.api().is_credential_header(name));
        if has_secret && !core.sends_secrets() {
            let message = format!("the base URL is plain http, and {UNENCRYPTED}");
            return Err(Failure::new(ErrorKind::Credential, operation, message));
        }
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

    pub(crate) fn into_reqwest(self) -> reqwest::Request {
        let mut request = reqwest::Request::new(self.method, self.url);
        *request.headers_mut() = self.headers;
        *request.body_mut() = self.body.into_reqwest();
        request
    }

    pub(crate) fn into_http(self, operation: &'static Operation) -> Result<http::Request<RequestBody>, Failure> {
        let mut request = http::Request::new(self.body);
        *request.method_mut() = self.method;
        *request.uri_mut() = Uri::try_from(self.url.as_str()).map_err(|error| {
            Failure::new(ErrorKind::Request, operation, "the URL of the request is not valid").source(error)
        })?;
        *request.headers_mut() = self.headers;
        Ok(request)
    }
}
