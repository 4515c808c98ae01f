//! The text of a session file: a version, a checksum, the key, the record.

use crate::secret::Secret;
use crate::store::record::{Record, Revision, Stored};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use zeroize::Zeroizing;

/// The version that is written, and the newest that is read. The record has its own version.
const VERSION: u32 = 1;
const NAME: &str = "cogen session ";

/// Why a text is not a record of the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// It was truncated or changed, or it is not a session file.
    Damaged,
    /// A newer version of this library wrote it.
    Newer,
    /// It is valid, but of another key.
    OtherKey,
}

/// Returns the text of a record and its revision. The revision is a hash of the text, so that equal texts have equal revisions.
pub(crate) fn seal(key: &str, record: &Record) -> (Zeroizing<String>, Revision) {
    let mut hash = Sha256::new();
    hash.update(key_lines(key));
    hash.update(record.expose());
    let hash = hex(&hash.finalize());
    let lines = format!("{NAME}{VERSION}\nsha256 {hash}\n{}", key_lines(key));
    // Allocated at its final size, since growing would leave copies of the tokens in memory.
    let mut text = Zeroizing::new(String::with_capacity(lines.len() + record.expose().len()));
    text.push_str(&lines);
    text.push_str(record.expose());
    (text, Revision::new(hash))
}

/// Reads what [`seal`] wrote.
pub(crate) fn open(key: &str, bytes: &[u8]) -> Result<Stored, Unreadable> {
    let text = std::str::from_utf8(bytes).map_err(|_| Unreadable::Damaged)?;
    let (version, text) = line(text, NAME)?;
    match version.parse::<u32>() {
        Ok(VERSION) => {}
        Ok(newer) if newer > VERSION => return Err(Unreadable::Newer),
        _ => return Err(Unreadable::Damaged),
    }
    let (hash, text) = line(text, "sha256 ")?;
    if hash != hex(&Sha256::digest(text)) {
        return Err(Unreadable::Damaged);
    }
    let record = text.strip_prefix(&key_lines(key)).ok_or(Unreadable::OtherKey)?;
    Ok(Stored { record: Record::new(Secret::new(record)), revision: Revision::new(hash) })
}

/// The file name of a key. It is never a path and is valid on every file system.
pub(super) fn file_stem(key: &str) -> String {
    hex(&Sha256::digest(key)[..20])
}

/// The key as text, to find a file by hand, and to detect a file that was moved.
fn key_lines(key: &str) -> String {
    format!("key {}\n\n", utf8_percent_encode(key, NON_ALPHANUMERIC))
}

fn line<'a>(text: &'a str, name: &str) -> Result<(&'a str, &'a str), Unreadable> {
    text.strip_prefix(name).and_then(|rest| rest.split_once('\n')).ok_or(Unreadable::Damaged)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a `String` doesn't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_sealed_record_can_be_opened() {
        for (key, record) in [("", ""), ("a", "b"), ("ü/\n\0", "{\"v\":1}\n\nkey a\n"), ("k", "cogen session 1\n")] {
            let (text, revision) = seal(key, &Record::new(record));
            let stored = open(key, text.as_bytes()).unwrap();
            assert_eq!((stored.record.expose(), stored.revision), (record, revision));
            assert_eq!(text.capacity(), text.len(), "it grew, so copies of the tokens can be in memory");
        }
    }

    #[test]
    fn a_text_that_is_truncated_or_changed_is_refused() {
        let (text, _) = seal("key", &Record::new("{\"refresh\":\"abc\"}"));
        for end in 0..text.len() {
            assert!(open("key", &text.as_bytes()[..end]).is_err(), "truncated at {end}");
            let mut changed = text.as_bytes().to_vec();
            changed[end] ^= 1;
            assert!(open("key", &changed).is_err(), "changed at {end}");
        }
        let mut longer = text.as_bytes().to_vec();
        longer.push(b' ');
        assert_eq!(open("key", &longer).unwrap_err(), Unreadable::Damaged);
    }

    #[test]
    fn another_key_and_a_newer_version_have_their_own_errors() {
        let (text, _) = seal("alice", &Record::new("tokens"));
        assert_eq!(open("bob", text.as_bytes()).unwrap_err(), Unreadable::OtherKey);
        assert_eq!(open("alice", b"cogen session 2\nwhatever\xc3\xa4").unwrap_err(), Unreadable::Newer);
        assert_eq!(open("alice", b"cogen session 0\n").unwrap_err(), Unreadable::Damaged);
        assert_eq!(open("alice", b"cogen session 99999999999\n").unwrap_err(), Unreadable::Damaged);
        assert_eq!(open("alice", b"\xff").unwrap_err(), Unreadable::Damaged);
    }

    #[test]
    fn a_file_stem_is_not_a_path() {
        for key in ["", "..", "../../etc/passwd", "C:\\x", "a\0b", "CON", &"x".repeat(5000)] {
            let stem = file_stem(key);
            assert_eq!(stem.len(), 40);
            assert!(stem.bytes().all(|byte| byte.is_ascii_hexdigit()));
        }
        assert_ne!(file_stem("Alice"), file_stem("alice"));
    }
}
