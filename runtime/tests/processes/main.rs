//! Processes that share a file store and are killed at random: records stay whole, and no session is lost.
//!
//! The processes are this test binary itself, started again with a part to play (see [`part`]).
//! `COGEN_CASES` sets how many processes are killed while they write, and how many refresh tokens are used up (default 1000 each).
#![cfg(all(unix, feature = "file-store"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod part;
#[cfg(feature = "cognito")]
mod pool;
mod random;
#[cfg(feature = "cognito")]
mod rotation;
#[cfg(feature = "cognito")]
mod running;
#[cfg(feature = "cognito")]
#[path = "../support/mod.rs"]
mod support;
mod writing;

use std::path::PathBuf;

/// A number that whoever runs the tests can set.
fn set_or(name: &str, default: usize) -> usize {
    std::env::var(name).map_or(default, |text| text.parse().expect("a number"))
}

/// A directory that is gone after the test.
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
