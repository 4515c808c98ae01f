//! Account operations of users: sign-up, confirmation, passwords, attributes, second factors, devices, deletion.
//!
//! Operations with an access token require the scope `aws.cognito.signin.user.admin`. A sign-in over the user-pool API always grants it;
//! managed login has to request it.

use crate::app_client::client::AppClient;
use crate::auth::error::AuthError;
use crate::cognito::account::{Account, CodeDelivery, MfaPreference, NewTotp, SignedUp, delivery, listed, sent};
use crate::cognito::steps::mfa::Mfa;
use crate::cognito::wire::attempts::{Attempts, send};
use crate::cognito::wire::tokens::TotpCaller;
use crate::secret::Secret;
use aws_sdk_cognitoidentityprovider::types::{EmailMfaSettingsType, SmsMfaSettingsType, SoftwareTokenMfaSettingsType};

/// Account operations before the sign-in. They are not retried, since each sends a message or counts as an attempt.
impl<P> AppClient<P> {
    /// Creates an account (`SignUp`).
    ///
    /// # Errors
    /// `AlreadyExists`, `InvalidPassword`, `InvalidRequest` for attributes, `Lambda`, and [the errors of every request](crate::AuthErrorKind).
    pub async fn sign_up(
        &self,
        username: &str,
        password: &Secret,
        attributes: impl IntoIterator<Item = (String, String)>,
    ) -> Result<SignedUp, AuthError> {
        let core = self.core()?;
        let operation = core
            .api
            .client
            .sign_up()
            .client_id(&core.client_id)
            .set_secret_hash(core.secret_hash(username))
            .username(username)
            .password(password.expose())
            .set_user_attributes(Some(listed("SignUp", attributes)?));
        let out = send!(Attempts::Once, "SignUp", operation)?;
        Ok(SignedUp {
            user_sub: out.user_sub,
            confirmed: out.user_confirmed,
            code_sent: out.code_delivery_details.map(delivery),
        })
    }

    /// Confirms an account with the code that was sent.
    ///
    /// # Errors
    /// `WrongCode`, `CodeExpired`, `NotAuthorized` if it is confirmed already, `AlreadyExists` if another account has
    /// the address, and [the errors of every request](crate::AuthErrorKind).
    pub async fn confirm_sign_up(&self, username: &str, code: &str) -> Result<(), AuthError> {
        let core = self.core()?;
        let operation = core
            .api
            .client
            .confirm_sign_up()
            .client_id(&core.client_id)
            .set_secret_hash(core.secret_hash(username))
            .username(username)
            .confirmation_code(code);
        send!(Attempts::Once, "ConfirmSignUp", operation).map(drop)
    }

    /// Sends the confirmation code of an account again.
    ///
    /// # Errors
    /// `TooManyAttempts`, and [the errors of every request](crate::AuthErrorKind).
    pub async fn resend_code(&self, username: &str) -> Result<CodeDelivery, AuthError> {
        let core = self.core()?;
        let operation = core
            .api
            .client
            .resend_confirmation_code()
            .client_id(&core.client_id)
            .set_secret_hash(core.secret_hash(username))
            .username(username);
        let out = send!(Attempts::Once, "ResendConfirmationCode", operation)?;
        sent("ResendConfirmationCode", out.code_delivery_details)
    }

    /// Sends a code for [`confirm_forgot_password`](Self::confirm_forgot_password).
    ///
    /// # Errors
    /// `TooManyAttempts`, `InvalidRequest` if the user has no verified address, and [the errors of every request](crate::AuthErrorKind).
    pub async fn forgot_password(&self, username: &str) -> Result<CodeDelivery, AuthError> {
        let core = self.core()?;
        let operation = core
            .api
            .client
            .forgot_password()
            .client_id(&core.client_id)
            .set_secret_hash(core.secret_hash(username))
            .username(username);
        let out = send!(Attempts::Once, "ForgotPassword", operation)?;
        sent("ForgotPassword", out.code_delivery_details)
    }

    /// Sets a new password in place of a forgotten one.
    ///
    /// # Errors
    /// `WrongCode`, `CodeExpired`, `InvalidPassword`, `TooManyAttempts`, and [the errors of every request](crate::AuthErrorKind).
    pub async fn confirm_forgot_password(
        &self,
        username: &str,
        code: &str,
        password: &Secret,
    ) -> Result<(), AuthError> {
        let core = self.core()?;
        let operation = core
            .api
            .client
            .confirm_forgot_password()
            .client_id(&core.client_id)
            .set_secret_hash(core.secret_hash(username))
            .username(username)
            .confirmation_code(code)
            .password(password.expose());
        send!(Attempts::Once, "ConfirmForgotPassword", operation).map(drop)
    }
}

/// Account operations with an access token. All can fail with `AccessTokenInvalid` and `MissingScope`.
impl<P> AppClient<P> {
    /// Returns the account of the user.
    ///
    /// # Errors
    /// [The errors of every request](crate::AuthErrorKind).
    pub async fn account(&self, access_token: &Secret) -> Result<Account, AuthError> {
        let core = self.core()?;
        let operation = core.api.client.get_user().access_token(access_token.expose());
        let out = send!(Attempts::Several, "GetUser", operation)?;
        Ok(Account {
            username: out.username,
            attributes: out
                .user_attributes
                .into_iter()
                .map(|attribute| (attribute.name, attribute.value.unwrap_or_default()))
                .collect(),
            mfa: out.user_mfa_setting_list.unwrap_or_default(),
            preferred_mfa: out.preferred_mfa_setting,
        })
    }

