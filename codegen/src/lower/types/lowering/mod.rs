//! Lowering: the recursion from schemas to types.

mod choice;
mod component_errors;
mod components;
mod composed;
mod enums;
pub(crate) mod lowered;
pub(crate) mod multipart;
mod objects;
mod properties;
mod results;
mod scalars;
pub(crate) mod texts;
pub(crate) mod types;
