//! What each name of an API means, and whether it has the same meaning in another document.

use crate::edits::Edit;
use cogen::ir::Api;
use cogen::ir::auth::{Need, Requirement};
use cogen::ir::body::{ContentKind, Part, form_arguments};
use cogen::ir::operation::{Operation, ParamLocation};
use cogen::ir::types::{Type, TypeDef, TypeKind, constructor_arguments};
use serde_json::Value;
use std::collections::BTreeMap;

/// The meanings of the names of a kind, by the name and the names of what contains it.
pub type Meanings = BTreeMap<String, Meaning>;

/// What a name means.
#[derive(Clone, Debug, PartialEq)]
pub enum Meaning {
    /// A thing that does not depend on its neighbors.
    Is(String),
    /// A schema of the document.
    Schema {
        /// Its description.
        description: String,
        /// Its content without a description.
        content: String,
        /// The property that it describes, of a struct that is compared, too: several schemas may be merged into it.
        property: Option<String>,
    },
    /// These things in this order, as far as both documents have them.
    InOrder(Vec<String>),
}

/// A kind of names.
pub struct Check {
    name: &'static str,
    meanings: fn(&Seen<'_>) -> Meanings,
}

/// An API with the document that it was made from.
pub struct Seen<'a> {
    api: &'a Api,
    schemas: BTreeMap<String, String>,
    /// The security schemes of the document, in its order.
    schemes: Vec<String>,
}

/// The names of operations, types, and all their parts.
pub const NAMES: &[Check] = &[
    Check { name: "method", meanings: methods },
    Check { name: "stem of an operation's types", meanings: stems },
    Check { name: "parameter", meanings: parameters },
    Check { name: "argument of a method", meanings: method_arguments },
    Check { name: "answer", meanings: answers },
    Check { name: "header", meanings: headers },
    Check { name: "body", meanings: bodies },
    Check { name: "part", meanings: parts },
    Check { name: "argument of a form", meanings: form_arguments_of },
    Check { name: "type", meanings: types },
    Check { name: "field", meanings: fields },
    Check { name: "argument of `new`", meanings: new_arguments },
    Check { name: "value", meanings: values },
    Check { name: "variant", meanings: variants },
];

/// The names of the parts of authorization.
pub const AUTHORIZATION: &[Check] = &[
    Check { name: "security scheme", meanings: schemes },
    Check { name: "credential slot", meanings: slots },
    Check { name: "order of credential slots", meanings: slot_order },
    Check { name: "scope", meanings: scopes },
    Check { name: "requirement", meanings: requirements },
];

/// How many names are in both, or the first one that has another meaning.
pub fn compare(
    checks: &[Check],
    (before_document, before): (&Value, &Api),
    (after_document, after): (&Value, &Api),
    edit: Edit,
) -> Result<usize, String> {
    let before = Seen { api: before, schemas: schemas(before_document), schemes: schemes_of(before_document) };
    let after = Seen { api: after, schemas: schemas(after_document), schemes: schemes_of(after_document) };
    let mut count = 0;
    for Check { name: kind, meanings } in checks {
        let (old, new) = (meanings(&before), meanings(&after));
        let only = |some: &Meanings, others: &Meanings| some.keys().find(|name| !others.contains_key(*name)).cloned();
        if edit == Edit::Reorder && (old.len() != new.len() || only(&old, &new).is_some()) {
            return Err(format!(
                "another order gives another name of a {kind}: {:?} {:?}",
                only(&old, &new),
                only(&new, &old)
            ));
        }
        for (name, one) in &old {
            let Some(other) = new.get(name) else { continue };
            count += 1;
            if !one.is(other, edit) {
                return Err(format!("{kind} `{name}` means {one:?} before and {other:?} after"));
            }
        }
    }
    Ok(count)
}

