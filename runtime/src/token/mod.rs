//! Tokens: the provider, the claims of a JWT, issuers, audiences and scopes.

pub(crate) mod audience;
pub(crate) mod bearer_token;
pub(crate) mod claims;
pub(crate) mod error;
pub(crate) mod issuer;
pub(crate) mod provider;
pub(crate) mod scopes;
