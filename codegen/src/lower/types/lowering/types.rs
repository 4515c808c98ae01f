//! Lowers schemas to types: first the components, then the schemas in operations.

use crate::config::options::Options;
use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Reported, Span};
use crate::document::load::node::Node;
use crate::document::references::Refs;
use crate::ir::types::{Type, TypeDef, TypeId};
use crate::lower::types::arena::names::configured::ConfiguredTypes;
use crate::lower::types::arena::names::placement::Placement;
use crate::lower::types::arena::names::places::{Place, Spot};
use crate::lower::types::arena::type_arena::{ArenaMark, TypeArena};
use crate::lower::types::facts::schema_facts::SchemaFacts;
use crate::lower::types::lowering::component_errors::ComponentErrors;
use crate::lower::types::lowering::lowered::{Component, Lowered};
use crate::lower::types::lowering::results::Results;
use crate::lower::types::schema::read::Schema;
use rustc_hash::FxHashMap;

/// The types of a document, lowered from its schemas.
pub struct Types<'d, 's> {
    pub(crate) options: &'d Options,
    pub(crate) configured: ConfiguredTypes<'d>,
    pub(crate) facts: SchemaFacts<'d, 's>,
    pub(crate) arena: TypeArena,
    /// `components.schemas`, by the address of the schema.
    pub(crate) components: FxHashMap<*const Node<'s>, Component<'d>>,
    pub(crate) errors: ComponentErrors,
    pub(crate) results: Results<'s>,
    /// The inline unions, by a hash of their content.
    pub(crate) unions: FxHashMap<u64, Vec<&'d Node<'s>>>,
}

/// A state of the definitions and results that can be restored.
#[derive(Clone, Copy)]
pub(crate) struct Mark {
    arena: ArenaMark,
    results: usize,
}

impl<'d, 's> Types<'d, 's> {
    /// Lowers `components.schemas`. Errors in a component are reported when an operation uses it, or else as warnings at the
    /// end.
    pub fn new(refs: &'d Refs<'d, 's>, root: &'d Node<'s>, options: &'d Options, report: &mut Report) -> Self {
        let schemas = root.get("components").and_then(|c| c.get("schemas")).and_then(Node::members).unwrap_or_default();
        let mut types = Self {
            options,
            configured: ConfiguredTypes::new(options),
            facts: SchemaFacts::new(refs, schemas, options.limits.types),
            arena: TypeArena::default(),
            components: FxHashMap::default(),
            errors: ComponentErrors::default(),
            results: Results::default(),
            unions: FxHashMap::default(),
        };
        types.reserve(schemas, report);
        types.lower_components(schemas, report);
        types
    }

    /// The type of a schema at a place.
    ///
    /// # Errors
    /// The schema has an error, or a component that it uses.
    pub fn lower(&mut self, schema: &'d Node<'s>, place: Place, report: &mut Report) -> Result<Type, Reported> {
        self.lower_or_undo(schema, Spot::Given(&place), report).map(Lowered::whole)
    }

    /// Whether two schemas are equal, except for descriptions and the order of members.
    pub fn are_equal(&mut self, one: &'d Node<'s>, other: &'d Node<'s>) -> bool {
        self.facts.contents.are_equal(one, other)
    }

    /// Reserves a name for which several items compete: no type may have it.
    pub fn reserve_ambiguous(&mut self, name: &str) {
        self.arena.reserve_ambiguous(name);
    }

    /// All definitions; a [`TypeId`] is an index into them. Recursive and large parts are boxed. Each definition has the
    /// directions in which it is sent: requests, responses, or both if neither contains it.
    pub fn finish(mut self, request_roots: &[Type], answer_roots: &[Type], report: &mut Report) -> Vec<TypeDef> {
        // The report has the error, which does not stop the other checks.
        let _: Result<(), Reported> = self.facts.budget.check(report);
        let schemas = if self.facts.refs.is_swagger() { "#/definitions/" } else { "#/components/schemas/" };
        self.arena.settle_names(&mut self.configured, schemas, report);
        self.errors.report_unused(&self.arena, report);
        self.configured.report_unused(self.components.values().map(|component| component.name), report);
        self.arena.finish(request_roots, answer_roots, report)
    }

    /// The type of a schema without any error in it. The definitions that were made for a schema with an error are removed.
    pub(crate) fn lower_or_undo(
        &mut self,
        schema: &'d Node<'s>,
        spot: Spot<'_>,
        report: &mut Report,
    ) -> Result<Lowered, Reported> {
        let mark = self.mark();
        let lowered = report.checked(|report| {
            let lowered = self.lower_schema(schema, spot, report);
            self.facts.budget.check(report).and(lowered)
        });
        if lowered.is_err() {
            self.roll_back(mark);
        }
        lowered
    }

    /// The type of a schema, whether it was lowered before or not.
    pub(crate) fn lower_schema(
        &mut self,
        node: &'d Node<'s>,
        spot: Spot<'_>,
        report: &mut Report,
    ) -> Result<Lowered, Reported> {
        let is_itself = matches!(spot, Spot::Component(_));
        if !is_itself && let Some(found) = self.known_result_here(node, spot, report)? {
            return Ok(found);
        }
        let schema = Schema::read(node, report)?;
        self.lower_new(&schema, spot, report)
    }

