//! Documents that are put together from several parts: split documents, joined documents, and documents in templates.
#![allow(clippy::unwrap_used)]

mod joined;
mod split;
mod template;
