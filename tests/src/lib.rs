//! What the tests of the generator share: it runs cogen as a user does and judges what comes out.

pub mod cogen;
pub mod corpus;
pub mod crates;
pub mod face;
pub mod matrix;
pub mod place;