    /// Changes the password.
    ///
    /// # Errors
    /// `WrongCredentials` for the old one, `InvalidPassword` for the new one, `TooManyAttempts`.
    pub async fn change_password(&self, access_token: &Secret, old: &Secret, new: &Secret) -> Result<(), AuthError> {
        let core = self.core()?;
        let operation = core
            .api
            .client
            .change_password()
            .access_token(access_token.expose())
            .previous_password(old.expose())
            .proposed_password(new.expose());
        send!(Attempts::Once, "ChangePassword", operation).map(drop)
    }

    /// Sets attributes. Returns where codes were sent to verify changed addresses and numbers.
    ///
    /// # Errors
    /// `AlreadyExists` if another account has the address, `InvalidRequest`.
    pub async fn set_attributes(
        &self,
        access_token: &Secret,
        attributes: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Vec<CodeDelivery>, AuthError> {
        let core = self.core()?;
        let operation = core
            .api
            .client
            .update_user_attributes()
            .access_token(access_token.expose())
            .set_user_attributes(Some(listed("UpdateUserAttributes", attributes)?));
        let out = send!(Attempts::Once, "UpdateUserAttributes", operation)?;
        let codes = out.code_delivery_details_list.unwrap_or_default();
        Ok(codes.into_iter().map(delivery).collect())
    }

    /// Deletes attributes.
    ///
    /// # Errors
    /// `InvalidRequest`.
    pub async fn delete_attributes(
        &self,
        access_token: &Secret,
        names: impl IntoIterator<Item = String>,
    ) -> Result<(), AuthError> {
        let core = self.core()?;
        let operation = core
            .api
            .client
            .delete_user_attributes()
            .access_token(access_token.expose())
            .set_user_attribute_names(Some(names.into_iter().collect()));
        send!(Attempts::Once, "DeleteUserAttributes", operation).map(drop)
    }

    /// Sends a code that verifies the attribute `name` (`email` or `phone_number`).
    ///
    /// # Errors
    /// `TooManyAttempts`, `InvalidRequest`.
    pub async fn send_attribute_code(&self, access_token: &Secret, name: &str) -> Result<CodeDelivery, AuthError> {
        let core = self.core()?;
        let operation = core
            .api
            .client
            .get_user_attribute_verification_code()
            .access_token(access_token.expose())
            .attribute_name(name);
        let out = send!(Attempts::Once, "GetUserAttributeVerificationCode", operation)?;
        sent("GetUserAttributeVerificationCode", out.code_delivery_details)
    }

    /// Verifies the attribute `name` with the code that was sent.
    ///
    /// # Errors
    /// `WrongCode`, `CodeExpired`, `TooManyAttempts`.
    pub async fn verify_attribute(&self, access_token: &Secret, name: &str, code: &str) -> Result<(), AuthError> {
        let core = self.core()?;
        let operation =
            core.api.client.verify_user_attribute().access_token(access_token.expose()).attribute_name(name).code(code);
        send!(Attempts::Once, "VerifyUserAttribute", operation).map(drop)
    }

    /// Starts the setup of an authenticator app. The new secret replaces the old one after [`verify_totp`](Self::verify_totp).
    ///
    /// # Errors
    /// `MfaNotSetUp` if the pool does not allow authenticator apps.
    pub async fn begin_totp(&self, access_token: &Secret) -> Result<NewTotp, AuthError> {
        let core = self.core()?;
        let speaker = TotpCaller::AccessToken(access_token);
        let (secret, _) = core.api.associate_software_token(speaker).await?;
        Ok(NewTotp { secret })
    }

    /// Verifies the authenticator app with its first code. Require it at sign-in with [`AppClient::set_mfa`].
    ///
    /// # Errors
    /// `WrongCode`.
    pub async fn verify_totp(
        &self,
        access_token: &Secret,
        code: &str,
        device_name: Option<&str>,
    ) -> Result<(), AuthError> {
        let core = self.core()?;
        let speaker = TotpCaller::AccessToken(access_token);
        core.api.verify_software_token(speaker, code, device_name).await.map(drop)
    }

    /// Sets which second factors are enabled and preferred. Other factors are not changed.
    ///
    /// # Errors
    /// `MfaNotSetUp`, `InvalidRequest` for a factor that the user has not set up.
    pub async fn set_mfa(
        &self,
        access_token: &Secret,
        preferences: impl IntoIterator<Item = MfaPreference>,
    ) -> Result<(), AuthError> {
        let core = self.core()?;
        let mut operation = core.api.client.set_user_mfa_preference().access_token(access_token.expose());
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

    /// Sets whether the pool remembers the device, as its user decided ([`NewDevice::Confirmed`](crate::auth::device::NewDevice::Confirmed)).
    ///
    /// # Errors
    /// `DeviceNotFound`.
    pub async fn remember_device(
        &self,
        access_token: &Secret,
        device_key: &str,
        remember: bool,
    ) -> Result<(), AuthError> {
        let core = self.core()?;
        core.api.remember_device(access_token, device_key, remember).await
    }

    /// Removes the device from the pool.
    ///
    /// # Errors
    /// `DeviceNotFound`.
    pub async fn forget_device(&self, access_token: &Secret, device_key: &str) -> Result<(), AuthError> {
        let core = self.core()?;
        core.api.forget_device(access_token, device_key).await
    }

    /// Deletes the account permanently.
    ///
    /// # Errors
    /// [The errors of every request](crate::AuthErrorKind).
    pub async fn delete_account(&self, access_token: &Secret) -> Result<(), AuthError> {
        let core = self.core()?;
        let operation = core.api.client.delete_user().access_token(access_token.expose());
        send!(Attempts::Once, "DeleteUser", operation).map(drop)
    }
}
