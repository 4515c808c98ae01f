//! The files of the generated crate.

pub(crate) mod example;
pub(crate) mod layout;
pub(crate) mod manifest;
pub(crate) mod markdown;
pub(crate) mod readme;
