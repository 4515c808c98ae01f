//! Lowers the schemas of `components` to one definition each. Errors in a component are reported where it is used.

use crate::config::options::Rename;
use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Reported, Severity};
use crate::document::load::node::{Member, Node};
use crate::document::references::excerpt;
use crate::ir::types::{Type, TypeDef, TypeId, TypeKind};
use crate::lower::names::{Case, ident, local_name};
use crate::lower::types::names::placement::Placement;
use crate::lower::types::names::places::Spot;
use crate::lower::types::schema::Schema;
use crate::lower::types::size::graph;
use crate::lower::types::size::rings;
use crate::lower::types::{Lowered, Types};
use rustc_hash::FxHashMap;

/// A component and its type.
#[derive(Clone)]
pub(crate) struct Component<'d> {
    pub(crate) name: &'d str,
    pub(crate) ty: Type,
}

/// A definition contains components with errors, or is one.
#[derive(Clone, Copy)]
pub(crate) struct Taint {
    /// One of them.
    by: TypeId,
    /// Whether the errors of all of them were reported.
    reported: bool,
}

impl<'d, 's> Types<'d, 's> {
    /// Begins the definitions of all components before any of them is lowered.
    pub(crate) fn reserve(&mut self, schemas: &'d [Member<'s>], report: &mut Report) {
        let mut renames = self.component_renames(schemas, report);
        for member in schemas {
            let table = &self.options.replace_types;
            let replaced = table.get_key_value(&*member.key).or_else(|| table.get_key_value(local_name(&member.key)));
            let ty = if let Some((key, path)) = replaced {
                self.config_used.insert(key.clone());
                Type::Replaced(path.clone())
            } else {
                let rename = renames.remove(&*member.key);
                Type::Named(self.push_definition(Placement::component(&member.key, member.key_span, rename)))
            };
            self.components.insert(std::ptr::from_ref(&member.value), Component { name: &member.key, ty });
        }
    }

    /// The configured names of components. The configuration has the name of the component, or its name in Rust.
    fn component_renames(&mut self, schemas: &'d [Member<'s>], report: &mut Report) -> FxHashMap<&'d str, Rename> {
        let mut renames = FxHashMap::default();
        if self.options.rename_types.is_empty() {
            return renames;
        }
        let mut in_rust: FxHashMap<String, Vec<&'d Member<'s>>> = FxHashMap::default();
        for member in schemas {
            match self.options.rename_types.get(&*member.key) {
                Some(rename) => {
                    self.config_used.insert(member.key.to_string());
                    renames.insert(&*member.key, rename.clone());
                }
                None => {
                    in_rust.entry(ident(local_name(&member.key), Case::Pascal).to_string()).or_default().push(member)
                }
            }
        }
        for (key, rename) in &self.options.rename_types {
            if self.config_used.contains(key) {
                continue;
            }
            match in_rust.get(key).map(Vec::as_slice).unwrap_or_default() {
                [] => continue,
                [only] => drop(renames.insert(&*only.key, rename.clone())),
                [one, other, ..] => {
                    let message = format!("`{}` in `[rename.types]` is the name of several schemas", excerpt(key));
                    let (one_key, other_key) = (excerpt(&one.key), excerpt(&other.key));
                    report.push(
                        Diagnostic::new(Severity::Error, codes::RENAME_TAKEN, rename.span, message)
                            .related(one.key_span, format!("`{one_key}`"))
                            .related(other.key_span, format!("`{other_key}`"))
                            .help(format!("write `{one_key}` or `{other_key}`, as in the document")),
                    );
                }
            }
            self.config_used.insert(key.clone());
        }
        renames
    }

    pub(crate) fn lower_components(&mut self, schemas: &'d [Member<'s>], report: &mut Report) {
        let count = self.defs.len();
        let mut inline_ranges = vec![0..0; count];
        for member in schemas {
            let component = self.components.get(&std::ptr::from_ref(&member.value)).cloned();
            let Some(Component { name, ty: Type::Named(id) }) = component else { continue };
            // One error is enough for all later schemas.
            if self.is_exhausted() {
                break;
            }
            let mark = self.mark();
            let mut own = Report::default();
            self.lower_component(id, name, &member.value, &mut own);
            if own.has_errors() {
                self.errors.insert(id, own.diagnostics);
            } else {
                report.diagnostics.extend(own.diagnostics);
            }
            if let Some(range) = inline_ranges.get_mut(id.0 as usize) {
                *range = mark.defs..self.defs.len();
            }
        }
        for (id, error) in rings::reference_rings(&self.defs, count, schemas, &self.components) {
            self.set_kind(id, TypeKind::Alias(Type::Json));
            self.errors.entry(id).or_default().push(error);
        }
        self.reorder(&inline_ranges);
        let tainted = graph::holders(&self.defs, self.errors.keys().copied());
        self.tainted = tainted.into_iter().map(|by| by.map(|by| Taint { by, reported: false })).collect();
    }

    fn lower_component(&mut self, id: TypeId, name: &'d str, node: &'d Node<'s>, report: &mut Report) {
        if let Some(schema) = Schema::peek(node)
            && let Some(def) = self.def_mut(id)
        {
            def.doc = schema.doc(name);
            def.deprecated = schema.deprecated;
        }
        match self.sound(node, Spot::Component(id), report) {
            // The component's own definition is complete.
            Ok(Lowered { ty: Type::Named(own), .. }) if own == id && !self.is_alias(id) => {}
            Ok(lowered) => self.set_kind(id, TypeKind::Alias(lowered.ty)),
            Err(_) => self.set_kind(id, TypeKind::Alias(Type::Json)),
        }
    }

    /// Whether a schema is API Gateway's model `Empty`. It is an object without properties, and means that the value has no
    /// type.
    pub(crate) fn is_the_empty_model(&self, node: &'d Node<'s>) -> bool {
        self.components.get(&std::ptr::from_ref(node)).is_some_and(|c| c.name == "Empty")
            && Schema::peek(node).is_some_and(|s| !s.restricts() && !s.has_composition())
    }

    /// Reports the errors of the components that a type contains.
    ///
    /// # Errors
    /// A component that the type contains has an error.
    pub(crate) fn check_components(&mut self, ty: &Type, report: &mut Report) -> Result<(), Reported> {
        let Type::Named(id) = ty else { return Ok(()) };
        let Some(Some(Taint { by, .. })) = self.tainted.get(id.0 as usize).copied() else { return Ok(()) };
        report.checked(|report| {
            self.report_errors(*id, report);
            Ok(())
        })?;
        // One error is enough for another operation that uses them.
        let diagnostics = self.errors.get(&by).into_iter().flatten();
        match diagnostics.into_iter().find(|diagnostic| diagnostic.severity == Severity::Error) {
            Some(error) => Err(report.error(error.clone())),
            None => Ok(()),
        }
    }

    /// Reports the errors of all components that a definition contains, except those that were reported before.
    fn report_errors(&mut self, id: TypeId, report: &mut Report) {
        let mut waiting = vec![id];
        let mut next = 0;
        while let Some(&id) = waiting.get(next) {
            next += 1;
            let Some(Some(taint)) = self.tainted.get_mut(id.0 as usize) else { continue };
            if std::mem::replace(&mut taint.reported, true) {
                continue;
            }
            let fault = self.errors.get(&id).into_iter().flatten();
            fault.for_each(|diagnostic| report.push(diagnostic.clone()));
            if let Some(definition) = self.defs.get(id.0 as usize) {
                graph::types(&definition.kind, &mut |ty| waiting.extend(graph::named(ty)));
            }
        }
    }

    /// Moves the definitions of inline schemas behind the component that contains them.
    fn reorder(&mut self, inline_ranges: &[std::ops::Range<usize>]) {
        let old: Vec<usize> = (0..inline_ranges.len())
            .flat_map(|component| {
                std::iter::once(component).chain(inline_ranges.get(component).cloned().unwrap_or_default())
            })
            .collect();
        let mut new_ids = vec![TypeId(0); old.len()];
        for (new, &old) in (0_u32..).zip(&old) {
            if let Some(id) = new_ids.get_mut(old) {
                *id = TypeId(new);
            }
        }
        let renumbered = |id: TypeId| new_ids.get(id.0 as usize).copied().unwrap_or(id);
        let mut defs: Vec<Option<TypeDef>> = std::mem::take(&mut self.defs).into_iter().map(Some).collect();
        self.defs = old.iter().filter_map(|&old| defs.get_mut(old)?.take()).collect();
        for placement in &mut self.placements {
            placement.renumber(&renumbered);
        }
        for (choice, _) in &mut self.shared_labels {
            *choice = renumbered(*choice);
        }
        for def in &mut self.defs {
            graph::types_mut(&mut def.kind, &mut |ty| graph::renumber(ty, &renumbered));
        }
        for lowered in self.known.values_mut() {
            graph::renumber(&mut lowered.ty, &renumbered);
        }
        for component in self.components.values_mut() {
            graph::renumber(&mut component.ty, &renumbered);
        }
        self.errors = std::mem::take(&mut self.errors).into_iter().map(|(id, f)| (renumbered(id), f)).collect();
    }

    /// Reports the errors of components that no operation uses as warnings.
    pub(crate) fn report_unused_errors(&mut self, report: &mut Report) {
        let tainted = &self.tainted;
        let is_reported =
            |id: TypeId| tainted.get(id.0 as usize).copied().flatten().is_some_and(|taint| taint.reported);
        let mut unused: Vec<(TypeId, Vec<Diagnostic>)> =
            self.errors.drain().filter(|(id, _)| !is_reported(*id)).collect();
        unused.sort_by_key(|(id, _)| *id);
        for (id, fault) in unused {
            let name = self.name_of(id);
            for mut diagnostic in fault {
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
