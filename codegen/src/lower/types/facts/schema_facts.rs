//! Facts about schemas that are known without lowering them, each determined once.

use crate::document::load::node::Node;
use crate::document::references::Refs;
use crate::ir::types::JsonKind;
use crate::lower::types::facts::budget::Budget;
use crate::lower::types::facts::content::Contents;
use crate::lower::types::facts::flatten::Flat;
use crate::lower::types::schema::home::Home;
use crate::lower::types::schema::kinds::Kinds;
use crate::lower::types::schema::read::Schema;
use rustc_hash::{FxHashMap, FxHashSet};
use std::rc::Rc;

/// The schemas of a document and what is known of them. Nothing here makes a type.
pub(crate) struct SchemaFacts<'d, 's> {
    pub(crate) refs: &'d Refs<'d, 's>,
    pub(crate) budget: Budget,
    pub(crate) contents: Contents<'d, 's>,
    /// Whether a schema allows `null`, by its address.
    pub(super) nullable: FxHashMap<*const Node<'s>, bool>,
    /// Facts by the address of the schema.
    known: FxHashMap<*const Node<'s>, Rc<Facts<'d>>>,
}

/// Facts about a schema that are known without lowering it.
#[derive(Debug, Default)]
pub(crate) struct Facts<'d> {
    /// The kinds of value that it allows, without `null`; empty if it does not restrict them.
    pub(crate) kinds: Kinds,
    /// For an object, the properties that every response has.
    pub(crate) required: Vec<&'d str>,
    /// For an object, its properties.
    pub(crate) properties: FxHashMap<&'d str, PropertyFacts<'d>>,
}

/// Facts about a property.
#[derive(Clone, Debug, Default)]
pub(crate) struct PropertyFacts<'d> {
    pub(crate) kinds: Kinds,
    /// Its possible strings, if they are listed.
    pub(crate) strings: Option<Rc<[&'d str]>>,
}

impl<'d, 's> SchemaFacts<'d, 's> {
    pub(crate) fn new(refs: &'d Refs<'d, 's>, max_types: usize) -> Self {
        let budget = Budget::new(max_types, refs.section("schemas", "/"));
        Self {
            refs,
            budget,
            contents: Contents::default(),
            nullable: FxHashMap::default(),
            known: FxHashMap::default(),
        }
    }

    /// The kind of JSON value that a schema describes; [`JsonKind::Any`] if there are several.
    pub(crate) fn kind(&mut self, schema: &'d Node<'s>) -> JsonKind {
        self.of(schema).kinds.one().unwrap_or(JsonKind::Any)
    }

    /// What is known of a schema without lowering it.
    pub(crate) fn of(&mut self, node: &'d Node<'s>) -> Rc<Facts<'d>> {
        let key = std::ptr::from_ref(node);
        if let Some(facts) = self.known.get(&key) {
            return Rc::clone(facts);
        }
        // A schema that is asked about itself on the way adds nothing.
        self.known.insert(key, Rc::default());
        let flat = self.budget.enter(node.span).and_then(|()| {
            let flat = self.flattened(&[(node, Home::Own)], &mut Vec::new());
            self.budget.leave();
            flat
        });
        let facts = match flat {
            Ok(flat) => Rc::new(self.of_flat(&flat)),
            Err(_) => Rc::default(),
        };
        self.known.insert(key, Rc::clone(&facts));
        facts
    }

    pub(crate) fn of_flat(&mut self, flat: &Flat<'d, 's>) -> Facts<'d> {
        let mut facts = Facts::default();
        for part in &flat.parts {
            let own = part.described_kinds();
            if facts.kinds.is_empty() || own.is_empty() {
                facts.kinds = facts.kinds.or(own);
            } else {
                facts.kinds = facts.kinds.and(own);
            }
        }
        if let [choice] = flat.unions.as_slice()
            && facts.kinds.is_empty()
        {
            for element in &choice.elements {
                if self.budget.enter(element.span).is_ok() {
                    facts.kinds = facts.kinds.or(self.of(element).kinds);
                    self.budget.leave();
                }
            }
        }
        if facts.kinds.one() == Some(JsonKind::Object) {
            self.object_facts(flat, &mut facts);
        }
        facts
    }

    fn object_facts(&mut self, flat: &Flat<'d, 's>, facts: &mut Facts<'d>) {
        let mut write_only = FxHashSet::default();
        for member in flat.parts.iter().filter_map(|p| p.properties).flatten() {
            if self.budget.spend(1, member.key_span).is_err() {
                return;
            }
            if member.value.get("writeOnly").and_then(Node::as_bool) == Some(true) {
                write_only.insert(&*member.key);
            }
            let of = self.property_facts(&member.value);
            let known = facts.properties.entry(&*member.key).or_default();
            known.strings = of.strings.or_else(|| known.strings.take());
            known.kinds = known.kinds.or(of.kinds);
        }
        for name in flat.parts.iter().filter_map(|p| p.required).flatten().filter_map(Node::as_str) {
            if facts.properties.contains_key(name) && !write_only.contains(name) {
                facts.required.push(name);
            }
        }
        facts.required.sort_unstable();
        facts.required.dedup();
    }

    fn property_facts(&mut self, node: &'d Node<'s>) -> PropertyFacts<'d> {
        let Some(target) = self.refs.find(node) else { return PropertyFacts::default() };
        let Some(schema) = Schema::peek(target.node) else { return PropertyFacts::default() };
        let values = schema.enumeration.and_then(Node::elements).unwrap_or_default().iter().chain(schema.constant);
        let strings: Vec<&'d str> = values.filter_map(Node::as_str).collect();
        let strings = (!strings.is_empty()).then(|| strings.into());
        PropertyFacts { kinds: schema.described_kinds(), strings }
    }
}
