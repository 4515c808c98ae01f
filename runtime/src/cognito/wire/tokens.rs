//! The operations with tokens: refresh, revocation, sign-out, devices, authenticator apps.

use crate::auth::error::{AuthError, AuthErrorKind};
use crate::cognito::wire::attempts::{Attempts, send};
use crate::cognito::wire::auth::{IssuedTokens, tokens};
use crate::cognito::wire::client::UserPoolApi;
use crate::cognito::wire::failure::incomplete;
use crate::secret::Secret;
use aws_sdk_cognitoidentityprovider::types::{
    AuthFlowType, DeviceRememberedStatusType, DeviceSecretVerifierConfigType, VerifySoftwareTokenResponseType,
};

impl UserPoolApi {
    /// `GetTokensFromRefreshToken`, sent once, since a second request with a rotated refresh token counts as
    /// reuse.
    pub(crate) async fn refresh(
        &self,
        client_id: &str,
        client_secret: Option<&Secret>,
        refresh_token: &Secret,
        device_key: Option<&str>,
    ) -> Result<IssuedTokens, AuthError> {
        let operation = self
            .client
            .get_tokens_from_refresh_token()
            .client_id(client_id)
            .refresh_token(refresh_token.expose())
            .set_client_secret(client_secret.map(|secret| secret.expose().to_owned()))
            .set_device_key(device_key.map(str::to_owned));
        let out = send!(Attempts::Once, "GetTokensFromRefreshToken", operation)?;
        let result = out.authentication_result.ok_or_else(|| incomplete("GetTokensFromRefreshToken", "tokens"))?;
        tokens("GetTokensFromRefreshToken", result)
    }

    /// `InitiateAuth` with `REFRESH_TOKEN_AUTH`, for services without the newer operation. Their refresh tokens do not
    /// rotate, so the request can be repeated.
    pub(crate) async fn refresh_by_flow(
        &self,
        client_id: &str,
        secret_hash: Option<&str>,
        refresh_token: &Secret,
        device_key: Option<&str>,
    ) -> Result<IssuedTokens, AuthError> {
        let mut operation = self
            .client
            .initiate_auth()
            .client_id(client_id)
            .auth_flow(AuthFlowType::RefreshTokenAuth)
            .auth_parameters("REFRESH_TOKEN", refresh_token.expose());
        if let Some(hash) = secret_hash {
            operation = operation.auth_parameters("SECRET_HASH", hash);
        }
        if let Some(key) = device_key {
            operation = operation.auth_parameters("DEVICE_KEY", key);
        }
        let out = send!(Attempts::Several, "InitiateAuth", operation)?;
        let result = out.authentication_result.ok_or_else(|| incomplete("InitiateAuth", "tokens"))?;
        tokens("InitiateAuth", result)
    }

    /// `RevokeToken`: revokes the refresh token and all access tokens that were issued from it. It can be repeated.
    pub(crate) async fn revoke(
        &self,
        client_id: &str,
        client_secret: Option<&Secret>,
        refresh_token: &Secret,
    ) -> Result<(), AuthError> {
        let operation = self
            .client
            .revoke_token()
            .client_id(client_id)
            .set_client_secret(client_secret.map(|secret| secret.expose().to_owned()))
            .token(refresh_token.expose());
        send!(Attempts::Several, "RevokeToken", operation).map(drop)
    }

    /// `GlobalSignOut`: ends all sessions of the user. It also ends the access token, so the response to a second request would not say
    /// whether the first one succeeded.
    pub(crate) async fn global_sign_out(&self, access_token: &Secret) -> Result<(), AuthError> {
        let operation = self.client.global_sign_out().access_token(access_token.expose());
        send!(Attempts::UntilDone, "GlobalSignOut", operation).map(drop)
    }

    /// `ConfirmDevice`. Returns whether the user must still agree that the device is remembered.
    pub(crate) async fn confirm_device(
        &self,
        access_token: &Secret,
        key: &str,
        name: Option<&str>,
        verifier: &str,
        salt: &str,
    ) -> Result<bool, AuthError> {
        let verifier = DeviceSecretVerifierConfigType::builder().password_verifier(verifier).salt(salt).build();
        let operation = self
            .client
            .confirm_device()
            .access_token(access_token.expose())
            .device_key(key)
            .set_device_name(name.map(str::to_owned))
            .device_secret_verifier_config(verifier);
        let out = send!(Attempts::Once, "ConfirmDevice", operation)?;
        Ok(out.user_confirmation_necessary)
    }

    /// `UpdateDeviceStatus`.
    pub(crate) async fn remember_device(
        &self,
        access_token: &Secret,
        key: &str,
        remember: bool,
    ) -> Result<(), AuthError> {
        let status =
            if remember { DeviceRememberedStatusType::Remembered } else { DeviceRememberedStatusType::NotRemembered };
        let operation = self
            .client
            .update_device_status()
            .access_token(access_token.expose())
            .device_key(key)
            .device_remembered_status(status);
        send!(Attempts::Several, "UpdateDeviceStatus", operation).map(drop)
    }

    /// `ForgetDevice`. A second request finds no device.
    pub(crate) async fn forget_device(&self, access_token: &Secret, key: &str) -> Result<(), AuthError> {
        let operation = self.client.forget_device().access_token(access_token.expose()).device_key(key);
        send!(Attempts::UntilDone, "ForgetDevice", operation).map(drop)
    }

    /// `AssociateSoftwareToken`: returns a new secret for an authenticator app, and the next session of the sign-in.
    pub(crate) async fn associate_software_token(
        &self,
        by: TotpCaller<'_>,
    ) -> Result<(Secret, Option<Secret>), AuthError> {
        let operation = match by {
            TotpCaller::Session(session) => self.client.associate_software_token().session(session.expose()),
            TotpCaller::AccessToken(token) => self.client.associate_software_token().access_token(token.expose()),
        };
        let out = send!(Attempts::Once, "AssociateSoftwareToken", operation)?;
        let secret = out.secret_code.ok_or_else(|| incomplete("AssociateSoftwareToken", "secret code"))?;
        Ok((secret.into(), out.session.map(Secret::from)))
    }

    /// `VerifySoftwareToken`. Returns the next session of the sign-in.
    pub(crate) async fn verify_software_token(
        &self,
        by: TotpCaller<'_>,
        code: &str,
        device_name: Option<&str>,
    ) -> Result<Option<Secret>, AuthError> {
        let operation = self
            .client
            .verify_software_token()
            .user_code(code)
            .set_friendly_device_name(device_name.map(str::to_owned));
        let operation = match by {
            TotpCaller::Session(session) => operation.session(session.expose()),
            TotpCaller::AccessToken(token) => operation.access_token(token.expose()),
        };
        let out = send!(Attempts::Once, "VerifySoftwareToken", operation)?;
        match out.status {
            Some(VerifySoftwareTokenResponseType::Success) => Ok(out.session.map(Secret::from)),
            _ => Err(AuthError::new(AuthErrorKind::WrongCode, "VerifySoftwareToken")),
        }
    }
}

/// The caller: a pending sign-in, or a signed-in user.
#[derive(Clone, Copy)]
pub(crate) enum TotpCaller<'a> {
    Session(&'a Secret),
    AccessToken(&'a Secret),
}
