//! The bodies of requests.

use crate::ir::ident::Ident;
use crate::ir::operation::Serialization;
use crate::ir::types::Type;

/// The body of a request, as far as the document describes it.
#[derive(Clone, Debug, Default)]
pub enum RequestBody {
    /// It has none.
    #[default]
    None,
    /// The document describes it.
    Described(Body),
    /// The document does not describe it, and the operation may have one: a gateway's export has a body only if a model is attached to
    /// the method.
    Undescribed,
}

impl RequestBody {
    /// The body that the document describes.
    pub fn described(&self) -> Option<&Body> {
        if let Self::Described(body) = self { Some(body) } else { None }
    }
}

/// A body that the document describes.
#[derive(Clone, Debug)]
pub struct Body {
    /// Whether it is required.
    pub required: bool,
    /// Its description in the document.
    pub doc: Option<String>,
    /// The content types, in document order; never empty. Several make an enum.
    pub contents: Vec<Content>,
    /// The name of the enum, if there are several.
    pub type_name: Ident,
}

/// One content type of a body.
#[derive(Clone, Debug)]
pub struct Content {
    /// The name of its variant where there are several: `Json`, `Form`, `TextPlain`.
    pub variant: Ident,
    /// The media type, a valid header value.
    pub media_type: String,
    /// How it is serialized.
    pub kind: ContentKind,
}

/// How a body is serialized.
#[derive(Clone, Debug)]
pub enum ContentKind {
    /// JSON (`application/json`, `+json`).
    Json(Type),
    /// `application/x-www-form-urlencoded`; the type is a struct, a map or JSON.
    Form(Type, Vec<StyledMember>),
    /// `multipart/form-data` with a part for each member of the value, which is also sent as JSON.
    Members(Type),
    /// `multipart/form-data` or another multipart type, part by part.
    Multipart(Parts),
    /// Text, as it is.
    Text,
    /// Bytes, at once or streamed.
    Bytes,
    /// Bytes or text of a media type that the caller names; [`Content::media_type`] is a range.
    Ranged,
}

impl ContentKind {
    /// The parts of the form that is generated for it.
    pub fn form(&self) -> Option<&Parts> {
        if let Self::Multipart(parts) = self { Some(parts).filter(|parts| !parts.parts.is_empty()) } else { None }
    }
}

/// A member of a form that is serialized in a style of its own.
#[derive(Clone, Debug)]
pub struct StyledMember {
    /// Its name on the wire.
    pub wire: String,
    /// How it is serialized.
    pub serialization: Serialization,
}

/// The parts of a multipart body.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    /// The parts that the document describes, in its order.
    pub parts: Vec<Part>,
    /// Whether there can be others.
    pub open: bool,
}

/// A part of a multipart body: a setter of the generated form.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its name in Rust.
    pub name: Ident,
    /// Its name on the wire.
    pub wire: String,
    /// Its content.
    pub content: PartContent,
    /// Its media type, if it is not the usual one of its content.
    pub media_type: Option<String>,
    /// Its headers.
    pub headers: Vec<PartHeader>,
    /// Whether it is required.
    pub required: bool,
    /// Whether it may occur several times (an array).
    pub repeated: bool,
    /// Its description in the document.
    pub doc: Option<String>,
}

/// A header of a part.
#[derive(Clone, Debug)]
pub struct PartHeader {
    /// Its name in Rust, with that of its part: a setter of the form, or an argument beside that of its part.
    pub name: Ident,
    /// Its name on the wire.
    pub wire: String,
    /// Its type.
    pub ty: Type,
    /// Whether the part must have it.
    pub required: bool,
    /// Its description in the document.
    pub doc: Option<String>,
}

/// The arguments of a multipart form's `new`: the required parts, in the order of their names on the wire.
pub fn form_arguments(parts: &[Part]) -> Vec<&Part> {
    let mut arguments: Vec<&Part> = parts.iter().filter(|part| part.required).collect();
    arguments.sort_by(|a, b| a.wire.cmp(&b.wire));
    arguments
}

/// The content of a part.
#[derive(Clone, Debug)]
pub enum PartContent {
    /// A scalar, as text.
    Text(Type),
    /// A JSON value.
    Json(Type),
    /// A file: bytes with a name and a media type.
    File,
    /// A value in a style of parameters.
    Styled(Type, Serialization),
}

impl PartContent {
    /// The type of the value, unless it is a file.
    pub fn ty(&self) -> Option<&Type> {
        match self {
            Self::Text(ty) | Self::Json(ty) | Self::Styled(ty, _) => Some(ty),
            Self::File => None,
        }
    }
}
