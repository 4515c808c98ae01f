//! The calls of `operations.py` by the clients that oas3-gen generates.

use super::Read;
use futures_util::StreamExt;
use serde_json::{Value, json};

fn message(error: impl std::fmt::Display) -> String {
    format!("{error:#}")
}

/// Makes the call of a crate, with the parts of its request.
macro_rules! call {
    ($api:ident, $url:expr $(, $part:ident: $value:expr)*) => {
        $api::CaseClient::with_base_url($url).map_err(message)?.call($api::CallRequest { $($part: $value),* }).await.map_err(message)?
    };
}

/// The same, for an operation whose only answer is 204.
macro_rules! call_for_nothing {
    ($api:ident, $url:expr $(, $part:ident: $value:expr)*) => {
        match call!($api, $url $(, $part: $value)*) {
            $api::ApiResponse::NoContent => Ok(Value::Null),
            other => Err(format!("{other:?}")),
        }
    };
}

#[cfg(feature = "deep_object")]
pub async fn deep_object(url: &str, _: &str) -> Read {
    use deep_object_client as api;
    call_for_nothing!(api, url, query: api::CallRequestQuery { v: json!({"a": "x y&z"}) })
}

#[cfg(feature = "matrix")]
pub async fn matrix(url: &str, _: &str) -> Read {
    use matrix_client as api;
    call_for_nothing!(api, url, path: api::CallRequestPath { v: vec![1, 2] })
}

#[cfg(feature = "pipe_delimited")]
pub async fn pipe_delimited(url: &str, _: &str) -> Read {
    use pipe_delimited_client as api;
    call_for_nothing!(api, url, query: api::CallRequestQuery { v: vec!["a".to_owned(), "b c".to_owned()] })
}

#[cfg(feature = "query_array")]
pub async fn query_array(url: &str, call: &str) -> Read {
    use query_array_client as api;
    let v = (call == "two").then(|| vec!["a b".to_owned(), "c&d".to_owned()]);
    call_for_nothing!(api, url, query: api::CallRequestQuery { v })
}

#[cfg(feature = "header_array")]
pub async fn header_array(url: &str, _: &str) -> Read {
    use header_array_client as api;
    call_for_nothing!(api, url, header: api::CallRequestHeader { v: vec!["a".to_owned(), "b".to_owned()] })
}

#[cfg(feature = "cookie")]
pub async fn cookie(url: &str, _: &str) -> Read {
    use cookie_client as api;
    call_for_nothing!(api, url, cookie: api::CallRequestCookie { v: "abc".to_owned() })
}

#[cfg(feature = "cookie_special")]
pub async fn cookie_special(url: &str, _: &str) -> Read {
    use cookie_special_client as api;
    call_for_nothing!(api, url, cookie: api::CallRequestCookie { v: "a b;c=d".to_owned() })
}

#[cfg(feature = "path_slash")]
pub async fn path_slash(url: &str, _: &str) -> Read {
    use path_slash_client as api;
    call_for_nothing!(api, url, path: api::CallRequestPath { v: "a/b c".to_owned() })
}

#[cfg(feature = "path_uuid")]
pub async fn path_uuid(url: &str, _: &str) -> Read {
    use path_uuid_client as api;
    let v = "6f1b7a52-9a3b-4a6e-8d2e-0c6f5d1e2a3b".parse().map_err(message)?;
    call_for_nothing!(api, url, path: api::CallRequestPath { v })
}

#[cfg(feature = "parameter_content")]
pub async fn parameter_content(url: &str, _: &str) -> Read {
    use parameter_content_client as api;
    // The parameter is a string: the caller writes the JSON.
    call_for_nothing!(api, url, query: api::CallRequestQuery { v: Some(json!({"a": "x y", "b": 1}).to_string()) })
}

#[cfg(feature = "query_and_header")]
pub async fn query_and_header(url: &str, _: &str) -> Read {
    use query_and_header_client as api;
    let query = api::CallRequestQuery { v: "in the query".to_owned() };
    let header = api::CallRequestHeader { v: "in the header".to_owned() };
    call_for_nothing!(api, url, query: query, header: header)
}

#[cfg(feature = "form")]
pub async fn form(url: &str, _: &str) -> Read {
    use form_client as api;
    call_for_nothing!(api, url, body: api::CallRequestBody { a: "x y&z".to_owned(), b: Some(1) })
}

#[cfg(feature = "multipart_files")]
pub async fn multipart_files(url: &str, _: &str) -> Read {
    use multipart_files_client as api;
    let meta = Some(api::CallRequestBodyMeta { a: "x".to_owned(), b: Some(1) });
    let body =
        api::CallRequestBody { file: super::BYTES.to_vec(), more: Some(vec![b"1".to_vec(), b"2".to_vec()]), meta };
    call_for_nothing!(api, url, body: body)
}

