//! From the OpenAPI document of an Amazon API Gateway to a Rust client crate whose methods demand the right credential.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(doctest, doc = include_str!("../README.md"))]

pub mod build_script;
mod bundle;
pub mod codes;
#[cfg(any(feature = "cli", feature = "fuzzing"))]
pub mod compare;
pub mod config;
mod crate_name;
pub mod diagnostics;
pub mod emit;
mod expansion;
mod exports;
pub mod files;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
pub mod generate;
pub mod inputs;
pub mod inspect;
pub mod ir;
mod join;
pub mod load;
pub mod lower;
pub mod options;
pub mod render;
pub mod resolve;
pub mod spec;
pub mod template;
mod unfilled;
mod unseen;
pub mod upgrade;
pub mod values;
pub mod write;

pub use build_script::Builder;
pub use diagnostics::Report;
