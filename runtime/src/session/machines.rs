//! The machine sessions of an app client, one for each endpoint, set of scopes and resource.

use crate::secret::Secret;
use crate::session::handle::Session;
use crate::session::settings::SessionSettings;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// The machine sessions of an app client.
#[derive(Default)]
pub(crate) struct Machines(Mutex<BTreeMap<Key, (Secret, Session)>>);

/// The endpoint, the scopes, and the other parameters of a token request.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub place: String,
    pub scopes: Vec<String>,
    pub parameters: Parameters,
}

/// The parameters of a token request without scopes, sorted.
pub(crate) type Parameters = Vec<(String, String)>;

impl Machines {
    /// Returns the session at `key`, or a new one if there is none or the secret changed.
    pub(crate) fn shared(&self, key: Key, secret: &Secret, made: impl FnOnce(&Key) -> Session) -> Session {
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, session)) = sessions.get(&key)
            && of == secret
        {
            return session.clone();
        }
        let session = made(&key);
        sessions.insert(key, (secret.clone(), session.clone()));
        session
    }
}

impl Key {
    /// The key in a store.
    pub(crate) fn text(&self, settings: &SessionSettings) -> String {
        let parameters: Vec<_> = self.parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let (place, client) = (&self.place, &settings.client_id);
        format!("machine/{client}/{place}/{}/{}", self.scopes.join(" "), parameters.join("&"))
    }
}
