//! Random numbers that need no cryptography crate: jitter, form boundaries and session ids.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};

/// A number nobody can foresee, from the keys that the standard library draws for its hash maps.
pub(crate) fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}
