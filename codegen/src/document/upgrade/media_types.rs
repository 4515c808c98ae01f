//! Writes out references to media types, which OpenAPI 3.2 has under `components`.

use crate::document::edit;
use crate::document::edit::Members;
use crate::document::load::node::{Node, Value};
use crate::document::upgrade::Upgrade;
use rustc_hash::FxHashMap;

/// The beginning of a reference to a media type.
const SECTION: &str = "#/components/mediaTypes/";

/// The longest chain of references.
const MOST_STEPS: usize = 16;

impl<'s> Upgrade<'_, 's> {
    /// Replaces each reference to a media type by the media type.
    pub(crate) fn media_types(&mut self, members: &mut Members<'s>) {
        let components = edit::find_mut(members, "components").and_then(edit::members);
        let Some(section) = components.and_then(|components| edit::take(components, "mediaTypes")) else { return };
        let Value::Object(media_types) = section.value.value else { return };
        let known: FxHashMap<String, Node<'s>> =
            media_types.into_iter().map(|member| (format!("{SECTION}{}", member.key), member.value)).collect();
        for member in members.iter_mut() {
            self.write_out(&mut member.value, &known);
        }
    }

    fn write_out(&mut self, node: &mut Node<'s>, known: &FxHashMap<String, Node<'s>>) {
        for _ in 0..MOST_STEPS {
            let target = node.get("$ref").and_then(Node::as_str).and_then(|reference| known.get(reference));
            let Some(target) = target else { break };
            *node = self.copy(target);
        }
        match &mut node.value {
            Value::Array(elements) => elements.iter_mut().for_each(|element| self.write_out(element, known)),
            Value::Object(members) => members.iter_mut().for_each(|member| self.write_out(&mut member.value, known)),
            _ => {}
        }
    }
}
