//! Names the variants of a choice by the schema of each, independent of their order.

use crate::document::load::node::Node;
use crate::ir::ident::Ident;
use crate::ir::types::{JsonKind, Type};
use crate::lower::names::{Case, Namespace, Wanted, component_names, ident, local_name};
use crate::lower::types::arena::size::graph::named;
use crate::lower::types::facts::flat::Choice;
use crate::lower::types::lowering::choice::candidates::Candidate;
use crate::lower::types::lowering::types::Types;
use rustc_hash::{FxHashMap, FxHashSet};

/// The maximum number of distinct properties that are candidates for the name of a variant.
const MOST_PROPERTIES: usize = 4;

/// The longest text of a document that names a variant: a document may have long ones, and share them among many variants.
const LONGEST_LABEL: usize = 200;

/// The longest title that names a variant.
const LONGEST_TITLE: usize = 40;

/// The candidates for the names of the variants of a choice.
pub(crate) struct Labels {
    /// For each variant, the candidates for its name among the others.
    pub(crate) wanted: Vec<Wanted>,
    /// For each variant, the labels that follow from its schema alone.
    pub(crate) alone: Vec<Vec<String>>,
    /// The names of properties that several variants have, which distinguish none of them.
    pub(crate) shared: Vec<Ident>,
    /// The names of properties that only one variant has, with its index.
    own: Vec<(Ident, usize)>,
}

impl Labels {
    /// The names of some of the variants, by their indices. `Other` is the variant for values that no schema describes.
    pub(crate) fn settle(&self, some: &[usize], wanted: &[Wanted]) -> Vec<Ident> {
        let places: FxHashMap<usize, usize> = some.iter().copied().zip(0..).collect();
        let (mut contested, mut claimed) = (self.shared.clone(), Vec::with_capacity(self.own.len()));
        for (name, index) in &self.own {
            match places.get(index) {
                Some(&place) => claimed.push((name.clone(), place)),
                // The property of a variant that is left out is not a name for another variant.
                None => contested.push(name.clone()),
            }
        }
        Namespace { contested, claimed, ..Namespace::new(Case::Pascal, &["Other"]) }.settle(wanted)
    }
}

