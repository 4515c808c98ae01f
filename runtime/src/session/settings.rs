//! What the sessions of one app client have in common.

use crate::clock::Clock;
use crate::credential::deployment::Deployment;
use crate::session::stored::entry::StoreEntry;
use crate::store::session_store::SessionStore;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// The settings of the sessions of one app client.
#[derive(Clone)]
pub(crate) struct SessionSettings {
    pub clock: Arc<dyn Clock>,
    /// How long before its expiry a token is replaced, if the application set it.
    pub early: Option<Duration>,
    /// The time limit of one exchange with the pool, with all its attempts.
    pub timeout: Duration,
    pub store: Option<Arc<dyn SessionStore>>,
    pub pool_id: Option<String>,
    /// The settings of the program for the user pool, in place of the document.
    pub deployed: Deployment,
    pub client_id: String,
}

impl SessionSettings {
    pub(crate) fn entry(&self, key: String) -> Option<StoreEntry> {
        let store = Arc::clone(self.store.as_ref()?);
        Some(StoreEntry { store, key, early: self.early })
    }

    #[cfg(feature = "cognito")]
    pub(super) fn device_key(&self, name: &str) -> String {
        format!("device/{}/{}/{name}", self.pool_id.as_deref().unwrap_or("-"), self.client_id)
    }

    pub(super) fn name_key(&self, entered: &str) -> String {
        format!("name/{}/{}/{entered}", self.pool_id.as_deref().unwrap_or("-"), self.client_id)
    }

    pub(super) fn user_key(&self, name: &str) -> String {
        format!("user/{}/{}/{name}", self.pool_id.as_deref().unwrap_or("-"), self.client_id)
    }
}

impl fmt::Debug for SessionSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionSettings").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}
