//! How Rust is written: trees, types and texts.

pub(crate) mod spell;
pub(crate) mod text;
pub(crate) mod tree;