impl<'d, 's> Types<'d, 's> {
    /// The candidates for the names of the schemas of a choice.
    pub(crate) fn labels(&mut self, choice: &Choice<'d, 's>, candidates: &[Candidate<'d, 's>]) -> Labels {
        let Properties { own, own_texts, shared } = Properties::of(candidates);
        let discriminator = choice.discriminator.and_then(|d| d.as_str().or_else(|| d.get("propertyName")?.as_str()));
        let of_component = |name: &str, target: &Node<'_>| {
            let title = target.get("title").and_then(Node::as_str);
            component_names(name, title).into_iter().chain(Wanted::text(name).candidates).collect()
        };
        let (mut wanted, mut alone) = (Vec::with_capacity(candidates.len()), Vec::with_capacity(candidates.len()));
        for (index, candidate) in candidates.iter().enumerate() {
            let (labels, own_labels, identity): (Vec<String>, Vec<String>, String) = match candidate.component {
                Some(name) => {
                    let names: Vec<String> = of_component(name, candidate.target);
                    (names.clone(), names, format!("schemas {name}"))
                }
                None => (
                    self.inline_labels(candidate, discriminator, &|_| true),
                    self.inline_labels(candidate, discriminator, &|name| own_texts.get(name) == Some(&index)),
                    format!("{:016x}", self.facts.contents.content(candidate.target)),
                ),
            };
            wanted.push(Wanted { candidates: own_labels, identity });
            alone.push(labels);
        }
        Labels { wanted, alone, shared, own }
    }

    /// The candidates for the name of a variant that is not a component: the constant of the discriminator, its title, its
    /// other constants, its only property or its only required one, its kind, other properties that no other variant has, all
    /// its properties, and the strings that one of them may be.
    fn inline_labels(
        &self,
        candidate: &Candidate<'d, 's>,
        discriminator: Option<&str>,
        is_own: &dyn Fn(&str) -> bool,
    ) -> Vec<String> {
        let facts = &candidate.facts;
        let mut properties: Vec<&str> = facts.properties.keys().copied().collect();
        properties.sort_by_key(|name| (facts.required.binary_search(name).is_err(), *name));
        let constant = |name: &str| match facts.properties.get(name)?.strings.as_deref()? {
            [value] if value.len() <= LONGEST_LABEL => Some((*value).to_owned()),
            _ => None,
        };
        let mut labels: Vec<String> = discriminator.and_then(constant).into_iter().collect();
        let title = candidate.target.get("title").and_then(Node::as_str);
        let title = title.filter(|title| title.len() <= LONGEST_TITLE && title.contains(char::is_alphanumeric));
        labels.extend(title.map(str::to_owned));
        labels.extend(properties.iter().filter_map(|name| constant(name)).take(MOST_PROPERTIES));
        let strings = properties.iter().find_map(|name| {
            let mut strings = facts.properties.get(name)?.strings.as_deref()?.to_vec();
            strings.sort_unstable();
            let is_short = strings.iter().map(|text| text.len()).sum::<usize>() <= LONGEST_LABEL;
            ((2..=MOST_PROPERTIES).contains(&strings.len()) && is_short).then(|| strings.join(" or "))
        });
        let kind = facts.kinds.one().unwrap_or(JsonKind::Any);
        let only = match (properties.as_slice(), facts.required.as_slice()) {
            ([only], _) | (_, [only]) => Some((*only).to_owned()),
            _ => None,
        };
        labels.extend(only.filter(|name| is_own(name)));
        labels.push(kind_word(kind).to_owned());
        if candidate.target.get("enum").is_some() {
            labels.push(format!("{} Enum", kind_word(kind)));
        }
        let own = properties.iter().filter(|name| is_own(name));
        labels.extend(own.take(MOST_PROPERTIES).map(|name| (*name).to_owned()));
        if kind == JsonKind::Array {
            labels.extend(self.elements_name(candidate.target).map(|of| format!("{of} Array")));
        }
        if !properties.is_empty() {
            properties.truncate(MOST_PROPERTIES);
            properties.sort_unstable();
            labels.push(properties.join(" and "));
        }
        labels.extend(strings);
        labels.retain(|label| label.len() <= LONGEST_LABEL);
        labels
    }

    /// The name of the elements of an array, which follows from their schema alone.
    fn elements_name(&self, array: &'d Node<'s>) -> Option<String> {
        let items = array.get("items")?;
        let component = self.facts.refs.find_next(items).and_then(|step| step.component);
        if let Some(component) = component {
            return Some(local_name(component.name).to_owned());
        }
        let title = items.get("title").and_then(Node::as_str).filter(|title| title.len() <= LONGEST_TITLE);
        title.or_else(|| items.get("type")?.as_str()).map(str::to_owned)
    }

    /// The candidates for the name of a variant of a type: named types by their schema, all others by their kind.
    pub(crate) fn labels_of_type(&self, ty: &Type, by_schema: &Wanted) -> Wanted {
        let mut candidates = match ty {
            Type::Named(_) => return by_schema.clone(),
            ty => vec![self.kind_name(ty)],
        };
        // The names of definitions are not settled yet.
        if named(ty).is_some() {
            candidates.extend(by_schema.candidates.iter().filter(|label| label.ends_with(" Array")).cloned());
            return Wanted { candidates, identity: by_schema.identity.clone() };
        }
        candidates.push(match ty {
            Type::Array(of) => format!("{} Array", self.kind_name(of)),
            ty => format!("{} Value", self.kind_name(ty)),
        });
        Wanted { candidates, identity: format!("{ty:?}") }
    }

    fn kind_name(&self, ty: &Type) -> String {
        let name = match ty {
            Type::Bool => "Boolean",
            Type::I32 | Type::I64 | Type::U32 | Type::U64 | Type::I128 => "Integer",
            Type::F64 => "Number",
            Type::String | Type::Secret => "String",
            Type::Date => "Date",
            Type::DateTime => "DateTime",
            Type::Uuid => "Uuid",
            Type::Base64 | Type::MimeBase64 => "Bytes",
            Type::Json => "Json",
            Type::Array(_) => "Array",
            Type::Map(_) => "Map",
            Type::Nullable(of) => return self.kind_name(of),
            Type::Named(id) => return self.arena.name_of(*id),
            Type::Replaced(path) => return path.last().map(ToString::to_string).unwrap_or_default(),
        };
        name.to_owned()
    }
}

fn kind_word(kind: JsonKind) -> &'static str {
    match kind {
        JsonKind::Bool => "Boolean",
        JsonKind::Integer => "Integer",
        JsonKind::Number => "Number",
        JsonKind::String => "String",
        JsonKind::Array => "Array",
        JsonKind::Object => "Object",
        JsonKind::Any => "Json",
    }
}

/// The properties of the variants that are not components.
#[derive(Default)]
struct Properties<'d> {
    /// The properties that only one variant has, with its index, by their names in Rust and in the document.
    own: Vec<(Ident, usize)>,
    own_texts: FxHashMap<&'d str, usize>,
    /// The names in Rust of the properties that several variants have.
    shared: Vec<Ident>,
}

impl<'d> Properties<'d> {
    fn of(candidates: &[Candidate<'d, '_>]) -> Self {
        let mut properties = Self::default();
        if candidates.iter().all(|candidate| candidate.component.is_some()) {
            return properties;
        }
        // A name is converted once, also if many variants have it.
        let mut by_text: FxHashMap<&'d str, (FxHashSet<usize>, bool)> = FxHashMap::default();
        for (index, candidate) in candidates.iter().enumerate() {
            for name in candidate.facts.properties.keys() {
                let (indices, inline) = by_text.entry(*name).or_default();
                indices.insert(index);
                *inline |= candidate.component.is_none();
            }
        }
        let mut by_name: FxHashMap<Ident, (FxHashSet<usize>, bool, Vec<&'d str>)> = FxHashMap::default();
        for (text, (indices, inline)) in by_text {
            let (all, any_inline, texts) = by_name.entry(ident(text, Case::Pascal)).or_default();
            all.extend(indices);
            *any_inline |= inline;
            texts.push(text);
        }
        for (name, (indices, _, texts)) in by_name.into_iter().filter(|(_, (_, inline, _))| *inline) {
            match (indices.len(), indices.into_iter().next()) {
                (1, Some(index)) => {
                    properties.own_texts.extend(texts.into_iter().map(|text| (text, index)));
                    properties.own.push((name, index));
                }
                _ => properties.shared.push(name),
            }
        }
        properties
    }
}
