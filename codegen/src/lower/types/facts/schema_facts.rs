//! Facts about schemas that are known without lowering them, each determined once.

use crate::document::load::node::{Member, Node, Value};
use crate::document::references::Refs;
use crate::ir::types::{JsonKind, Literal};
use crate::lower::types::facts::budget::Budget;
use crate::lower::types::facts::content::Contents;
use crate::lower::types::facts::flat::Flat;
use crate::lower::types::facts::subtypes::Subtypes;
use crate::lower::types::schema::home::Home;
use crate::lower::types::schema::kinds::{Kinds, whole_number};
use crate::lower::types::schema::read::{Additional, Schema};
use rustc_hash::{FxHashMap, FxHashSet};
use std::rc::Rc;

/// The schemas of a document and what is known of them. Nothing here makes a type.
pub(crate) struct SchemaFacts<'d, 's> {
    pub(crate) refs: &'d Refs<'d, 's>,
    pub(crate) budget: Budget,
    pub(crate) contents: Contents<'d, 's>,
    pub(crate) subtypes: Subtypes<'d, 's>,
    /// Whether a schema allows `null`, by its address.
    pub(super) nullable: FxHashMap<*const Node<'s>, bool>,
    /// Facts by the address of the schema.
    known: FxHashMap<*const Node<'s>, Rc<Facts<'d, 's>>>,
}

/// Facts about a schema that are known without lowering it.
#[derive(Debug, Default)]
pub(crate) struct Facts<'d, 's> {
    /// The kinds of value that it allows, without `null`; empty if it does not restrict them.
    pub(crate) kinds: Kinds,
    /// For an object, the properties that every response has.
    pub(crate) required: Vec<&'d str>,
    /// For an object, whether it has no properties besides those.
    pub(crate) closed: bool,
    /// For an array, the schema of its elements.
    pub(crate) items: Option<&'d Node<'s>>,
    /// Whether no value is valid: two schemas that apply together list different values of a required property.
    pub(crate) impossible: bool,
    /// For an object, its properties.
    pub(crate) properties: FxHashMap<&'d str, PropertyFacts<'d, 's>>,
}

/// Facts about a property.
#[derive(Clone, Debug, Default)]
pub(crate) struct PropertyFacts<'d, 's> {
    pub(crate) kinds: Kinds,
    /// Its possible strings, if they are listed.
    pub(crate) strings: Option<Rc<[&'d str]>>,
    /// Its possible values, if they are listed and scalars.
    pub(crate) values: Option<Rc<[&'d Node<'s>]>>,
    pub(crate) node: Option<&'d Node<'s>>,
}

impl<'d, 's> SchemaFacts<'d, 's> {
    /// The facts of a document with these components.
    pub(crate) fn new(refs: &'d Refs<'d, 's>, schemas: &'d [Member<'s>], max_types: usize) -> Self {
        Self {
            refs,
            budget: Budget::new(max_types, refs.section("schemas", "/")),
            contents: Contents::default(),
            subtypes: Subtypes::of(schemas, refs),
            nullable: FxHashMap::default(),
            known: FxHashMap::default(),
        }
    }

    /// The kind of JSON value that a schema describes; [`JsonKind::Any`] if there are several.
    pub(crate) fn kind(&mut self, schema: &'d Node<'s>) -> JsonKind {
        self.of(schema).kinds.one().unwrap_or(JsonKind::Any)
    }

    /// What is known of a schema without lowering it.
    pub(crate) fn of(&mut self, node: &'d Node<'s>) -> Rc<Facts<'d, 's>> {
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

    pub(crate) fn of_flat(&mut self, flat: &Flat<'d, 's>) -> Facts<'d, 's> {
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
        match facts.kinds.one() {
            Some(JsonKind::Object) => self.object_facts(flat, &mut facts),
            Some(JsonKind::Array) => facts.items = flat.parts.iter().find_map(|part| part.items),
            _ => {}
        }
        facts
    }

    fn object_facts(&mut self, flat: &Flat<'d, 's>, facts: &mut Facts<'d, 's>) {
        facts.closed = flat.parts.iter().any(|part| matches!(part.additional, Additional::None));
        let (mut write_only, mut conflicting) = (FxHashSet::default(), Vec::new());
        for member in flat.parts.iter().filter_map(|p| p.properties).flatten() {
            if self.budget.spend(1, member.key_span).is_err() {
                return;
            }
            if member.value.get("writeOnly").and_then(Node::as_bool) == Some(true) {
                write_only.insert(&*member.key);
            }
            let of = self.property_facts(&member.value);
            let known = facts.properties.entry(&*member.key).or_default();
            if let (Some(one), Some(other)) = (&known.values, &of.values)
                && !one.iter().any(|value| other.iter().any(|other| scalar(value) == scalar(other)))
            {
                conflicting.push(&*member.key);
            }
            known.strings = of.strings.or_else(|| known.strings.take());
            known.values = of.values.or_else(|| known.values.take());
            known.node = of.node.or(known.node);
            known.kinds = known.kinds.or(of.kinds);
        }
        for name in flat.parts.iter().filter_map(|p| p.required).flatten().filter_map(Node::as_str) {
            if facts.properties.contains_key(name) && !write_only.contains(name) {
                facts.required.push(name);
            }
        }
        facts.required.sort_unstable();
        facts.required.dedup();
        facts.impossible = conflicting.iter().any(|name| facts.required.binary_search(name).is_ok());
    }

    fn property_facts(&mut self, node: &'d Node<'s>) -> PropertyFacts<'d, 's> {
        let Some(target) = self.refs.find(node) else { return PropertyFacts::default() };
        let Some(schema) = Schema::peek(target.node) else { return PropertyFacts::default() };
        let values = schema.values().unwrap_or_default();
        let strings: Vec<&'d str> = values.iter().filter_map(|value| value.as_str()).collect();
        let strings = (!strings.is_empty()).then(|| strings.into());
        let are_scalars = !values.is_empty() && values.iter().all(|value| is_scalar(value));
        let values = are_scalars.then(|| values.into());
        PropertyFacts { kinds: schema.described_kinds(), strings, values, node: Some(target.node) }
    }
}

/// Whether a value of a document is a scalar: the same as [`scalar`], without a copy of its text.
fn is_scalar(value: &Node<'_>) -> bool {
    matches!(value.value, Value::String(_)) || scalar(value).is_some()
}

/// A scalar value of a document.
pub(crate) fn scalar(value: &Node<'_>) -> Option<Literal> {
    match &value.value {
        Value::Bool(value) => Some(Literal::Bool(*value)),
        Value::String(text) => Some(Literal::String(text.to_string())),
        Value::Number(number) => match whole_number(number) {
            Some(number) => Some(Literal::Integer(number)),
            None => number.parse().ok().filter(|number: &f64| number.is_finite()).map(Literal::Float),
        },
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
