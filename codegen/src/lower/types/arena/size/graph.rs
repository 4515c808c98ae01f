//! The graph of definitions and the definitions that they contain.

use crate::ir::types::{Type, TypeDef, TypeId, TypeKind};
use rustc_hash::FxHashSet;

/// Sets which definitions requests and responses can contain. A definition that neither contains is for the user's own
/// purposes, and is marked for both.
pub(crate) fn mark_directions(defs: &mut [TypeDef], request_roots: &[Type], answer_roots: &[Type]) {
    let in_requests: FxHashSet<TypeId> = reachable(defs, request_roots.iter()).into_iter().collect();
    let in_answers: FxHashSet<TypeId> = reachable(defs, answer_roots.iter()).into_iter().collect();
    let held: FxHashSet<TypeId> = in_requests.union(&in_answers).copied().collect();
    for (index, def) in (0_u32..).zip(defs) {
        let id = TypeId(index);
        def.in_requests = in_requests.contains(&id) || !held.contains(&id);
        def.in_answers = in_answers.contains(&id) || !held.contains(&id);
        if let TypeKind::Struct { fields, .. } = &mut def.kind {
            // In a type of one direction, the properties of that direction are there if they are required.
            for field in fields {
                field.read_only &= def.in_requests;
                field.write_only &= def.in_answers;
            }
        }
    }
}

/// All definitions that some types contain, in the order of the search.
pub(crate) fn reachable<'t>(defs: &[TypeDef], roots: impl Iterator<Item = &'t Type>) -> Vec<TypeId> {
    let mut seen = vec![false; defs.len()];
    let mut found: Vec<TypeId> = Vec::new();
    let note = |ty: &Type, seen: &mut Vec<bool>, found: &mut Vec<TypeId>| {
        if let Some(id) = named(ty)
            && let Some(seen) = seen.get_mut(id.0 as usize)
            && !std::mem::replace(seen, true)
        {
            found.push(id);
        }
    };
    for root in roots {
        note(root, &mut seen, &mut found);
    }
    let mut next = 0;
    while let Some(&id) = found.get(next) {
        next += 1;
        if let Some(def) = defs.get(id.0 as usize) {
            types(&def.kind, &mut |ty| note(ty, &mut seen, &mut found));
        }
    }
    found
}

/// For each definition, one of the given definitions that it contains or is.
pub(crate) fn holders(defs: &[TypeDef], held: impl Iterator<Item = TypeId>) -> Vec<Option<TypeId>> {
    let mut holding = vec![None; defs.len()];
    let mut next: Vec<(TypeId, TypeId)> = held.map(|id| (id, id)).collect();
    // In the order of the document, so that the result does not depend on the order of the argument.
    next.sort_unstable_by_key(|(id, _)| std::cmp::Reverse(*id));
    if next.is_empty() {
        return holding;
    }
    let mut holders: Vec<Vec<TypeId>> = vec![Vec::new(); defs.len()];
    for (index, def) in (0_u32..).zip(defs) {
        types(&def.kind, &mut |ty| {
            if let Some(holders) = named(ty).and_then(|id| holders.get_mut(id.0 as usize)) {
                holders.push(TypeId(index));
            }
        });
    }
    while let Some((id, by)) = next.pop() {
        let index = id.0 as usize;
        if let Some(holding @ None) = holding.get_mut(index) {
            *holding = Some(by);
            next.extend(holders.get(index).into_iter().flatten().map(|holder| (*holder, by)));
        }
    }
    holding
}

/// The definition that a type is, or contains in arrays, maps and `null`.
pub(crate) fn named(ty: &Type) -> Option<TypeId> {
    match ty {
        Type::Named(id) => Some(*id),
        Type::Array(of) | Type::Map(of) | Type::Nullable(of) => named(of),
        _ => None,
    }
}

/// All types in a definition.
pub(crate) fn types(kind: &TypeKind, visit: &mut impl FnMut(&Type)) {
    match kind {
        TypeKind::Struct { fields, additional } => {
            fields.iter().for_each(|f| visit(&f.ty));
            additional.iter().for_each(|(_, ty)| visit(ty));
        }
        TypeKind::Union { variants, .. } => variants.iter().for_each(|v| visit(&v.ty)),
        TypeKind::Tuple { elements, rest, .. } => {
            elements.iter().for_each(|element| visit(&element.ty));
            rest.iter().for_each(visit);
        }
        TypeKind::Alias(ty) => visit(ty),
        TypeKind::StringEnum(_) | TypeKind::IntegerEnum(_) => {}
    }
}

/// The same, to change them.
pub(crate) fn types_mut(kind: &mut TypeKind, visit: &mut impl FnMut(&mut Type)) {
    match kind {
        TypeKind::Struct { fields, additional } => {
            fields.iter_mut().for_each(|f| visit(&mut f.ty));
            additional.iter_mut().for_each(|(_, ty)| visit(ty));
        }
        TypeKind::Union { variants, .. } => variants.iter_mut().for_each(|v| visit(&mut v.ty)),
        TypeKind::Tuple { elements, rest, .. } => {
            elements.iter_mut().for_each(|element| visit(&mut element.ty));
            rest.iter_mut().for_each(visit);
        }
        TypeKind::Alias(ty) => visit(ty),
        TypeKind::StringEnum(_) | TypeKind::IntegerEnum(_) => {}
    }
}

/// Changes the ids of the definitions that a type contains.
pub(crate) fn renumber(ty: &mut Type, renumbered: &impl Fn(TypeId) -> TypeId) {
    match ty {
        Type::Named(id) => *id = renumbered(*id),
        Type::Array(of) | Type::Map(of) | Type::Nullable(of) => renumber(of, renumbered),
        _ => {}
    }
}
