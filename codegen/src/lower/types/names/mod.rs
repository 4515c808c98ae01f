//! What types are called.

pub(crate) mod places;
pub(crate) mod settled;
pub(crate) mod shared;
pub(crate) mod standing;
