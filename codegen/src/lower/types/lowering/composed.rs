//! Flattens `allOf` into the schemas that apply together, and collects facts about a schema without lowering it.

use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Reported};
use crate::document::load::node::Node;
use crate::ir::types::Type;
use crate::lower::types::arena::names::places::Spot;
use crate::lower::types::facts::content::same;
use crate::lower::types::facts::flat::Flat;
use crate::lower::types::lowering::lowered::Lowered;
use crate::lower::types::lowering::types::Types;
use crate::lower::types::schema::home::Home;
use crate::lower::types::schema::read::Schema;
use rustc_hash::FxHashMap;

impl<'d, 's> Types<'d, 's> {
    /// The type of a schema with `allOf`, `oneOf` or `anyOf`.
    pub(crate) fn lower_composed(
        &mut self,
        schema: &Schema<'d, 's>,
        spot: Spot<'_>,
        report: &mut Report,
    ) -> Result<Lowered, Reported> {
        let nullable = self.facts.is_nullable(schema.node);
        let only = self.facts.only_constituent(schema).filter(|only| {
            // A subtype that adds nothing to its parent is a type of its own, and not the union of all subtypes.
            let target = self.facts.refs.find(only).map_or(*only, |resolved| resolved.node);
            !self.facts.subtypes.has(target, schema.node)
        });
        if let Some(only) = only {
            let before = self.arena.len();
            let mut lowered = self.lower_schema(only, spot, report)?;
            self.add_description(schema, &lowered.ty, before, spot);
            lowered.nullable = nullable;
            return Ok(lowered);
        }
        let flat = self.facts.flatten(&[(schema.node, Home::Own)], report)?;
        let ty = self.lower_flat(flat, schema, spot, report)?;
        Ok(Lowered { ty, nullable })
    }

    /// The type of schemas that apply together without an `allOf` of their own: those of a property that several parts of an
    /// `allOf` have.
    pub(crate) fn lower_together(
        &mut self,
        schemas: &[Schema<'d, 's>],
        spot: Spot<'_>,
        report: &mut Report,
    ) -> Result<Lowered, Reported> {
        let mut distinct: Vec<&Schema<'d, 's>> = Vec::with_capacity(schemas.len());
        let mut by_fingerprint: FxHashMap<u64, Vec<&'d Node<'s>>> = FxHashMap::default();
        for schema in schemas.iter().filter(|schema| !schema.describes_nothing()) {
            let alike = by_fingerprint.entry(self.facts.contents.fingerprint(schema.node)).or_default();
            if !alike.iter().any(|other| same(schema.node, other)) {
                alike.push(schema.node);
                distinct.push(schema);
            }
        }
        match distinct.as_slice() {
            [] => match schemas.first() {
                Some(first) => self.lower_schema(first.node, spot.at(first.home), report),
                None => Ok(Lowered { ty: Type::Json, nullable: false }),
            },
            [one] => self.lower_schema(one.node, spot.at(one.home), report),
            [first, ..] => {
                let nodes: Vec<(&'d Node<'s>, Home)> = distinct.iter().map(|s| (s.node, s.home)).collect();
                let nullable = nodes.iter().all(|(node, _)| self.facts.is_nullable(node));
                let flat = self.facts.flatten(&nodes, report)?;
                let ty = self.one_level_deeper(first.node.span, report, |types, report| {
                    types.lower_flat(flat, first, spot, report)
                })?;
                Ok(Lowered { ty, nullable })
            }
        }
    }

    /// The type of flattened schemas; `words` has their title and description.
    pub(crate) fn lower_flat(
        &mut self,
        flat: Flat<'d, 's>,
        words: &Schema<'d, 's>,
        spot: Spot<'_>,
        report: &mut Report,
    ) -> Result<Type, Reported> {
        match flat.unions.as_slice() {
            [] => self.lower_merged(&flat, words, spot, report),
            [choice] => self.lower_union(&flat, choice, words, spot, report),
            [first, second, ..] => {
                let message = "several `oneOf` or `anyOf` apply to one value: its type is `Json`";
                let warning =
                    Diagnostic::warning(codes::TANGLED, second.span, message).related(first.span, "the first one");
                report.push(warning.help("list all variants in one `oneOf`"));
                Ok(Type::Json)
            }
        }
    }

    fn lower_merged(
        &mut self,
        flat: &Flat<'d, 's>,
        words: &Schema<'d, 's>,
        spot: Spot<'_>,
        report: &mut Report,
    ) -> Result<Type, Reported> {
        let parts = flat.parts.as_slice();
        if parts.is_empty() {
            return Ok(Type::Json);
        }
        let spot = match parts {
            // Several schemas that are one, such as a property and references to it, have its type, whichever is lowered first.
            [only] if !flat.whole => {
                let spot = spot.at(only.home);
                if let Some(known) = self.known_result_here(only.node, spot, report)? {
                    return Ok(known.ty);
                }
                spot
            }
            _ => spot,
        };
        let before = self.arena.len();
        // A property can have the type of the whole.
        let whole = match parts {
            [only] => Some(only.node),
            _ => flat.whole.then_some(words.node),
        };
        let ty = self.lower_plain_of(parts, whole, spot, report)?;
        // The description of the first part does not describe the whole.
        if parts.len() > 1
            && let Type::Named(id) = &ty
            && self.arena.is_since(*id, before)
            && let Some(def) = self.arena.def_mut(*id)
        {
            def.doc = None;
        }
        self.add_description(words, &ty, before, spot);
        Ok(ty)
    }

    /// Adds the title and the description beside a reference or the only element of an `allOf` to the type, if the type belongs
    /// to this schema.
    fn add_description(&mut self, schema: &Schema<'d, 's>, ty: &Type, before: usize, spot: Spot<'_>) {
        let Type::Named(id) = ty else { return };
        let is_own = match spot {
            Spot::Component(own) => own == *id,
            _ => self.arena.is_since(*id, before),
        };
        if let Some(def) = self.arena.def_mut(*id)
            && is_own
        {
            let name = def.name.to_string();
            def.doc = schema.doc(&name).or_else(|| def.doc.take());
            def.deprecated |= schema.deprecated;
        }
    }
}
