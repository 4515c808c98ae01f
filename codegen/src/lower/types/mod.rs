//! Schemas to types: reading schemas, what is known of them, the definitions, and lowering.

mod arena;
mod facts;
mod lowering;
mod schema;

#[cfg(test)]
pub(crate) mod tests;

pub use crate::lower::types::arena::names::places::Place;
pub use crate::lower::types::lowering::multipart::encodings::Encodings;
pub use crate::lower::types::lowering::texts::HeaderText;
pub use crate::lower::types::lowering::types::Types;
