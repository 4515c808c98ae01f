//! Resolves definitions that contain themselves: replaces aliases and removes variants.

use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Severity, Span};
use crate::diagnostics::texts::excerpt;
use crate::ir::size::by_value;
use crate::ir::types::{JsonKind, Shape, Type, TypeDef, TypeId, TypeKind, UnionVariant};
use crate::lower::names::{Case, ident};
use crate::lower::types::arena::size::graph::named;

/// The components that only refer to themselves, directly or through others, each with its error. `components` has the name,
/// the location and the definition of each; their definitions are the first `count`.
pub(crate) fn reference_rings(
    defs: &[TypeDef],
    count: usize,
    components: &[(&str, Span, TypeId)],
) -> Vec<(TypeId, Diagnostic)> {
    let alias = |id: TypeId| match defs.get(id.0 as usize).map(|d| &d.kind) {
        Some(TypeKind::Alias(Type::Named(next))) => vec![*next],
        _ => Vec::new(),
    };
    let mut looped = vec![false; defs.len()];
    for (from, _) in back_edges(count, &alias) {
        // Every member of the cycle.
        let mut here = from;
        while looped.get_mut(here.0 as usize).is_some_and(|l| !std::mem::replace(l, true)) {
            let Some(next) = alias(here).first().copied() else { break };
            here = next;
        }
    }
    let mut errors = Vec::new();
    for &(name, span, id) in components {
        if looped.get(id.0 as usize).copied().unwrap_or(false) {
            let message = format!("the schema `{}` refers only to itself", excerpt(name));
            let error = Diagnostic::error(codes::SELF_REFERENCE, span, message).label("circular reference");
            errors.push((id, error.help("replace one of the references with a schema that defines the value")));
        }
    }
    errors
}

/// An alias cannot contain itself, though an array of itself makes sense: it becomes an enum with an array, or a struct
/// with additional properties.
pub(crate) fn open_alias_rings(defs: &mut [TypeDef]) {
    let alias = |id: TypeId| match defs.get(id.0 as usize).map(|d| &d.kind) {
        Some(TypeKind::Alias(ty)) => named(ty).into_iter().collect(),
        _ => Vec::new(),
    };
    for (_, to) in back_edges(defs.len(), &alias) {
        let Some(def) = defs.get_mut(to.0 as usize) else { continue };
        let TypeKind::Alias(ty) = &def.kind else { continue };
        def.kind = match ty.clone() {
            Type::Map(of) => {
                TypeKind::Struct { fields: Vec::new(), additional: Some((ident("additional", Case::Snake), *of)) }
            }
            ty => {
                let (kind, name) =
                    if matches!(ty, Type::Array(_)) { (JsonKind::Array, "Array") } else { (JsonKind::Any, "Value") };
                let shape = Shape::of(kind);
                let variant = UnionVariant {
                    name: ident(name, Case::Pascal),
                    ty,
                    boxed: false,
                    tags: Vec::new(),
                    scalar_tags: false,
                    is_default: false,
                    shape,
                };
                TypeKind::Union { discriminator: None, variants: vec![variant], other: ident("Other", Case::Pascal) }
            }
        };
    }
}

/// Removes a union from its own variants. Reading it would not end, and the variant adds nothing.
pub(crate) fn drop_self_variants(defs: &mut [TypeDef], report: &mut Report) {
    let variants = |id: TypeId| match defs.get(id.0 as usize).map(|d| &d.kind) {
        Some(TypeKind::Union { variants, .. }) => variants.iter().filter_map(|v| by_value(&v.ty)).collect(),
        _ => Vec::new(),
    };
    for (from, to) in closing_edges(defs, &variants) {
        let Some(def) = defs.get_mut(from.0 as usize) else { continue };
        let TypeKind::Union { variants, .. } = &mut def.kind else { continue };
        variants.retain(|v| by_value(&v.ty) != Some(to));
        let message = format!("`{}` is a variant of itself: the variant is ignored", def.name);
        report.push(Diagnostic::new(Severity::Warning, codes::SELF_REFERENCE, None, message));
    }
}

/// The edges that close cycles of structs and unions. An alias in a cycle cannot be boxed, but the edge to it can.
fn closing_edges(defs: &[TypeDef], held: &impl Fn(TypeId) -> Vec<TypeId>) -> Vec<(TypeId, TypeId)> {
    let ends = alias_ends(defs);
    let end = |id: TypeId| ends.get(id.0 as usize).copied().unwrap_or(id);
    let structural = |id: TypeId| if end(id) == id { held(id).into_iter().map(end).collect() } else { Vec::new() };
    let mut edges = Vec::new();
    for (from, to) in back_edges(defs.len(), &structural) {
        edges.extend(held(from).into_iter().filter(|&step| end(step) == to).map(|step| (from, step)));
    }
    edges
}

/// For each definition, the definition after following aliases; itself if it is not an alias.
pub(crate) fn alias_ends(defs: &[TypeDef]) -> Vec<TypeId> {
    let mut ends: Vec<Option<TypeId>> = vec![None; defs.len()];
    for id in (0_u32..).take(defs.len()).map(TypeId) {
        let mut way = Vec::new();
        let mut here = id;
        let end = loop {
            if let Some(Some(end)) = ends.get(here.0 as usize) {
                break *end;
            }
            let next = match defs.get(here.0 as usize).map(|d| &d.kind) {
                Some(TypeKind::Alias(ty)) => by_value(ty),
                _ => None,
            };
            way.push(here);
            match next {
                // Cycles of aliases were removed before. The limit makes sure that the loop ends.
                Some(next) if way.len() <= defs.len() => here = next,
                _ => break here,
            }
        };
        for passed in way {
            if let Some(slot) = ends.get_mut(passed.0 as usize) {
                *slot = Some(end);
            }
        }
    }
    (0_u32..).zip(ends).map(|(index, end)| end.unwrap_or(TypeId(index))).collect()
}

/// The back edges of a depth-first search that starts at each definition in order. Without them there is no cycle.
fn back_edges(count: usize, next: &impl Fn(TypeId) -> Vec<TypeId>) -> Vec<(TypeId, TypeId)> {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        OnTheWay,
        Done,
    }
    let mut states = vec![State::New; count];
    let mut edges = Vec::new();
    for start in (0_u32..).take(count).map(TypeId) {
        if states.get(start.0 as usize) != Some(&State::New) {
            continue;
        }
        let mut way = vec![(start, next(start).into_iter())];
        if let Some(state) = states.get_mut(start.0 as usize) {
            *state = State::OnTheWay;
        }
        while let Some((here, rest)) = way.last_mut() {
            let here = *here;
            let Some(to) = rest.next() else {
                if let Some(state) = states.get_mut(here.0 as usize) {
                    *state = State::Done;
                }
                way.pop();
                continue;
            };
            match states.get_mut(to.0 as usize) {
                Some(State::OnTheWay) => edges.push((here, to)),
                Some(state @ State::New) => {
                    *state = State::OnTheWay;
                    way.push((to, next(to).into_iter()));
                }
                Some(State::Done) | None => {}
            }
        }
    }
    edges
}
