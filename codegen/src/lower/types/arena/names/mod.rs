//! The names of types.

pub(crate) mod configured;
pub(crate) mod placement;
pub(crate) mod places;
mod settled;
pub(crate) mod shared;
pub(crate) mod values;
