//! The locations of the schemas of definitions. If lowering reaches a schema at several places, the choice of its location does
//! not depend on their order.

use crate::config::options::Rename;
use crate::diagnostics::report::Span;
use crate::ir::ident::Ident;
use crate::ir::types::TypeId;
use crate::lower::names::{Case, component_names, ident, in_words, style, suffixed};
use crate::lower::types::arena::names::places::{Evidence, Place, Spot};
use crate::lower::types::schema::home::Home;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A possible location of the schema of a definition.
#[derive(Clone, Debug)]
pub(crate) struct Placement {
    /// The definition.
    pub(crate) id: TypeId,
    pub(crate) base: Base,
    /// The steps from there to the schema.
    pub(crate) steps: Vec<Step>,
    /// The evidence for the location, relative to the definition that it is a part of.
    pub(crate) evidence: Evidence,
    pub(crate) span: Span,
}

/// The part of a document that contains the schema of a definition.
#[derive(Clone, Debug)]
pub(crate) enum Base {
    /// It is a component, with its configured name.
    Component { key: String, title: Option<String>, rename: Option<Rename> },
    /// It is located outside of `components.schemas`.
    Given(Place),
    /// Only references to it are known.
    Referred(String),
    /// It is a part of the schema of another definition.
    Definition(TypeId),
}

/// A step from a schema to a part of it.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Property(String),
    Member,
    Additional,
    Item,
    Value,
    Variant {
        /// The name of the variant, which depends on the other variants.
        name: String,
        /// The candidates for its name that follow from its own schema, the best first.
        labels: Vec<String>,
    },
}

impl Step {
    fn word(&self) -> &str {
        match self {
            Self::Property(name) | Self::Variant { name, .. } => name,
            Self::Member => "Member",
            Self::Additional => "Additional",
            Self::Item => "Item",
            Self::Value => "Value",
        }
    }
}

impl Placement {
    /// The location of a component.
    pub(crate) fn component(key: &str, title: Option<&str>, span: Span, rename: Option<Rename>) -> Self {
        let base = Base::Component { key: key.to_owned(), title: title.map(str::to_owned), rename };
        Self { id: TypeId(0), base, steps: Vec::new(), evidence: Evidence::Location, span }
    }

    /// The location of a schema that lowering reaches at a spot.
    pub(crate) fn at(spot: &Spot<'_>, id: TypeId, span: Span) -> Self {
        let owned_by = |owner: &TypeId, home: &Home| match home {
            Home::Of(other) => Base::Definition(*other),
            _ => Base::Definition(*owner),
        };
        let (base, steps) = match spot {
            Spot::Component(id) => (Base::Definition(*id), Vec::new()),
            Spot::Given(place) => (Base::Given((*place).clone()), Vec::new()),
            Spot::Referred { pointer } => (Base::Referred((*pointer).to_owned()), Vec::new()),
            // Beside the variants of a choice, whose names follow from their properties.
            Spot::Property { wire, home: Home::Of(choice), .. } => {
                (Base::Definition(*choice), vec![Step::Property((*wire).to_owned()), Step::Member])
            }
            Spot::Property { owner, wire, .. } => (Base::Definition(*owner), vec![Step::Property((*wire).to_owned())]),
            Spot::Additional { owner, home } => (owned_by(owner, home), vec![Step::Additional]),
            Spot::Variant { owner, name, labels, home } => {
                let step = Step::Variant { name: (*name).to_owned(), labels: labels.to_vec() };
                (owned_by(owner, home), vec![step])
            }
            Spot::Element(of, home) | Spot::Value(of, home) => {
                let mut placement = Self::at(of, id, span);
                placement.steps.push(if matches!(spot, Spot::Element(..)) { Step::Item } else { Step::Value });
                placement.evidence = placement.evidence.min(home.evidence());
                return placement;
            }
        };
        Self { id, base, steps, evidence: spot.evidence(), span }
    }

    /// The definition that the schema is a part of.
    pub(crate) fn owner(&self) -> Option<TypeId> {
        if let Base::Definition(id) = self.base { Some(id) } else { None }
    }

    /// Changes the ids of definitions.
    pub(crate) fn renumber(&mut self, renumbered: &impl Fn(TypeId) -> TypeId) {
        self.id = renumbered(self.id);
        if let Base::Definition(id) = &mut self.base {
            *id = renumbered(*id);
        }
    }

