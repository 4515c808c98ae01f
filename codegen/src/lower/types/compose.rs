//! Flattens `allOf` into the schemas that apply together, and collects facts about a schema without lowering it.

use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Reported, Span};
use crate::document::load::node::{Member, Node, Value};
use crate::ir::types::{JsonKind, Type};
use crate::lower::types::schema::{Kinds, Schema};
use crate::lower::types::{Home, Lowered, MAX_DEPTH, Spot, Types};
use rustc_hash::{FxHashMap, FxHashSet};
use std::hash::{BuildHasher, Hash, Hasher};
use std::rc::Rc;

/// Schemas that apply to one value together.
#[derive(Clone)]
pub(crate) struct Flat<'d, 's> {
    /// The schemas without references and compositions, in the order of the document.
    pub(crate) parts: Vec<Schema<'d, 's>>,
    /// The `oneOf` and `anyOf` among them that have several elements.
    pub(crate) unions: Vec<Choice<'d, 's>>,
    /// The targets of all references that were followed, and the first schema itself.
    pub(crate) seen: FxHashSet<*const Node<'s>>,
    /// Whether they are the whole of one schema, so that their type is the type of that schema.
    pub(crate) whole: bool,
}

/// A `oneOf` or `anyOf`.
#[derive(Clone)]
pub(crate) struct Choice<'d, 's> {
    pub(crate) elements: Vec<&'d Node<'s>>,
    pub(crate) discriminator: Option<&'d Node<'s>>,
    pub(crate) span: Span,
    /// The schema that has it.
    pub(crate) owner: *const Node<'s>,
    /// The schema that the owner is a part of.
    pub(crate) home: Home,
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

enum Step<'d, 's> {
    Begin(Home),
    Enter(&'d Node<'s>),
    Leave(*const Node<'s>),
    Own(Schema<'d, 's>),
    Choose(&'d Node<'s>, Schema<'d, 's>, *const Node<'s>),
}

impl<'d, 's> Types<'d, 's> {
    /// The type of a schema with `allOf`, `oneOf` or `anyOf`.
    pub(crate) fn composed(
        &mut self,
        schema: &Schema<'d, 's>,
        spot: Spot<'_>,
        report: &mut Report,
    ) -> Result<Lowered, Reported> {
        let nullable = self.nullable_of(schema.node);
        if let Some(only) = self.only_constituent(schema) {
            let before = self.defs.len();
            let mut lowered = self.one(only, spot, report)?;
            self.add_description(schema, &lowered.ty, before, spot);
            lowered.nullable = nullable;
            return Ok(lowered);
        }
        let flat = self.flatten(&[(schema.node, Home::Own)], report)?;
        let ty = self.assembled(flat, schema, spot, report)?;
        Ok(Lowered { ty, nullable })
    }

    /// The type of schemas that apply together without an `allOf` of their own: those of a property that several parts of an
    /// `allOf` have.
    pub(crate) fn together(
        &mut self,
        schemas: &[Schema<'d, 's>],
        spot: Spot<'_>,
        report: &mut Report,
    ) -> Result<Lowered, Reported> {
        let mut distinct: Vec<&Schema<'d, 's>> = Vec::with_capacity(schemas.len());
        let mut by_fingerprint: FxHashMap<u64, Vec<&'d Node<'s>>> = FxHashMap::default();
        for schema in schemas.iter().filter(|schema| !schema.describes_nothing()) {
            let alike = by_fingerprint.entry(self.fingerprint(schema.node)).or_default();
            if !alike.iter().any(|other| same(schema.node, other)) {
                alike.push(schema.node);
                distinct.push(schema);
            }
        }
        match distinct.as_slice() {
            [] => match schemas.first() {
                Some(first) => self.one(first.node, spot.at(first.home), report),
                None => Ok(Lowered { ty: Type::Json, nullable: false }),
            },
            [one] => self.one(one.node, spot.at(one.home), report),
            [first, ..] => {
                let nodes: Vec<(&'d Node<'s>, Home)> = distinct.iter().map(|s| (s.node, s.home)).collect();
                let nullable = nodes.iter().all(|(node, _)| self.nullable_of(node));
                let flat = self.flatten(&nodes, report)?;
                let ty =
                    self.deeper(first.node.span, report, |types, report| types.assembled(flat, first, spot, report))?;
                Ok(Lowered { ty, nullable })
            }
        }
    }

    /// The type of flattened schemas; `words` has their title and description.
    pub(crate) fn assembled(
        &mut self,
        flat: Flat<'d, 's>,
        words: &Schema<'d, 's>,
        spot: Spot<'_>,
        report: &mut Report,
    ) -> Result<Type, Reported> {
        match flat.unions.as_slice() {
            [] => self.merged(&flat, words, spot, report),
            [choice] => self.union(&flat, choice, words, spot, report),
            [first, second, ..] => {
                let message = "several `oneOf` or `anyOf` apply to one value: its type is `Json`";
                let warning =
                    Diagnostic::warning(codes::TANGLED, second.span, message).related(first.span, "the first one");
                report.push(warning.help("list all variants in one `oneOf`"));
                Ok(Type::Json)
            }
        }
    }

    fn merged(
        &mut self,
        flat: &Flat<'d, 's>,
        words: &Schema<'d, 's>,
        spot: Spot<'_>,
        report: &mut Report,
    ) -> Result<Type, Reported> {
        let parts = flat.parts.as_slice();
        if parts.is_empty() {
            return Ok(Type::Json);
        }
        let before = self.defs.len();
        // A property can have the type of the whole.
        let whole = match parts {
            [only] => Some(only.node),
            _ => flat.whole.then_some(words.node),
        };
        let ty = self.plain_of(parts, whole, spot, report)?;
        // The description of the first part does not describe the whole.
        if parts.len() > 1
            && let Type::Named(id) = &ty
            && (id.0 as usize) >= before
            && let Some(def) = self.def_mut(*id)
        {
            def.doc = None;
        }
        self.add_description(words, &ty, before, spot);
        Ok(ty)
    }

    /// A hash of the keywords that affect the type. Comparing all pairs of schemas would take quadratic time.
    fn fingerprint(&mut self, node: &'d Node<'s>) -> u64 {
        let hashing = &self.hashing;
        *self.fingerprints.entry(std::ptr::from_ref(node)).or_insert_with(|| {
            let mut state = hashing.build_hasher();
            hash(node, &mut state);
            state.finish()
        })
    }

    /// The only schema of a composition, if it has only one: `allOf` with one reference, and a description.
    fn only_constituent(&mut self, schema: &Schema<'d, 's>) -> Option<&'d Node<'s>> {
        if schema.restricts() {
            return None;
        }
        let all = schema.all_of.and_then(Node::elements).unwrap_or_default();
        let mut only: Option<&'d Node<'s>> = None;
        for element in all {
            let read = Schema::peek(element)?;
            if read.describes_nothing() || (!read.restricts() && !read.has_composition() && read.reference.is_none()) {
                continue;
            }
            if only.is_some_and(|other| !same(other, element)) {
                return None;
            }
            only = Some(element);
        }
        for list in [schema.one_of, schema.any_of].into_iter().flatten() {
            let choice = self.real_elements(list);
            match choice.as_slice() {
                [] => {}
                [element] if only.is_none() => only = Some(element),
                _ => return None,
            }
        }
        only
    }

    /// The elements of a `oneOf` that are types: without `null`, duplicates, and elements that only list required properties.
    fn real_elements(&self, list: &'d Node<'s>) -> Vec<&'d Node<'s>> {
        let mut seen = FxHashSet::default();
        let mut real = Vec::new();
        for element in list.elements().unwrap_or_default() {
            let Some(schema) = Schema::peek(element) else { continue };
            if schema.is_only_null() || schema.only_requires() {
                continue;
            }
            let target = match schema.reference {
                Some(_) => self.refs.find_next(element).map_or(element, |r| r.node),
                None => element,
            };
            if seen.insert(std::ptr::from_ref(target)) {
                real.push(element);
            }
        }
        real
    }

    /// Flattens schemas through their `allOf` and references.
    ///
    /// # Errors
    /// A schema or a reference is not valid, a schema is a part of itself, or the budget is used up.
    pub(crate) fn flatten(
        &mut self,
        starts: &[(&'d Node<'s>, Home)],
        report: &mut Report,
    ) -> Result<Flat<'d, 's>, Reported> {
        let mut found = Vec::new();
        let flat = self.flattened(starts, &mut found);
        found.into_iter().for_each(|diagnostic| report.push(diagnostic));
        flat.map_err(|error| report.error(*error))
    }

    /// The same, with the diagnostics that do not stop it in `found`.
    fn flattened(
        &mut self,
        starts: &[(&'d Node<'s>, Home)],
        found: &mut Vec<Diagnostic>,
    ) -> Result<Flat<'d, 's>, Box<Diagnostic>> {
        let whole = starts.len() == 1;
        let mut flat = Flat { parts: Vec::new(), unions: Vec::new(), seen: FxHashSet::default(), whole };
        let (mut references, mut start_home) = (0_usize, Home::Own);
        let mut path: FxHashSet<*const Node<'s>> = FxHashSet::default();
        let mut steps: Vec<Step<'d, 's>> = Vec::new();
        for &(start, home) in starts.iter().rev() {
            let key = std::ptr::from_ref(start);
            path.insert(key);
            flat.seen.insert(key);
            steps.push(Step::Enter(start));
            steps.push(Step::Begin(if !whole && home != Home::Elsewhere { Home::Merged } else { home }));
        }
        while let Some(step) = steps.pop() {
            match step {
                Step::Enter(node) => {
                    self.spend(1, node.span)?;
                    let schema = Schema::parse(node, found)?;
                    match schema.reference {
                        Some(reference) => {
                            let target = self.refs.end(node, found)?.node;
                            let key = std::ptr::from_ref(target);
                            if path.contains(&key) {
                                return Err(Box::new(consists_of_itself(reference)));
                            }
                            if flat.seen.insert(key) {
                                path.insert(key);
                                references += 1;
                                steps.push(Step::Leave(key));
                                steps.push(Step::Enter(target));
                            }
                        }
                        None => push_constituents(&schema, &mut steps),
                    }
                }
                Step::Begin(home) => start_home = home,
                Step::Leave(key) => {
                    references -= 1;
                    path.remove(&key);
                }
                Step::Own(schema) => {
                    let home = if references > 0 { Home::Elsewhere } else { start_home };
                    flat.parts.push(Schema { home, ..schema });
                }
                Step::Choose(list, schema, owner) => {
                    let elements = self.real_elements(list);
                    if let [only] = elements.as_slice() {
                        steps.push(Step::Enter(only));
                    } else if !elements.is_empty() && !self.leads_back(&elements, &path, owner, &flat) {
                        let discriminator = schema.discriminator;
                        let home = if references > 0 { Home::Elsewhere } else { start_home };
                        flat.unions.push(Choice { elements, discriminator, span: list.span, owner, home });
                    }
                }
            }
        }
        Ok(flat)
    }

    /// Whether a choice among subtypes was reached from one of the subtypes: `Cat` has `allOf: [Pet, …]`, and `Pet` has a `oneOf`
    /// of `Cat` and `Dog`. The choice does not restrict the subtype then.
    fn leads_back(
        &self,
        elements: &[&'d Node<'s>],
        path: &FxHashSet<*const Node<'s>>,
        owner: *const Node<'s>,
        flat: &Flat<'d, 's>,
    ) -> bool {
        elements.iter().any(|element| {
            let target = self.refs.find(element).map_or(*element, |r| r.node);
            let key = std::ptr::from_ref(target);
            key != owner && (path.contains(&key) || flat.seen.contains(&key))
        })
    }

    /// Whether a schema allows `null`, through its references and compositions.
    pub(crate) fn nullable_of(&mut self, node: &'d Node<'s>) -> bool {
        self.nullable_within(node, 0)
    }

    fn nullable_within(&mut self, node: &'d Node<'s>, depth: usize) -> bool {
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
                Some(target) => self.nullable_within(target, depth + 1),
                None => self.composition_is_nullable(&schema, depth),
            };
        }
        if schema.reference.is_some() || schema.has_composition() || self.components.contains_key(&key) {
            self.nullable.insert(key, nullable);
        }
        nullable
    }

