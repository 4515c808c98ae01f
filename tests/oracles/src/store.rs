//! Session files: a saved record is read again, and nothing else is accepted as one.

use cogen_runtime::fuzzing::{open, seal};

/// A key and a record with an empty line between them, or the bytes of a file.
///
/// # Panics
/// If a record cannot be read again, or a file is read that was changed, truncated or moved.
pub fn store(bytes: &[u8]) {
    const KEY: &str = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbC123 rex";
    // If bytes can be read, they are exactly those that are written for the same record.
    if let Some(record) = open(KEY, bytes) {
        assert_eq!(seal(KEY, &record).as_bytes(), bytes);
    }
    let text = String::from_utf8_lossy(bytes);
    let (key, record) = text.split_once("\n\n").unwrap_or((KEY, &text));
    let file = seal(key, record);
    assert_eq!(open(key, file.as_bytes()).as_deref(), Some(record));
    assert!(open(&format!("{key}x"), file.as_bytes()).is_none(), "it can be read with another key");
    // Truncated, extended or changed at a position that depends on the bytes.
    let at =
        bytes.iter().fold(bytes.len(), |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(*byte))) % file.len();
    let mut changed = file.clone().into_bytes();
    assert!(open(key, &changed[..at]).is_none(), "truncated at {at}");
    changed[at] ^= 1 << (bytes.len() % 8);
    assert!(open(key, &changed).is_none(), "changed at {at}");
    changed[at] ^= 1 << (bytes.len() % 8);
    changed.insert(at, b'a');
    assert!(open(key, &changed).is_none(), "extended at {at}");
}
