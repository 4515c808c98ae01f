//! The gateway in front of the petstore, by the example document: which token each method accepts, and the responses to
//! others. Other routes do not exist, nor does the report, which requires IAM.

use crate::sign_in::text;
use crate::state::{State, now, uuid};
use axum::Json;
use axum::extract::{self, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};
use std::sync::Arc;

/// Lets a call pass, or responds as API Gateway does.
pub(crate) async fn authorize(
    extract::State(state): extract::State<Arc<State>>,
    request: Request,
    next: Next,
) -> Response {
    let refused = refusal(&state, request.method().as_str(), request.uri().path(), request.headers());
    if let Some((status, kind, message)) = refused {
        let mut answer = (status, Json(json!({ "message": message }))).into_response();
        answer.headers_mut().insert(HeaderName::from_static("x-amzn-errortype"), HeaderValue::from_static(kind));
        answer.headers_mut().insert(REQUEST_ID, request_id());
        return answer;
    }
    let mut answer = next.run(request).await;
    answer.headers_mut().insert(REQUEST_ID, request_id());
    answer
}

/// Why a call is refused: status, error type, message.
fn refusal(
    state: &State,
    method: &str,
    path: &str,
    headers: &HeaderMap,
) -> Option<(StatusCode, &'static str, &'static str)> {
    let Some(demand) = demand(method, path) else {
        return Some((StatusCode::FORBIDDEN, "MissingAuthenticationTokenException", "Missing Authentication Token"));
    };
    let sent = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let token = sent(header::AUTHORIZATION).map(|value| value.trim_start_matches("Bearer "));
    let claims = token.and_then(|token| state.keys.verified(token)).unwrap_or(Value::Null);
    let accepted = match demand {
        Demand::Nothing => return None,
        Demand::IdToken => claims["token_use"] == "id",
        Demand::Access(scopes) | Demand::AccessAndKey(scopes) => granted(&claims, scopes),
    };
    if !claims.is_null() && claims["exp"].as_u64().unwrap_or_default() <= now() {
        return Some((StatusCode::UNAUTHORIZED, "UnauthorizedException", "The incoming token has expired"));
    }
    if !accepted {
        return Some((StatusCode::UNAUTHORIZED, "UnauthorizedException", "Unauthorized"));
    }
    let keyless = sent(HeaderName::from_static("x-api-key")) != Some(API_KEY);
    let locked = matches!(demand, Demand::AccessAndKey(_)) && keyless;
    locked.then_some((StatusCode::FORBIDDEN, "ForbiddenException", "Forbidden"))
}

/// The API key of the desk.
const API_KEY: &str = "desk-key";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Demand {
    Nothing,
    IdToken,
    /// Any one of the scopes.
    Access(&'static [&'static str]),
    AccessAndKey(&'static [&'static str]),
}

fn demand(method: &str, path: &str) -> Option<Demand> {
    let pet = path.strip_prefix("/pets/").is_some_and(|id| !id.is_empty() && !id.contains('/'));
    Some(match (method, path) {
        ("GET", "/health") => Demand::Nothing,
        ("GET", "/me") => Demand::IdToken,
        ("GET", "/pets") => Demand::Access(&["pets/read", "pets/admin"]),
        ("POST", "/pets") => Demand::Access(&["pets/write", "pets/admin"]),
        ("GET", _) if pet => Demand::Access(&["pets/read", "pets/admin"]),
        ("DELETE", _) if pet => Demand::AccessAndKey(&["pets/admin"]),
        _ => return None,
    })
}

fn granted(claims: &Value, scopes: &[&str]) -> bool {
    claims["token_use"] == "access" && text(&claims["scope"]).split(' ').any(|scope| scopes.contains(&scope))
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");

fn request_id() -> HeaderValue {
    HeaderValue::from_str(&uuid()).unwrap_or(HeaderValue::from_static("none"))
}
