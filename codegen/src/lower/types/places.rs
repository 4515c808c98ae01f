//! Where a schema stands: what its type is called, what its docs say, and which names clash there.

use crate::codes;
use crate::diagnostics::{Diagnostic, Report, Span};
use crate::ir::ident::Ident;
use crate::ir::types::TypeId;
use crate::resolve::excerpt;

/// Where a schema stands that has no name of its own.
#[derive(Clone, Debug)]
pub struct Place {
    /// What a type of it is to be called: `CreatePetBody`.
    pub name: String,
    /// The same for docs: "the body of `POST /pets`".
    pub origin: String,
}

/// Where a schema stands, for its name and docs; the texts are only put together where a definition comes of it.
#[derive(Clone, Copy)]
pub(super) enum Spot<'a> {
    Component { id: TypeId, name: &'a str },
    Given(&'a Place),
    Property { owner: &'a str, wire: &'a str },
    Element(&'a Spot<'a>),
    Value(&'a Spot<'a>),
    Variant { owner: &'a str, label: &'a str },
}

impl Spot<'_> {
    pub(super) fn name(&self) -> String {
        match self {
            Self::Component { name, .. } => (*name).to_owned(),
            Self::Given(place) => place.name.clone(),
            Self::Property { owner, wire } => format!("{owner} {wire}"),
            Self::Element(of) => format!("{} Item", of.name()),
            Self::Value(of) => format!("{} Value", of.name()),
            Self::Variant { owner, label } => format!("{owner} {label}"),
        }
    }

    pub(super) fn origin(&self) -> String {
        match self {
            Self::Component { name, .. } => format!("`{name}`"),
            Self::Given(place) => place.origin.clone(),
            Self::Property { owner, wire } => format!("`{wire}` of `{owner}`"),
            Self::Element(of) => format!("an element of {}", of.origin()),
            Self::Value(of) => format!("a value of {}", of.origin()),
            Self::Variant { owner, label } => format!("`{label}` of `{owner}`"),
        }
    }
}

/// The clashes of one namespace, told in one warning.
#[derive(Default)]
pub(super) struct Clashes {
    first: Option<(String, Span, Ident, Span)>,
    more: usize,
}

impl Clashes {
    /// Notes a name that another text already had, if one had it.
    pub(super) fn note(&mut self, text: &str, span: Span, name: &Ident, clash: Option<Span>) {
        let Some(other) = clash else { return };
        if self.first.is_some() {
            self.more += 1;
        } else {
            self.first = Some((excerpt(text).into_owned(), span, name.clone(), other));
        }
    }

    /// Says what was noted, with both places of the first.
    pub(super) fn tell(self, what: &str, report: &mut Report) {
        let Some((text, span, name, other)) = self.first else { return };
        let more = if self.more > 0 { format!(", and {} more {what} likewise", self.more) } else { String::new() };
        let message = format!("`{text}` is named `{name}`, since another of the {what} has the plain name{more}");
        report.push(Diagnostic::warning(codes::NAME_CLASH, span, message).related(other, "it stands here"));
    }
}
