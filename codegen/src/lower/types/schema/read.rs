//! Reads a schema in one pass over its keys, and determines the kinds of JSON value that it allows.

use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Reported, Span};
use crate::diagnostics::texts::{excerpt, nearest};
use crate::document::load::node::{Mark, Member, Node, Value};
use crate::ir::types::JsonKind;
use crate::lower::types::schema::home::Home;
use crate::lower::types::schema::kinds::{Kinds, value_kind};

/// The keys of a schema that affect types.
#[derive(Clone, Copy)]
pub(crate) struct Schema<'d, 's> {
    pub(crate) node: &'d Node<'s>,
    pub(crate) reference: Option<&'d Node<'s>>,
    pub(crate) kinds: Kinds,
    pub(crate) type_span: Span,
    pub(crate) format: Option<&'d str>,
    pub(crate) content_encoding: Option<&'d str>,
    pub(crate) content_media_type: Option<&'d str>,
    pub(crate) title: Option<&'d str>,
    pub(crate) description: Option<&'d str>,
    pub(crate) nullable: bool,
    pub(crate) deprecated: bool,
    pub(crate) read_only: bool,
    pub(crate) write_only: bool,
    pub(crate) enumeration: Option<&'d Node<'s>>,
    pub(crate) constant: Option<&'d Node<'s>>,
    pub(crate) default: Option<&'d Node<'s>>,
    pub(crate) properties: Option<&'d [Member<'s>]>,
    pub(crate) properties_span: Span,
    pub(crate) required: Option<&'d [Node<'s>]>,
    pub(crate) additional: Additional<'d, 's>,
    pub(crate) items: Option<&'d Node<'s>>,
    /// Whether an array has no elements besides those of `prefix_items`.
    pub(crate) closed_items: bool,
    /// The schemas of the first elements of an array.
    pub(crate) prefix_items: Option<&'d [Node<'s>]>,
    pub(crate) min_items: usize,
    pub(crate) max_items: Option<usize>,
    pub(crate) minimum: Option<&'d str>,
    pub(crate) maximum: Option<&'d str>,
    pub(crate) all_of: Option<&'d Node<'s>>,
    pub(crate) one_of: Option<&'d Node<'s>>,
    pub(crate) any_of: Option<&'d Node<'s>>,
    pub(crate) not: Option<&'d Node<'s>>,
    pub(crate) discriminator: Option<&'d Node<'s>>,
    /// The schema that it belongs to, if it is lowered as a part of another schema.
    pub(crate) home: Home,
}

/// `additionalProperties` of an object.
#[derive(Clone, Copy)]
pub(crate) enum Additional<'d, 's> {
    /// It is not specified.
    Unspecified,
    /// Additional properties are not allowed.
    None,
    /// Additional properties have any type.
    Any,
    /// Additional properties have a schema.
    Of(&'d Node<'s>),
}

const TYPE_NAMES: [&str; 7] = ["string", "integer", "number", "boolean", "array", "object", "null"];

impl<'d, 's> Schema<'d, 's> {
    /// Reads a schema, and reports what is wrong with its keywords.
    ///
    /// # Errors
    /// The value cannot be a schema.
    pub(crate) fn read(node: &'d Node<'s>, report: &mut Report) -> Result<Self, Reported> {
        let mut found = Vec::new();
        let schema = Self::parse(node, &mut found);
        found.into_iter().for_each(|diagnostic| report.push(diagnostic));
        schema.map_err(|error| report.error(*error))
    }

    /// Reads a schema and reports nothing; `None` if the value cannot be a schema.
    pub(crate) fn peek(node: &'d Node<'s>) -> Option<Self> {
        Self::parse(node, &mut Vec::new()).ok()
    }

