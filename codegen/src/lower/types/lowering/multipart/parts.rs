//! Lowers multipart bodies to their parts.

use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Reported};
use crate::document::load::node::{Member, Node};
use crate::ir::body::{Part, PartContent, PartHeader, Parts};
use crate::ir::types::{JsonKind, Type};
use crate::lower::names;
use crate::lower::names::{Case, Wanted};
use crate::lower::types::arena::names::places::Place;
use crate::lower::types::arena::names::places::Spot;
use crate::lower::types::facts::flat::Flat;
use crate::lower::types::lowering::multipart::encodings::{Encoding, Encodings};
use crate::lower::types::lowering::objects::{Property, field_names, properties, required};
use crate::lower::types::lowering::types::Types;
use crate::lower::types::schema::home::Home;
use crate::lower::types::schema::kinds::Kinds;
use crate::lower::types::schema::read::{Additional, Schema};

/// The names of a generated form that no part can have.
const KEPT: [&str; 3] = ["new", "clone", "with_parts"];

/// The content of a part, and whether it may occur several times.
struct Content {
    content: PartContent,
    media_type: Option<String>,
    repeated: bool,
}

impl<'d, 's> Types<'d, 's> {
    /// The parts of a multipart body: each property of its schema is one. Bytes are files, objects are JSON, scalars
    /// are text, and an array is a part for each element (OpenAPI 3.0.4, "Special Considerations for `multipart`"), unless its
    /// encoding says otherwise.
    ///
    /// # Errors
    /// The schema has an error, or a component that it uses.
    pub fn parts(
        &mut self,
        schema: &'d Node<'s>,
        encodings: Encodings<'d, 's>,
        place: Place,
        report: &mut Report,
    ) -> Result<Parts, Reported> {
        let mark = self.mark();
        let parts = self.lower_parts(schema, encodings, &place, report);
        if parts.is_err() {
            self.roll_back(mark);
        }
        parts
    }

    /// Whether a schema describes bytes and not a JSON value.
    pub fn is_bytes(&self, schema: &'d Node<'s>) -> bool {
        self.facts.essence(schema).get("format").and_then(Node::as_str) == Some("binary")
    }

    /// Whether a schema describes a text.
    pub fn is_text(&mut self, schema: &'d Node<'s>) -> bool {
        self.facts.kind(schema) == JsonKind::String
    }

    /// Whether a part of a multipart body is a file.
    pub fn has_files(&mut self, schema: &'d Node<'s>, report: &mut Report) -> bool {
        let Ok(flat) = self.facts.flatten(&[(schema, Home::Own)], report) else { return false };
        properties(&flat.parts).iter().any(|property| {
            let essence = self.facts.essence(&property.first.value);
            is_file(essence) || essence.get("items").is_some_and(|items| is_file(self.facts.essence(items)))
        })
    }

    fn lower_parts(
        &mut self,
        schema: &'d Node<'s>,
        encodings: Encodings<'d, 's>,
        place: &Place,
        report: &mut Report,
    ) -> Result<Parts, Reported> {
        let Flat { parts: schemas, unions, .. } = self.facts.flatten(&[(schema, Home::Own)], report)?;
        let mut properties = properties(&schemas);
        let owner = place.names.first().map_or("", String::as_str);
        let required = required(&schemas, &properties, owner, report);
        // A request does not send what only responses have.
        properties.retain(|property| !self.is_read_only(&property.first.value));
        // Each body has its own parts, also if several bodies have the same schema.
        self.facts.budget.afford_copies(properties.iter().map(Property::words), schema.span, report)?;
        if properties.is_empty() || !unions.is_empty() {
            let message = "the schema of the multipart body does not describe all parts: they are added by name";
            let help = "give the body's schema `type: object` and a property for each part";
            report.push(Diagnostic::note(codes::PARTS_UNKNOWN, schema.span, message).help(help));
        }
        let names = field_names(&properties, &KEPT, report);
        let mut lowered = Vec::with_capacity(properties.len());
        let mut headers = Vec::new();
        let mut failed = None;
        for (property, name) in properties.iter().zip(names) {
            let wire = &*property.first.key;
            let encoding = encodings.get(wire, report);
            let Content { content, media_type, repeated } = match self.lower_part(property, &encoding, place, report) {
                Ok(content) => content,
                Err(reported) => {
                    failed = Some(reported);
                    continue;
                }
            };
            let doc = Schema::peek(&property.first.value).and_then(|s| s.doc(wire));
            let required = required.contains(wire);
            headers.push(encoding.headers);
            let wire = wire.to_owned();
            lowered.push(Part { name, wire, content, media_type, headers: Vec::new(), required, repeated, doc });
        }
        self.lower_headers(&mut lowered, &headers, place, report)?;
        let is_open = |part: &Schema<'d, 's>| matches!(part.additional, Additional::Any | Additional::Of(_));
        let open = lowered.is_empty() || !unions.is_empty() || schemas.iter().any(is_open);
        failed.map_or(Ok(Parts { parts: lowered, open }), Err)
    }

