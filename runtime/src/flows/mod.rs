//! Ways to sign in; each ends in [`SignedIn`].

mod cause;
mod device;
mod error;
mod opening;
mod registration;

#[cfg(feature = "cognito")]
mod core;
#[cfg(feature = "cognito")]
mod engine;
#[cfg(feature = "cognito")]
mod finished;
#[cfg(feature = "cognito")]
pub(crate) mod hash;
#[cfg(feature = "cognito")]
mod sign_in;
#[cfg(feature = "cognito")]
pub mod srp;
#[cfg(feature = "cognito")]
pub mod steps;
#[cfg(feature = "cognito")]
mod tokens;

#[cfg(feature = "oauth")]
mod domain;
#[cfg(feature = "hosted-login")]
pub mod hosted;
#[cfg(feature = "oauth")]
pub mod machine;
#[cfg(feature = "oauth")]
mod machine_sessions;
#[cfg(feature = "oauth")]
#[cfg_attr(not(feature = "hosted-login"), allow(dead_code, reason = "codes are redeemed by managed login only"))]
pub(crate) mod oauth;

#[cfg(feature = "oauth")]
pub(crate) use cause::{SECRET_MISSING, SECRET_WRONG};
pub use device::{Device, NewDevice};
pub use error::{AuthError, AuthErrorKind};
#[cfg(feature = "cognito")]
pub use finished::Finished;
pub use opening::TokenSet;
#[cfg(feature = "cognito")]
pub use sign_in::{FirstFactor, SignIn};
#[cfg(feature = "cognito")]
pub use steps::Step;
#[cfg(feature = "cognito")]
pub use tokens::Refresh;

#[cfg(feature = "cognito")]
pub(crate) use self::core::{Core, Devices};
pub(crate) use registration::Registration;
#[cfg(feature = "cognito")]
pub(crate) use sign_in::Flow;

#[cfg(all(test, feature = "cognito"))]
mod engine_tests;
#[cfg(all(test, feature = "oauth"))]
mod machine_tests;
#[cfg(all(test, any(feature = "cognito", feature = "oauth")))]
pub(crate) mod scripted;

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
