//! Objects: structs, maps and free-form JSON.

use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Reported};
use crate::diagnostics::texts::excerpt;
use crate::document::load::node::{Member, Node};
use crate::ir::ident::Ident;
use crate::ir::types::{Field, Literal, Type, TypeId, TypeKind};
use crate::lower::names::{Case, Wanted, ident, settle};
use crate::lower::types::arena::names::places::Spot;
use crate::lower::types::arena::names::shared::Shared;
use crate::lower::types::facts::schema_facts::scalar;
use crate::lower::types::lowering::lowered::Lowered;
use crate::lower::types::lowering::types::Types;
use crate::lower::types::schema::home::Home;
use crate::lower::types::schema::read::Additional;
use crate::lower::types::schema::read::Schema;
use rustc_hash::{FxHashMap, FxHashSet};

/// A property, which one schema or several schemas together describe.
pub(crate) struct Property<'d, 's> {
    pub(crate) first: &'d Member<'s>,
    /// The schema that it is a property of.
    pub(crate) home: Home,
    pub(crate) others: Vec<(&'d Node<'s>, Home)>,
}

impl<'d, 's> Property<'d, 's> {
    /// Its schemas.
    ///
    /// # Errors
    /// A schema cannot be read.
    pub(crate) fn schemas(&self, report: &mut Report) -> Result<Vec<Schema<'d, 's>>, Reported> {
        let nodes = std::iter::once((&self.first.value, self.home)).chain(self.others.iter().copied());
        nodes.map(|(node, home)| Ok(Schema { home, ..Schema::read(node, report)? })).collect()
    }

    /// The number of bytes of its text that are copied to a field.
    pub(crate) fn words(&self) -> usize {
        let nodes = std::iter::once(&self.first.value).chain(self.others.iter().map(|(node, _)| *node));
        let texts = nodes.flat_map(|node| ["title", "description", "default"].map(|key| node.get(key)));
        self.first.key.len() + texts.flatten().filter_map(Node::as_str).map(str::len).sum::<usize>()
    }
}

impl<'d, 's> Types<'d, 's> {
    /// The type of object schemas that apply together; `whole` is the schema of which they are the parts, if there is one.
    pub(crate) fn lower_object(
        &mut self,
        parts: &[Schema<'d, 's>],
        whole: Option<&'d Node<'s>>,
        spot: Spot<'_>,
        report: &mut Report,
    ) -> Result<Type, Reported> {
        let Some(schema) = parts.first() else { return Ok(Type::Json) };
        let properties = properties(parts);
        let span = schema.node.span;
        match parts {
            [_] => self.facts.budget.afford(properties.len(), span, report)?,
            // A schema that others extend is copied to each of them.
            _ => self.facts.budget.afford_copies(properties.iter().map(Property::words), span, report)?,
        }
        let additional = additional(parts);
        if properties.is_empty() {
            return self.lower_map(additional, spot, report);
        }
        let id = self.open_definition(spot, schema, report)?;
        if let Some(whole) = whole {
            let nullable = if let [only] = parts { only.allows_null() } else { self.facts.is_nullable(whole) };
            self.remember(whole, Lowered { ty: Type::Named(id), nullable });
        }
        let (additional, additional_home) = additional;
        let has_additional = matches!(additional, Additional::Any | Additional::Of(_));
        let fields = self.lower_fields(id, parts, &properties, has_additional, report);
        let additional = match additional {
            Additional::Of(node) => {
                Some(self.lower_schema(node, Spot::Additional { owner: id, home: additional_home }, report)?.whole())
            }
            Additional::Any => Some(Type::Json),
            Additional::None | Additional::Unspecified => None,
        };
        let additional = additional.map(|ty| (additional_name(), ty));
        self.arena.set_kind(id, TypeKind::Struct { fields: fields?, additional });
        Ok(Type::Named(id))
    }

    /// The type of an object without properties.
    fn lower_map(
        &mut self,
        (additional, home): (Additional<'d, 's>, Home),
        spot: Spot<'_>,
        report: &mut Report,
    ) -> Result<Type, Reported> {
        Ok(match additional {
            Additional::Of(node) => {
                self.configured.values.note_element(self.facts.essence(node));
                Type::Map(Box::new(self.lower_schema(node, Spot::Value(&spot, home), report)?.whole()))
            }
            Additional::Any => Type::Map(Box::new(Type::Json)),
            Additional::None | Additional::Unspecified => Type::Json,
        })
    }

