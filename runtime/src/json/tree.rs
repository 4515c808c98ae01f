//! The values of one JSON text in one list: what an array or object holds stands right behind it.
//!
//! A list is made and dropped at once, where a tree of nodes costs an allocation for each array and object.

use super::value::{Items, Members, Value};
use serde_json::Number;
use std::borrow::Cow;

/// A JSON text that was read, or a value that is to be written. It borrows from its text what it can.
pub struct Tree<'a> {
    nodes: Vec<Node<'a>>,
    /// Where the arrays and objects stand that have not ended yet.
    open: Vec<usize>,
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
        Self { nodes: Vec::with_capacity(nodes), open: Vec::new() }
    }

    /// The value that holds all others; `null` if there is none.
    pub fn root(&self) -> Value<'_> {
        take(&mut self.nodes.as_slice()).unwrap_or(Value::Null)
    }

    /// Puts a scalar or the name of a member behind what is there, or begins an array or object.
    pub(super) fn put(&mut self, node: Node<'a>) {
        if matches!(node, Node::Array(_) | Node::Object(_)) {
            self.open.push(self.nodes.len());
        }
        self.nodes.push(node);
    }

    /// Ends the array or object that was begun last.
    pub(super) fn end(&mut self) {
        let Some(at) = self.open.pop() else { return };
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
