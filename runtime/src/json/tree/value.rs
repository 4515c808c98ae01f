//! A JSON value, as a view into its tree.

use crate::json::mismatch::Mismatch;
use serde_json::Number;
use std::borrow::Cow;
use std::fmt;
use std::iter;

/// A JSON value of a [`Tree`](super::nodes::Tree). Objects keep their order.
#[derive(Clone, Copy)]
pub enum Value<'v> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number.
    Number(&'v Number),
    /// An integer that [`Number`] does not hold exactly.
    Wide(&'v i128),
    /// A string.
    String(&'v str),
    /// Text from outside of JSON, such as a header or a text body. Numbers, booleans and lists are also read from it.
    Text(&'v str),
    /// An array.
    Array(Items<'v>),
    /// An object.
    Object(Members<'v>),
}

/// The elements of an array.
#[derive(Clone, Copy)]
pub struct Items<'v>(pub(in crate::json) &'v [Node<'v>]);

/// The members of an object, in their order.
#[derive(Clone, Copy)]
pub struct Members<'v>(pub(in crate::json) &'v [Node<'v>]);

/// A value, or the name of a member, which the value of the member follows.
pub(in crate::json) enum Node<'a> {
    Null,
    Bool(bool),
    Number(Number),
    /// It is boxed, since it is rare and large.
    Wide(Box<i128>),
    String(Cow<'a, str>),
    /// The number of nodes of its elements.
    Array(usize),
    /// The number of nodes of its members.
    Object(usize),
}

impl Node<'_> {
    /// An integer of any size.
    pub(in crate::json) fn integer(number: i128) -> Self {
        let short = i64::try_from(number).map(Number::from).or_else(|_| u64::try_from(number).map(Number::from));
        short.map_or_else(|_| Self::Wide(Box::new(number)), Self::Number)
    }
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
    /// Returns its kind.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Null => Kind::Null,
            Self::Bool(_) => Kind::Boolean,
            Self::Number(number) if number.is_i64() || number.is_u64() => Kind::Integer,
            Self::Number(_) => Kind::Number,
            Self::Wide(_) => Kind::Integer,
            Self::String(_) | Self::Text(_) => Kind::String,
            Self::Array(_) => Kind::Array,
            Self::Object(_) => Kind::Object,
        }
    }

    /// Returns whether it is of this kind.
    pub fn is(&self, kind: Kind) -> bool {
        let own = self.kind();
        own == kind
            || kind == Kind::Any
            || (kind == Kind::Number && own == Kind::Integer)
            || (kind == Kind::Integer && matches!(self, Self::Number(number) if is_whole(number)))
    }

    /// Returns the member of an object with this name.
    pub fn member(&self, name: &str) -> Option<Value<'v>> {
        let Self::Object(members) = self else {
            return None;
        };
        members.iter().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// Returns the text of a string.
    pub fn as_str(&self) -> Option<&'v str> {
        match self {
            Self::String(text) | Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Converts it into a value of serde_json.
    pub fn to_any(&self) -> serde_json::Value {
        match self {
            Self::Null => serde_json::Value::Null,
            Self::Bool(it) => serde_json::Value::Bool(*it),
            Self::Number(it) => serde_json::Value::Number((*it).clone()),
            Self::Wide(it) => {
                Number::from_f64(nearest(**it)).map_or(serde_json::Value::Null, serde_json::Value::Number)
            }
            Self::String(it) | Self::Text(it) => serde_json::Value::String((*it).to_owned()),
            Self::Array(items) => items.iter().map(|item| item.to_any()).collect(),
            Self::Object(members) => members.iter().map(|(name, value)| (name.to_owned(), value.to_any())).collect(),
        }
    }
}

/// Two numbers are equal if one is the nearest double of the other.
impl PartialEq for Value<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Bool(one), Self::Bool(other)) => one == other,
            (Self::Number(one), Self::Number(other)) => one == other,
            (Self::Wide(one), Self::Wide(other)) => one == other,
            (Self::Number(number), Self::Wide(wide)) | (Self::Wide(wide), Self::Number(number)) => {
                number.is_f64() && number.as_f64() == Some(nearest(**wide))
            }
            (Self::String(one), Self::String(other)) | (Self::Text(one), Self::Text(other)) => one == other,
            (Self::Array(one), Self::Array(other)) => one == other,
            (Self::Object(one), Self::Object(other)) => one == other,
            _ => false,
        }
    }
}

/// The double that is nearest to an integer.
#[allow(clippy::cast_precision_loss, reason = "the nearest double is meant")]
pub(in crate::json) fn nearest(wide: i128) -> f64 {
    wide as f64
}

impl<'v> Items<'v> {
    /// Iterates over the elements.
    pub fn iter(mut self) -> impl Iterator<Item = Value<'v>> {
        iter::from_fn(move || self.next())
    }

    /// Takes the first element.
    pub(in crate::json) fn next(&mut self) -> Option<Value<'v>> {
        take(&mut self.0)
    }

    /// Returns whether there are none.
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
    /// Iterates over the members with their names.
    pub fn iter(mut self) -> impl Iterator<Item = (&'v str, Value<'v>)> {
        iter::from_fn(move || self.next())
    }

    /// Takes the first member.
    pub(in crate::json) fn next(&mut self) -> Option<(&'v str, Value<'v>)> {
        take_member(&mut self.0)
    }

    /// Returns whether there are none.
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
            Self::Wide(it) => write!(f, "{it}"),
            Self::String(it) | Self::Text(it) => write!(f, "{it:?}"),
            Self::Array(items) => f.debug_list().entries(items.iter()).finish(),
            Self::Object(members) => f.debug_map().entries(members.iter()).finish(),
        }
    }
}

