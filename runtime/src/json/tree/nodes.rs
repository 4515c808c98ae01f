//! The values of a JSON text in one list: the elements of an array and the members of an object follow it.
//!
//! A list takes one allocation, and a tree of nodes one for each array and object.

use crate::json::tree::value::{Node, Value, take};

/// A JSON text that was read, or a value to write. Strings without escapes are borrowed from the text.
pub struct Tree<'a> {
    nodes: Vec<Node<'a>>,
}

impl<'a> Tree<'a> {
    /// Creates an empty tree with capacity for this many nodes.
    pub(in crate::json) fn with_capacity(nodes: usize) -> Self {
        Self { nodes: Vec::with_capacity(nodes) }
    }

    /// Returns the outermost value; `null` if the tree is empty.
    pub fn root(&self) -> Value<'_> {
        take(&mut self.nodes.as_slice()).unwrap_or(Value::Null)
    }

    /// Appends a scalar or the name of a member.
    pub(in crate::json) fn put(&mut self, node: Node<'a>) {
        self.nodes.push(node);
    }

    /// Whether it has as many values as a text may have.
    pub(in crate::json) fn is_full(&self) -> bool {
        self.nodes.len() >= MAX_NODES
    }

    /// Begins an array or an object, and returns its index.
    pub(in crate::json) fn begin(&mut self, node: Node<'a>) -> usize {
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    /// Ends the array or the object with this index. The nodes that follow it are in it.
    pub(in crate::json) fn end(&mut self, at: usize) {
        let length = self.nodes.len() - at - 1;
        if let Some(Node::Array(nodes) | Node::Object(nodes)) = self.nodes.get_mut(at) {
            *nodes = length;
        }
    }
}

/// How many values and names a text may have. A value takes 24 bytes in memory and at least two bytes of a text, so a small compressed
/// response could take gigabytes. Real documents have eight bytes or more for each value.
pub(in crate::json) const MAX_NODES: usize = 1 << 22;
