//! Lowering: the recursion from schemas to types.

mod choice;
mod component_errors;
mod components;
mod composed;
pub(crate) mod encodings;
mod enums;
pub(crate) mod lowered;
mod objects;
mod parts;
mod properties;
mod results;
mod scalars;
pub(crate) mod types;