    /// The fields of a struct. All properties are lowered, also after an error in one of them.
    fn lower_fields(
        &mut self,
        id: TypeId,
        parts: &[Schema<'d, 's>],
        properties: &[Property<'d, 's>],
        has_additional: bool,
        report: &mut Report,
    ) -> Result<Vec<Field>, Reported> {
        let owner = self.arena.name_of(id);
        let required = required(parts, properties, &owner, report);
        let reserved: &[&str] = if has_additional { &["new", "clone", "additional"] } else { &["new", "clone"] };
        let names = field_names(properties, reserved, report);
        let mut fields = Vec::with_capacity(properties.len());
        let mut failed = None;
        for (property, name) in properties.iter().zip(names) {
            let is_required = required.contains(&*property.first.key);
            match self.lower_field(id, property, name, is_required, report) {
                Ok(field) => fields.push(field),
                Err(reported) => failed = Some(reported),
            }
        }
        failed.map_or(Ok(fields), Err)
    }

    fn lower_field(
        &mut self,
        owner: TypeId,
        property: &Property<'d, 's>,
        name: Ident,
        required: bool,
        report: &mut Report,
    ) -> Result<Field, Reported> {
        let wire = &*property.first.key;
        let schemas = property.schemas(report)?;
        let (chosen, lowered) = self.configured_property(owner, wire, &schemas).unzip();
        let lowered = match lowered.flatten() {
            Some(lowered) => lowered,
            None => self.lower_property(&schemas, Spot::Property { owner, wire, home: Home::Own }, report)?,
        };
        let span = property.first.value.span;
        let empty_is_none =
            chosen.is_some_and(|chosen| self.configured.values.empty_is_none(&chosen, &lowered.ty, span));
        let mut field = Field {
            name,
            wire: wire.to_owned(),
            nullable: lowered.nullable && lowered.ty != Type::Json,
            ty: lowered.ty,
            required,
            empty_is_none,
            boxed: false,
            default: None,
            constant: None,
            doc: None,
            deprecated: false,
            read_only: false,
            write_only: false,
        };
        self.describe(&mut field, &schemas, report);
        Ok(field)
    }

    /// The type of a property.
    pub(crate) fn lower_property(
        &mut self,
        schemas: &[Schema<'d, 's>],
        spot: Spot<'_>,
        report: &mut Report,
    ) -> Result<Lowered, Reported> {
        match schemas {
            [only] => {
                let (spot, only) = (spot.at(only.home), Schema { home: Home::Own, ..*only });
                match self.known_result_here(only.node, spot, report)? {
                    Some(found) => Ok(found),
                    None => self.lower_new(&only, spot, report),
                }
            }
            several => self.lower_together(several, spot, report),
        }
    }

    /// The only possible value of a field that has such a value.
    fn constant(&self, field: &Field, schemas: &[Schema<'d, 's>]) -> Option<Literal> {
        if field.nullable || matches!(field.ty, Type::Json | Type::Replaced(_)) {
            return None;
        }
        schemas.iter().rev().find_map(|schema| {
            let target = self.target_of_reference(schema).unwrap_or(*schema);
            match target.values()?.as_slice() {
                [only] => scalar(only),
                _ => None,
            }
        })
    }

    /// The target of the `$ref` of a schema, whose annotations count where it is referred to.
    fn target_of_reference(&self, schema: &Schema<'d, 's>) -> Option<Schema<'d, 's>> {
        schema.reference?;
        Schema::peek(self.facts.refs.find(schema.node)?.node)
    }

    /// Sets the description, the default and the flags of a field. The last schema that has a value takes precedence.
    fn describe(&mut self, field: &mut Field, schemas: &[Schema<'d, 's>], report: &mut Report) {
        let mut default = None;
        for schema in schemas {
            if let Some(target) = self.target_of_reference(schema) {
                field.deprecated |= target.deprecated;
                field.read_only |= target.read_only;
                field.write_only |= target.write_only;
                default = target.default.map(|d| (d, target.node)).or(default);
            }
            field.doc = schema.doc(&field.wire).or_else(|| field.doc.take());
            field.deprecated |= schema.deprecated;
            field.read_only |= schema.read_only;
            field.write_only |= schema.write_only;
            default = schema.default.map(|d| (d, schema.node)).or(default);
        }
        // A property cannot be both, so that both are ignored.
        if field.read_only && field.write_only {
            (field.read_only, field.write_only) = (false, false);
        }
        if let Some((default, node)) = default {
            field.default = self.literal(default, node, report);
        }
        field.constant = self.constant(field, schemas);
    }
}

