//! Sets of kinds of JSON value.

use crate::document::load::node::{Node, Value};
use crate::ir::types::JsonKind;

/// A set of kinds of JSON value; empty for a schema without a type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Kinds(u8);

impl Kinds {
    pub(crate) const NULL: Self = Self(1);
    pub(crate) const BOOL: Self = Self(2);
    pub(crate) const INTEGER: Self = Self(4);
    pub(crate) const NUMBER: Self = Self(8);
    pub(crate) const STRING: Self = Self(16);
    pub(crate) const ARRAY: Self = Self(32);
    pub(crate) const OBJECT: Self = Self(64);

    pub(crate) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) fn and(self, other: Self) -> Self {
        let mut both = self.0 & other.0;
        // An integer is a number, so the two together are an integer.
        if (self.has(Self::INTEGER) && other.has(Self::NUMBER)) || (self.has(Self::NUMBER) && other.has(Self::INTEGER))
        {
            both |= Self::INTEGER.0;
        }
        Self(both)
    }

    pub(crate) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(crate) fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The kind, if the set has only one.
    pub(crate) fn one(self) -> Option<JsonKind> {
        let kinds = if self.has(Self::NUMBER) { self.without(Self::INTEGER) } else { self };
        Some(match kinds {
            Self::BOOL => JsonKind::Bool,
            Self::INTEGER => JsonKind::Integer,
            Self::NUMBER => JsonKind::Number,
            Self::STRING => JsonKind::String,
            Self::ARRAY => JsonKind::Array,
            Self::OBJECT => JsonKind::Object,
            _ => return None,
        })
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "null" => Self::NULL,
            "boolean" => Self::BOOL,
            "integer" => Self::INTEGER,
            "number" => Self::NUMBER,
            // `file` of Swagger 2.0 is bytes. In JSON it can only be text.
            "string" | "file" => Self::STRING,
            "array" => Self::ARRAY,
            "object" => Self::OBJECT,
            _ => return None,
        })
    }

    /// The kind that a type name that is not in the specification probably means.
    pub(crate) fn meant(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "bool" | "boolean" => Self::BOOL,
            "int" | "integer" | "long" | "int32" | "int64" => Self::INTEGER,
            "float" | "double" | "number" | "decimal" => Self::NUMBER,
            "str" | "string" | "text" | "date" | "datetime" | "date-time" | "uuid" => Self::STRING,
            "list" | "array" => Self::ARRAY,
            "dict" | "map" | "object" | "json" => Self::OBJECT,
            "null" | "none" => Self::NULL,
            _ => return None,
        })
    }
}

/// The kind of a value.
pub(crate) fn value_kind(value: &Node<'_>) -> Kinds {
    match &value.value {
        Value::Null => Kinds::NULL,
        Value::Bool(_) => Kinds::BOOL,
        Value::Number(n) if n.parse::<i128>().is_ok() => Kinds::INTEGER,
        Value::Number(_) => Kinds::NUMBER,
        Value::String(_) => Kinds::STRING,
        Value::Array(_) => Kinds::ARRAY,
        Value::Object(_) => Kinds::OBJECT,
    }
}

/// An integer, also in the form `2.0`.
pub(crate) fn whole_number(text: &str) -> Option<i64> {
    text.parse().ok().or_else(|| {
        let (whole, fraction) = text.split_once('.')?;
        fraction.bytes().all(|b| b == b'0').then(|| whole.parse().ok()).flatten()
    })
}
