//! What must hold for any bytes: the oracles that the fuzz targets and `cargo test` share. An oracle panics if it does not hold.

mod answers;
mod callback;
mod commands;
mod config;
mod docs;
mod documents;
mod json;
pub mod lines;
pub mod payloads;
pub mod random;
mod requests;
pub mod seeds;
pub mod shape;
mod store;
pub mod strings;
pub mod structure;
mod targets;
pub mod tree;

pub use answers::answers;
pub use callback::callback;
pub use commands::commands;
pub use config::config;
pub use docs::{docs, markdown_faults};
pub use documents::{generate, generated, load, made, options, upgrade};
pub use json::json;
pub use requests::requests;
pub use store::store;
pub use structure::mutations;
pub use targets::{TARGETS, target};
