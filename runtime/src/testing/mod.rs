//! Servers, a clock, a quota and a user pool for unit tests.

#[cfg(any(feature = "session", feature = "sigv4"))]
pub(crate) mod clock;
pub(crate) mod pool;
#[cfg(feature = "cognito")]
pub(crate) mod quota;
#[cfg(feature = "session")]
pub(crate) mod scripted;
#[cfg(feature = "cognito")]
pub(crate) mod srp_server;
