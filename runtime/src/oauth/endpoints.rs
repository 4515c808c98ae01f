//! The OAuth 2.0 endpoints of a domain, and the requests of an app client to them (RFC 6749, 7009, 7636).

use crate::auth::cause::{SECRET_MISSING, SECRET_WRONG};
use crate::auth::error::{AuthError, AuthErrorKind};
use crate::auth::signed_in::SignedIn;
use crate::cognito::registration::Registration;
use crate::oauth::addresses::Addresses;
use crate::oauth::exchange::FormClient;
use crate::secret::Secret;
use std::fmt;
#[cfg(feature = "hosted-login")]
use url::Url;

/// The endpoints of one domain, for one app client.
#[derive(Clone)]
pub(crate) struct Endpoints {
    pub addresses: Addresses,
    client: FormClient,
}

/// What the authorization endpoint is asked for (RFC 6749, section 4.1.1).
#[cfg(feature = "hosted-login")]
pub(super) struct AuthorizationRequest<'a> {
    pub state: &'a Secret,
    /// The challenge of the PKCE verifier, by the method `S256`.
    pub challenge: &'a str,
    /// As it is registered, since Cognito compares texts.
    pub redirect: &'a str,
    pub scopes: &'a [String],
    pub parameters: &'a [(String, String)],
}

impl Endpoints {
    /// The endpoints at these addresses.
    pub(crate) fn new(
        addresses: Addresses,
        registration: &Registration,
        client_secret: Option<Secret>,
    ) -> Result<Self, AuthError> {
        let client = FormClient {
            http: registration.http(&addresses.token)?,
            timeout: registration.settings.timeout,
            client_id: registration.settings.client_id.clone(),
            client_secret,
        };
        Ok(Self { addresses, client })
    }

    /// The URL at which a user signs in.
    #[cfg(feature = "hosted-login")]
    pub(super) fn authorize_url(&self, request: &AuthorizationRequest<'_>) -> Url {
        let mut url = self.addresses.authorize.clone();
        let mut query = url.query_pairs_mut();
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.client.client_id)
            .append_pair("state", request.state.expose())
            .append_pair("code_challenge", request.challenge)
            .append_pair("code_challenge_method", "S256")
            .append_pair("redirect_uri", request.redirect)
            .append_pair("scope", &request.scopes.join(" "))
            .extend_pairs(request.parameters);
        drop(query);
        url
    }

    /// Redeems a code. The request is sent once, since a code can be used once.
    #[cfg(feature = "hosted-login")]
    pub(crate) async fn redeem(
        &self,
        code: &Secret,
        verifier: &Secret,
        redirect: &str,
        parameters: &[(String, String)],
    ) -> Result<SignedIn, AuthError> {
        let mut form = vec![
            ("grant_type", REDEEM),
            ("code", code.expose()),
            ("code_verifier", verifier.expose()),
            ("redirect_uri", redirect),
        ];
        form.extend(parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        self.tokens(REDEEM, &form, None).await.map_err(|error| match error.code() {
            Some("invalid_grant") => error.meaning(AuthErrorKind::SignInExpired),
            _ => error,
        })
    }

    /// Refreshes tokens. The request is sent once, since a second request with a rotated refresh token counts as reuse.
    pub(crate) async fn refresh(&self, refresh_token: &Secret) -> Result<SignedIn, AuthError> {
        self.tokens(REFRESH, &[("grant_type", REFRESH), ("refresh_token", refresh_token.expose())], None).await
    }

    /// Revokes a refresh token and all tokens that were issued from it (RFC 7009). It can be repeated.
    pub(crate) async fn revoke(&self, refresh_token: &Secret) -> Result<(), AuthError> {
        self.client.send(REVOKE, &self.addresses.revoke, &[("token", refresh_token.expose())]).await.map(drop)
    }

    /// A token of the app client itself, for these scopes and this resource.
    pub(crate) async fn client_credentials(
        &self,
        scopes: &[String],
        parameters: &[(String, String)],
    ) -> Result<SignedIn, AuthError> {
        let scope = scopes.join(" ");
        let mut form = vec![("grant_type", MACHINE)];
        if !scopes.is_empty() {
            form.push(("scope", &scope));
        }
        form.extend(parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        self.tokens(MACHINE, &form, Some(scopes)).await.map_err(|error| match error.code() {
            // The grant is that of the app client, which does not allow these scopes or this flow.
            Some("invalid_grant" | "invalid_scope") => {
                error.meaning(AuthErrorKind::Configuration).caused_by(not_allowed(scopes))
            }
            _ => error,
        })
    }

    /// Sends a form to the token endpoint.
    async fn tokens(
        &self,
        operation: &'static str,
        form: &[(&str, &str)],
        asked: Option<&[String]>,
    ) -> Result<SignedIn, AuthError> {
        let answer = self.client.send(operation, &self.addresses.token, form).await;
        answer.and_then(|answer| answer.tokens(operation, asked)).map_err(|error| self.explained(error))
    }

    /// Adds the cause to an error, if it follows from the request.
    fn explained(&self, error: AuthError) -> AuthError {
        match (error.code(), &self.client.client_secret) {
            (Some("invalid_client"), Some(_)) => {
                error.caused_by(format!("{SECRET_WRONG}, or there is no such app client"))
            }
            (Some("invalid_client"), None) => {
                error.caused_by(format!("{SECRET_MISSING}; or there is no such app client"))
            }
            _ => error,
        }
    }
}

impl fmt::Debug for Endpoints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoints")
            .field("token", &self.addresses.token.as_str())
            .field("client_id", &self.client.client_id)
            .finish_non_exhaustive()
    }
}

