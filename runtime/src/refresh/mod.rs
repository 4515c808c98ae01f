//! One refresh for all tasks that need it, and how long a token is used.

#[cfg(feature = "session")]
pub(crate) mod lifetime;
#[cfg(feature = "session")]
pub(crate) mod single_flight;
