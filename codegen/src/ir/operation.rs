//! The operations of an API.

use super::auth::{Need, RequirementId, SourceLocation};
use super::ident::Ident;
use super::types::{Literal, Type};
use crate::diagnostics::Span;
use std::sync::Arc;

/// One operation: a method of the client.
#[derive(Clone, Debug)]
pub struct Operation {
    /// The method's name, in `snake_case`; unique among the operations.
    pub name: Ident,
    /// The stem of the names of its own types, in `UpperCamelCase`: `ListPets` of `ListPetsError`.
    pub type_name: Ident,
    /// The module that holds it, in `snake_case`: its first tag, or the first segment of its path.
    pub group: Ident,
    /// Where it stands.
    pub span: Span,
    /// The document's `operationId`.
    pub operation_id: Option<String>,
    /// The HTTP method.
    pub method: Method,
    /// The path as the document spells it.
    pub path: String,
    /// The path in parts.
    pub segments: Vec<Segment>,
    /// The document's summary.
    pub summary: Option<String>,
    /// The document's description.
    pub doc: Option<String>,
    /// Whether the document says it should not be used any more.
    pub deprecated: bool,
    /// Why no method is made of it, if none is.
    pub skipped: Option<Skipped>,
    /// What was wrong with it, one line each (`inspect`); with `--keep-going` no method is made of it.
    pub errors: Vec<String>,
    /// What it demands, in the order of the document: alternatives of what is needed together. `[[]]` is open; empty where
    /// that is not known.
    pub authorization: Arc<Vec<Vec<Need>>>,
    /// The requirement of its method; `None` = open.
    pub requirement: Option<RequirementId>,
    /// Its parameters: those of the path in the order of the path, then those of the query, the headers and the cookies, each
    /// in the order of their names on the wire. A method takes the required ones in this order.
    pub params: Vec<Param>,
    /// The body of its request.
    pub body: RequestBody,
    /// What it may answer.
    pub answers: Answers,
}

impl Operation {
    /// `GET /pets`: how `cogen inspect` and the configuration call it.
    pub fn route(&self) -> String {
        format!("{} {}", self.method.as_str(), self.path)
    }

    /// Whether the client has a method for it: it is not skipped, and it has no errors.
    pub fn is_generated(&self) -> bool {
        self.skipped.is_none() && self.errors.is_empty()
    }

    /// The same for what is said of each part of the operation: of a long path only the beginning.
    pub fn short_route(&self) -> String {
        short_route(&self.method, &self.path)
    }
}

/// A method and a path; of a long path only the beginning.
pub fn short_route(method: &Method, path: &str) -> String {
    const LONGEST: usize = 200;
    match path.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{} {}…", method.as_str(), path.get(..end).unwrap_or_default()),
        None => format!("{} {path}", method.as_str()),
    }
}

/// An HTTP method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Method {
    /// A method by its name, upper case.
    Named(&'static str),
    /// `x-amazon-apigateway-any-method`: the caller gives the method.
    Any,
}

impl Method {
    /// The name that `inspect` prints.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Named(name) => name,
            Self::Any => "ANY",
        }
    }
}

/// A part of a path; the parts joined are the path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// Text, slashes included.
    Text(String),
    /// The value of a path parameter: an index into [`Operation::params`].
    Param(usize),
}

/// Why no method is made of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Skipped {
    /// A mock `OPTIONS` that answers browsers' preflight requests.
    Cors,
    /// The configuration says so.
    Config,
}

/// A parameter.
#[derive(Clone, Debug)]
pub struct Param {
    /// Its name as an argument or setter, in `snake_case`; unique within the operation,
    /// and none of the names that a request's own methods have.
    pub name: Ident,
    /// Its name on the wire.
    pub wire: String,
    /// Where it goes.
    pub location: ParamLocation,
    /// Its type.
    pub ty: Type,
    /// Whether a request must have it.
    pub required: bool,
    /// How an array or object is written.
    pub style: Style,
    /// Whether each element or property of it stands for itself.
    pub explode: bool,
    /// Whether reserved characters stay as they are (`allowReserved`).
    pub reserved: bool,
    /// What the service takes where it is absent.
    pub default: Option<Literal>,
    /// The document's words on it.
    pub doc: Option<String>,
    /// Whether the document says it should not be used any more.
    pub deprecated: bool,
}

/// Where a parameter goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamLocation {
    /// In the path. A greedy one (`{proxy+}`) keeps its slashes.
    Path {
        /// Whether it is greedy.
        greedy: bool,
    },
    /// In the query, a header or a cookie.
    In(SourceLocation),
}

