//! A request in parts that hooks, credentials and signatures are put on.

use crate::contract::api::Api;
use http::Method;
use http::header::{CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue};
use std::borrow::Cow;

/// A name and a value, encoded.
pub(crate) type Pair = (String, String);

/// All of a request but its body and its credentials.
#[derive(Clone)]
pub(crate) struct Draft {
    pub(crate) method: Method,
    /// Encoded; a query that the document writes into the path is part of it.
    pub(crate) path: String,
    /// Encoded pairs.
    pub(crate) query: Vec<Pair>,
    pub(crate) headers: HeaderMap,
    /// Encoded pairs.
    pub(crate) cookies: Vec<Pair>,
}

/// What credentials are put on: a copy of what they change.
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

/// Puts a header of the application's own on a request.
///
/// # Errors
/// Why it can't be put there, without its value.
pub(crate) fn set_header(api: &Api, draft: &mut Draft, name: &str, value: &str) -> Result<(), String> {
    let header = HeaderName::from_bytes(name.as_bytes())
        .map_err(|_| "a header of the call has a name that no header may have")?;
    if api.is_credential_header(&header) {
        let why = "carries a credential: give it to the client's builder, or use `send_with` on a `dangerous()` client";
        return Err(format!("the header `{header}` {why}"));
    }
    if is_connection(&header) || header == CONTENT_LENGTH {
        return Err(format!("the header `{header}` belongs to the connection and can't be set"));
    }
    let value = HeaderValue::from_str(value)
        .map_err(|_| format!("the header `{header}` holds a character that no header may hold"))?;
    draft.headers.insert(header, value);
    Ok(())
}

/// Whether a header belongs to the connection (RFC 9110, section 7.6.1), or says where it leads.
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
