//! Types of other crates, read and written through serde.

use crate::json::mismatch::{Mismatch, Read};
use crate::json::traits::Json;
use crate::json::tree::value::Value;
use crate::json::writer::Writer;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt;
use std::ops::{Deref, DerefMut};

/// A type that the configuration uses in place of the generated one (`[types.replace]`). It is read and written through serde.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Foreign<T>(pub T);

impl<T: fmt::Debug> fmt::Debug for Foreign<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T> Deref for Foreign<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Foreign<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T> From<T> for Foreign<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T: Serialize + DeserializeOwned> Json for Foreign<T> {
    fn read(value: &Value<'_>) -> Read<Self> {
        // The message of serde can contain the value.
        let read = serde_json::from_value(value.to_any());
        read.map(Self).map_err(|_| Mismatch::of("a value of the replacing type", value))
    }

    fn write(&self, out: &mut Writer<'_>) {
        match serde_json::to_value(&self.0) {
            Ok(value) => out.any(&value),
            Err(_) => out.fail("a replacing type can't be written as JSON"),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::json::{Tree, json_text};
    use std::collections::HashMap;

    #[test]
    fn a_type_of_serde_is_read_and_written() {
        let tree = Tree::parse(br#"{"a":[1,2]}"#).unwrap();
        let value = tree.root();
        let foreign = Foreign::<HashMap<String, (u8, u8)>>::read(&value).unwrap();
        assert_eq!(foreign["a"], (1, 2));
        assert_eq!(json_text(&foreign).unwrap(), br#"{"a":[1,2]}"#);
        assert!(Foreign::<u8>::read(&value).is_err());
    }

    #[test]
    fn a_value_that_serde_can_not_write_is_an_error() {
        let foreign = Foreign(HashMap::from([((1_u8, 2_u8), 3_u8)]));
        assert!(json_text(&foreign).is_err());
    }
}