    fn composition_is_nullable(&mut self, schema: &Schema<'d, 's>, depth: usize) -> bool {
        let choices = [schema.one_of, schema.any_of];
        for element in choices.into_iter().flatten().filter_map(Node::elements).flatten() {
            let only_null = Schema::peek(element).is_some_and(|s| s.is_only_null());
            if only_null || self.nullable_within(element, depth + 1) {
                return true;
            }
        }
        let all = schema.all_of.and_then(Node::elements).unwrap_or_default();
        !all.is_empty() && !schema.restricts() && all.iter().all(|element| self.nullable_within(element, depth + 1))
    }

    /// What is known of a schema without lowering it.
    pub(crate) fn facts(&mut self, node: &'d Node<'s>) -> Rc<Facts<'d>> {
        let key = std::ptr::from_ref(node);
        if let Some(facts) = self.facts.get(&key) {
            return Rc::clone(facts);
        }
        // A schema that is asked about itself on the way adds nothing.
        self.facts.insert(key, Rc::default());
        let flat = self.enter(node.span).and_then(|()| {
            let flat = self.flattened(&[(node, Home::Own)], &mut Vec::new());
            self.leave();
            flat
        });
        let facts = match flat {
            Ok(flat) => Rc::new(self.facts_of(&flat)),
            Err(_) => Rc::default(),
        };
        self.facts.insert(key, Rc::clone(&facts));
        facts
    }

