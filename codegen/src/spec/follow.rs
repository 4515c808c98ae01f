//! A value through references and conditions to what it is.

use super::condition::{Undecided, branch};
use super::keys::EXTENSION;
use crate::codes;
use crate::diagnostics::{Diagnostic, Report};
use crate::load::node::{Member, Node};
use crate::resolve::{Refs, excerpt};
use rustc_hash::FxHashSet;

/// Where references and conditions lead.
pub struct Followed<'d, 's> {
    /// The value, as far as it could be followed.
    pub node: &'d Node<'s>,
    /// A condition on the way that leaves open what it is.
    pub undecided: Option<Undecided<'d, 's>>,
    /// Errors on the way.
    pub faults: Vec<Diagnostic>,
}

/// Follows references and conditions to an operation or a security scheme. Keys beside a `$ref` that could count are an error:
/// OpenAPI does not say which of the two does.
pub fn follow<'d, 's>(refs: &Refs<'d, 's>, start: &'d Node<'s>, report: &mut Report) -> Followed<'d, 's> {
    let mut followed = Followed { node: start, undecided: None, faults: Vec::new() };
    let mut seen = FxHashSet::default();
    for _ in 0..MOST_STEPS {
        let (node, undecided) = branch(followed.node, report);
        followed.node = node;
        followed.undecided = followed.undecided.or(undecided);
        if !seen.insert(std::ptr::from_ref(node)) {
            followed.faults.push(ring(node));
            return followed;
        }
        let mut quiet = Report::default();
        let Some(target) = refs.step(node, &mut quiet) else { return followed };
        followed.faults.extend(quiet.diagnostics);
        followed.faults.extend(beside_reference(node));
        match target {
            Some(target) => followed.node = target.node,
            None => return followed,
        }
    }
    followed.faults.push(too_far(followed.node));
    followed
}

/// How many references may lead to a value one after the other. Each operation follows its own, so that a chain of all of them
/// would take the square of their number.
pub const MOST_STEPS: usize = 64;

/// The error for a value behind more references than that.
pub fn too_far(node: &Node<'_>) -> Diagnostic {
    let message = format!("more than {MOST_STEPS} references in a row lead to this value");
    Diagnostic::error(codes::REF_RING, node.span, message).help("refer to the value directly")
}

/// The error for a reference that leads back to itself.
pub fn ring(node: &Node<'_>) -> Diagnostic {
    Diagnostic::error(codes::REF_RING, node.span, "circular `$ref`")
        .label("circular reference")
        .help("replace one of the references with the value itself")
}

/// The error for keys beside a `$ref`, which would be lost.
fn beside_reference(node: &Node<'_>) -> Option<Diagnostic> {
    let lost = |m: &&Member<'_>| {
        let key = m.key.to_ascii_lowercase();
        key.starts_with(EXTENSION) || !(key.starts_with("x-") || matches!(&*key, "$ref" | "summary" | "description"))
    };
    let member = node.members()?.iter().find(lost)?;
    let message = format!("`{}` beside a `$ref` would be ignored", excerpt(&member.key));
    Some(
        Diagnostic::error(codes::BESIDE_REFERENCE, member.key_span, message)
            .with_note("keys beside a `$ref` are ignored (OpenAPI 3.0.3, \"Reference Object\")")
            .help("write the whole value here, or only the `$ref`"),
    )
}
