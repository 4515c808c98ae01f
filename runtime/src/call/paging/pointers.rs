//! JSON pointers (RFC 6901) into responses and request bodies.

use crate::json::Value;

/// The value at a JSON pointer.
pub(super) fn at<'v>(root: Value<'v>, pointer: &str) -> Option<Value<'v>> {
    pointer.split('/').skip(1).try_fold(root, |value, key| {
        let key = unescaped(key);
        match value {
            Value::Array(items) => items.iter().nth(key.parse().ok()?),
            other => other.member(&key),
        }
    })
}

/// Sets a value at a JSON pointer. Objects on the way are added.
pub(super) fn set_at(root: &mut serde_json::Value, pointer: &str, value: serde_json::Value) -> Option<()> {
    let place = pointer.split('/').skip(1).try_fold(root, |node, key| match node {
        serde_json::Value::Null => {
            *node = serde_json::Value::Object(serde_json::Map::new());
            Some(node.as_object_mut()?.entry(unescaped(key)).or_insert(serde_json::Value::Null))
        }
        serde_json::Value::Object(members) => Some(members.entry(unescaped(key)).or_insert(serde_json::Value::Null)),
        _ => None,
    })?;
    *place = value;
    Some(())
}

/// A segment of a JSON pointer (RFC 6901, section 4).
fn unescaped(key: &str) -> String {
    key.replace("~1", "/").replace("~0", "~")
}