impl Meaning {
    fn is(&self, other: &Self, edit: Edit) -> bool {
        match (self, other) {
            (Self::Is(one), Self::Is(other)) => one == other,
            (
                Self::Schema { description: one, content, property },
                Self::Schema { description: other, content: other_content, property: other_property },
            ) => one == other || content == other_content || (property.is_some() && property == other_property),
            (Self::InOrder(one), Self::InOrder(other)) => {
                let both = |some: &[String], others: &[String]| -> Vec<String> {
                    some.iter().filter(|thing| others.contains(thing)).cloned().collect()
                };
                both(one, other) == both(other, one) && (edit != Edit::Reorder || one == other)
            }
            _ => false,
        }
    }
}

fn schemes_of(document: &Value) -> Vec<String> {
    let schemes = document["components"]["securitySchemes"].as_object();
    schemes.into_iter().flatten().map(|(key, _)| key.clone()).collect()
}

/// The schemas of a document by their descriptions, as text without descriptions and order.
fn schemas(document: &Value) -> BTreeMap<String, String> {
    fn walk(value: &Value, found: &mut BTreeMap<String, String>) {
        if let Some(description) = value.get("description").and_then(Value::as_str) {
            found.insert(description.to_owned(), content(value));
        }
        match value {
            Value::Object(members) => members.values().for_each(|value| walk(value, found)),
            Value::Array(elements) => elements.iter().for_each(|value| walk(value, found)),
            _ => {}
        }
    }
    let mut found = BTreeMap::new();
    walk(document, &mut found);
    found
}

fn content(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let mut all: Vec<String> = members
                .iter()
                .filter(|(key, _)| *key != "description")
                .map(|(k, v)| format!("{k}:{}", content(v)))
                .collect();
            all.sort();
            format!("{{{}}}", all.join(","))
        }
        Value::Array(elements) => {
            let mut all: Vec<String> = elements.iter().map(content).collect();
            all.sort();
            format!("[{}]", all.join(","))
        }
        other => other.to_string(),
    }
}

fn generated<'a>(seen: &Seen<'a>) -> impl Iterator<Item = &'a Operation> {
    seen.api.operations.iter().filter(|operation| operation.skipped.is_none())
}

fn methods(seen: &Seen<'_>) -> Meanings {
    generated(seen).map(|operation| (operation.name.to_string(), Meaning::Is(operation.route()))).collect()
}

fn stems(seen: &Seen<'_>) -> Meanings {
    let own = |operation: &Operation| {
        let answers = &operation.answers;
        let names = [&operation.type_name, &answers.success_name, &answers.error_name, &answers.headers_name];
        names.map(|name| (name.to_string(), Meaning::Is(operation.route())))
    };
    generated(seen).flat_map(own).collect()
}

/// The names in an operation, by a text for each operation that its name does not change.
fn of_operations<'a, T: 'a>(
    seen: &Seen<'a>,
    things: impl Fn(&'a Operation) -> Vec<(String, T)>,
) -> BTreeMap<String, T> {
    let named = |operation: &'a Operation| {
        let route = operation.route();
        things(operation).into_iter().map(move |(name, thing)| (format!("{route} {name}"), thing))
    };
    generated(seen).flat_map(named).collect()
}

fn parameters(seen: &Seen<'_>) -> Meanings {
    of_operations(seen, |operation| {
        let meaning = |p: &cogen::ir::operation::Param| Meaning::Is(format!("{:?} {}", p.location, p.wire));
        operation.params.iter().map(|param| (param.name.to_string(), meaning(param))).collect()
    })
}

fn method_arguments(seen: &Seen<'_>) -> Meanings {
    of_operations(seen, |operation| {
        let required =
            operation.params.iter().filter(|p| p.required || matches!(p.location, ParamLocation::Path { .. }));
        let order = required.map(|param| format!("{:?} {}", param.location, param.wire)).collect();
        vec![("arguments".to_owned(), Meaning::InOrder(order))]
    })
}

fn answers(seen: &Seen<'_>) -> Meanings {
    of_operations(seen, |operation| {
        let all = [("success", &operation.answers.success), ("error", &operation.answers.errors)];
        let named = all.into_iter().flat_map(|(kind, answers)| {
            answers
                .iter()
                .map(move |answer| (format!("{kind} {}", answer.variant), Meaning::Is(format!("{:?}", answer.status))))
        });
        named.collect()
    })
}

