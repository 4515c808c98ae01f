//! The client of the user-pool API for one app client.

use crate::cognito::hash::secret_hash;
use crate::cognito::wire::client::UserPoolApi;
use crate::secret::Secret;
use crate::session::settings::SessionSettings;

/// The client of the user-pool API for one app client.
#[derive(Debug)]
pub(crate) struct UserPoolClient {
    pub api: UserPoolApi,
    pub pool_id: String,
    pub client_id: String,
    pub client_secret: Option<Secret>,
    pub settings: SessionSettings,
    pub devices: Devices,
}

/// How new devices are handled.
#[derive(Clone, Debug)]
pub(crate) enum Devices {
    /// The device gets a password and is confirmed.
    Confirm { name: Option<String> },
    /// The device is not confirmed.
    Ignore,
}

impl UserPoolClient {
    /// The `SECRET_HASH` for `username`, if the app client has a secret.
    pub(crate) fn secret_hash(&self, username: &str) -> Option<String> {
        let secret = self.client_secret.as_ref()?;
        Some(secret_hash(secret.expose(), username, &self.client_id))
    }
}
