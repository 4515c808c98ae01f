//! What cogen reports: diagnostics with a place and a help, their codes, and how they are printed.

pub mod codes;
pub mod render;
pub mod report;
pub(crate) mod unseen;
