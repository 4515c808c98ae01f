//! The HTTP client for services that issue tokens and keys, the addresses that it accepts, and bounded reads of responses.

use crate::client::build_error::BuildError;
use crate::client::redirects;
use crate::client::redirects::follows_nothing;
use crate::client::tls;
#[cfg(any(feature = "cognito", feature = "oauth", feature = "identity-pool"))]
use crate::client::tls::is_this_machine;
use std::error::Error as StdError;
use std::time::Duration;
use url::Url;

/// The longest response in bytes that is read. Tokens and errors have a few kilobytes.
pub(crate) const READ_LIMIT: usize = 1 << 20;

/// The HTTP client for `address`: that of the application if there is one, else a new one. The time limit is set on each request. A
/// request to this machine does not go through a proxy, which would be another machine and could read the password.
pub(crate) fn client_for(address: &Url, own: Option<&reqwest::Client>) -> Result<reqwest::Client, BuildError> {
    if let Some(own) = own {
        return follows_nothing(own.clone());
    }
    tls::build(|| redirects::builder().connect_timeout(Duration::from_secs(10)), address)
}

/// The body of a response, or `None` if it is longer than `limit` bytes.
pub(crate) async fn read_bounded(
    mut response: reqwest::Response,
    limit: usize,
) -> Result<Option<Vec<u8>>, reqwest::Error> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > limit {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body))
}

/// Why an exchange failed, with the innermost cause and without the URL.
pub(crate) fn reason(error: &reqwest::Error) -> String {
    let mut text = if error.is_timeout() {
        "no response in time".to_owned()
    } else if error.is_connect() {
        "no connection".to_owned()
    } else {
        "the connection broke".to_owned()
    };
    let mut cause = error.source();
    while let Some(inner) = cause {
        if inner.source().is_none() {
            text.push_str(": ");
            text.push_str(&inner.to_string());
        }
        cause = inner.source();
    }
    text
}

/// The address of an AWS service: the endpoint of the application if it is confidential, else that of the region.
#[cfg(any(feature = "cognito", feature = "identity-pool"))]
pub(crate) fn place_of(service: &str, region: &str, endpoint: Option<&str>, allow_http: bool) -> Option<Url> {
    match endpoint {
        Some(endpoint) => Url::parse(endpoint).ok().filter(|url| is_confidential(url, allow_http)),
        None => Url::parse(&format!("https://{service}.{region}.amazonaws.com")).ok(),
    }
}

/// Whether secrets can be sent to an address: over TLS, on this machine, or without TLS if the program allows it.
#[cfg(any(feature = "cognito", feature = "oauth", feature = "identity-pool"))]
pub(crate) fn is_confidential(address: &Url, allow_http: bool) -> bool {
    match address.scheme() {
        "https" => address.host().is_some(),
        "http" => is_this_machine(address) || allow_http && address.host().is_some(),
        _ => false,
    }
}

#[cfg(all(test, any(feature = "cognito", feature = "oauth", feature = "identity-pool")))]
mod tests {
    use super::is_confidential;

    #[test]
    fn secrets_are_sent_over_tls_or_to_this_machine_only() {
        let is = |address| url::Url::parse(address).is_ok_and(|address| is_confidential(&address, false));
        assert!(is("https://auth.example.com"));
        assert!(is("http://localhost:4566/x"));
        assert!(is("http://127.0.0.1:1"));
        assert!(is("http://[::1]:1"));
        assert!(!is("http://auth.example.com"));
        assert!(!is("http://localhost.example.com"));
        assert!(!is("ftp://localhost"));
        let allowed = |address| url::Url::parse(address).is_ok_and(|address| is_confidential(&address, true));
        assert!(allowed("http://emulator:4566") && allowed("http://10.0.0.5") && !allowed("ftp://emulator"));
    }
}
