//! The operations of the user-pool API, over the AWS SDK.

pub(crate) mod attempts;
pub(crate) mod auth;
pub(crate) mod client;
pub(crate) mod documents;
pub(crate) mod failure;
pub(crate) mod tokens;
