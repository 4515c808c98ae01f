//! The deployment that a program works with.

use crate::token::issuer;

/// What the program says of the deployment it works with, in place of the document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Deployment {
    /// The user pool.
    pub pool_id: Option<String>,
    /// The endpoint of the user-pool API: emulators issue tokens under it.
    pub endpoint: Option<String>,
    /// The app client is one of the deployment's, so that the document's audiences say nothing of it.
    pub own_app_client: bool,
}

impl Deployment {
    /// The issuers of the pool that the program names, if it names one.
    pub(crate) fn issuers(&self) -> Option<Vec<String>> {
        let pool_id = self.pool_id.as_deref()?;
        let own = self.endpoint.as_deref().map(|endpoint| format!("{}/{pool_id}", endpoint.trim_end_matches('/')));
        let issuers: Vec<String> = issuer::of_pool(pool_id).into_iter().chain(own).collect();
        (!issuers.is_empty()).then_some(issuers)
    }
}
