//! The OAuth endpoints of the pool's domain: managed login with code and PKCE, client credentials, refresh, revocation, keys.

use crate::refresh;
use crate::state::{AppClient, Code, Grant, Refusal, State, equal, now, opaque, uuid};
use axum::extract::{self, Form, Query};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use url::Url;

type Fields = BTreeMap<String, String>;

pub(crate) fn routes() -> Router<Arc<State>> {
    Router::new()
        .route("/oauth2/authorize", get(authorize))
        .route("/login", post(login))
        .route("/oauth2/token", post(token))
        .route("/oauth2/revoke", post(revoke))
        .route("/logout", get(logout))
        .route("/.well-known/jwks.json", get(keys))
        .route("/{pool}/.well-known/jwks.json", get(keys))
}

/// The page with the form for name and password.
async fn authorize(extract::State(state): extract::State<Arc<State>>, Query(asked): Query<Fields>) -> Response {
    match check(&state, &asked) {
        Ok(_) => page(&asked, "").into_response(),
        Err(response) => *response,
    }
}

/// The submitted form.
async fn login(extract::State(state): extract::State<Arc<State>>, Form(form): Form<Fields>) -> Response {
    let mut back = match check(&state, &form) {
        Ok((_, back)) => back,
        Err(response) => return *response,
    };
    let (name, password) = (field(&form, "username"), field(&form, "password"));
    let mut inner = state.lock();
    let name = inner.user_name(name).unwrap_or_default();
    let known = inner.users.get(&name).is_some_and(|user| user.password.is_of(state.realm(), &name, password));
    if !known {
        return page(&form, "Incorrect username or password.").into_response();
    }
    let asked = field(&form, "scope").split_whitespace();
    let grant = Grant {
        username: Some(name),
        over_api: false,
        client_id: field(&form, "client_id").to_owned(),
        scopes: asked.map(str::to_owned).collect(),
        device_key: None,
        nonce: form.get("nonce").cloned(),
        auth_time: now(),
        origin: uuid(),
    };
    let code = opaque();
    let (redirect, challenge) = (field(&form, "redirect_uri").to_owned(), field(&form, "code_challenge").to_owned());
    inner.codes.insert(code.clone(), Code { grant, redirect, challenge });
    back.query_pairs_mut().append_pair("code", &code).append_pair("state", field(&form, "state"));
    (StatusCode::FOUND, [(header::LOCATION, back.to_string())]).into_response()
}

async fn token(
    extract::State(state): extract::State<Arc<State>>,
    headers: HeaderMap,
    Form(form): Form<Fields>,
) -> Response {
    let (client_id, secret) = credentials(&headers, &form);
    let granted = match state.clients.get(&client_id) {
        Some(client) if state.has_secret(&client_id, secret.as_deref()) => grant(&state, &client_id, client, &form),
        _ => Err("invalid_client"),
    };
    match granted {
        Ok(tokens) => Json(tokens).into_response(),
        Err(error) => (StatusCode::BAD_REQUEST, Json(json!({ "error": error }))).into_response(),
    }
}

fn grant(state: &State, client_id: &str, client: &AppClient, form: &Fields) -> Result<Value, &'static str> {
    let result = match field(form, "grant_type") {
        "authorization_code" => {
            let mut inner = state.lock();
            let code = inner.codes.remove(field(form, "code")).ok_or("invalid_grant")?;
            let hash = URL_SAFE_NO_PAD.encode(digest(&SHA256, field(form, "code_verifier").as_bytes()));
            let fits = code.grant.client_id == client_id && code.redirect == field(form, "redirect_uri");
            if !fits || !equal(&code.challenge, &hash) {
                return Err("invalid_grant");
            }
            refresh::tokens(state, &mut inner, &code.grant, true)
        }
        "refresh_token" => {
            let answer = refresh::refresh(state, client_id, field(form, "refresh_token"), None);
            answer.map_err(|Refusal(..)| "invalid_grant")?
        }
        "client_credentials" => {
            if client.secret.is_none() {
                return Err("unauthorized_client");
            }
            let asked: Vec<String> = field(form, "scope").split_whitespace().map(str::to_owned).collect();
            if asked.iter().any(|scope| !client.scopes.contains(scope)) {
                return Err("invalid_scope");
            }
            let grant = Grant {
                username: None,
                over_api: false,
                client_id: client_id.to_owned(),
                scopes: if asked.is_empty() { client.scopes.clone() } else { asked },
                device_key: None,
                nonce: None,
                auth_time: now(),
                origin: uuid(),
            };
            refresh::tokens(state, &mut state.lock(), &grant, false)
        }
        _ => return Err("unsupported_grant_type"),
    };
    let names = [
        ("AccessToken", "access_token"),
        ("IdToken", "id_token"),
        ("RefreshToken", "refresh_token"),
        ("ExpiresIn", "expires_in"),
        ("TokenType", "token_type"),
    ];
    let fields = names.into_iter().filter_map(|(api, oauth)| Some((oauth.to_owned(), result.get(api)?.clone())));
    Ok(Value::Object(fields.collect()))
}

