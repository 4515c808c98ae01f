//! JSON responses: the runtime's own reader accepts and refuses the same texts as `serde_json`, and reads the same values.

use cogen_runtime::fuzzing;
use serde_json::Value;

/// A text.
///
/// # Panics
/// If the readers disagree.
pub fn json(bytes: &[u8]) {
    let (ours, theirs) = (fuzzing::json(bytes), serde_json::from_slice::<Value>(bytes).ok());
    assert_eq!(ours, theirs, "{}", String::from_utf8_lossy(bytes));
}
