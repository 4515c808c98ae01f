//! Tokens of a machine (client credentials, RFC 6749, section 4.4).

use crate::auth::error::{AuthError, AuthErrorKind};
use crate::auth::own_endpoints::OwnEndpoints;
use crate::auth::signed_in::SignedIn;
use crate::boxed::BoxFuture;
use crate::cognito::adopt::unfit;
use crate::cognito::registration::Registration;
use crate::contract::grants::GrantOf;
use crate::credential::pool::Pool;
use crate::oauth::addresses::Addresses;
use crate::oauth::endpoints::Endpoints;
use crate::oauth::parameters;
use crate::secret::Secret;
use crate::session::handle::Session;
use crate::session::machines::{Key, Parameters};
use crate::session::source::{Owner, RefreshEndpoint, Source};
use crate::session::tokens::session_tokens::SessionTokens;
use crate::token::audience::SignInTokens;
use crate::token_credential::expected::Expected;
use crate::token_credential::typed::Machine;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

/// The sign-in of a machine. `.await` requests a token, or uses a valid one of an earlier request.
///
/// ```no_run
/// # async fn example<PetPool: cogen_runtime::UserPool + 'static>() -> Result<(), cogen_runtime::AuthError> {
/// let app = PetPool::app_client("1example23456789");
/// let secret = std::env::var("CLIENT_SECRET").unwrap_or_default();
/// let machine = app.client_credentials("https://auth.example.com", secret).await?;
/// # let _ = machine;
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is asked for until it is awaited"]
pub struct ClientCredentials<P, G = ()> {
    registration: Registration,
    domain: String,
    secret: Secret,
    token_endpoint: Option<String>,
    parameters: Parameters,
    types: PhantomData<fn() -> (P, G)>,
}

impl<P> ClientCredentials<P> {
    pub(crate) fn new(registration: &Registration, domain: String, secret: Secret) -> Self {
        Self {
            registration: registration.clone(),
            domain,
            secret,
            token_endpoint: registration.endpoints.token.clone(),
            parameters: Vec::new(),
            types: PhantomData,
        }
    }
}

impl<P, G> ClientCredentials<P, G> {
    /// Sets the scopes to request. Without scopes, Cognito grants all scopes of the app client.
    pub fn grant<Other>(self) -> ClientCredentials<P, Other>
    where
        P: Pool,
        Other: GrantOf<P::Api>,
    {
        ClientCredentials {
            registration: self.registration,
            domain: self.domain,
            secret: self.secret,
            token_endpoint: self.token_endpoint,
            parameters: self.parameters,
            types: PhantomData,
        }
    }

    /// Binds the token to a resource server (RFC 8707), which becomes the claim `aud`.
    pub fn resource(self, uri: impl Into<String>) -> Self {
        self.parameter("resource", uri)
    }

    /// Sets the parameter `audience`, for servers that use it in place of `resource`.
    pub fn audience(self, name: impl Into<String>) -> Self {
        self.parameter("audience", name)
    }

    /// Sets the token endpoint, for a server other than Cognito. It replaces `/oauth2/token` of the domain.
    pub fn token_endpoint(mut self, url: impl Into<String>) -> Self {
        self.token_endpoint = Some(url.into());
        self
    }

    /// Sets any further parameter of the token request. A parameter that the request sets itself, such as `grant_type`, is refused with
    /// [`AuthErrorKind::Configuration`].
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        parameters::set(&mut self.parameters, name, value);
        self.parameters.sort_unstable();
        self
    }

    fn session(&self, scopes: Vec<String>, expected: Expected) -> Result<Session, AuthError> {
        let own = OwnEndpoints { token: self.token_endpoint.clone(), ..OwnEndpoints::default() };
        let addresses = Addresses::of_domain(&self.domain, &own, self.registration.allow_http)?;
        let endpoints = Endpoints::new(addresses, &self.registration, Some(self.secret.clone()))?;
        let settings = &self.registration.settings;
        let key = Key {
            place: self.token_endpoint.as_ref().unwrap_or(&self.domain).clone(),
            scopes,
            parameters: self.parameters.clone(),
        };
        Ok(self.registration.machines().shared(key, &self.secret, |key| {
            let source = MachineSource {
                endpoints,
                domain: self.domain.clone(),
                scopes: key.scopes.clone(),
                parameters: key.parameters.clone(),
                expected,
            };
            let entry = settings.entry(key.text(settings));
            Session::new(Arc::new(source), entry, settings, SessionTokens::default(), None)
        }))
    }
}

impl<P: Pool + 'static, G: GrantOf<P::Api> + 'static> IntoFuture for ClientCredentials<P, G> {
    type Output = Result<Machine<P, G>, AuthError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let mut names = Vec::new();
            G::names(&mut names);
            names.sort_unstable();
            names.dedup();
            let bound = self.parameters.iter().find(|(name, _)| name == "resource" || name == "audience");
            self.registration.admit(bound.map(|(_, value)| value.as_str()), SignInTokens::AccessToken)?;
            parameters::check(&self.parameters, "client_credentials")?;
            let expected = Expected::of::<P>(&self.registration.settings.deployed);
            let session = self.session(names.into_iter().map(str::to_owned).collect(), expected)?;
            session.ready().await?;
            Machine::of(session).map_err(unfit)
        })
    }
}

impl<P, G> fmt::Debug for ClientCredentials<P, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCredentials").field("domain", &self.domain).finish_non_exhaustive()
    }
}

/// Requests the tokens of a machine.
struct MachineSource {
    endpoints: Endpoints,
    domain: String,
    scopes: Vec<String>,
    parameters: Parameters,
    /// What the authorizer accepts, so that a token of another pool is neither stored nor sent.
    expected: Expected,
}

impl Source for MachineSource {
    fn fetch<'a>(&'a self, _: &'a SessionTokens) -> BoxFuture<'a, Result<SignedIn, AuthError>> {
        Box::pin(async {
            let signed_in = self.endpoints.client_credentials(&self.scopes, &self.parameters).await?;
            self.expected.check_signed_in(&signed_in).map_err(unfit)?;
            Ok(signed_in)
        })
    }

    fn revoke<'a>(&'a self, _: &'a Secret) -> BoxFuture<'a, Result<(), AuthError>> {
        // There is no refresh token.
        Box::pin(std::future::ready(Ok(())))
    }

    fn sign_out_everywhere<'a>(&'a self, _: &'a Secret) -> BoxFuture<'a, Result<(), AuthError>> {
        let error = AuthError::because(
            AuthErrorKind::Configuration,
            "GlobalSignOut",
            "a machine is not a user: there is no session to sign out",
        );
        Box::pin(std::future::ready(Err(error)))
    }

    fn owner(&self) -> Owner {
        Owner::Machine
    }

    fn endpoint(&self) -> RefreshEndpoint {
        RefreshEndpoint::TokenEndpoint { domain: self.domain.clone(), token: None }
    }
}

#[cfg(test)]
mod tests;
