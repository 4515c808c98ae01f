//! Processes that share a file store and are killed at random: records stay whole, and no session is lost.
//!
//! The processes run this test binary, each in a role (see [`role`]).
//! `COGEN_CASES` is the number of processes that are killed while they write, and of refresh tokens that are used (default 1000 each).
#![cfg(all(unix, feature = "file-store"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[cfg(feature = "cognito")]
mod pool;
mod random;
mod role;
#[cfg(feature = "cognito")]
mod rotation;
#[cfg(feature = "cognito")]
mod running;
#[cfg(feature = "cognito")]
#[path = "../support/mod.rs"]
mod support;
mod writing;

use std::path::PathBuf;

/// A number from an environment variable.
fn variable_or(name: &str, default: usize) -> usize {
    std::env::var(name).map_or(default, |text| text.parse().expect("a number"))
}

/// A directory that is removed after the test.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("cogen-processes-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        Self(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
