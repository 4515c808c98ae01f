//! One refresh for all tasks that need it, how long a token or a key is used, and the pause after failures.

pub(crate) mod backoff;
pub(crate) mod lifetime;
pub(crate) mod single_flight;
