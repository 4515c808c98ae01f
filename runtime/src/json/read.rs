//! What reading a value can come to, and the helpers that generated unions and enums read with.

use super::value::{Kind, Value};
use std::borrow::Cow;
use std::fmt;

/// A value that was read, or how it differs from what was expected.
pub type Read<T> = Result<T, Mismatch>;

/// How a value differs from what was expected: where, what was expected, and the kind of what was found.
///
/// It never holds the value itself, nor a key of a map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch(Box<Inner>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Inner {
    /// Innermost first.
    path: Vec<Step>,
    expected: Cow<'static, str>,
    found: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Field(&'static str),
    Index(usize),
    Entry,
}

impl Mismatch {
    /// Expected this, found that.
    pub fn new(expected: impl Into<Cow<'static, str>>, found: &'static str) -> Self {
        Self(Box::new(Inner { path: Vec::new(), expected: expected.into(), found }))
    }

    /// Expected this, found the kind of `value`.
    pub fn of(expected: &'static str, value: &Value<'_>) -> Self {
        Self::new(expected, value.kind().as_str())
    }

    /// The same, inside the field `name`.
    pub fn in_field(mut self, name: &'static str) -> Self {
        self.0.path.push(Step::Field(name));
        self
    }

    /// The same, inside the element at `index`.
    pub fn in_element(mut self, index: usize) -> Self {
        self.0.path.push(Step::Index(index));
        self
    }

    /// The same, inside an entry of a map, whose key is data and not told.
    pub fn in_entry(mut self) -> Self {
        self.0.path.push(Step::Entry);
        self
    }

    /// Where it is, from the outside in: `owner.pets[3].name`; empty for the whole value.
    pub fn path(&self) -> String {
        let mut path = String::new();
        for step in self.0.path.iter().rev() {
            match step {
                Step::Field(name) if path.is_empty() => path.push_str(name),
                Step::Field(name) => path.extend([".", name]),
                Step::Index(index) => path.push_str(&format!("[{index}]")),
                Step::Entry => path.push_str("[*]"),
            }
        }
        path
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path();
        if !path.is_empty() {
            write!(f, "at `{path}`: ")?;
        }
        write!(f, "expected {}, found {}", self.0.expected, self.0.found)
    }
}

impl std::error::Error for Mismatch {}

/// The value as free JSON.
pub fn any(value: &Value<'_>) -> serde_json::Value {
    value.to_any()
}

/// The text of a string.
///
/// # Errors
/// Anything but a string.
pub fn string<'v>(value: &'v Value<'_>) -> Read<&'v str> {
    value.as_str().ok_or_else(|| Mismatch::of("a string", value))
}

/// A whole number of 64 bits.
///
/// # Errors
/// Anything else.
pub fn integer(value: &Value<'_>) -> Read<i64> {
    super::Json::read(value)
}

/// The text of the member that tells the variants of a union apart; empty if there is none.
pub fn tag<'v>(value: &'v Value<'_>, name: &str) -> &'v str {
    value.member(name).and_then(Value::as_str).unwrap_or_default()
}

/// Whether a value has the looks of a variant: its kind, its required members, and members with one of certain texts.
pub fn fits(value: &Value<'_>, kind: Kind, required: &[&str], tags: &[(&str, &[&str])]) -> bool {
    value.is(kind)
        && required.iter().all(|name| value.member(name).is_some())
        && tags.iter().all(|(name, texts)| value.member(name).is_none() || texts.contains(&tag(value, name)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_mismatch_tells_place_and_kinds_only() {
        let mismatch = Mismatch::of("a string", &Value::Bool(true)).in_field("name").in_element(3).in_field("pets");
        assert_eq!(mismatch.to_string(), "at `pets[3].name`: expected a string, found a boolean");
    }

    #[test]
    fn variants_are_told_apart_by_looks() {
        let value = Value::parse(br#"{"kind":"circle","radius":2}"#).unwrap();
        assert_eq!(tag(&value, "kind"), "circle");
        assert!(fits(&value, Kind::Object, &["radius"], &[("kind", &["circle", "disc"])]));
        assert!(!fits(&value, Kind::Object, &["side"], &[]));
        assert!(!fits(&value, Kind::Object, &[], &[("kind", &["square"])]));
        assert!(!fits(&value, Kind::Array, &[], &[]));
    }
}
