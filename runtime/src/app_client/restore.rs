//! Sessions from existing tokens: of the store, or of another source.

use crate::auth::error::{AuthError, AuthErrorKind};
#[cfg(feature = "oauth")]
use crate::auth::own_endpoints::OwnEndpoints;
use crate::auth::token_set::TokenSet;
#[cfg(feature = "cognito")]
use crate::cognito::refresh::ApiSource;
use crate::cognito::registration::Registration;
use crate::credential::pool::Pool;
#[cfg(feature = "oauth")]
use crate::oauth::addresses::Addresses;
#[cfg(feature = "oauth")]
use crate::oauth::source::DomainSource;
use crate::session::handle::Session;
use crate::session::source::{RefreshEndpoint, Source};
use crate::token_credential::typed::UserSession;
use std::sync::Arc;

impl Registration {
    /// Creates a session from tokens of the user-pool API.
    #[cfg(feature = "cognito")]
    pub(crate) async fn adopt_over_api<P: Pool>(&self, set: TokenSet) -> Result<UserSession<P>, AuthError> {
        self.adopt(Arc::new(ApiSource(self.core()?)), set).await
    }

    /// Creates a session from tokens of a managed-login domain.
    #[cfg(feature = "oauth")]
    pub(crate) async fn adopt_over_domain<P: Pool>(
        &self,
        domain: &str,
        set: TokenSet,
    ) -> Result<UserSession<P>, AuthError> {
        self.adopt(Arc::new(DomainSource::new(self, domain, &self.endpoints)?), set).await
    }

    /// Reads the session with this name from the store. `domain` is that of the pool, if the program has one.
    pub(crate) async fn restore(&self, name: &str, domain: Option<&str>) -> Result<Option<Session>, AuthError> {
        self.settings.restore(name, |place| self.source(place, domain)).await
    }

    /// Returns where a stored session is refreshed: at the endpoints of the program. Who can write to the store must not decide where
    /// refresh tokens are sent.
    fn source(&self, place: &RefreshEndpoint, domain: Option<&str>) -> Result<Arc<dyn Source>, AuthError> {
        let _ = domain;
        match place {
            #[cfg(feature = "cognito")]
            RefreshEndpoint::UserPoolApi => Ok(Arc::new(ApiSource(self.core()?))),
            #[cfg(feature = "oauth")]
            RefreshEndpoint::TokenEndpoint { domain: stored, token } => {
                let refused = |detail| AuthError::because(AuthErrorKind::Configuration, "restore", detail);
                let domain = domain.ok_or_else(|| refused(NO_DOMAIN))?;
                let known = Addresses::of_domain(domain, &self.endpoints, self.allow_http)?;
                let own = OwnEndpoints { token: token.clone(), ..OwnEndpoints::default() };
                match Addresses::of_domain(stored, &own, self.allow_http) {
                    Ok(stored) if stored.token == known.token => {
                        Ok(Arc::new(DomainSource::new(self, domain, &self.endpoints)?))
                    }
                    _ => Err(refused(OTHER_DOMAIN)),
                }
            }
            #[allow(unreachable_patterns, reason = "with both features there is no other place")]
            _ => {
                let detail = "the session is refreshed in a way that this program was built without: the feature \
                              `cognito` is for the user-pool API, `oauth` for a managed-login domain";
                Err(AuthError::because(AuthErrorKind::Configuration, "restore", detail))
            }
        }
    }
}

#[cfg(feature = "oauth")]
const NO_DOMAIN: &str = "the session was created at a managed-login domain, and this program has none, so it does not know where to send the \
                         refresh token: set the domain with `AppClient::domain`";

#[cfg(feature = "oauth")]
const OTHER_DOMAIN: &str = "the session was created at another domain or token endpoint than those of this program: set that of the session \
                            with `AppClient::domain` and `AppClient::token_endpoint`, or sign in again";