    /// The type of a schema that was not lowered before.
    pub(crate) fn lower_new(
        &mut self,
        schema: &Schema<'d, 's>,
        spot: Spot<'_>,
        report: &mut Report,
    ) -> Result<Lowered, Reported> {
        self.one_level_deeper(schema.node.span, report, |types, report| {
            if let Some(reference) = schema.reference {
                return types.lower_reference(schema, reference, report);
            }
            if schema.discriminator.is_some()
                && let Some(choice) = types.facts.choice_of_subtypes(schema)
            {
                let ty = types.lower_flat(choice, schema, spot, report)?;
                return Ok(Lowered { ty, nullable: types.facts.is_nullable(schema.node) });
            }
            if schema.has_composition() {
                return types.lower_composed(schema, spot, report);
            }
            let nullable = schema.allows_null();
            let ty = types.lower_plain(std::slice::from_ref(schema), spot, report)?;
            Ok(Lowered { ty, nullable })
        })
    }

    /// The earlier result of a schema, if it was lowered before.
    ///
    /// # Errors
    /// The schema uses a component that has an error.
    pub(crate) fn known_result(
        &mut self,
        node: &'d Node<'s>,
        report: &mut Report,
    ) -> Result<Option<Lowered>, Reported> {
        let key = std::ptr::from_ref(node);
        let found = match (self.results.get(key), self.components.get(&key)) {
            (Some(known), _) => known.clone(),
            (None, Some(component)) => {
                let ty = component.ty.clone();
                Lowered { ty, nullable: self.facts.is_nullable(node) }
            }
            (None, None) => return Ok(None),
        };
        self.errors.check(&found.ty, &self.arena, report)?;
        Ok(Some(found))
    }

    /// The same for a schema that may be located here, and not only referred to from here.
    pub(crate) fn known_result_here(
        &mut self,
        node: &'d Node<'s>,
        spot: Spot<'_>,
        report: &mut Report,
    ) -> Result<Option<Lowered>, Reported> {
        if let Some(Lowered { ty: Type::Named(id), .. }) = self.results.get(std::ptr::from_ref(node)) {
            self.arena.note_place(*id, spot, node.span);
        }
        self.known_result(node, report)
    }

    fn lower_reference(
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
        let target = self.facts.refs.step(schema.node, report)?.map_or(schema.node, |target| target.node);
        let mut lowered = match self.known_result(target, report)? {
            Some(found) => found,
            None => {
                let pointer = reference.as_str().unwrap_or_default();
                self.lower_schema(target, Spot::Referred { pointer }, report)?
            }
        };
        lowered.nullable |= schema.nullable;
        if self.is_the_empty_model(target) {
            lowered.ty = Type::Json;
        }
        Ok(lowered)
    }

    /// Begins a definition: that of the component, or a new one that is named by the location of the schema.
    pub(crate) fn open_definition(
        &mut self,
        spot: Spot<'_>,
        schema: &Schema<'d, 's>,
        report: &mut Report,
    ) -> Result<TypeId, Reported> {
        if let Spot::Component(id) = spot {
            return Ok(id);
        }
        let limit = self.options.limits.types;
        if self.arena.len() >= limit {
            let error =
                self.facts.budget.exhaust(format!("the schemas need more than {limit} types"), schema.node.span);
            return Err(report.error(*error));
        }
        let id = self.arena.push_definition(Placement::at(&spot, TypeId(0), schema.node.span));
        if let Some(def) = self.arena.def_mut(id) {
            def.doc = schema.doc(def.name.as_str());
            def.deprecated = schema.deprecated;
        }
        Ok(id)
    }

    /// Records the result of a schema, for references to it.
    pub(crate) fn remember(&mut self, node: &'d Node<'s>, lowered: Lowered) {
        let key = std::ptr::from_ref(node);
        if !self.components.contains_key(&key) {
            self.results.insert(key, lowered);
        }
    }

    /// Lowers what is one level deeper.
    ///
    /// # Errors
    /// Schemas are nested too deeply by references, or the budget is used up, or `lower` fails.
    pub(crate) fn one_level_deeper<T>(
        &mut self,
        span: Span,
        report: &mut Report,
        lower: impl FnOnce(&mut Self, &mut Report) -> Result<T, Reported>,
    ) -> Result<T, Reported> {
        self.facts.budget.enter(span).map_err(|error| report.error(*error))?;
        let lowered = lower(self, report);
        self.facts.budget.leave();
        lowered
    }

    pub(crate) fn mark(&self) -> Mark {
        Mark { arena: self.arena.mark(), results: self.results.len() }
    }

    /// Removes the definitions and results since a mark.
    pub(crate) fn roll_back(&mut self, mark: Mark) {
        self.arena.roll_back(mark.arena);
        self.results.truncate(mark.results);
    }
}
