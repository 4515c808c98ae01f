//! The devices of a signed-in user.

use crate::app_client::client::AppClient;
use crate::auth::error::{AuthError, AuthErrorKind};
use crate::cognito::account::user::SignedInUser;
use crate::cognito::account::{ListedDevice, by_name, time};
use crate::cognito::wire::attempts::{Attempts, send};
use crate::token::claims::UnverifiedClaims;

/// Devices of a signed-in user. All operations can fail with `AccessTokenInvalid` and `MissingScope`.
impl<P> AppClient<P> {
    /// Returns all devices that the pool remembers for the user.
    ///
    /// # Errors
    /// `FeatureUnavailable` or `Configuration` if the pool does not remember devices, and [the errors of every request](crate::AuthErrorKind).
    pub async fn devices(&self, user: &impl SignedInUser<P>) -> Result<Vec<ListedDevice>, AuthError> {
        let core = self.core()?;
        let token = user.access().await?;
        let (mut devices, mut next) = (Vec::new(), None);
        for _ in 0..MAX_PAGES {
            let operation = core.api.client.list_devices().access_token(token.expose()).set_pagination_token(next);
            let out = send!(Attempts::Several, "ListDevices", operation)?;
            let page = out.devices.unwrap_or_default();
            devices.extend(page.into_iter().filter_map(|device| {
                Some(ListedDevice {
                    key: device.device_key?,
                    attributes: by_name(device.device_attributes.unwrap_or_default()),
                    created_at: time(device.device_create_date),
                    last_used_at: time(device.device_last_authenticated_date),
                })
            }));
            next = out.pagination_token.filter(|token| !token.is_empty());
            if next.is_none() {
                return Ok(devices);
            }
        }
        Err(AuthError::because(AuthErrorKind::Protocol, "ListDevices", "the list does not end"))
    }

    /// Sets whether the pool remembers the device, as its user decided ([`NewDevice::Confirmed`](crate::auth::device::NewDevice::Confirmed)).
    ///
    /// # Errors
    /// `DeviceNotFound`.
    pub async fn remember_device(
        &self,
        user: &impl SignedInUser<P>,
        device_key: &str,
        remember: bool,
    ) -> Result<(), AuthError> {
        let core = self.core()?;
        core.api.remember_device(&user.access().await?, device_key, remember).await
    }

    /// Removes the device from the pool, and from the store if it is the device of this machine.
    ///
    /// # Errors
    /// `DeviceNotFound`. The device is removed from the store anyway.
    pub async fn forget_device(&self, user: &impl SignedInUser<P>, device_key: &str) -> Result<(), AuthError> {
        let core = self.core()?;
        let token = user.access().await?;
        let forgotten = core.api.forget_device(&token, device_key).await;
        let is_gone = match &forgotten {
            Ok(()) => true,
            Err(error) => error.kind() == AuthErrorKind::DeviceNotFound,
        };
        if is_gone && let Some(name) = UnverifiedClaims::read(token.expose()).ok().and_then(|claims| claims.username) {
            core.settings.drop_device(&name, device_key).await;
        }
        forgotten
    }
}

/// More than a user has devices: each page has up to 60.
const MAX_PAGES: usize = 100;
