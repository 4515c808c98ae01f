//! Flattens `allOf` and references into the schemas that apply to one value together.

use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Reported};
use crate::document::load::node::Node;
use crate::lower::types::facts::content::same;
use crate::lower::types::facts::flat::{Choice, Flat};
use crate::lower::types::facts::schema_facts::SchemaFacts;
use crate::lower::types::schema::home::Home;
use crate::lower::types::schema::read::Schema;
use rustc_hash::FxHashSet;

impl<'d, 's> SchemaFacts<'d, 's> {
    /// Flattens schemas through their `allOf` and references.
    ///
    /// # Errors
    /// A schema or a reference is not valid, or the budget is used up.
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
    pub(super) fn flattened(
        &mut self,
        starts: &[(&'d Node<'s>, Home)],
        found: &mut Vec<Diagnostic>,
    ) -> Result<Flat<'d, 's>, Box<Diagnostic>> {
        let mut walk = Walk::new(self, starts);
        while let Some(step) = walk.steps.pop() {
            walk.take(step, found)?;
        }
        if walk.any_value {
            // The type of a part would lose the rest of the value.
            walk.flat.parts.clear();
            walk.flat.unions.clear();
        }
        Ok(walk.flat)
    }

    /// A schema with a discriminator as the choice among its subtypes, each with its own properties beside theirs.
    pub(crate) fn choice_of_subtypes(&self, schema: &Schema<'d, 's>) -> Option<Flat<'d, 's>> {
        let elements = self.subtypes.get(schema.node)?.to_vec();
        let (owner, span) = (std::ptr::from_ref(schema.node), schema.node.span);
        let choice =
            Choice { elements, discriminator: schema.discriminator, several: false, span, owner, home: schema.home };
        let seen = FxHashSet::from_iter([owner]);
        Some(Flat { parts: Vec::new(), unions: vec![choice], seen, whole: true })
    }

    /// The only schema of a composition, if it has only one: `allOf` with one reference, and a description.
    pub(crate) fn only_constituent(&self, schema: &Schema<'d, 's>) -> Option<&'d Node<'s>> {
        if schema.restricts() {
            return None;
        }
        let all = schema.all_of.and_then(Node::elements).unwrap_or_default();
        let mut only: Option<&'d Node<'s>> = None;
        for element in all {
            let read = Schema::peek(element).filter(|read| !read.is_any_value())?;
            if read.describes_nothing() || (!read.restricts() && !read.has_composition() && read.reference.is_none()) {
                continue;
            }
            if only.is_some_and(|other| !same(other, element)) {
                return None;
            }
            only = Some(element);
        }
        for list in [schema.one_of, schema.any_of].into_iter().flatten() {
            let choice = self.real_elements(list, schema);
            match choice.as_slice() {
                [] => {}
                [element] if only.is_none() => only = Some(element),
                _ => return None,
            }
        }
        only
    }

    /// The schema that a schema means: the target of its references, or the only schema of its composition.
    pub(crate) fn essence(&self, node: &'d Node<'s>) -> &'d Node<'s> {
        let mut here = node;
        for _ in 0..MAX_INNER {
            here = self.refs.find(here).map_or(here, |resolved| resolved.node);
            let Some(schema) = Schema::peek(here).filter(Schema::has_composition) else { return here };
            match self.only_constituent(&schema) {
                Some(only) => here = only,
                None => return here,
            }
        }
        here
    }

    /// The elements of a choice, with the elements of the choices among them in their place. A choice with a discriminator
    /// stays an element of its own.
    pub(crate) fn flat_elements(&self, elements: &[&'d Node<'s>], is_tagged: bool) -> Vec<&'d Node<'s>> {
        let mut seen = FxHashSet::default();
        let mut flat = Vec::with_capacity(elements.len());
        let mut waiting: Vec<&'d Node<'s>> = elements.iter().rev().copied().collect();
        while let Some(element) = waiting.pop() {
            let target = self.refs.find(element).map_or(element, |resolved| resolved.node);
            if !seen.insert(std::ptr::from_ref(target)) {
                continue;
            }
            let inner = if is_tagged { None } else { self.inner_choice(target) };
            match inner {
                Some(inner) if seen.len() <= MAX_INNER => waiting.extend(inner.into_iter().rev()),
                _ => flat.push(element),
            }
        }
        flat
    }

