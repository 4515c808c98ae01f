//! Converts Swagger 2.0 and OpenAPI 3.1 to OpenAPI 3.0, as far as 3.0 can express the same. Locations do not change.

mod body;
mod document;
mod media_types;
mod parameter;
mod paths;
mod schema;
mod security;
mod shared;
mod version;

use crate::diagnostics::codes;
use crate::diagnostics::meter::Meter;
use crate::diagnostics::report::{Diagnostic, Report, Reported, Span};
use crate::document::edit;
use crate::document::load::node::{Mark, Node};
pub(crate) use crate::document::upgrade::schema::definitions::INNER;
use crate::document::upgrade::schema::definitions::Inner;
use crate::document::upgrade::schema::{anchors, events, models};
use std::collections::BTreeSet;

/// Converts a document to OpenAPI 3.0.
///
/// A document of 3.0 changes little: parts in the form of Swagger 2.0 or of JSON Schema draft 4 (such as API Gateway's models)
/// are converted. Every new node has the location of its source. Extensions (`x-…`) and unknown keys are kept.
///
/// # Errors
/// The version is not supported, or the conversion would copy too much. A schema that OpenAPI 3.0 cannot express is marked
/// instead.
pub fn upgrade<'s>(mut root: Node<'s>, report: &mut Report) -> Result<Node<'s>, Reported> {
    let dialect = version::dialect(&root, report)?;
    anchors::resolve_own(&mut root);
    anchors::resolve(&mut root, report);
    events::parse_data(&mut root);
    let mut upgrade = Upgrade {
        dialect,
        report,
        copied: Meter::new(
            MOST_COPIES,
            codes::TOO_MUCH_COPIED,
            format!("the conversion to OpenAPI 3.0 would copy more than {MOST_COPIES} values"),
            "list fewer media types under `consumes` and `produces`, or move shared schemas to `definitions`",
        ),
        too_large: None,
        noted: BTreeSet::new(),
        inner: Inner::default(),
    };
    upgrade.document(&mut root);
    models::add_builtin(&mut root);
    if dialect == Dialect::Swagger2 {
        root.mark = Some(Box::new(Mark::Swagger2));
    }
    upgrade.too_large.map_or(Ok(root), Err)
}

/// The version of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dialect {
    Swagger2,
    OpenApi30,
    OpenApi31,
}

/// The state of the conversion of a document.
struct Upgrade<'r, 's> {
    dialect: Dialect,
    report: &'r mut Report,
    /// The copied values.
    copied: Meter,
    /// Set after the error about too many copies.
    too_large: Option<Reported>,
    /// The forms of Swagger 2.0 for which the document has a note.
    noted: BTreeSet<&'static str>,
    /// The definitions that were inside schemas.
    inner: Inner<'s>,
}

/// The maximum number of copied values, which bounds the growth of small files.
const MOST_COPIES: usize = 1_000_000;

impl<'s> Upgrade<'_, 's> {
    /// A copy of a node, or an empty object if the limit is exceeded.
    fn copy(&mut self, node: &Node<'s>) -> Node<'s> {
        match self.copied.spend(edit::size(node), node.span) {
            Ok(()) => node.clone(),
            Err(error) => {
                self.too_large.get_or_insert_with(|| self.report.error(*error));
                edit::object(node.span, Vec::new())
            }
        }
    }

    /// Reports, once for each form, that an OpenAPI 3 document has a form of Swagger 2.0.
    fn swagger_form(&mut self, form: &'static str, location: Span) {
        if self.dialect != Dialect::Swagger2 && self.noted.insert(form) {
            let message =
                format!("Swagger 2.0 form {form} in an OpenAPI 3 document: treated as its OpenAPI 3 equivalent");
            self.report.push(Diagnostic::note(codes::SWAGGER_FORM, location, message));
        }
    }
}

#[cfg(test)]
mod tests;
