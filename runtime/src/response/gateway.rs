//! The errors of API Gateway itself, as opposed to those of the service behind it.

use crate::json::{Tree, Value};
use http::{HeaderMap, StatusCode};

/// An error of API Gateway itself.
///
/// Source: "Gateway response types for API Gateway" in the API Gateway Developer Guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GatewayError {
    /// 401: the authorizer refused the credential, or there was none.
    Unauthorized,
    /// 401: the token has expired.
    TokenExpired,
    /// 403: the token lacks a scope of the route (HTTP APIs).
    InsufficientScope,
    /// 403: the credential is valid, but does not allow this call.
    AccessDenied,
    /// 403: no credential, **or no such path or method**. API Gateway sends the same response for both.
    MissingAuthenticationToken,
    /// 403: a bearer token for a route that requires a signature, or for a route that does not exist.
    IncompleteSignature,
    /// 403: the signature is not valid: wrong keys, wrong region, or a wrong clock.
    InvalidSignature,
    /// 403: the API key is missing or not valid, or a web application firewall blocked the call.
    Forbidden,
    /// 404: no such route or resource.
    NotFound,
    /// 400: a parameter or the body does not match the model of the API.
    BadRequest,
    /// 413: the body is larger than 10 MB.
    TooLarge,
    /// 415: the API does not accept the content type.
    UnsupportedMediaType,
    /// 429: too many requests; try again later.
    Throttled,
    /// 429: the quota of the usage plan is used up; a retry fails until it is renewed.
    QuotaExceeded,
    /// 500: the authorizer itself failed.
    AuthorizerFailure,
    /// 500: the API is not configured correctly, or its integration failed.
    Internal,
    /// 503: the gateway or the service behind it is not available.
    Unavailable,
    /// 504: the service behind the gateway did not respond in time.
    IntegrationTimeout,
}

impl GatewayError {
    /// Returns whether the same call can succeed later without a change.
    pub fn is_transient(self) -> bool {
        matches!(
            self,
            Self::Throttled | Self::AuthorizerFailure | Self::Internal | Self::Unavailable | Self::IntegrationTimeout
        )
    }

    /// Returns what it means and what to do, in one sentence.
    pub fn advice(self) -> &'static str {
        match self {
            Self::Unauthorized => {
                "the authorizer refused the credential: check which user pool, app client and token kind it requires"
            }
            Self::TokenExpired => "the token has expired: refresh it or sign in again",
            Self::InsufficientScope => "the token lacks the scopes of this route: sign in with them",
            Self::AccessDenied => "the credential is valid, but does not allow this call: check its policy",
            Self::MissingAuthenticationToken => {
                "no credential was received, or the path or method does not exist in the deployed stage: check the base URL first"
            }
            Self::IncompleteSignature => {
                "the route requires an AWS signature, or does not exist in the deployed stage: check the base URL first"
            }
            Self::InvalidSignature => "the AWS signature was refused: check keys, region and this machine's clock",
            Self::Forbidden => {
                "the API key is missing or not in a usage plan of this stage, or a firewall blocked the call"
            }
            Self::NotFound => "the gateway has no such route: check the base URL and its stage",
            Self::BadRequest => "the gateway's validation refused the request: compare it with the deployed model",
            Self::TooLarge => "the body is larger than the limit of API Gateway (10 MB)",
            Self::UnsupportedMediaType => "the gateway does not accept this content type",
            Self::Throttled => "too many requests: try again later",
            Self::QuotaExceeded => "the quota of the usage plan is used up: wait until it is renewed",
            Self::AuthorizerFailure => "the authorizer of the API failed: see its logs",
            Self::Internal => "the gateway or its integration failed: see the logs of the API",
            Self::Unavailable => "the service is not available: try again later",
            Self::IntegrationTimeout => "the service behind the gateway did not respond in time (29 s by default)",
        }
    }
}

