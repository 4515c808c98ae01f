//! How Rust is written: trees, types, texts, and their format.

pub(crate) mod print;
pub(crate) mod spell;
pub(crate) mod text;
pub(crate) mod tree;
