//! Names all types by their component or by their location, when all of them are known.

use crate::config::options::Rename;
use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Severity, Span};
use crate::diagnostics::texts::excerpt;
use crate::ir::ident::Ident;
use crate::lower::names::{Case, Namespace, ident};
use crate::lower::types::arena::names::configured::ConfiguredTypes;
use crate::lower::types::arena::names::placement::{Placed, placed};
use crate::lower::types::arena::names::shared::Shared;
use crate::lower::types::arena::type_arena::TypeArena;
use rustc_hash::{FxHashMap, FxHashSet};

impl TypeArena {
    /// Sets the names of the definitions, and their origins in docs. `schemas` is the text before the name of a component.
    pub(crate) fn settle_names(&mut self, configured: &mut ConfiguredTypes<'_>, schemas: &str, report: &mut Report) {
        let placements = std::mem::take(&mut self.placements);
        let (placed, order) = placed(&placements, self.defs.len());
        // Each definition has at least one place.
        let placed: Vec<Placed<'_>> = placed.into_iter().flatten().collect();
        let mut renames: FxHashMap<usize, Rename> = FxHashMap::default();
        renames.extend((0..).zip(&placed).filter_map(|(index, p)| Some((index, p.placement.rename()?.clone()))));
        let mut contested = std::mem::take(&mut self.ambiguous);
        for (owner, label) in std::mem::take(&mut self.shared_labels) {
            let stems = placed.get(owner.0 as usize).map(|place| place.stems.as_slice()).unwrap_or_default();
            contested.extend(stems.iter().map(|stem| ident(&format!("{stem} {label}"), Case::Pascal)));
        }
        let space = Namespace { contested, ..Namespace::new(Case::Pascal, &[]) };
        let candidate = |index: usize, level: usize| placed.get(index)?.candidate(level);
        let identity = |index: usize| format!("{:016x}", placed.get(index).map_or(0, |place| place.identity));
        let mut names = space.settle_by(placed.len(), &candidate, &identity);
        self.report_shared(&names, &placed, report);
        self.rename_inline(&names, &placed, configured, &mut renames, report);
        for index in self.refused(&names, &placed, &renames, report) {
            renames.remove(&index);
        }
        for (index, rename) in renames {
            if let Some(name) = names.get_mut(index) {
                *name = rename.name;
            }
        }
        self.write_names(&order, &placed, names, schemas);
    }

    fn write_names(&mut self, order: &[usize], placed: &[Placed<'_>], names: Vec<Ident>, schemas: &str) {
        for (def, name) in self.defs.iter_mut().zip(names) {
            def.name = name;
        }
        for &index in order {
            let placement = placed[index].placement;
            let owner = placement.owner().and_then(|id| self.defs.get(id.0 as usize));
            let origin = placement.origin_after(owner.map(|owner| (&owner.name, owner.origin.as_str())), schemas);
            if let Some(def) = self.defs.get_mut(index) {
                def.origin = origin;
            }
        }
    }

    /// Adds the configured names of types that are not components. The configuration has their names without renaming.
    fn rename_inline(
        &mut self,
        settled: &[Ident],
        placed: &[Placed<'_>],
        configured: &mut ConfiguredTypes<'_>,
        renames: &mut FxHashMap<usize, Rename>,
        report: &mut Report,
    ) {
        let keys = configured.unused_renames();
        if keys.is_empty() {
            return;
        }
        let mut by_name: FxHashMap<&str, usize> = FxHashMap::default();
        let mut by_stem: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
        for (index, name) in settled.iter().enumerate() {
            by_name.insert(name.as_str(), index);
            by_stem.entry(placed[index].plain.as_str()).or_default().push(index);
        }
        let mut used = Vec::new();
        for (key, rename) in keys {
            let several = by_stem.get(key.as_str()).map(Vec::as_slice).unwrap_or_default();
            let found = by_name.get(key.as_str()).copied().or(several.first().copied());
            let Some(index) = found else { continue };
            used.push(key.clone());
            if by_name.contains_key(key.as_str()) || several.len() == 1 {
                renames.insert(index, rename.clone());
            } else {
                let mut places: Vec<(Span, &Ident)> =
                    several.iter().filter_map(|i| Some((placed[*i].placement.span, settled.get(*i)?))).collect();
                places.sort();
                let message = format!("`{}` in `[rename.types]` is the name of several types", excerpt(key));
                let error = Diagnostic::new(Severity::Error, codes::RENAME_TAKEN, rename.span, message);
                let help = places.iter().take(2).map(|(_, name)| format!("`{name}`")).collect::<Vec<_>>().join(" or ");
                let places = places.into_iter().take(2);
                let error = places.fold(error, |error, (span, name)| error.related(span, format!("`{name}`")));
                report.push(error.help(format!("write the generated name of the type: {help}")));
            }
        }
        configured.mark_used(used);
    }

    /// The configured names that another type has. A configured name is used unchanged, or it is an error.
    fn refused(
        &self,
        settled: &[Ident],
        placed: &[Placed<'_>],
        renames: &FxHashMap<usize, Rename>,
        report: &mut Report,
    ) -> FxHashSet<usize> {
        let mut refused = FxHashSet::default();
        if renames.is_empty() {
            return refused;
        }
        let by_document = settled.iter().enumerate().filter(|(index, _)| !renames.contains_key(index));
        let mut owners: FxHashMap<&str, usize> = by_document.map(|(index, name)| (name.as_str(), index)).collect();
        let mut in_order: Vec<(&usize, &Rename)> = renames.iter().collect();
        in_order.sort_by_key(|(index, _)| **index);
        for (&index, rename) in in_order {
            let name = rename.name.as_str();
            let Some(&other) = owners.get(name) else {
                owners.insert(name, index);
                continue;
            };
            let (what, other) = (self.origin_in_words(&placed[index]), placed[other].placement);
            let message = format!("cannot rename {what} to `{name}`: another type has that name");
            let free = (2..).map(|number| format!("{name}{number}")).find(|free| !owners.contains_key(free.as_str()));
            let help = format!("use another name under `[rename.types]`, such as `{}`", free.unwrap_or_default());
            report.push(
                Diagnostic::new(Severity::Error, codes::RENAME_TAKEN, rename.span, message)
                    .related(other.span, format!("`{name}`"))
                    .related(placed[index].placement.span, "the renamed type")
                    .help(help),
            );
            refused.insert(index);
        }
        refused
    }

    fn origin_in_words(&self, place: &Placed<'_>) -> String {
        let placement = place.placement;
        let owner = placement.owner().and_then(|id| self.defs.get(id.0 as usize));
        placement.origin_after(owner.map(|owner| (&owner.name, "a part of the type")), "")
    }

    /// Reports the names for which several types compete, as one warning.
    fn report_shared(&self, settled: &[Ident], placed: &[Placed<'_>], report: &mut Report) {
        let mut shared = Shared::default();
        for (index, place) in placed.iter().enumerate() {
            if let Some(name) = settled.get(index) {
                shared.note(|| self.origin_in_words(place), place.placement.span, &place.plain, name);
            }
        }
        shared.report("types", report);
    }
}