fn headers(seen: &Seen<'_>) -> Meanings {
    of_operations(seen, |operation| {
        let fields = operation.answers.success.iter().flat_map(|answer| &answer.headers);
        fields.map(|field| (field.name.to_string(), Meaning::Is(field.wire.clone()))).collect()
    })
}

fn bodies(seen: &Seen<'_>) -> Meanings {
    of_operations(seen, |operation| {
        let contents = operation.body.described().into_iter().flat_map(|body| &body.contents);
        contents.map(|content| (content.variant.to_string(), Meaning::Is(content.media_type.clone()))).collect()
    })
}

/// The parts of each multipart body.
fn forms(operation: &Operation) -> impl Iterator<Item = (String, &[Part])> {
    let contents = operation.body.described().into_iter().flat_map(|body| &body.contents);
    contents.filter_map(|content| match &content.kind {
        ContentKind::Multipart(parts) => Some((content.media_type.clone(), parts.parts.as_slice())),
        _ => None,
    })
}

fn parts(seen: &Seen<'_>) -> Meanings {
    of_operations(seen, |operation| {
        let named = |(media, parts): (String, &[Part])| {
            parts
                .iter()
                .map(|part| (format!("{media} {}", part.name), Meaning::Is(part.wire.clone())))
                .collect::<Vec<_>>()
        };
        forms(operation).flat_map(named).collect()
    })
}

fn form_arguments_of(seen: &Seen<'_>) -> Meanings {
    of_operations(seen, |operation| {
        let order = |parts| form_arguments(parts).into_iter().map(|part| part.wire.clone()).collect();
        forms(operation).map(|(media, parts)| (media, Meaning::InOrder(order(parts)))).collect()
    })
}

/// The description of the schema that a type was generated from.
fn description(def: &TypeDef) -> String {
    def.doc.as_deref().and_then(|doc| doc.lines().last()).unwrap_or_default().to_owned()
}

impl Seen<'_> {
    fn schema(&self, def: &TypeDef) -> Meaning {
        let description = description(def);
        let content = self.schemas.get(&description).cloned().unwrap_or_else(|| description.clone());
        Meaning::Schema { description, content, property: self.property(def).map(|()| def.origin.clone()) }
    }

    /// Whether a type is that of a property, as its origin says: "`wire` of `Struct`", or of a part of a form.
    fn property(&self, def: &TypeDef) -> Option<()> {
        let (wire, of) = def.origin.strip_prefix('`')?.strip_suffix('`')?.split_once("` of `")?;
        let Some(owner) = self.api.types.iter().find(|owner| owner.name.as_str() == of) else {
            let bodies = self.api.operations.iter().filter_map(|operation| operation.body.described());
            let mut contents = bodies.flat_map(|body| &body.contents);
            let has_it = |parts: &[Part]| parts.iter().any(|part| part.wire == wire);
            return contents
                .any(|c| matches!(&c.kind, ContentKind::Multipart(parts) if has_it(&parts.parts)))
                .then_some(());
        };
        let TypeKind::Struct { fields, .. } = &owner.kind else { return None };
        fields.iter().any(|field| field.wire == wire).then_some(())
    }

    fn meaning(&self, ty: &Type) -> Meaning {
        match ty {
            Type::Named(id) => self.schema(&self.api.types[id.0 as usize]),
            Type::Array(of) | Type::Map(of) | Type::Nullable(of) => self.meaning(of),
            scalar => Meaning::Is(format!("{scalar:?}")),
        }
    }

    /// The names in types, by the description of the type, so that types whose names changed are compared, too.
    fn of_types(&self, things: impl Fn(&TypeDef) -> Vec<(String, Meaning)>) -> Meanings {
        let named = |def: &TypeDef| {
            let (by_name, all) = (def.name.to_string(), things(def));
            all.into_iter().map(move |(name, meaning)| (format!("{by_name} {name}"), meaning))
        };
        self.api.types.iter().flat_map(named).collect()
    }
}

