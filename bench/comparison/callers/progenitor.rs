//! The calls of `operations.py` by the clients that progenitor generates; it refuses the cases that are not here.

use super::Read;
use serde_json::{Value, json};

fn message(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// Makes a call of a crate.
macro_rules! call {
    ($api:ident, $url:expr $(, $argument:expr)*) => {
        $api::Client::new($url).call($($argument),*).await
    };
}

/// The same, for an operation whose only answer is 204.
macro_rules! call_for_nothing {
    ($api:ident, $url:expr $(, $argument:expr)*) => {
        call!($api, $url $(, $argument)*).map(|_| Value::Null).map_err(message)
    };
}

/// The same, for an answer whose type is not generated.
macro_rules! call_for_bytes {
    ($api:ident, $url:expr) => {{
        let _: $api::ByteStream = call!($api, $url).map_err(message)?.into_inner();
        Err("the answer is a stream of bytes".to_owned())
    }};
}

#[cfg(feature = "query_array")]
pub async fn query_array(url: &str, call: &str) -> Read {
    use query_array_client as api;
    let v = (call == "two").then(|| vec!["a b".to_owned(), "c&d".to_owned()]);
    call_for_nothing!(api, url, v.as_ref())
}

#[cfg(feature = "header_array")]
pub async fn header_array(url: &str, _: &str) -> Read {
    use header_array_client as api;
    call_for_nothing!(api, url, &vec!["a".to_owned(), "b".to_owned()])
}

#[cfg(feature = "path_slash")]
pub async fn path_slash(url: &str, _: &str) -> Read {
    use path_slash_client as api;
    call_for_nothing!(api, url, "a/b c")
}

#[cfg(feature = "path_uuid")]
pub async fn path_uuid(url: &str, _: &str) -> Read {
    use path_uuid_client as api;
    call_for_nothing!(api, url, &"6f1b7a52-9a3b-4a6e-8d2e-0c6f5d1e2a3b".parse().map_err(message)?)
}

#[cfg(feature = "query_and_header")]
pub async fn query_and_header(url: &str, _: &str) -> Read {
    use query_and_header_client as api;
    // There is one parameter, which is the header.
    call_for_nothing!(api, url, "in the header")
}

#[cfg(feature = "form")]
pub async fn form(url: &str, _: &str) -> Read {
    use form_client as api;
    call_for_nothing!(api, url, &api::types::CallBody { a: "x y&z".to_owned(), b: Some(1) })
}

#[cfg(feature = "bytes_body")]
pub async fn bytes_body(url: &str, _: &str) -> Read {
    use bytes_body_client as api;
    call_for_nothing!(api, url, super::BYTES)
}

#[cfg(feature = "text")]
pub async fn text(url: &str, _: &str) -> Read {
    use text_client as api;
    call_for_bytes!(api, url)
}

#[cfg(feature = "event_stream")]
pub async fn event_stream(url: &str, _: &str) -> Read {
    use event_stream_client as api;
    call_for_bytes!(api, url)
}

#[cfg(feature = "json_lines")]
pub async fn json_lines(url: &str, _: &str) -> Read {
    use json_lines_client as api;
    call_for_bytes!(api, url)
}

#[cfg(feature = "no_content")]
pub async fn no_content(url: &str, _: &str) -> Read {
    use no_content_client as api;
    call_for_nothing!(api, url)
}

#[cfg(feature = "error_other_body")]
pub async fn error_other_body(url: &str, _: &str) -> Read {
    use error_other_body_client as api;
    match call!(api, url) {
        // The variants that have a status and a body; for the first the type of the body must fit.
        Err(api::Error::ErrorResponse(error)) => Err(format!("{:?}", error.into_inner())),
        Err(api::Error::UnexpectedResponse(response)) => {
            let status = response.status();
            Ok(json!({status.as_str(): response.text().await.map_err(message)?}))
        }
        Err(error) => Err(format!("status {:?}: {error}", error.status())),
        Ok(_) => Err("it is a success".to_owned()),
    }
}

#[cfg(feature = "response_headers")]
pub async fn response_headers(url: &str, _: &str) -> Read {
    use response_headers_client as api;
    let answer = call!(api, url).map_err(message)?;
    Ok(json!({"total": total(answer.headers()), "body": answer.into_inner()}))
}

#[cfg(feature = "head")]
pub async fn head(url: &str, _: &str) -> Read {
    use head_client as api;
    Ok(json!({"total": total(call!(api, url).map_err(message)?.headers())}))
}

/// The header as the caller reads it: all headers are returned, without types.
fn total(headers: &reqwest::header::HeaderMap) -> Option<i64> {
    headers.get("x-total")?.to_str().ok()?.parse().ok()
}
