//! The shapes of the variants of a choice: what distinguishes the values of each from those of the others.

use crate::ir::types::{Constant, JsonKind, Literal, Shape, Type};
use crate::lower::types::facts::schema_facts::{Facts, SchemaFacts, scalar};
use crate::lower::types::lowering::choice::candidates::Candidate;
use rustc_hash::{FxHashMap, FxHashSet};
use std::rc::Rc;

/// The maximum depth of properties in properties whose constants distinguish variants.
const MAX_DEPTH: usize = 3;

/// The maximum number of properties with constants that are compared for each variant.
const MAX_CONSTANTS: usize = 64;

/// The shapes of some variants.
pub(crate) struct Shapes {
    pub(crate) shapes: Vec<Shape>,
    /// Whether one property has other values in each object, so that it selects the variant.
    pub(crate) by_constants: bool,
}

impl Shapes {
    /// The shapes of candidates; `types` are their types.
    pub(crate) fn of<'d, 's>(
        candidates: &[Candidate<'d, 's>],
        types: &[Type],
        facts: &mut SchemaFacts<'d, 's>,
    ) -> Self {
        let known: Vec<Rc<Facts<'d, 's>>> = candidates.iter().map(|candidate| Rc::clone(&candidate.facts)).collect();
        let mut shapes = Self::of_facts(&known, facts);
        for (shape, ty) in shapes.shapes.iter_mut().zip(types) {
            if *ty == Type::Json {
                *shape = Shape::of(JsonKind::Any);
            }
        }
        let elements = elements(&known, facts);
        if elements.len() > 1 {
            let (indices, of_elements): (Vec<usize>, Vec<Rc<Facts<'d, 's>>>) = elements.into_iter().unzip();
            let of_elements = Self::of_facts(&of_elements, facts);
            for (index, element) in indices.into_iter().zip(of_elements.shapes) {
                if let Some(shape) = shapes.shapes.get_mut(index).filter(|shape| shape.kind == JsonKind::Array) {
                    shape.items = Some(Box::new(element));
                }
            }
        }
        shapes
    }

    fn of_facts<'d, 's>(all: &[Rc<Facts<'d, 's>>], facts: &mut SchemaFacts<'d, 's>) -> Self {
        let is_object = |facts: &Facts<'_, '_>| facts.kinds.one() == Some(JsonKind::Object);
        let objects = all.iter().filter(|facts| is_object(facts)).count();
        let mut listed: Vec<Vec<Listed<'d>>> = Vec::with_capacity(all.len());
        for of in all {
            let mut found = Vec::new();
            if is_object(of) && objects > 1 {
                listed_values(of, facts, &mut Vec::new(), true, &mut found);
            }
            listed.push(found);
        }
        let selecting = selecting(&listed, objects);
        let by_constants = selecting.is_some();
        let shapes = all.iter().zip(listed).map(|(of, listed)| {
            let kind = of.kinds.one().unwrap_or(JsonKind::Any);
            if kind != JsonKind::Object {
                return Shape::of(kind);
            }
            let (mut own, others): (Vec<_>, Vec<_>) =
                listed.into_iter().partition(|one| selecting.as_ref() == Some(&one.path));
            own.extend(others.into_iter().filter(|one| one.required && one.values.len() == 1));
            let constants = own.into_iter().map(Listed::constant).collect();
            let mut known: Vec<String> = Vec::new();
            if objects > 1 && !by_constants {
                known = of.properties.keys().map(|&name| name.to_owned()).collect();
                known.sort_unstable();
            }
            let required = of.required.iter().map(|&name| name.to_owned()).collect();
            let closed = of.closed && !known.is_empty();
            Shape { required, constants, known, closed, ..Shape::of(kind) }
        });
        Self { shapes: shapes.collect(), by_constants }
    }
}

/// A property with listed values.
struct Listed<'d> {
    path: Vec<&'d str>,
    values: Vec<Literal>,
    /// Whether each value of the variant has it.
    required: bool,
}

impl Listed<'_> {
    fn constant(self) -> Constant {
        Constant { path: self.path.into_iter().map(str::to_owned).collect(), values: self.values }
    }
}

/// The properties with listed values, also those of required properties that are objects.
fn listed_values<'d, 's>(
    of: &Facts<'d, 's>,
    facts: &mut SchemaFacts<'d, 's>,
    path: &mut Vec<&'d str>,
    required: bool,
    found: &mut Vec<Listed<'d>>,
) {
    let mut properties: Vec<_> = of.properties.iter().collect();
    properties.sort_unstable_by_key(|(name, _)| **name);
    for (&name, property) in properties {
        if found.len() >= MAX_CONSTANTS {
            return;
        }
        let required = required && of.required.binary_search(&name).is_ok();
        path.push(name);
        match (&property.values, property.node) {
            (Some(values), _) => {
                let values = values.iter().filter_map(|value| scalar(value)).collect();
                found.push(Listed { path: path.clone(), values, required });
            }
            (None, Some(node)) if property.kinds.one() == Some(JsonKind::Object) && path.len() < MAX_DEPTH => {
                let inner = facts.of(node);
                listed_values(&inner, facts, path, required, found);
            }
            _ => {}
        }
        path.pop();
    }
}

/// The property that all objects list values for, each other ones: the one with the shortest path, the first by its name.
fn selecting<'d>(listed: &[Vec<Listed<'d>>], objects: usize) -> Option<Vec<&'d str>> {
    let mut uses: FxHashMap<&[&'d str], (usize, bool, FxHashSet<String>)> = FxHashMap::default();
    for one in listed.iter().flatten() {
        let (count, shared, values) = uses.entry(&one.path).or_default();
        *count += 1;
        // A schema can list a value twice.
        let distinct: FxHashSet<String> = one.values.iter().map(|value| format!("{value:?}")).collect();
        for value in distinct {
            *shared |= !values.insert(value);
        }
    }
    let all = uses.into_iter().filter(|(_, (count, shared, _))| *count == objects && !shared).map(|(path, _)| path);
    all.min_by_key(|path| (path.len(), path.to_vec())).filter(|_| objects > 1).map(<[_]>::to_vec)
}

/// The facts of the elements of the candidates that are arrays, with the index of each.
fn elements<'d, 's>(all: &[Rc<Facts<'d, 's>>], facts: &mut SchemaFacts<'d, 's>) -> Vec<(usize, Rc<Facts<'d, 's>>)> {
    let arrays = all.iter().enumerate().filter_map(|(index, of)| Some((index, of.items?)));
    arrays.map(|(index, items)| (index, facts.of(items))).collect()
}
