//! The members of an object, read by name.

use super::Json;
use super::depth::Level;
use super::mismatch::{Mismatch, Read};
use super::value::{Members, Value};
use std::collections::BTreeMap;

/// A member that can be absent, null or there, where the difference matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Optional<T> {
    /// Not there: a request leaves it out.
    #[default]
    Absent,
    /// `null`: a request says so.
    Null,
    /// There.
    Value(T),
}

impl<T> Optional<T> {
    /// The value, if there is one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// The value itself, if there is one.
    pub fn into_value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// Whether it is not there.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// Whether it is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

impl<T> From<T> for Optional<T> {
    fn from(value: T) -> Self {
        Self::Value(value)
    }
}

/// The members of an object, as they are read by name.
pub struct Object<'v> {
    all: Members<'v>,
    /// Where the next member is looked for first: texts mostly keep the order of their schema.
    next: Members<'v>,
    _level: Level,
}

impl<'v> Object<'v> {
    /// The members of `value`, for as long as they are being read.
    ///
    /// # Errors
    /// If it is no object, or is inside too many others.
    pub fn new(value: &Value<'v>) -> Read<Self> {
        match value {
            Value::Object(members) => Ok(Self { all: *members, next: *members, _level: Level::begin()? }),
            other => Err(Mismatch::of("an object", other)),
        }
    }

    /// A member that must be there; `null` counts as there.
    ///
    /// # Errors
    /// If it is absent, or not what `T` reads.
    pub fn required<T: Json>(&mut self, name: &'static str) -> Read<T> {
        let Some(value) = self.find(name) else { return Err(absent(name)) };
        match T::read(&value) {
            Ok(value) => Ok(value),
            Err(error) => Err(error.in_field(name)),
        }
    }

    /// A member that may be absent or null; the two are one, unless `T` has a value for null.
    ///
    /// # Errors
    /// If it is there and not what `T` reads.
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

    /// A member that may be absent or null, the two kept apart.
    ///
    /// # Errors
    /// If it is there and not what `T` reads.
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

    /// The members that are not `known`.
    ///
    /// # Errors
    /// If one is not what `T` reads.
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
    Mismatch::new("a member that is required", "nothing").in_field(name)
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
    fn a_null_where_anything_may_stand_is_there() {
        let tree = Tree::parse(br#"{"a":null}"#).unwrap();
        let mut object = Object::new(&tree.root()).unwrap();
        let null = serde_json::Value::Null;
        assert_eq!(object.optional("a"), Ok(Some(null.clone())));
        assert_eq!(object.optional("a"), Ok(Some(Box::new(null))));
        assert_eq!(object.optional::<serde_json::Value>("b"), Ok(None));
    }

    #[test]
    fn mismatches_keep_their_path() {
        let tree = Tree::parse(br#"{"a":{"b":["x"]}}"#).unwrap();
        let error = Object::new(&tree.root()).unwrap().required::<BTreeMap<String, Vec<i64>>>("a").unwrap_err();
        assert_eq!(error.to_string(), "at `a[*][0]`: expected an integer, found a string");
    }
}
