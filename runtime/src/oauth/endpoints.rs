//! The OAuth 2.0 endpoints of a domain, and the requests of an app client to them (RFC 6749, 7009, 7636).

use crate::auth::cause::{SECRET_MISSING, SECRET_WRONG};
use crate::auth::error::{AuthError, AuthErrorKind};
use crate::auth::signed_in::SignedIn;
use crate::client::http_client::is_confidential;
use crate::cognito::registration::Registration;
use crate::oauth::exchange::FormClient;
use crate::secret::Secret;
use std::borrow::Cow;
use std::fmt;
use url::Url;

/// The endpoints of one domain, for one app client.
#[derive(Clone)]
pub(crate) struct Endpoints {
    pub domain: Url,
    authorize: Url,
    token: Url,
    revoke: Url,
    client: FormClient,
}

/// What the authorization endpoint is asked for (RFC 6749, section 4.1.1).
#[cfg(feature = "hosted-login")]
pub(super) struct AuthorizationRequest<'a> {
    pub state: &'a Secret,
    /// The challenge of the PKCE verifier, by the method `S256`.
    pub challenge: &'a str,
    pub redirect: &'a Url,
    pub scopes: &'a [String],
    pub parameters: &'a [(&'static str, String)],
}

impl Endpoints {
    /// The endpoints of a managed-login domain: `https://auth.example.com`, or without `https://`.
    pub(crate) fn of_domain(
        domain: &str,
        registration: &Registration,
        client_secret: Option<Secret>,
    ) -> Result<Self, AuthError> {
        let text = if domain.contains("://") { Cow::Borrowed(domain) } else { Cow::Owned(format!("https://{domain}")) };
        let domain = confidential(&text)?;
        let at = |path| domain.join(path).map_err(|_| mistake());
        let client = FormClient {
            http: registration.http(&domain)?,
            timeout: registration.settings.timeout,
            client_id: registration.settings.client_id.clone(),
            client_secret,
        };
        Ok(Self {
            authorize: at("/oauth2/authorize")?,
            token: at("/oauth2/token")?,
            revoke: at("/oauth2/revoke")?,
            domain,
            client,
        })
    }

    /// Sets endpoints of a server other than Cognito.
    pub(crate) fn placed(mut self, authorize: Option<&str>, token: Option<&str>) -> Result<Self, AuthError> {
        if let Some(authorize) = authorize {
            self.authorize = confidential(authorize)?;
        }
        if let Some(token) = token {
            self.token = confidential(token)?;
        }
        Ok(self)
    }

    /// The URL at which a user signs in.
    #[cfg(feature = "hosted-login")]
    pub(super) fn authorize_url(&self, request: &AuthorizationRequest<'_>) -> Url {
        let mut url = self.authorize.clone();
        let mut query = url.query_pairs_mut();
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.client.client_id)
            .append_pair("state", request.state.expose())
            .append_pair("code_challenge", request.challenge)
            .append_pair("code_challenge_method", "S256")
            .append_pair("redirect_uri", request.redirect.as_str())
            .append_pair("scope", &request.scopes.join(" "))
            .extend_pairs(request.parameters);
        drop(query);
        url
    }

    /// Redeems a code for the scopes `asked`. The request is sent once, since a code can be used once.
    #[cfg(feature = "hosted-login")]
    pub(crate) async fn redeem(
        &self,
        code: &Secret,
        verifier: &Secret,
        redirect: &Url,
        asked: &[String],
    ) -> Result<SignedIn, AuthError> {
        let form = [
            ("grant_type", REDEEM),
            ("code", code.expose()),
            ("code_verifier", verifier.expose()),
            ("redirect_uri", redirect.as_str()),
        ];
        self.tokens(REDEEM, &form, Some(asked)).await.map_err(|error| match error.code() {
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
        self.client.send(REVOKE, &self.revoke, &[("token", refresh_token.expose())]).await.map(drop)
    }

    /// A token of the app client itself, for these scopes and this resource.
    pub(crate) async fn client_credentials(
        &self,
        scopes: &[String],
        parameters: &[(&'static str, String)],
    ) -> Result<SignedIn, AuthError> {
        let scope = scopes.join(" ");
        let mut form = vec![("grant_type", MACHINE)];
        if !scopes.is_empty() {
            form.push(("scope", &scope));
        }
        form.extend(parameters.iter().map(|(name, value)| (*name, value.as_str())));
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
        let answer = self.client.send(operation, &self.token, form).await;
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
            .field("token", &self.token.as_str())
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

fn confidential(address: &str) -> Result<Url, AuthError> {
    let url = Url::parse(address).map_err(|_| mistake())?;
    let plain =
        url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
    if !plain || !is_confidential(&url) {
        return Err(mistake());
    }
    Ok(url)
}

fn mistake() -> AuthError {
    AuthError::because(
        AuthErrorKind::Configuration,
        "OAuth endpoint",
        "a domain is `auth.example.com` or its `https` URL; plain `http` is accepted on this machine only",
    )
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
    use crate::testing::scripted::Scripted;

    /// RFC 6749, section 5.1: an answer without scopes grants those of the request.
    #[tokio::test]
    async fn a_code_is_redeemed_with_its_verifier_and_for_the_scopes_of_its_request() {
        let answer = r#"{"access_token": "opaque", "token_type": "Bearer"}"#;
        let server = Scripted::start(move |_| (200, answer.to_owned())).await;
        let endpoints = Endpoints::of_domain(&server.url, &Registration::new("id".to_owned()), None).unwrap();
        let redirect = Url::parse("http://localhost:8400/callback").unwrap();
        let asked = ["openid".to_owned(), "pets/read".to_owned()];
        let (code, verifier) = (Secret::new("c+1"), Secret::new("v"));
        let tokens = endpoints.redeem(&code, &verifier, &redirect, &asked).await.unwrap();
        assert_eq!(tokens.scopes.as_deref(), Some(&asked[..]));
        let sent = server.sent().pop().unwrap();
        assert_eq!(sent.path, "/oauth2/token");
        let form: Vec<(String, String)> = url::form_urlencoded::parse(sent.body.as_bytes()).into_owned().collect();
        let expected = [
            ("grant_type", "authorization_code"),
            ("code", "c+1"),
            ("code_verifier", "v"),
            ("redirect_uri", "http://localhost:8400/callback"),
            ("client_id", "id"),
        ];
        assert!(form.iter().map(|(name, value)| (name.as_str(), value.as_str())).eq(expected), "{form:?}");
    }

    #[test]
    fn the_address_for_the_browser_has_all_that_it_was_given() {
        let registration = Registration::new("id 1".to_owned());
        let endpoints = Endpoints::of_domain("http://localhost:1", &registration, None).unwrap();
        let url = endpoints.authorize_url(&AuthorizationRequest {
            state: &Secret::new("s&1"),
            challenge: "c",
            redirect: &Url::parse("pets://back?x=1").unwrap(),
            scopes: &["openid".to_owned(), "pets/read".to_owned()],
            parameters: &[("nonce", "n".to_owned()), ("lang", "de".to_owned())],
        });
        assert_eq!(
            url.as_str(),
            "http://localhost:1/oauth2/authorize?response_type=code&client_id=id+1&state=s%261&code_challenge=c\
             &code_challenge_method=S256&redirect_uri=pets%3A%2F%2Fback%3Fx%3D1&scope=openid+pets%2Fread&nonce=n&lang=de"
        );
    }
}
