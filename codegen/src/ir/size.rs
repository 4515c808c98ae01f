//! An upper estimate of the size of generated types, so that none is too large for the stack.
//!
//! The estimate is for a 64-bit target and for the feature of serde_json that makes its values largest. It follows what
//! rustc does today: fields are ordered without padding between them, and an enum uses a niche where there is one. Where that
//! depends on details, the larger layout is taken.

use crate::ir::types::{Element, Field, Presence, Type, TypeDef, TypeId, TypeKind};

/// The size of a value in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Its bytes.
    pub bytes: u64,
    align: u64,
    niche: Niche,
}

/// The number of bit patterns that no value has (niches), in which an enum can store its discriminant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Niche {
    None,
    One,
    Many,
}

impl Size {
    /// The size of a box.
    pub const BOX: Self = Self { bytes: 8, align: 8, niche: Niche::One };

    const fn new(bytes: u64, align: u64, niche: Niche) -> Self {
        Self { bytes, align, niche }
    }

    /// The same beside so many further states, as `Option` adds one.
    fn with_states(self, states: u64) -> Self {
        match (self.niche, states) {
            (Niche::Many, _) => self,
            (Niche::One, 1) => Self { niche: Niche::None, ..self },
            _ => Self::new(self.bytes.saturating_add(self.align), self.align, Niche::Many),
        }
    }

    /// A struct of such fields.
    fn all(fields: impl Iterator<Item = Self>) -> Self {
        let (mut bytes, mut align, mut niche) = (0_u64, 1, Niche::None);
        for field in fields {
            bytes = bytes.saturating_add(field.bytes);
            align = align.max(field.align);
            niche = niche.max(field.niche);
        }
        Self::new(bytes.checked_next_multiple_of(align).unwrap_or(u64::MAX), align, niche)
    }

    /// An enum of such variants, with a tag beside the largest of them.
    fn any(variants: impl Iterator<Item = Self>) -> Self {
        let (mut bytes, mut align) = (0_u64, 8);
        for variant in variants {
            bytes = bytes.max(variant.bytes);
            align = align.max(variant.align);
        }
        let bytes = bytes.checked_next_multiple_of(align).unwrap_or(u64::MAX);
        Self::new(bytes.saturating_add(align), align, Niche::Many)
    }
}

/// A string or a vector; its capacity leaves room for other states.
const VEC: Size = Size::new(24, 8, Niche::Many);

/// `serde_json::Value` with the feature `preserve_order`: its map is an `IndexMap`.
const JSON: Size = Size::new(80, 8, Niche::None);

/// A type of the user's own, of which nothing is known.
const REPLACED: Size = Size::new(64, 16, Niche::None);

/// The sizes of definitions, of which each is given after all that it holds by value.
#[derive(Debug)]
pub struct Sizes(Vec<Option<Size>>);

impl Sizes {
    /// No size is known yet of so many definitions.
    pub fn new(definitions: usize) -> Self {
        Self(vec![None; definitions])
    }

    /// The size of a definition.
    pub fn get(&self, id: TypeId) -> Option<Size> {
        self.0.get(id.0 as usize).copied().flatten()
    }

    /// Settles the size of a definition.
    pub fn set(&mut self, id: TypeId, size: Size) {
        if let Some(slot) = self.0.get_mut(id.0 as usize) {
            *slot = Some(size);
        }
    }

    /// The size of a definition of this kind.
    pub fn kind(&self, kind: &TypeKind) -> Size {
        match kind {
            TypeKind::Struct { fields, additional } => {
                Size::all(fields.iter().map(|f| self.field(f)).chain(additional.iter().map(|_| MAP)))
            }
            TypeKind::StringEnum(_) => VEC,
            TypeKind::IntegerEnum(_) => Size::any([self.ty(&Type::I64)].into_iter()),
            TypeKind::Union { variants, .. } => {
                let variant = |v: &crate::ir::types::UnionVariant| if v.boxed { Size::BOX } else { self.ty(&v.ty) };
                Size::any(variants.iter().map(variant).chain([JSON]))
            }
            TypeKind::Tuple { elements, required, rest } => {
                let element = |(at, element): (usize, &Element)| {
                    let size = if element.boxed { Size::BOX } else { self.ty(&element.ty) };
                    if at < *required { size } else { size.with_states(1) }
                };
                Size::all(elements.iter().enumerate().map(element).chain(rest.iter().map(|_| VEC)))
            }
            TypeKind::Alias(ty) => self.ty(ty),
        }
    }

