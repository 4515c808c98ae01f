//! Servers and a user pool for unit tests.

pub(crate) mod pool;
#[cfg(feature = "session")]
pub(crate) mod scripted;
#[cfg(feature = "cognito")]
pub(crate) mod srp_server;
