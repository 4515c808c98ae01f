//! The deployment that a program works with.

use crate::token::issuer;

/// The settings of the program for its deployment, in place of those of the document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Deployment {
    /// The user pool.
    pub pool_id: Option<String>,
    /// The endpoint of the user-pool API. Emulators use it as issuer.
    pub endpoint: Option<String>,
    /// Whether the app client is one of the deployment, so that the audiences of the document do not apply.
    pub own_app_client: bool,
}

impl Deployment {
    /// The issuers of the user pool of the program, if it has one.
    pub(crate) fn issuers(&self) -> Option<Vec<String>> {
        let pool_id = self.pool_id.as_deref()?;
        let issuers: Vec<String> = issuer::of_pool(pool_id).into_iter().chain(self.of_endpoint(pool_id)).collect();
        (!issuers.is_empty()).then_some(issuers)
    }

    /// The issuer of a pool at the endpoint of the program, which emulators use.
    pub(crate) fn of_endpoint(&self, pool_id: &str) -> Option<String> {
        self.endpoint.as_deref().map(|endpoint| format!("{}/{pool_id}", endpoint.trim_end_matches('/')))
    }
}
