//! What must hold for any bytes at all: the oracles that the fuzz targets and `cargo test` share. They panic where it does not.

mod answers;
mod callback;
mod config;
mod docs;
mod documents;
pub mod payloads;
pub mod random;
mod requests;
pub mod seeds;
pub mod shape;
pub mod strings;
pub mod structure;
mod targets;
pub mod tree;

pub use answers::answers;
pub use callback::callback;
pub use config::config;
pub use docs::{docs, markdown_faults};
pub use documents::{generate, generated, load, options, upgrade};
pub use requests::requests;
pub use structure::mutations;
pub use targets::{TARGETS, target};
