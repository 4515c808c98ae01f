//! What reading a file may cost, counted down while it is read.

use crate::codes;
use crate::config::raise;
use crate::diagnostics::{Diagnostic, Span};
use crate::options::Limits;

/// A tree deeper than this would overflow the stack of those who walk it, whatever the options say.
const DEEPEST: usize = 512;

/// The values that may still be read.
pub(super) struct Budget {
    depth: usize,
    nodes: usize,
    left: usize,
}

impl Budget {
    pub(super) fn new(limits: &Limits) -> Self {
        Self { depth: limits.depth.min(DEEPEST), nodes: limits.nodes, left: limits.nodes }
    }

    /// Counts a value that stands at a depth, the root at 0.
    pub(super) fn take(&mut self, depth: usize, place: Span) -> Result<(), Box<Diagnostic>> {
        if depth > self.depth {
            return Err(Box::new(self.too_deep(place)));
        }
        self.take_more(1, place)
    }

    /// Counts a text that is copied: long ones as several values.
    pub(super) fn take_text(&mut self, text: &str, place: Span) -> Result<(), Box<Diagnostic>> {
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

    /// How deep values may nest.
    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    /// The error for a value that stands deeper.
    pub(super) fn too_deep(&self, place: Span) -> Diagnostic {
        let message = format!("values are nested deeper than the limit of {} levels", self.depth);
        let help = raise("depth", self.depth, None, "if this is intended");
        Diagnostic::error(codes::TOO_DEEP, place, message).help(help)
    }
}
