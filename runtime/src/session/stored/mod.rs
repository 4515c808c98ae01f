//! A session in its store.

pub(crate) mod entry;
pub(crate) mod lock;
pub(crate) mod record;
