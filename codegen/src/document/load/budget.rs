//! The limits for reading a file, counted down while it is read.

use crate::config::options::Limits;
use crate::config::raise;
use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Span};

/// The maximum depth for any options: deeper trees would overflow the stack of recursive functions.
const DEEPEST: usize = 512;

/// The number of values that can still be read.
pub(crate) struct Budget {
    depth: usize,
    nodes: usize,
    left: usize,
}

impl Budget {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self { depth: limits.depth.min(DEEPEST), nodes: limits.nodes, left: limits.nodes }
    }

    /// Counts a value at a depth; the root has depth 0.
    pub(crate) fn take(&mut self, depth: usize, place: Span) -> Result<(), Box<Diagnostic>> {
        if depth > self.depth {
            return Err(Box::new(self.too_deep(place)));
        }
        self.take_more(1, place)
    }

    /// Counts a copied text; a long text counts as several values.
    pub(crate) fn take_text(&mut self, text: &str, place: Span) -> Result<(), Box<Diagnostic>> {
        const BYTES_OF_A_VALUE: usize = 64;
        self.take_more(text.len() / BYTES_OF_A_VALUE, place)
    }

    fn take_more(&mut self, values: usize, place: Span) -> Result<(), Box<Diagnostic>> {
        let Some(left) = self.left.checked_sub(values) else {
            let message = format!("the file contains more values than the limit of {}", self.nodes);
            let help = raise("nodes", self.nodes, None, "if this is intended");
            return Err(Box::new(Diagnostic::error(codes::TOO_MANY_NODES, place, message).help(help)));
        };
        self.left = left;
        Ok(())
    }

    /// The maximum depth of nested values.
    pub(crate) fn depth(&self) -> usize {
        self.depth
    }

    /// The error for a value that is nested deeper.
    pub(crate) fn too_deep(&self, place: Span) -> Diagnostic {
        let message = format!("values are nested deeper than the limit of {} levels", self.depth);
        let help = raise("depth", self.depth, None, "if this is intended");
        Diagnostic::error(codes::TOO_DEEP, place, message).help(help)
    }
}
