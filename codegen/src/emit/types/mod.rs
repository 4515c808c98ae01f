//! The types of the API as Rust.

pub(crate) mod derives;
pub(crate) mod enums;
pub(crate) mod reading;
pub(crate) mod required;
pub(crate) mod structs;
pub(crate) mod tuples;
pub(crate) mod type_items;
pub(crate) mod unions;
