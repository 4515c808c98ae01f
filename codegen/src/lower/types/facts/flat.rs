//! Schemas that apply to one value together, without references and `allOf`.

use crate::diagnostics::report::Span;
use crate::document::load::node::Node;
use crate::lower::types::schema::home::Home;
use crate::lower::types::schema::read::Schema;
use rustc_hash::FxHashSet;

/// Schemas that apply to one value together.
#[derive(Clone)]
pub(crate) struct Flat<'d, 's> {
    /// The schemas without references and compositions, in the order of the document.
    pub(crate) parts: Vec<Schema<'d, 's>>,
    /// The `oneOf` and `anyOf` among them that have several elements.
    pub(crate) unions: Vec<Choice<'d, 's>>,
    /// The targets of all references that were followed, and the first schema itself.
    pub(crate) seen: FxHashSet<*const Node<'s>>,
    /// Whether they are the whole of one schema, so that their type is the type of that schema.
    pub(crate) whole: bool,
}

/// A `oneOf` or `anyOf`.
#[derive(Clone)]
pub(crate) struct Choice<'d, 's> {
    pub(crate) elements: Vec<&'d Node<'s>>,
    pub(crate) discriminator: Option<&'d Node<'s>>,
    /// Whether a value can be valid for several of the elements (`anyOf`).
    pub(crate) several: bool,
    pub(crate) span: Span,
    /// The schema that has it.
    pub(crate) owner: *const Node<'s>,
    /// The schema that the owner is a part of.
    pub(crate) home: Home,
}
