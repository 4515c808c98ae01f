//! The stages of the pipeline and what they share. They are public only with the feature `internals`.

#[path = "config/mod.rs"]
pub mod config;
#[path = "diagnostics/mod.rs"]
pub mod diagnostics;
#[path = "document/mod.rs"]
pub mod document;
#[path = "emit/mod.rs"]
pub mod emit;
#[path = "ir/mod.rs"]
pub mod ir;
#[path = "lower/mod.rs"]
pub mod lower;
#[path = "output/mod.rs"]
pub mod output;
#[path = "pipeline.rs"]
pub mod pipeline;
