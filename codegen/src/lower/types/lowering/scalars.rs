//! The type of schemas that apply together, by the kind of value: scalars and arrays here, other kinds in other files.

use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Reported};
use crate::diagnostics::texts::excerpt;
use crate::document::load::node::{Node, Value};
use crate::ir::types::{Element, JsonKind, Literal, Type, TypeKind};
use crate::lower::types::arena::names::places::Spot;
use crate::lower::types::lowering::lowered::Lowered;
use crate::lower::types::lowering::types::Types;
use crate::lower::types::schema::home::Home;
use crate::lower::types::schema::kinds::{Kinds, whole_number};
use crate::lower::types::schema::read::Schema;

impl<'d, 's> Types<'d, 's> {
    /// The type of one or more schemas that apply together and have neither references nor compositions.
    pub(crate) fn lower_plain(
        &mut self,
        parts: &[Schema<'d, 's>],
        spot: Spot<'_>,
        report: &mut Report,
    ) -> Result<Type, Reported> {
        let whole = if let [only] = parts { Some(only.node) } else { None };
        self.lower_plain_of(parts, whole, spot, report)
    }

    /// The same for the parts of the schema `whole`, if they are the parts of one schema.
    pub(crate) fn lower_plain_of(
        &mut self,
        parts: &[Schema<'d, 's>],
        whole: Option<&'d Node<'s>>,
        spot: Spot<'_>,
        report: &mut Report,
    ) -> Result<Type, Reported> {
        let kinds = match common_kinds(parts) {
            Ok(kinds) => kinds,
            Err(conflict) => {
                report.push(*conflict);
                return Ok(Type::Json);
            }
        };
        if parts.iter().any(|p| p.enumeration.is_some() || p.constant.is_some())
            && let Some(ty) = self.lower_enum(parts, kinds, spot, report)?
        {
            return Ok(ty);
        }
        let Some(kind) = kinds.one() else {
            if !kinds.is_empty()
                && let Some(part) = parts.iter().find(|p| !p.kinds.is_empty())
            {
                let message = "a value can have several types: its type is `Json`";
                let note = Diagnostic::note(codes::MIXED_TYPES, part.type_span, message);
                report.push(note.help("for a typed enum, use `oneOf` with one schema for each type"));
            }
            return Ok(Type::Json);
        };
        match kind {
            JsonKind::Object => self.lower_object(parts, whole, spot, report),
            JsonKind::Array => self.lower_array(parts, spot, report),
            kind => Ok(self.scalar(kind, parts)),
        }
    }

    /// The type of a scalar that several schemas describe together.
    pub(crate) fn scalar(&mut self, kind: JsonKind, parts: &[Schema<'d, 's>]) -> Type {
        let by_document = scalar(kind, parts);
        let format = parts.iter().find_map(|part| {
            // The form of JSON Schema for the format `byte` of OpenAPI 3.0.
            let base64 = part.content_encoding.filter(|encoding| *encoding == "base64").map(|_| "byte");
            Some((part.format.or(base64)?, part.node.span))
        });
        self.configured.values.format(kind, format).unwrap_or(by_document)
    }

    fn lower_array(&mut self, parts: &[Schema<'d, 's>], spot: Spot<'_>, report: &mut Report) -> Result<Type, Reported> {
        if let [only] = parts
            && let Some(prefix) = only.prefix_items
        {
            return self.lower_tuple(only, prefix, spot, report);
        }
        if let Some(tuple) = parts.iter().find(|part| part.prefix_items.is_some()) {
            let message = "`prefixItems` in one part of an `allOf`: the elements have the type `Json`";
            report.push(Diagnostic::note(codes::MIXED_TYPES, tuple.node.span, message));
            return Ok(Type::Array(Box::new(Type::Json)));
        }
        let items: Vec<(&'d Node<'s>, Home)> = parts.iter().filter_map(|p| Some((p.items?, p.home))).collect();
        for (node, _) in &items {
            self.configured.values.note_element(self.facts.essence(node));
        }
        let of = match items.as_slice() {
            [] => Type::Json,
            [(one, home)] => self.lower_schema(one, Spot::Element(&spot, *home), report)?.whole(),
            several => {
                let schemas: Result<Vec<_>, Reported> =
                    several.iter().map(|&(node, home)| Ok(Schema { home, ..Schema::read(node, report)? })).collect();
                self.lower_together(&schemas?, Spot::Element(&spot, Home::Own), report)?.whole()
            }
        };
        Ok(Type::Array(Box::new(of)))
    }

