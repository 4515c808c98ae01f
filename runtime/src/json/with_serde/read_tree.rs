//! Reads a tree through serde.

use crate::json::depth::DEPTH;
use crate::json::tree::nodes::Tree;
use crate::json::tree::value::Node;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::Number;
use std::borrow::Cow;
use std::fmt;

impl<'de: 'a, 'a> Deserialize<'de> for Tree<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut tree = Self::with_capacity(0);
        Append { tree: &mut tree, depth: 0 }.deserialize(deserializer)?;
        Ok(tree)
    }
}

/// Appends a value.
struct Append<'t, 'a> {
    tree: &'t mut Tree<'a>,
    /// The number of arrays and objects around it.
    depth: usize,
}

/// The key of a number in serde_json if a crate of the build enables `arbitrary_precision`.
const ARBITRARY_NUMBER: &str = "$serde_json::private::Number";

impl<'de: 'a, 'a> DeserializeSeed<'de> for Append<'_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de: 'a, 'a> Visitor<'de> for Append<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.put(Node::Null)
    }

    fn visit_none<E>(self) -> Result<(), E> {
        self.put(Node::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_bool<E>(self, it: bool) -> Result<(), E> {
        self.put(Node::Bool(it))
    }

    fn visit_i64<E>(self, it: i64) -> Result<(), E> {
        self.put(Node::Number(it.into()))
    }

    fn visit_u64<E>(self, it: u64) -> Result<(), E> {
        self.put(Node::Number(it.into()))
    }

    fn visit_i128<E>(self, it: i128) -> Result<(), E> {
        self.put(Node::integer(it))
    }

    fn visit_f64<E>(self, it: f64) -> Result<(), E> {
        self.put(Number::from_f64(it).map_or(Node::Null, Node::Number))
    }

    fn visit_borrowed_str<E>(self, it: &'de str) -> Result<(), E> {
        self.put(Node::String(Cow::Borrowed(it)))
    }

    fn visit_str<E>(self, it: &str) -> Result<(), E> {
        self.put(Node::String(Cow::Owned(it.to_owned())))
    }

    fn visit_string<E>(self, it: String) -> Result<(), E> {
        self.put(Node::String(Cow::Owned(it)))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<(), A::Error> {
        let at = self.tree.begin(Node::Array(0));
        while seq.next_element_seed(self.nested()?)?.is_some() {}
        self.tree.end(at);
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let Some(Text(mut name)) = map.next_key()? else {
            return self.put(Node::Object(0));
        };
        if name == ARBITRARY_NUMBER {
            let Text(digits) = map.next_value()?;
            return self.put(Node::Number(digits.parse().map_err(A::Error::custom)?));
        }
        let at = self.tree.begin(Node::Object(0));
        loop {
            self.tree.put(Node::String(name));
            map.next_value_seed(self.nested()?)?;
            let Some(Text(next)) = map.next_key()? else { break };
            name = next;
        }
        self.tree.end(at);
        Ok(())
    }
}

impl<'a> Append<'_, 'a> {
    fn put<E>(self, node: Node<'a>) -> Result<(), E> {
        self.tree.put(node);
        Ok(())
    }

    /// The same for the values of the array or the object that was begun.
    fn nested<E: serde::de::Error>(&mut self) -> Result<Append<'_, 'a>, E> {
        let depth = self.depth + 1;
        if depth > DEPTH {
            return Err(E::custom(format_args!("it nests more than {DEPTH} deep")));
        }
        Ok(Append { tree: self.tree, depth })
    }
}

/// A string, borrowed if possible. The `Cow` of serde always copies.
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
