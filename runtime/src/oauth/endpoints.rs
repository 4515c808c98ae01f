//! The OAuth 2.0 endpoints of a domain: messages of the `oauth2` crate, sent by the HTTP client of the program.

use crate::auth::cause::{SECRET_MISSING, SECRET_WRONG};
use crate::auth::error::{AuthError, AuthErrorKind};
use crate::auth::signed_in::{Origin, SignedIn};
use crate::client::http_client::{READ_LIMIT, read_bounded, reason};
use crate::cognito::registration::Registration;
use crate::oauth::addresses::Addresses;
#[cfg(feature = "fuzzing")]
use crate::oauth::addresses::mistake;
use crate::secret::Secret;
use base64::Engine as _;
use oauth2::basic::{
    BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType,
};
use oauth2::{
    AsyncHttpClient, AuthType, AuthUrl, AuthorizationCode, Client, ClientId, ClientSecret, EndpointNotSet, EndpointSet,
    ExtraTokenFields, HttpRequest, HttpResponse, PkceCodeVerifier, RedirectUrl, RefreshToken, RequestTokenError, Scope,
    StandardRevocableToken, StandardTokenResponse, TokenResponse as _, TokenUrl,
};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// The endpoints of one domain, for one app client.
#[derive(Clone)]
pub(crate) struct Endpoints {
    pub addresses: Addresses,
    client_id: String,
    client_secret: Option<Secret>,
    http: Http,
}

/// The HTTP client of the program, with the time limit of one request.
#[derive(Clone)]
struct Http {
    client: reqwest::Client,
    timeout: Duration,
}

impl Endpoints {
    /// The endpoints at these addresses.
    pub(crate) fn new(
        addresses: Addresses,
        registration: &Registration,
        client_secret: Option<Secret>,
    ) -> Result<Self, AuthError> {
        let http = Http { client: registration.http(&addresses.token)?, timeout: registration.settings.timeout };
        let client_id = registration.settings.client_id.clone();
        Ok(Self { addresses, client_id, client_secret, http })
    }

    /// The client of the `oauth2` crate.
    pub(crate) fn client(&self) -> OAuthClient {
        let client = Client::new(ClientId::new(self.client_id.clone()))
            .set_auth_uri(AuthUrl::from_url(self.addresses.authorize.clone()))
            .set_token_uri(TokenUrl::from_url(self.addresses.token.clone()))
            .set_auth_type(AuthType::BasicAuth);
        match &self.client_secret {
            Some(secret) => client.set_client_secret(ClientSecret::new(secret.expose().to_owned())),
            None => client,
        }
    }

    /// Redeems a code. The request is sent once, since a code can be used once.
    pub(crate) async fn redeem(
        &self,
        code: String,
        verifier: PkceCodeVerifier,
        redirect: RedirectUrl,
        parameters: &[(String, String)],
    ) -> Result<SignedIn, AuthError> {
        let client = self.client();
        let http = OAuthExchange { http: self.http.clone(), operation: REDEEM };
        let mut request = client
            .exchange_code(AuthorizationCode::new(code))
            .set_pkce_verifier(verifier)
            .set_redirect_uri(Cow::Owned(redirect));
        for (name, value) in parameters {
            request = request.add_extra_param(name.as_str(), value.as_str());
        }
        let answer = request.request_async(&http).await.map_err(|error| {
            let error = self.explained(failure(REDEEM, error));
            match error.code() {
                Some("invalid_grant") => error.meaning(AuthErrorKind::SignInExpired),
                _ => error,
            }
        })?;
        Ok(granted(answer, None))
    }

    /// Refreshes tokens. The request is sent once, since a second request with a rotated refresh token counts as reuse.
    pub(crate) async fn refresh(&self, refresh_token: &Secret) -> Result<SignedIn, AuthError> {
        let client = self.client();
        let http = OAuthExchange { http: self.http.clone(), operation: REFRESH };
        let token = RefreshToken::new(refresh_token.expose().to_owned());
        let answer = client
            .exchange_refresh_token(&token)
            .request_async(&http)
            .await
            .map_err(|error| self.explained(failure(REFRESH, error)))?;
        Ok(granted(answer, None))
    }

    /// Adds the cause to an error, if it follows from the request.
    fn explained(&self, error: AuthError) -> AuthError {
        match (error.code(), &self.client_secret) {
            (Some("invalid_client"), Some(_)) => {
                error.caused_by(format!("{SECRET_WRONG}, or there is no such app client"))
            }
            (Some("invalid_client"), None) => {
                error.caused_by(format!("{SECRET_MISSING}; or there is no such app client"))
            }
            _ => error,
        }
    }

