//! The schemas of a `oneOf` or `anyOf` before they become variants.

use crate::diagnostics::report::{Report, Reported};
use crate::document::load::node::Node;
use crate::ir::types::Type;
use crate::lower::types::facts::flat::Choice;
use crate::lower::types::facts::flat::Flat;
use crate::lower::types::facts::schema_facts::Facts;
use crate::lower::types::lowering::types::Types;
use crate::lower::types::schema::read::Schema;
use std::rc::Rc;

/// An element of a `oneOf`, before it is lowered.
pub(crate) struct Candidate<'d, 's> {
    pub(crate) element: &'d Node<'s>,
    /// The schema after following its references.
    pub(crate) target: &'d Node<'s>,
    /// The name of the component, if it is one.
    pub(crate) component: Option<&'d str>,
    pub(crate) facts: Rc<Facts<'d, 's>>,
    /// Its schemas together with those beside the choice, if there are any.
    pub(crate) flat: Option<Flat<'d, 's>>,
}

impl Candidate<'_, '_> {
    pub(crate) fn is_string_enum(&self, ty: &Type) -> bool {
        let schema = Schema::peek(self.target);
        let listed = schema.and_then(|schema| schema.enumeration).and_then(Node::elements).unwrap_or_default();
        matches!(ty, Type::Named(_)) && listed.iter().any(|value| value.as_str().is_some())
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
        let is_tagged = choice.discriminator.is_some();
        for element in self.facts.flat_elements(&choice.elements, is_tagged) {
            self.facts.budget.afford(1, element.span, report)?;
            let component = self.facts.refs.step(element, report)?.and_then(|step| step.component);
            let target = self.facts.refs.resolve(element, report)?.node;
            let facts = self.facts.of(element);
            let component = component.filter(|c| c.kind == "schemas").map(|c| c.name);
            // The subtypes of a schema with a discriminator are components without a reference.
            let component = component.or_else(|| Some(self.components.get(&std::ptr::from_ref(element))?.name));
            candidates.push(Candidate { element, target, component, facts, flat: None });
        }
        Ok(candidates)
    }
}
