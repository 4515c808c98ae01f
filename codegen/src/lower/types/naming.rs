//! What types are called: by the name of their component or by where they stand, settled when all of them are known.

use super::Types;
use super::places::{Known, Place, Spot};
use super::shared::Shared;
use crate::codes;
use crate::diagnostics::{Diagnostic, Report, Severity, Span};
use crate::ir::ident::Ident;
use crate::ir::types::TypeId;
use crate::load::node::Node;
use crate::lower::names::{Case, Namespace, ident, style, suffixed};
use crate::options::Rename;
use crate::resolve::excerpt;
use rustc_hash::{FxHashMap, FxHashSet};

/// Where the schema of a definition stands.
#[derive(Clone, Debug)]
pub(super) struct Standing {
    pub(super) base: Base,
    /// The way from there to the schema.
    pub(super) steps: Vec<Step>,
    pub(super) known: Known,
    pub(super) span: Span,
    /// The names that follow from it, the best first and never empty.
    pub(super) stems: Vec<Ident>,
}

/// What a schema that became a definition is a part of.
#[derive(Clone, Debug)]
pub(super) enum Base {
    /// It is a component, with the name that the configuration gives to it.
    Component { key: String, rename: Option<Rename> },
    /// It stands outside of the components' schemas.
    Given(Place),
    /// Only references to it are known.
    Referred(String),
    /// It is a part of the schema of another definition.
    Definition(TypeId),
}

/// A step from a schema to a part of it.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Property(String),
    Additional,
    Item,
    Value,
    Variant(String),
}

impl Step {
    fn word(&self) -> &str {
        match self {
            Self::Property(name) | Self::Variant(name) => name,
            Self::Additional => "Additional",
            Self::Item => "Item",
            Self::Value => "Value",
        }
    }
}

impl Standing {
    /// That of a component.
    pub(super) fn component(key: &str, span: Span, rename: Option<Rename>) -> Self {
        let base = Base::Component { key: key.to_owned(), rename };
        Self { base, steps: Vec::new(), known: Known::ToStand, span, stems: Vec::new() }
    }

    fn owner(&self) -> Option<TypeId> {
        if let Base::Definition(id) = self.base { Some(id) } else { None }
    }

    /// Gives the definition that it is a part of another number.
    pub(super) fn renumber(&mut self, renumbered: &impl Fn(TypeId) -> TypeId) {
        if let Base::Definition(id) = &mut self.base {
            *id = renumbered(*id);
        }
    }

    fn rename(&self) -> Option<&Rename> {
        if let Base::Component { rename, .. } = &self.base { rename.as_ref() } else { None }
    }

    /// The names that follow from the place, when the definition that it is a part of has these.
    fn stems_after(&self, of_owner: &[Ident]) -> Vec<Ident> {
        let mut stems: Vec<Ident> = match &self.base {
            Base::Component { rename: Some(rename), .. } => vec![rename.name.clone()],
            Base::Component { key, .. } => vec![ident(key, Case::Pascal)],
            Base::Given(place) => place.names.iter().map(|name| ident(name, Case::Pascal)).collect(),
            Base::Referred(pointer) => vec![ident(&words_of_pointer(pointer), Case::Pascal)],
            Base::Definition(_) => of_owner.to_vec(),
        };
        if !self.steps.is_empty() {
            let words: Vec<&str> = self.steps.iter().map(Step::word).collect();
            let words = words.join(" ");
            stems.iter_mut().for_each(|stem| *stem = ident(&format!("{stem} {words}"), Case::Pascal));
        }
        stems.dedup();
        if stems.is_empty() {
            stems.push(ident("", Case::Pascal));
        }
        stems
    }

