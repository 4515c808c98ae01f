//! A directory of files that only their owner can read, and its lock files.

pub(crate) mod folder;
pub(crate) mod lock;
#[cfg_attr(unix, path = "unix.rs")]
#[cfg_attr(not(unix), path = "other.rs")]
mod sys;
