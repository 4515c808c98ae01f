//! What cogen reports: diagnostics with a location and a help, their codes, and how they are printed.

pub mod codes;
pub(crate) mod meter;
pub mod render;
pub mod report;
pub(crate) mod texts;
pub(crate) mod unseen;
