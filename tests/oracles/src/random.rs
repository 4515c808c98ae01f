//! Numbers and bytes from a seed, for running the targets in `cargo test`: the same seed gives the same cases on every machine.

/// A random number generator (SplitMix64).
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The generator with a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below a bound, which is at least 1.
    pub fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.number() % (bound.max(1) as u64)).unwrap_or_default()
    }

    /// One of several values.
    pub fn choose<'t, T>(&mut self, from: &'t [T]) -> Option<&'t T> {
        from.get(self.below(from.len()))
    }

    /// Bytes of any kind.
    pub fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.number().to_le_bytes()[0]).collect()
    }
}

/// A case of a target: a seed input with a few bytes changed, or random bytes if there is no seed input.
pub fn case(random: &mut Random, seeds: &[Vec<u8>], words: &[&str]) -> Vec<u8> {
    let Some(seed) = random.choose(seeds) else {
        let length = random.below(96);
        return random.bytes(length);
    };
    let mut bytes = seed.clone();
    for _ in 0..=random.below(6) {
        let at = random.below(bytes.len() + 1);
        let end = (at + random.below(24)).min(bytes.len());
        match random.below(7) {
            0 => drop(bytes.drain(at..end)),
            1 => {
                let part = bytes[at..end].to_vec();
                let to = random.below(bytes.len() + 1);
                drop(bytes.splice(to..to, part));
            }
            2 | 3 => {
                let word = random.choose(words).map_or(&b""[..], |word| word.as_bytes());
                drop(bytes.splice(at..end, word.iter().copied()));
            }
            4 => {
                let length = random.below(4);
                drop(bytes.splice(at..at, random.bytes(length)));
            }
            5 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
            _ => {
                let other = random.choose(seeds).cloned().unwrap_or_default();
                let from = random.below(other.len() + 1);
                let to = (from + random.below(64)).min(other.len());
                drop(bytes.splice(at..at, other[from..to].iter().copied()));
            }
        }
    }
    bytes
}
