//! The core of a generated client, and the HTTP clients.

pub(crate) mod build_error;
pub(crate) mod builder;
pub(crate) mod core;
#[cfg(any(feature = "session", feature = "identity-pool", feature = "aws-config"))]
pub(crate) mod http_client;
pub(crate) mod redirects;
pub(crate) mod tls;
pub(crate) mod typed;
