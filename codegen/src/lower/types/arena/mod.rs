//! The definitions of types, their names and their sizes.

pub(crate) mod names;
pub(crate) mod size;
pub(crate) mod type_arena;
