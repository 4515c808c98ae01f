//! The device of a sign-in: that of the program, or the one that the store has for the user.

use crate::auth::device::Device;
use crate::auth::error::AuthError;
use crate::cognito::user_pool_client::{Devices, UserPoolClient};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The device of a sign-in.
#[derive(Clone)]
pub(crate) struct SignInDevice {
    device: Option<Device>,
    from: DeviceOrigin,
    /// Whether it was forgotten, for all clones.
    forgotten: Arc<AtomicBool>,
}

/// Where the device comes from.
#[derive(Clone, PartialEq, Eq)]
enum DeviceOrigin {
    /// The program, or there is none.
    Program,
    /// The store, under the name of this user; not looked up yet if it is empty.
    Store { name: String },
}

impl SignInDevice {
    /// A device of the program, or that of the store if there is none.
    pub(crate) fn given(device: Option<Device>) -> Self {
        let from = if device.is_some() { DeviceOrigin::Program } else { DeviceOrigin::Store { name: String::new() } };
        Self { device, from, forgotten: Arc::default() }
    }

    /// No device, also not that of the store.
    pub(crate) fn none() -> Self {
        Self { device: None, from: DeviceOrigin::Program, forgotten: Arc::default() }
    }

    pub(crate) fn get(&self) -> Option<&Device> {
        self.device.as_ref()
    }

    pub(crate) fn is_of_store(&self) -> bool {
        self.from != DeviceOrigin::Program
    }

    /// Reads the device of the user with this name from the store. One of another user is dropped, so that it is never sent for this one.
    ///
    /// # Errors
    /// Fails if the store can't be read.
    pub(crate) async fn look_up(&mut self, core: &UserPoolClient, name: &str) -> Result<(), AuthError> {
        let is_wanted = matches!(core.devices, Devices::Confirm { .. });
        if let DeviceOrigin::Store { name: known } = &mut self.from
            && is_wanted
            && known != name
        {
            self.device = None;
            self.device = core.settings.device(name).await?;
            known.clear();
            known.push_str(name);
        }
        Ok(())
    }

    /// Forgets the device, also in the store, since the pool does not remember it.
    pub(crate) async fn forget(&mut self, core: &UserPoolClient) {
        if let (Some(device), DeviceOrigin::Store { name }) = (&self.device, &self.from) {
            core.settings.drop_device(name, device.key()).await;
        }
        self.forgotten.store(true, Ordering::Relaxed);
        *self = Self::none();
    }

    /// Whether it was forgotten, also by a later challenge of the same sign-in.
    pub(crate) fn was_forgotten(&self) -> bool {
        self.forgotten.load(Ordering::Relaxed)
    }
}
