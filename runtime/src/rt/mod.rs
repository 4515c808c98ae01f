//! What generated code uses, by version. Not for use by hand.

/// The first version.
pub mod v1;
