//! The user pool of a generated crate as the start of every sign-in.

use crate::app_client::client::AppClient;
use crate::auth::error::{AuthError, AuthErrorKind};
use crate::credential::environment::Environment;
use crate::credential::pool::Pool;
use crate::token::audience::Audiences;
use crate::token::issuer::PoolIssuer;

/// A user pool of a generated crate as the start of every sign-in: `PetPool::app_client("1example23456789")`.
///
/// Every [`Pool`] implements it. Import the trait to use its functions.
pub trait UserPool: Pool + Sized {
    /// Returns an app client of the pool, with the pool id and the region of the document.
    fn app_client(client_id: impl Into<String>) -> AppClient<Self> {
        let client = AppClient::unplaced(client_id);
        let issued = Self::ISSUERS.iter().find_map(|issuer| PoolIssuer::parse(issuer));
        let pool_id = Self::POOL_ID.or(issued.map(|issued| issued.pool_id)).map(str::to_owned);
        // The audiences of another issuer need not be app clients.
        let audiences = if issued.is_some() { Self::AUDIENCES } else { Audiences::Any };
        let region = Self::REGION.or(issued.map(|issued| issued.region)).map(str::to_owned);
        client.with(|registration| {
            registration.settings.pool_id = pool_id;
            registration.region_of_document = region;
            registration.audiences = audiences;
            registration.issuers = Self::ISSUERS;
        })
    }

    /// Returns the app client of an environment, with its user pool and domain. Settings that it does not have are those of the document.
    ///
    /// # Errors
    /// [`AuthErrorKind::Configuration`] if neither the environment nor the document has an app client.
    fn app_client_in(environment: &Environment<Self::Api>) -> Result<AppClient<Self>, AuthError> {
        let own = environment.of::<Self>();
        let client_id = own.and_then(|own| own.app_client_id()).or(Self::APP_CLIENT_ID).ok_or_else(|| {
            let detail = format!(
                "the environment `{}` has no app client of `{}`: set it with `app_client_id` or in cogen.toml",
                environment.name(),
                Self::NAME
            );
            AuthError::because(AuthErrorKind::Configuration, "app client", detail)
        })?;
        let mut client = Self::app_client(client_id);
        if let Some(pool_id) = own.and_then(|own| own.user_pool()) {
            client = client.pool_id(pool_id);
        }
        if own.is_some_and(|own| own.app_client_id().is_some()) {
            client = client.with(|registration| {
                registration.audiences = Audiences::Any;
                registration.settings.deployed.own_app_client = true;
            });
        }
        if let Some(domain) = own.and_then(|own| own.domain()) {
            client = client.domain(domain);
        }
        Ok(client)
    }

    /// Returns the app client that the developer of the API publishes, if the generated crate has one.
    fn published_app_client() -> Option<AppClient<Self>> {
        Self::APP_CLIENT_ID.map(Self::app_client)
    }
}

impl<P: Pool> UserPool for P {}
