//! A JSON value, as it is looked at where it stands.

use super::mismatch::Mismatch;
use serde_json::Number;
use std::borrow::Cow;
use std::fmt;
use std::iter;

/// A JSON value of a [`Tree`](super::Tree). Objects keep their order.
#[derive(Clone, Copy, PartialEq)]
pub enum Value<'v> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number.
    Number(&'v Number),
    /// A string.
    String(&'v str),
    /// Text from outside JSON, a header or a text body: numbers, booleans and lists are read from it too.
    Text(&'v str),
    /// An array.
    Array(Items<'v>),
    /// An object.
    Object(Members<'v>),
}

/// The elements of an array.
#[derive(Clone, Copy)]
pub struct Items<'v>(pub(super) &'v [Node<'v>]);

/// The members of an object, in their order.
#[derive(Clone, Copy)]
pub struct Members<'v>(pub(super) &'v [Node<'v>]);

/// A value, or the name of a member, behind which the member's value stands.
pub(super) enum Node<'a> {
    Null,
    Bool(bool),
    Number(Number),
    String(Cow<'a, str>),
    /// Of how many nodes is what it holds.
    Array(usize),
    /// Of how many nodes is what it holds.
    Object(usize),
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

impl<'v> Value<'v> {
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
    pub fn member(&self, name: &str) -> Option<Value<'v>> {
        let Self::Object(members) = self else {
            return None;
        };
        members.iter().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&'v str> {
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
            Self::Number(it) => serde_json::Value::Number((*it).clone()),
            Self::String(it) | Self::Text(it) => serde_json::Value::String((*it).to_owned()),
            Self::Array(items) => items.iter().map(|item| item.to_any()).collect(),
            Self::Object(members) => members.iter().map(|(name, value)| (name.to_owned(), value.to_any())).collect(),
        }
    }
}

impl<'v> Items<'v> {
    /// One after the other.
    pub fn iter(mut self) -> impl Iterator<Item = Value<'v>> {
        iter::from_fn(move || self.next())
    }

    /// The first; the others stay.
    pub(super) fn next(&mut self) -> Option<Value<'v>> {
        take(&mut self.0)
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }
}

impl PartialEq for Items<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<'v> Members<'v> {
    /// One after the other, with their names.
    pub fn iter(mut self) -> impl Iterator<Item = (&'v str, Value<'v>)> {
        iter::from_fn(move || self.next())
    }

    /// The first; the others stay.
    pub(super) fn next(&mut self) -> Option<(&'v str, Value<'v>)> {
        take_member(&mut self.0)
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }
}

impl PartialEq for Members<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(it) => write!(f, "{it}"),
            Self::Number(it) => write!(f, "{it}"),
            Self::String(it) | Self::Text(it) => write!(f, "{it:?}"),
            Self::Array(items) => f.debug_list().entries(items.iter()).finish(),
            Self::Object(members) => f.debug_map().entries(members.iter()).finish(),
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

/// The first value of these nodes, which go on behind it.
pub(super) fn take<'v>(nodes: &mut &'v [Node<'v>]) -> Option<Value<'v>> {
    let (node, behind) = nodes.split_first()?;
    *nodes = behind;
    Some(match node {
        Node::Null => Value::Null,
        Node::Bool(it) => Value::Bool(*it),
        Node::Number(it) => Value::Number(it),
        Node::String(it) => Value::String(it),
        Node::Array(held) => Value::Array(Items(held_by(nodes, *held)?)),
        Node::Object(held) => Value::Object(Members(held_by(nodes, *held)?)),
    })
}

/// The first member of these nodes, which go on behind it.
fn take_member<'v>(nodes: &mut &'v [Node<'v>]) -> Option<(&'v str, Value<'v>)> {
    let (Node::String(name), behind) = nodes.split_first()? else { return None };
    *nodes = behind;
    Some((name, take(nodes)?))
}

fn held_by<'v>(nodes: &mut &'v [Node<'v>], held: usize) -> Option<&'v [Node<'v>]> {
    let (inside, behind) = nodes.split_at_checked(held)?;
    *nodes = behind;
    Some(inside)
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
    use crate::json::Tree;

    #[test]
    fn a_text_becomes_a_tree_in_its_order() {
        let tree = Tree::parse(br#"{"b":[1,-2,2.5,true,null],"a":"x\n","c":[[],{}]}"#).unwrap();
        assert_eq!(format!("{:?}", tree.root()), r#"{"b": [1, -2, 2.5, true, null], "a": "x\n", "c": [[], {}]}"#);
    }

    #[test]
    fn plain_strings_are_borrowed() {
        let text = br#"["plain"]"#;
        let tree = Tree::parse(text).unwrap();
        let Value::Array(items) = tree.root() else { unreachable!() };
        assert!(text.as_ptr_range().contains(&items.iter().next().unwrap().as_str().unwrap().as_ptr()));
    }

    #[test]
    fn deep_and_broken_texts_are_errors() {
        let deep = "[".repeat(100_000);
        assert!(Tree::parse(deep.as_bytes()).is_err());
        let error = Tree::parse(b"{\"password\": canary}").err().unwrap().to_string();
        assert!(!error.contains("canary"), "{error}");
    }

    #[test]
    fn whole_floats_count_as_integers() {
        let is = |text: &[u8], kind| Tree::parse(text).unwrap().root().is(kind);
        assert!(is(b"5.0", Kind::Integer));
        assert!(!is(b"5.5", Kind::Integer));
        assert!(is(b"5", Kind::Number));
    }

    #[test]
    fn values_are_equal_by_what_they_hold() {
        let (some, other) = (Tree::parse(b"[[1],2]").unwrap(), Tree::parse(b"[[1,2]]").unwrap());
        assert!(some.root() == some.root() && some.root() != other.root());
    }
}
