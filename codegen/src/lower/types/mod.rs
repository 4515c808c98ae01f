//! Lowers schemas to types: first the components, then the schemas in operations.

mod budget;
mod choice;
mod components;
mod compose;
mod enums;
pub(crate) mod names;
mod objects;
mod parts;
mod scalars;
mod schema;
mod size;

#[cfg(test)]
pub(crate) mod tests;

use crate::config::options::Options;
use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Reported, Severity};
use crate::document::load::node::Node;
use crate::document::references::{Refs, excerpt, nearest};
use crate::ir::ident::Ident;
use crate::ir::types::{JsonKind, Type, TypeDef, TypeId, TypeKind};
use crate::lower::types::budget::{Budget, MAX_DEPTH};
use crate::lower::types::components::{Component, Taint};
use crate::lower::types::compose::Facts;
use crate::lower::types::names::placement::Placement;
pub use crate::lower::types::names::places::Place;
use crate::lower::types::names::places::{Home, Spot};
use crate::lower::types::names::shared::Shared;
use crate::lower::types::schema::Schema;
use rustc_hash::FxHashMap;
use std::hash::RandomState;
use std::rc::Rc;

/// The types of a document, lowered from its schemas.
pub struct Types<'d, 's> {
    refs: &'d Refs<'d, 's>,
    options: &'d Options,
    /// The possible locations of the schemas of the definitions, at least one for each.
    placements: Vec<Placement>,
    /// Names that no type may have.
    contested: Vec<Ident>,
    /// For choices, the names of the properties that several variants have. No type has the name of the choice and of such a
    /// property.
    shared_labels: Vec<(TypeId, Ident)>,
    /// `components.schemas`, by the address of the schema.
    components: FxHashMap<*const Node<'s>, Component<'d>>,
    /// The definitions. Until `settle_names`, each has the name that it would have if there were no others.
    defs: Vec<TypeDef>,
    /// The results of inline schemas that became a definition, by the address of the schema.
    known: FxHashMap<*const Node<'s>, Lowered>,
    /// The keys of `known` in insertion order, so that the entries of a schema with an error can be removed.
    known_since: Vec<*const Node<'s>>,
    nullable: FxHashMap<*const Node<'s>, bool>,
    facts: FxHashMap<*const Node<'s>, Rc<Facts<'d>>>,
    /// Hashes of schemas, by their address. The hash function is seeded at random, so that no document can be written to cause
    /// collisions.
    fingerprints: FxHashMap<*const Node<'s>, u64>,
    hashing: RandomState,
    /// Hashes of the content of schemas that do not depend on the order of keys, by their address.
    contents: FxHashMap<*const Node<'s>, u64>,
    /// The diagnostics of components with errors. They are reported when an operation uses the component, whose type is `Json`.
    errors: FxHashMap<TypeId, Vec<Diagnostic>>,
    /// For each definition, whether it contains a component with an error.
    tainted: Vec<Option<Taint>>,
    budget: Budget,
    config_used: rustc_hash::FxHashSet<String>,
}

/// The type of a schema, and whether the schema also allows `null`.
#[derive(Clone, Debug)]
pub(crate) struct Lowered {
    ty: Type,
    nullable: bool,
}

impl<'d, 's> Types<'d, 's> {
    /// Lowers `components.schemas`. Errors in a component are reported when an operation uses it, or else as warnings at the
    /// end.
    pub fn new(refs: &'d Refs<'d, 's>, root: &'d Node<'s>, options: &'d Options, report: &mut Report) -> Self {
        let mut types = Self {
            refs,
            options,
            placements: Vec::new(),
            contested: Vec::new(),
            shared_labels: Vec::new(),
            components: FxHashMap::default(),
            defs: Vec::new(),
            known: FxHashMap::default(),
            known_since: Vec::new(),
            nullable: FxHashMap::default(),
            facts: FxHashMap::default(),
            fingerprints: FxHashMap::default(),
            hashing: RandomState::new(),
            contents: FxHashMap::default(),
            errors: FxHashMap::default(),
            tainted: Vec::new(),
            budget: Budget::default(),
            config_used: rustc_hash::FxHashSet::default(),
        };
        let schemas = root.get("components").and_then(|c| c.get("schemas")).and_then(Node::members).unwrap_or_default();
        types.reserve(schemas, report);
        types.lower_components(schemas, report);
        types
    }

    /// The type of a schema at a place.
    ///
    /// # Errors
    /// The schema has an error, or a component that it uses.
    pub fn lower(&mut self, schema: &'d Node<'s>, place: Place, report: &mut Report) -> Result<Type, Reported> {
        self.sound(schema, Spot::Given(&place), report).map(Lowered::whole)
    }

