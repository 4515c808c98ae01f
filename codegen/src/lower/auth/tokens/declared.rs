//! A security scheme as the document has it.

use crate::diagnostics::report::{Diagnostic, Report, Span};
use crate::document::load::node::Node;
use crate::document::spec::condition;

/// A scheme of the document by its name, its references and conditions followed.
#[derive(Clone, Copy)]
pub struct Declared<'d, 's> {
    /// Its name.
    pub key: &'d str,
    /// The place of its name.
    pub span: Span,
    /// What it is.
    pub node: &'d Node<'s>,
}

/// The value of a node that may be conditional.
pub fn decided<'d, 's>(node: &'d Node<'s>, report: &mut Report) -> Result<&'d Node<'s>, Box<Diagnostic>> {
    condition(node, report).map_err(|undecided| Box::new(undecided.error()))
}
