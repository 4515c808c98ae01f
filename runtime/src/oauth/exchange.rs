//! One exchange with an OAuth endpoint: a form is sent, and tokens or an error are read (RFC 6749, sections 2.3.1 and 5).

use crate::auth::error::{AuthError, AuthErrorKind};
use crate::auth::signed_in::{Origin, SignedIn};
use crate::client::http_client::{READ_LIMIT, read_bounded, reason};
use crate::secret::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use serde::Deserialize;
use std::time::Duration;
use url::Url;
use url::form_urlencoded::{Serializer, byte_serialize};

/// The HTTP client of the program, with the credentials of an app client.
#[derive(Clone)]
pub(super) struct FormClient {
    pub http: reqwest::Client,
    /// The time limit of one exchange, from the connection to the last byte of the response.
    pub timeout: Duration,
    pub client_id: String,
    pub client_secret: Option<Secret>,
}

/// A response with a status of success.
pub(super) struct FormAnswer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl FormClient {
    /// Sends a form once, with the credentials of the app client.
    ///
    /// # Errors
    /// A response that is not a success is an error, with the code and the request id of the server.
    pub(super) async fn send(
        &self,
        operation: &'static str,
        endpoint: &Url,
        form: &[(&str, &str)],
    ) -> Result<FormAnswer, AuthError> {
        let network = |error: &reqwest::Error| {
            let failed = AuthError::because(AuthErrorKind::Network, operation, reason(error));
            if error.is_connect() { failed.unsent() } else { failed }
        };
        let response = self.http.execute(self.request(endpoint, form)).await.map_err(|error| network(&error))?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = read_bounded(response, READ_LIMIT)
            .await
            .map_err(|error| network(&error))?
            .ok_or_else(|| AuthError::because(AuthErrorKind::Protocol, operation, "the response is too long"))?;
        FormAnswer::read(operation, status, headers, body)
    }

