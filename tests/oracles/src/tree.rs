//! Documents as trees whose values can be counted and changed: from the loader to `serde_json`, and back to text.

use cogen::config::options::Limits;
use cogen::diagnostics::report::Report;
use cogen::document::load::node::{Node, Value as Loaded};
use cogen::document::load::{decode, load};
use serde_json::{Number, Value};

/// A document, JSON or YAML, as the loader reads it; `None` if it is refused.
pub fn read(bytes: &[u8]) -> Option<Value> {
    let mut report = Report::default();
    let limits = Limits::default();
    let (text, base) = decode(bytes, "seed", &limits, &mut report).ok()?;
    load(&text, base, &limits, &mut report).ok().map(|root| plain(&root))
}

fn plain(node: &Node<'_>) -> Value {
    match &node.value {
        Loaded::Null => Value::Null,
        Loaded::Bool(it) => Value::Bool(*it),
        // A number that does not fit an `f64` stays text: no seed needs it.
        Loaded::Number(text) => text.parse::<Number>().map_or_else(|_| Value::String(text.to_string()), Value::Number),
        Loaded::String(text) => Value::String(text.to_string()),
        Loaded::Array(items) => items.iter().map(plain).collect(),
        Loaded::Object(members) => members.iter().map(|m| (m.key.to_string(), plain(&m.value))).collect(),
    }
}

/// How many values there are.
pub fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(members) => members.values().map(count).sum(),
        _ => 0,
    }
}

/// The value with a number in preorder, where the root is 0.
pub fn nth(value: &mut Value, number: usize) -> Option<&mut Value> {
    fn walk<'v>(value: &'v mut Value, left: &mut usize) -> Option<&'v mut Value> {
        if *left == 0 {
            return Some(value);
        }
        *left -= 1;
        match value {
            Value::Array(items) => items.iter_mut().find_map(|item| walk(item, left)),
            Value::Object(members) => members.values_mut().find_map(|item| walk(item, left)),
            _ => None,
        }
    }
    let mut left = number;
    walk(value, &mut left)
}
