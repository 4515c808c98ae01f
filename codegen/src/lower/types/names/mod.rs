//! The names of types.

pub(crate) mod placement;
pub(crate) mod places;
pub(crate) mod settled;
pub(crate) mod shared;
