//! What the sessions of one app client have in common.

use crate::clock::Clock;
use crate::credential::deployment::Deployed;
use crate::session::keeper::Keeper;
use crate::store::session_store::SessionStore;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Where sessions of one app client live.
#[derive(Clone)]
pub(crate) struct Home {
    pub clock: Arc<dyn Clock>,
    /// How long before its end a token is replaced, where the application says so.
    pub early: Option<Duration>,
    /// How long one exchange with the pool may take.
    pub timeout: Duration,
    pub store: Option<Arc<dyn SessionStore>>,
    pub pool_id: Option<String>,
    /// What the program says of the pool, in place of the document.
    pub deployed: Deployed,
    pub client_id: String,
}

impl Home {
    pub(crate) fn keeper(&self, key: String) -> Option<Keeper> {
        let store = Arc::clone(self.store.as_ref()?);
        Some(Keeper { store, key, early: self.early })
    }

    #[cfg(feature = "cognito")]
    pub(super) fn device_key(&self, name: &str) -> String {
        format!("device/{}/{}/{name}", self.pool_id.as_deref().unwrap_or("-"), self.client_id)
    }

    pub(super) fn user_key(&self, name: &str) -> String {
        format!("user/{}/{}/{name}", self.pool_id.as_deref().unwrap_or("-"), self.client_id)
    }
}

impl fmt::Debug for Home {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Home").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}