    /// Reads a schema, and adds the diagnostics that do not stop it to `found`.
    ///
    /// # Errors
    /// The value cannot be a schema.
    pub(crate) fn parse(node: &'d Node<'s>, found: &mut Vec<Diagnostic>) -> Result<Self, Box<Diagnostic>> {
        let mut schema = Self::without_keywords(node);
        match &node.value {
            Value::Object(members) => {
                for member in members {
                    schema.read_key(member, found);
                }
                Ok(schema)
            }
            // In JSON Schema, `true` allows any value and `false` no value. Neither has other keywords.
            Value::Bool(_) | Value::Null => Ok(schema),
            _ => {
                let message = format!("a schema must be an object, found {}", node.kind());
                Err(Diagnostic::error(codes::NO_SCHEMA, node.span, message)
                    .help("write a schema such as `{type: string}`, or `{}` for a value of any type")
                    .into())
            }
        }
    }

    pub(crate) fn without_keywords(node: &'d Node<'s>) -> Self {
        Self {
            node,
            reference: None,
            kinds: Kinds::default(),
            type_span: node.span,
            format: None,
            content_encoding: None,
            content_media_type: None,
            title: None,
            description: None,
            nullable: false,
            deprecated: false,
            read_only: false,
            write_only: false,
            enumeration: None,
            constant: None,
            default: None,
            properties: None,
            properties_span: node.span,
            required: None,
            additional: Additional::Unspecified,
            items: None,
            closed_items: false,
            prefix_items: None,
            min_items: 0,
            max_items: None,
            minimum: None,
            maximum: None,
            all_of: None,
            one_of: None,
            any_of: None,
            not: None,
            discriminator: None,
            home: Home::Own,
        }
    }

    fn read_key(&mut self, member: &'d Member<'s>, found: &mut Vec<Diagnostic>) {
        let value = &member.value;
        let list = || value.elements().is_some_and(|e| !e.is_empty()).then_some(value);
        match &*member.key {
            "$ref" => self.reference = Some(value),
            "type" => self.read_type(value, found),
            "format" => self.format = value.as_str(),
            "contentEncoding" => self.content_encoding = value.as_str(),
            "contentMediaType" => self.content_media_type = value.as_str(),
            "title" => self.title = value.as_str().filter(|t| !t.trim().is_empty()),
            "description" => self.description = value.as_str().filter(|t| !t.trim().is_empty()),
            "nullable" | "x-nullable" => self.nullable |= value.as_bool() == Some(true),
            "deprecated" => self.deprecated = value.as_bool() == Some(true),
            "readOnly" => self.read_only = value.as_bool() == Some(true),
            "writeOnly" => self.write_only = value.as_bool() == Some(true),
            "enum" => self.enumeration = value.elements().map(|_| value),
            "const" => self.constant = Some(value),
            "default" => self.default = Some(value),
            "properties" => {
                self.properties = value.members();
                self.properties_span = value.span;
            }
            "required" => self.required = value.elements(),
            "additionalProperties" => {
                self.additional = match &value.value {
                    Value::Bool(false) => Additional::None,
                    Value::Bool(true) => Additional::Any,
                    Value::Object(members) if members.is_empty() && value.mark.is_none() => Additional::Any,
                    Value::Object(_) => Additional::Of(value),
                    _ => Additional::Unspecified,
                };
            }
            "items" => match &value.value {
                Value::Bool(allowed) => self.closed_items = !allowed,
                _ => self.items = Some(value),
            },
            "prefixItems" => self.prefix_items = value.elements().filter(|elements| !elements.is_empty()),
            "minItems" => self.min_items = count(value).unwrap_or_default(),
            "maxItems" => self.max_items = count(value),
            "minimum" => self.minimum = value.as_number(),
            "maximum" => self.maximum = value.as_number(),
            "allOf" => self.all_of = list(),
            "oneOf" => self.one_of = list(),
            "anyOf" => self.any_of = list(),
            "not" => self.not = Some(value),
            "discriminator" => self.discriminator = Some(value),
            _ => {}
        }
    }

