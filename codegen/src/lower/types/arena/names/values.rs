//! The types that the configuration chooses for formats and properties.

use crate::config::options::{Options, ValueTypes};
use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Severity, Span};
use crate::diagnostics::texts::{excerpt, nearest};
use crate::document::load::node::Node;
use crate::ir::types::{JsonKind, Type, TypeId};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeSet;

/// The tables `[types.formats]`, `[types.properties]` and `[types.lenient]`, with what the document has of them.
pub(crate) struct ConfiguredValues<'d> {
    options: &'d Options,
    types: &'d ValueTypes,
    /// The names of the components in the document.
    components: FxHashMap<TypeId, String>,
    /// The formats and the properties of the document, for suggestions.
    formats: BTreeSet<String>,
    properties: BTreeSet<String>,
    /// The keys that were used.
    used: FxHashSet<&'d str>,
    /// The keys that do not fit the document.
    unfit: Vec<Unfit<'d>>,
    /// The formats of `empty-is-none` that elements of arrays or values of maps have, with the first of them.
    elements: FxHashMap<&'d str, Span>,
}

/// A key that does not fit a schema of the document.
struct Unfit<'d> {
    table: &'static str,
    key: &'d str,
    why: String,
    help: &'static str,
    /// The first schema.
    span: Span,
}

const READERS: &str = "strings are read by `String`, `Secret`, `Date`, `DateTime`, `Uuid`, `Base64` and `mime`, integers by `i32`, \
                       `i64`, `u32`, `u64`, `i128` and `f64`, numbers by `f64`, and any value by `Json` and by a type of your own";

const EMPTY: &str = "remove this line: the type of the value reads the empty string";

/// What the configuration says of a property.
#[derive(Default)]
pub(crate) struct ConfiguredProperty<'d> {
    pub(crate) ty: Option<Type>,
    /// The table and the key that make the empty string mean that there is no value.
    empty: Option<(&'static str, &'d str)>,
}

impl<'d> ConfiguredValues<'d> {
    pub(crate) fn new(options: &'d Options) -> Self {
        Self {
            options,
            types: &options.value_types,
            components: FxHashMap::default(),
            formats: BTreeSet::new(),
            properties: BTreeSet::new(),
            used: FxHashSet::default(),
            unfit: Vec::new(),
            elements: FxHashMap::default(),
        }
    }

    /// Whether the configuration has one of the tables.
    pub(crate) fn is_configured(&self) -> bool {
        !self.types.is_empty()
    }

    pub(crate) fn note_component(&mut self, id: TypeId, name: &str) {
        if self.is_configured() {
            self.components.insert(id, name.to_owned());
        }
    }

    /// Forgets the components, whose ids change after all of them are lowered.
    pub(crate) fn forget_components(&mut self) {
        self.components.clear();
    }

    /// The type of the values of a format, or of a kind without format.
    pub(crate) fn format(&mut self, kind: JsonKind, format: Option<(&str, Span)>) -> Option<Type> {
        if !self.is_configured() {
            return None;
        }
        let (name, span) = match (format, kind) {
            (Some((format, span)), _) => (format, Some(span)),
            (None, JsonKind::Integer) => ("integer", None),
            (None, JsonKind::Number) => ("number", None),
            (None, _) => return None,
        };
        self.note_format(name);
        let (key, ty) = self.types.formats.get_key_value(name)?;
        self.used.insert(key);
        self.fitting("types.formats", key, ty, kind, span)
    }

