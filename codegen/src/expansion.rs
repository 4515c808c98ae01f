//! What the operations come to with all that they refer to: a part that operations share is made for each of them.

use crate::codes;
use crate::config::raise;
use crate::diagnostics::{Diagnostic, Report, Span};
use crate::load::node::{Node, Value};
use crate::resolve::Refs;

/// How much the operations of a document may still come to.
pub struct Expansion {
    limit: usize,
    left: usize,
}

impl Expansion {
    /// Room for some values.
    pub fn new(limit: usize) -> Self {
        Self { limit, left: limit }
    }

    /// Takes the room that an operation needs, with the nodes that it consists of.
    ///
    /// # Errors
    /// There is not so much room left; the error is at the operation.
    pub fn afford<'d, 's>(
        &mut self,
        nodes: impl Iterator<Item = &'d Node<'s>>,
        refs: &Refs<'d, 's>,
        operation: Span,
    ) -> Result<(), Box<Diagnostic>> {
        self.take(OPERATION);
        nodes.for_each(|node| self.weigh(node, Some(refs), 0));
        if self.left > 0 {
            return Ok(());
        }
        let limit = self.limit;
        let message =
            format!("the operations up to this one and the definitions they refer to have more than {limit} values");
        let help = raise("nodes", limit, None, "if you trust this document");
        Err(Diagnostic::error(codes::TOO_MUCH_SHARED, operation, message).help(help).into())
    }

    /// Nothing is looked at any more once the room is used up: the walk costs no more than the limit either.
    fn weigh<'d, 's>(&mut self, node: &'d Node<'s>, refs: Option<&Refs<'d, 's>>, depth: usize) {
        if self.left == 0 || depth > DEEPEST {
            return;
        }
        match &node.value {
            Value::Null | Value::Bool(_) | Value::Number(_) => self.take(1),
            Value::String(text) => self.take(1 + text.len() / TEXT),
            Value::Array(items) => {
                self.take(2);
                items.iter().for_each(|item| self.weigh(item, refs, depth + 1));
            }
            Value::Object(members) => {
                self.take(if node.get("schema").is_some() { TYPED } else { 2 });
                if let Some(refs) = refs
                    && node.get("$ref").is_some()
                {
                    // A schema becomes a type once, however often it is referred to.
                    let target = refs.resolve(node, &mut Report::default());
                    let target = target.filter(|target| target.component.is_none_or(|c| c.kind != "schemas"));
                    return target.into_iter().for_each(|target| self.weigh(target.node, Some(refs), depth + 1));
                }
                for member in members.iter().filter(|m| !UNREAD.contains(&&*m.key)) {
                    self.take(member.key.len() / TEXT);
                    self.weigh(&member.value, refs.filter(|_| member.key != "schema"), depth + 1);
                }
            }
        }
    }

    fn take(&mut self, values: usize) {
        self.left = self.left.saturating_sub(values);
    }
}

/// An operation counts as so many values, however little it says.
const OPERATION: usize = 12;

/// A parameter, header or content has a name and a type of its own, and counts as so many values.
const TYPED: usize = 10;

/// A text counts as one value, and as another for each so many bytes.
const TEXT: usize = 32;

/// No part of an operation lies deeper; only a ring of references does.
const DEEPEST: usize = 64;

/// Nothing is made of these.
const UNREAD: [&str; 5] = ["example", "examples", "callbacks", "links", "x-amazon-apigateway-integration"];
