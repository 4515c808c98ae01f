//! The schemas of a `oneOf` or `anyOf` before they become variants, with the constants that distinguish them.

use crate::diagnostics::report::{Report, Reported};
use crate::document::load::node::Node;
use crate::ir::types::{JsonKind, Shape, Type};
use crate::lower::types::facts::flatten::Choice;
use crate::lower::types::facts::flatten::Flat;
use crate::lower::types::facts::schema_facts::Facts;
use crate::lower::types::lowering::types::Types;
use crate::lower::types::schema::read::Schema;
use rustc_hash::{FxHashMap, FxHashSet};
use std::rc::Rc;

/// An element of a `oneOf`, before it is lowered.
pub(crate) struct Candidate<'d, 's> {
    pub(crate) element: &'d Node<'s>,
    /// The schema after following its references.
    pub(crate) target: &'d Node<'s>,
    /// The name of the component, if it is one.
    pub(crate) component: Option<&'d str>,
    pub(crate) facts: Rc<Facts<'d>>,
    pub(crate) constants: Vec<(String, Vec<String>)>,
    /// Its schemas together with those beside the choice, if there are any.
    pub(crate) flat: Option<Flat<'d, 's>>,
}

impl Candidate<'_, '_> {
    pub(crate) fn is_string_enum(&self, ty: &Type) -> bool {
        let schema = Schema::peek(self.target);
        let listed = schema.and_then(|schema| schema.enumeration).and_then(Node::elements).unwrap_or_default();
        matches!(ty, Type::Named(_)) && listed.iter().any(|value| value.as_str().is_some())
    }

    pub(crate) fn shape(&self, ty: &Type) -> Shape {
        let kind = if *ty == Type::Json { JsonKind::Any } else { self.facts.kinds.one().unwrap_or(JsonKind::Any) };
        if kind != JsonKind::Object {
            return Shape { kind, required: Vec::new(), constants: Vec::new() };
        }
        let required = self.facts.required.iter().map(|&r| r.to_owned()).collect();
        Shape { kind, required, constants: self.constants.clone() }
    }
}

impl<'d, 's> Types<'d, 's> {
    /// The elements of a choice.
    ///
    /// # Errors
    /// A reference is not valid, or the budget is used up.
    pub(crate) fn candidates(
        &mut self,
        choice: &Choice<'d, 's>,
        report: &mut Report,
    ) -> Result<Vec<Candidate<'d, 's>>, Reported> {
        let mut candidates = Vec::with_capacity(choice.elements.len());
        for element in &choice.elements {
            self.facts.budget.afford(1, element.span, report)?;
            let component = self.facts.refs.step(element, report)?.and_then(|step| step.component);
            let target = self.facts.refs.resolve(element, report)?.node;
            let facts = self.facts.of(element);
            let component = component.filter(|c| c.kind == "schemas").map(|c| c.name);
            candidates.push(Candidate { element, target, component, facts, constants: Vec::new(), flat: None });
        }
        Ok(candidates)
    }
}

/// Sets the strings that distinguish each candidate; `true` if one property distinguishes all of them.
pub(crate) fn set_constants(candidates: &mut [Candidate<'_, '_>]) -> bool {
    let is_object = |c: &Candidate<'_, '_>| c.facts.kinds.one() == Some(JsonKind::Object);
    let objects = candidates.iter().filter(|c| is_object(c)).count();
    // For each property: how many candidates list strings for it, and whether two list the same one.
    let mut uses: FxHashMap<&str, (usize, bool)> = FxHashMap::default();
    let mut values: FxHashSet<(&str, &str)> = FxHashSet::default();
    for candidate in candidates.iter().filter(|c| is_object(c)) {
        for (&name, property) in &candidate.facts.properties {
            let Some(strings) = &property.strings else { continue };
            let distinct: FxHashSet<&str> = strings.iter().copied().collect();
            let entry = uses.entry(name).or_default();
            entry.0 += 1;
            for text in distinct {
                entry.1 |= !values.insert((name, text));
            }
        }
    }
    let mut distinguishing: Vec<&str> =
        uses.iter().filter(|(_, (count, shared))| *count == objects && !shared).map(|(name, _)| *name).collect();
    distinguishing.sort_unstable();
    let distinguishing = distinguishing.first().copied().filter(|_| objects > 1).map(str::to_owned);
    for candidate in candidates.iter_mut().filter(|c| c.facts.kinds.one() == Some(JsonKind::Object)) {
        let facts = Rc::clone(&candidate.facts);
        let listed = |name: &str| facts.properties.get(name).and_then(|p| p.strings.as_ref());
        let owned = |name: &str, strings: &[&str]| {
            (name.to_owned(), strings.iter().map(|&s| s.to_owned()).collect::<Vec<String>>())
        };
        if let Some(name) = &distinguishing {
            candidate.constants.extend(listed(name).map(|strings| owned(name, strings)));
        }
        for name in facts.required.iter().filter(|name| distinguishing.as_deref() != Some(**name)) {
            if let Some(strings) = listed(name).filter(|s| s.len() == 1) {
                candidate.constants.push(owned(name, strings));
            }
        }
    }
    distinguishing.is_some()
}
