//! One refresh for all tasks that need it, how long a token or a key is used, the pause after failures, and
//! requests that are throttled.

pub(crate) mod backoff;
pub(crate) mod lifetime;
pub(crate) mod single_flight;
#[cfg(feature = "session")]
pub(crate) mod throttling;