/// Reads the response to a refresh, without a network.
#[cfg(feature = "fuzzing")]
pub(crate) fn answered(
    status: http::StatusCode,
    headers: http::HeaderMap,
    body: Vec<u8>,
) -> Result<SignedIn, AuthError> {
    crate::oauth::exchange::FormAnswer::read(REFRESH, status, headers, body)?.tokens(REFRESH, None)
}

/// The scope or flow that the app client does not allow.
fn not_allowed(scopes: &[String]) -> String {
    let names: Vec<String> = scopes.iter().map(|scope| format!("`{}`", scope.escape_debug())).collect();
    match names.as_slice() {
        [] => "the app client does not allow client credentials, or has no scope of a resource server".to_owned(),
        [one] => {
            format!("the app client does not allow {one} or client credentials: check its settings")
        }
        several => format!(
            "the app client does not allow one of {} or client credentials: check its settings",
            several.join(", ")
        ),
    }
}

#[cfg(feature = "hosted-login")]
const REDEEM: &str = "authorization_code";
const REFRESH: &str = "refresh_token";
const REVOKE: &str = "revoke";
const MACHINE: &str = "client_credentials";

#[cfg(all(test, feature = "hosted-login"))]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::auth::own_endpoints::OwnEndpoints;
    use crate::testing::scripted::Scripted;

    fn at(domain: &str, client_id: &str) -> Endpoints {
        let addresses = Addresses::of_domain(domain, &OwnEndpoints::default(), false).unwrap();
        Endpoints::new(addresses, &Registration::new(client_id.to_owned()), None).unwrap()
    }

    #[tokio::test]
    async fn a_code_is_redeemed_with_its_verifier_and_further_parameters() {
        let answer = r#"{"access_token": "opaque", "token_type": "Bearer"}"#;
        let server = Scripted::start(move |_| (200, answer.to_owned())).await;
        let endpoints = at(&server.url, "id");
        let (code, verifier) = (Secret::new("c+1"), Secret::new("v"));
        let further = [("resource".to_owned(), "a&b".to_owned())];
        endpoints.redeem(&code, &verifier, "http://localhost:8400/callback", &further).await.unwrap();
        let sent = server.sent().pop().unwrap();
        assert_eq!(sent.path, "/oauth2/token");
        let form: Vec<(String, String)> = url::form_urlencoded::parse(sent.body.as_bytes()).into_owned().collect();
        let expected = [
            ("grant_type", "authorization_code"),
            ("code", "c+1"),
            ("code_verifier", "v"),
            ("redirect_uri", "http://localhost:8400/callback"),
            ("resource", "a&b"),
            ("client_id", "id"),
        ];
        assert!(form.iter().map(|(name, value)| (name.as_str(), value.as_str())).eq(expected), "{form:?}");
    }

    #[test]
    fn the_address_for_the_browser_has_all_that_it_was_given() {
        let endpoints = at("http://localhost:1", "id 1");
        let url = endpoints.authorize_url(&AuthorizationRequest {
            state: &Secret::new("s&1"),
            challenge: "c",
            redirect: "pets://back?x=1",
            scopes: &["openid".to_owned(), "pets/read".to_owned()],
            parameters: &[("nonce", "n"), ("lang", "de")].map(|(name, value)| (name.to_owned(), value.to_owned())),
        });
        assert_eq!(
            url.as_str(),
            "http://localhost:1/oauth2/authorize?response_type=code&client_id=id+1&state=s%261&code_challenge=c\
             &code_challenge_method=S256&redirect_uri=pets%3A%2F%2Fback%3Fx%3D1&scope=openid+pets%2Fread&nonce=n&lang=de"
        );
    }
}
