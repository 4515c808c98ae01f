//! Limits the steps, the copies and the depth of lowering. A small document can need many, since schemas contain one another.

use crate::config::raise;
use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Reported, Span};
use crate::lower::types::Types;

/// The part of the budget that was spent. `types` under `[limits]` sets the budget.
#[derive(Default)]
pub(crate) struct Budget {
    depth: usize,
    steps: usize,
    /// The error at the location where the budget was used up. Nothing is lowered after it.
    exhausted: Option<Box<Diagnostic>>,
}

/// The maximum depth of schemas that are nested by references to parts of other schemas.
pub(crate) const MAX_DEPTH: usize = 192;

/// The number of schemas and properties that merging may read, for each type that is allowed.
const STEPS_PER_TYPE: usize = 32;

/// A copied field or value counts as this many steps, plus one for each `BYTES_PER_STEP` bytes of text.
const STEPS_PER_COPY: usize = 48;
const BYTES_PER_STEP: usize = 8;

impl Types<'_, '_> {
    /// Lowers what is one level deeper.
    ///
    /// # Errors
    /// Schemas are nested too deeply by references, or the budget is used up, or `lower` fails.
    pub(crate) fn deeper<T>(
        &mut self,
        span: Span,
        report: &mut Report,
        lower: impl FnOnce(&mut Self, &mut Report) -> Result<T, Reported>,
    ) -> Result<T, Reported> {
        self.enter(span).map_err(|error| report.error(*error))?;
        let lowered = lower(self, report);
        self.leave();
        lowered
    }

    /// Begins a level. Each call that succeeds is followed by [`leave`](Self::leave).
    ///
    /// # Errors
    /// Schemas are nested too deeply by references, or the budget is used up.
    pub(crate) fn enter(&mut self, span: Span) -> Result<(), Box<Diagnostic>> {
        if let Some(error) = &self.budget.exhausted {
            return Err(error.clone());
        }
        if self.budget.depth >= MAX_DEPTH {
            let message = format!("schemas are nested more than {MAX_DEPTH} levels deep through references");
            let section = self.refs.section("schemas", "/");
            let help = format!("refer to named schemas (`#/{section}/NAME`) instead of parts of other schemas");
            return Err(Box::new(Diagnostic::error(codes::TYPE_BUDGET, span, message).help(help)));
        }
        self.budget.depth += 1;
        Ok(())
    }

    /// Ends a level.
    pub(crate) fn leave(&mut self) {
        self.budget.depth -= 1;
    }

    /// Counts steps, and reports an error if they exceed the budget.
    ///
    /// # Errors
    /// The budget is used up.
    pub(crate) fn afford(&mut self, steps: usize, span: Span, report: &mut Report) -> Result<(), Reported> {
        self.spend(steps, span).map_err(|error| report.error(*error))
    }

    /// Counts steps. Nothing is reported before [`check_budget`](Self::check_budget).
    ///
    /// # Errors
    /// The budget is used up.
    pub(crate) fn spend(&mut self, steps: usize, span: Span) -> Result<(), Box<Diagnostic>> {
        self.budget.steps = self.budget.steps.saturating_add(steps);
        let most = self.options.limits.types.saturating_mul(STEPS_PER_TYPE);
        if self.budget.steps > most {
            return Err(self.exhaust(format!("merging the schemas needs more than {most} steps"), span));
        }
        self.budget.exhausted.clone().map_or(Ok(()), Err)
    }

    /// Counts the cost of parts of one schema that are written out for another, by the bytes of text in each.
    ///
    /// # Errors
    /// The budget is used up.
    pub(crate) fn afford_copies(
        &mut self,
        texts: impl Iterator<Item = usize>,
        span: Span,
        report: &mut Report,
    ) -> Result<(), Reported> {
        self.afford(texts.map(|bytes| STEPS_PER_COPY + bytes / BYTES_PER_STEP).sum(), span, report)
    }

    /// Whether the budget is used up.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.budget.exhausted.is_some()
    }

    /// Uses up the budget, and returns the error: the first one, if it was used up before.
    pub(crate) fn exhaust(&mut self, message: String, span: Span) -> Box<Diagnostic> {
        let most = self.options.limits.types;
        let error = self.budget.exhausted.get_or_insert_with(|| {
            let help = raise("types", most, None, "if you trust this document");
            Box::new(Diagnostic::error(codes::TYPE_BUDGET, span, message).help(help))
        });
        error.clone()
    }

    /// Reports that the budget is used up, also if no step that reports errors used it up.
    ///
    /// # Errors
    /// The budget is used up.
    pub(crate) fn check_budget(&self, report: &mut Report) -> Result<(), Reported> {
        match &self.budget.exhausted {
            Some(error) => Err(report.error((**error).clone())),
            None => Ok(()),
        }
    }
}
