//! From bytes to the parts of a document: loaded, filled with values, bundled, upgraded, joined, taken apart.

pub(crate) mod bundle;
pub(crate) mod edit;
pub(crate) mod expansion;
pub mod exports;
pub mod inputs;
pub(crate) mod join;
pub mod load;
pub mod references;
pub mod spec;
pub mod template;
pub(crate) mod unfilled;
pub mod upgrade;
pub mod values;
