//! Tokens from the OAuth endpoints of a user pool's domain: client credentials, managed login.

#[cfg_attr(not(feature = "hosted-login"), allow(dead_code, reason = "only managed login signs out in the browser"))]
pub(crate) mod addresses;
pub(crate) mod client_credentials;
#[cfg_attr(not(feature = "hosted-login"), allow(dead_code, reason = "only managed login redeems codes"))]
pub(crate) mod endpoints;
#[cfg(feature = "hosted-login")]
pub(crate) mod managed_login;
pub(crate) mod not_a_credential;
pub(crate) mod parameters;
pub(crate) mod source;

pub use client_credentials::ClientCredentials;
#[cfg(feature = "hosted-login")]
pub use managed_login::{AccessOnly, IdAndAccess, LoginTokens, ManagedLogin, PendingLogin, Prompt};