    /// The configured name, if it is a component.
    pub(crate) fn rename(&self) -> Option<&Rename> {
        if let Base::Component { rename, .. } = &self.base { rename.as_ref() } else { None }
    }

    /// The names that follow from the place and from the names of the definition that it is a part of. They do not depend on
    /// other definitions: a variant has all labels of its own schema, also those that other variants have.
    fn stems_after(&self, of_owner: &[Ident]) -> Vec<Ident> {
        let mut stems = self.stems_of_base(of_owner);
        let variant = self.steps.iter().find_map(|step| match step {
            Step::Variant { name, labels } => Some((name, labels)),
            _ => None,
        });
        let longer = stems.split_off(stems.len().min(1));
        let mut all: Vec<Ident> = match variant {
            Some((_, labels)) => {
                let first = stems.first();
                first.into_iter().flat_map(|stem| labels.iter().map(|label| self.stem(stem, Some(label)))).collect()
            }
            None => stems.iter().map(|stem| self.stem(stem, None)).collect(),
        };
        let best = variant.map(|(name, labels)| labels.first().unwrap_or(name).as_str());
        all.extend(longer.iter().map(|stem| self.stem(stem, best)));
        all.dedup();
        if all.is_empty() {
            all.push(ident("", Case::Pascal));
        }
        all
    }

    /// The preferred name of the place, from the name of the definition that it is a part of.
    pub(crate) fn plain_after(&self, of_owner: Option<&Ident>) -> Ident {
        let stems = self.stems_of_base(of_owner.map(std::slice::from_ref).unwrap_or_default());
        stems.first().map_or_else(|| ident("", Case::Pascal), |stem| self.stem(stem, None))
    }

    fn stems_of_base(&self, of_owner: &[Ident]) -> Vec<Ident> {
        match &self.base {
            Base::Component { rename: Some(rename), .. } => vec![rename.name.clone()],
            Base::Component { key, title, .. } => names_of_component(key, title.as_deref()),
            Base::Given(place) => place.names.iter().map(|name| ident(name, Case::Pascal)).collect(),
            Base::Referred(pointer) => vec![ident(&words_of_pointer(pointer), Case::Pascal)],
            Base::Definition(_) => of_owner.to_vec(),
        }
    }

    /// The name after all steps; `label` replaces the name of a variant.
    fn stem(&self, of_base: &Ident, label: Option<&str>) -> Ident {
        if self.steps.is_empty() {
            return of_base.clone();
        }
        let words = self.steps.iter().map(|step| match (step, label) {
            (Step::Variant { .. }, Some(label)) => in_words(label),
            _ => in_words(step.word()),
        });
        ident(&format!("{of_base} {}", words.collect::<Vec<_>>().join(" ")), Case::Pascal)
    }

    /// A hash of the place; `of_owner` is the hash of the definition that it is a part of.
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
                Step::Member => "member",
                Step::Variant { .. } => "variant",
                Step::Additional => "additional",
                Step::Item => "item",
                Step::Value => "value",
            };
            hash(hash(number, kind), step.word())
        })
    }

    /// The place as a text for docs, from the name and the origin of the definition that it is a part of. `schemas` is the text
    /// before the name of a component.
    pub(crate) fn origin_after(&self, owner: Option<(&Ident, &str)>, schemas: &str) -> String {
        let mut origin = match &self.base {
            Base::Component { key, .. } => format!("`{schemas}{key}`"),
            Base::Given(place) => place.origin.clone(),
            Base::Referred(pointer) => format!("`{pointer}`"),
            Base::Definition(_) => owner.map(|(_, origin)| origin.to_owned()).unwrap_or_default(),
        };
        for step in &self.steps {
            origin = match step {
                Step::Property(_) | Step::Additional | Step::Variant { .. } => {
                    format!("`{}` of `{}`", step.word(), owner.map_or("?", |(name, _)| name.as_str()))
                }
                Step::Item => format!("an element of {origin}"),
                Step::Value => format!("a value of {origin}"),
                Step::Member => origin,
            };
        }
        origin
    }
}

fn names_of_component(key: &str, title: Option<&str>) -> Vec<Ident> {
    component_names(key, title).iter().map(|name| ident(name, Case::Pascal)).collect()
}

/// A definition with the location of its schema.
#[derive(Clone, Debug)]
pub(crate) struct Placed<'t> {
    pub(crate) placement: &'t Placement,
    evidence: Evidence,
    /// The names that follow from the place, the best first and never empty.
    pub(crate) stems: Vec<Ident>,
    /// The preferred name of the place.
    pub(crate) plain: Ident,
    /// A hash of the place.
    pub(crate) identity: u64,
}

