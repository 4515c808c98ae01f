//! Enumerations: of strings and of integers.

use crate::config::raise;
use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Reported, Span};
use crate::diagnostics::texts::excerpt;
use crate::document::load::node::{Node, Value};
use crate::ir::ident::Ident;
use crate::ir::types::{EnumVariant, JsonKind, Type, TypeKind};
use crate::lower::names::{Case, Wanted, ident, settle};
use crate::lower::types::arena::names::places::Spot;
use crate::lower::types::arena::names::shared::Shared;
use crate::lower::types::lowering::lowered::Lowered;
use crate::lower::types::lowering::types::Types;
use crate::lower::types::schema::kinds::{Kinds, value_kind, whole_number};
use crate::lower::types::schema::read::Schema;
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;
use std::hash::Hash;

/// A value of an enumeration.
pub(crate) struct Listed<'d> {
    /// The value as text.
    pub(crate) text: Cow<'d, str>,
    /// The text that its name is made from.
    pub(crate) label: Cow<'d, str>,
    pub(crate) span: Span,
}

impl<'d, 's> Types<'d, 's> {
    /// The enum of the listed values; `None` if the values are not an enum, so that the type alone decides.
    pub(crate) fn lower_enum(
        &mut self,
        parts: &[Schema<'d, 's>],
        kinds: Kinds,
        spot: Spot<'_>,
        report: &mut Report,
    ) -> Result<Option<Type>, Reported> {
        let Some((listing, values)) = listed(parts) else { return Ok(None) };
        let span = listing.enumeration.or(listing.constant).map_or(listing.node.span, |n| n.span);
        if values.is_empty() {
            if !listing.is_only_null() && !listing.allows_null() {
                let message = "`enum` without values: ignored";
                report.push(
                    Diagnostic::warning(codes::ENUM_AS_TYPE, span, message).help("list the values, or remove `enum`"),
                );
            }
            return Ok(None);
        }
        // Each value is at least one line of code, so that more values than lines are refused before they get names.
        let most = self.options.limits.lines;
        if values.len() > most {
            let message =
                format!("an `enum` of {} values needs more lines of code than the limit of {most}", values.len());
            let help = raise("lines", most, Some(values.len() * 4), "if you trust this document");
            return Err(report.error(Diagnostic::error(codes::TOO_MANY_LINES, span, message).help(help)));
        }
        let listed = values.iter().filter_map(|v| {
            let text = v.as_scalar_text()?;
            Some(Listed { label: text.clone(), text, span: v.span })
        });
        let listed: Vec<Listed<'d>> = listed.collect();
        if parts.len() > 1 {
            self.afford_values(&listed, span, report)?;
        }
        let made = match kinds.one() {
            Some(JsonKind::String) => self.string_enum(&listed, listing, spot, report).map(Some)?,
            Some(JsonKind::Integer) => self.integer_enum(&listed, listing, spot, report)?,
            Some(JsonKind::Number) if listed.iter().all(|value| whole_number(&value.text).is_some()) => {
                self.integer_enum(&listed, listing, spot, report)?
            }
            Some(_) => None,
            None => {
                let mixed = values.iter().fold(Kinds::default(), |kinds, v| kinds.or(value_kind(v))).one().is_none();
                if mixed {
                    let message = "`enum` with values of several types: the type is `Json`";
                    report.push(Diagnostic::note(codes::ENUM_AS_TYPE, span, message));
                }
                None
            }
        };
        // The result of several schemas is not the result of one of them.
        if let ([only], Some(ty)) = (parts, &made) {
            self.remember(only.node, Lowered { ty: ty.clone(), nullable: only.allows_null() });
        }
        Ok(made)
    }

