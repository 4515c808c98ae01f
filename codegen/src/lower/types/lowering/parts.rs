//! Lowers multipart bodies to their parts.

use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Reported};
use crate::document::load::node::Node;
use crate::ir::operation::{Part, PartContent};
use crate::ir::types::JsonKind;
use crate::lower::types::arena::names::places::Place;
use crate::lower::types::arena::names::places::Spot;
use crate::lower::types::facts::flat::Flat;
use crate::lower::types::lowering::objects::{Property, field_names, properties, required};
use crate::lower::types::lowering::types::Types;
use crate::lower::types::schema::home::Home;
use crate::lower::types::schema::read::Schema;

impl<'d, 's> Types<'d, 's> {
    /// The parts of a multipart body: each property of its schema is one. Bytes are files, objects are JSON, scalars
    /// are text, and an array is a part for each element (OpenAPI 3.0.4, "Special Considerations for `multipart`").
    ///
    /// # Errors
    /// The schema has an error, or a component that it uses.
    pub fn parts(&mut self, schema: &'d Node<'s>, place: Place, report: &mut Report) -> Result<Vec<Part>, Reported> {
        let mark = self.mark();
        let parts = self.lower_parts(schema, &place, report);
        if parts.is_err() {
            self.roll_back(mark);
        }
        parts
    }

    fn lower_parts(&mut self, schema: &'d Node<'s>, place: &Place, report: &mut Report) -> Result<Vec<Part>, Reported> {
        let Flat { parts: schemas, unions, .. } = self.facts.flatten(&[(schema, Home::Own)], report)?;
        let mut properties = properties(&schemas);
        // A request does not send what only responses have.
        properties.retain(|property| !self.is_read_only(&property.first.value));
        // Each body has its own parts, also if several bodies have the same schema.
        self.facts.budget.afford_copies(properties.iter().map(Property::words), schema.span, report)?;
        if properties.is_empty() || !unions.is_empty() {
            let message = "the schema of the multipart body has no properties: its parts are unknown";
            let help = "give the body's schema `type: object` and a property for each part";
            report.push(Diagnostic::warning(codes::PARTS_UNKNOWN, schema.span, message).help(help));
        }
        let owner = place.names.first().map_or("", String::as_str);
        let required = required(&schemas, &properties, owner, report);
        let names = field_names(&properties, &["new", "clone"], report);
        let mut lowered = Vec::with_capacity(properties.len());
        let mut failed = None;
        for (property, name) in properties.iter().zip(names) {
            let wire = &*property.first.key;
            let (content, repeated) = match self.lower_part(property, place, report) {
                Ok(content) => content,
                Err(reported) => {
                    failed = Some(reported);
                    continue;
                }
            };
            let doc = Schema::peek(&property.first.value).and_then(|s| s.doc(wire));
            let required = required.contains(wire);
            lowered.push(Part { name, wire: wire.to_owned(), content, required, repeated, doc });
        }
        failed.map_or(Ok(lowered), Err)
    }

    fn is_read_only(&self, node: &'d Node<'s>) -> bool {
        let target = self.facts.refs.find(node).map_or(node, |resolved| resolved.node);
        [node, target].into_iter().filter_map(Schema::peek).any(|schema| schema.read_only && !schema.write_only)
    }

    fn lower_part(
        &mut self,
        property: &Property<'d, 's>,
        place: &Place,
        report: &mut Report,
    ) -> Result<(PartContent, bool), Reported> {
        let wire = &*property.first.key;
        let place = place.property(wire, property.home);
        let spot = Spot::Given(&place);
        if !property.others.is_empty() {
            let schemas = property.schemas(report)?;
            let ty = self.lower_together(&schemas, spot, report)?.ty;
            return Ok((PartContent::Json(ty), false));
        }
        let node = &property.first.value;
        self.facts.refs.resolve(node, report)?;
        let schema = Schema::read(self.facts.essence(node), report)?;
        let items = schema.items.filter(|_| schema.described_kinds().one() == Some(JsonKind::Array));
        let Some(element) = items else { return Ok((self.lower_single_part(node, spot, report)?, false)) };
        Ok((self.lower_single_part(element, Spot::Element(&spot, Home::Own), report)?, true))
    }

    fn lower_single_part(
        &mut self,
        node: &'d Node<'s>,
        spot: Spot<'_>,
        report: &mut Report,
    ) -> Result<PartContent, Reported> {
        self.facts.refs.resolve(node, report)?;
        if is_file(self.facts.essence(node)) {
            return Ok(PartContent::File);
        }
        let ty = self.lower_schema(node, spot, report)?.ty;
        Ok(match self.facts.kind(node) {
            JsonKind::Bool | JsonKind::Integer | JsonKind::Number | JsonKind::String => PartContent::Text(ty),
            JsonKind::Array | JsonKind::Object | JsonKind::Any => PartContent::Json(ty),
        })
    }
}

/// Whether a schema describes bytes: `format: binary`, Swagger's `type: file`, or 3.1's `contentMediaType` without an encoding
/// that would make text of it.
fn is_file(node: &Node<'_>) -> bool {
    let text = |key: &str| node.get(key).and_then(Node::as_str);
    text("format") == Some("binary")
        || text("type") == Some("file")
        || (text("contentMediaType").is_some_and(|media| !media.starts_with("text/") && !media.contains("json"))
            && node.get("contentEncoding").is_none())
}