    fn read_type(&mut self, value: &'d Node<'s>, found: &mut Vec<Diagnostic>) {
        self.type_span = value.span;
        match &value.value {
            Value::String(name) => self.read_type_name(name, value.span, found),
            Value::Null => self.kinds = Kinds::NULL,
            Value::Array(names) => {
                for name in names {
                    match name.as_str() {
                        Some(text) => self.read_type_name(text, name.span, found),
                        // `type: [string, null]` in YAML.
                        None => self.kinds = self.kinds.or(Kinds::NULL),
                    }
                }
            }
            _ => self.unknown_type(value.kind(), value.span, found),
        }
    }

    fn read_type_name(&mut self, name: &str, span: Span, found: &mut Vec<Diagnostic>) {
        if let Some(kind) = Kinds::named(name) {
            self.kinds = self.kinds.or(kind);
        } else if name.eq_ignore_ascii_case("any") {
            self.kinds = Kinds::default();
        } else {
            self.kinds = self.kinds.or(Kinds::meant(name).unwrap_or_default());
            self.unknown_type(name, span, found);
        }
    }

    fn unknown_type(&self, name: &str, span: Span, found: &mut Vec<Diagnostic>) {
        let read_as = Kinds::meant(name).map_or("a value of any type", |k| match k.one() {
            Some(JsonKind::Bool) => "`boolean`",
            Some(JsonKind::Integer) => "`integer`",
            Some(JsonKind::Number) => "`number`",
            Some(JsonKind::String) => "`string`",
            Some(JsonKind::Array) => "`array`",
            Some(JsonKind::Object) => "`object`",
            _ => "`null`",
        });
        let message = format!("unknown type `{}`: treated as {read_as}", excerpt(name));
        let warning = Diagnostic::warning(codes::UNKNOWN_TYPE, span, message);
        found.push(match nearest(name, TYPE_NAMES.into_iter()) {
            Some(near) => warning.help(format!("did you mean `{near}`?")),
            None => warning.help(format!("the types of JSON Schema are {}", TYPE_NAMES.join(", "))),
        });
    }

    /// The kinds of value that it allows, by its `type` or else by its other keys, without `null`.
    pub(crate) fn described_kinds(&self) -> Kinds {
        let said = self.kinds.without(Kinds::NULL);
        if !said.is_empty() || self.kinds.has(Kinds::NULL) {
            return said;
        }
        if self.properties.is_some() || matches!(self.additional, Additional::Any | Additional::Of(_)) {
            return Kinds::OBJECT;
        }
        if self.items.is_some() || self.prefix_items.is_some() {
            return Kinds::ARRAY;
        }
        let values = self.enumeration.and_then(Node::elements).unwrap_or_default().iter().chain(self.constant);
        let by_values = values.fold(Kinds::default(), |kinds, value| kinds.or(value_kind(value))).without(Kinds::NULL);
        if !by_values.is_empty() {
            return by_values;
        }
        match self.format {
            Some("date" | "date-time" | "uuid" | "byte" | "binary" | "password" | "uri" | "email") => Kinds::STRING,
            Some("int32" | "int64") => Kinds::INTEGER,
            Some("float" | "double") => Kinds::NUMBER,
            _ => Kinds::default(),
        }
    }

    /// The values that it lists, without `null`; `None` if it lists none.
    pub(crate) fn values(&self) -> Option<Vec<&'d Node<'s>>> {
        let values = self.enumeration.and_then(Node::elements).unwrap_or_default().iter().chain(self.constant);
        let values: Vec<_> = values.filter(|value| !matches!(value.value, Value::Null)).collect();
        (!values.is_empty()).then_some(values)
    }

    /// Whether it describes integers that are not negative and can exceed 63 bits.
    pub(crate) fn is_beyond_i64(&self) -> bool {
        let is_unsigned = self.minimum.is_some_and(|least| !least.starts_with('-'));
        let exceeds = |most: &str| most.parse::<i64>().is_err() && most.parse::<f64>().is_ok_and(|most| most >= 9.3e18);
        is_unsigned && self.maximum.is_some_and(exceeds)
    }

