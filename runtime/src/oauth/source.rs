//! Sessions that are refreshed at the token endpoint of a domain.

use crate::auth::error::{AuthError, AuthErrorKind};
use crate::auth::own_endpoints::OwnEndpoints;
use crate::auth::signed_in::SignedIn;
use crate::boxed::BoxFuture;
use crate::cognito::registration::Registration;
#[cfg(feature = "cognito")]
use crate::cognito::user_pool_client::UserPoolClient;
use crate::oauth::addresses::Addresses;
use crate::oauth::endpoints::Endpoints;
use crate::secret::Secret;
use crate::session::source::{Owner, RefreshEndpoint, Source, refresh_token};
use crate::session::tokens::session_tokens::SessionTokens;
#[cfg(feature = "cognito")]
use std::sync::Arc;

/// Refreshes tokens at the token endpoint of a domain.
pub(crate) struct DomainSource {
    endpoints: Endpoints,
    domain: String,
    /// The token endpoint, if it is not that of the domain.
    token: Option<String>,
    /// The user-pool API, which is required to sign a user out on all devices.
    #[cfg(feature = "cognito")]
    core: Option<Arc<UserPoolClient>>,
}

impl DomainSource {
    /// # Errors
    /// [`AuthErrorKind::Configuration`] if the domain is not valid.
    pub(crate) fn new(registration: &Registration, domain: &str, own: &OwnEndpoints) -> Result<Self, AuthError> {
        let addresses = Addresses::of_domain(domain, own, registration.allow_http)?;
        Ok(Self {
            endpoints: Endpoints::new(addresses, registration, registration.secret.clone())?,
            domain: domain.to_owned(),
            token: own.token.clone(),
            #[cfg(feature = "cognito")]
            core: registration.core().ok(),
        })
    }
}

impl Source for DomainSource {
    fn fetch<'a>(&'a self, tokens: &'a SessionTokens) -> BoxFuture<'a, Result<SignedIn, AuthError>> {
        Box::pin(async { self.endpoints.refresh(refresh_token(tokens)?).await })
    }

    fn revoke<'a>(&'a self, refresh_token: &'a Secret) -> BoxFuture<'a, Result<(), AuthError>> {
        Box::pin(self.endpoints.revoke(refresh_token))
    }

    fn sign_out_everywhere<'a>(&'a self, access_token: &'a Secret) -> BoxFuture<'a, Result<(), AuthError>> {
        #[cfg(feature = "cognito")]
        if let Some(core) = &self.core {
            return Box::pin(core.api.global_sign_out(access_token));
        }
        let _ = access_token;
        let detail = "only the user-pool API can do this: turn on the feature `cognito` and set the id of the pool";
        let error = AuthError::because(AuthErrorKind::Configuration, "GlobalSignOut", detail);
        Box::pin(std::future::ready(Err(error)))
    }

    fn owner(&self) -> Owner {
        Owner::User
    }

    fn endpoint(&self) -> RefreshEndpoint {
        RefreshEndpoint::TokenEndpoint { domain: self.domain.clone(), token: self.token.clone() }
    }
}
