//! The places where lowering reaches a schema: its own location, or a reference to it.

use crate::ir::types::TypeId;
use crate::lower::names::{Case, ident, in_words};
use crate::lower::types::schema::home::Home;

/// The location of a schema that is neither a component nor a part of another schema.
#[derive(Clone, Debug)]
pub struct Place {
    /// The candidates for the name of its type, the best first and never empty: `CreatePetBody`.
    pub names: Vec<String>,
    /// A text that no other place has: `POST /pets body`.
    pub identity: String,
    /// The same for docs: "the body of `POST /pets`".
    pub origin: String,
    /// Whether the schema is located there, and not only referred to.
    pub is_own: bool,
}

impl Place {
    /// The place of a property of the schema at this place.
    pub(crate) fn property(&self, wire: &str, home: Home) -> Self {
        let owner = self.names.first().map_or("", String::as_str);
        Self {
            names: self.names.iter().map(|name| format!("{name} {}", in_words(wire))).collect(),
            identity: format!("{} property {wire}", self.identity),
            origin: format!("`{wire}` of `{}`", ident(owner, Case::Pascal)),
            is_own: self.is_own && home == Home::Own,
        }
    }
}

/// The place where lowering reaches a schema. Its texts are built only if the schema becomes a definition.
#[derive(Clone, Copy)]
pub(crate) enum Spot<'a> {
    /// It is a component.
    Component(TypeId),
    /// It is located in an operation, or in a component that operations share.
    Given(&'a Place),
    /// It is the target of a reference that is not a component.
    Referred { pointer: &'a str },
    /// It is a property of the schema of a definition, or of one that the definition is made of.
    Property { owner: TypeId, wire: &'a str, home: Home },
    /// It describes the properties of a definition that have no schema of their own.
    Additional { owner: TypeId, home: Home },
    /// It is the element of an array.
    Element(&'a Spot<'a>, Home),
    /// It is the value of a map.
    Value(&'a Spot<'a>, Home),
    /// It is one of the schemas of a choice.
    Variant { owner: TypeId, name: &'a str, labels: &'a [String], home: Home },
}

impl Home {
    pub(crate) fn evidence(self) -> Evidence {
        match self {
            Self::Own | Self::Of(_) => Evidence::Location,
            Self::Merged => Evidence::Merged,
            Self::Elsewhere => Evidence::Reference,
        }
    }
}

/// The evidence that a schema is located at a place. Lowering can reach a schema at many places, in any order, and it is
/// located at one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Evidence {
    /// The place has a reference to it.
    Reference,
    /// It is a part of a schema there that is merged with others.
    Merged,
    /// It is located there.
    Location,
}

impl Spot<'_> {
    /// The evidence that a schema that is reached here is located here.
    pub(crate) fn evidence(&self) -> Evidence {
        match self {
            Self::Component(_) => Evidence::Location,
            Self::Referred { .. } => Evidence::Reference,
            Self::Given(place) if place.is_own => Evidence::Location,
            Self::Given(_) => Evidence::Reference,
            Self::Property { home, .. } | Self::Additional { home, .. } | Self::Variant { home, .. } => home.evidence(),
            Self::Element(of, home) | Self::Value(of, home) => of.evidence().min(home.evidence()),
        }
    }

    /// The same place for a part of a schema that is located elsewhere.
    pub(crate) fn at(self, home: Home) -> Self {
        match self {
            Self::Property { owner, wire, .. } => Self::Property { owner, wire, home },
            Self::Element(of, _) => Self::Element(of, home),
            Self::Value(of, _) => Self::Value(of, home),
            other => other,
        }
    }
}