    pub(crate) fn facts_of(&mut self, flat: &Flat<'d, 's>) -> Facts<'d> {
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
                if self.enter(element.span).is_ok() {
                    facts.kinds = facts.kinds.or(self.facts(element).kinds);
                    self.leave();
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
            if self.spend(1, member.key_span).is_err() {
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

    /// Adds the title and the description beside a reference or the only element of an `allOf` to the type, if the type belongs
    /// to this schema.
    fn add_description(&mut self, schema: &Schema<'d, 's>, ty: &Type, before: usize, spot: Spot<'_>) {
        let Type::Named(id) = ty else { return };
        let is_own = match spot {
            Spot::Component(own) => own == *id,
            _ => id.0 as usize >= before,
        };
        if let Some(def) = self.def_mut(*id)
            && is_own
        {
            let name = def.name.to_string();
            def.doc = schema.doc(&name).or_else(|| def.doc.take());
            def.deprecated |= schema.deprecated;
        }
    }
}

fn push_constituents<'d, 's>(schema: &Schema<'d, 's>, steps: &mut Vec<Step<'d, 's>>) {
    let owner = std::ptr::from_ref(schema.node);
    let all = schema.all_of.and_then(Node::elements).unwrap_or_default();
    let own_first = schema.all_of.is_none_or(|all| schema.properties_span.start < all.span.start);
    let own = !schema.described_kinds().is_empty() || schema.restricts();
    // The stack returns the last step first.
    for list in [schema.any_of, schema.one_of].into_iter().flatten() {
        steps.push(Step::Choose(list, *schema, owner));
    }
    if own && !own_first {
        steps.push(Step::Own(*schema));
    }
    steps.extend(all.iter().rev().map(Step::Enter));
    if own && own_first {
        steps.push(Step::Own(*schema));
    }
}

fn consists_of_itself(reference: &Node<'_>) -> Diagnostic {
    Diagnostic::error(codes::SELF_REFERENCE, reference.span, "recursive `allOf`: the schema is a part of itself")
        .label("refers to the schema that contains it")
        .help("remove the reference, or move it into a property of the schema")
}

/// Whether two schemas are equal, except for titles, descriptions and examples.
fn same(a: &Node<'_>, b: &Node<'_>) -> bool {
    if std::ptr::eq(a, b) {
        return true;
    }
    if a.mark.is_some() || b.mark.is_some() {
        return false;
    }
    match (&a.value, &b.value) {
        (Value::Object(a), Value::Object(b)) => {
            significant(a).count() == significant(b).count()
                && significant(a).zip(significant(b)).all(|(a, b)| a.key == b.key && same(&a.value, &b.value))
        }
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::String(a), Value::String(b)) | (Value::Number(a), Value::Number(b)) => a == b,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Null, Value::Null) => true,
        _ => false,
    }
}

/// The members of a schema without its title, description and examples.
fn significant<'a, 's>(members: &'a [Member<'s>]) -> impl Iterator<Item = &'a Member<'s>> {
    members.iter().filter(|m| !matches!(&*m.key, "description" | "title" | "example" | "examples"))
}

/// Hashes what [`same`] compares.
fn hash(node: &Node<'_>, state: &mut impl Hasher) {
    match &node.value {
        Value::Object(members) => {
            state.write_u8(1);
            for member in significant(members) {
                member.key.hash(state);
                hash(&member.value, state);
            }
            state.write_u8(2);
        }
        Value::Array(elements) => {
            state.write_usize(elements.len());
            elements.iter().for_each(|element| hash(element, state));
        }
        Value::String(text) | Value::Number(text) => text.hash(state),
        Value::Bool(value) => value.hash(state),
        Value::Null => state.write_u8(3),
    }
}
