//! The types of schemas that were lowered, for other references to them.

use crate::document::load::node::Node;
use crate::lower::types::arena::type_arena::Renumbering;
use crate::lower::types::lowering::lowered::Lowered;
use rustc_hash::FxHashMap;

/// The results of inline schemas that became a definition, by the address of the schema.
#[derive(Default)]
pub(crate) struct Results<'s> {
    by_schema: FxHashMap<*const Node<'s>, Lowered>,
    /// The keys in insertion order, so that the entries of a schema with an error can be removed.
    order: Vec<*const Node<'s>>,
}

impl<'s> Results<'s> {
    pub(crate) fn get(&self, schema: *const Node<'s>) -> Option<&Lowered> {
        self.by_schema.get(&schema)
    }

    pub(crate) fn insert(&mut self, schema: *const Node<'s>, lowered: Lowered) {
        if self.by_schema.insert(schema, lowered).is_none() {
            self.order.push(schema);
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.order.len()
    }

    /// Removes the results that were added since there were `len`.
    pub(crate) fn truncate(&mut self, len: usize) {
        for schema in self.order.drain(len.min(self.order.len())..) {
            self.by_schema.remove(&schema);
        }
    }

    pub(crate) fn renumber(&mut self, new: &Renumbering) {
        for lowered in self.by_schema.values_mut() {
            new.renumber(&mut lowered.ty);
        }
    }
}
