//! The shared code of the tests: runs cogen as a user does and checks the output.

pub mod calls;
pub mod cogen;
pub mod corpus;
pub mod crates;
pub mod document;
pub mod face;
pub mod fits;
pub mod loopback;
pub mod markdown;
pub mod matrix;
pub mod paths;
pub mod places;
pub mod prism;
pub mod programs;
pub mod rule;
pub mod schemas;
pub mod secured;
pub mod shapes;
pub mod signatures;
pub mod suite;
pub mod texts;
pub mod values;
