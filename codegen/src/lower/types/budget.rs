//! What lowering may cost: steps, copies and depth. A small document can ask for much, since schemas hold one another.

use crate::config::raise;
use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Span};
use crate::lower::types::Types;

/// What was spent of the budget, which is that of `types` under `[limits]`.
#[derive(Default)]
pub(crate) struct Budget {
    depth: usize,
    steps: usize,
    /// The error at the place where it was used up; nothing is lowered any more after it.
    exhausted: Option<Diagnostic>,
}

/// How deep schemas may nest by references into the middle of others, beyond what the document's own depth allows.
pub(crate) const MAX_DEPTH: usize = 192;

/// How many schemas and properties may be looked at in merging, for each type that is allowed.
const STEPS_PER_TYPE: usize = 32;

/// A field or a value takes about as much memory as the text of so many steps.
const STEPS_PER_COPY: usize = 48;
const BYTES_PER_STEP: usize = 8;

impl Types<'_, '_> {
    /// One level deeper; an error where schemas nest by reference without end.
    pub(crate) fn deeper<T>(
        &mut self,
        span: Span,
        report: &mut Report,
        lower: impl FnOnce(&mut Self, &mut Report) -> Option<T>,
    ) -> Option<T> {
        if self.is_exhausted() {
            return None;
        }
        if self.budget.depth >= MAX_DEPTH {
            let message = format!("schemas are nested more than {MAX_DEPTH} levels deep through references");
            let section = self.refs.section("schemas", "/");
            let help = format!("refer to named schemas (`#/{section}/NAME`) instead of parts of other schemas");
            report.push(Diagnostic::error(codes::TYPE_BUDGET, span, message).help(help));
            return None;
        }
        self.budget.depth += 1;
        let lowered = lower(self, report);
        self.budget.depth -= 1;
        lowered
    }

    /// Counts the cost of looking at something more than once; `false` after an error was reported.
    pub(crate) fn afford(&mut self, steps: usize, span: Span, report: &mut Report) -> bool {
        self.budget.steps = self.budget.steps.saturating_add(steps);
        let most = self.options.limits.types.saturating_mul(STEPS_PER_TYPE);
        if self.budget.steps > most {
            self.exhaust(format!("merging the schemas needs more than {most} steps"), span, report);
        }
        !self.is_exhausted()
    }

    /// Counts the cost of things that stand in one schema and are written out for another, by the bytes of text in each; `false`
    /// after an error was reported.
    pub(crate) fn afford_copies(
        &mut self,
        texts: impl Iterator<Item = usize>,
        span: Span,
        report: &mut Report,
    ) -> bool {
        self.afford(texts.map(|bytes| STEPS_PER_COPY + bytes / BYTES_PER_STEP).sum(), span, report)
    }

    /// Whether the budget is used up.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.budget.exhausted.is_some()
    }

    /// Uses up the budget; an error is reported.
    pub(crate) fn exhaust(&mut self, message: String, span: Span, report: &mut Report) {
        let most = self.options.limits.types;
        self.budget.exhausted.get_or_insert_with(|| {
            let help = raise("types", most, None, "if you trust this document");
            Diagnostic::error(codes::TYPE_BUDGET, span, message).help(help)
        });
        self.tell_exhaustion(report);
    }

    /// Reports that the budget is used up, if it is: what happened quietly, too.
    pub(crate) fn tell_exhaustion(&self, report: &mut Report) {
        self.budget.exhausted.iter().for_each(|error| report.push(error.clone()));
    }
}
