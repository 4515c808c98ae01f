//! Random numbers for jitter, form boundaries and session ids.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};

/// An unpredictable number, from the random keys of the hash maps of the standard library.
pub(crate) fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// A random UUID (version 4, RFC 9562, section 5.4).
pub(crate) fn random_uuid() -> String {
    let bytes = (u128::from(random()) << 64 | u128::from(random())).to_be_bytes();
    uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
}

/// An unpredictable number between 0 and 1.
pub(crate) fn chance() -> f64 {
    f64::from((random() >> 32) as u32) / f64::from(u32::MAX)
}
