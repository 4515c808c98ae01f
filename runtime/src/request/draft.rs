//! A request before hooks, credentials and signatures are added.

use crate::contract::api::Api;
use http::Method;
use http::header::{CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue};
use std::borrow::Cow;

/// An encoded name and value.
pub(crate) type Pair = (String, String);

/// A request without its body and its credentials.
#[derive(Clone)]
pub(crate) struct Draft {
    pub(crate) method: Method,
    /// Encoded. It includes the query string of a path template.
    pub(crate) path: String,
    /// Encoded pairs.
    pub(crate) query: Vec<Pair>,
    pub(crate) headers: HeaderMap,
    /// Encoded pairs.
    pub(crate) cookies: Vec<Pair>,
}

/// The parts of a request that credentials change, as a copy.
pub(crate) struct AuthorizedParts<'d> {
    pub(crate) headers: HeaderMap,
    pub(crate) query: Cow<'d, [Pair]>,
    pub(crate) cookies: Cow<'d, [Pair]>,
}

impl Draft {
    pub(crate) fn parts(&self) -> AuthorizedParts<'_> {
        AuthorizedParts {
            headers: self.headers.clone(),
            query: Cow::Borrowed(&self.query),
            cookies: Cow::Borrowed(&self.cookies),
        }
    }
}

/// Sets a header of the application.
///
/// # Errors
/// Returns why the header can't be set, without its value.
pub(crate) fn set_header(api: &Api, draft: &mut Draft, name: &str, value: &str) -> Result<(), String> {
    let header = HeaderName::from_bytes(name.as_bytes())
        .map_err(|_| "a header of the call has a name that is not valid in HTTP")?;
    if api.is_credential_header(&header) {
        let why = "carries a credential: give it to the client's builder, or use `send_with` on a `dangerous()` client";
        return Err(format!("the header `{header}` {why}"));
    }
    if is_connection(&header) || header == CONTENT_LENGTH {
        return Err(format!("the header `{header}` is controlled by the connection and can't be set: remove it"));
    }
    let value = HeaderValue::from_str(value).map_err(|_| {
        format!(
            "the value of the header `{header}` has a character that is not valid in a header, such as a line break"
        )
    })?;
    draft.headers.insert(header, value);
    Ok(())
}

/// Whether a header is about the connection (RFC 9110, section 7.6.1) or the host.
pub(crate) fn is_connection(name: &HeaderName) -> bool {
    const NAMES: [&str; 9] = [
        "connection",
        "host",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "http2-settings",
    ];
    NAMES.contains(&name.as_str())
}