    /// What the configuration says of a property of a type, which has an id and a name in Rust.
    pub(crate) fn property(
        &mut self,
        (owner, in_rust): (TypeId, &str),
        wire: &str,
        kind: JsonKind,
        format: Option<&str>,
        span: Span,
    ) -> ConfiguredProperty<'d> {
        let mut found = ConfiguredProperty::default();
        let in_document = self.components.get(&owner).map(|name| format!("{name}.{wire}"));
        let names: Vec<String> = in_document.into_iter().chain([format!("{in_rust}.{wire}")]).collect();
        for name in &names {
            if let Some((key, ty)) = self.types.properties.get_key_value(name.as_str()) {
                self.used.insert(key);
                found.ty = self.fitting("types.properties", key, ty, kind, Some(span));
            }
            if let Some((key, table)) = self.types.empty_properties.get_key_value(name.as_str()) {
                found.empty = Some((table, key));
            }
        }
        if let Some(format) = format {
            self.note_format(format);
            if let Some((key, table)) = self.types.empty_formats.get_key_value(format) {
                self.used.insert(key);
                // A property that is any text by the configuration takes precedence.
                if !found.ty.as_ref().is_some_and(is_any_text) {
                    found.empty = found.empty.or(Some((table, key)));
                }
            }
        }
        self.used.extend(found.empty.map(|(_, key)| key));
        self.properties.extend(names);
        found
    }

    /// Whether the empty string means that a property has no value. The type of the property is known.
    pub(crate) fn empty_is_none(&mut self, property: &ConfiguredProperty<'d>, ty: &Type, span: Span) -> bool {
        let Some((table, key)) = property.empty else { return false };
        if is_any_text(ty) {
            self.note_unfit(Unfit {
                table,
                key,
                why: "the empty string is one of its values".to_owned(),
                help: EMPTY,
                span,
            });
        }
        !is_any_text(ty)
    }

    /// Notes the format of the elements of an array, or of the values of a map.
    pub(crate) fn note_element(&mut self, schema: &Node<'_>) {
        let Some(format) = schema.get("format").filter(|_| self.is_configured()).and_then(Node::as_str) else { return };
        if let Some((key, _)) = self.types.empty_formats.get_key_value(format) {
            self.elements.entry(key).or_insert(schema.span);
        }
    }

    fn note_format(&mut self, format: &str) {
        if !self.formats.contains(format) {
            self.formats.insert(format.to_owned());
        }
    }

    /// The type, if it reads values of a kind.
    fn fitting(
        &mut self,
        table: &'static str,
        key: &'d str,
        ty: &Type,
        kind: JsonKind,
        span: Option<Span>,
    ) -> Option<Type> {
        if reads(ty, kind) {
            return Some(ty.clone());
        }
        let values = match kind {
            JsonKind::Bool => "booleans",
            JsonKind::Integer => "integers",
            JsonKind::Number => "numbers",
            JsonKind::String => "strings",
            JsonKind::Array => "arrays",
            JsonKind::Object => "objects",
            JsonKind::Any => "values of any kind",
        };
        if let Some(span) = span {
            let why = format!("its values are {values}, which the type does not read");
            self.note_unfit(Unfit { table, key, why, help: READERS, span });
        }
        None
    }

    fn note_unfit(&mut self, unfit: Unfit<'d>) {
        if !self.unfit.iter().any(|known| known.key == unfit.key) {
            self.unfit.push(unfit);
        }
    }

    /// Reports the keys that name nothing, and the types that do not read what they are for.
    pub(crate) fn report(&self, report: &mut Report) {
        for Unfit { table, key, why, help, span } in &self.unfit {
            let message = format!("`{}` in `[{table}]` does not fit: {why}", excerpt(key));
            let place = self.options.places.of(table, key);
            let error = Diagnostic::new(Severity::Error, codes::UNFIT_TYPE, place, message);
            report.push(error.related(*span, "the schema").help(*help));
        }
        let types = self.types;
        let unused = |key: &&String| !self.used.contains(key.as_str());
        let formats = types.formats.keys().map(|key| ("types.formats", key));
        self.report_elsewhere(report);
        let empty_formats = types.empty_formats.iter().map(|(key, table)| (*table, key));
        let empty_formats = empty_formats.filter(|(_, key)| !self.formats.contains(key.as_str()));
        for (table, key) in formats.chain(empty_formats).filter(|(_, key)| unused(key)) {
            let message = format!("the document has no values of the format `{}` in `[{table}]`", excerpt(key));
            self.unknown(
                table,
                key,
                message,
                &self.formats,
                "use a format of the document, `integer` or `number`",
                report,
            );
        }
        let properties = types.properties.keys().map(|key| ("types.properties", key));
        let empty_properties = types.empty_properties.iter().map(|(key, table)| (*table, key));
        for (table, key) in properties.chain(empty_properties).filter(|(_, key)| unused(key)) {
            let message = format!("unknown property `{}` in `[{table}]`", excerpt(key));
            let help = "use the name of a schema and of its property, such as `Pet.birthday`";
            self.unknown(table, key, message, &self.properties, help, report);
        }
    }

    /// Reports the formats of `empty-is-none` that other values than properties have: only a property can be absent.
    fn report_elsewhere(&self, report: &mut Report) {
        for (key, table) in self.types.empty_formats.iter().filter(|(key, _)| self.formats.contains(key.as_str())) {
            let (severity, message) = match (self.used.contains(key.as_str()), self.elements.get(key.as_str())) {
                (true, None) => continue,
                (true, Some(_)) => (Severity::Warning, "elements of arrays and values of maps are read as before"),
                (false, _) => (Severity::Error, "no property has this format"),
            };
            let message =
                format!("`{}` in `[{table}]` is `empty-is-none` for properties of objects: {message}", excerpt(key));
            let mut diagnostic =
                Diagnostic::new(severity, codes::UNFIT_TYPE, self.options.places.of(table, key), message);
            if let Some(span) = self.elements.get(key.as_str()) {
                diagnostic = diagnostic.related(*span, "not a property");
            }
            let help = "for elements, values of maps, parameters and headers choose `String` under `[types.formats]`";
            report.push(diagnostic.help(help));
        }
    }

    fn unknown(
        &self,
        table: &'static str,
        key: &str,
        message: String,
        known: &BTreeSet<String>,
        help: &str,
        report: &mut Report,
    ) {
        let place = self.options.places.of(table, key);
        let error = Diagnostic::new(Severity::Error, codes::UNKNOWN_SCHEMA_IN_CONFIG, place, message);
        report.push(match nearest(key, known.iter().map(String::as_str)) {
            Some(near) => error.help(format!("did you mean `{}`?", excerpt(near))),
            None => error.help(help),
        });
    }
}

/// Whether the type reads values of a kind.
fn reads(ty: &Type, kind: JsonKind) -> bool {
    match ty {
        Type::Bool => kind == JsonKind::Bool,
        Type::I32 | Type::I64 | Type::U32 | Type::U64 | Type::I128 => kind == JsonKind::Integer,
        Type::F64 => matches!(kind, JsonKind::Integer | JsonKind::Number),
        Type::String | Type::Secret | Type::Date | Type::DateTime | Type::Uuid | Type::Base64 | Type::MimeBase64 => {
            kind == JsonKind::String
        }
        Type::Json | Type::Replaced(_) => true,
        Type::Named(_) | Type::Array(_) | Type::Map(_) | Type::Nullable(_) => false,
    }
}

/// Whether the empty string is one of many texts that are values of the type.
fn is_any_text(ty: &Type) -> bool {
    matches!(ty, Type::String | Type::Secret | Type::Json)
}
