//! A directory of files that only their owner may read.

pub(crate) mod folder;
#[cfg_attr(unix, path = "unix.rs")]
#[cfg_attr(not(unix), path = "other.rs")]
mod sys;
