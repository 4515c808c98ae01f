//! The calls of `operations.py` by the clients that cogen generates.

use super::Read;
use serde_json::{Value, json};

fn message(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// A client of a crate, which sends each call once.
macro_rules! client {
    ($api:ident, $url:expr) => {
        $api::Client::builder().base_url($url).retry($api::runtime::Retry::none()).build().map_err(message)?
    };
}

/// Sends a call whose only answer is 204.
macro_rules! nothing {
    ($call:expr) => {
        $call.await.map(|_| Value::Null).map_err(message)
    };
}

#[cfg(feature = "deep_object")]
pub async fn deep_object(url: &str, _: &str) -> Read {
    use deep_object_client as api;
    nothing!(client!(api, url).call(&api::types::CallV::new().a("x y&z")))
}

#[cfg(feature = "matrix")]
pub async fn matrix(url: &str, _: &str) -> Read {
    use matrix_client as api;
    nothing!(client!(api, url).call(&[1, 2]))
}

#[cfg(feature = "pipe_delimited")]
pub async fn pipe_delimited(url: &str, _: &str) -> Read {
    use pipe_delimited_client as api;
    nothing!(client!(api, url).call(&["a".to_owned(), "b c".to_owned()]))
}

#[cfg(feature = "query_array")]
pub async fn query_array(url: &str, call: &str) -> Read {
    use query_array_client as api;
    let client = client!(api, url);
    match call {
        "two" => nothing!(client.call().v(&["a b".to_owned(), "c&d".to_owned()])),
        _ => nothing!(client.call()),
    }
}

#[cfg(feature = "header_array")]
pub async fn header_array(url: &str, _: &str) -> Read {
    use header_array_client as api;
    nothing!(client!(api, url).call(&["a".to_owned(), "b".to_owned()]))
}

#[cfg(feature = "cookie")]
pub async fn cookie(url: &str, _: &str) -> Read {
    use cookie_client as api;
    nothing!(client!(api, url).call("abc"))
}

#[cfg(feature = "cookie_special")]
pub async fn cookie_special(url: &str, _: &str) -> Read {
    use cookie_special_client as api;
    nothing!(client!(api, url).call("a b;c=d"))
}

#[cfg(feature = "path_slash")]
pub async fn path_slash(url: &str, _: &str) -> Read {
    use path_slash_client as api;
    nothing!(client!(api, url).call("a/b c"))
}

#[cfg(feature = "path_uuid")]
pub async fn path_uuid(url: &str, _: &str) -> Read {
    use path_uuid_client as api;
    nothing!(client!(api, url).call("6f1b7a52-9a3b-4a6e-8d2e-0c6f5d1e2a3b".parse().map_err(message)?))
}

#[cfg(feature = "parameter_content")]
pub async fn parameter_content(url: &str, _: &str) -> Read {
    use parameter_content_client as api;
    nothing!(client!(api, url).call().v(&api::types::CallV::new("x y").b(1)))
}

#[cfg(feature = "query_and_header")]
pub async fn query_and_header(url: &str, _: &str) -> Read {
    use query_and_header_client as api;
    nothing!(client!(api, url).call("in the query", "in the header"))
}

#[cfg(feature = "form")]
pub async fn form(url: &str, _: &str) -> Read {
    use form_client as api;
    nothing!(client!(api, url).call(&api::types::CallBody::new("x y&z").b(1)))
}

#[cfg(feature = "multipart_files")]
pub async fn multipart_files(url: &str, _: &str) -> Read {
    use api::runtime::FilePart;
    use multipart_files_client as api;
    let meta = api::types::CallBodyMeta::new("x").b(1);
    let form = api::operations::call::CallForm::new(FilePart::new(super::BYTES))
        .more([FilePart::new("1"), FilePart::new("2")])
        .meta(&meta);
    nothing!(client!(api, url).call(form))
}

#[cfg(feature = "multipart_encoding")]
pub async fn multipart_encoding(url: &str, _: &str) -> Read {
    use multipart_encoding_client as api;
    nothing!(client!(api, url).call(api::operations::call::CallForm::new(api::runtime::FilePart::new(super::BYTES))))
}

#[cfg(feature = "several_media")]
pub async fn several_media(url: &str, call: &str) -> Read {
    use api::operations::call::CallBody;
    use several_media_client as api;
    let body = api::types::CallBodyJson::new("x").b(1);
    match call {
        "json" => nothing!(client!(api, url).call(&body)),
        _ => nothing!(client!(api, url).call(CallBody::Multipart(&body))),
    }
}

#[cfg(feature = "bytes_body")]
pub async fn bytes_body(url: &str, _: &str) -> Read {
    use bytes_body_client as api;
    nothing!(client!(api, url).call(super::BYTES))
}

#[cfg(feature = "any_media")]
pub async fn any_media(url: &str, _: &str) -> Read {
    use any_media_client as api;
    nothing!(client!(api, url).call(super::BYTES))
}

#[cfg(feature = "text")]
pub async fn text(url: &str, _: &str) -> Read {
    use text_client as api;
    let answer: String = client!(api, url).call().await.map_err(message)?.into_inner();
    Ok(Value::String(answer))
}

#[cfg(feature = "event_stream")]
pub async fn event_stream(url: &str, _: &str) -> Read {
    use event_stream_client as api;
    let mut events = client!(api, url).call().await.map_err(message)?.into_inner();
    let mut items = Vec::new();
    while let Some(event) = events.next().await {
        let item: api::types::Item = event.map_err(message)?.value;
        items.push(flat(item.a, item.b));
    }
    Ok(Value::Array(items))
}

#[cfg(feature = "json_lines")]
pub async fn json_lines(url: &str, _: &str) -> Read {
    use json_lines_client as api;
    let mut lines = client!(api, url).call().await.map_err(message)?.into_inner();
    let mut items = Vec::new();
    while let Some(line) = lines.next().await {
        let item: api::types::Item = line.map_err(message)?;
        items.push(flat(item.a, item.b));
    }
    Ok(Value::Array(items))
}

#[cfg(feature = "no_content")]
pub async fn no_content(url: &str, _: &str) -> Read {
    use no_content_client as api;
    nothing!(client!(api, url).call())
}

#[cfg(feature = "several_successes")]
pub async fn several_successes(url: &str, _: &str) -> Read {
    use api::operations::call::CallAnswer;
    use several_successes_client as api;
    match client!(api, url).call().await.map_err(message)?.into_inner() {
        CallAnswer::Ok(answer) => Ok(json!({"200": flat(answer.a, answer.b)})),
        CallAnswer::Accepted(text) => Ok(json!({"202": text})),
        CallAnswer::NoContent => Ok(json!({"204": null})),
        _ => Err("an answer without a type".to_owned()),
    }
}

#[cfg(feature = "several_errors")]
pub async fn several_errors(url: &str, _: &str) -> Read {
    use api::operations::call::CallError;
    use several_errors_client as api;
    match client!(api, url).call().await {
        Ok(_) => Ok(Value::Null),
        Err(error) => match (error.status(), error.documented()) {
            (_, Some(CallError::NotFound(body))) => Ok(json!({"404": flat(body.a.clone(), body.b)})),
            (Some(status), Some(CallError::ServerError(text))) => Ok(json!({status.as_str(): text})),
            _ => Err(message(error)),
        },
    }
}

#[cfg(feature = "error_other_body")]
pub async fn error_other_body(url: &str, _: &str) -> Read {
    use error_other_body_client as api;
    let error = client!(api, url).call().await.err().ok_or("it is a success")?;
    let status = error.status().ok_or("no status")?;
    Ok(json!({status.as_str(): String::from_utf8_lossy(error.body().ok_or("no body")?)}))
}

#[cfg(feature = "response_headers")]
pub async fn response_headers(url: &str, _: &str) -> Read {
    use response_headers_client as api;
    let answer = client!(api, url).call().await.map_err(message)?.into_inner();
    Ok(json!({"body": flat(answer.value.a, answer.value.b), "total": answer.headers.x_total}))
}

#[cfg(feature = "head")]
pub async fn head(url: &str, _: &str) -> Read {
    use head_client as api;
    let answer = client!(api, url).call().await.map_err(message)?.into_inner();
    Ok(json!({"total": answer.headers.x_total}))
}

/// The object of a schema that the document repeats in each crate.
fn flat(a: String, b: Option<i64>) -> Value {
    match b {
        Some(b) => json!({"a": a, "b": b}),
        None => json!({"a": a}),
    }
}
