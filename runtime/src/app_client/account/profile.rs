//! The account of a signed-in user: its attributes, its password, its factors, and its end.

use crate::app_client::client::AppClient;
use crate::auth::error::AuthError;
use crate::cognito::account::request::{AccountRequest, MetadataOnly};
use crate::cognito::account::user::SignedInUser;
use crate::cognito::account::{Account, AuthFactors, CodeDelivery, by_name, delivery, listed, sent};
use crate::cognito::wire::attempts::{Attempts, send};
use crate::secret::Secret;

/// Account operations of a signed-in user. All can fail with `AccessTokenInvalid` and `MissingScope`.
impl<P> AppClient<P> {
    /// Returns the account of the user.
    ///
    /// # Errors
    /// [The errors of every request](crate::AuthErrorKind).
    pub async fn account(&self, user: &impl SignedInUser<P>) -> Result<Account, AuthError> {
        let core = self.core()?;
        let operation = core.api.client.get_user().access_token(user.access().await?.expose());
        let out = send!(Attempts::Several, "GetUser", operation)?;
        Ok(Account {
            username: out.username,
            attributes: by_name(out.user_attributes),
            mfa: out.user_mfa_setting_list.unwrap_or_default(),
            preferred_mfa: out.preferred_mfa_setting,
        })
    }

    /// Returns the first and second factors with which the user can sign in (`GetUserAuthFactors`).
    ///
    /// # Errors
    /// [The errors of every request](crate::AuthErrorKind).
    pub async fn auth_factors(&self, user: &impl SignedInUser<P>) -> Result<AuthFactors, AuthError> {
        let core = self.core()?;
        let operation = core.api.client.get_user_auth_factors().access_token(user.access().await?.expose());
        let out = send!(Attempts::Several, "GetUserAuthFactors", operation)?;
        let configured = out.configured_user_auth_factors.unwrap_or_default();
        Ok(AuthFactors {
            username: out.username,
            configured: configured.iter().map(|factor| factor.as_str().to_owned()).collect(),
            mfa: out.user_mfa_setting_list.unwrap_or_default(),
            preferred_mfa: out.preferred_mfa_setting,
        })
    }

    /// Changes the password.
    ///
    /// # Errors
    /// `WrongCredentials` for the old one, `InvalidPassword` for the new one, `TooManyAttempts`.
    pub async fn change_password(
        &self,
        user: &impl SignedInUser<P>,
        old: &Secret,
        new: &Secret,
    ) -> Result<(), AuthError> {
        let core = self.core()?;
        let operation = core
            .api
            .client
            .change_password()
            .access_token(user.access().await?.expose())
            .previous_password(old.expose())
            .proposed_password(new.expose());
        send!(Attempts::Once, "ChangePassword", operation).map(drop)
    }

    /// Sets attributes. Returns where codes were sent to verify changed addresses and numbers.
    ///
    /// # Errors
    /// `AlreadyExists` if another account has the address, `InvalidRequest`.
    pub fn set_attributes<'a>(
        &'a self,
        user: &'a impl SignedInUser<P>,
        attributes: impl IntoIterator<Item = (String, String)>,
    ) -> AccountRequest<'a, Vec<CodeDelivery>, MetadataOnly> {
        let attributes: Vec<_> = attributes.into_iter().collect();
        AccountRequest::new(async move |values| {
            let core = self.core()?;
            let operation = core
                .api
                .client
                .update_user_attributes()
                .access_token(user.access().await?.expose())
                .set_user_attributes(Some(listed("UpdateUserAttributes", attributes)?))
                .set_client_metadata(values.metadata());
            let out = send!(Attempts::Once, "UpdateUserAttributes", operation)?;
            let codes = out.code_delivery_details_list.unwrap_or_default();
            Ok(codes.into_iter().map(delivery).collect())
        })
    }

    /// Deletes attributes.
    ///
    /// # Errors
    /// `InvalidRequest`.
    pub async fn delete_attributes(
        &self,
        user: &impl SignedInUser<P>,
        names: impl IntoIterator<Item = String>,
    ) -> Result<(), AuthError> {
        let core = self.core()?;
        let names = names.into_iter().collect();
        let operation = core
            .api
            .client
            .delete_user_attributes()
            .access_token(user.access().await?.expose())
            .set_user_attribute_names(Some(names));
        send!(Attempts::Once, "DeleteUserAttributes", operation).map(drop)
    }

    /// Sends a code that verifies the attribute `name` (`email` or `phone_number`).
    ///
    /// # Errors
    /// `TooManyAttempts`, `InvalidRequest`.
    pub fn send_attribute_code<'a>(
        &'a self,
        user: &'a impl SignedInUser<P>,
        name: &'a str,
    ) -> AccountRequest<'a, CodeDelivery, MetadataOnly> {
        AccountRequest::new(async move |values| {
            let core = self.core()?;
            let operation = core
                .api
                .client
                .get_user_attribute_verification_code()
                .access_token(user.access().await?.expose())
                .attribute_name(name)
                .set_client_metadata(values.metadata());
            let out = send!(Attempts::Once, "GetUserAttributeVerificationCode", operation)?;
            sent("GetUserAttributeVerificationCode", out.code_delivery_details)
        })
    }

    /// Verifies the attribute `name` with the code that was sent.
    ///
    /// # Errors
    /// `WrongCode`, `CodeExpired`, `TooManyAttempts`.
    pub async fn verify_attribute(&self, user: &impl SignedInUser<P>, name: &str, code: &str) -> Result<(), AuthError> {
        let core = self.core()?;
        let operation = core
            .api
            .client
            .verify_user_attribute()
            .access_token(user.access().await?.expose())
            .attribute_name(name)
            .code(code);
        send!(Attempts::Once, "VerifyUserAttribute", operation).map(drop)
    }

    /// Signs the user out on all devices. API Gateway accepts issued tokens until they expire. For a session use
    /// [`Session::sign_out_everywhere`](crate::Session::sign_out_everywhere), which also ends it on this machine.
    ///
    /// # Errors
    /// [The errors of every request](crate::AuthErrorKind).
    pub async fn sign_out_everywhere(&self, user: &impl SignedInUser<P>) -> Result<(), AuthError> {
        self.core()?.api.global_sign_out(&user.access().await?).await
    }

    /// Deletes the account permanently.
    ///
    /// # Errors
    /// [The errors of every request](crate::AuthErrorKind).
    pub async fn delete_account(&self, user: &impl SignedInUser<P>) -> Result<(), AuthError> {
        let core = self.core()?;
        let operation = core.api.client.delete_user().access_token(user.access().await?.expose());
        send!(Attempts::Once, "DeleteUser", operation).map(drop)
    }
}
