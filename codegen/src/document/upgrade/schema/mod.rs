//! Schemas of JSON Schema, draft 4 to 2020-12, as schemas of OpenAPI 3.0.

pub(crate) mod anchors;
mod convert;
pub(crate) mod definitions;
pub(crate) mod events;
mod keywords;
pub(crate) mod models;
mod types;
