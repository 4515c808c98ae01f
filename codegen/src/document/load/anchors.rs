//! Anchors and merge keys of YAML (<https://yaml.org/type/merge.html>).

use crate::diagnostics::codes;
use crate::diagnostics::report::Diagnostic;
use crate::document::load::node::{Member, Node, Value};
use rustc_hash::{FxHashMap, FxHashSet};

/// The values with anchors that have been read.
pub(crate) struct Anchors<'s> {
    /// Whether the text can contain an alias. Otherwise no value is stored.
    has_aliases: bool,
    values: FxHashMap<usize, Node<'s>>,
}

impl<'s> Anchors<'s> {
    /// The anchors of a text.
    pub(crate) fn of(text: &str) -> Self {
        Self { has_aliases: text.contains('*'), values: FxHashMap::default() }
    }

    /// Whether an alias can repeat the value of an anchor; 0 means no anchor.
    pub(crate) fn are_repeated(&self, anchor: usize) -> bool {
        anchor != 0 && self.has_aliases
    }

    pub(crate) fn keep(&mut self, anchor: usize, node: Node<'s>) {
        self.values.insert(anchor, node);
    }

    pub(crate) fn get(&self, anchor: usize) -> Option<&Node<'s>> {
        self.values.get(&anchor)
    }
}

/// The members of a mapping, with its merge keys replaced by the members of the merged mappings. The mapping's own keys take
/// precedence over merged keys, and an earlier merged mapping over a later one.
pub(crate) fn merged<'s>(
    members: Vec<Member<'s>>,
    merges: &[usize],
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Member<'s>> {
    let (mut own, mut all) = (Vec::new(), Vec::new());
    for (at, member) in members.into_iter().enumerate() {
        if merges.binary_search(&at).is_ok() { all.push((own.len(), member)) } else { own.push(member) }
    }
    let mut known: FxHashSet<String> = own.iter().map(|m| m.key.to_string()).collect();
    let mut found: Vec<(usize, Vec<Member<'s>>)> = Vec::new();
    for (at, member) in all {
        let span = member.value.span;
        let mappings = match member.value.value {
            Value::Array(elements) => elements,
            value => vec![Node::new(value, span)],
        };
        let mut more = Vec::new();
        for mapping in mappings {
            let (kind, span) = (mapping.kind(), mapping.span);
            let Value::Object(members) = mapping.value else {
                let message = format!("the value of a merge key must be a mapping, found {kind}");
                let error = Diagnostic::error(codes::YAML_MERGE, member.key_span, message).related(span, kind);
                diagnostics.push(error.help("write `<<: *NAME`, with `&NAME` before a mapping"));
                continue;
            };
            more.extend(members.into_iter().filter(|m| known.insert(m.key.to_string())));
        }
        found.push((at, more));
    }
    let mut found = found.into_iter().peekable();
    let mut whole = Vec::new();
    for (at, member) in own.into_iter().enumerate() {
        while let Some((_, more)) = found.next_if(|(before, _)| *before == at) {
            whole.extend(more);
        }
        whole.push(member);
    }
    whole.extend(found.flat_map(|(_, more)| more));
    whole
}
