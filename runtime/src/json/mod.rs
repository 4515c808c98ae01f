//! JSON without derives: a borrowed tree in one list, one trait to read and write, one writer.
//!
//! Values may nest 127 deep in both directions; to read them takes a bounded part of the stack, whatever their types.

mod depth;
#[cfg(any(feature = "serde", test))]
mod deserialize;
mod elements;
mod foreign;
mod mismatch;
mod object;
mod parse;
mod read;
mod scalars;
mod text;
mod traits;
mod tree;
mod value;
mod writer;

#[cfg(feature = "serde")]
mod glue;

pub use elements::Elements;
pub use foreign::Foreign;
pub use mismatch::{Mismatch, Read};
pub use object::{Object, Optional};
pub use read::{any, fits, integer, string, tag, try_variant, variant};
pub use text::{Base64, DateTime, DateTimeError};
pub use traits::{Json, Param};
pub use tree::Tree;
pub use value::{Items, Kind, Members, Value};
pub use writer::Writer;

#[cfg(feature = "serde")]
pub use glue::{deserialize, serialize};

pub(crate) use text::{STANDARD, URL_SAFE};
pub(crate) use traits::Lent;
pub(crate) use writer::{Secrets, grow, json_text, tree};
