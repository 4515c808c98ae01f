//! Resolves references and conditions to a value.

use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report};
use crate::diagnostics::texts::excerpt;
use crate::document::load::node::{Member, Node};
use crate::document::references::Refs;
use crate::document::spec::condition::{Undecided, branch};
use crate::document::spec::keys::EXTENSION;
use rustc_hash::FxHashSet;

/// The result of following references and conditions.
pub struct Followed<'d, 's> {
    /// The value, as far as it could be followed.
    pub node: &'d Node<'s>,
    /// An undecided condition on the path to the value.
    pub undecided: Option<Undecided<'d, 's>>,
    /// Errors on the path to the value.
    pub diagnostics: Vec<Diagnostic>,
}

/// Follows references and conditions to an operation or a security scheme. Keys beside a `$ref` that could be significant are
/// an error, because OpenAPI ignores them.
pub fn follow<'d, 's>(refs: &Refs<'d, 's>, start: &'d Node<'s>, report: &mut Report) -> Followed<'d, 's> {
    let mut followed = Followed { node: start, undecided: None, diagnostics: Vec::new() };
    let mut seen = FxHashSet::default();
    for _ in 0..MOST_STEPS {
        let (node, undecided) = branch(followed.node, report);
        followed.node = node;
        followed.undecided = followed.undecided.or(undecided);
        if !seen.insert(std::ptr::from_ref(node)) {
            followed.diagnostics.push(ring(node));
            return followed;
        }
        match refs.target(node, &mut followed.diagnostics) {
            Ok(None) => return followed,
            Ok(Some(target)) => {
                followed.diagnostics.extend(beside_reference(node));
                followed.node = target.node;
            }
            Err(error) => {
                followed.diagnostics.push(*error);
                followed.diagnostics.extend(beside_reference(node));
                return followed;
            }
        }
    }
    followed.diagnostics.push(too_far(followed.node));
    followed
}

/// The maximum length of a chain of references. Each operation follows its own chain, so the time would otherwise grow with the
/// square of the number of references.
pub const MOST_STEPS: usize = 64;

/// The error for a longer chain of references.
pub fn too_far(node: &Node<'_>) -> Diagnostic {
    let message = format!("more than {MOST_STEPS} references in a row lead to this value");
    Diagnostic::error(codes::REF_RING, node.span, message).help("refer to the value directly")
}

/// The error for a circular reference.
pub fn ring(node: &Node<'_>) -> Diagnostic {
    Diagnostic::error(codes::REF_RING, node.span, "circular `$ref`")
        .label("circular reference")
        .help("replace one of the references with the value itself")
}

/// The error for keys beside a `$ref`, which would be ignored.
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