    fn is_read_only(&self, node: &'d Node<'s>) -> bool {
        let target = self.facts.refs.find(node).map_or(node, |resolved| resolved.node);
        [node, target].into_iter().filter_map(Schema::peek).any(|schema| schema.read_only && !schema.write_only)
    }

    fn lower_part(
        &mut self,
        property: &Property<'d, 's>,
        encoding: &Encoding<'d, 's>,
        place: &Place,
        report: &mut Report,
    ) -> Result<Content, Reported> {
        let wire = &*property.first.key;
        let place = place.property(wire, property.home);
        let spot = Spot::Given(&place);
        let node = &property.first.value;
        self.facts.refs.resolve(node, report)?;
        let schema = Schema::read(self.facts.essence(node), report)?;
        let items = schema.items.filter(|_| schema.described_kinds().one() == Some(JsonKind::Array));
        if is_file(self.facts.essence(items.unwrap_or(node))) {
            let media_type = encoding.first().or(media_type_of(self.facts.essence(items.unwrap_or(node))));
            let media_type = media_type.map(str::to_owned);
            return Ok(Content { content: PartContent::File, media_type, repeated: items.is_some() });
        }
        let whole = !property.others.is_empty() || encoding.style.is_some() || encoding.json().is_some();
        if let Some(element) = items.filter(|_| !whole) {
            let ty = self.lower_schema(element, Spot::Element(&spot, Home::Own), report)?.ty;
            let kinds = self.facts.of(element).kinds;
            return Ok(Content { repeated: true, ..part_content(ty, kinds, encoding) });
        }
        let ty = if property.others.is_empty() {
            self.lower_schema(node, spot, report)?.ty
        } else {
            let schemas = property.schemas(report)?;
            self.lower_together(&schemas, spot, report)?.ty
        };
        Ok(part_content(ty, self.facts.of(node).kinds, encoding))
    }

    /// Adds the headers of the parts.
    fn lower_headers(
        &mut self,
        parts: &mut [Part],
        headers: &[&'d [Member<'s>]],
        place: &Place,
        report: &mut Report,
    ) -> Result<(), Reported> {
        let of_parts = parts.iter().zip(headers).enumerate();
        let declared: Vec<_> = of_parts
            .flat_map(|(index, (part, headers))| headers.iter().map(move |header| (index, part.wire.clone(), header)))
            .filter(|(_, _, header)| !is_set_by_client(&header.key))
            .collect();
        let wanted: Vec<Wanted> =
            declared.iter().map(|(_, wire, h)| Wanted::text(&format!("{wire} {}", h.key))).collect();
        let taken: Vec<String> = parts.iter().map(|part| part.name.to_string()).collect();
        let kept: Vec<&str> = taken.iter().map(String::as_str).chain(KEPT).collect();
        let names = names::settle(&wanted, Case::Snake, &kept);
        for ((index, wire, header), name) in declared.into_iter().zip(names) {
            let node = self.facts.refs.resolve(&header.value, report)?.node;
            let place = place.property(&format!("{wire} {}", header.key), Home::Own);
            let ty = match node.get("schema") {
                Some(schema) => self.lower_schema(schema, Spot::Given(&place), report)?.ty,
                None => Type::String,
            };
            let required = node.get("required").and_then(Node::as_bool).unwrap_or(false);
            let doc = node.get("description").and_then(Node::as_str).map(str::to_owned);
            if let Some(part) = parts.get_mut(index) {
                part.headers.push(PartHeader { name, wire: header.key.to_string(), ty, required, doc });
            }
        }
        Ok(())
    }
}

