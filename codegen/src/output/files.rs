//! The files of a generated crate, in memory.

use crate::ir::ident::Ident;
use std::fmt;

/// A path below the output directory, made of identifiers and fixed names only, so that no text of a document
/// can lead elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RelPath(String);

impl RelPath {
    /// A file whose name cogen itself chose: `Cargo.toml`, `src/lib.rs`.
    pub fn fixed(path: &'static str) -> Self {
        Self(path.to_owned())
    }

    /// `DIR/NAME.rs` with a name from a document.
    pub fn rust(directory: &'static str, name: &Ident) -> Self {
        Self(format!("{directory}/{name}.rs"))
    }

    /// `NAME.rs` with a name that an identifier can be made of.
    pub fn module(name: &Ident) -> Self {
        Self(format!("{name}.rs"))
    }

    /// The path with `/` between its parts.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The files of a generated crate, each path once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files(pub Vec<(RelPath, String)>);
