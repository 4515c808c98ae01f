//! Limits the size of the operations with all definitions that they refer to: a shared definition counts for each operation.

use crate::config::raise;
use crate::diagnostics::codes;
use crate::diagnostics::meter::Meter;
use crate::diagnostics::report::{Diagnostic, Span};
use crate::document::load::node::{Node, Value};
use crate::document::references::Refs;

/// The number of values that the operations of a document can still have.
pub struct Expansion {
    values: Meter,
}

impl Expansion {
    /// A limit of values.
    pub fn new(limit: usize) -> Self {
        let message =
            format!("the operations up to this one and the definitions they refer to have more than {limit} values");
        let help = raise("nodes", limit, None, "if you trust this document");
        Self { values: Meter::new(limit, codes::TOO_MUCH_SHARED, message, help) }
    }

    /// Counts the values of an operation, with the definitions that its nodes refer to.
    ///
    /// # Errors
    /// The limit is exceeded. The error is at the first operation beyond it.
    pub fn afford<'d, 's>(
        &mut self,
        nodes: impl Iterator<Item = &'d Node<'s>>,
        refs: &Refs<'d, 's>,
        operation: Span,
    ) -> Result<(), Box<Diagnostic>> {
        self.values.count(OPERATION);
        nodes.for_each(|node| self.weigh(node, Some(refs), 0));
        self.values.check(operation)
    }

    /// The walk stops when the limit is exceeded, so its time is bounded as well.
    fn weigh<'d, 's>(&mut self, node: &'d Node<'s>, refs: Option<&Refs<'d, 's>>, depth: usize) {
        if self.values.is_empty() || depth > DEEPEST {
            return;
        }
        match &node.value {
            Value::Null | Value::Bool(_) | Value::Number(_) => self.values.count(1),
            Value::String(text) => self.values.count(1 + text.len() / TEXT),
            Value::Array(items) => {
                self.values.count(2);
                items.iter().for_each(|item| self.weigh(item, refs, depth + 1));
            }
            Value::Object(members) => {
                self.values.count(if node.get("schema").is_some() { TYPED } else { 2 });
                if let Some(refs) = refs
                    && node.get("$ref").is_some()
                {
                    // A schema becomes one type, however often it is referenced.
                    let target = refs.find(node);
                    let target = target.filter(|target| target.component.is_none_or(|c| c.kind != "schemas"));
                    return target.into_iter().for_each(|target| self.weigh(target.node, Some(refs), depth + 1));
                }
                for member in members.iter().filter(|m| !UNREAD.contains(&&*m.key)) {
                    self.values.count(member.key.len() / TEXT);
                    self.weigh(&member.value, refs.filter(|_| member.key != "schema"), depth + 1);
                }
            }
        }
    }
}

/// The number of values that each operation counts at least.
const OPERATION: usize = 12;

/// The number of values of a parameter, header or content, which has its own name and type.
const TYPED: usize = 10;

/// A text counts as one value, plus one for each so many bytes.
const TEXT: usize = 32;

/// No part of an operation is nested deeper, except in circular references.
const DEEPEST: usize = 64;

/// No code is generated for these.
const UNREAD: [&str; 5] = ["example", "examples", "callbacks", "links", "x-amazon-apigateway-integration"];