    /// The elements of a schema that is only a choice, without a discriminator.
    fn inner_choice(&self, schema: &'d Node<'s>) -> Option<Vec<&'d Node<'s>>> {
        let read = Schema::peek(schema)?;
        let list = match (read.one_of, read.any_of, read.all_of, read.discriminator) {
            (Some(list), None, None, None) | (None, Some(list), None, None) => list,
            _ => return None,
        };
        let plain = !read.restricts() && read.described_kinds().is_empty() && !read.allows_null();
        let elements = self.real_elements(list, &read);
        (plain && elements.len() > 1).then_some(elements)
    }

    /// The elements of a `oneOf` that are types: without `null`, duplicates, and elements that only list required properties.
    fn real_elements(&self, list: &'d Node<'s>, owner: &Schema<'d, 's>) -> Vec<&'d Node<'s>> {
        let mut seen = FxHashSet::default();
        let mut real = Vec::new();
        for element in list.elements().unwrap_or_default() {
            let Some(schema) = Schema::peek(element) else { continue };
            if schema.only_requires(owner) {
                continue;
            }
            let target = match schema.reference {
                Some(_) => self.refs.find_next(element).map_or(element, |r| r.node),
                None => element,
            };
            if Schema::peek(target).is_some_and(|target| target.is_only_null()) {
                continue;
            }
            if seen.insert(std::ptr::from_ref(target)) {
                real.push(element);
            }
        }
        real
    }
}

/// The walk through the constituents of schemas, in the order of the document.
struct Walk<'f, 'd, 's> {
    facts: &'f mut SchemaFacts<'d, 's>,
    flat: Flat<'d, 's>,
    /// What is left to do, the next step last.
    steps: Vec<Step<'d, 's>>,
    /// The schemas that contain the current one. None of them can be a constituent of it.
    path: FxHashSet<*const Node<'s>>,
    /// The number of references on the path.
    references: usize,
    /// The schema that the current start belongs to.
    start_home: Home,
    /// Whether one of the constituents is any value.
    any_value: bool,
}

/// A step of the walk.
enum Step<'d, 's> {
    /// Begins one of the schemas that apply together.
    Begin(Home),
    /// Reads a schema.
    Enter(&'d Node<'s>),
    /// Leaves the target of a reference.
    Leave(*const Node<'s>),
    /// Adds the own keywords of a schema.
    Own(Schema<'d, 's>),
    /// Adds a `oneOf` or `anyOf`, a list of the schema.
    Choose(&'d Node<'s>, Schema<'d, 's>),
}

impl<'f, 'd, 's> Walk<'f, 'd, 's> {
    fn new(facts: &'f mut SchemaFacts<'d, 's>, starts: &[(&'d Node<'s>, Home)]) -> Self {
        let whole = starts.len() == 1;
        let mut flat = Flat { parts: Vec::new(), unions: Vec::new(), seen: FxHashSet::default(), whole };
        let mut path = FxHashSet::default();
        let mut steps = Vec::new();
        for &(start, home) in starts.iter().rev() {
            let key = std::ptr::from_ref(start);
            path.insert(key);
            flat.seen.insert(key);
            steps.push(Step::Enter(start));
            steps.push(Step::Begin(if !whole && home != Home::Elsewhere { Home::Merged } else { home }));
        }
        Self { facts, flat, steps, path, references: 0, start_home: Home::Own, any_value: false }
    }

