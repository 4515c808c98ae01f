//! Which edges between types are boxed.

pub(crate) mod boxes;
pub(crate) mod graph;
pub(crate) mod rings;
