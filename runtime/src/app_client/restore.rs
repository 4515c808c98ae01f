//! Sessions from existing tokens: of the store, or of another source.

use crate::auth::error::{AuthError, AuthErrorKind};
use crate::auth::token_set::TokenSet;
#[cfg(feature = "cognito")]
use crate::cognito::refresh::ApiSource;
use crate::cognito::registration::Registration;
use crate::credential::pool::Pool;
#[cfg(feature = "oauth")]
use crate::oauth::addresses::OwnEndpoints;
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
        self.adopt(Arc::new(DomainSource::new(self, domain, &OwnEndpoints::default())?), set).await
    }

    /// Reads the session with this name from the store.
    pub(crate) async fn restore(&self, name: &str) -> Result<Option<Session>, AuthError> {
        self.settings.restore(name, |place| self.source(place)).await
    }

    /// Returns where a stored session is refreshed.
    fn source(&self, place: &RefreshEndpoint) -> Result<Arc<dyn Source>, AuthError> {
        match place {
            #[cfg(feature = "cognito")]
            RefreshEndpoint::UserPoolApi => Ok(Arc::new(ApiSource(self.core()?))),
            #[cfg(feature = "oauth")]
            RefreshEndpoint::TokenEndpoint { domain, token, revoke } => {
                let own = OwnEndpoints { token: token.clone(), revoke: revoke.clone(), ..OwnEndpoints::default() };
                Ok(Arc::new(DomainSource::new(self, domain, &own)?))
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
