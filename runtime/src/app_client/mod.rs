//! An app client of a user pool: the start of every sign-in.

#[cfg(feature = "cognito")]
pub(crate) mod account;
pub(crate) mod client;
pub(crate) mod not_a_credential;
pub(crate) mod restore;
pub(crate) mod sign_in;
pub(crate) mod user_pool;
