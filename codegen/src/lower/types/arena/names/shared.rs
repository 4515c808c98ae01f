//! The warning for names for which several items of one namespace compete, so that none of them has the name.

use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Span};
use crate::diagnostics::texts::excerpt;
use crate::ir::ident::Ident;
use rustc_hash::FxHashMap;

/// The items with their preferred and their actual names.
#[derive(Default)]
pub(crate) struct Shared<'a> {
    wanting: FxHashMap<&'a Ident, Vec<(String, Span, &'a Ident)>>,
}

impl<'a> Shared<'a> {
    /// Adds an item, if its name is not the preferred one.
    pub(crate) fn note(&mut self, text: impl FnOnce() -> String, span: Span, wants: &'a Ident, name: &'a Ident) {
        if wants != name {
            self.wanting.entry(wants).or_default().push((text(), span, name));
        }
    }

    /// Reports all of them as one warning, with the locations of two.
    pub(crate) fn report(self, what: &str, report: &mut Report) {
        let several = self.wanting.into_iter().filter(|(_, things)| things.len() > 1);
        let mut several: Vec<_> = several.collect();
        several.sort_by_key(|(_, things)| things.iter().map(|(_, span, _)| *span).min());
        let count: usize = several.iter().map(|(_, things)| things.len()).sum();
        let Some((wanted, things)) = several.into_iter().next() else { return };
        let [(one, here, one_name), (other, there, other_name), ..] = things.as_slice() else { return };
        let more = if count > 2 { format!(", and {} other {what}", count - 2) } else { String::new() };
        let message = format!(
            "{} and {} have the same Rust name `{wanted}`: they are named `{one_name}` and `{other_name}`{more}",
            excerpt(one),
            excerpt(other),
        );
        report.push(
            Diagnostic::warning(codes::NAME_CLASH, *there, message).related(*here, format!("`{one_name}`")).with_note(
                "none of them gets the plain name, so that no name changes its meaning when the document changes",
            ),
        );
    }
}
