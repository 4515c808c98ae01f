//! What the operations of a document share, as Swagger 2.0 writes it.

use crate::document::load::node::{Member, Node};
use rustc_hash::FxHashMap;
use std::borrow::Cow;

/// What the operations of a document share, as Swagger 2.0 writes it.
pub(crate) struct Shared<'s> {
    pub(crate) parameters: Section<'s>,
    pub(crate) responses: Section<'s>,
    pub(crate) consumes: Option<Node<'s>>,
    pub(crate) produces: Option<Node<'s>>,
}

impl<'s> Shared<'s> {
    /// The parameter that a reference refers to.
    pub(crate) fn parameter(&self, reference: &Node<'_>) -> Option<&Node<'s>> {
        let text = reference.get("$ref")?.as_str()?;
        let name = text.strip_prefix("#/parameters/").or_else(|| text.strip_prefix("#/components/parameters/"))?;
        self.parameters.get(name)
    }
}

/// The members of a section, by the segment of a JSON pointer.
pub(crate) struct Section<'s>(FxHashMap<Cow<'s, str>, Node<'s>>);

impl<'s> Section<'s> {
    pub(crate) fn new(members: impl Iterator<Item = Member<'s>>) -> Self {
        Self(members.map(|member| (member.key, member.value)).collect())
    }

    /// The member of a segment of a pointer (RFC 6901, section 4).
    pub(crate) fn get(&self, part: &str) -> Option<&Node<'s>> {
        if part.contains('~') {
            return self.0.get(&*part.replace("~1", "/").replace("~0", "~"));
        }
        self.0.get(part)
    }
}