    /// A number for the place; `of_owner` is that of the definition that it is a part of.
    fn identity_after(&self, of_owner: u64) -> u64 {
        let (kind, text) = match &self.base {
            Base::Component { key, .. } => ("schemas", key.as_str()),
            Base::Given(place) => ("place", place.identity.as_str()),
            Base::Referred(pointer) => ("pointer", pointer.as_str()),
            Base::Definition(_) => ("part", ""),
        };
        let start = hash(hash(of_owner, kind), text);
        self.steps.iter().fold(start, |number, step| {
            let kind = match step {
                Step::Property(_) => "property",
                Step::Variant(_) => "variant",
                Step::Additional => "additional",
                Step::Item => "item",
                Step::Value => "value",
            };
            hash(hash(number, kind), step.word())
        })
    }

    /// The name that a definition here tries at a level: those that follow from the place, and the longest of them with what
    /// it is.
    fn candidate(&self, level: usize) -> Option<Ident> {
        let Some(more) = level.checked_sub(self.stems.len()) else { return self.stems.get(level).cloned() };
        let longest = self.stems.last()?;
        match (more, &self.base) {
            (0, Base::Component { .. }) => Some(suffixed(longest, "Schema")),
            (1, Base::Component { key, .. }) => Some(ident(&format!("{key} {}", style(key)?), Case::Pascal)),
            (0, _) => Some(suffixed(longest, "Inline")),
            _ => None,
        }
    }

    /// The place for docs, when the definition that it is a part of has this name and origin.
    fn origin_after(&self, owner: Option<(&Ident, &str)>) -> String {
        let mut origin = match &self.base {
            Base::Component { key, .. } => format!("`{key}`"),
            Base::Given(place) => place.origin.clone(),
            Base::Referred(pointer) => format!("`{pointer}`"),
            Base::Definition(_) => owner.map(|(_, origin)| origin.to_owned()).unwrap_or_default(),
        };
        for step in &self.steps {
            origin = match step {
                Step::Property(_) | Step::Additional | Step::Variant(_) => {
                    format!("`{}` of `{}`", step.word(), owner.map_or("?", |(name, _)| name.as_str()))
                }
                Step::Item => format!("an element of {origin}"),
                Step::Value => format!("a value of {origin}"),
            };
        }
        origin
    }
}

impl<'d, 's> Types<'d, 's> {
    /// The names that follow from a place.
    pub(super) fn stems_of(&self, standing: &Standing) -> Vec<Ident> {
        let owner = standing.owner().and_then(|id| self.standings.get(id.0 as usize));
        standing.stems_after(owner.map(|owner| owner.stems.as_slice()).unwrap_or_default())
    }

    /// Notes that a schema that became a definition is met at a place, where it may be better known to stand than at those
    /// where it was met before.
    pub(super) fn met(&mut self, node: &'d Node<'s>, id: TypeId, spot: Spot<'_>) {
        let Some(before) = self.standings.get(id.0 as usize) else { return };
        if before.known == Known::ToStand || before.known > spot.known() {
            return;
        }
        let mut standing = spot.standing(node.span);
        standing.stems = self.stems_of(&standing);
        // Of places that are as good as one another, the one with the shortest name, whichever is met first.
        let worth = |standing: &Standing| standing.stems.first().map(|stem| (stem.as_str().len(), stem.clone()));
        let is_better = before.known < standing.known || worth(&standing) < worth(before);
        if is_better && standing.owner() != Some(id) {
            self.standings[id.0 as usize] = standing;
            self.moved = true;
        }
    }

    /// Several things want this name, types or not: no type gets it.
    pub fn contest(&mut self, name: &str) {
        self.contested.push(ident(name, Case::Pascal));
    }