    /// Counts the cost of values that other schemas list, too.
    ///
    /// # Errors
    /// The budget is used up.
    pub(crate) fn afford_values(
        &mut self,
        listed: &[Listed<'d>],
        span: Span,
        report: &mut Report,
    ) -> Result<(), Reported> {
        self.facts.budget.afford_copies(listed.iter().map(|value| value.text.len()), span, report)
    }

    /// An enum with one variant for each distinct string.
    pub(crate) fn string_enum(
        &mut self,
        listed: &[Listed<'d>],
        schema: &Schema<'d, 's>,
        spot: Spot<'_>,
        report: &mut Report,
    ) -> Result<Type, Reported> {
        let id = self.open_definition(spot, schema, report)?;
        let texts = listed.iter().map(|value| (&*value.text, value));
        let variants =
            variants(texts, report).into_iter().map(|(name, text)| EnumVariant { name, value: text.to_owned() });
        self.arena.set_kind(id, TypeKind::StringEnum(variants.collect()));
        Ok(Type::Named(id))
    }

    /// An enum of integers; `None` after a note, if a value is not an integer of 64 bits.
    pub(crate) fn integer_enum(
        &mut self,
        listed: &[Listed<'d>],
        schema: &Schema<'d, 's>,
        spot: Spot<'_>,
        report: &mut Report,
    ) -> Result<Option<Type>, Reported> {
        let integers: Option<Vec<(i64, &Listed<'d>)>> =
            listed.iter().map(|value| Some((whole_number(&value.text)?, value))).collect();
        let Some(integers) = integers else {
            let message = "`enum` with values outside of 64-bit integers: any integer is accepted";
            report.push(Diagnostic::note(
                codes::ENUM_AS_TYPE,
                listed.first().map_or(schema.node.span, |v| v.span),
                message,
            ));
            return Ok(None);
        };
        let id = self.open_definition(spot, schema, report)?;
        let variants =
            variants(integers.into_iter(), report).into_iter().map(|(name, value)| EnumVariant { name, value });
        self.arena.set_kind(id, TypeKind::IntegerEnum(variants.collect()));
        Ok(Some(Type::Named(id)))
    }
}

/// The distinct values with their names.
fn variants<'v, 'd: 'v, T: Copy + Eq + Hash>(
    values: impl Iterator<Item = (T, &'v Listed<'d>)>,
    report: &mut Report,
) -> Vec<(Ident, T)> {
    let mut seen: FxHashMap<T, usize> = FxHashMap::default();
    let mut distinct: Vec<(T, &str, &Listed<'d>)> = Vec::with_capacity(values.size_hint().0);
    for (value, listed) in values {
        // `2.0` is the integer 2, and `N2` its name.
        let label =
            listed.label.strip_suffix(".0").filter(|whole| whole_number(whole).is_some()).unwrap_or(&listed.label);
        match seen.get(&value).and_then(|&at| distinct.get_mut(at)) {
            // The label of a value that is listed twice does not depend on the order of the list.
            Some((_, first, _)) => *first = label.min(first),
            None => {
                seen.insert(value, distinct.len());
                distinct.push((value, label, listed));
            }
        }
    }
    let wanted: Vec<Wanted> = distinct.iter().map(|(_, label, listed)| wanted(label, &listed.text)).collect();
    let names = settle(&wanted, Case::Pascal, &["Unknown"]);
    let plain: Vec<Ident> = distinct.iter().map(|(_, label, _)| ident(label, Case::Pascal)).collect();
    let mut shared = Shared::default();
    for (((_, label, listed), plain), name) in distinct.iter().zip(&plain).zip(&names) {
        shared.note(|| format!("`{}`", excerpt(label)), listed.span, plain, name);
    }
    shared.report("values", report);
    names.into_iter().zip(distinct).map(|(name, (value, ..))| (name, value)).collect()
}

/// The candidates for the name of a value: its label, and its label with the value.
fn wanted(label: &str, text: &str) -> Wanted {
    let mut wanted = Wanted::text(label);
    if label != text {
        wanted.candidates.push(format!("{label} {text}"));
    }
    Wanted { identity: text.to_owned(), ..wanted }
}

/// The values that all schemas with a list have in common, without `null`, and the first schema with a list.
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