fn types(seen: &Seen<'_>) -> Meanings {
    seen.api.types.iter().map(|def| (def.name.to_string(), seen.schema(def))).collect()
}

fn fields(seen: &Seen<'_>) -> Meanings {
    seen.of_types(|def| match &def.kind {
        TypeKind::Struct { fields, .. } => {
            fields.iter().map(|field| (field.name.to_string(), Meaning::Is(field.wire.clone()))).collect()
        }
        _ => Vec::new(),
    })
}

fn new_arguments(seen: &Seen<'_>) -> Meanings {
    seen.of_types(|def| match &def.kind {
        TypeKind::Struct { fields, .. } => {
            let order = constructor_arguments(fields).into_iter().map(|field| field.wire.clone()).collect();
            vec![("new".to_owned(), Meaning::InOrder(order))]
        }
        _ => Vec::new(),
    })
}

fn values(seen: &Seen<'_>) -> Meanings {
    seen.of_types(|def| match &def.kind {
        TypeKind::StringEnum(all) => all.iter().map(|v| (v.name.to_string(), Meaning::Is(v.value.clone()))).collect(),
        TypeKind::IntegerEnum(all) => {
            all.iter().map(|v| (v.name.to_string(), Meaning::Is(v.value.to_string()))).collect()
        }
        _ => Vec::new(),
    })
}

fn variants(seen: &Seen<'_>) -> Meanings {
    seen.of_types(|def| match &def.kind {
        TypeKind::Union { variants, other, .. } => {
            let others = [(other.to_string(), Meaning::Is("whatever fits none".to_owned()))];
            variants.iter().map(|v| (v.name.to_string(), seen.meaning(&v.ty))).chain(others).collect()
        }
        _ => Vec::new(),
    })
}

fn schemes(seen: &Seen<'_>) -> Meanings {
    seen.api.auth.slots().map(|(_, scheme)| (scheme.name.to_string(), Meaning::Is(scheme.key.clone()))).collect()
}

fn slots(seen: &Seen<'_>) -> Meanings {
    seen.api.auth.slots().map(|(_, scheme)| (scheme.slot.to_string(), Meaning::Is(scheme.key.clone()))).collect()
}

/// The order of the parameters of `Client<…>` is that of `securitySchemes`.
fn slot_order(seen: &Seen<'_>) -> Meanings {
    let slots: Vec<&str> = seen.api.auth.slots().map(|(_, scheme)| scheme.key.as_str()).collect();
    let listed: Vec<&str> = seen.schemes.iter().map(String::as_str).filter(|key| slots.contains(key)).collect();
    let order = if slots == listed { "the order of `securitySchemes`".to_owned() } else { format!("{slots:?}") };
    [("Client".to_owned(), Meaning::Is(order))].into()
}

fn scopes(seen: &Seen<'_>) -> Meanings {
    seen.api.auth.markers().map(|scope| (scope.name.to_string(), Meaning::Is(scope.text.clone()))).collect()
}

fn requirements(seen: &Seen<'_>) -> Meanings {
    let auth = &seen.api.auth;
    let need = |need: &Need| {
        let mut scopes: Vec<&str> = need.scopes.iter().map(|id| auth[*id].text.as_str()).collect();
        scopes.sort_unstable();
        format!("{} {:?} {scopes:?} {:?}", auth[need.scheme].key, need.token, need.matching)
    };
    let meaning = |requirement: &Requirement| {
        let all = |needs: &Vec<Need>| {
            let mut needs: Vec<String> = needs.iter().map(need).collect();
            needs.sort();
            format!("{needs:?}")
        };
        let mut alternatives: Vec<String> = requirement.alternatives.iter().map(all).collect();
        alternatives.sort();
        Meaning::Is(format!("{alternatives:?}"))
    };
    auth.requirements().iter().map(|requirement| (requirement.name.to_string(), meaning(requirement))).collect()
}
