//! The errors of components, which are reported where the components are used.

use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Reported, Severity};
use crate::ir::types::{Type, TypeId};
use crate::lower::types::arena::size::graph;
use crate::lower::types::arena::type_arena::{Renumbering, TypeArena};
use rustc_hash::FxHashMap;

/// The diagnostics of components with errors. They are reported when an operation uses the component, whose type is `Json`.
#[derive(Default)]
pub(crate) struct ComponentErrors {
    by_component: FxHashMap<TypeId, Vec<Diagnostic>>,
    /// For each definition, whether it contains a component with an error.
    containing: Vec<Option<ContainsError>>,
}

/// A definition contains components with errors, or is one.
#[derive(Clone, Copy)]
struct ContainsError {
    /// One of them.
    component: TypeId,
    /// Whether the errors of all of them were reported.
    reported: bool,
}

impl ComponentErrors {
    /// Adds the diagnostics of a component.
    pub(crate) fn add(&mut self, id: TypeId, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        self.by_component.entry(id).or_default().extend(diagnostics);
    }

    /// Changes the ids, and finds the definitions that contain components with errors.
    pub(crate) fn find_containing(&mut self, arena: &TypeArena, new: &Renumbering) {
        let by_component = std::mem::take(&mut self.by_component);
        self.by_component = by_component.into_iter().map(|(id, diagnostics)| (new.id(id), diagnostics)).collect();
        let containing = graph::holders(arena.definitions(), self.by_component.keys().copied());
        self.containing = containing
            .into_iter()
            .map(|component| component.map(|component| ContainsError { component, reported: false }))
            .collect();
    }

    /// Reports the errors of the components that a type contains.
    ///
    /// # Errors
    /// A component that the type contains has an error.
    pub(crate) fn check(&mut self, ty: &Type, arena: &TypeArena, report: &mut Report) -> Result<(), Reported> {
        let Type::Named(id) = ty else { return Ok(()) };
        let Some(Some(ContainsError { component, .. })) = self.containing.get(id.0 as usize).copied() else {
            return Ok(());
        };
        report.checked(|report| {
            self.report(*id, arena, report);
            Ok(())
        })?;
        // One error is enough for another operation that uses them.
        let diagnostics = self.by_component.get(&component).into_iter().flatten();
        match diagnostics.into_iter().find(|diagnostic| diagnostic.severity == Severity::Error) {
            Some(error) => Err(report.error(error.clone())),
            None => Ok(()),
        }
    }

    /// Reports the errors of all components that a definition contains, except those that were reported before.
    fn report(&mut self, id: TypeId, arena: &TypeArena, report: &mut Report) {
        let mut waiting = vec![id];
        let mut next = 0;
        while let Some(&id) = waiting.get(next) {
            next += 1;
            let Some(Some(contains)) = self.containing.get_mut(id.0 as usize) else { continue };
            if std::mem::replace(&mut contains.reported, true) {
                continue;
            }
            let diagnostics = self.by_component.get(&id).into_iter().flatten();
            diagnostics.for_each(|diagnostic| report.push(diagnostic.clone()));
            if let Some(definition) = arena.definition(id) {
                graph::types(&definition.kind, &mut |ty| waiting.extend(graph::named(ty)));
            }
        }
    }

    /// Reports the errors of components that no operation uses as warnings.
    pub(crate) fn report_unused(self, arena: &TypeArena, report: &mut Report) {
        let containing = self.containing;
        let is_reported =
            |id: TypeId| containing.get(id.0 as usize).copied().flatten().is_some_and(|contains| contains.reported);
        let mut unused: Vec<(TypeId, Vec<Diagnostic>)> =
            self.by_component.into_iter().filter(|(id, _)| !is_reported(*id)).collect();
        unused.sort_by_key(|(id, _)| *id);
        for (id, diagnostics) in unused {
            let name = arena.name_of(id);
            for mut diagnostic in diagnostics {
                if diagnostic.severity == Severity::Error {
                    diagnostic.severity = Severity::Warning;
                    diagnostic.code = codes::UNUSED_FAULTY;
                    diagnostic.message =
                        format!("{} (no operation uses `{name}`: its type is `Json`)", diagnostic.message);
                }
                report.push(diagnostic);
            }
        }
    }
}