    fn take(&mut self, step: Step<'d, 's>, found: &mut Vec<Diagnostic>) -> Result<(), Box<Diagnostic>> {
        match step {
            Step::Begin(home) => self.start_home = home,
            Step::Enter(node) => self.enter(node, found)?,
            Step::Leave(key) => {
                self.references -= 1;
                self.path.remove(&key);
            }
            Step::Own(schema) => self.flat.parts.push(Schema { home: self.home(), ..schema }),
            Step::Choose(list, schema) => self.choose(list, &schema),
        }
        Ok(())
    }

    fn enter(&mut self, node: &'d Node<'s>, found: &mut Vec<Diagnostic>) -> Result<(), Box<Diagnostic>> {
        self.facts.budget.spend(1, node.span)?;
        let schema = Schema::parse(node, found)?;
        self.any_value |= schema.is_any_value();
        let Some(reference) = schema.reference else {
            push_constituents(&schema, &mut self.steps);
            return Ok(());
        };
        let target = self.facts.refs.end(node, found)?.node;
        let key = std::ptr::from_ref(target);
        if self.path.contains(&key) {
            found.push(consists_of_itself(reference));
            return Ok(());
        }
        if self.flat.seen.insert(key) {
            self.path.insert(key);
            self.references += 1;
            self.steps.push(Step::Leave(key));
            self.steps.push(Step::Enter(target));
        }
        Ok(())
    }

    fn choose(&mut self, list: &'d Node<'s>, schema: &Schema<'d, 's>) {
        let elements = self.facts.real_elements(list, schema);
        let owner = std::ptr::from_ref(schema.node);
        if let [only] = elements.as_slice() {
            self.steps.push(Step::Enter(only));
        } else if !elements.is_empty() && !self.leads_back(&elements, owner) {
            let target = |element: &&'d Node<'s>| self.facts.refs.find(element).map_or(*element, |r| r.node);
            let of_parent = || self.facts.subtypes.discriminator(elements.iter().map(target));
            let (discriminator, home) = (schema.discriminator.or_else(of_parent), self.home());
            let several = schema.any_of.is_some_and(|any_of| std::ptr::eq(any_of, list));
            self.flat.unions.push(Choice { elements, discriminator, several, span: list.span, owner, home });
        }
    }

    /// The schema that the current one belongs to.
    fn home(&self) -> Home {
        if self.references > 0 { Home::Elsewhere } else { self.start_home }
    }

    /// Whether a choice among subtypes was reached from one of the subtypes: `Cat` has `allOf: [Pet, …]`, and `Pet` has a `oneOf`
    /// of `Cat` and `Dog`. The choice does not restrict the subtype then.
    fn leads_back(&self, elements: &[&'d Node<'s>], owner: *const Node<'s>) -> bool {
        elements.iter().any(|element| {
            let target = self.facts.refs.find(element).map_or(*element, |r| r.node);
            let key = std::ptr::from_ref(target);
            key != owner && (self.path.contains(&key) || self.flat.seen.contains(&key))
        })
    }
}

/// The maximum number of schemas that are looked at to flatten choices in choices.
const MAX_INNER: usize = 16;

fn push_constituents<'d, 's>(schema: &Schema<'d, 's>, steps: &mut Vec<Step<'d, 's>>) {
    let all = schema.all_of.and_then(Node::elements).unwrap_or_default();
    let own_first = schema.all_of.is_none_or(|all| schema.properties_span.start < all.span.start);
    let own = !schema.described_kinds().is_empty() || schema.restricts();
    // The stack returns the last step first.
    for list in [schema.any_of, schema.one_of].into_iter().flatten() {
        steps.push(Step::Choose(list, *schema));
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
    let message = "recursive `allOf`: the schema is a part of itself, which adds nothing";
    Diagnostic::warning(codes::SELF_REFERENCE, reference.span, message)
        .label("refers to the schema that contains it")
        .help("remove the reference, or move it into a property of the schema")
}
