//! Multipart bodies: their parts, and how the documents encode them.

pub(crate) mod encodings;
mod parts;
