//! Codes of authenticator apps (RFC 6238: SHA-1, six digits, 30 seconds).

use ring::hmac;
use std::time::{SystemTime, UNIX_EPOCH};

/// The code that an authenticator app shows now for a secret in base32.
pub fn totp(secret: &str) -> String {
    code(secret, step())
}

/// Whether the code is that of the current, the previous or the next 30 seconds, since clocks differ.
pub(crate) fn accepts(secret: &str, typed: &str) -> bool {
    let now = step();
    [now - 1, now, now + 1].iter().any(|step| code(secret, *step) == typed)
}

/// A secret in base32 (RFC 4648), as `AssociateSoftwareToken` returns it.
pub(crate) fn secret(random: &[u8; 20]) -> String {
    let mut text = String::new();
    for chunk in random.chunks(5) {
        let bits = chunk.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        text.extend((0..8).rev().map(|place| char::from(ALPHABET[(bits >> (5 * place) & 31) as usize])));
    }
    text
}

fn step() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs() / 30
}

fn code(secret: &str, step: u64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &unbase32(secret));
    let digest = hmac::sign(&key, &step.to_be_bytes());
    let digest = digest.as_ref();
    let at = usize::from(digest[19] & 15);
    let number = digest[at..at + 4].iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte)) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

fn unbase32(text: &str) -> Vec<u8> {
    let (mut bits, mut count, mut bytes) = (0_u32, 0, Vec::new());
    for digit in text.bytes().map(|byte| byte.to_ascii_uppercase()) {
        let Some(value) = (0_u32..).zip(ALPHABET).find_map(|(value, letter)| (*letter == digit).then_some(value))
        else {
            continue;
        };
        bits = bits << 5 | value;
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xff) as u8);
        }
    }
    bytes
}

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, truncated to six digits.
    #[test]
    fn codes_are_those_of_the_rfc() {
        let key = secret(b"12345678901234567890");
        assert_eq!(key, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        for (time, expected) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            assert_eq!(code(&key, time / 30), expected);
        }
    }
}