    /// The size of a field in its struct.
    pub fn field(&self, field: &Field) -> Size {
        let value = if field.boxed { Size::BOX } else { self.ty(&field.ty) };
        match field.presence() {
            Presence::Always => value,
            Presence::Optional | Presence::Nullable | Presence::OrEmpty => value.with_states(1),
            Presence::OptionalNullable => value.with_states(2),
        }
    }

    /// The size of a type.
    pub fn ty(&self, ty: &Type) -> Size {
        match ty {
            Type::Bool => Size::new(1, 1, Niche::Many),
            Type::I32 | Type::U32 => Size::new(4, 4, Niche::None),
            Type::I64 | Type::U64 | Type::F64 => Size::new(8, 8, Niche::None),
            Type::Date => Size::new(4, 4, Niche::One),
            Type::I128 => Size::new(16, 16, Niche::None),
            // The UUID, a bit for each digit, and its form.
            Type::Uuid => Size::new(24, 4, Niche::Many),
            Type::Secret => Size::BOX,
            Type::String | Type::DateTime | Type::Base64 | Type::MimeBase64 | Type::Array(_) => VEC,
            Type::Map(_) => MAP,
            Type::Json => JSON,
            Type::Nullable(of) => self.ty(of).with_states(1),
            Type::Replaced(_) => REPLACED,
            // Only a cycle would reach a type whose size is not known yet, and cycles are boxed.
            Type::Named(id) => self.get(*id).unwrap_or(Size::BOX),
        }
    }
}

/// A `BTreeMap`.
const MAP: Size = Size::new(24, 8, Niche::None);

/// The definition that a type holds by value, if it holds one.
pub fn by_value(ty: &Type) -> Option<TypeId> {
    match ty {
        Type::Named(id) => Some(*id),
        Type::Nullable(of) => by_value(of),
        _ => None,
    }
}

/// The definitions that a definition holds by value and without a box.
pub fn held(kind: &TypeKind) -> Vec<TypeId> {
    match kind {
        TypeKind::Struct { fields, .. } => fields.iter().filter(|f| !f.boxed).filter_map(|f| by_value(&f.ty)).collect(),
        TypeKind::Union { variants, .. } => {
            variants.iter().filter(|v| !v.boxed).filter_map(|v| by_value(&v.ty)).collect()
        }
        TypeKind::Tuple { elements, .. } => {
            elements.iter().filter(|e| !e.boxed).filter_map(|e| by_value(&e.ty)).collect()
        }
        TypeKind::Alias(ty) => by_value(ty).into_iter().collect(),
        TypeKind::StringEnum(_) | TypeKind::IntegerEnum(_) => Vec::new(),
    }
}

/// All definitions, each after those that it holds by value. Chains may be as long as the document: no recursion.
pub fn by_value_first(types: &[TypeDef]) -> Vec<TypeId> {
    let mut order = Vec::with_capacity(types.len());
    let mut seen = vec![false; types.len()];
    let mut enter = |id: TypeId| {
        let first = seen.get_mut(id.0 as usize).is_some_and(|seen| !std::mem::replace(seen, true));
        let def = types.get(id.0 as usize).filter(|_| first)?;
        Some((id, held(&def.kind).into_iter()))
    };
    for root in (0_u32..).take(types.len()).map(TypeId) {
        let mut way: Vec<_> = enter(root).into_iter().collect();
        while let Some((id, rest)) = way.last_mut() {
            match rest.next() {
                Some(next) => way.extend(enter(next)),
                None => {
                    order.push(*id);
                    way.pop();
                }
            }
        }
    }
    order
}
