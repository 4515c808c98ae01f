//! Random numbers for jitter, form boundaries and session ids.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};

/// An unpredictable number, from the random keys of the hash maps of the standard library.
pub(crate) fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}
