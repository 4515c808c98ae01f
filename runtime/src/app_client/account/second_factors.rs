//! The second factors of a signed-in user.

use crate::app_client::client::AppClient;
use crate::auth::error::AuthError;
use crate::cognito::account::user::SignedInUser;
use crate::cognito::account::{MfaPreference, NewTotp};
use crate::cognito::steps::mfa::Mfa;
use crate::cognito::wire::attempts::{Attempts, send};
use crate::cognito::wire::tokens::TotpCaller;
use aws_sdk_cognitoidentityprovider::types::{EmailMfaSettingsType, SmsMfaSettingsType, SoftwareTokenMfaSettingsType};

/// Second factors of a signed-in user. All operations can fail with `AccessTokenInvalid` and `MissingScope`.
impl<P> AppClient<P> {
    /// Starts the setup of an authenticator app. The new secret replaces the old one after [`verify_totp`](Self::verify_totp).
    ///
    /// # Errors
    /// `MfaNotSetUp` if the pool does not allow authenticator apps.
    pub async fn begin_totp(&self, user: &impl SignedInUser<P>) -> Result<NewTotp, AuthError> {
        let core = self.core()?;
        let token = user.access().await?;
        let (secret, _) = core.api.associate_software_token(TotpCaller::AccessToken(&token)).await?;
        Ok(NewTotp { secret })
    }

    /// Verifies the authenticator app with its first code. Require it at sign-in with [`AppClient::set_mfa`].
    ///
    /// # Errors
    /// `WrongCode`.
    pub async fn verify_totp(
        &self,
        user: &impl SignedInUser<P>,
        code: &str,
        device_name: Option<&str>,
    ) -> Result<(), AuthError> {
        let core = self.core()?;
        let token = user.access().await?;
        core.api.verify_software_token(TotpCaller::AccessToken(&token), code, device_name).await.map(drop)
    }

    /// Sets which second factors are enabled and preferred. Other factors are not changed.
    ///
    /// # Errors
    /// `MfaNotSetUp`, `InvalidRequest` for a factor that the user has not set up.
    pub async fn set_mfa(
        &self,
        user: &impl SignedInUser<P>,
        preferences: impl IntoIterator<Item = MfaPreference>,
    ) -> Result<(), AuthError> {
        let core = self.core()?;
        let preferences: Vec<_> = preferences.into_iter().collect();
        let mut operation = core.api.client.set_user_mfa_preference().access_token(user.access().await?.expose());
        for MfaPreference { factor, enabled, preferred } in preferences {
            operation = match factor {
                Mfa::Sms => operation
                    .sms_mfa_settings(SmsMfaSettingsType::builder().enabled(enabled).preferred_mfa(preferred).build()),
                Mfa::Totp => operation.software_token_mfa_settings(
                    SoftwareTokenMfaSettingsType::builder().enabled(enabled).preferred_mfa(preferred).build(),
                ),
                Mfa::Email => operation.email_mfa_settings(
                    EmailMfaSettingsType::builder().enabled(enabled).preferred_mfa(preferred).build(),
                ),
            };
        }
        send!(Attempts::Once, "SetUserMFAPreference", operation).map(drop)
    }
}
