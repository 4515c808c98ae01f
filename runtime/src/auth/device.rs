//! Remembered devices of a user pool.

use crate::auth::error::AuthError;
use crate::secret::Secret;

/// A device that the pool remembers, with its password. Store it as you store the refresh token, and pass it to the next sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    key: String,
    group_key: String,
    password: Secret,
}

impl Device {
    /// Creates a device from stored values.
    pub fn new(key: impl Into<String>, group_key: impl Into<String>, password: impl Into<Secret>) -> Self {
        Self { key: key.into(), group_key: group_key.into(), password: password.into() }
    }

    /// Returns `DeviceKey`.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Returns `DeviceGroupKey`.
    pub fn group_key(&self) -> &str {
        &self.group_key
    }

    /// Returns the password of the device, to store it.
    pub fn password(&self) -> &Secret {
        &self.password
    }
}

/// A new device.
#[derive(Debug)]
#[non_exhaustive]
pub enum NewDevice {
    /// The pool has the password of the device.
    Confirmed {
        /// The device for the next sign-in.
        device: Device,
        /// Whether the pool remembers the device only if its user agrees: ask the user, then call `AppClient::remember_device`.
        user_must_agree: bool,
    },
    /// The pool did not receive the password of the device. The tokens are valid, but the next sign-in is on a new device again.
    Unconfirmed(AuthError),
}
