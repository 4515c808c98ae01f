//! From the document to the intermediate representation: names settled, types resolved.

pub mod names;
pub mod types;