    /// Revokes a refresh token and all tokens that were issued from it (RFC 7009). It can be repeated.
    pub(crate) async fn revoke(&self, refresh_token: &Secret) -> Result<(), AuthError> {
        exchange(&self.http, REVOKE, self.revocation(refresh_token)?).await.map(drop)
    }

    fn revocation(&self, refresh_token: &Secret) -> Result<HttpRequest, AuthError> {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("token", refresh_token.expose());
        let mut request = http::Request::post(self.addresses.revoke.as_str())
            .header(http::header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        match &self.client_secret {
            Some(secret) => {
                // RFC 6749, section 2.3.1: both are form-encoded before they become Basic.
                let encoded = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
                let pair = format!("{}:{}", encoded(&self.client_id), encoded(secret.expose()));
                let basic = format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair));
                request = request.header(http::header::AUTHORIZATION, basic);
            }
            None => {
                form.append_pair("client_id", &self.client_id);
            }
        }
        request
            .body(form.finish().into_bytes())
            .map_err(|_| AuthError::because(AuthErrorKind::Configuration, REVOKE, "the request could not be made"))
    }

    /// A token of the app client itself, for these scopes and this resource.
    pub(crate) async fn client_credentials(
        &self,
        scopes: &[String],
        parameters: &[(String, String)],
    ) -> Result<SignedIn, AuthError> {
        let client = self.client();
        let http = OAuthExchange { http: self.http.clone(), operation: MACHINE };
        let mut request = client.exchange_client_credentials().add_scopes(scopes.iter().cloned().map(Scope::new));
        for (name, value) in parameters {
            request = request.add_extra_param(name.as_str(), value.as_str());
        }
        let answer = request.request_async(&http).await.map_err(|error| {
            let error = self.explained(failure(MACHINE, error));
            match error.code() {
                // The grant is that of the app client, which does not allow these scopes or this flow.
                Some("invalid_grant" | "invalid_scope") => {
                    error.meaning(AuthErrorKind::Configuration).caused_by(not_allowed(scopes))
                }
                _ => error,
            }
        })?;
        Ok(granted(answer, Some(scopes)))
    }
}

impl fmt::Debug for Endpoints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoints")
            .field("token", &self.addresses.token.as_str())
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

pub(crate) type OAuthClient = Client<
    BasicErrorResponse,
    TokenAnswer,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

type TokenAnswer = StandardTokenResponse<IdTokenField, BasicTokenType>;

/// The field of OpenID Connect in the response of the token endpoint.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct IdTokenField {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
}

impl ExtraTokenFields for IdTokenField {}

impl fmt::Debug for IdTokenField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdTokenField { .. }")
    }
}

/// An error in the response of an OAuth endpoint (RFC 6749, section 5.2).
#[derive(Deserialize)]
struct ErrorAnswer {
    error: String,
    error_description: Option<String>,
}

/// The token type of a response.
#[derive(Deserialize)]
struct TokenType {
    token_type: String,
}

fn granted(answer: TokenAnswer, asked: Option<&[String]>) -> SignedIn {
    // RFC 6749, section 5.1: without a scope in the response, the requested scope was granted.
    let scopes = answer
        .scopes()
        .map(|scopes| scopes.iter().map(|scope| scope.to_string()).collect())
        .or_else(|| asked.map(<[String]>::to_vec));
    SignedIn {
        id_token: answer.extra_fields().id_token.as_deref().map(Secret::from),
        access_token: answer.access_token().secret().as_str().into(),
        refresh_token: answer.refresh_token().map(|token| token.secret().as_str().into()),
        expires_in: answer.expires_in().unwrap_or(Duration::from_secs(3600)),
        token_type: "Bearer".to_owned(),
        scopes,
        origin: Origin::TokenEndpoint,
        username: None,
        device_key: None,
        new_device: None,
    }
}

/// The HTTP client of the program, for the `oauth2` crate.
struct OAuthExchange {
    http: Http,
    operation: &'static str,
}

impl<'c> AsyncHttpClient<'c> for OAuthExchange {
    type Error = AuthError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, AuthError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let answer = exchange(&self.http, self.operation, request).await?;
            with_bearer_tokens(self.operation, answer)
        })
    }
}

/// Sends one request to an OAuth endpoint. A response that is not a success is an error here, where status and request id are known.
async fn exchange(http: &Http, operation: &'static str, request: HttpRequest) -> Result<HttpResponse, AuthError> {
    let mut request = reqwest::Request::try_from(request)
        .map_err(|_| AuthError::because(AuthErrorKind::Configuration, operation, "the request could not be made"))?;
    *request.timeout_mut() = Some(http.timeout);
    let network = |error: &reqwest::Error| {
        let failed = AuthError::because(AuthErrorKind::Network, operation, reason(error));
        if error.is_connect() { failed.unsent() } else { failed }
    };
    let response = http.client.execute(request).await.map_err(|error| network(&error))?;
    let (status, headers) = (response.status(), response.headers().clone());
    let body = read_bounded(response, READ_LIMIT)
        .await
        .map_err(|error| network(&error))?
        .ok_or_else(|| AuthError::because(AuthErrorKind::Protocol, operation, "the response is too long"))?;
    read(operation, status, headers, body)
}

