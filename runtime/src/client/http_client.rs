//! Exchanges that give tokens and keys: the HTTP client for them, where they may go, and bounded reading of answers.

use crate::client::build_error::BuildError;
use crate::client::redirects;
use crate::client::redirects::follows_nothing;
use crate::client::tls::with_tls;
use std::error::Error as StdError;
use std::time::Duration;
use url::Url;

/// The longest answer that is read: tokens and errors are a few kilobytes.
pub(crate) const READ_LIMIT: usize = 1 << 20;

/// The client for exchanges with `place`: the application's own where it gave one, else a new one. How long an exchange may
/// take is set on each request.
pub(crate) fn client_for(place: &Url, own: Option<&reqwest::Client>) -> Result<reqwest::Client, BuildError> {
    if let Some(own) = own {
        return follows_nothing(own.clone());
    }
    let builder = redirects::builder().connect_timeout(Duration::from_secs(10));
    let built = with_tls(builder, place)?.build();
    built.map_err(|error| BuildError::new(format!("the HTTP client can't be made: {}", reason(&error))))
}

/// The body of an answer, or none if it is longer than `limit` bytes.
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

/// Why an exchange failed, down to the innermost cause, without its URL.
pub(crate) fn reason(error: &reqwest::Error) -> String {
    let mut text = if error.is_timeout() {
        "no answer in time".to_owned()
    } else if error.is_connect() {
        "no connection".to_owned()
    } else {
        "the exchange broke off".to_owned()
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

/// Where a service of AWS is reached: at an endpoint of the application's choice, if secrets may go there, else at the
/// region's own.
#[cfg(any(feature = "cognito", feature = "identity-pool"))]
pub(crate) fn place_of(service: &str, region: &str, endpoint: Option<&str>) -> Option<Url> {
    match endpoint {
        Some(endpoint) => Url::parse(endpoint).ok().filter(is_confidential),
        None => Url::parse(&format!("https://{service}.{region}.amazonaws.com")).ok(),
    }
}

/// Whether secrets may go to this address: over TLS, or not off this machine.
#[cfg(any(feature = "cognito", feature = "oauth", feature = "identity-pool"))]
pub(crate) fn is_confidential(address: &Url) -> bool {
    match (address.scheme(), address.host()) {
        ("https", Some(_)) => true,
        ("http", Some(url::Host::Domain(name))) => name == "localhost",
        ("http", Some(url::Host::Ipv4(ip))) => ip.is_loopback(),
        ("http", Some(url::Host::Ipv6(ip))) => ip.is_loopback(),
        _ => false,
    }
}

#[cfg(all(test, any(feature = "cognito", feature = "oauth", feature = "identity-pool")))]
mod tests {
    use super::is_confidential;

    #[test]
    fn secrets_leave_the_machine_over_tls_only() {
        let is = |address| url::Url::parse(address).is_ok_and(|address| is_confidential(&address));
        assert!(is("https://auth.example.com"));
        assert!(is("http://localhost:4566/x"));
        assert!(is("http://127.0.0.1:1"));
        assert!(is("http://[::1]:1"));
        assert!(!is("http://auth.example.com"));
        assert!(!is("http://localhost.example.com"));
        assert!(!is("ftp://localhost"));
    }
}
