//! Describes which kind of part each location of a document contains, so that references there can be followed into other
//! files.

/// A part of a document that may be a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Part {
    Schema,
    Parameter,
    Response,
    RequestBody,
    Header,
    PathItem,
    Operation,
    Callback,
    Media,
    Encoding,
    SecurityScheme,
}

/// The content of a location.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    Root,
    Components,
    /// One part.
    One(Part),
    /// A list of parts, or an object of them by name.
    Each(Part),
    Discriminator,
    /// References to schemas, as strings.
    Mapping,
    /// Nothing that affects a client.
    Other,
}

impl Content {
    /// The content of an element of a list.
    pub(crate) fn element(self) -> Self {
        if let Self::Each(part) = self { Self::One(part) } else { self }
    }

    /// The content of the value of a key.
    pub(crate) fn member(self, key: &str) -> Self {
        match self {
            Self::Root => root(key),
            Self::Components => component(key),
            Self::Each(part) => Self::One(part),
            Self::One(part) => part.member(key),
            Self::Discriminator if key == "mapping" => Self::Mapping,
            Self::Discriminator | Self::Mapping | Self::Other => Self::Other,
        }
    }

    /// Whether a reference to another file is replaced by its target. Parts with a section in `components` become components
    /// instead, and keep their names.
    pub(crate) fn is_written_out(self) -> bool {
        !matches!(self, Self::Root | Self::Discriminator | Self::Mapping | Self::Other)
    }
}

impl Part {
    /// The keys of the section for such parts, if there is one.
    pub(crate) fn section(self, is_swagger: bool) -> Option<&'static [&'static str]> {
        Some(match (self, is_swagger) {
            (Self::Schema, false) => &["components", "schemas"],
            (Self::Schema, true) => &["definitions"],
            (Self::Parameter, false) => &["components", "parameters"],
            (Self::Parameter, true) => &["parameters"],
            (Self::Response, false) => &["components", "responses"],
            (Self::Response, true) => &["responses"],
            (Self::RequestBody, false) => &["components", "requestBodies"],
            (Self::Header, false) => &["components", "headers"],
            _ => return None,
        })
    }

    fn member(self, key: &str) -> Content {
        use Content::{Each, One, Other};
        match (self, key) {
            (Self::Schema, "properties" | "patternProperties" | "definitions" | "$defs" | "dependentSchemas") => {
                Each(Self::Schema)
            }
            (Self::Schema, "allOf" | "anyOf" | "oneOf" | "prefixItems") => Each(Self::Schema),
            (Self::Schema, "items" | "additionalProperties" | "not" | "if" | "then" | "else" | "contains") => {
                One(Self::Schema)
            }
            (Self::Schema, "discriminator") => Content::Discriminator,
            (Self::Parameter | Self::Header, "schema" | "items") => One(Self::Schema),
            (Self::Parameter | Self::Header | Self::RequestBody | Self::Response, "content") => Each(Self::Media),
            (Self::Response, "headers") => Each(Self::Header),
            (Self::Response | Self::Media, "schema" | "itemSchema") => One(Self::Schema),
            (Self::Media, "encoding") => Each(Self::Encoding),
            (Self::Encoding, "headers") => Each(Self::Header),
            (Self::PathItem | Self::Operation, "parameters") => Each(Self::Parameter),
            (Self::PathItem, "additionalOperations") => Each(Self::Operation),
            (Self::PathItem, key) if crate::document::spec::is_method(key) => One(Self::Operation),
            (Self::Operation, "requestBody") => One(Self::RequestBody),
            (Self::Operation, "responses") => Each(Self::Response),
            (Self::Operation, "callbacks") => Each(Self::Callback),
            (Self::Callback, _) => One(Self::PathItem),
            _ => Other,
        }
    }
}

fn root(key: &str) -> Content {
    match key {
        "paths" => Content::Each(Part::PathItem),
        "components" => Content::Components,
        "definitions" => Content::Each(Part::Schema),
        "parameters" => Content::Each(Part::Parameter),
        "responses" => Content::Each(Part::Response),
        "securityDefinitions" => Content::Each(Part::SecurityScheme),
        _ => Content::Other,
    }
}

fn component(key: &str) -> Content {
    Content::Each(match key {
        "schemas" => Part::Schema,
        "parameters" => Part::Parameter,
        "responses" => Part::Response,
        "requestBodies" => Part::RequestBody,
        "headers" => Part::Header,
        "pathItems" => Part::PathItem,
        "callbacks" => Part::Callback,
        "securitySchemes" => Part::SecurityScheme,
        _ => return Content::Other,
    })
}
