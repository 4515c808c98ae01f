//! AWS keys, signatures and the AWS SDK.

#[cfg(feature = "aws-config")]
pub(crate) mod chain;
#[cfg(feature = "identity-pool")]
pub(crate) mod identity_pool;
#[cfg(feature = "identity-pool")]
mod key_exchange;
#[cfg(feature = "sigv4")]
mod keys;
#[cfg(any(feature = "cognito", feature = "identity-pool", feature = "aws-config"))]
pub(crate) mod sdk_http;
#[cfg(feature = "sigv4")]
mod sdk_provider;
#[cfg(any(feature = "cognito", feature = "identity-pool"))]
pub(crate) mod sdk_retry;
pub(crate) mod sigv4;
