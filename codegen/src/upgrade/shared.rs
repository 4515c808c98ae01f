//! What the operations of a document share, as Swagger 2.0 writes it.

use crate::load::node::{Member, Node};
use rustc_hash::FxHashMap;
use std::borrow::Cow;

/// What the operations of a document share, as Swagger 2.0 writes it.
pub(super) struct Shared<'s> {
    pub(super) parameters: Section<'s>,
    pub(super) responses: Section<'s>,
    pub(super) consumes: Option<Node<'s>>,
    pub(super) produces: Option<Node<'s>>,
}

impl<'s> Shared<'s> {
    /// The parameter that a reference refers to.
    pub(super) fn parameter(&self, reference: &Node<'_>) -> Option<&Node<'s>> {
        let text = reference.get("$ref")?.as_str()?;
        let name = text.strip_prefix("#/parameters/").or_else(|| text.strip_prefix("#/components/parameters/"))?;
        self.parameters.get(name)
    }
}

/// The members of a section, by the segment of a JSON pointer.
pub(super) struct Section<'s>(FxHashMap<Cow<'s, str>, Node<'s>>);

impl<'s> Section<'s> {
    pub(super) fn new(members: impl Iterator<Item = Member<'s>>) -> Self {
        Self(members.map(|member| (member.key, member.value)).collect())
    }

    /// The member of a segment of a pointer (RFC 6901, section 4).
    pub(super) fn get(&self, part: &str) -> Option<&Node<'s>> {
        if part.contains('~') {
            return self.0.get(&*part.replace("~1", "/").replace("~0", "~"));
        }
        self.0.get(part)
    }
}
