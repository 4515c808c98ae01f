//! Numbers that differ from run to run, and say what they began with.

use std::hash::{BuildHasher as _, RandomState};

/// A generator after Marsaglia's xorshift.
pub struct Random(u64);

impl Random {
    /// Begins anywhere, and prints where.
    pub fn new(what: &str) -> Self {
        let seed = RandomState::new().hash_one(what) | 1;
        println!("{what}: random numbers from {seed}");
        Self(seed)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap() % end
    }
}