/// Whether the client sets a header of each part itself: its type is that of the encoding, and a header for it is ignored
/// (OpenAPI 3.0.4, "Encoding Object"), and its disposition has the names of the part and of its file.
fn is_set_by_client(header: &str) -> bool {
    ["content-type", "content-disposition"].iter().any(|own| header.eq_ignore_ascii_case(own))
}

/// The content of a part that is not a file. A JSON value that the document encodes as another media type is a file, which the caller
/// encodes.
fn part_content(ty: Type, kinds: Kinds, encoding: &Encoding<'_, '_>) -> Content {
    let first = encoding.first().map(str::to_owned);
    let is_scalar = !kinds.is_empty() && !kinds.has(Kinds::ARRAY.or(Kinds::OBJECT));
    let (content, media_type) = match (encoding.style, encoding.json()) {
        (Some(style), _) => (PartContent::Styled(ty, style), None),
        (None, Some(_)) => (PartContent::Json(ty), first),
        (None, None) if is_scalar => (PartContent::Text(ty), first),
        (None, None) if first.is_some() => (PartContent::File, first),
        (None, None) => (PartContent::Json(ty), None),
    };
    Content { content, media_type, repeated: false }
}

/// Whether a schema describes bytes: `format: binary`, Swagger's `type: file`, or 3.1's `contentMediaType` without an encoding
/// that would make text of it.
fn is_file(node: &Node<'_>) -> bool {
    let text = |key: &str| node.get(key).and_then(Node::as_str);
    text("format") == Some("binary")
        || text("type") == Some("file")
        || (media_type_of(node).is_some_and(|media| !media.starts_with("text/") && !media.contains("json"))
            && node.get("contentEncoding").is_none())
}

/// The media type that a schema of OpenAPI 3.1 gives for its text or bytes.
fn media_type_of<'d>(node: &'d Node<'_>) -> Option<&'d str> {
    node.get("contentMediaType").and_then(Node::as_str)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use crate::config::options::Options;
    use crate::diagnostics::report::Report;
    use crate::document::references::Refs;
    use crate::lower::types::tests::testing::{node, place};
    use crate::lower::types::{Encodings, Types};

    /// A setter for a header that the client sets would fail at each call.
    #[test]
    fn headers_that_the_client_sets_are_left_out() {
        let root = node(
            r#"{"schema": {"properties": {"file": {"type": "string", "format": "binary"}}},
              "encoding": {"file": {"headers": {"Content-Disposition": {"required": true, "schema": {"type": "string"}},
                "content-TYPE": {"schema": {"type": "string"}}, "X-Rate": {"schema": {"type": "integer"}},
                "Content-ID": {"schema": {"type": "string"}}}}}}"#,
        );
        let (options, mut report, refs) = (Options::default(), Report::default(), Refs::new(&root));
        let mut types = Types::new(&refs, &root, &options, &mut report);
        let schema = root.get("schema").unwrap();
        let parts = types.parts(schema, Encodings::of(&root), place("Form", ""), &mut report).unwrap().parts;
        let headers: Vec<&str> =
            parts.iter().flat_map(|part| &part.headers).map(|header| header.wire.as_str()).collect();
        assert_eq!(headers, ["X-Rate", "Content-ID"]);
        assert!(report.diagnostics.is_empty());
    }
}
