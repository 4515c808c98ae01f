//! Devices that a pool remembers.

use crate::auth::error::AuthError;
use crate::secret::Secret;

/// A device that the pool knows, with the password that proves it. Keep it where the refresh token is kept, and hand it to
/// the next sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    key: String,
    group_key: String,
    password: Secret,
}

impl Device {
    /// A device kept from an earlier sign-in.
    pub fn new(key: impl Into<String>, group_key: impl Into<String>, password: impl Into<Secret>) -> Self {
        Self { key: key.into(), group_key: group_key.into(), password: password.into() }
    }

    /// `DeviceKey`.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// `DeviceGroupKey`.
    pub fn group_key(&self) -> &str {
        &self.group_key
    }

    /// The device's password, for keeping it.
    pub fn password(&self) -> &Secret {
        &self.password
    }
}

/// A device seen for the first time.
#[derive(Debug)]
#[non_exhaustive]
pub enum NewDevice {
    /// The pool knows its password now.
    Confirmed {
        /// What the next sign-in needs.
        device: Device,
        /// The pool remembers a device only if its user agrees: ask, then say it with
        /// `AppClient::remember_device`.
        user_must_agree: bool,
    },
    /// The pool could not be told its password. The tokens work; the next sign-in is on a new device again.
    Unconfirmed(AuthError),
}