/// Reads a complete response.
fn read(
    operation: &'static str,
    status: http::StatusCode,
    headers: http::HeaderMap,
    body: Vec<u8>,
) -> Result<HttpResponse, AuthError> {
    if !status.is_success() {
        let refusal = serde_json::from_slice::<ErrorAnswer>(&body).ok();
        let id = ["x-amzn-requestid", "x-amz-cognito-request-id", "x-amz-cf-id"]
            .iter()
            .find_map(|name| headers.get(*name)?.to_str().ok());
        return Err(AuthError::answered(
            operation,
            refusal.as_ref().map(|refusal| refusal.error.as_str()),
            refusal.as_ref().and_then(|refusal| refusal.error_description.as_deref()),
            id,
            Some(status.as_u16()),
        ));
    }
    let mut answer = HttpResponse::new(body);
    *answer.status_mut() = status;
    *answer.headers_mut() = headers;
    Ok(answer)
}

/// Checks that a response of the token endpoint has bearer tokens.
fn with_bearer_tokens(operation: &'static str, answer: HttpResponse) -> Result<HttpResponse, AuthError> {
    // The `oauth2` crate ignores text after the first value, and accepts any token type. RFC 6749, section 7.1: a client must not use a
    // token of a type that it does not know.
    let usable = serde_json::from_slice::<TokenType>(answer.body())
        .is_ok_and(|answer| answer.token_type.eq_ignore_ascii_case("bearer"));
    if usable {
        return Ok(answer);
    }
    Err(AuthError::because(AuthErrorKind::Protocol, operation, "the response has no bearer tokens"))
}

fn failure(operation: &'static str, error: RequestTokenError<AuthError, BasicErrorResponse>) -> AuthError {
    match error {
        RequestTokenError::Request(error) => error,
        // The message of the parser can contain a part of the response, such as a token.
        _ => AuthError::because(AuthErrorKind::Protocol, operation, "the response has no tokens"),
    }
}

/// The scope or flow that the app client does not allow.
fn not_allowed(scopes: &[String]) -> String {
    let names: Vec<String> = scopes.iter().map(|scope| format!("`{}`", scope.escape_debug())).collect();
    match names.as_slice() {
        [] => "the app client does not allow client credentials, or has no scope of a resource server".to_owned(),
        [one] => {
            format!("the app client does not allow {one} or client credentials: check its settings")
        }
        several => format!(
            "the app client does not allow one of {} or client credentials: check its settings",
            several.join(", ")
        ),
    }
}

/// Reads the response to a refresh, without a network.
#[cfg(feature = "fuzzing")]
pub(crate) fn answered(
    status: http::StatusCode,
    headers: http::HeaderMap,
    body: Vec<u8>,
) -> Result<SignedIn, AuthError> {
    let address = |path: &str| format!("https://auth.example.com{path}");
    let client: OAuthClient = Client::new(ClientId::new("client".to_owned()))
        .set_auth_uri(AuthUrl::new(address("/oauth2/authorize")).map_err(|_| mistake("the address"))?)
        .set_token_uri(TokenUrl::new(address("/oauth2/token")).map_err(|_| mistake("the address"))?);
    let answer = std::sync::Mutex::new(Some(
        read(REFRESH, status, headers, body).and_then(|answer| with_bearer_tokens(REFRESH, answer)),
    ));
    let http = |_: HttpRequest| {
        let answer = answer.lock().ok().and_then(|mut answer| answer.take());
        std::future::ready(answer.unwrap_or_else(|| Err(AuthError::new(AuthErrorKind::Network, REFRESH))))
    };
    let token = RefreshToken::new("refresh".to_owned());
    let sending = std::pin::pin!(client.exchange_refresh_token(&token).request_async(&http));
    match sending.poll(&mut std::task::Context::from_waker(std::task::Waker::noop())) {
        std::task::Poll::Ready(answer) => {
            answer.map(|answer| granted(answer, None)).map_err(|error| failure(REFRESH, error))
        }
        std::task::Poll::Pending => Err(AuthError::new(AuthErrorKind::Network, REFRESH)),
    }
}

const REDEEM: &str = "authorization_code";
const REFRESH: &str = "refresh_token";
const REVOKE: &str = "revoke";
const MACHINE: &str = "client_credentials";
