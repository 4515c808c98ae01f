//! What the operations of a document share, as Swagger 2.0 writes it.

use super::edit::{self, Members};
use crate::load::node::Node;

/// What the operations of a document share, as Swagger 2.0 writes it.
pub(super) struct Shared<'s> {
    pub(super) parameters: Members<'s>,
    pub(super) responses: Members<'s>,
    pub(super) consumes: Option<Node<'s>>,
    pub(super) produces: Option<Node<'s>>,
}

impl<'s> Shared<'s> {
    /// The parameter that a reference means.
    pub(super) fn parameter(&self, reference: &Node<'_>) -> Option<&Node<'s>> {
        let text = reference.get("$ref")?.as_str()?;
        let name = text.strip_prefix("#/parameters/").or_else(|| text.strip_prefix("#/components/parameters/"))?;
        edit::find(&self.parameters, &name.replace("~1", "/").replace("~0", "~"))
    }
}
