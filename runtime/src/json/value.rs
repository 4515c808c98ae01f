//! A JSON text as a tree that borrows from it.

use super::mismatch::Mismatch;
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::Number;
use std::borrow::Cow;
use std::fmt;

/// A JSON value. Objects keep their order.
#[derive(Clone, PartialEq)]
pub enum Value<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string.
    String(Cow<'a, str>),
    /// Text from outside JSON, a header or a text body: numbers, booleans and lists are read from it too.
    Text(Cow<'a, str>),
    /// An array.
    Array(Vec<Value<'a>>),
    /// An object.
    Object(Vec<(Cow<'a, str>, Value<'a>)>),
}

/// The kinds of JSON value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean,
    /// A number without a fraction.
    Integer,
    /// Any number.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
    /// Anything.
    Any,
}

impl<'a> Value<'a> {
    /// What kind it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Null => Kind::Null,
            Self::Bool(_) => Kind::Boolean,
            Self::Number(number) if number.is_i64() || number.is_u64() => Kind::Integer,
            Self::Number(_) => Kind::Number,
            Self::String(_) | Self::Text(_) => Kind::String,
            Self::Array(_) => Kind::Array,
            Self::Object(_) => Kind::Object,
        }
    }

    /// Whether it is of the kind.
    pub fn is(&self, kind: Kind) -> bool {
        let own = self.kind();
        own == kind
            || kind == Kind::Any
            || (kind == Kind::Number && own == Kind::Integer)
            || (kind == Kind::Integer && matches!(self, Self::Number(number) if is_whole(number)))
    }

    /// The member of an object.
    pub fn member(&self, name: &str) -> Option<&Value<'a>> {
        let Self::Object(members) = self else {
            return None;
        };
        members.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) | Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The same value, owned by serde_json.
    pub fn to_any(&self) -> serde_json::Value {
        match self {
            Self::Null => serde_json::Value::Null,
            Self::Bool(it) => serde_json::Value::Bool(*it),
            Self::Number(it) => serde_json::Value::Number(it.clone()),
            Self::String(it) | Self::Text(it) => serde_json::Value::String(it.clone().into_owned()),
            Self::Array(items) => items.iter().map(Value::to_any).collect(),
            Self::Object(members) => {
                members.iter().map(|(key, value)| (key.clone().into_owned(), value.to_any())).collect()
            }
        }
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(it) => write!(f, "{it}"),
            Self::Number(it) => write!(f, "{it}"),
            Self::String(it) | Self::Text(it) => write!(f, "{it:?}"),
            Self::Array(items) => f.debug_list().entries(items).finish(),
            Self::Object(members) => f.debug_map().entries(members.iter().map(|(key, value)| (key, value))).finish(),
        }
    }
}

impl Kind {
    /// The kind in words, with its article.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "a boolean",
            Self::Integer => "an integer",
            Self::Number => "a number",
            Self::String => "a string",
            Self::Array => "an array",
            Self::Object => "an object",
            Self::Any => "a value",
        }
    }
}

fn is_whole(number: &Number) -> bool {
    number.as_f64().is_some_and(|float| float.fract() == 0.0)
}

impl<'de: 'a, 'a> Deserialize<'de> for Value<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor)
    }
}

struct TreeVisitor;

/// The key under which serde_json hands over a number when some crate of the build turns on `arbitrary_precision`.
const ARBITRARY_NUMBER: &str = "$serde_json::private::Number";

/// More than this is never reserved on the word of a size hint.
const RESERVE: usize = 1024;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        Deserialize::deserialize(deserializer)
    }

    fn visit_bool<E>(self, it: bool) -> Result<Self::Value, E> {
        Ok(Value::Bool(it))
    }

    fn visit_i64<E>(self, it: i64) -> Result<Self::Value, E> {
        Ok(Value::Number(it.into()))
    }

    fn visit_u64<E>(self, it: u64) -> Result<Self::Value, E> {
        Ok(Value::Number(it.into()))
    }

    fn visit_f64<E>(self, it: f64) -> Result<Self::Value, E> {
        Ok(Number::from_f64(it).map_or(Value::Null, Value::Number))
    }

    fn visit_borrowed_str<E>(self, it: &'de str) -> Result<Self::Value, E> {
        Ok(Value::String(Cow::Borrowed(it)))
    }

    fn visit_str<E>(self, it: &str) -> Result<Self::Value, E> {
        Ok(Value::String(Cow::Owned(it.to_owned())))
    }

    fn visit_string<E>(self, it: String) -> Result<Self::Value, E> {
        Ok(Value::String(Cow::Owned(it)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::with_capacity(seq.size_hint().unwrap_or(0).min(RESERVE));
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::with_capacity(map.size_hint().unwrap_or(0).min(RESERVE));
        while let Some((Text(key), value)) = map.next_entry::<Text<'de>, Value<'de>>()? {
            if members.is_empty() && key == ARBITRARY_NUMBER {
                let digits = value.as_str().unwrap_or_default();
                return digits.parse().map(Value::Number).map_err(A::Error::custom);
            }
            members.push((key, value));
        }
        Ok(Value::Object(members))
    }
}

/// A string, borrowed where it can be (serde's own `Cow` always copies).
struct Text<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E>(self, it: &'de str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Borrowed(it)))
    }

    fn visit_str<E>(self, it: &str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(it.to_owned())))
    }

    fn visit_string<E>(self, it: String) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(it)))
    }
}

impl Mismatch {
    /// Expected this, found the kind of `value`.
    pub fn of(expected: &'static str, value: &Value<'_>) -> Self {
        Self::new(expected, value.kind().as_str())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_text_becomes_a_tree_in_its_order() {
        let value = Value::parse(br#"{"b":[1,-2,2.5,true,null],"a":"x\n"}"#).unwrap();
        assert_eq!(format!("{value:?}"), r#"{"b": [1, -2, 2.5, true, null], "a": "x\n"}"#);
    }

    #[test]
    fn plain_strings_are_borrowed() {
        let text = br#"["plain"]"#;
        let Value::Array(items) = Value::parse(text).unwrap() else { unreachable!() };
        assert!(matches!(&items[0], Value::String(Cow::Borrowed("plain"))));
    }

    #[test]
    fn deep_and_broken_texts_are_errors() {
        let deep = "[".repeat(100_000);
        assert!(Value::parse(deep.as_bytes()).is_err());
        let error = Value::parse(b"{\"password\": canary}").unwrap_err().to_string();
        assert!(!error.contains("canary"), "{error}");
    }

    #[test]
    fn whole_floats_count_as_integers() {
        assert!(Value::parse(b"5.0").unwrap().is(Kind::Integer));
        assert!(!Value::parse(b"5.5").unwrap().is(Kind::Integer));
        assert!(Value::parse(b"5").unwrap().is(Kind::Number));
    }
}
