//! The values of one JSON text in one list: what an array or object holds stands right behind it.
//!
//! A list is made and dropped at once, where a tree of nodes costs an allocation for each array and object.

use super::value::{Node, Value, take};

/// A JSON text that was read, or a value that is to be written. It borrows from its text what it can.
pub struct Tree<'a> {
    nodes: Vec<Node<'a>>,
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
