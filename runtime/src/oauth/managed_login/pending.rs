//! A managed login that waits for the browser to return.

use crate::auth::error::{AuthError, AuthErrorKind};
use crate::auth::signed_in::SignedIn;
use crate::cognito::adopt::unfit;
use crate::contract::grants::GrantOf;
use crate::credential::pool::Pool;
use crate::oauth::endpoints::Endpoints;
use crate::oauth::managed_login::returned::{OPERATION, Returned};
use crate::oauth::managed_login::tokens::{IdAndAccess, LoginTokens, LoginTypes};
use crate::secret::Secret;
use crate::session::open::Opened;
use crate::session::settings::SessionSettings;
use crate::session::source::Source;
use crate::token::claims::UnverifiedClaims;
use crate::token::scopes::require_scopes;
use crate::token_credential::expected::Expected;
use std::fmt;
use std::sync::Arc;
use url::Url;

/// A sign-in that waits for the redirect of the browser.
#[must_use = "the sign-in waits for the browser"]
pub struct PendingLogin<P, G = (), T = IdAndAccess> {
    pub(super) settings: SessionSettings,
    pub(super) kept_as: Option<String>,
    pub(super) source: Arc<dyn Source>,
    pub(super) connection: Endpoints,
    /// As it is registered.
    pub(super) redirect: String,
    pub(super) url: Url,
    pub(super) state: Secret,
    pub(super) nonce: Secret,
    pub(super) verifier: Secret,
    pub(super) token_parameters: Vec<(String, String)>,
    /// All scopes of the request, and those of `G`.
    pub(super) asked: Vec<String>,
    pub(super) wanted: Vec<&'static str>,
    pub(super) types: LoginTypes<P, G, T>,
}

impl<P, G, T: LoginTokens> PendingLogin<P, G, T> {
    /// Returns the URL for the browser.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Returns the parameter `state` of the redirect, by which a web service finds the pending sign-in. Bind it to the browser with a
    /// cookie.
    pub fn state(&self) -> &Secret {
        &self.state
    }

    /// Completes the sign-in with the URL of the redirect, complete or from the `?` on.
    ///
    /// # Errors
    /// [`AuthErrorKind::Protocol`] if it belongs to another sign-in, [`AuthErrorKind::Refused`] if the user or the pool
    /// cancelled it, [`AuthErrorKind::MissingScope`], [`AuthErrorKind::Store`] if the session can't be written to its
    /// store, and [the errors of every request](crate::AuthErrorKind).
    pub async fn finish(self, returned_to: &str) -> Result<T::Credential<P, G>, AuthError>
    where
        P: Pool,
        G: GrantOf<P::Api>,
    {
        let returned = self.returned(returned_to)?;
        self.session(returned).await
    }

    /// Completes the sign-in and returns the raw tokens, for a program that stores and refreshes them itself.
    ///
    /// # Errors
    /// The errors of [`PendingLogin::finish`].
    pub async fn finish_raw(self, returned_to: &str) -> Result<SignedIn, AuthError> {
        let returned = self.returned(returned_to)?;
        self.redeem(returned).await
    }

    fn returned(&self, returned_to: &str) -> Result<Returned, AuthError> {
        let query = returned_to.split_once('?').map_or(returned_to, |(_, query)| query);
        let query = query.split_once('#').map_or(query, |(query, _)| query);
        Returned::read(query, &self.state).map_err(|why| AuthError::because(AuthErrorKind::Protocol, OPERATION, why))
    }

    pub(super) async fn session(self, returned: Returned) -> Result<T::Credential<P, G>, AuthError>
    where
        P: Pool,
        G: GrantOf<P::Api>,
    {
        let (settings, source, kept_as) = (self.settings.clone(), Arc::clone(&self.source), self.kept_as.clone());
        let signed_in = self.redeem(returned).await?;
        Expected::of::<P>(&settings.deployed).check_signed_in(&signed_in).map_err(unfit)?;
        let Opened { session, kept } = settings.open(source, kept_as.as_deref(), &signed_in, None).await?;
        kept?;
        T::of(session).map_err(unfit)
    }

    async fn redeem(self, returned: Returned) -> Result<SignedIn, AuthError> {
        let code = returned.code()?;
        let mut signed_in =
            self.connection.redeem(&code, &self.verifier, &self.redirect, &self.token_parameters).await?;
        // RFC 6749, section 5.1: without a scope in the response, the requested scope was granted.
        signed_in.scopes.get_or_insert(self.asked);
        if T::OPENID && signed_in.id_token.is_none() {
            return Err(AuthError::because(AuthErrorKind::Protocol, OPERATION, NO_ID_TOKEN));
        }
        if let Some(id_token) = &signed_in.id_token {
            check_nonce(id_token, &self.nonce)?;
        }
        // Access tokens of Cognito have their scopes. Other servers return them in the response.
        let scopes = UnverifiedClaims::read(signed_in.access_token.expose())
            .ok()
            .and_then(|claims| claims.scopes)
            .or_else(|| signed_in.scopes.clone());
        require_scopes(&scopes.unwrap_or_default(), &self.wanted)
            .map_err(|error| AuthError::because(AuthErrorKind::MissingScope, OPERATION, error.to_string()))?;
        Ok(signed_in)
    }
}

impl<P, G, T> fmt::Debug for PendingLogin<P, G, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingLogin").finish_non_exhaustive()
    }
}

const NO_ID_TOKEN: &str = "the response has no ID token, although `openid` was requested: check that the app client allows this scope, or \
                           sign in for the access token alone with `access_only`";

/// The ID token must be the one of this sign-in (OpenID Connect Core 1.0, section 3.1.3.7, number 11).
pub(super) fn check_nonce(id_token: &Secret, nonce: &Secret) -> Result<(), AuthError> {
    let found = UnverifiedClaims::payload(id_token.expose()).ok().and_then(|payload| {
        let claims = UnverifiedClaims::object(&payload).ok()?;
        claims.root().member("nonce")?.as_str().map(Secret::from)
    });
    if found.as_ref() == Some(nonce) {
        return Ok(());
    }
    Err(AuthError::because(AuthErrorKind::Protocol, OPERATION, "the ID token is not the one of this sign-in (`nonce`)"))
}
