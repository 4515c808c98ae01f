//! The traits that the configuration adds to the types that can have them.

use crate::config::options::Derive;
use crate::emit::rust::tree;
use crate::ir::Api;
use crate::ir::types::{Type, TypeDef, TypeKind};
use syn::Path;

/// The further traits that each type derives.
pub fn of_types(api: &Api, derives: &[Derive]) -> Vec<Vec<Derive>> {
    let mut of_types = vec![Vec::new(); api.types.len()];
    if derives.is_empty() {
        return of_types;
    }
    let mut wanted = derives.to_vec();
    if wanted.contains(&Derive::Ord) {
        wanted.extend([Derive::Eq, Derive::PartialOrd]);
    }
    wanted.sort_unstable();
    wanted.dedup();
    for derive in wanted {
        let able = able(api, derive);
        for ((own, def), able) in of_types.iter_mut().zip(&api.types).zip(able) {
            let is_there = matches!(derive, Derive::Eq | Derive::Hash)
                && matches!(def.kind, TypeKind::StringEnum(_) | TypeKind::IntegerEnum(_));
            if able && !is_there {
                own.push(derive);
            }
        }
    }
    of_types
}

/// The whole path of a trait, since a type of the API can have its name.
pub fn path(derive: Derive) -> Path {
    tree::absolute(match derive {
        Derive::Eq => &["core", "cmp", "Eq"],
        Derive::Hash => &["core", "hash", "Hash"],
        Derive::PartialOrd => &["core", "cmp", "PartialOrd"],
        Derive::Ord => &["core", "cmp", "Ord"],
    })
}

/// Which types can derive a trait: those whose parts all have it. A type that contains one that cannot is found in the next round.
fn able(api: &Api, derive: Derive) -> Vec<bool> {
    let mut able: Vec<bool> = vec![true; api.types.len()];
    loop {
        let next: Vec<bool> =
            api.types.iter().zip(&able).map(|(def, known)| *known && parts_are(def, derive, &able)).collect();
        if next == able {
            return able;
        }
        able = next;
    }
}

fn parts_are(def: &TypeDef, derive: Derive, able: &[bool]) -> bool {
    let is = |ty: &Type| is_able(ty, derive, able);
    match &def.kind {
        TypeKind::Struct { fields, additional } => {
            fields.iter().all(|field| is(&field.ty)) && additional.iter().all(|(_, ty)| is(ty))
        }
        TypeKind::StringEnum(_) | TypeKind::IntegerEnum(_) => true,
        // A value that fits none of the documented types is any JSON.
        TypeKind::Union { variants, .. } => is(&Type::Json) && variants.iter().all(|variant| is(&variant.ty)),
        TypeKind::Tuple { elements, rest, .. } => elements.iter().all(|element| is(&element.ty)) && rest.iter().all(is),
        TypeKind::Alias(target) => is(target),
    }
}

fn is_able(ty: &Type, derive: Derive, able: &[bool]) -> bool {
    match ty {
        Type::F64 => derive == Derive::PartialOrd,
        Type::Secret => derive == Derive::Eq,
        Type::Json => matches!(derive, Derive::Eq | Derive::Hash),
        // The traits of the application's own types are not known.
        Type::Replaced(_) => false,
        Type::Named(id) => able.get(id.0 as usize).is_none_or(|able| *able),
        Type::Array(of) | Type::Map(of) | Type::Nullable(of) => is_able(of, derive, able),
        Type::Bool
        | Type::I32
        | Type::I64
        | Type::U32
        | Type::U64
        | Type::I128
        | Type::String
        | Type::Date
        | Type::DateTime
        | Type::Uuid
        | Type::Base64
        | Type::MimeBase64 => true,
    }
}