    fn request(&self, endpoint: &Url, form: &[(&str, &str)]) -> reqwest::Request {
        let mut request = reqwest::Request::new(Method::POST, endpoint.clone());
        *request.timeout_mut() = Some(self.timeout);
        let mut body = Serializer::new(String::new());
        body.extend_pairs(form);
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static(JSON));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        match self.basic() {
            Some(basic) => drop(headers.insert(AUTHORIZATION, basic)),
            None => drop(body.append_pair("client_id", &self.client_id)),
        }
        *request.body_mut() = Some(body.finish().into());
        request
    }

    /// The id and the secret as Basic credentials, if there is a secret. Both are form-encoded first (RFC 6749, section 2.3.1).
    fn basic(&self) -> Option<HeaderValue> {
        let secret = self.client_secret.as_ref()?;
        let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
        let pair = format!("{}:{}", encoded(&self.client_id), encoded(secret.expose()));
        let mut value = HeaderValue::try_from(format!("Basic {}", STANDARD.encode(pair))).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

impl FormAnswer {
    /// Reads a complete response.
    pub(super) fn read(
        operation: &'static str,
        status: StatusCode,
        headers: HeaderMap,
        body: Vec<u8>,
    ) -> Result<Self, AuthError> {
        if status.is_success() {
            return Ok(Self { status, headers, body });
        }
        let refusal = serde_json::from_slice::<Refusal>(&body).ok();
        let id = REQUEST_IDS.iter().find_map(|name| headers.get(*name)?.to_str().ok());
        Err(AuthError::answered(
            operation,
            refusal.as_ref().map(|refusal| refusal.error.as_str()),
            refusal.as_ref().and_then(|refusal| refusal.error_description.as_deref()),
            id,
            Some(status.as_u16()),
        ))
    }

    /// The tokens of the response. `asked` are the scopes of the request, which are granted if the response has none (RFC 6749,
    /// section 5.1).
    pub(super) fn tokens(self, operation: &'static str, asked: Option<&[String]>) -> Result<SignedIn, AuthError> {
        let invalid = |what| AuthError::because(AuthErrorKind::Protocol, operation, what);
        // RFC 6749, section 7.1: a client must not use a token of a type that it does not know.
        let bearer = serde_json::from_slice::<TokenType>(&self.body)
            .is_ok_and(|answer| answer.token_type.eq_ignore_ascii_case("bearer"));
        if !bearer {
            return Err(invalid("the response has no bearer tokens"));
        }
        // The message of the parser is left out, since it can contain a part of the response, such as a token.
        let answer = serde_json::from_slice::<TokenAnswer>(&self.body)
            .ok()
            .filter(|answer| self.status == StatusCode::OK && self.is_json() && !answer.access_token.is_empty())
            .ok_or_else(|| invalid("the response has no tokens"))?;
        let granted =
            answer.scope.map(|scope| scope.split(' ').filter(|name| !name.is_empty()).map(str::to_owned).collect());
        Ok(SignedIn {
            id_token: answer.id_token.map(Secret::from),
            access_token: answer.access_token.into(),
            refresh_token: answer.refresh_token.map(Secret::from),
            expires_in: answer.expires_in.map_or(DEFAULT_LIFETIME, Duration::from_secs),
            token_type: "Bearer".to_owned(),
            scopes: granted.or_else(|| asked.map(<[String]>::to_vec)),
            origin: Origin::TokenEndpoint,
            username: None,
            device_key: None,
            new_device: None,
        })
    }

    /// Whether the body is JSON by its media type, or has none.
    fn is_json(&self) -> bool {
        let Some(media) = self.headers.get(CONTENT_TYPE) else { return true };
        media.to_str().is_ok_and(|media| media.to_ascii_lowercase().starts_with(JSON))
    }
}

/// A response of the token endpoint (RFC 6749, section 5.1; OpenID Connect Core 1.0, section 3.1.3.3).
#[derive(Deserialize)]
struct TokenAnswer {
    access_token: String,
    expires_in: Option<u64>,
    refresh_token: Option<String>,
    scope: Option<String>,
    id_token: Option<String>,
}

/// The token type of a response.
#[derive(Deserialize)]
struct TokenType {
    token_type: String,
}

/// An error of an OAuth endpoint (RFC 6749, section 5.2).
#[derive(Deserialize)]
struct Refusal {
    error: String,
    error_description: Option<String>,
}

const JSON: &str = "application/json";

/// The headers with the request id of AWS.
const REQUEST_IDS: [&str; 3] = ["x-amzn-requestid", "x-amz-cognito-request-id", "x-amz-cf-id"];

/// The lifetime of an access token whose response has none: that of Cognito by default.
const DEFAULT_LIFETIME: Duration = Duration::from_secs(3600);

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::client::http_client::client_for;

    fn read(status: u16, media: Option<&'static str>, body: &str) -> Result<SignedIn, AuthError> {
        let mut headers = HeaderMap::new();
        headers.extend(media.map(|media| (CONTENT_TYPE, HeaderValue::from_static(media))));
        let status = StatusCode::from_u16(status).unwrap();
        FormAnswer::read("test", status, headers, body.as_bytes().to_vec())?.tokens("test", Some(&["asked".to_owned()]))
    }

    fn sent(secret: Option<&str>) -> (HeaderMap, String) {
        let endpoint = Url::parse("https://auth.example.com/oauth2/token").unwrap();
        let client = FormClient {
            http: client_for(&endpoint, None).unwrap(),
            timeout: Duration::from_secs(7),
            client_id: "id: 1".to_owned(),
            client_secret: secret.map(Secret::from),
        };
        let request = client.request(&endpoint, &[("token", "a&b=c d")]);
        assert_eq!(request.timeout(), Some(&client.timeout));
        let body = request.body().and_then(|body| body.as_bytes()).unwrap();
        (request.headers().clone(), String::from_utf8(body.to_vec()).unwrap())
    }

    #[test]
    fn an_app_client_with_a_secret_has_basic_credentials_and_one_without_names_itself() {
        let (headers, body) = sent(Some("s:3+%"));
        let basic = format!("Basic {}", STANDARD.encode("id%3A+1:s%3A3%2B%25"));
        assert_eq!(headers[AUTHORIZATION], basic);
        assert!(headers[AUTHORIZATION].is_sensitive());
        assert_eq!((headers[ACCEPT].as_bytes(), body.as_str()), (JSON.as_bytes(), "token=a%26b%3Dc+d"));

        let (headers, body) = sent(None);
        assert_eq!(headers.get(AUTHORIZATION), None);
        assert_eq!(body, "token=a%26b%3Dc+d&client_id=id%3A+1");
    }

    #[test]
    fn tokens_are_read_as_the_rfc_describes_them() {
        let least = r#"{"access_token": "a", "token_type": "BEARER", "new": [1]}"#;
        let tokens = read(200, Some("Application/JSON; charset=utf-8"), least).unwrap();
        assert_eq!((tokens.access_token.expose(), tokens.expires_in), ("a", DEFAULT_LIFETIME));
        assert_eq!(tokens.scopes, Some(vec!["asked".to_owned()]), "the scopes of the request were granted");
        assert!(tokens.id_token.is_none() && tokens.refresh_token.is_none());

        let all = r#"{"access_token": "a", "id_token": "i", "refresh_token": "r", "token_type": "bearer", "expires_in": 60,
                      "scope": "pets/read  openid"}"#;
        let tokens = read(200, None, all).unwrap();
        assert_eq!(tokens.expires_in, Duration::from_secs(60));
        assert_eq!(tokens.scopes, Some(vec!["pets/read".to_owned(), "openid".to_owned()]));
        assert_eq!(tokens.id_token.unwrap().expose(), "i");
        assert_eq!(tokens.refresh_token.unwrap().expose(), "r");
    }

    #[test]
    fn a_response_without_bearer_tokens_is_refused_and_not_shown() {
        let good = r#"{"access_token": "canary", "token_type": "Bearer"}"#;
        let json = Some(JSON);
        for (status, media, body) in [
            (200, json, r#"{"access_token": "canary", "token_type": "DPoP"}"#),
            (200, json, r#"{"access_token": "canary"}"#),
            (200, json, r#"{"token_type": "Bearer", "canary": 1}"#),
            (200, json, r#"{"access_token": "", "token_type": "Bearer"}"#),
            (200, json, r#"{"access_token": 1, "token_type": "Bearer"}"#),
            (200, json, r#"{"access_token": "a", "access_token": "canary", "token_type": "Bearer"}"#),
            (200, json, r#"{"access_token": "canary", "token_type": "Bearer"} x"#),
            (200, json, r#"{"access_token": "canary", "token_type": "Bearer", "expires_in": -1}"#),
            (200, json, ""),
            (200, Some("text/html"), good),
            (201, json, good),
        ] {
            let error = read(status, media, body).unwrap_err();
            assert_eq!(error.kind(), AuthErrorKind::Protocol, "{body}");
            assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
        }
        assert!(read(200, json, good).is_ok());
    }

    #[test]
    fn an_error_has_the_code_of_the_server_and_its_request_id() {
        let mut headers = HeaderMap::new();
        headers.insert("x-amz-cf-id", HeaderValue::from_static("edge-1"));
        let body = br#"{"error": "invalid_grant", "error_description": "canary"}"#.to_vec();
        let error = FormAnswer::read("test", StatusCode::BAD_REQUEST, headers, body).err().unwrap();
        assert_eq!((error.code(), error.request_id()), (Some("invalid_grant"), Some("edge-1")));
        assert_eq!(error.service_message(), Some("canary"));
        assert!(!error.to_string().contains("canary"));
        let throttled = FormAnswer::read("test", StatusCode::TOO_MANY_REQUESTS, HeaderMap::new(), Vec::new());
        assert_eq!(throttled.err().unwrap().kind(), AuthErrorKind::Throttled);
    }
}
