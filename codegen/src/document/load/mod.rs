//! Parses JSON or YAML into a tree of nodes with locations, within limits.

mod anchors;
mod budget;
mod decode;
mod duplicates;
mod guess;
mod json;
pub mod node;
mod scalar;
#[cfg(test)]
mod tests;
mod yaml;

pub use crate::document::load::decode::decode;
pub(crate) use crate::document::load::duplicates::duplicates;

use crate::config::options::{DuplicateKeys, Limits};
use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Reported, Severity, Span};
use crate::document::exports;
use crate::document::load::budget::Budget;
use crate::document::load::node::Node;

/// The same as [`load_with`]; a duplicate key is an error.
#[cfg(any(test, feature = "internals"))]
pub fn load<'s>(text: &'s str, base: u32, limits: &Limits, report: &mut Report) -> Result<Node<'s>, Reported> {
    load_with(text, base, limits, DuplicateKeys::Refuse, report)
}

/// Parses JSON or YAML, depending on the content. Locations are `base` plus the offset in bytes.
///
/// YAML follows the core schema of YAML 1.2
/// (<https://yaml.org/spec/1.2.2/#103-core-schema>). The short forms of CloudFormation functions (`!Ref`, `!Sub`, …) are
/// converted to the long forms.
pub fn load_with<'s>(
    text: &'s str,
    base: u32,
    limits: &Limits,
    duplicate_keys: DuplicateKeys,
    report: &mut Report,
) -> Result<Node<'s>, Reported> {
    if let Some(diagnostic) = guess::markup(text, base) {
        return Err(report.error(diagnostic));
    }
    let found = if guess::begins_like_json(text) { json_or_yaml(text, base, limits) } else { yaml(text, base, limits) };
    match found {
        Ok(Loaded { mut root, mut diagnostics, has_duplicates }) => {
            if has_duplicates {
                duplicates::settle(&mut root, duplicate_keys, &mut diagnostics);
            }
            let error = diagnostics.iter().find(|d| d.severity == Severity::Error);
            let sign = match (error, root.members()) {
                // The duplicate keys are in both branches of a directive in a comment.
                (Some(_), _) => guess::directive(text),
                (None, None) => guess::template(text, None).or_else(|| guess::expression(text)),
                (None, Some(_)) => None,
            };
            if let Some(sign) = sign {
                return Err(report.error(not_rendered(&sign, base, error.cloned())));
            }
            report.checked(|report| {
                diagnostics.into_iter().for_each(|d| report.push(d));
                Ok(root)
            })
        }
        Err(failure) => {
            failure.before.into_iter().for_each(|d| report.push(d));
            let error = if failure.syntax { as_template(failure.error, text, base) } else { failure.error };
            Err(report.error(error))
        }
    }
}

/// The result of parsing a text to its end.
struct Loaded<'s> {
    root: Node<'s>,
    /// The diagnostics that did not stop the parser.
    diagnostics: Vec<Diagnostic>,
    has_duplicates: bool,
}

/// The error that stopped a parser.
struct Failure {
    error: Diagnostic,
    /// The diagnostics before the error.
    before: Vec<Diagnostic>,
    /// Whether the error is one of syntax, not of a limit of cogen.
    syntax: bool,
    /// Whether YAML allows what JSON does not.
    maybe_yaml: bool,
}

fn json_or_yaml<'s>(text: &'s str, base: u32, limits: &Limits) -> Result<Loaded<'s>, Box<Failure>> {
    let failure = match json::read(text, base, Budget::new(limits)) {
        Err(failure) if failure.maybe_yaml => failure,
        settled => return settled,
    };
    // The errors of the YAML parser help only if the text is YAML.
    yaml(text, base, limits).map_err(|_| failure)
}

fn yaml<'s>(text: &'s str, base: u32, limits: &Limits) -> Result<Loaded<'s>, Box<Failure>> {
    yaml::read(text, base, Budget::new(limits))
}

/// The diagnostic, or that for an unrendered template if the text is one.
fn as_template(diagnostic: Diagnostic, text: &str, base: u32) -> Diagnostic {
    let at = diagnostic.span.map(|s| s.start.saturating_sub(base) as usize);
    match guess::template(text, at).or_else(|| guess::expression(text)) {
        Some(sign) => not_rendered(&sign, base, Some(diagnostic)),
        None => diagnostic,
    }
}

/// The error for an unrendered template.
fn not_rendered(sign: &guess::Sign, base: u32, stopped: Option<Diagnostic>) -> Diagnostic {
    let span = Span { start: base + sign.start, end: base + sign.end };
    let message = format!("expected an OpenAPI document, found an unrendered template ({})", sign.language);
    let template = Diagnostic::error(codes::TEMPLATE, span, message)
        .label("template syntax")
        .help(format!("render the template first, or {}", exports::commands()));
    match stopped.and_then(|stopped| Some((stopped.span?, stopped.message))) {
        Some((location, message)) if location != span => template.related(location, message),
        _ => template,
    }
}
