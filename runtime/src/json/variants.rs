//! The functions with which generated unions and enums read their variants.

use crate::json::mismatch::{Mismatch, Read};
use crate::json::traits::Json;
use crate::json::tree::value::Value;

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

/// Returns the text of the number or the boolean that distinguishes the variants of a union; empty if there is none.
pub fn scalar_tag(value: &Value<'_>, name: &str) -> String {
    match value.member(name).map(|value| value.to_any()) {
        Some(serde_json::Value::Number(number)) => number.to_string(),
        Some(serde_json::Value::Bool(truth)) => truth.to_string(),
        _ => String::new(),
    }
}

/// Reads the value of a variant of a union.
///
/// # Errors
/// Fails if the value is not of the type of the variant.
pub fn variant<T: Json, U>(value: &Value<'_>, variant: impl FnOnce(T) -> U) -> Read<U> {
    T::read(value).map(variant)
}

/// Reads the value of the variant for values that select no other, or else keeps it as free JSON.
///
/// # Errors
/// Never fails.
pub fn variant_or<T: Json, U>(
    value: &Value<'_>,
    variant: impl FnOnce(T) -> U,
    other: impl FnOnce(serde_json::Value) -> U,
) -> Read<U> {
    Ok(T::read(value).map_or_else(|_| other(value.to_any()), variant))
}

/// Sets `found` to the variant, if the value can be read as its type.
pub fn read_variant<T: Json, U>(found: &mut Option<U>, value: &Value<'_>, variant: impl FnOnce(T) -> U) {
    if let Ok(read) = T::read(value) {
        *found = Some(variant(read));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mismatch_has_only_the_path_and_the_kinds() {
        let mismatch = Mismatch::of("a string", &Value::Bool(true)).in_field("name").in_element(3).in_field("pets");
        assert_eq!(mismatch.to_string(), "at `pets[3].name`: expected a string, found a boolean");
    }
}
