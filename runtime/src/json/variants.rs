//! The functions with which generated unions and enums read their variants.

use crate::json::mismatch::{Mismatch, Read};
use crate::json::traits::Json;
use crate::json::tree::value::{Kind, Value};

/// Converts a value into free JSON.
pub fn any(value: &Value<'_>) -> serde_json::Value {
    value.to_any()
}

/// Reads the text of a string.
///
/// # Errors
/// Fails if the value is not a string.
pub fn string<'v>(value: &Value<'v>) -> Read<&'v str> {
    value.as_str().ok_or_else(|| Mismatch::of("a string", value))
}

/// Reads an integer of 64 bits.
///
/// # Errors
/// Fails if the value is not one.
pub fn integer(value: &Value<'_>) -> Read<i64> {
    Json::read(value)
}

/// Returns the text of the member that distinguishes the variants of a union; empty if there is none.
pub fn tag<'v>(value: &Value<'v>, name: &str) -> &'v str {
    value.member(name).and_then(|value| value.as_str()).unwrap_or_default()
}

/// Returns whether a value can be of a variant: it has the kind and the required members, and each tag has one of its texts or is absent.
pub fn fits(value: &Value<'_>, kind: Kind, required: &[&str], tags: &[(&str, &[&str])]) -> bool {
    value.is(kind)
        && required.iter().all(|name| value.member(name).is_some())
        && tags.iter().all(|(name, texts)| value.member(name).is_none() || texts.contains(&tag(value, name)))
}

/// Reads the value of a variant of a union.
///
/// # Errors
/// Fails if the value is not of the type of the variant.
pub fn variant<T: Json, U>(value: &Value<'_>, variant: impl FnOnce(T) -> U) -> Read<U> {
    T::read(value).map(variant)
}

/// Sets `found` to the variant if it is `None`, and if the value [`fits`] the variant and can be read.
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
    fn a_mismatch_has_only_the_path_and_the_kinds() {
        let mismatch = Mismatch::of("a string", &Value::Bool(true)).in_field("name").in_element(3).in_field("pets");
        assert_eq!(mismatch.to_string(), "at `pets[3].name`: expected a string, found a boolean");
    }

    #[test]
    fn variants_are_distinguished_by_kind_members_and_tags() {
        let tree = Tree::parse(br#"{"kind":"circle","radius":2}"#).unwrap();
        let value = tree.root();
        assert_eq!(tag(&value, "kind"), "circle");
        assert!(fits(&value, Kind::Object, &["radius"], &[("kind", &["circle", "disc"])]));
        assert!(!fits(&value, Kind::Object, &["side"], &[]));
        assert!(!fits(&value, Kind::Object, &[], &[("kind", &["square"])]));
        assert!(!fits(&value, Kind::Array, &[], &[]));
    }
}
