//! Reads a `security` list: objects that map security schemes to scopes.

use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Reported, Span};
use crate::document::load::node::Node;
use crate::document::spec::condition;
use crate::document::unfilled;
use crate::document::values::{has_placeholder, is_intrinsic};

/// An entry of an object of a security list.
pub struct Item<'d> {
    /// The name of the scheme.
    pub name: &'d str,
    /// The location of the name.
    pub span: Span,
    /// The scopes.
    pub scopes: Vec<&'d str>,
}

/// The objects of a security list with their entries.
///
/// # Errors
/// It is not such a list, or it depends on a condition without a value.
pub fn items<'d>(security: &'d Node<'_>, report: &mut Report) -> Result<Vec<Vec<Item<'d>>>, Reported> {
    let security = decided(security, report)?;
    let Some(elements) = security.elements() else { return Err(malformed(security, report)) };
    let mut lists = Vec::with_capacity(elements.len());
    for element in elements {
        let element = decided(element, report)?;
        let Some(members) = element.members() else { return Err(malformed(element, report)) };
        let mut list = Vec::with_capacity(members.len());
        for member in members {
            let scopes = scopes(&member.value, report)?;
            list.push(Item { name: &member.key, span: member.key_span, scopes });
        }
        lists.push(list);
    }
    Ok(lists)
}

/// The scopes of an entry. A scope with a placeholder without a value is used unchanged, with a warning.
fn scopes<'d>(list: &'d Node<'_>, report: &mut Report) -> Result<Vec<&'d str>, Reported> {
    let list = decided(list, report)?;
    let Some(elements) = list.elements() else { return Err(malformed(list, report)) };
    let mut scopes = Vec::with_capacity(elements.len());
    for element in elements {
        let element = decided(element, report)?;
        let Some(scope) = element.as_str() else { return Err(malformed(element, report)) };
        if has_placeholder(scope) {
            let message = "the scope contains a placeholder without a value: no token is granted it as written";
            report.push(
                Diagnostic::warning(codes::SCOPE_UNFILLED, element.span, message)
                    .help(unfilled::fill_text(scope, "\"VALUE\"")),
            );
        }
        scopes.push(scope);
    }
    Ok(scopes)
}

fn decided<'d, 's>(node: &'d Node<'s>, report: &mut Report) -> Result<&'d Node<'s>, Reported> {
    condition(node, report).map_err(|undecided| report.error(undecided.error()))
}

fn malformed(node: &Node<'_>, report: &mut Report) -> Reported {
    let (message, help) = if is_intrinsic(node) {
        let message = "a CloudFormation function in `security` has no value";
        (message, unfilled::fill_node(node, "\"VALUE\""))
    } else {
        (
            "`security` must be a list of objects that map schemes to scopes",
            "write it as `security: [{SCHEME: []}]`".to_owned(),
        )
    };
    report.error(Diagnostic::error(codes::SECURITY_NOT_A_LIST, node.span, message).help(help))
}