fn additional_name() -> Ident {
    ident("additional", Case::Snake)
}

/// The name of the field, or of the setter, of each property.
pub(crate) fn field_names(properties: &[Property<'_, '_>], reserved: &[&str], report: &mut Report) -> Vec<Ident> {
    let wanted: Vec<Wanted> = properties.iter().map(|property| Wanted::text(&property.first.key)).collect();
    let names = settle(&wanted, Case::Snake, reserved);
    let plain: Vec<Ident> = properties.iter().map(|property| ident(&property.first.key, Case::Snake)).collect();
    let mut shared = Shared::default();
    for ((property, plain), name) in properties.iter().zip(&plain).zip(&names) {
        shared.note(|| format!("`{}`", excerpt(&property.first.key)), property.first.key_span, plain, name);
    }
    shared.report("properties", report);
    names
}

/// The properties of schemas that apply together, in the order of their first declaration.
pub(crate) fn properties<'d, 's>(parts: &[Schema<'d, 's>]) -> Vec<Property<'d, 's>> {
    let mut properties: Vec<Property<'d, 's>> = Vec::new();
    let mut index: FxHashMap<&'d str, usize> = FxHashMap::default();
    for part in parts {
        for member in part.properties.unwrap_or_default() {
            // The keys of one object are distinct already.
            if parts.len() > 1 {
                if let Some(property) = index.get(&*member.key).and_then(|&at| properties.get_mut(at)) {
                    property.others.push((&member.value, part.home));
                    continue;
                }
                index.insert(&*member.key, properties.len());
            }
            properties.push(Property { first: member, home: part.home, others: Vec::new() });
        }
    }
    properties
}

/// What schemas that apply together allow as additional properties, and the schema that this part belongs to.
fn additional<'d, 's>(parts: &[Schema<'d, 's>]) -> (Additional<'d, 's>, Home) {
    let says = |additional: &Additional<'_, '_>| match additional {
        Additional::Unspecified => 0,
        Additional::None => 1,
        Additional::Any => 2,
        Additional::Of(_) => 3,
    };
    let mut found = (Additional::Unspecified, Home::Own);
    for part in parts {
        if says(&part.additional) > says(&found.0) {
            found = (part.additional, part.home);
        }
    }
    found
}

/// The names of the required properties. A required property that is not declared is a warning.
pub(crate) fn required<'d, 's>(
    parts: &[Schema<'d, 's>],
    properties: &[Property<'d, 's>],
    owner: &str,
    report: &mut Report,
) -> FxHashSet<&'d str> {
    let named = parts.iter().filter_map(|p| p.required).flatten();
    let mut required: FxHashSet<&'d str> = FxHashSet::default();
    let mut list = Vec::new();
    for node in named {
        if let Some(name) = node.as_str()
            && required.insert(name)
        {
            list.push((name, node.span));
        }
    }
    if list.is_empty() {
        return required;
    }
    let known: FxHashSet<&str> = properties.iter().map(|p| &*p.first.key).collect();
    let absent: Vec<_> = list.into_iter().filter(|(name, _)| !known.contains(name)).collect();
    if let [(first, span), more @ ..] = absent.as_slice() {
        let more = match more.len() {
            0 => String::new(),
            1 => ", nor is 1 other".to_owned(),
            count => format!(", nor are {count} others"),
        };
        let message = format!("`{}` is required but not a property of `{owner}`{more}", excerpt(first));
        let warning = Diagnostic::warning(codes::REQUIRED_ABSENT, *span, message).label("ignored");
        report.push(match crate::diagnostics::texts::nearest(first, known.into_iter()) {
            Some(near) => warning.help(format!("did you mean `{}`?", excerpt(near))),
            None => warning.help("add it to `properties`, or remove it from `required`"),
        });
    }
    required
}
