//! Enumerations: of strings and of integers.

use super::scalars::whole_number;
use super::schema::{Kinds, Schema, value_kind};
use super::{Clashes, Lowered, Spot, Types, codes};
use crate::diagnostics::{Diagnostic, Report, Span};
use crate::ir::types::{EnumVariant, JsonKind, Type, TypeKind};
use crate::lower::names::{Case, Names};
use crate::load::node::{Node, Value};
use rustc_hash::FxHashSet;
use std::borrow::Cow;

impl<'d, 's> Types<'d, 's> {
    /// The enum of the listed values; `Some(None)` where they are no enum and the type alone decides.
    pub(super) fn enumeration(
        &mut self,
        parts: &[Schema<'d, 's>],
        kinds: Kinds,
        spot: Spot<'_>,
        report: &mut Report,
    ) -> Option<Option<Type>> {
        let Some((listing, values)) = listed(parts) else { return Some(None) };
        let span = listing.enumeration.or(listing.constant).map_or(listing.node.span, |n| n.span);
        if values.is_empty() {
            if !listing.is_only_null() && !listing.allows_null() {
                let message = "an enumeration without values is read as its type alone";
                report.push(Diagnostic::warning(codes::ENUM_AS_TYPE, span, message).help("list the values, or remove `enum`"));
            }
            return Some(None);
        }
        match kinds.one() {
            Some(JsonKind::String) => {
                let texts: Vec<(Cow<'d, str>, Span)> =
                    values.iter().filter_map(|v| Some((v.as_scalar_text()?, v.span))).collect();
                self.string_enum(&texts, listing, spot, report).map(Some)
            }
            Some(JsonKind::Integer) => {
                let whole = |value: &Node<'_>| value.as_scalar_text().and_then(|text| whole_number(&text));
                let integers: Option<Vec<(i64, Span)>> = values.iter().map(|v| Some((whole(v)?, v.span))).collect();
                match integers {
                    Some(integers) => self.integer_enum(&integers, listing, spot, report).map(Some),
                    None => {
                        let message = "these values are no 64-bit integers; any integer is taken";
                        report.push(Diagnostic::note(codes::ENUM_AS_TYPE, span, message));
                        Some(None)
                    }
                }
            }
            Some(_) => Some(None),
            None => {
                let mixed = values.iter().fold(Kinds::default(), |kinds, v| kinds.or(value_kind(v))).one().is_none();
                if mixed {
                    let message = "an enumeration of values of several types is read as any JSON";
                    report.push(Diagnostic::note(codes::ENUM_AS_TYPE, span, message));
                }
                Some(None)
            }
        }
    }

    /// An enum of strings, one variant a distinct one.
    pub(super) fn string_enum(
        &mut self,
        texts: &[(Cow<'d, str>, Span)],
        schema: &Schema<'d, 's>,
        spot: Spot<'_>,
        report: &mut Report,
    ) -> Option<Type> {
        let id = self.open(spot, schema, report)?;
        let mut names = Names::with_reserved(&["Unknown"]);
        let mut seen = FxHashSet::default();
        let mut clashes = Clashes::default();
        let mut variants = Vec::with_capacity(texts.len());
        for (text, span) in texts {
            if seen.insert(&**text) {
                let (name, clash) = names.claim_at(text, Case::Pascal, *span);
                clashes.note(text, *span, &name, clash);
                variants.push(EnumVariant { name, value: text.to_string() });
            }
        }
        clashes.tell("values", report);
        self.set_kind(id, TypeKind::StringEnum(variants));
        self.remember(schema.node, Lowered { ty: Type::Named(id), nullable: schema.allows_null() });
        Some(Type::Named(id))
    }

    fn integer_enum(
        &mut self,
        integers: &[(i64, Span)],
        schema: &Schema<'d, 's>,
        spot: Spot<'_>,
        report: &mut Report,
    ) -> Option<Type> {
        let id = self.open(spot, schema, report)?;
        let mut names = Names::with_reserved(&["Unknown"]);
        let mut seen = FxHashSet::default();
        let mut variants = Vec::with_capacity(integers.len());
        for &(value, _) in integers {
            if seen.insert(value) {
                variants.push(EnumVariant { name: names.claim(&value.to_string(), Case::Pascal), value });
            }
        }
        self.set_kind(id, TypeKind::IntegerEnum(variants));
        self.remember(schema.node, Lowered { ty: Type::Named(id), nullable: schema.allows_null() });
        Some(Type::Named(id))
    }
}

/// The values that all of the schemas list, `null` left out, and the first schema that lists any.
fn listed<'p, 'd, 's>(parts: &'p [Schema<'d, 's>]) -> Option<(&'p Schema<'d, 's>, Vec<&'d Node<'s>>)> {
    let mut found: Option<(&'p Schema<'d, 's>, Vec<&'d Node<'s>>)> = None;
    for part in parts {
        let values: Vec<&'d Node<'s>> = match (part.constant, part.enumeration.and_then(Node::elements)) {
            (Some(constant), _) => vec![constant],
            (None, Some(values)) => values.iter().collect(),
            (None, None) => continue,
        };
        let values = values.into_iter().filter(|v| !matches!(v.value, Value::Null));
        found = Some(match found {
            None => (part, values.collect()),
            Some((first, listed)) => {
                let also: FxHashSet<Cow<'_, str>> = values.filter_map(Node::as_scalar_text).collect();
                let both = listed.into_iter().filter(|v| v.as_scalar_text().is_some_and(|text| also.contains(&text)));
                (first, both.collect())
            }
        });
    }
    found
}
