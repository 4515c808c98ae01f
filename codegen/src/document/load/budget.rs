//! What reading a file may cost, counted down while it is read.

use crate::config::options::Limits;
use crate::config::raise;
use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Span};

/// A tree deeper than this would overflow the stack of those who walk it, whatever the options say.
const DEEPEST: usize = 512;

/// The values that may still be read.
pub(crate) struct Budget {
    depth: usize,
    nodes: usize,
    left: usize,
}

impl Budget {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self { depth: limits.depth.min(DEEPEST), nodes: limits.nodes, left: limits.nodes }
    }

    /// Counts a value that stands at a depth, the root at 0.
    pub(crate) fn take(&mut self, depth: usize, place: Span) -> Result<(), Box<Diagnostic>> {
        if depth > self.depth {
            return Err(Box::new(self.too_deep(place)));
        }
        self.take_more(1, place)
    }

    /// Counts a text that is copied: long ones as several values.
    pub(crate) fn take_text(&mut self, text: &str, place: Span) -> Result<(), Box<Diagnostic>> {
        const BYTES_OF_A_VALUE: usize = 64;
        self.take_more(text.len() / BYTES_OF_A_VALUE, place)
    }

    fn take_more(&mut self, values: usize, place: Span) -> Result<(), Box<Diagnostic>> {
        let Some(left) = self.left.checked_sub(values) else {
            let message = format!("the file holds more values than the limit of {}", self.nodes);
            let help = raise("nodes", self.nodes, None, "if this is meant");
            return Err(Box::new(Diagnostic::error(codes::TOO_MANY_NODES, place, message).help(help)));
        };
        self.left = left;
        Ok(())
    }

    /// How deep values may nest.
    pub(crate) fn depth(&self) -> usize {
        self.depth
    }

    /// The error for a value that stands deeper.
    pub(crate) fn too_deep(&self, place: Span) -> Diagnostic {
        let message = format!("values are nested deeper than the limit of {} levels", self.depth);
        let help = raise("depth", self.depth, None, "if this is meant");
        Diagnostic::error(codes::TOO_DEEP, place, message).help(help)
    }
}
