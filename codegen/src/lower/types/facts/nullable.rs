//! Determines whether a schema allows `null`, through its references and compositions.

use crate::document::load::node::Node;
use crate::lower::types::facts::budget::MAX_DEPTH;
use crate::lower::types::facts::schema_facts::SchemaFacts;
use crate::lower::types::schema::read::Schema;

impl<'d, 's> SchemaFacts<'d, 's> {
    /// Whether a schema allows `null`, through its references and compositions.
    pub(crate) fn is_nullable(&mut self, node: &'d Node<'s>) -> bool {
        self.is_nullable_within(node, 0)
    }

    fn is_nullable_within(&mut self, node: &'d Node<'s>, depth: usize) -> bool {
        let key = std::ptr::from_ref(node);
        if let Some(&known) = self.nullable.get(&key) {
            return known;
        }
        if depth > MAX_DEPTH {
            return false;
        }
        let Some(schema) = Schema::peek(node) else { return false };
        let mut nullable = schema.allows_null();
        if !nullable && (schema.reference.is_some() || schema.has_composition()) {
            // A recursive use of the schema adds nothing.
            self.nullable.insert(key, false);
            let target = schema.reference.and_then(|_| self.refs.find(node)).map(|r| r.node);
            nullable = match target {
                Some(target) => self.is_nullable_within(target, depth + 1),
                None => self.composition_is_nullable(&schema, depth),
            };
        }
        self.nullable.insert(key, nullable);
        nullable
    }

    fn composition_is_nullable(&mut self, schema: &Schema<'d, 's>, depth: usize) -> bool {
        let choices = [schema.one_of, schema.any_of];
        for element in choices.into_iter().flatten().filter_map(Node::elements).flatten() {
            let only_null = Schema::peek(element).is_some_and(|s| s.is_only_null());
            if only_null || self.is_nullable_within(element, depth + 1) {
                return true;
            }
        }
        let all = schema.all_of.and_then(Node::elements).unwrap_or_default();
        !all.is_empty() && !schema.restricts() && all.iter().all(|element| self.is_nullable_within(element, depth + 1))
    }
}
