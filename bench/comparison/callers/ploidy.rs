//! The calls of `operations.py` by the clients that ploidy generates.

use super::Read;
use serde_json::{Value, json};

/// The text of an error with its causes.
fn message(error: impl std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    text
}

/// Makes the call of a crate.
macro_rules! call {
    ($api:ident, $url:expr $(, $argument:expr)*) => {
        $api::Client::new($url).map_err(message)?.call($($argument),*).await
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
    use api::client::default::{parameters::CallQuery, types::CallQueryV};
    use deep_object_client as api;
    call_for_nothing!(api, url, &CallQuery { v: CallQueryV { a: "x y&z".to_owned().into() } })
}

#[cfg(feature = "matrix")]
pub async fn matrix(url: &str, _: &str) -> Read {
    use matrix_client as api;
    // The parameter is a text: the caller writes the style.
    call_for_nothing!(api, url, ";v=1;v=2")
}

#[cfg(feature = "pipe_delimited")]
pub async fn pipe_delimited(url: &str, _: &str) -> Read {
    use api::client::default::parameters::CallQuery;
    use pipe_delimited_client as api;
    call_for_nothing!(api, url, &CallQuery { v: vec!["a".to_owned(), "b c".to_owned()] })
}

#[cfg(feature = "query_array")]
pub async fn query_array(url: &str, call: &str) -> Read {
    use api::client::default::parameters::CallQuery;
    use query_array_client as api;
    let v = (call == "two").then(|| vec!["a b".to_owned(), "c&d".to_owned()]);
    call_for_nothing!(api, url, &CallQuery { v })
}

#[cfg(feature = "header_array")]
pub async fn header_array(url: &str, _: &str) -> Read {
    use header_array_client as api;
    // There is no parameter for the header.
    call_for_nothing!(api, url)
}

#[cfg(feature = "cookie")]
pub async fn cookie(url: &str, _: &str) -> Read {
    use cookie_client as api;
    // There is no parameter for the cookie.
    call_for_nothing!(api, url)
}

#[cfg(feature = "cookie_special")]
pub async fn cookie_special(url: &str, _: &str) -> Read {
    use cookie_special_client as api;
    call_for_nothing!(api, url)
}

#[cfg(feature = "path_slash")]
pub async fn path_slash(url: &str, _: &str) -> Read {
    use path_slash_client as api;
    call_for_nothing!(api, url, "a/b c")
}

#[cfg(feature = "path_uuid")]
pub async fn path_uuid(url: &str, _: &str) -> Read {
    use path_uuid_client as api;
    call_for_nothing!(api, url, "6f1b7a52-9a3b-4a6e-8d2e-0c6f5d1e2a3b")
}

#[cfg(feature = "parameter_content")]
pub async fn parameter_content(url: &str, _: &str) -> Read {
    use api::client::default::parameters::CallQuery;
    use parameter_content_client as api;
    // A value of any JSON: the caller writes the text that it is to be.
    let text = json!({"a": "x y", "b": 1}).to_string();
    call_for_nothing!(api, url, &CallQuery { v: Some(Value::String(text)) })
}

#[cfg(feature = "query_and_header")]
pub async fn query_and_header(url: &str, _: &str) -> Read {
    use api::client::default::parameters::CallQuery;
    use query_and_header_client as api;
    // There is no parameter for the header.
    call_for_nothing!(api, url, &CallQuery { v: "in the query".to_owned() })
}

#[cfg(feature = "form")]
pub async fn form(url: &str, _: &str) -> Read {
    use form_client as api;
    call_for_nothing!(api, url, json!({"a": "x y&z", "b": 1}))
}

#[cfg(feature = "multipart_files")]
pub async fn multipart_files(url: &str, _: &str) -> Read {
    use api::util::reqwest::multipart::{Form, Part};
    use multipart_files_client as api;
    // The caller makes all parts.
    let meta = Part::text(json!({"a": "x", "b": 1}).to_string()).mime_str("application/json").map_err(message)?;
    let form = Form::new()
        .part("file", Part::bytes(super::BYTES))
        .part("more", Part::bytes(b"1".as_slice()))
        .part("more", Part::bytes(b"2".as_slice()));
    call_for_nothing!(api, url, form.part("meta", meta))
}

#[cfg(feature = "multipart_encoding")]
pub async fn multipart_encoding(url: &str, _: &str) -> Read {
    use api::util::reqwest::multipart::{Form, Part};
    use multipart_encoding_client as api;
    let file = Part::bytes(super::BYTES).mime_str("image/png").map_err(message)?;
    call_for_nothing!(api, url, Form::new().part("file", file))
}

#[cfg(feature = "several_media")]
pub async fn several_media(url: &str, _: &str) -> Read {
    use several_media_client as api;
    // There is no way to choose the media type.
    call_for_nothing!(api, url, api::util::reqwest::multipart::Form::new().text("a", "x").text("b", "1"))
}

#[cfg(feature = "bytes_body")]
pub async fn bytes_body(url: &str, _: &str) -> Read {
    use bytes_body_client as api;
    // The body is JSON of any kind.
    call_for_nothing!(api, url, super::BYTES.to_vec())
}

#[cfg(feature = "any_media")]
pub async fn any_media(url: &str, _: &str) -> Read {
    use any_media_client as api;
    call_for_nothing!(api, url, super::BYTES.to_vec())
}

#[cfg(feature = "text")]
pub async fn text(url: &str, _: &str) -> Read {
    use text_client as api;
    call!(api, url).map_err(message)
}

#[cfg(feature = "event_stream")]
pub async fn event_stream(url: &str, _: &str) -> Read {
    use event_stream_client as api;
    call!(api, url).map_err(message)
}

#[cfg(feature = "json_lines")]
pub async fn json_lines(url: &str, _: &str) -> Read {
    use json_lines_client as api;
    call!(api, url).map_err(message)
}

#[cfg(feature = "no_content")]
pub async fn no_content(url: &str, _: &str) -> Read {
    use no_content_client as api;
    call_for_nothing!(api, url)
}

#[cfg(feature = "several_successes")]
pub async fn several_successes(url: &str, _: &str) -> Read {
    use several_successes_client as api;
    // The type is that of the 200.
    let answer = call!(api, url).map_err(message)?;
    Ok(json!({"200": answer}))
}

#[cfg(feature = "several_errors")]
pub async fn several_errors(url: &str, _: &str) -> Read {
    use several_errors_client as api;
    // The error has the status alone.
    call_for_nothing!(api, url)
}

#[cfg(feature = "error_other_body")]
pub async fn error_other_body(url: &str, _: &str) -> Read {
    use error_other_body_client as api;
    call_for_nothing!(api, url)
}

#[cfg(feature = "response_headers")]
pub async fn response_headers(url: &str, _: &str) -> Read {
    use response_headers_client as api;
    // The headers are not returned.
    let body = call!(api, url).map_err(message)?;
    Ok(json!({"body": body}))
}

#[cfg(feature = "head")]
pub async fn head(_: &str, _: &str) -> Read {
    Err("there is no method for HEAD".to_owned())
}
