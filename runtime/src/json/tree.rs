//! The values of one JSON text in one list: what an array or object holds stands right behind it.
//!
//! A list is made and dropped at once, where a tree of nodes costs an allocation for each array and object.

use super::value::{Items, Members, Value};
use serde_json::Number;
use std::borrow::Cow;

/// A JSON text that was read, or a value that is to be written. It borrows from its text what it can.
pub struct Tree<'a> {
    nodes: Vec<Node<'a>>,
}

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

impl<'a> Tree<'a> {
    /// One without any value, and with room for so many nodes.
    pub(super) fn with_room(nodes: usize) -> Self {
        Self { nodes: Vec::with_capacity(nodes) }
    }

    /// The value that holds all others; `null` if there is none.
    pub fn root(&self) -> Value<'_> {
        take(&mut self.nodes.as_slice()).unwrap_or(Value::Null)
    }

    /// Puts a scalar or the name of a member behind what is there.
    pub(super) fn put(&mut self, node: Node<'a>) {
        self.nodes.push(node);
    }

    /// Begins an array or object, and tells where it stands.
    pub(super) fn begin(&mut self, node: Node<'a>) -> usize {
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    /// Ends the array or object that stands there: what is behind it is in it.
    pub(super) fn end(&mut self, at: usize) {
        let held = self.nodes.len() - at - 1;
        if let Some(Node::Array(nodes) | Node::Object(nodes)) = self.nodes.get_mut(at) {
            *nodes = held;
        }
    }
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
pub(super) fn take_member<'v>(nodes: &mut &'v [Node<'v>]) -> Option<(&'v str, Value<'v>)> {
    let (Node::String(name), behind) = nodes.split_first()? else { return None };
    *nodes = behind;
    Some((name, take(nodes)?))
}

fn held_by<'v>(nodes: &mut &'v [Node<'v>], held: usize) -> Option<&'v [Node<'v>]> {
    let (inside, behind) = nodes.split_at_checked(held)?;
    *nodes = behind;
    Some(inside)
}
