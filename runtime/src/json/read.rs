//! The helpers that generated unions and enums read with.

use super::Json;
use super::mismatch::{Mismatch, Read};
use super::value::{Kind, Value};

/// The value as free JSON.
pub fn any(value: &Value<'_>) -> serde_json::Value {
    value.to_any()
}

/// The text of a string.
///
/// # Errors
/// Anything but a string.
pub fn string<'v>(value: &Value<'v>) -> Read<&'v str> {
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
pub fn tag<'v>(value: &Value<'v>, name: &str) -> &'v str {
    value.member(name).and_then(|value| value.as_str()).unwrap_or_default()
}

/// Whether a value has the looks of a variant: its kind, its required members, and members with one of certain texts.
pub fn fits(value: &Value<'_>, kind: Kind, required: &[&str], tags: &[(&str, &[&str])]) -> bool {
    value.is(kind)
        && required.iter().all(|name| value.member(name).is_some())
        && tags.iter().all(|(name, texts)| value.member(name).is_none() || texts.contains(&tag(value, name)))
}

/// The variant of a union that holds the value.
///
/// # Errors
/// If the value is not what the variant holds.
pub fn variant<T: Json, U>(value: &Value<'_>, variant: impl FnOnce(T) -> U) -> Read<U> {
    T::read(value).map(variant)
}

/// Puts the variant into `found` that holds the value, if none was found before, the value [`fits`] and can be read.
pub fn try_variant<T: Json, U>(
    found: &mut Option<U>,
    value: &Value<'_>,
    kind: Kind,
    required: &[&str],
    tags: &[(&str, &[&str])],
    variant: impl FnOnce(T) -> U,
) {
    if found.is_none()
        && fits(value, kind, required, tags)
        && let Ok(read) = T::read(value)
    {
        *found = Some(variant(read));
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::json::Tree;

    #[test]
    fn a_mismatch_tells_place_and_kinds_only() {
        let mismatch = Mismatch::of("a string", &Value::Bool(true)).in_field("name").in_element(3).in_field("pets");
        assert_eq!(mismatch.to_string(), "at `pets[3].name`: expected a string, found a boolean");
    }

    #[test]
    fn variants_are_told_apart_by_looks() {
        let tree = Tree::parse(br#"{"kind":"circle","radius":2}"#).unwrap();
        let value = tree.root();
        assert_eq!(tag(&value, "kind"), "circle");
        assert!(fits(&value, Kind::Object, &["radius"], &[("kind", &["circle", "disc"])]));
        assert!(!fits(&value, Kind::Object, &["side"], &[]));
        assert!(!fits(&value, Kind::Object, &[], &[("kind", &["square"])]));
        assert!(!fits(&value, Kind::Array, &[], &[]));
    }
}