#[cfg(feature = "multipart_encoding")]
pub async fn multipart_encoding(url: &str, _: &str) -> Read {
    use multipart_encoding_client as api;
    call_for_nothing!(api, url, body: api::FileRequestBody { file: super::BYTES.to_vec() })
}

#[cfg(feature = "several_media")]
pub async fn several_media(url: &str, _: &str) -> Read {
    use several_media_client as api;
    // There is no way to choose the media type.
    call_for_nothing!(api, url, body: api::CallRequestBody { a: "x".to_owned(), b: Some(1) })
}

#[cfg(feature = "bytes_body")]
pub async fn bytes_body(url: &str, _: &str) -> Read {
    use bytes_body_client as api;
    call_for_nothing!(api, url, body: super::BYTES.to_vec())
}

#[cfg(feature = "any_media")]
pub async fn any_media(url: &str, _: &str) -> Read {
    use any_media_client as api;
    call_for_nothing!(api, url, body: super::BYTES.to_vec())
}

#[cfg(feature = "text")]
pub async fn text(url: &str, _: &str) -> Read {
    use text_client as api;
    match call!(api, url) {
        api::ApiResponse::Ok(value) => Ok(Value::String(value)),
        other => Err(format!("{other:?}")),
    }
}

#[cfg(feature = "event_stream")]
pub async fn event_stream(url: &str, _: &str) -> Read {
    use event_stream_client as api;
    let mut items = Vec::new();
    match call!(api, url) {
        api::ApiResponse::Ok(mut events) => {
            while let Some(event) = events.next().await {
                let item: api::Item = event.map_err(message)?.into_data();
                items.push(flat(item.a, item.b));
            }
            Ok(Value::Array(items))
        }
        other => Err(format!("{other:?}")),
    }
}

#[cfg(feature = "json_lines")]
pub async fn json_lines(url: &str, _: &str) -> Read {
    use json_lines_client as api;
    match call!(api, url) {
        // The type is that of one item.
        api::ApiResponse::Ok(item) => Ok(json!([flat(item.a, item.b)])),
        other => Err(format!("{other:?}")),
    }
}

#[cfg(feature = "no_content")]
pub async fn no_content(url: &str, _: &str) -> Read {
    use no_content_client as api;
    call_for_nothing!(api, url)
}

#[cfg(feature = "several_successes")]
pub async fn several_successes(url: &str, _: &str) -> Read {
    use several_successes_client as api;
    match call!(api, url) {
        api::ApiResponse::Ok(api::Call200ResponseOrString::Call200Response(flat)) => Ok(json!({"200": flat})),
        api::ApiResponse::Accepted(api::Call200ResponseOrString::String(text)) => Ok(json!({"202": text})),
        api::ApiResponse::NoContent => Ok(json!({"204": null})),
        other => Err(format!("{other:?}")),
    }
}

#[cfg(feature = "several_errors")]
pub async fn several_errors(url: &str, _: &str) -> Read {
    use several_errors_client as api;
    match call!(api, url) {
        api::ApiResponse::NoContent => Ok(Value::Null),
        api::ApiResponse::NotFound(api::Call404ResponseOrString::Call404Response(flat)) => Ok(json!({"404": flat})),
        api::ApiResponse::ServerError(status, api::Call404ResponseOrString::String(text)) => {
            Ok(json!({status.as_str(): text}))
        }
        other => Err(format!("{other:?}")),
    }
}

#[cfg(feature = "error_other_body")]
pub async fn error_other_body(url: &str, _: &str) -> Read {
    use error_other_body_client as api;
    match call!(api, url) {
        api::ApiResponse::Other(response) => {
            let status = response.status();
            Ok(json!({status.as_str(): response.text().await.map_err(message)?}))
        }
        other => Err(format!("{other:?}")),
    }
}

#[cfg(feature = "response_headers")]
pub async fn response_headers(url: &str, _: &str) -> Read {
    use response_headers_client as api;
    match call!(api, url) {
        api::ApiResponse::Ok(answer) => {
            Ok(json!({"body": flat(answer.body.a, answer.body.b), "total": answer.headers.x_total}))
        }
        other => Err(format!("{other:?}")),
    }
}

#[cfg(feature = "head")]
pub async fn head(url: &str, _: &str) -> Read {
    use head_client as api;
    match call!(api, url) {
        api::ApiResponse::Ok(answer) => Ok(json!({"total": answer.headers.x_total})),
        other => Err(format!("{other:?}")),
    }
}

/// The object of a type that has no `Serialize`.
fn flat(a: String, b: Option<i64>) -> Value {
    match b {
        Some(b) => json!({"a": a, "b": b}),
        None => json!({"a": a}),
    }
}
