//! How the types of the standard library and of other crates are read and written.

pub(in crate::json) mod elements;
pub(in crate::json) mod foreign;
mod scalars;
pub(in crate::json) mod text;
pub(in crate::json) mod uuid;