/// How a parameter is written (OpenAPI's `style`; Swagger's `collectionFormat` as far as it differs).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `a,b`: paths and headers.
    Simple,
    /// `.a.b`: paths.
    Label,
    /// `;x=a,b`: paths.
    Matrix,
    /// `x=a,b` or `x=a&x=b`: queries and cookies.
    Form,
    /// `x=a%20b`: queries.
    SpaceDelimited,
    /// `x=a|b`: queries.
    PipeDelimited,
    /// `x=a<TAB>b`: Swagger's `tsv`.
    TabDelimited,
    /// `x[a]=b`: queries.
    DeepObject,
    /// One JSON text (`content: application/json`).
    Json,
}

/// The body of a request, as far as the document describes it.
#[derive(Clone, Debug, Default)]
pub enum RequestBody {
    /// There is none.
    #[default]
    None,
    /// The document describes it.
    Described(Body),
    /// The document does not describe it, and there may be one: the export of a gateway holds a body only where a model is
    /// attached to the method.
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
    /// Whether a request must have one.
    pub required: bool,
    /// The document's words on it.
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
    /// How it is written.
    pub kind: ContentKind,
}

/// How a body is written.
#[derive(Clone, Debug)]
pub enum ContentKind {
    /// JSON (`application/json`, `+json`).
    Json(Type),
    /// `application/x-www-form-urlencoded`; the type is a struct, a map or JSON.
    Form(Type),
    /// `multipart/form-data`, part by part.
    Multipart(Vec<Part>),
    /// Text, as it is.
    Text,
    /// Bytes, at once or streamed.
    Bytes,
}

/// A part of a multipart body: a setter of the generated form.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its name in Rust.
    pub name: Ident,
    /// Its name on the wire.
    pub wire: String,
    /// What it holds.
    pub content: PartContent,
    /// Whether it must be there.
    pub required: bool,
    /// Whether there may be several of them (an array).
    pub repeated: bool,
    /// The document's words on it.
    pub doc: Option<String>,
}

/// The arguments of the `new` of a multipart form: the parts that must be there, in the order of their names on the wire.
pub fn form_arguments(parts: &[Part]) -> Vec<&Part> {
    let mut arguments: Vec<&Part> = parts.iter().filter(|part| part.required).collect();
    arguments.sort_by(|a, b| a.wire.cmp(&b.wire));
    arguments
}

/// What a part holds.
#[derive(Clone, Debug)]
pub enum PartContent {
    /// A scalar, as text.
    Text(Type),
    /// A JSON value.
    Json(Type),
    /// A file: bytes with a name and a media type.
    File,
}

/// What an operation may answer.
#[derive(Clone, Debug)]
pub struct Answers {
    /// The documented successes; empty where the document names none (then any 2xx is a success, untyped).
    pub success: Vec<Answer>,
    /// The documented errors, among them `default` where there is also a success.
    pub errors: Vec<Answer>,
    /// The one `Accept` header to send.
    pub accept: Option<String>,
    /// The name of the enum where there are several successes: `ListPetsAnswer`.
    pub success_name: Ident,
    /// The name of the enum where there are several errors: `ListPetsError`.
    pub error_name: Ident,
    /// The name of the struct of typed headers: `ListPetsHeaders`.
    pub headers_name: Ident,
}

/// One documented answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its status.
    pub status: Status,
    /// The name of its variant: `Ok`, `NotFound`, `Status460`, `ClientError`, `Default`.
    pub variant: Ident,
    /// What it carries.
    pub content: AnswerContent,
    /// Its documented headers, if it is a success.
    pub headers: Vec<HeaderField>,
    /// The document's words on it.
    pub doc: Option<String>,
}

/// The status of a documented answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// `404`
    Code(u16),
    /// `4XX`: the first digit
    Range(u8),
    /// `default`
    Default,
}

/// What an answer carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnswerContent {
    /// Nothing, or nothing that the document speaks of: the bytes are dropped.
    Empty,
    /// JSON.
    Json(Type),
    /// Text.
    Text,
    /// Bytes, all at once.
    Bytes,
    /// Bytes as they come.
    Stream,
}

/// A documented header of an answer.
#[derive(Clone, Debug)]
pub struct HeaderField {
    /// Its name in Rust.
    pub name: Ident,
    /// Its name on the wire.
    pub wire: String,
    /// Its type.
    pub ty: Type,
    /// The document's words on it.
    pub doc: Option<String>,
}
