//! Random numbers that differ from run to run, and print their seed.

use std::hash::{BuildHasher as _, RandomState};

/// Marsaglia's xorshift generator.
pub struct Random(u64);

impl Random {
    /// Starts from a random seed, and prints it.
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
