//! The operations of the API as Rust.

pub(crate) mod bodies;
pub(crate) mod forms;
pub(crate) mod methods;
pub(crate) mod pages;
pub(crate) mod parts;
pub(crate) mod responses;
pub(crate) mod styles;
