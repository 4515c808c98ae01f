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
mod stages;

#[cfg(not(feature = "internals"))]
use stages::*;
// For the tests, the benchmarks and the fuzz targets of this repository. Not for use by hand.
#[cfg(feature = "internals")]
#[doc(hidden)]
pub use stages::*;

pub use build_script::Builder;
pub use config::options::Options;
pub use diagnostics::report::{Report, Reported};
pub use document::inputs::{Input, InputFile};
pub use pipeline::{Generated, generate};

/// The command line, for `main.rs`.
#[cfg(feature = "cli")]
#[doc(hidden)]
pub use cli::run as __run;
