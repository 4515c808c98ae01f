//! What the flows over the user-pool API work with.

use crate::cognito::hash::secret_hash;
use crate::cognito::wire::client::UserPoolApi;
use crate::secret::Secret;
use crate::session::settings::SessionSettings;

/// What signs in to one app client of one pool.
#[derive(Debug)]
pub(crate) struct UserPoolClient {
    pub api: UserPoolApi,
    pub pool_id: String,
    pub client_id: String,
    pub client_secret: Option<Secret>,
    pub settings: SessionSettings,
    pub devices: Devices,
}

/// What is done with a device that the pool sees for the first time.
#[derive(Clone, Debug)]
pub(crate) enum Devices {
    /// A password is made for it, and the pool told.
    Confirm { name: Option<String> },
    /// Nothing.
    Ignore,
}

impl UserPoolClient {
    /// The `SECRET_HASH` for `username`, where the app client has a secret.
    pub(crate) fn secret_hash(&self, username: &str) -> Option<String> {
        let secret = self.client_secret.as_ref()?;
        Some(secret_hash(secret.expose(), username, &self.client_id))
    }
}