    /// Whether it is `null` and nothing else.
    pub(crate) fn is_only_null(&self) -> bool {
        if self.reference.is_some() || self.has_composition() {
            return false;
        }
        let all_null =
            |values: &[Node<'_>]| !values.is_empty() && values.iter().all(|v| matches!(v.value, Value::Null));
        self.kinds == Kinds::NULL
            || self.constant.is_some_and(|c| matches!(c.value, Value::Null))
            || self.enumeration.and_then(Node::elements).is_some_and(all_null)
    }

    /// Whether its own keywords allow `null`.
    pub(crate) fn allows_null(&self) -> bool {
        let null_in = |values: &[Node<'_>]| values.iter().any(|v| matches!(v.value, Value::Null));
        self.nullable || self.kinds.has(Kinds::NULL) || self.enumeration.and_then(Node::elements).is_some_and(null_in)
    }

    /// Whether it has `allOf`, `oneOf` or `anyOf`.
    pub(crate) fn has_composition(&self) -> bool {
        self.all_of.is_some() || self.one_of.is_some() || self.any_of.is_some()
    }

    /// Whether a value can have anything beside what other schemas describe of it.
    pub(crate) fn is_any_value(&self) -> bool {
        matches!(self.node.mark.as_deref(), Some(Mark::AnyValue))
    }

    /// Whether it does not restrict the value: it has only descriptions, or no keywords.
    pub(crate) fn describes_nothing(&self) -> bool {
        self.reference.is_none()
            && !self.is_any_value()
            && !self.has_composition()
            && self.kinds.without(Kinds::NULL).is_empty()
            && !self.restricts()
    }

    /// Whether it has keywords besides `type` that restrict the value.
    pub(crate) fn restricts(&self) -> bool {
        self.properties.is_some_and(|p| !p.is_empty())
            || self.required.is_some_and(|r| !r.is_empty())
            || self.enumeration.is_some()
            || self.constant.is_some()
            || self.items.is_some()
            || self.prefix_items.is_some()
            || self.format.is_some()
            || matches!(self.additional, Additional::Any | Additional::Of(_))
    }

    /// Whether it restricts the value by `required` alone.
    pub(crate) fn restricts_by_required(&self) -> bool {
        self.restricts() && !Self { required: None, ..*self }.restricts()
    }

    /// Whether it only requires properties that its owner declares, as in `oneOf: [{required: [a]}, {required: [b]}]`.
    pub(crate) fn only_requires(&self, owner: &Schema<'_, '_>) -> bool {
        let is_declared =
            |name: &str| owner.properties.unwrap_or_default().iter().any(|property| &*property.key == name);
        self.reference.is_none()
            && !self.has_composition()
            && (self.required.is_some() || self.not.is_some())
            && self.enumeration.is_none()
            && self.constant.is_none()
            && self.items.is_none()
            && self.properties.is_none_or(|p| p.iter().all(|m| describes_nothing(&m.value) && is_declared(&m.key)))
    }

    /// The title and the description, as one text.
    pub(crate) fn doc(&self, name: &str) -> Option<String> {
        let plain =
            |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
        let title = self.title.filter(|title| plain(title) != plain(name));
        match (title, self.description) {
            (Some(title), Some(description)) if !description.starts_with(title) => {
                Some(format!("{title}\n\n{description}"))
            }
            (_, Some(text)) | (Some(text), None) => Some(text.to_owned()),
            (None, None) => None,
        }
    }
}

/// A number of elements.
fn count(value: &Node<'_>) -> Option<usize> {
    value.as_number()?.parse().ok()
}

/// Whether a schema has no keywords.
fn describes_nothing(node: &Node<'_>) -> bool {
    node.mark.is_none() && node.members().is_none_or(<[_]>::is_empty)
}
