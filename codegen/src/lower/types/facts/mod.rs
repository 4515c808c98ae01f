//! What is known of schemas without lowering them.

pub(crate) mod budget;
pub(crate) mod content;
pub(crate) mod flat;
mod flatten;
mod nullable;
pub(crate) mod schema_facts;
pub(crate) mod subtypes;
