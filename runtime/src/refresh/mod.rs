//! One refresh for all who need it, and how long a value may be used.

#[cfg(feature = "session")]
pub(crate) mod lifetime;
#[cfg(feature = "session")]
pub(crate) mod single_flight;
