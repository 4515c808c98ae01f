//! The places where lowering reaches a schema: its own location, or a reference to it.

use crate::ir::types::TypeId;
use crate::lower::names::{Case, ident, in_words};

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

/// Which schema a part of a merged schema belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Home {
    /// The one that is lowered.
    Own,
    /// One of several that are merged into the one that is lowered.
    Merged,
    /// The target of a reference.
    Elsewhere,
    /// The schema of another definition: the choice of which the merged schema is a variant.
    Of(TypeId),
}

impl Home {
    pub(crate) fn known(self) -> Known {
        match self {
            Self::Own | Self::Of(_) => Known::ToStand,
            Self::Merged => Known::ToBeMerged,
            Self::Elsewhere => Known::ByReference,
        }
    }
}

/// The evidence that a schema is located at a place. Lowering can reach a schema at many places, in any order, and it is
/// located at one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Known {
    /// The place has a reference to it.
    ByReference,
    /// It is a part of a schema there that is merged with others.
    ToBeMerged,
    /// It is located there.
    ToStand,
}

impl Spot<'_> {
    /// The evidence that a schema that is reached here is located here.
    pub(crate) fn known(&self) -> Known {
        match self {
            Self::Component(_) => Known::ToStand,
            Self::Referred { .. } => Known::ByReference,
            Self::Given(place) if place.is_own => Known::ToStand,
            Self::Given(_) => Known::ByReference,
            Self::Property { home, .. } | Self::Additional { home, .. } | Self::Variant { home, .. } => home.known(),
            Self::Element(of, home) | Self::Value(of, home) => of.known().min(home.known()),
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
