//! What a sign-in or a refresh gives.

use crate::auth::device::NewDevice;
use crate::secret::Secret;
use std::time::Duration;

/// What a finished sign-in, or a request of a machine, gives: tokens as the server sent them, nothing checked.
#[derive(Debug)]
#[non_exhaustive]
pub struct SignedIn {
    /// The ID token; none from managed login without the `openid` scope, and none for machines.
    pub id_token: Option<Secret>,
    /// The access token.
    pub access_token: Secret,
    /// The refresh token; none for machines.
    pub refresh_token: Option<Secret>,
    /// How long the tokens are good from the moment of receipt.
    pub expires_in: Duration,
    /// `Bearer`.
    pub token_type: String,
    /// The scopes that the answer says were granted; a token that says so itself is believed first.
    pub scopes: Option<Vec<String>>,
    /// Where it is refreshed.
    pub origin: Origin,
    /// The user's name by the pool where the sign-in tells it: with an e-mail address typed, it is another.
    pub username: Option<String>,
    /// The device that the tokens belong to: a refresh must name it.
    pub device_key: Option<String>,
    /// A device seen for the first time: keep it for the next sign-in.
    pub new_device: Option<NewDevice>,
}

/// Where tokens come from and are refreshed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// The user-pool API: `GetTokensFromRefreshToken`.
    UserPoolApi,
    /// The OAuth endpoint of the pool's domain: `/oauth2/token`.
    TokenEndpoint,
}
