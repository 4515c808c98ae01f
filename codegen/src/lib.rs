//! From the OpenAPI document of an Amazon API Gateway to a Rust client crate whose methods demand the right credential.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(doctest, doc = include_str!("../README.md"))]
// Some functions are used by the command line only. A build with the default features shows what nothing uses.
#![cfg_attr(not(feature = "cli"), allow(dead_code, unused_imports))]

mod build_script;
#[cfg(feature = "cli")]
mod cli;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod fuzzing;

#[cfg(not(feature = "internals"))]
mod config;
#[cfg(not(feature = "internals"))]
mod diagnostics;
#[cfg(not(feature = "internals"))]
mod document;
#[cfg(not(feature = "internals"))]
mod emit;
#[cfg(not(feature = "internals"))]
mod ir;
#[cfg(not(feature = "internals"))]
mod lower;
#[cfg(not(feature = "internals"))]
mod output;
#[cfg(not(feature = "internals"))]
mod pipeline;

// The stages, for the tests, the benchmarks and the fuzz targets of this repository. Not for use by hand.
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod config;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod diagnostics;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod document;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod emit;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod ir;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod lower;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod output;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod pipeline;

pub use build_script::Builder;
pub use config::options::Options;
pub use diagnostics::report::{Report, Reported};
pub use document::inputs::{Input, InputFile};
pub use pipeline::{Generated, generate};

/// The command line, for `main.rs`.
#[cfg(feature = "cli")]
#[doc(hidden)]
pub use cli::run as __run;
