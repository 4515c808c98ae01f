//! Reads schemas.

pub(crate) mod home;
pub(crate) mod kinds;
pub(crate) mod read;
