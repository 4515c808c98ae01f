//! The addresses of the OAuth endpoints: those of a domain, or those that the program sets.

use crate::auth::error::{AuthError, AuthErrorKind};
use crate::auth::own_endpoints::OwnEndpoints;
use crate::client::http_client::is_confidential;
use std::borrow::Cow;
use url::Url;

/// The addresses of the endpoints of one domain.
#[derive(Clone, Debug)]
pub(crate) struct Addresses {
    pub authorize: Url,
    pub token: Url,
    pub revoke: Url,
    pub logout: Url,
}

impl Addresses {
    /// The endpoints of a managed-login domain: `https://auth.example.com`, or without `https://`. A path of the domain is kept. Plain
    /// `http` is for this machine, unless the program allows it.
    ///
    /// # Errors
    /// [`AuthErrorKind::Configuration`] if the domain or an endpoint is not valid.
    pub(crate) fn of_domain(domain: &str, own: &OwnEndpoints, allow_http: bool) -> Result<Self, AuthError> {
        let text = if domain.contains("://") { Cow::Borrowed(domain) } else { Cow::Owned(format!("https://{domain}")) };
        let domain = confidential(&text, allow_http)?;
        let at = |own: &Option<String>, path: &str| match own {
            Some(own) => confidential(own, allow_http),
            None => {
                let mut url = domain.clone();
                url.set_path(&format!("{}{path}", domain.path().trim_end_matches('/')));
                Ok(url)
            }
        };
        Ok(Self {
            authorize: at(&own.authorize, "/oauth2/authorize")?,
            token: at(&own.token, "/oauth2/token")?,
            revoke: at(&own.revoke, "/oauth2/revoke")?,
            logout: at(&own.logout, "/logout")?,
        })
    }
}

fn confidential(address: &str, allow_http: bool) -> Result<Url, AuthError> {
    let url = Url::parse(address).map_err(|_| mistake(NOT_A_DOMAIN))?;
    let plain =
        url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
    if plain && is_confidential(&url, allow_http) {
        return Ok(url);
    }
    Err(mistake(if plain && url.scheme() == "http" { PLAIN_HTTP } else { NOT_A_DOMAIN }))
}

pub(crate) fn mistake(detail: &str) -> AuthError {
    AuthError::because(AuthErrorKind::Configuration, "OAuth endpoint", detail)
}

const NOT_A_DOMAIN: &str = "a domain is `auth.example.com` or its `https` URL, without user, query and fragment";
const PLAIN_HTTP: &str = "plain `http` is accepted on this machine only: use `https`, or call `AppClient::allow_http` for an emulator on \
                          another host";

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn of(domain: &str, own: &OwnEndpoints, allow_http: bool) -> Result<[String; 4], AuthErrorKind> {
        let found = Addresses::of_domain(domain, own, allow_http).map_err(|error| error.kind())?;
        Ok([found.authorize, found.token, found.revoke, found.logout].map(String::from))
    }

    #[test]
    fn a_domain_keeps_its_path() {
        for domain in ["auth.example.com/a%20b/c", "https://auth.example.com/a%20b/c/"] {
            let found = of(domain, &OwnEndpoints::default(), false).unwrap();
            let expected = ["oauth2/authorize", "oauth2/token", "oauth2/revoke", "logout"];
            assert_eq!(found, expected.map(|path| format!("https://auth.example.com/a%20b/c/{path}")));
        }
        let found = of("auth.example.com", &OwnEndpoints::default(), false).unwrap();
        assert_eq!(found[1], "https://auth.example.com/oauth2/token");
    }

    #[test]
    fn every_endpoint_can_be_set() {
        let url = |name: &str| Some(format!("https://id.example.com/{name}"));
        let own = OwnEndpoints { authorize: url("a"), token: url("t"), revoke: url("r"), logout: url("l") };
        let found = of("auth.example.com", &own, false).unwrap();
        assert_eq!(found, ["a", "t", "r", "l"].map(|name| format!("https://id.example.com/{name}")));
        let only_revoke = OwnEndpoints { revoke: url("r"), ..OwnEndpoints::default() };
        let found = of("auth.example.com", &only_revoke, false).unwrap();
        assert_eq!(
            (found[1].as_str(), found[2].as_str()),
            ("https://auth.example.com/oauth2/token", "https://id.example.com/r")
        );
    }

    #[test]
    fn plain_http_to_other_machines_needs_permission() {
        let none = OwnEndpoints::default();
        for (domain, is_valid, with_permission) in [
            ("http://localhost:9229", true, true),
            ("http://emulator:9229/path", false, true),
            ("http://10.0.0.5", false, true),
            ("https://user@auth.example.com", false, false),
            ("https://auth.example.com?a", false, false),
            ("ftp://auth.example.com", false, false),
            ("", false, false),
        ] {
            assert_eq!(of(domain, &none, false).is_ok(), is_valid, "{domain}");
            assert_eq!(of(domain, &none, true).is_ok(), with_permission, "{domain}");
        }
        let error = Addresses::of_domain("http://emulator", &none, false).unwrap_err();
        assert!(error.to_string().contains("AppClient::allow_http"), "{error}");
    }
}
