//! What comes out: files that are written or compared, and the listing of `inspect`.

#[cfg(any(feature = "cli", feature = "internals"))]
pub mod compare;
pub mod files;
pub mod inspect;
pub mod write;