impl Kind {
    /// Returns the kind as text with an article, for messages.
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

/// Takes the first value of these nodes.
pub(in crate::json) fn take<'v>(nodes: &mut &'v [Node<'v>]) -> Option<Value<'v>> {
    let (node, rest) = nodes.split_first()?;
    *nodes = rest;
    Some(match node {
        Node::Null => Value::Null,
        Node::Bool(it) => Value::Bool(*it),
        Node::Number(it) => Value::Number(it),
        Node::Wide(it) => Value::Wide(it),
        Node::String(it) => Value::String(it),
        Node::Array(length) => Value::Array(Items(take_nodes(nodes, *length)?)),
        Node::Object(length) => Value::Object(Members(take_nodes(nodes, *length)?)),
    })
}

/// Takes the first member of these nodes.
fn take_member<'v>(nodes: &mut &'v [Node<'v>]) -> Option<(&'v str, Value<'v>)> {
    let (Node::String(name), rest) = nodes.split_first()? else { return None };
    *nodes = rest;
    Some((name, take(nodes)?))
}

fn take_nodes<'v>(nodes: &mut &'v [Node<'v>], length: usize) -> Option<&'v [Node<'v>]> {
    let (taken, rest) = nodes.split_at_checked(length)?;
    *nodes = rest;
    Some(taken)
}

impl Mismatch {
    /// Creates a mismatch of what was expected and the kind of `value`.
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
    fn a_tree_has_the_order_of_its_text() {
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
    fn deep_and_invalid_texts_are_errors() {
        let deep = "[".repeat(100_000);
        assert!(Tree::parse(deep.as_bytes()).is_err());
        let error = Tree::parse(b"{\"password\": canary}").err().unwrap().to_string();
        assert!(!error.contains("canary"), "{error}");
    }

    #[test]
    fn floats_without_a_fraction_are_integers() {
        let is = |text: &[u8], kind| Tree::parse(text).unwrap().root().is(kind);
        assert!(is(b"5.0", Kind::Integer));
        assert!(!is(b"5.5", Kind::Integer));
        assert!(is(b"5", Kind::Number));
    }

    #[test]
    fn values_are_compared_by_their_content() {
        let (some, other) = (Tree::parse(b"[[1],2]").unwrap(), Tree::parse(b"[[1,2]]").unwrap());
        assert!(some.root() == some.root() && some.root() != other.root());
    }
}