impl Placed<'_> {
    /// The candidate for the name at a level: the names that follow from the place, and then these with the kind of the
    /// definition.
    pub(crate) fn candidate(&self, level: usize) -> Option<Ident> {
        // A type with a configured name also competes for its other name, so that renaming it changes no other name.
        let by_document = match &self.placement.base {
            Base::Component { key, title, rename: Some(_) } => &names_of_component(key, title.as_deref()),
            _ => &self.stems,
        };
        let Some(more) = level.checked_sub(by_document.len()) else { return by_document.get(level).cloned() };
        match (more, &self.placement.base) {
            (0, Base::Component { .. }) => Some(suffixed(by_document.last()?, "Component")),
            (1, Base::Component { key, .. }) => Some(ident(&format!("{key} {}", style(key)?), Case::Pascal)),
            (_, Base::Component { .. }) => None,
            // All of them, the longest first: which is the longest may change when the schema does.
            (more, _) => Some(suffixed(by_document.iter().rev().nth(more)?, "Inline")),
        }
    }

    /// The order of the places of one definition, the location first.
    fn order(&self) -> (Reverse<Evidence>, usize, &Ident, u64) {
        let stem = &self.stems[0];
        (Reverse(self.evidence), stem.as_str().len(), stem, self.identity)
    }
}

/// The place of each definition, and the definitions in an order in which each follows the one that it is a part of.
pub(crate) fn placed(placements: &[Placement], count: usize) -> (Vec<Option<Placed<'_>>>, Vec<usize>) {
    let mut places: Vec<usize> = vec![0; count];
    let mut parts: Vec<Vec<&Placement>> = vec![Vec::new(); count];
    let mut ready: Vec<Placed<'_>> = Vec::new();
    let mut waiting: BinaryHeap<Reverse<Waiting<'_>>> = BinaryHeap::new();
    for placement in placements {
        if let Some(places) = places.get_mut(placement.id.0 as usize) {
            *places += 1;
        }
        match placement.owner() {
            Some(owner) => parts.get_mut(owner.0 as usize).into_iter().for_each(|parts| parts.push(placement)),
            None => ready.push(Placed::new(placement, None)),
        }
    }
    let mut all: Vec<Option<Placed<'_>>> = vec![None; count];
    let mut order = Vec::with_capacity(count);
    loop {
        let next = match ready.pop() {
            // If there are several places, the best of those that are known is used after all other definitions are placed.
            Some(found) if places.get(found.placement.id.0 as usize).is_some_and(|places| *places > 1) => {
                waiting.push(Reverse(Waiting(found)));
                continue;
            }
            Some(found) => found,
            None => match waiting.pop() {
                Some(Reverse(Waiting(found))) => found,
                None => break,
            },
        };
        let index = next.placement.id.0 as usize;
        let Some(free @ None) = all.get_mut(index) else { continue };
        ready.extend(parts.get(index).into_iter().flatten().map(|part| Placed::new(part, Some(&next))));
        *free = Some(next);
        order.push(index);
    }
    // No definition is a part of itself, so that all have a place here. The loop makes sure that no definition is lost.
    for placement in placements {
        let index = placement.id.0 as usize;
        if let Some(free @ None) = all.get_mut(index) {
            *free = Some(Placed::new(placement, None));
            order.push(index);
        }
    }
    (all, order)
}

impl<'t> Placed<'t> {
    fn new(placement: &'t Placement, owner: Option<&Self>) -> Self {
        let stems = placement.stems_after(owner.map(|owner| owner.stems.as_slice()).unwrap_or_default());
        let plain = placement.plain_after(owner.map(|owner| &owner.plain));
        let identity = placement.identity_after(owner.map(|owner| owner.identity).unwrap_or_default());
        let evidence = owner.map_or(placement.evidence, |owner| owner.evidence.min(placement.evidence));
        Self { placement, evidence, stems, plain, identity }
    }
}

/// A place that is compared with others of the same definition, the best first.
struct Waiting<'t>(Placed<'t>);

impl Ord for Waiting<'_> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.order().cmp(&other.0.order())
    }
}

impl PartialOrd for Waiting<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Waiting<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Waiting<'_> {}

/// The words of a JSON pointer that name its target.
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
