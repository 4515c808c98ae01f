//! The limits for reading a file, counted down while it is read.

use crate::config::options::Limits;
use crate::config::raise;
use crate::diagnostics::codes;
use crate::diagnostics::meter::Meter;
use crate::diagnostics::report::{Diagnostic, Span};

/// The maximum depth for any options: deeper trees would overflow the stack of recursive functions.
const DEEPEST: usize = 512;

/// The depth and the number of values that can be read.
pub(crate) struct Budget {
    depth: usize,
    nodes: Meter,
}

impl Budget {
    pub(crate) fn new(limits: &Limits) -> Self {
        let message = format!("the file contains more values than the limit of {}", limits.nodes);
        let help = raise("nodes", limits.nodes, None, "if this is intended");
        let nodes = Meter::new(limits.nodes, codes::TOO_MANY_NODES, message, help);
        Self { depth: limits.depth.min(DEEPEST), nodes }
    }

    /// Counts a value at a depth; the root has depth 0.
    pub(crate) fn take(&mut self, depth: usize, span: Span) -> Result<(), Box<Diagnostic>> {
        if depth > self.depth {
            return Err(Box::new(self.too_deep(span)));
        }
        self.nodes.spend(1, span)
    }

    /// Counts a copied text; a long text counts as several values.
    pub(crate) fn take_text(&mut self, text: &str, span: Span) -> Result<(), Box<Diagnostic>> {
        const BYTES_OF_A_VALUE: usize = 64;
        self.nodes.spend(text.len() / BYTES_OF_A_VALUE, span)
    }

    /// The maximum depth of nested values.
    pub(crate) fn depth(&self) -> usize {
        self.depth
    }

    /// The error for a value that is nested deeper.
    pub(crate) fn too_deep(&self, span: Span) -> Diagnostic {
        let message = format!("values are nested deeper than the limit of {} levels", self.depth);
        let help = raise("depth", self.depth, None, "if this is intended");
        Diagnostic::error(codes::TOO_DEEP, span, message).help(help)
    }
}
