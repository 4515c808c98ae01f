//! Reports which variants of a union a value can match at once.

use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report};
use crate::ir::types::JsonKind;
use crate::lower::types::facts::schema_facts::{Facts, scalar};
use crate::lower::types::lowering::choice::candidates::Candidate;
use crate::lower::types::lowering::choice::ranked::Ranked;

/// The maximum number of variants that are compared pair by pair to find those that overlap.
const MAX_COMPARED: usize = 64;

/// The candidates of a union without a discriminator.
pub(super) struct Overlaps<'u, 'd, 's> {
    pub(super) candidates: &'u [Candidate<'d, 's>],
    /// The name of the union.
    pub(super) owner: &'u str,
    /// Whether constants distinguish all variants.
    pub(super) by_constants: bool,
    /// Whether a value can be valid for several schemas (`anyOf`).
    pub(super) several: bool,
}

impl Overlaps<'_, '_, '_> {
    /// Reports the first variants that cannot be distinguished, or else the first that a value can match together.
    pub(super) fn report(&self, variants: &[Ranked], report: &mut Report) {
        let of_kind = |kind: JsonKind| -> Vec<&Ranked> {
            variants.iter().filter(|ranked| ranked.variant.shape.kind == kind).collect()
        };
        let (objects, arrays) = (of_kind(JsonKind::Object), of_kind(JsonKind::Array));
        let objects = if self.by_constants { Vec::new() } else { objects };
        let are_alike = |first: &Ranked, second: &Ranked| {
            first.variant.shape == second.variant.shape && !differ_by_types(self.facts(first), self.facts(second))
        };
        let small = [&objects, &arrays].into_iter().filter(|group| group.len() <= MAX_COMPARED);
        if let Some((first, second)) = small.clone().find_map(|group| first_pair(group, are_alike)) {
            return report.push(self.alike(first, second));
        }
        let both = |first: &Ranked, second: &Ranked| can_be_both(self.facts(first), self.facts(second));
        if self.several
            && objects.len() <= MAX_COMPARED
            && let Some((first, second)) = first_pair(&objects, both)
        {
            report.push(self.both(first, second));
        }
    }

    fn facts(&self, ranked: &Ranked) -> &Facts<'_, '_> {
        &self.candidates[ranked.index].facts
    }

    fn alike(&self, first: &Ranked, second: &Ranked) -> Diagnostic {
        let (a, b, owner) = (&first.variant.name, &second.variant.name, self.owner);
        let message = format!(
            "the variants `{a}` and `{b}` of `{owner}` cannot be distinguished: `{a}` is used where both match"
        );
        Diagnostic::warning(codes::SAME_SHAPE, second.span, message)
            .related(first.span, format!("`{a}`"))
            .help("add a `discriminator`, or a property that only one of them has")
    }

    fn both(&self, first: &Ranked, second: &Ranked) -> Diagnostic {
        let (a, b, owner) = (&first.variant.name, &second.variant.name, self.owner);
        let message = format!(
            "a value can match `{a}` and `{b}` of `{owner}` at once: the variant with more of its properties is used, and the other \
             properties are dropped"
        );
        Diagnostic::note(codes::SEVERAL_MATCH, second.span, message)
            .related(first.span, format!("`{a}`"))
            .help("write `oneOf` if only one of them matches, or one schema with the properties of both")
    }
}

/// The first two items of which `holds` is true.
fn first_pair<'v, T>(items: &[&'v T], holds: impl Fn(&T, &T) -> bool) -> Option<(&'v T, &'v T)> {
    items.iter().enumerate().find_map(|(at, first)| {
        let second = items.iter().skip(at + 1).find(|second| holds(first, second))?;
        Some((*first, *second))
    })
}

/// Whether an object can be valid for both, and each has a property that the other does not have.
fn can_be_both(a: &Facts<'_, '_>, b: &Facts<'_, '_>) -> bool {
    let has_own = |one: &Facts<'_, '_>, other: &Facts<'_, '_>| {
        one.properties.keys().any(|name| !other.properties.contains_key(name))
    };
    let is_kept_apart = a.properties.iter().any(|(name, of_a)| {
        let Some(of_b) = b.properties.get(name) else { return false };
        let (Some(one), Some(other)) = (&of_a.values, &of_b.values) else { return false };
        !one.iter().any(|value| other.iter().any(|other| scalar(value) == scalar(other)))
    });
    !a.closed && !b.closed && has_own(a, b) && has_own(b, a) && !is_kept_apart && !differ_by_types(a, b)
}

/// Whether both require a property that has different kinds in the two.
fn differ_by_types(a: &Facts<'_, '_>, b: &Facts<'_, '_>) -> bool {
    let (small, large) = if a.properties.len() < b.properties.len() { (a, b) } else { (b, a) };
    small.required.iter().filter(|name| large.required.binary_search(name).is_ok()).any(|name| {
        let (Some(one), Some(two)) = (small.properties.get(name), large.properties.get(name)) else { return false };
        !one.kinds.is_empty() && !two.kinds.is_empty() && one.kinds.and(two.kinds).is_empty()
    })
}
