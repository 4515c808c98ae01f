//! `oneOf` and `anyOf`: the enums that they become.

pub(crate) mod candidates;
mod overlaps;
mod ranked;
pub(crate) mod shapes;
pub(crate) mod tags;
pub(crate) mod union;
pub(crate) mod variants;
