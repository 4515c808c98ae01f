//! JSON without derives: a borrowed tree in one list, one trait to read and write, one writer.
//!
//! Values can nest 127 deep in both directions. Reading them takes a limited part of the stack, whatever their types.

mod depth;
mod from_json;
mod members;
mod mismatch;
mod numbers;
mod object;
mod output;
mod shape;
mod traits;
mod tree;
mod types;
mod variants;
mod with_serde;
mod writer;

pub use from_json::FromJson;
pub use mismatch::{Mismatch, Read};
pub use object::{Object, Optional};
pub use shape::{Constant, Shape, candidates};
pub use traits::{Json, Param};
pub use tree::nodes::Tree;
pub use tree::value::{Items, Kind, Members, Value};
pub use types::elements::Elements;
pub use types::foreign::Foreign;
pub use types::text::{Base64, DateTime, DateTimeError, MimeBase64};
pub use types::uuid::Uuid;
pub use variants::{any, integer, read_variant, scalar_tag, string, tag, variant, variant_or};
#[cfg(feature = "serde")]
pub use with_serde::values::{deserialize, serialize};
pub use writer::Writer;

pub(crate) use output::{json_text, json_tree, write_tree};
pub(crate) use traits::BorrowedParam;
pub(crate) use types::text::{STANDARD, URL_SAFE};
pub(crate) use writer::Secrets;
