//! Lowers the schemas of `components` to one definition each. Errors in a component are reported where it is used.

use crate::diagnostics::report::{Report, Span};
use crate::document::load::node::{Member, Node};
use crate::ir::types::{Type, TypeId, TypeKind};
use crate::lower::names::local_name;
use crate::lower::types::arena::names::placement::Placement;
use crate::lower::types::arena::names::places::Spot;
use crate::lower::types::arena::size::rings;
use crate::lower::types::lowering::lowered::{Component, Lowered};
use crate::lower::types::lowering::types::Types;
use crate::lower::types::schema::read::Schema;

impl<'d, 's> Types<'d, 's> {
    /// Begins the definitions of all components before any of them is lowered.
    pub(crate) fn reserve(&mut self, schemas: &'d [Member<'s>], report: &mut Report) {
        let mut renames = self.configured.component_renames(schemas, report);
        for member in schemas {
            let ty = self.configured.replacement(&member.key).unwrap_or_else(|| {
                let rename = renames.remove(&*member.key);
                let title = member.value.get("title").and_then(Node::as_str);
                let place = Placement::component(&member.key, title, member.key_span, rename);
                let id = self.arena.push_definition(place);
                self.configured.values.note_component(id, local_name(&member.key));
                Type::Named(id)
            });
            self.components.insert(std::ptr::from_ref(&member.value), Component { name: &member.key, ty });
        }
    }

    pub(crate) fn lower_components(&mut self, schemas: &'d [Member<'s>], report: &mut Report) {
        let count = self.arena.len();
        let mut inline_ranges = vec![0..0; count];
        for member in schemas {
            let Some((name, _, id)) = self.named(member) else { continue };
            // One error is enough for all later schemas.
            if self.facts.budget.is_exhausted() {
                break;
            }
            let first = self.arena.len();
            let mut own = Report::default();
            self.lower_component(id, name, &member.value, &mut own);
            if own.has_errors() {
                self.errors.add(id, own.diagnostics);
            } else {
                report.diagnostics.extend(own.diagnostics);
            }
            if let Some(range) = inline_ranges.get_mut(id.0 as usize) {
                *range = first..self.arena.len();
            }
        }
        let components: Vec<(&str, Span, TypeId)> = schemas.iter().filter_map(|member| self.named(member)).collect();
        for (id, error) in rings::reference_rings(self.arena.definitions(), count, &components) {
            self.arena.set_kind(id, TypeKind::Alias(Type::Json));
            self.errors.add(id, [error]);
        }
        self.reorder(&inline_ranges);
    }

    /// The name, the location and the definition of a component that has one.
    fn named(&self, member: &'d Member<'s>) -> Option<(&'d str, Span, TypeId)> {
        match self.components.get(&std::ptr::from_ref(&member.value))? {
            Component { name, ty: Type::Named(id) } => Some((name, member.value.span, *id)),
            Component { .. } => None,
        }
    }

    fn lower_component(&mut self, id: TypeId, name: &'d str, node: &'d Node<'s>, report: &mut Report) {
        if let Some(schema) = Schema::peek(node)
            && let Some(def) = self.arena.def_mut(id)
        {
            def.doc = schema.doc(name);
            def.deprecated = schema.deprecated;
        }
        match self.lower_or_undo(node, Spot::Component(id), report) {
            // The component's own definition is complete.
            Ok(Lowered { ty: Type::Named(own), .. }) if own == id && !self.arena.is_alias(id) => {}
            Ok(lowered) => self.arena.set_kind(id, TypeKind::Alias(lowered.ty)),
            Err(_) => self.arena.set_kind(id, TypeKind::Alias(Type::Json)),
        }
    }

    /// Whether a schema is API Gateway's model `Empty`. It is an object without properties, and means that the value has no
    /// type.
    pub(crate) fn is_the_empty_model(&self, node: &'d Node<'s>) -> bool {
        self.components.get(&std::ptr::from_ref(node)).is_some_and(|c| c.name == "Empty")
            && Schema::peek(node).is_some_and(|s| !s.restricts() && !s.has_composition())
    }

    /// Moves the definitions of inline schemas behind the component that contains them.
    fn reorder(&mut self, inline_ranges: &[std::ops::Range<usize>]) {
        let old: Vec<usize> = (0..inline_ranges.len())
            .flat_map(|component| {
                std::iter::once(component).chain(inline_ranges.get(component).cloned().unwrap_or_default())
            })
            .collect();
        let new = self.arena.reorder(&old);
        self.configured.values.forget_components();
        self.results.renumber(&new);
        for component in self.components.values_mut() {
            new.renumber(&mut component.ty);
        }
        self.errors.find_containing(&self.arena, &new);
    }
}