async fn revoke(
    extract::State(state): extract::State<Arc<State>>,
    headers: HeaderMap,
    Form(form): Form<Fields>,
) -> Response {
    let (client_id, secret) = credentials(&headers, &form);
    if !state.has_secret(&client_id, secret.as_deref()) {
        return (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_client" }))).into_response();
    }
    refresh::end(&state, &client_id, field(&form, "token"));
    StatusCode::OK.into_response()
}

async fn logout(extract::State(state): extract::State<Arc<State>>, Query(asked): Query<Fields>) -> Response {
    let back = field(&asked, "logout_uri");
    let client = state.clients.get(field(&asked, "client_id"));
    if client.is_some_and(|client| client.redirects.iter().any(|known| known == back)) {
        return Redirect::to(back).into_response();
    }
    (StatusCode::BAD_REQUEST, "this sign-out URL is not registered").into_response()
}

async fn keys(extract::State(state): extract::State<Arc<State>>) -> Json<Value> {
    Json(state.keys.public())
}

/// The app client and its redirect URI. Nothing is ever sent to an address that is not registered.
fn check<'s>(state: &'s State, asked: &Fields) -> Result<(&'s AppClient, Url), Box<Response>> {
    let no = |text: &'static str| Box::new((StatusCode::BAD_REQUEST, text).into_response());
    let client = state.clients.get(field(asked, "client_id")).ok_or_else(|| no("no such app client"))?;
    let redirect = field(asked, "redirect_uri");
    let mut back = Url::parse(redirect).map_err(|_| no("redirect_mismatch: the callback URL is not a URL"))?;
    if !can_be_registered(&back) || !client.redirects.iter().any(|known| known == redirect) {
        return Err(no("redirect_mismatch: the callback URL is not registered with the app client"));
    }
    let pkce = field(asked, "code_challenge_method") == "S256" && !field(asked, "code_challenge").is_empty();
    if field(asked, "response_type") != "code" || !pkce {
        back.query_pairs_mut().append_pair("error", "invalid_request").append_pair("state", field(asked, "state"));
        return Err(Box::new(Redirect::to(back.as_str()).into_response()));
    }
    if !field(asked, "scope").split_whitespace().all(|scope| is_allowed(client, scope)) {
        back.query_pairs_mut()
            .append_pair("error", "invalid_request")
            .append_pair("error_description", "invalid_scope")
            .append_pair("state", field(asked, "state"));
        return Err(Box::new(Redirect::to(back.as_str()).into_response()));
    }
    Ok((client, back))
}

/// Whether an app client can have the callback URL. Cognito compares it as text, with the port, and refuses plain `http` except for
/// `localhost`: "Amazon Cognito requires HTTPS over HTTP except for http://localhost for testing purposes only. App callback URLs such as
/// myapp://example are also supported" (API reference, `CreateUserPoolClient`, `CallbackURLs`). With `http://127.0.0.1` a user pool
/// answers `redirect_mismatch`.
fn can_be_registered(callback: &Url) -> bool {
    callback.fragment().is_none() && (callback.scheme() != "http" || callback.host_str() == Some("localhost"))
}

fn is_allowed(client: &AppClient, scope: &str) -> bool {
    ALWAYS.contains(&scope) || client.scopes.iter().any(|allowed| allowed == scope)
}

/// The app client's id and secret, from the header (RFC 6749, section 2.3.1) or the form.
fn credentials(headers: &HeaderMap, form: &Fields) -> (String, Option<String>) {
    let basic = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.strip_prefix("Basic "))
        .and_then(|text| String::from_utf8(STANDARD.decode(text).ok()?).ok());
    let Some((id, secret)) = basic.as_deref().and_then(|text| text.split_once(':')) else {
        return (field(form, "client_id").to_owned(), form.get("client_secret").cloned());
    };
    // Both are form-encoded within the header.
    let plain = |text: &str| {
        url::form_urlencoded::parse(text.as_bytes()).next().map_or_else(String::new, |(text, _)| text.into_owned())
    };
    (plain(id), Some(plain(secret)))
}

fn page(asked: &Fields, error: &str) -> Html<String> {
    let hidden: String = asked
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "username" | "password"))
        .map(|(name, value)| {
            format!("<input type=\"hidden\" name=\"{}\" value=\"{}\">\n", escaped(name), escaped(value))
        })
        .collect();
    Html(format!(
        "<!doctype html>\n<title>Sign in</title>\n<h1>Sign in</h1>\n<p>{}</p>\n<form method=\"post\" action=\"/login\">\n{hidden}\
         <label>Name <input type=\"text\" name=\"username\" autocomplete=\"username\" autofocus></label>\n\
         <label>Password <input type=\"password\" name=\"password\" autocomplete=\"current-password\"></label>\n\
         <button>Sign in</button>\n</form>\n",
        escaped(error)
    ))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

fn field<'f>(fields: &'f Fields, name: &str) -> &'f str {
    fields.get(name).map(String::as_str).unwrap_or_default()
}

/// The scopes that every app client may request.
const ALWAYS: [&str; 4] = ["openid", "email", "profile", crate::sign_in::ADMIN_SCOPE];
