//! What generated code describes as static data and types.

pub(crate) mod api;
pub(crate) mod documented;
pub(crate) mod grants;
pub(crate) mod macros;
pub(crate) mod media;
pub(crate) mod not_sent;
pub(crate) mod paging;
