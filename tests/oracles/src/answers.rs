//! Responses of servers: tokens and errors of any form give a typed value, and no message repeats the secrets in them.

use cogen_runtime::fuzzing::{auth_error, gateway_error, token_answer};
use cogen_runtime::{BearerToken, TokenKind, UnverifiedClaims};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use std::fmt::{Debug, Display};

/// Replaces each secret of the response.
const CANARY: &str = "c4n4ry-9f8e7d6c5b4a";

/// A status, a few headers and a body.
///
/// # Panics
/// If a response without a token is accepted, or a secret is shown.
pub fn answers(bytes: &[u8]) {
    let (head, body) = bytes.split_at(bytes.len().min(3));
    let at = |index: usize| head.get(index).copied().unwrap_or_default();
    let status = [200, 200, 200, 400, 400, 401, 403, 404, 413, 429, 500, 502, 503, 504, 204, 302];
    let status = StatusCode::from_u16(status[usize::from(at(0) % 16)]).unwrap_or(StatusCode::OK);
    // A fuzzer learns to write the canary itself; scopes, codes and request ids are not secret.
    let plain: String = String::from_utf8_lossy(body).chars().filter(|char| !char.is_control()).collect();
    if plain.contains(CANARY) {
        return;
    }
    let headers = headers(at(1), at(2), body);

    tokens(status, &headers, body);
    jwt(body);
    let _ = gateway_error(status, &headers, body);
    errors(status, body);
}

fn headers(first: u8, second: u8, body: &[u8]) -> HeaderMap {
    const NAMES: [&str; 8] = [
        "content-type",
        "x-amzn-errortype",
        "x-amzn-requestid",
        "apigw-requestid",
        "www-authenticate",
        "retry-after",
        "x-amz-cf-id",
        "date",
    ];
    const VALUES: [&str; 8] = [
        "application/json",
        "application/json; charset=utf-8",
        "text/html",
        "UnauthorizedException",
        "a#AccessDeniedException:http://x",
        "Bearer error=\"insufficient_scope\"",
        "99999999999999999999",
        "",
    ];
    let mut headers = HeaderMap::new();
    headers.insert("content-type", HeaderValue::from_static(VALUES[usize::from(first % 3)]));
    let own = HeaderValue::from_bytes(body.get(..16).unwrap_or(body));
    let fixed = HeaderValue::from_static(VALUES[usize::from(second % 8)]);
    headers.insert(HeaderName::from_static(NAMES[usize::from(first / 8 % 8)]), own.unwrap_or_else(|_| fixed.clone()));
    headers.insert(HeaderName::from_static(NAMES[usize::from(second / 8 % 8)]), fixed);
    headers
}

fn tokens(status: StatusCode, headers: &HeaderMap, body: &[u8]) {
    // The tokens in the bytes are replaced by the canary, so that it can be searched for.
    let body = String::from_utf8_lossy(body).replace("SECRET", CANARY).into_bytes();
    let json: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
    let public = ["scope", "error", "token_type"].map(|name| json[name].to_string());
    if public.iter().any(|text| text.contains(CANARY)) {
        return;
    }
    match token_answer(status, headers.clone(), body.clone()) {
        Ok(tokens) => {
            assert!(status.is_success(), "tokens from a response with {status}");
            assert!(json.is_object(), "tokens were read from {}", String::from_utf8_lossy(&body));
            assert_debug_is_clean(&tokens);
        }
        Err(error) => {
            assert_debug_is_clean(&error);
            assert_display_is_clean(&error);
        }
    }
}

fn jwt(body: &[u8]) {
    let text = String::from_utf8_lossy(body);
    for token in
        [format!("{text}.{CANARY}"), format!("{CANARY}.{text}.{CANARY}"), format!("{CANARY}.{}.{CANARY}", base64(body))]
    {
        let claims = UnverifiedClaims::read(&token);
        match BearerToken::read(token.as_str(), TokenKind::Access, 1) {
            Ok(jwt) => {
                assert_eq!(token.split('.').count(), 3);
                assert_debug_is_clean(&jwt);
            }
            Err(error) => {
                assert!(claims.is_err());
                assert_display_is_clean(&error);
                assert_debug_is_clean(&error);
            }
        }
    }
}

fn errors(status: StatusCode, body: &[u8]) {
    let text = String::from_utf8_lossy(body);
    let mut parts = text.splitn(3, '\n');
    let (code, message, id) = (parts.next(), parts.next(), parts.next());
    let hidden = message.map(|message| format!("{CANARY} {message}"));
    let error = auth_error(code, hidden.as_deref(), id, Some(status.as_u16()));
    assert_debug_is_clean(&error);
    assert_display_is_clean(&error);
    let shown = format!("{error}");
    assert!(!shown.chars().any(char::is_control), "{shown:?}");
    assert!(!(error.is_transient() && error.ends_session()), "{error}");
}

fn assert_debug_is_clean(value: &impl Debug) {
    let shown = format!("{value:?} {value:#?}");
    assert!(!shown.contains(CANARY), "{shown}");
}

fn assert_display_is_clean(value: &impl Display) {
    let printed = value.to_string();
    assert!(!printed.contains(CANARY), "{printed}");
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let number = chunk.iter().fold(0_u32, |n, b| n << 8 | u32::from(*b)) << (8 * (3 - chunk.len()));
        for digit in 0..=chunk.len() {
            out.push(char::from(DIGITS[(number >> (18 - 6 * digit)) as usize & 63]));
        }
    }
    out
}