    /// The kind of JSON value that a schema describes; [`JsonKind::Any`] if there are several.
    pub fn kind(&mut self, schema: &'d Node<'s>) -> JsonKind {
        self.facts(schema).kinds.one().unwrap_or(JsonKind::Any)
    }

    /// The type after following its aliases.
    pub fn unaliased<'t>(&'t self, ty: &'t Type) -> &'t Type {
        let mut here = ty;
        for _ in 0..MAX_DEPTH {
            let Type::Named(id) = here else { break };
            let Some(TypeDef { kind: TypeKind::Alias(next), .. }) = self.defs.get(id.0 as usize) else { break };
            here = next;
        }
        here
    }

    /// A definition.
    pub fn definition(&self, id: TypeId) -> Option<&TypeDef> {
        self.defs.get(id.0 as usize)
    }

    /// All definitions; a [`TypeId`] is an index into them. Recursive and large parts are boxed. Each definition has the
    /// directions in which it is sent: requests, responses, or both if neither contains it.
    pub fn finish(mut self, request_roots: &[Type], answer_roots: &[Type], report: &mut Report) -> Vec<TypeDef> {
        // The report has the error, which does not stop the other checks.
        let _: Result<(), Reported> = self.check_budget(report);
        self.settle_names(report);
        self.report_unused_errors(report);
        self.report_unused_config(report);
        size::rings::open_alias_rings(&mut self.defs);
        size::rings::drop_self_variants(&mut self.defs, report);
        size::boxes::box_rings(&mut self.defs);
        size::boxes::box_large(&mut self.defs);
        size::graph::mark_directions(&mut self.defs, request_roots, answer_roots);
        self.defs
    }

    /// The type of a schema without any error in it. The definitions that were made for a schema with an error are removed.
    fn sound(&mut self, schema: &'d Node<'s>, spot: Spot<'_>, report: &mut Report) -> Result<Lowered, Reported> {
        let mark = self.mark();
        let lowered = report.checked(|report| {
            let lowered = self.one(schema, spot, report);
            self.check_budget(report).and(lowered)
        });
        if lowered.is_err() {
            self.roll_back(mark);
        }
        lowered
    }

    /// The type of a schema, whether it was lowered before or not.
    fn one(&mut self, node: &'d Node<'s>, spot: Spot<'_>, report: &mut Report) -> Result<Lowered, Reported> {
        let is_itself = matches!(spot, Spot::Component(_));
        if !is_itself && let Some(found) = self.found_here(node, spot, report)? {
            return Ok(found);
        }
        let schema = Schema::read(node, report)?;
        self.shaped(&schema, spot, report)
    }

    /// The type of a schema that was not lowered before.
    fn shaped(&mut self, schema: &Schema<'d, 's>, spot: Spot<'_>, report: &mut Report) -> Result<Lowered, Reported> {
        self.deeper(schema.node.span, report, |types, report| {
            if let Some(reference) = schema.reference {
                return types.reference(schema, reference, report);
            }
            if schema.has_composition() {
                return types.composed(schema, spot, report);
            }
            let nullable = schema.allows_null();
            let ty = types.plain(std::slice::from_ref(schema), spot, report)?;
            Ok(Lowered { ty, nullable })
        })
    }

    /// The earlier result of a schema, if it was lowered before.
    ///
    /// # Errors
    /// The schema uses a component that has an error.
    fn found(&mut self, node: &'d Node<'s>, report: &mut Report) -> Result<Option<Lowered>, Reported> {
        let key = std::ptr::from_ref(node);
        let found = match (self.known.get(&key), self.components.get(&key)) {
            (Some(known), _) => known.clone(),
            (None, Some(component)) => {
                let ty = component.ty.clone();
                Lowered { ty, nullable: self.nullable_of(node) }
            }
            (None, None) => return Ok(None),
        };
        self.check_components(&found.ty, report)?;
        Ok(Some(found))
    }

    /// The same for a schema that may be located here, and not only referred to from here.
    fn found_here(
        &mut self,
        node: &'d Node<'s>,
        spot: Spot<'_>,
        report: &mut Report,
    ) -> Result<Option<Lowered>, Reported> {
        if let Some(Lowered { ty: Type::Named(id), .. }) = self.known.get(&std::ptr::from_ref(node)) {
            self.note_spot(node, *id, spot);
        }
        self.found(node, report)
    }

