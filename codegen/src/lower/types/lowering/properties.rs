//! The types of properties that the configuration chooses.

use crate::ir::types::{JsonKind, TypeId};
use crate::lower::types::arena::names::values::ConfiguredProperty;
use crate::lower::types::lowering::lowered::Lowered;
use crate::lower::types::lowering::types::Types;
use crate::lower::types::schema::read::Schema;

impl<'d, 's> Types<'d, 's> {
    /// What the configuration says of a property, with its configured type. `None` if the configuration has no types of properties
    /// or formats.
    pub(crate) fn configured_property(
        &mut self,
        owner: TypeId,
        wire: &str,
        schemas: &[Schema<'d, 's>],
    ) -> Option<(ConfiguredProperty<'d>, Option<Lowered>)> {
        let first = schemas.first().filter(|_| self.configured.values.is_configured())?;
        let facts = self.facts.of(first.node);
        let kind = facts.kinds.one().unwrap_or(JsonKind::Any);
        let target = self.facts.refs.find(first.node).and_then(|found| Schema::peek(found.node));
        let format = schemas.iter().chain(&target).find_map(|schema| schema.format);
        let in_rust = self.arena.name_of(owner);
        let found = self.configured.values.property((owner, &in_rust), wire, kind, format, first.node.span);
        let nullable = schemas.iter().all(|schema| self.facts.is_nullable(schema.node));
        let lowered = found.ty.clone().map(|ty| Lowered { ty, nullable });
        Some((found, lowered))
    }
}