    /// Gives the definitions their names.
    pub(super) fn settle_names(&mut self, report: &mut Report) {
        let order = self.owners_first();
        let identities = self.identities(&order);
        let mut renames: FxHashMap<usize, Rename> = FxHashMap::default();
        renames.extend((0..).zip(&self.standings).filter_map(|(index, s)| Some((index, s.rename()?.clone()))));
        let by_document: Vec<usize> = (0..self.standings.len()).filter(|index| !renames.contains_key(index)).collect();
        let space = Namespace { contested: self.contested.clone(), ..Namespace::new(Case::Pascal, &[]) };
        let settled = self.settle_some(&space, &by_document, &identities);
        let settled: FxHashMap<usize, Ident> = by_document.into_iter().zip(settled).collect();
        self.report_shared(&settled, report);
        self.rename_inline(&settled, &mut renames, report);
        let refused = self.refused(&settled, &renames, report);
        let mut names: Vec<Option<Ident>> = (0..self.standings.len())
            .map(|index| match renames.get(&index) {
                Some(rename) if !refused.contains(&index) => Some(rename.name.clone()),
                _ => settled.get(&index).cloned(),
            })
            .collect();
        // What keeps its own name after an error must not be in the way of the others.
        let left: Vec<usize> = (0..names.len()).filter(|index| names[*index].is_none()).collect();
        let space = Namespace { contested: names.iter().flatten().cloned().collect(), ..space };
        let own = self.settle_some(&space, &left, &identities);
        left.into_iter().zip(own).for_each(|(index, name)| names[index] = Some(name));
        self.write_names(&order, names);
    }

    fn settle_some(&self, space: &Namespace<'_>, some: &[usize], identities: &[u64]) -> Vec<Ident> {
        let candidate = |at: usize, level: usize| self.standings.get(*some.get(at)?)?.candidate(level);
        let identity = |at: usize| some.get(at).and_then(|&index| identities.get(index)).map_or(0, |number| *number);
        space.settle_by(some.len(), &candidate, &|at| format!("{:016x}", identity(at)))
    }

    fn write_names(&mut self, order: &[usize], names: Vec<Option<Ident>>) {
        for (def, name) in self.defs.iter_mut().zip(names) {
            def.name = name.unwrap_or_else(|| def.name.clone());
        }
        for &index in order {
            let standing = &self.standings[index];
            let owner = standing.owner().and_then(|id| self.defs.get(id.0 as usize));
            let origin = standing.origin_after(owner.map(|owner| (&owner.name, owner.origin.as_str())));
            if let Some(def) = self.defs.get_mut(index) {
                def.origin = origin;
            }
        }
    }

    /// All definitions, each after the one that it is a part of.
    fn owners_first(&self) -> Vec<usize> {
        let mut order = Vec::with_capacity(self.standings.len());
        let mut listed = vec![false; self.standings.len()];
        for start in 0..self.standings.len() {
            let mut way = vec![start];
            while let Some(owner) = way.last().and_then(|&index| self.standings.get(index)?.owner()) {
                let owner = owner.0 as usize;
                // Nothing is a part of itself; the bound only keeps a mistake there from being endless here.
                if listed.get(owner).copied().unwrap_or(true) || way.len() > self.standings.len() {
                    break;
                }
                way.push(owner);
            }
            for index in way.into_iter().rev() {
                if !std::mem::replace(&mut listed[index], true) {
                    order.push(index);
                }
            }
        }
        order
    }

    /// A number for the place of each definition; the names that follow from places are brought up to date.
    fn identities(&mut self, order: &[usize]) -> Vec<u64> {
        let mut identities = vec![0_u64; self.standings.len()];
        for &index in order {
            let standing = &self.standings[index];
            let of_owner = standing.owner().and_then(|id| identities.get(id.0 as usize)).copied().unwrap_or_default();
            identities[index] = standing.identity_after(of_owner);
            if self.moved {
                let stems = self.stems_of(standing);
                self.standings[index].stems = stems;
            }
        }
        identities
    }

