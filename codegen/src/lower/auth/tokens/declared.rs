//! A security scheme of the document, before it is classified.

use crate::diagnostics::report::{Diagnostic, Report, Span};
use crate::document::load::node::Node;
use crate::document::spec::condition;

/// A scheme of the document, after following its references and conditions.
#[derive(Clone, Copy)]
pub struct Declared<'d, 's> {
    /// Its name.
    pub key: &'d str,
    /// The location of its name.
    pub span: Span,
    /// Its value.
    pub node: &'d Node<'s>,
}

/// The value of a node that may be conditional.
pub fn decided<'d, 's>(node: &'d Node<'s>, report: &mut Report) -> Result<&'d Node<'s>, Box<Diagnostic>> {
    condition(node, report).map_err(|undecided| Box::new(undecided.error()))
}