    fn reference(
        &mut self,
        schema: &Schema<'d, 's>,
        reference: &'d Node<'s>,
        report: &mut Report,
    ) -> Result<Lowered, Reported> {
        if schema.restricts() {
            let message = "keys beside a `$ref` are ignored, except for the description and `nullable`";
            report.push(
                Diagnostic::note(codes::SCHEMA_IGNORED, reference.span, message).help("combine the two with `allOf`"),
            );
        }
        let target = self.refs.step(schema.node, report)?.map_or(schema.node, |target| target.node);
        let mut lowered = match self.found(target, report)? {
            Some(found) => found,
            None => {
                let pointer = reference.as_str().unwrap_or_default();
                self.one(target, Spot::Referred { pointer }, report)?
            }
        };
        lowered.nullable |= schema.nullable;
        if self.is_the_empty_model(target) {
            lowered.ty = Type::Json;
        }
        Ok(lowered)
    }

    /// Begins a definition: that of the component, or a new one that is named by the location of the schema.
    fn open(&mut self, spot: Spot<'_>, schema: &Schema<'d, 's>, report: &mut Report) -> Result<TypeId, Reported> {
        if let Spot::Component(id) = spot {
            return Ok(id);
        }
        let limit = self.options.limits.types;
        if self.defs.len() >= limit {
            let error = self.exhaust(format!("the schemas need more than {limit} types"), schema.node.span);
            return Err(report.error(*error));
        }
        let id = self.push_definition(Placement::at(&spot, TypeId(0), schema.node.span));
        if let Some(def) = self.def_mut(id) {
            def.doc = schema.doc(def.name.as_str());
            def.deprecated = schema.deprecated;
        }
        Ok(id)
    }

    /// Records the result of a schema, for references to it.
    fn remember(&mut self, node: &'d Node<'s>, lowered: Lowered) {
        let key = std::ptr::from_ref(node);
        if !self.components.contains_key(&key) && self.known.insert(key, lowered).is_none() {
            self.known_since.push(key);
        }
    }

    fn push_definition(&mut self, mut placement: Placement) -> TypeId {
        let id = TypeId(u32::try_from(self.defs.len()).unwrap_or(u32::MAX));
        let kind = TypeKind::Alias(Type::Json);
        placement.id = id;
        let owner = placement.owner().and_then(|owner| self.definition(owner));
        let name = placement.plain_after(owner.map(|owner| &owner.name));
        self.placements.push(placement);
        self.defs.push(TypeDef {
            name,
            origin: String::new(),
            doc: None,
            deprecated: false,
            in_requests: false,
            in_answers: false,
            kind,
        });
        id
    }

    fn def_mut(&mut self, id: TypeId) -> Option<&mut TypeDef> {
        self.defs.get_mut(id.0 as usize)
    }

    fn is_alias(&self, id: TypeId) -> bool {
        matches!(self.definition(id), Some(TypeDef { kind: TypeKind::Alias(_), .. }))
    }

    fn name_of(&self, id: TypeId) -> String {
        self.defs.get(id.0 as usize).map(|d| d.name.to_string()).unwrap_or_default()
    }

    fn set_kind(&mut self, id: TypeId, kind: TypeKind) {
        if let Some(def) = self.def_mut(id) {
            def.kind = kind;
        }
    }

    fn mark(&self) -> Mark {
        Mark {
            defs: self.defs.len(),
            placements: self.placements.len(),
            shared_labels: self.shared_labels.len(),
            known: self.known_since.len(),
        }
    }

    /// Removes the definitions made since a mark. No remaining definition refers to them.
    fn roll_back(&mut self, mark: Mark) {
        self.defs.truncate(mark.defs);
        self.placements.truncate(mark.placements);
        self.shared_labels.truncate(mark.shared_labels);
        for key in self.known_since.drain(mark.known.min(self.known_since.len())..) {
            self.known.remove(&key);
        }
    }

    fn report_unused_config(&self, report: &mut Report) {
        let keys = self.options.rename_types.keys().map(|k| ("rename.types", k));
        let keys = keys.chain(self.options.replace_types.keys().map(|k| ("types.replace", k)));
        for (table, key) in keys.filter(|(_, key)| !self.config_used.contains(*key)) {
            let message = format!("unknown type `{}` in `[{table}]`", excerpt(key));
            let place = self.options.places.of(table, key);
            let error = Diagnostic::new(Severity::Error, codes::UNKNOWN_SCHEMA_IN_CONFIG, place, message);
            report.push(match nearest(key, self.components.values().map(|c| c.name)) {
                Some(near) => error.help(format!("did you mean `{}`?", excerpt(near))),
                None => error.help("use the name of a schema in the document, or the name of its type in Rust"),
            });
        }
    }
}

/// A state that can be restored.
#[derive(Clone, Copy)]
struct Mark {
    defs: usize,
    placements: usize,
    shared_labels: usize,
    known: usize,
}

impl Lowered {
    /// The type, nullable if the schema allows `null`.
    fn whole(self) -> Type {
        match self.ty {
            // `Json` includes `null`.
            Type::Json => Type::Json,
            ty if self.nullable => Type::Nullable(Box::new(ty)),
            ty => ty,
        }
    }
}
