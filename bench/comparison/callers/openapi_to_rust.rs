//! The calls of `operations.py` by the clients that openapi-to-rust generates.

use super::Read;
use futures_util::StreamExt;
use serde_json::{Value, json};

fn message(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// Makes a call of a crate.
macro_rules! call {
    ($api:ident, $url:expr $(, $argument:expr)*) => {
        $api::api::HttpClient::new().with_base_url($url).call($($argument),*).await
    };
}

/// The same, for an operation whose only answer is 204.
macro_rules! call_for_nothing {
    ($api:ident, $url:expr $(, $argument:expr)*) => {
        call!($api, $url $(, $argument)*).map(|()| Value::Null).map_err(message)
    };
}

#[cfg(feature = "deep_object")]
pub async fn deep_object(url: &str, _: &str) -> Read {
    use deep_object_client as client;
    call_for_nothing!(client, url, client::api::CallV { a: Some("x y&z".to_owned()) })
}

#[cfg(feature = "matrix")]
pub async fn matrix(url: &str, _: &str) -> Read {
    use matrix_client as client;
    // The parameter is a text: the caller writes the style, which is then percent-encoded.
    call_for_nothing!(client, url, ";v=1;v=2")
}

#[cfg(feature = "pipe_delimited")]
pub async fn pipe_delimited(url: &str, _: &str) -> Read {
    use pipe_delimited_client as client;
    // The parameter is a text: the caller writes the style.
    call_for_nothing!(client, url, "a|b c")
}

#[cfg(feature = "query_array")]
pub async fn query_array(url: &str, call: &str) -> Read {
    use query_array_client as client;
    let v = (call == "two").then(|| vec!["a b".to_owned(), "c&d".to_owned()]);
    call_for_nothing!(client, url, v)
}

#[cfg(feature = "header_array")]
pub async fn header_array(url: &str, _: &str) -> Read {
    use header_array_client as client;
    call_for_nothing!(client, url, vec!["a".to_owned(), "b".to_owned()])
}

#[cfg(feature = "cookie")]
pub async fn cookie(url: &str, _: &str) -> Read {
    use cookie_client as client;
    call_for_nothing!(client, url, "abc")
}

#[cfg(feature = "cookie_special")]
pub async fn cookie_special(url: &str, _: &str) -> Read {
    use cookie_special_client as client;
    call_for_nothing!(client, url, "a b;c=d")
}

#[cfg(feature = "path_slash")]
pub async fn path_slash(url: &str, _: &str) -> Read {
    use path_slash_client as client;
    call_for_nothing!(client, url, "a/b c")
}

#[cfg(feature = "path_uuid")]
pub async fn path_uuid(url: &str, _: &str) -> Read {
    use path_uuid_client as client;
    call_for_nothing!(client, url, "6f1b7a52-9a3b-4a6e-8d2e-0c6f5d1e2a3b")
}

#[cfg(feature = "parameter_content")]
pub async fn parameter_content(url: &str, _: &str) -> Read {
    use parameter_content_client as client;
    // The parameter is a text: the caller writes the JSON.
    call_for_nothing!(client, url, Some(json!({"a": "x y", "b": 1}).to_string()))
}

#[cfg(feature = "query_and_header")]
pub async fn query_and_header(url: &str, _: &str) -> Read {
    use query_and_header_client as client;
    call_for_nothing!(client, url, "in the query", "in the header")
}

#[cfg(feature = "form")]
pub async fn form(url: &str, _: &str) -> Read {
    use form_client as client;
    call_for_nothing!(client, url, client::api::CallRequest { a: "x y&z".to_owned(), b: Some(1) })
}

#[cfg(feature = "multipart_files")]
pub async fn multipart_files(url: &str, _: &str) -> Read {
    use client::api::{CallRequest, CallRequestMeta, MultipartFile};
    use multipart_files_client as client;
    let meta = Some(CallRequestMeta { a: "x".to_owned(), b: Some(1) });
    let more = Some(vec![MultipartFile::from(b"1".to_vec()), MultipartFile::from(b"2".to_vec())]);
    call_for_nothing!(client, url, CallRequest { file: super::BYTES.to_vec().into(), meta, more })
}

#[cfg(feature = "multipart_encoding")]
pub async fn multipart_encoding(url: &str, _: &str) -> Read {
    use multipart_encoding_client as client;
    call_for_nothing!(client, url, client::api::CallRequest { file: super::BYTES.to_vec().into() })
}

#[cfg(feature = "several_media")]
pub async fn several_media(url: &str, _: &str) -> Read {
    use several_media_client as client;
    // There is no way to choose the media type.
    call_for_nothing!(client, url, client::api::CallRequest { a: "x".to_owned(), b: Some(1) })
}

#[cfg(feature = "bytes_body")]
pub async fn bytes_body(url: &str, _: &str) -> Read {
    use bytes_body_client as client;
    call_for_nothing!(client, url, super::BYTES.to_vec())
}

#[cfg(feature = "any_media")]
pub async fn any_media(url: &str, _: &str) -> Read {
    use any_media_client as client;
    let client = client::api::HttpClient::new().with_base_url(url);
    let sent = client.call_with_content_type(super::BYTES.to_vec(), "application/octet-stream").await;
    sent.map(|()| Value::Null).map_err(message)
}

#[cfg(feature = "text")]
pub async fn text(url: &str, _: &str) -> Read {
    use text_client as client;
    let answer: String = call!(client, url).map_err(message)?;
    Ok(Value::String(answer))
}

#[cfg(feature = "event_stream")]
pub async fn event_stream(url: &str, _: &str) -> Read {
    use client::api::streaming::{CallStreamingClient, StreamingClient};
    use event_stream_client as client;
    let mut events = StreamingClient::new().with_base_url(url).stream_call().await.map_err(message)?;
    let mut items = Vec::new();
    while let Some(event) = events.next().await {
        let item: client::api::Item = event.map_err(message)?;
        items.push(serde_json::to_value(item).map_err(message)?);
    }
    Ok(Value::Array(items))
}

#[cfg(feature = "json_lines")]
pub async fn json_lines(url: &str, _: &str) -> Read {
    use json_lines_client as client;
    // The body is not returned.
    call_for_nothing!(client, url)
}

#[cfg(feature = "no_content")]
pub async fn no_content(url: &str, _: &str) -> Read {
    use no_content_client as client;
    call_for_nothing!(client, url)
}

#[cfg(feature = "several_successes")]
pub async fn several_successes(url: &str, _: &str) -> Read {
    use several_successes_client as client;
    // The types of 202 and 204 have methods of their own, for a caller that knows the status before the call.
    let answer: client::api::CallResponse = call!(client, url).map_err(message)?;
    Ok(json!({"200": answer}))
}

#[cfg(feature = "several_errors")]
pub async fn several_errors(url: &str, _: &str) -> Read {
    use client::api::{ApiOpError, CallApiError};
    use several_errors_client as client;
    match call!(client, url) {
        Ok(()) => Ok(Value::Null),
        Err(ApiOpError::Api(error)) => match error.typed {
            Some(CallApiError::Status404(flat)) => Ok(json!({"404": flat})),
            Some(CallApiError::Status5xx(text)) => Ok(json!({error.status.to_string(): text})),
            None => Err(format!("no typed error of {}", error.status)),
        },
        Err(error) => Err(message(error)),
    }
}

#[cfg(feature = "error_other_body")]
pub async fn error_other_body(url: &str, _: &str) -> Read {
    use error_other_body_client as client;
    match call!(client, url) {
        Err(client::api::ApiOpError::Api(error)) => Ok(json!({error.status.to_string(): error.body})),
        Err(error) => Err(message(error)),
        Ok(()) => Err("it is a success".to_owned()),
    }
}

#[cfg(feature = "response_headers")]
pub async fn response_headers(url: &str, _: &str) -> Read {
    use response_headers_client as client;
    // The headers are not returned.
    let answer: client::api::CallResponse = call!(client, url).map_err(message)?;
    Ok(json!({"body": answer}))
}

#[cfg(feature = "head")]
pub async fn head(url: &str, _: &str) -> Read {
    use head_client as client;
    // The headers are not returned.
    call_for_nothing!(client, url)
}
