//! CloudFormation's `Fn::If`: chooses a branch, or requires a value in the configuration.

use crate::config::value_lines;
use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Span};
use crate::diagnostics::texts::excerpt;
use crate::document::load::node::Node;

/// An `Fn::If` whose branch is not determined by the document.
#[derive(Clone, Copy, Debug)]
pub struct Undecided<'d, 's> {
    /// The location of the `Fn::If`.
    pub span: Span,
    /// The name of the condition.
    pub condition: &'d str,
    /// The branch for a true condition.
    pub first: &'d Node<'s>,
}

impl Undecided<'_, '_> {
    /// The error, with the configuration line that sets the condition.
    pub fn error(&self) -> Diagnostic {
        let condition = excerpt(self.condition);
        let message = format!("undecided `Fn::If`: the value depends on the condition `{condition}`");
        let lines = value_lines([self.condition], "true");
        let help = format!("set the deployed value of the condition in cogen.toml, `true` or `false`:{lines}");
        Diagnostic::error(codes::UNDECIDED, self.span, message).help(help)
    }
}

/// The value of an `Fn::If` with one branch that is not `AWS::NoValue`.
///
/// # Errors
/// There are two branches. If the configuration sets the condition, `values` has replaced the `Fn::If` before this stage.
pub fn condition<'d, 's>(node: &'d Node<'s>, report: &mut Report) -> Result<&'d Node<'s>, Undecided<'d, 's>> {
    let mut node = node;
    while let Some([name, yes, no]) = node.get("Fn::If").and_then(Node::elements) {
        let there = match (is_no_value(yes), is_no_value(no)) {
            (true, _) => no,
            (false, true) => yes,
            (false, false) => {
                return Err(Undecided { span: node.span, condition: name.as_str().unwrap_or("?"), first: yes });
            }
        };
        report.push(taken(node.span));
        node = there;
    }
    Ok(node)
}

/// The note about a branch that is used because the other one is empty.
pub fn taken(span: Span) -> Diagnostic {
    let message = "`Fn::If` with an empty branch: the other branch is used";
    Diagnostic::note(codes::CONDITION, span, message)
}

/// The value of an `Fn::If`; or its first branch, together with the undecided `Fn::If`.
pub fn branch<'d, 's>(node: &'d Node<'s>, report: &mut Report) -> (&'d Node<'s>, Option<Undecided<'d, 's>>) {
    match condition(node, report) {
        Ok(node) => (node, None),
        Err(undecided) => (branch(undecided.first, report).0, Some(undecided)),
    }
}

/// Whether a value is `{"Ref": "AWS::NoValue"}`, which removes the key.
pub fn is_no_value(node: &Node<'_>) -> bool {
    node.get("Ref").and_then(Node::as_str) == Some("AWS::NoValue")
}
