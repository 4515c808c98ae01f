//! The members of an object, read by name.

use crate::json::depth::Level;
use crate::json::mismatch::{Mismatch, Read};
use crate::json::traits::Json;
use crate::json::tree::value::{Members, Value};
use std::collections::BTreeMap;

/// A member that can be absent, null or present, where the difference matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Optional<T> {
    /// Absent: a request does not have it.
    #[default]
    Absent,
    /// `null`, also in a request.
    Null,
    /// Present.
    Value(T),
}

impl<T> Optional<T> {
    /// Returns the value, if there is one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// Converts it into the value, if there is one.
    pub fn into_value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// Returns whether it is absent.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// Returns whether it is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

impl<T> From<T> for Optional<T> {
    fn from(value: T) -> Self {
        Self::Value(value)
    }
}

/// Reads the members of an object by name.
pub struct Object<'v> {
    all: Members<'v>,
    /// Where the search for the next member starts, since most texts have the order of their schema.
    next: Members<'v>,
    _level: Level,
}

impl<'v> Object<'v> {
    /// Starts to read the members of `value`.
    ///
    /// # Errors
    /// Fails if it is not an object, or if it is nested too deep.
    pub fn new(value: &Value<'v>) -> Read<Self> {
        match value {
            Value::Object(members) => Ok(Self { all: *members, next: *members, _level: Level::begin()? }),
            other => Err(Mismatch::of("an object", other)),
        }
    }

    /// Reads a required member, which can be `null`.
    ///
    /// # Errors
    /// Fails if it is absent or not a valid `T`.
    pub fn required<T: Json>(&mut self, name: &'static str) -> Read<T> {
        let Some(value) = self.find(name) else { return Err(absent(name)) };
        match T::read(&value) {
            Ok(value) => Ok(value),
            Err(error) => Err(error.in_field(name)),
        }
    }

    /// Reads an optional member. `null` is read as absent, unless `T` has a value for `null`.
    ///
    /// # Errors
    /// Fails if it is present and not a valid `T`.
    pub fn optional<T: Json>(&mut self, name: &'static str) -> Read<Option<T>> {
        match self.find(name) {
            None => Ok(None),
            Some(Value::Null) if !T::TAKES_NULL => Ok(None),
            Some(value) => match T::read(&value) {
                Ok(value) => Ok(Some(value)),
                Err(error) => Err(error.in_field(name)),
            },
        }
    }

    /// Reads an optional member, and distinguishes `null` from absent.
    ///
    /// # Errors
    /// Fails if it is present and not a valid `T`.
    pub fn tristate<T: Json>(&mut self, name: &'static str) -> Read<Optional<T>> {
        match self.find(name) {
            None => Ok(Optional::Absent),
            Some(Value::Null) => Ok(Optional::Null),
            Some(value) => match T::read(&value) {
                Ok(value) => Ok(Optional::Value(value)),
                Err(error) => Err(error.in_field(name)),
            },
        }
    }

    /// Reads an optional member. `null` and the empty string are read as absent, which the configuration says of the member.
    ///
    /// # Errors
    /// Fails if it is something else and not a valid `T`.
    pub fn or_empty<T: Json>(&mut self, name: &'static str) -> Read<Option<T>> {
        self.tristate_or_empty(name).map(Optional::into_value)
    }

    /// Reads an optional member, and distinguishes `null` from absent. The empty string is read as `null`.
    ///
    /// # Errors
    /// Fails if it is something else and not a valid `T`.
    pub fn tristate_or_empty<T: Json>(&mut self, name: &'static str) -> Read<Optional<T>> {
        let before = self.next;
        match self.find(name) {
            Some(Value::String("")) => Ok(Optional::Null),
            _ => {
                self.next = before;
                self.tristate(name)
            }
        }
    }

    /// Reads the members that are not `known`.
    ///
    /// # Errors
    /// Fails if one is not a valid `T`.
    pub fn rest<T: Json>(&mut self, known: &[&str]) -> Read<BTreeMap<String, T>> {
        let mut rest = BTreeMap::new();
        for (name, value) in self.all.iter() {
            if !known.contains(&name) {
                rest.insert(name.to_owned(), T::read(&value).map_err(Mismatch::in_entry)?);
            }
        }
        Ok(rest)
    }

    fn find(&mut self, name: &str) -> Option<Value<'v>> {
        let mut members = self.next;
        while let Some((key, value)) = members.next() {
            if key == name {
                self.next = members;
                return Some(value);
            }
        }
        members = self.all;
        while members.0.len() > self.next.0.len() {
            let (key, value) = members.next()?;
            if key == name {
                self.next = members;
                return Some(value);
            }
        }
        None
    }
}

fn absent(name: &'static str) -> Mismatch {
    Mismatch::new("a required member", "nothing").in_field(name)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::json::Tree;

    #[test]
    fn members_are_found_in_any_order() {
        let tree = Tree::parse(br#"{"c":3,"a":1,"b":2,"d":null}"#).unwrap();
        let mut object = Object::new(&tree.root()).unwrap();
        assert_eq!(object.required::<i64>("a"), Ok(1));
        assert_eq!(object.required::<i64>("c"), Ok(3));
        assert_eq!(object.optional::<i64>("b"), Ok(Some(2)));
        assert_eq!(object.optional::<i64>("d"), Ok(None));
        assert_eq!(object.optional::<i64>("e"), Ok(None));
        assert_eq!(object.tristate::<i64>("d"), Ok(Optional::Null));
        assert_eq!(object.tristate::<i64>("e"), Ok(Optional::Absent));
        assert_eq!(object.required::<Option<i64>>("d"), Ok(None));
        assert_eq!(object.required::<Option<i64>>("e").unwrap_err().path(), "e");
        assert_eq!(object.rest::<i64>(&["a", "d"]).unwrap(), BTreeMap::from([("b".into(), 2), ("c".into(), 3)]));
    }

    #[test]
    fn null_is_present_in_a_member_of_any_type() {
        let tree = Tree::parse(br#"{"a":null}"#).unwrap();
        let mut object = Object::new(&tree.root()).unwrap();
        let null = serde_json::Value::Null;
        assert_eq!(object.optional("a"), Ok(Some(null.clone())));
        assert_eq!(object.optional("a"), Ok(Some(Box::new(null))));
        assert_eq!(object.optional::<serde_json::Value>("b"), Ok(None));
    }

    #[test]
    fn a_mismatch_has_its_path() {
        let tree = Tree::parse(br#"{"a":{"b":["x"]}}"#).unwrap();
        let error = Object::new(&tree.root()).unwrap().required::<BTreeMap<String, Vec<i64>>>("a").unwrap_err();
        assert_eq!(error.to_string(), "at `a[*][0]`: expected an integer, found a string");
    }
}
