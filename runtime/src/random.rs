//! Random numbers for jitter, form boundaries and session ids.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};

/// An unpredictable number, from the random keys of the hash maps of the standard library.
pub(crate) fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// An unpredictable number between 0 and 1.
pub(crate) fn chance() -> f64 {
    f64::from((random() >> 32) as u32) / f64::from(u32::MAX)
}
