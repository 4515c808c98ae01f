//! Limits the steps, the copies and the depth of lowering. A small document can need many, since schemas contain one another.

use crate::config::raise;
use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Reported, Span};

/// The budget of one document. `types` under `[limits]` sets it.
pub(crate) struct Budget {
    /// The number of types that the document may have.
    max_types: usize,
    /// The path of the named schemas of the document: `components/schemas`.
    schemas_path: String,
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

impl Budget {
    pub(crate) fn new(max_types: usize, schemas_path: String) -> Self {
        Self { max_types, schemas_path, depth: 0, steps: 0, exhausted: None }
    }

    /// Begins a level. Each call that succeeds is followed by [`leave`](Self::leave).
    ///
    /// # Errors
    /// Schemas are nested too deeply by references, or the budget is used up.
    pub(crate) fn enter(&mut self, span: Span) -> Result<(), Box<Diagnostic>> {
        if let Some(error) = &self.exhausted {
            return Err(error.clone());
        }
        if self.depth >= MAX_DEPTH {
            let message = format!("schemas are nested more than {MAX_DEPTH} levels deep through references");
            let help =
                format!("refer to named schemas (`#/{}/NAME`) instead of parts of other schemas", self.schemas_path);
            return Err(Box::new(Diagnostic::error(codes::TYPE_BUDGET, span, message).help(help)));
        }
        self.depth += 1;
        Ok(())
    }

    /// Ends a level.
    pub(crate) fn leave(&mut self) {
        self.depth -= 1;
    }

    /// Counts steps, and reports an error if they exceed the budget.
    ///
    /// # Errors
    /// The budget is used up.
    pub(crate) fn afford(&mut self, steps: usize, span: Span, report: &mut Report) -> Result<(), Reported> {
        self.spend(steps, span).map_err(|error| report.error(*error))
    }

    /// Counts steps. Nothing is reported before [`check`](Self::check).
    ///
    /// # Errors
    /// The budget is used up.
    pub(crate) fn spend(&mut self, steps: usize, span: Span) -> Result<(), Box<Diagnostic>> {
        self.steps = self.steps.saturating_add(steps);
        let most = self.max_types.saturating_mul(STEPS_PER_TYPE);
        if self.steps > most {
            return Err(self.exhaust(format!("merging the schemas needs more than {most} steps"), span));
        }
        self.exhausted.clone().map_or(Ok(()), Err)
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
        self.exhausted.is_some()
    }

    /// Uses up the budget, and returns the error: the first one, if it was used up before.
    pub(crate) fn exhaust(&mut self, message: String, span: Span) -> Box<Diagnostic> {
        let most = self.max_types;
        let error = self.exhausted.get_or_insert_with(|| {
            let help = raise("types", most, None, "if you trust this document");
            Box::new(Diagnostic::error(codes::TYPE_BUDGET, span, message).help(help))
        });
        error.clone()
    }

    /// Reports that the budget is used up, also if no step that reports errors used it up.
    ///
    /// # Errors
    /// The budget is used up.
    pub(crate) fn check(&self, report: &mut Report) -> Result<(), Reported> {
        match &self.exhausted {
            Some(error) => Err(report.error((**error).clone())),
            None => Ok(()),
        }
    }
}
