//! The order in which the variants of a union are tried.

use crate::diagnostics::report::Span;
use crate::ir::types::{JsonKind, Shape, Type, UnionVariant};
use rustc_hash::FxHashMap;

/// A variant with its position in the order in which variants are tried.
pub(super) struct Ranked {
    pub(super) variant: UnionVariant,
    pub(super) rank: Rank,
    pub(super) span: Span,
    /// The index of its candidate.
    pub(super) index: usize,
}

/// The order in which the variants of one group are tried, the lowest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    catches_all: bool,
    constants: std::cmp::Reverse<usize>,
    required: std::cmp::Reverse<usize>,
    /// For scalars, narrower types are lower.
    breadth: u8,
}

impl Rank {
    pub(super) fn of(ty: &Type, shape: &Shape, catches_all: bool) -> Self {
        let breadth = match ty {
            Type::Date | Type::DateTime | Type::Uuid => 0,
            Type::I32 | Type::U32 => 1,
            Type::I64 | Type::U64 | Type::Base64 | Type::MimeBase64 => 2,
            Type::String | Type::Secret | Type::F64 => 4,
            Type::Array(of) | Type::Map(of) if **of == Type::Json => 5,
            _ => 3,
        };
        let (constants, required) = (std::cmp::Reverse(shape.constants.len()), std::cmp::Reverse(shape.required.len()));
        Self { catches_all, constants, required, breadth }
    }
}

/// Sorts the variants of each kind among the positions that the kind has in the document. Variants that accept any value are
/// last.
pub(super) fn sort_by_rank(variants: &mut Vec<Ranked>) {
    let group = |ranked: &Ranked| match ranked.variant.shape.kind {
        JsonKind::Integer | JsonKind::Number => 1,
        JsonKind::Bool => 2,
        JsonKind::String => 3,
        JsonKind::Array => 4,
        JsonKind::Object => 5,
        JsonKind::Any => 6,
    };
    let groups: Vec<u8> = variants.iter().map(group).collect();
    let mut sorted: Vec<Ranked> = std::mem::take(variants);
    sorted.sort_by_key(|ranked| (group(ranked), ranked.rank));
    let mut by_group: FxHashMap<u8, std::collections::VecDeque<Ranked>> = FxHashMap::default();
    for ranked in sorted {
        by_group.entry(group(&ranked)).or_default().push_back(ranked);
    }
    let places = groups.iter().filter(|g| **g != 6).chain(groups.iter().filter(|g| **g == 6));
    variants.extend(places.filter_map(|group| by_group.get_mut(group)?.pop_front()));
}
