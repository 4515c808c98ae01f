//! Where schemas are met while they are lowered: at the place where they stand, or at one that refers to them.

use crate::ir::types::TypeId;
use crate::lower::names::{Case, ident, in_words};

/// Where a schema stands that is no part of another schema and has no name of its own.
#[derive(Clone, Debug)]
pub struct Place {
    /// What a type of it is to be called, the best first and never empty: `CreatePetBody`.
    pub names: Vec<String>,
    /// What tells the place from all others: `POST /pets body`.
    pub identity: String,
    /// The same for docs: "the body of `POST /pets`".
    pub origin: String,
    /// Whether the schema stands there, and is not only referred to from there.
    pub is_own: bool,
}

impl Place {
    /// That of a property of what stands here.
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

/// Where a schema is met; the texts are only put together where a definition comes of it.
#[derive(Clone, Copy)]
pub(crate) enum Spot<'a> {
    /// It is a component.
    Component(TypeId),
    /// It stands at a place of an operation, or of a part that operations share.
    Given(&'a Place),
    /// A reference to a part of something leads to it.
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
    /// Another one, which a reference led to.
    Elsewhere,
    /// That of another definition: the choice of which the merged schema is a variant.
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

/// How well it is known that a schema stands at a place. A schema may be met at many places and stands at one of them, whichever is met first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Known {
    /// A reference leads from there to it.
    ByReference,
    /// It is a part of a schema there that is merged with others.
    ToBeMerged,
    /// It stands there.
    ToStand,
}

impl Spot<'_> {
    /// How well it is known that a schema which is met here stands here.
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

    /// The same for a part of a schema that stands somewhere else.
    pub(crate) fn at(self, home: Home) -> Self {
        match self {
            Self::Property { owner, wire, .. } => Self::Property { owner, wire, home },
            Self::Element(of, _) => Self::Element(of, home),
            Self::Value(of, _) => Self::Value(of, home),
            other => other,
        }
    }
}
