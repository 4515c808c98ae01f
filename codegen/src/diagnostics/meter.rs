//! Counts an amount against a limit.

use crate::diagnostics::report::{Code, Diagnostic, Severity, Span};

/// An amount that has a limit. When the limit is exceeded, that call and all later ones fail with one error, at the location
/// of the first.
pub(crate) struct Meter {
    left: usize,
    is_exceeded: bool,
    /// The error for an exceeded limit; without a location until then.
    error: Diagnostic,
}

impl Meter {
    /// A meter with the code, the message and the help of its error.
    pub(crate) fn new(limit: usize, code: Code, message: impl Into<String>, help: impl Into<String>) -> Self {
        let error = Diagnostic::new(Severity::Error, code, None, message).help(help);
        Self { left: limit, is_exceeded: false, error }
    }

    /// Counts an amount.
    ///
    /// # Errors
    /// The amount is more than what is left, or the limit was exceeded before.
    pub(crate) fn spend(&mut self, amount: usize, span: Span) -> Result<(), Box<Diagnostic>> {
        match self.left.checked_sub(amount).filter(|_| !self.is_exceeded) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => Err(self.exceed(span)),
        }
    }

    /// Counts an amount that may be more than what is left.
    pub(crate) fn count(&mut self, amount: usize) {
        self.left = self.left.saturating_sub(amount);
    }

    /// Whether nothing is left. The limit is not exceeded yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.left == 0
    }

    /// Counts nothing.
    ///
    /// # Errors
    /// Nothing is left, or the limit was exceeded before.
    pub(crate) fn check(&mut self, span: Span) -> Result<(), Box<Diagnostic>> {
        if self.left > 0 && !self.is_exceeded { Ok(()) } else { Err(self.exceed(span)) }
    }

    /// Whether the limit was exceeded.
    pub(crate) fn is_exceeded(&self) -> bool {
        self.is_exceeded
    }

    fn exceed(&mut self, span: Span) -> Box<Diagnostic> {
        self.is_exceeded = true;
        self.error.span.get_or_insert(span);
        Box::new(self.error.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exceeded_limit_has_one_error() {
        let at = |start| Span { start, end: start + 1 };
        let mut meter = Meter::new(3, Code("COGEN-T001"), "more than 3 values", "have fewer");
        assert!(meter.spend(2, at(0)).is_ok() && meter.check(at(1)).is_ok());
        let error = meter.spend(2, at(2)).map_err(|error| (error.span, error.message));
        assert_eq!(error, Err((Some(at(2)), "more than 3 values".to_owned())));
        assert!(meter.is_exceeded());
        assert_eq!(meter.spend(0, at(3)).map_err(|error| error.span), Err(Some(at(2))));

        let mut meter = Meter::new(3, Code("COGEN-T001"), "more than 3 values", "have fewer");
        meter.count(5);
        assert!(meter.is_empty() && !meter.is_exceeded());
        assert!(meter.spend(0, at(0)).is_ok());
        assert_eq!(meter.check(at(1)).map_err(|error| error.span), Err(Some(at(1))));
    }
}