    /// An array whose elements have a type by their position
    /// (<https://json-schema.org/draft/2020-12/json-schema-core#section-10.3.1.1>).
    fn lower_tuple(
        &mut self,
        schema: &Schema<'d, 's>,
        prefix: &'d [Node<'s>],
        spot: Spot<'_>,
        report: &mut Report,
    ) -> Result<Type, Reported> {
        let span = schema.node.span;
        self.facts.budget.afford_copies(prefix.iter().map(|_| 0), span, report)?;
        let length = schema.max_items.unwrap_or(usize::MAX);
        let prefix = prefix.get(..length).unwrap_or(prefix);
        let id = self.open_definition(spot, schema, report)?;
        self.remember(schema.node, Lowered { ty: Type::Named(id), nullable: schema.allows_null() });
        let mut elements = Vec::with_capacity(prefix.len());
        let mut failed = None;
        for (at, node) in (1_usize..).zip(prefix) {
            let wire = format!("element {at}");
            match self.lower_schema(node, Spot::Property { owner: id, wire: &wire, home: Home::Own }, report) {
                Ok(lowered) => elements.push(Element { ty: lowered.whole(), boxed: false }),
                Err(reported) => failed = Some(reported),
            }
        }
        let rest = match schema.items {
            _ if schema.closed_items || length <= prefix.len() => None,
            Some(items) => Some(self.lower_schema(items, Spot::Element(&spot, Home::Own), report)?.whole()),
            None => Some(Type::Json),
        };
        let kind = TypeKind::Tuple { required: schema.min_items.min(elements.len()), elements, rest };
        self.arena.set_kind(id, kind);
        failed.map_or(Ok(Type::Named(id)), Err)
    }

    /// A scalar default; `None` after a warning if it is not a value of the type.
    pub(crate) fn literal(
        &mut self,
        default: &'d Node<'s>,
        schema: &'d Node<'s>,
        report: &mut Report,
    ) -> Option<Literal> {
        let facts = self.facts.of(schema);
        let text = default.as_scalar_text();
        let literal = match (facts.kinds.one()?, text) {
            (JsonKind::Any | JsonKind::Array | JsonKind::Object, _) => return None,
            _ if matches!(default.value, Value::Null) => return None,
            (JsonKind::Bool, Some(text)) => text.parse().ok().map(Literal::Bool),
            (JsonKind::Integer, Some(text)) => whole_number(&text).map(Literal::Integer),
            (JsonKind::Number, Some(text)) => text.parse().ok().filter(|f: &f64| f.is_finite()).map(Literal::Float),
            (JsonKind::String, Some(_)) if schema.get("format").and_then(Node::as_str) == Some("password") => {
                return None;
            }
            (JsonKind::String, Some(text)) => Some(Literal::String(text.into_owned())),
            (_, None) => None,
        };
        if literal.is_none() {
            let shown = default.as_scalar_text().unwrap_or_else(|| default.kind().into());
            let message = format!("the default `{}` is not a value of its type", excerpt(&shown));
            report.push(Diagnostic::warning(codes::BAD_DEFAULT, default.span, message).label("ignored"));
        }
        literal
    }
}

/// The kinds that all schemas allow.
///
/// # Errors
/// Two schemas have conflicting types: the warning.
fn common_kinds(parts: &[Schema<'_, '_>]) -> Result<Kinds, Box<Diagnostic>> {
    let mut kinds = Kinds::default();
    let mut from = None;
    for part in parts {
        let own = part.described_kinds();
        if own.is_empty() {
            continue;
        }
        let Some(first) = from else {
            (kinds, from) = (own, Some(part));
            continue;
        };
        let common = kinds.and(own);
        if common.is_empty() {
            let first: &Schema<'_, '_> = first;
            let message = format!(
                "conflicting types in `allOf`: a value cannot be both {} and {}, so its type is `Json`",
                named(kinds),
                named(own)
            );
            let warning = Diagnostic::warning(codes::TYPE_CONFLICT, part.type_span, message)
                .label(format!("{} here", named(own)))
                .related(first.type_span, format!("{} here", named(kinds)))
                .help("give the two the same `type`, or remove one of them");
            return Err(Box::new(warning));
        }
        kinds = common;
    }
    Ok(kinds)
}

fn named(kinds: Kinds) -> &'static str {
    match kinds.one() {
        Some(JsonKind::Bool) => "a boolean",
        Some(JsonKind::Integer) => "an integer",
        Some(JsonKind::Number) => "a number",
        Some(JsonKind::String) => "a string",
        Some(JsonKind::Array) => "an array",
        Some(JsonKind::Object) => "an object",
        _ => "of several types",
    }
}

/// The same by the document alone.
fn scalar(kind: JsonKind, parts: &[Schema<'_, '_>]) -> Type {
    let format = parts.iter().find_map(|p| p.format);
    match kind {
        JsonKind::Bool => Type::Bool,
        JsonKind::Integer => integer(format, parts),
        JsonKind::Number => number(format, parts),
        JsonKind::String => string(format, parts),
        JsonKind::Array | JsonKind::Object | JsonKind::Any => Type::Json,
    }
}

/// Integers by their format: those of OpenAPI and of its format registry (<https://spec.openapis.org/registry/format/>).
fn integer(format: Option<&str>, parts: &[Schema<'_, '_>]) -> Type {
    match format {
        Some("int32" | "int16" | "int8") => Type::I32,
        Some("uint32" | "uint16" | "uint8") => Type::U32,
        Some("uint64" | "uint") => Type::U64,
        _ if parts.iter().any(Schema::is_beyond_i64) => Type::U64,
        _ => Type::I64,
    }
}

fn number(format: Option<&str>, parts: &[Schema<'_, '_>]) -> Type {
    match format {
        Some("int8" | "int16" | "int32" | "int64" | "uint8" | "uint16" | "uint32" | "uint64" | "uint") => {
            integer(format, parts)
        }
        _ => Type::F64,
    }
}

fn string(format: Option<&str>, parts: &[Schema<'_, '_>]) -> Type {
    match format {
        Some("date") => Type::Date,
        Some("date-time") => Type::DateTime,
        Some("uuid") => Type::Uuid,
        Some("byte") => Type::Base64,
        Some("password") => Type::Secret,
        _ if parts.iter().any(|p| p.content_encoding == Some("base64")) => Type::Base64,
        _ => Type::String,
    }
}
