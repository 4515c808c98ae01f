//! The tokens of a sign-in or a refresh.

use crate::auth::device::NewDevice;
use crate::secret::Secret;
use std::time::Duration;

/// The raw tokens of a sign-in or of a machine, as the server sent them, without checks.
#[derive(Debug)]
#[non_exhaustive]
pub struct SignedIn {
    /// The ID token; `None` for managed login without the scope `openid`, and for machines.
    pub id_token: Option<Secret>,
    /// The access token.
    pub access_token: Secret,
    /// The refresh token; `None` for machines.
    pub refresh_token: Option<Secret>,
    /// How long the access token is valid from its receipt.
    pub expires_in: Duration,
    /// `Bearer`.
    pub token_type: String,
    /// The scopes in the response of a token endpoint, or those of the request if it has none (RFC 6749, section 5.1). Scopes in the token
    /// take precedence.
    pub scopes: Option<Vec<String>>,
    /// Where the tokens are refreshed.
    pub origin: Origin,
    /// The user name in the pool, if the sign-in returns it. It differs from an e-mail address that the user entered.
    pub username: Option<String>,
    /// The device of the tokens, which a refresh requires.
    pub device_key: Option<String>,
    /// The new device: store it for the next sign-in.
    pub new_device: Option<NewDevice>,
}

/// Where tokens are issued and refreshed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// The user-pool API: `GetTokensFromRefreshToken`.
    UserPoolApi,
    /// The OAuth endpoint of the pool's domain: `/oauth2/token`.
    TokenEndpoint,
}