    /// Adds the names that the configuration gives to types that are no components, by the names that they have without it.
    fn rename_inline(
        &mut self,
        settled: &FxHashMap<usize, Ident>,
        renames: &mut FxHashMap<usize, Rename>,
        report: &mut Report,
    ) {
        let keys = self.options.rename_types.iter().filter(|(key, _)| !self.config_used.contains(*key));
        let keys: Vec<(&String, &Rename)> = keys.collect();
        if keys.is_empty() {
            return;
        }
        let mut by_name: FxHashMap<&str, usize> = FxHashMap::default();
        let mut by_stem: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
        for (&index, name) in settled {
            by_name.insert(name.as_str(), index);
            by_stem.entry(self.standings[index].stems[0].as_str()).or_default().push(index);
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
                    several.iter().filter_map(|i| Some((self.standings[*i].span, settled.get(i)?))).collect();
                places.sort();
                let message = format!("`{}` under `[rename.types]` is the name of several types", excerpt(key));
                let error = Diagnostic::new(Severity::Error, codes::RENAME_TAKEN, rename.span, message);
                let help = places.iter().take(2).map(|(_, name)| format!("`{name}`")).collect::<Vec<_>>().join(" or ");
                let places = places.into_iter().take(2);
                let error = places.fold(error, |error, (span, name)| error.related(span, format!("`{name}`")));
                report.push(error.help(format!("write the name that the type has without it: {help}")));
            }
        }
        self.config_used.extend(used);
    }

    /// The configured names that another type has: a configured name is exact, or it is refused.
    fn refused(
        &self,
        settled: &FxHashMap<usize, Ident>,
        renames: &FxHashMap<usize, Rename>,
        report: &mut Report,
    ) -> FxHashSet<usize> {
        let mut refused = FxHashSet::default();
        if renames.is_empty() {
            return refused;
        }
        let by_document = settled.iter().filter(|(index, _)| !renames.contains_key(index));
        let mut owners: FxHashMap<&str, usize> = by_document.map(|(&index, name)| (name.as_str(), index)).collect();
        let mut in_order: Vec<(&usize, &Rename)> = renames.iter().collect();
        in_order.sort_by_key(|(index, _)| **index);
        for (&index, rename) in in_order {
            let name = rename.name.as_str();
            let Some(&other) = owners.get(name) else {
                owners.insert(name, index);
                continue;
            };
            let (what, other) = (self.origin_in_words(index), &self.standings[other]);
            let message = format!("{what} can't be named `{name}`: another type of the document has that name");
            let free = (2..).map(|number| format!("{name}{number}")).find(|free| !owners.contains_key(free.as_str()));
            let help = format!("give another name, such as `{}`, under `[rename.types]`", free.unwrap_or_default());
            report.push(
                Diagnostic::new(Severity::Error, codes::RENAME_TAKEN, rename.span, message)
                    .related(other.span, format!("`{name}`"))
                    .related(self.standings[index].span, "the type that is to have the name")
                    .help(help),
            );
            refused.insert(index);
        }
        refused
    }

    fn origin_in_words(&self, index: usize) -> String {
        let standing = &self.standings[index];
        let owner = standing.owner().and_then(|id| self.defs.get(id.0 as usize));
        standing.origin_after(owner.map(|owner| (&owner.name, "a part of it")))
    }

    /// One warning for the names that several types want.
    fn report_shared(&self, settled: &FxHashMap<usize, Ident>, report: &mut Report) {
        let mut shared = Shared::default();
        for (index, standing) in self.standings.iter().enumerate() {
            if let Some(name) = settled.get(&index) {
                shared.note(|| self.origin_in_words(index), standing.span, &standing.stems[0], name);
            }
        }
        shared.report("types", report);
    }
}

/// The words of a JSON pointer that say what it points to.
fn words_of_pointer(pointer: &str) -> String {
    const SAY_NOTHING: &[&str] =
        &["", "#", "components", "schemas", "definitions", "$defs", "properties", "schema", "content", "allOf"];
    let segments = pointer.split('/').filter(|segment| !SAY_NOTHING.contains(segment));
    let words: Vec<String> = segments
        .map(|segment| match segment {
            "items" => "Item".to_owned(),
            "additionalProperties" => "Value".to_owned(),
            segment => segment.replace("~1", " ").replace("~0", "~"),
        })
        .collect();
    words.join(" ")
}

/// FNV-1a, 64 bits wide, of a text after another number. A byte that no text has ends it.
fn hash(start: u64, text: &str) -> u64 {
    let start = if start == 0 { 0xcbf2_9ce4_8422_2325 } else { start };
    text.bytes().chain([0xff]).fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