/// Classifies a response: by `x-amzn-ErrorType` first, then by status and the exact messages of API Gateway.
pub(crate) fn classify(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Option<GatewayError> {
    if !status.is_client_error() && !status.is_server_error() {
        return None;
    }
    match header(headers, "x-amzn-errortype") {
        Some(name) => by_name(name, status, body),
        None => by_words(status, headers, body),
    }
}

/// The request id that AWS gave the call, from the first header that has one.
pub(crate) fn request_id(headers: &HeaderMap) -> Option<&str> {
    // A hostile server can send a header of many kilobytes, and the id is part of messages.
    REQUEST_IDS.iter().find_map(|name| header(headers, name)).map(|id| id.get(..MAX_REQUEST_ID).unwrap_or(id))
}

/// The longest request id. Those of AWS have up to 80 characters.
const MAX_REQUEST_ID: usize = 128;

const REQUEST_IDS: [&str; 4] = ["x-amzn-requestid", "apigw-requestid", "x-amz-apigw-id", "x-amzn-trace-id"];

fn by_name(name: &str, status: StatusCode, body: &[u8]) -> Option<GatewayError> {
    // AWS services write `Name`, `Name:http://…` and `namespace#Name`.
    let name = name.split(':').next().unwrap_or_default().rsplit('#').next().unwrap_or_default().trim();
    Some(match name {
        "UnauthorizedException" if contains(body, "expired") => GatewayError::TokenExpired,
        "UnauthorizedException" => GatewayError::Unauthorized,
        "ExpiredTokenException" if status == StatusCode::UNAUTHORIZED => GatewayError::TokenExpired,
        "AccessDeniedException" => GatewayError::AccessDenied,
        "MissingAuthenticationTokenException" => GatewayError::MissingAuthenticationToken,
        "IncompleteSignatureException" => GatewayError::IncompleteSignature,
        "InvalidSignatureException"
        | "SignatureDoesNotMatchException"
        | "SignatureDoesNotMatch"
        | "RequestTimeTooSkewedException"
        | "RequestTimeTooSkewed"
        | "RequestExpired"
        | "RequestInTheFuture"
        | "ExpiredTokenException"
        | "UnrecognizedClientException" => GatewayError::InvalidSignature,
        "ForbiddenException" => GatewayError::Forbidden,
        "NotFoundException" => GatewayError::NotFound,
        "BadRequestException" | "ValidationException" => GatewayError::BadRequest,
        "RequestTooLargeException" | "RequestEntityTooLargeException" => GatewayError::TooLarge,
        "UnsupportedMediaTypeException" => GatewayError::UnsupportedMediaType,
        "TooManyRequestsException" | "ThrottlingException" => GatewayError::Throttled,
        "LimitExceededException" => GatewayError::QuotaExceeded,
        "AuthorizerConfigurationException" => GatewayError::AuthorizerFailure,
        "InternalServerErrorException" | "InternalFailureException" => by_status(status)?,
        "ServiceUnavailableException" => GatewayError::Unavailable,
        "GatewayTimeoutException" => GatewayError::IntegrationTimeout,
        // A service behind the gateway can send the header too.
        _ => return None,
    })
}

/// Without the header (HTTP APIs, changed gateway responses) only the exact message shows that the error is the gateway's.
fn by_words(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Option<GatewayError> {
    if status == StatusCode::FORBIDDEN
        && header(headers, "www-authenticate").is_some_and(|text| text.contains("insufficient_scope"))
    {
        return Some(GatewayError::InsufficientScope);
    }
    request_id(headers)?;
    let body = (body.len() <= MAX_GATEWAY_BODY_BYTES).then_some(body)?;
    let tree = Tree::parse(body).ok()?;
    let value = tree.root();
    // The bodies of the gateway have no other member. Frameworks of services send the same words beside others.
    let Value::Object(members) = value else { return None };
    if members.iter().count() != 1 {
        return None;
    }
    let message = value.member("message").or_else(|| value.member("Message"))?.as_str()?;
    let gateway = match (status.as_u16(), message) {
        (401, "The incoming token has expired") => GatewayError::TokenExpired,
        (401, "Unauthorized") => GatewayError::Unauthorized,
        (403, "Missing Authentication Token") => GatewayError::MissingAuthenticationToken,
        (403, "Forbidden") => GatewayError::Forbidden,
        (403, text) if text.starts_with("User is not authorized to access this resource") => GatewayError::AccessDenied,
        (403, text)
            if ["Signature expired", "Signature not yet current", "The request signature we calculated"]
                .iter()
                .any(|words| text.starts_with(words)) =>
        {
            GatewayError::InvalidSignature
        }
        (403, text) if text.contains("not a valid key=value pair") => GatewayError::IncompleteSignature,
        (404, "Not Found") => GatewayError::NotFound,
        (400, "Invalid request body" | "Bad Request") => GatewayError::BadRequest,
        (413, "Request Too Long" | "Request Entity Too Large") => GatewayError::TooLarge,
        (415, "Unsupported Media Type") => GatewayError::UnsupportedMediaType,
        (429, "Limit Exceeded") => GatewayError::QuotaExceeded,
        (429, "Too Many Requests") => GatewayError::Throttled,
        (500 | 502, "Internal server error" | "Internal Server Error") => GatewayError::Internal,
        (503, "Service Unavailable") => GatewayError::Unavailable,
        (504, "Endpoint request timed out" | "Network error communicating with endpoint") => {
            GatewayError::IntegrationTimeout
        }
        _ => return None,
    };
    Some(gateway)
}

/// The bodies of gateway errors are one short message.
const MAX_GATEWAY_BODY_BYTES: usize = 4096;

fn by_status(status: StatusCode) -> Option<GatewayError> {
    match status.as_u16() {
        503 => Some(GatewayError::Unavailable),
        504 => Some(GatewayError::IntegrationTimeout),
        500..=599 => Some(GatewayError::Internal),
        _ => None,
    }
}

fn contains(body: &[u8], word: &str) -> bool {
    body.len() <= MAX_GATEWAY_BODY_BYTES && String::from_utf8_lossy(body).contains(word)
}

fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use http::HeaderName;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap())).collect()
    }

    fn of(status: u16, pairs: &[(&'static str, &'static str)], body: &str) -> Option<GatewayError> {
        classify(StatusCode::from_u16(status).unwrap(), &headers(pairs), body.as_bytes())
    }

    #[test]
    fn a_request_id_has_a_limited_length() {
        let long = "a".repeat(8000);
        let headers = HeaderMap::from_iter([(HeaderName::from_static("apigw-requestid"), long.parse().unwrap())]);
        assert_eq!(request_id(&headers).map(str::len), Some(128));
    }

    #[test]
    fn a_service_that_uses_the_words_of_the_gateway_is_not_the_gateway() {
        let id = [("apigw-requestid", "1")];
        assert_eq!(of(429, &id, r#"{"message":"Too Many Requests"}"#), Some(GatewayError::Throttled));
        for body in [
            r#"{"statusCode":429,"error":"Too Many Requests","message":"Too Many Requests"}"#,
            r#"{"message":"Too Many Requests","code":"rate_limited"}"#,
            r#"[{"message":"Too Many Requests"}]"#,
            r#"{"error":"Too Many Requests"}"#,
        ] {
            assert_eq!(of(429, &id, body), None, "{body}");
        }
    }

    #[test]
    fn the_error_type_takes_precedence() {
        let typed = |name| [("x-amzn-errortype", name)];
        assert_eq!(of(403, &typed("AccessDeniedException"), ""), Some(GatewayError::AccessDenied));
        assert_eq!(of(403, &typed("ForbiddenException:http://x/"), ""), Some(GatewayError::Forbidden));
        assert_eq!(of(429, &typed("TooManyRequestsException"), ""), Some(GatewayError::Throttled));
        assert_eq!(of(429, &typed("LimitExceededException"), ""), Some(GatewayError::QuotaExceeded));
        assert_eq!(
            of(401, &typed("UnauthorizedException"), r#"{"message":"Unauthorized"}"#),
            Some(GatewayError::Unauthorized)
        );
        assert_eq!(
            of(401, &typed("UnauthorizedException"), r#"{"message":"The incoming token has expired"}"#),
            Some(GatewayError::TokenExpired)
        );
        assert_eq!(of(504, &typed("InternalServerErrorException"), ""), Some(GatewayError::IntegrationTimeout));
        // The header of another service takes precedence over the messages of API Gateway.
        assert_eq!(of(404, &typed("ResourceNotFoundException"), r#"{"message":"Not Found"}"#), None);
    }

    #[test]
    fn errors_of_http_apis_are_recognized_by_their_messages() {
        let id = [("apigw-requestid", "abc=")];
        assert_eq!(of(401, &id, r#"{"message":"Unauthorized"}"#), Some(GatewayError::Unauthorized));
        assert_eq!(of(403, &id, r#"{"message":"Forbidden"}"#), Some(GatewayError::Forbidden));
        assert_eq!(of(404, &id, r#"{"message":"Not Found"}"#), Some(GatewayError::NotFound));
        assert_eq!(of(404, &id, r#"{"message":"no such pet"}"#), None);
        assert_eq!(of(404, &[], r#"{"message":"Not Found"}"#), None);
        let scope = [("www-authenticate", r#"Bearer scope="a b" error="insufficient_scope""#)];
        assert_eq!(of(403, &scope, ""), Some(GatewayError::InsufficientScope));
    }

    #[test]
    fn a_success_is_not_a_gateway_error() {
        assert_eq!(of(200, &[("x-amzn-errortype", "ForbiddenException")], ""), None);
    }

    #[test]
    fn the_request_id_comes_from_whichever_header_has_it() {
        assert_eq!(request_id(&headers(&[("apigw-requestid", "a"), ("x-amzn-trace-id", "t")])), Some("a"));
        assert_eq!(request_id(&headers(&[("x-amz-apigw-id", "b")])), Some("b"));
        assert_eq!(request_id(&HeaderMap::new()), None);
    }
}
