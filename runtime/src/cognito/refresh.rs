//! Refresh and revocation over the user-pool API.

use crate::auth::error::AuthError;
use crate::auth::signed_in::{Origin, SignedIn};
use crate::boxed::BoxFuture;
use crate::cognito::user_pool_client::UserPoolClient;
use crate::secret::Secret;
use crate::session::source::{Owner, RefreshEndpoint, Source, refresh_token};
use crate::session::tokens::session_tokens::SessionTokens;
use std::sync::Arc;

/// A refresh over the user-pool API.
#[derive(Clone, Copy, Debug)]
pub struct Refresh<'a> {
    /// The refresh token.
    pub refresh_token: &'a Secret,
    /// The user name in the pool ([`SignedIn::username`]). It is required if the app client has a secret and the service does not have
    /// `GetTokensFromRefreshToken`.
    pub username: Option<&'a str>,
    /// The device of the tokens ([`SignedIn::device_key`]). Without it the pool refuses the refresh token.
    pub device_key: Option<&'a str>,
}

impl UserPoolClient {
    pub(crate) async fn refresh(&self, refresh: Refresh<'_>) -> Result<SignedIn, AuthError> {
        let (token, device) = (refresh.refresh_token, refresh.device_key);
        let newer = self.api.refresh(&self.client_id, self.client_secret.as_ref(), token, device).await;
        let tokens = match newer {
            Err(error) if error.code().is_some_and(|code| UNKNOWN_OPERATION.contains(&code)) => {
                let hash = refresh.username.and_then(|username| self.secret_hash(username));
                self.api.refresh_by_flow(&self.client_id, hash.as_deref(), token, device).await?
            }
            outcome => outcome?,
        };
        Ok(SignedIn {
            id_token: tokens.id_token,
            access_token: tokens.access_token,
            refresh_token: tokens.refresh_token,
            expires_in: tokens.expires_in,
            token_type: tokens.token_type,
            scopes: None,
            origin: Origin::UserPoolApi,
            username: refresh.username.map(str::to_owned),
            device_key: device.map(str::to_owned),
            new_device: None,
        })
    }

    pub(crate) async fn revoke(&self, refresh_token: &Secret) -> Result<(), AuthError> {
        self.api.revoke(&self.client_id, self.client_secret.as_ref(), refresh_token).await
    }
}

/// Sessions that are refreshed over the user-pool API.
pub(crate) struct ApiSource(pub Arc<UserPoolClient>);

impl Source for ApiSource {
    fn fetch<'a>(&'a self, tokens: &'a SessionTokens) -> BoxFuture<'a, Result<SignedIn, AuthError>> {
        Box::pin(async {
            self.0
                .refresh(Refresh {
                    refresh_token: refresh_token(tokens)?,
                    username: tokens.username.as_deref(),
                    device_key: tokens.device_key.as_deref(),
                })
                .await
        })
    }

    fn revoke<'a>(&'a self, refresh_token: &'a Secret) -> BoxFuture<'a, Result<(), AuthError>> {
        Box::pin(self.0.revoke(refresh_token))
    }

    fn sign_out_everywhere<'a>(&'a self, access_token: &'a Secret) -> BoxFuture<'a, Result<(), AuthError>> {
        Box::pin(self.0.api.global_sign_out(access_token))
    }

    fn owner(&self) -> Owner {
        Owner::User
    }

    fn endpoint(&self) -> RefreshEndpoint {
        RefreshEndpoint::UserPoolApi
    }
}

/// The error codes of services without the operation.
const UNKNOWN_OPERATION: [&str; 4] =
    ["UnknownOperationException", "UnknownOperation", "InvalidAction", "NotImplemented"];
