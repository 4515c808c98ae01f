//! The operations of an API.

use crate::diagnostics::report::Span;
use crate::ir::auth::{Need, RequirementId};
use crate::ir::body::RequestBody;
use crate::ir::ident::Ident;
use crate::ir::schemes::SourceLocation;
use crate::ir::types::{Literal, Type};
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
    /// Its position in the document.
    pub span: Span,
    /// The document's `operationId`.
    pub operation_id: Option<String>,
    /// The HTTP method.
    pub method: Method,
    /// The path as written in the document.
    pub path: String,
    /// The path in parts.
    pub segments: Vec<Segment>,
    /// The document's summary.
    pub summary: Option<String>,
    /// The document's description.
    pub doc: Option<String>,
    /// Whether the document deprecates it.
    pub deprecated: bool,
    /// Why it has no method, if it is skipped.
    pub skipped: Option<Skipped>,
    /// Its errors, one line each (`inspect`); with `--keep-going` it then has no method.
    pub errors: Vec<String>,
    /// The credentials that it requires, in the order of the document: alternatives of credentials that are needed together. `[[]]` is
    /// open; empty if the requirement is not known.
    pub authorization: Arc<Vec<Vec<Need>>>,
    /// The requirement of its method; `None` if it is open.
    pub requirement: Option<RequirementId>,
    /// Its parameters: those of the path in the order of the path, then those of the query, the headers and the cookies, each
    /// in the order of their names on the wire. A method takes the required ones in this order.
    pub params: Vec<Param>,
    /// The body of its request.
    pub body: RequestBody,
    /// Its documented responses.
    pub answers: Answers,
    /// The header with the idempotency key of each call, if the configuration names one.
    pub idempotency: Option<String>,
    /// How its pages follow one another, if the configuration says so.
    pub pages: Option<Pages>,
    /// The lines of configuration for its pages, if its responses are likely pages (`inspect`).
    pub likely_pages: Option<String>,
}

impl Operation {
    /// `GET /pets`: its name in `cogen inspect` and in the configuration.
    pub fn route(&self) -> String {
        format!("{} {}", self.method.as_str(), self.path)
    }

    /// Whether the client has a method for it: it is not skipped, and it has no errors.
    pub fn is_generated(&self) -> bool {
        self.skipped.is_none() && self.errors.is_empty()
    }

    /// The parameter that is its idempotency key, if the document declares it.
    pub fn idempotency_param(&self) -> Option<usize> {
        let header = self.idempotency.as_deref()?;
        self.params.iter().position(|param| {
            param.location == ParamLocation::In(SourceLocation::Header) && param.wire.eq_ignore_ascii_case(header)
        })
    }

    /// The same with only the beginning of a long path, for messages about the parts of an operation.
    pub fn short_route(&self) -> String {
        short_route(&self.method, &self.path)
    }
}

/// A method and a path, with only the beginning of a long path.
pub fn short_route(method: &Method, path: &str) -> String {
    const LONGEST: usize = 200;
    match path.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{} {}…", method.as_str(), path.get(..end).unwrap_or_default()),
        None => format!("{} {path}", method.as_str()),
    }
}

/// The pages of an operation.
#[derive(Clone, Debug)]
pub struct Pages {
    /// The array of items in the response, as a JSON pointer.
    pub items: String,
    /// The type of an item.
    pub item: Type,
    /// How to find the next page.
    pub next: NextPage,
    /// What else ends the pages.
    pub end: PagesEnd,
}

/// What ends the pages, besides a page without items or without a next one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PagesEnd {
    /// A member that is `false` in the last page, as a JSON pointer.
    pub more: Option<String>,
    /// A member that is `true` in the last page.
    pub last: Option<String>,
    /// The number of all items.
    pub total: Option<String>,
    /// The number of all pages.
    pub pages: Option<String>,
    /// The number of items of a page: a page with fewer is the last one.
    pub size: Option<PageSize>,
    /// Whether the response 404 after the first page is the end.
    pub not_found: bool,
}

/// The number of items of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageSize {
    /// Always this number.
    Fixed(usize),
    /// What the request asks for.
    Asked {
        /// Where it is in the request.
        by: Cursor,
        /// The number if the request does not have it.
        default: Option<usize>,
    },
}

/// How to find the next page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NextPage {
    /// A token of the response is sent with the next request.
    Token {
        /// Where it is in the response, as a JSON pointer.
        from: String,
        /// Where it goes.
        into: Cursor,
    },
    /// The number of the page.
    Page {
        /// Where it goes.
        into: Cursor,
        /// The number of the first page.
        first: usize,
    },
    /// The number of items so far.
    Offset {
        /// Where it goes.
        into: Cursor,
    },
    /// The header `Link` of the response.
    Link,
    /// The URL at this JSON pointer of the response.
    Url(String),
}

/// Where the position of a page is in a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cursor {
    /// The query parameter of this name.
    Query(String),
    /// The value at this JSON pointer in the body.
    Body(String),
}

/// An HTTP method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Method {
    /// A method that OpenAPI has a key for, in upper case.
    Named(&'static str),
    /// Another method, as written (`additionalOperations`).
    Other(Arc<str>),
    /// `x-amazon-apigateway-any-method`: the caller gives the method.
    Any,
}

impl Method {
    /// The name that `inspect` prints.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Named(name) => name,
            Self::Other(name) => name,
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

/// Why an operation has no method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Skipped {
    /// A mock `OPTIONS` that answers browsers' preflight requests.
    Cors,
    /// The configuration skips it.
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
    /// Its location in the request.
    pub location: ParamLocation,
    /// Its type.
    pub ty: Type,
    /// Whether it is required.
    pub required: bool,
    /// How an array or object is serialized.
    pub style: Style,
    /// Whether each of its elements or properties is a parameter of its own (`explode`).
    pub explode: bool,
    /// Whether reserved characters stay as they are (`allowReserved`).
    pub reserved: bool,
    /// The value that the service uses if it is absent.
    pub default: Option<Literal>,
    /// Its description in the document.
    pub doc: Option<String>,
    /// Whether the document deprecates it.
    pub deprecated: bool,
}

impl Param {
    /// How it is serialized.
    pub fn serialization(&self) -> Serialization {
        Serialization { style: self.style, explode: self.explode, reserved: self.reserved }
    }
}

/// The location of a parameter.
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

/// How an array or object is serialized.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Serialization {
    /// The style.
    pub style: Style,
    /// Whether each of its elements or properties is serialized separately (`explode`).
    pub explode: bool,
    /// Whether reserved characters stay as they are (`allowReserved`).
    pub reserved: bool,
}

/// How a parameter is serialized (OpenAPI's `style`; those of Swagger's `collectionFormat` that OpenAPI lacks).
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
    /// The whole query string, as a form (`in: querystring`).
    Querystring,
}

/// The documented responses of an operation.
#[derive(Clone, Debug)]
pub struct Answers {
    /// The documented successes; empty if the document has none (then any 2xx is a success, without a type).
    pub success: Vec<Answer>,
    /// The documented errors. `default` is one of them if there is also a success.
    pub errors: Vec<Answer>,
    /// The `Accept` header to send.
    pub accept: Option<String>,
    /// The name of the enum of several successes: `ListPetsAnswer`.
    pub success_name: Ident,
    /// The name of the enum of several errors: `ListPetsError`.
    pub error_name: Ident,
    /// The name of the struct of typed headers: `ListPetsHeaders`.
    pub headers_name: Ident,
}

/// One documented response: a status, and one of its content types.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its status.
    pub status: Status,
    /// Its content type as in the document, if its status has several with different types.
    pub media: Option<String>,
    /// The name of its variant: `Ok`, `NotFound`, `Status460`, `ClientError`, `Default`, `OkCsv`.
    pub variant: Ident,
    /// Its content.
    pub content: AnswerContent,
    /// Its documented headers, if it is a success. Of several content types of a status, the first has them.
    pub headers: Vec<HeaderField>,
    /// Its description in the document.
    pub doc: Option<String>,
}

/// The status of a documented response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// `404`
    Code(u16),
    /// `4XX`: the first digit
    Range(u8),
    /// `default`
    Default,
}

/// The content of a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnswerContent {
    /// No content, or none that the document describes.
    Empty,
    /// JSON.
    Json(Type),
    /// Text.
    Text,
    /// Bytes, all at once.
    Bytes,
    /// Bytes as received.
    Stream,
    /// An event stream.
    Events {
        /// The type of an event.
        ty: Type,
        /// Whether it is that of the event as an object with `data`, and not of the data alone.
        whole: bool,
        /// How the data is written.
        data: EventData,
    },
    /// A stream of JSON texts.
    Items {
        /// The type of an item.
        ty: Type,
        /// Whether an item is text, and not JSON.
        text: bool,
    },
}

/// How the data of an event is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventData {
    /// JSON.
    Json,
    /// Text.
    Text,
    /// JSON in some events, text in others.
    Mixed,
}

impl AnswerContent {
    /// The type that its schema describes.
    pub fn described(&self) -> Option<&Type> {
        match self {
            Self::Json(ty) | Self::Events { ty, .. } | Self::Items { ty, .. } => Some(ty),
            Self::Empty | Self::Text | Self::Bytes | Self::Stream => None,
        }
    }
}

/// A documented header of a response.
#[derive(Clone, Debug)]
pub struct HeaderField {
    /// Its name in Rust.
    pub name: Ident,
    /// Its name on the wire.
    pub wire: String,
    /// Its type.
    pub ty: Type,
    /// How its text is read.
    pub form: HeaderForm,
    /// Its description in the document.
    pub doc: Option<String>,
}

/// How the text of a response header is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum HeaderForm {
    /// As its type says: a scalar, or a list of scalars, of one kind.
    #[default]
    Plain,
    /// A scalar of one of several kinds.
    Scalar(Scalars),
    /// A list of such scalars.
    List(Scalars),
    /// An object in the style `simple`.
    Object {
        /// Whether each member is written as `name=value`.
        explode: bool,
        /// The members that the document describes.
        members: Vec<(String, Scalars)>,
        /// All others.
        others: Scalars,
    },
    /// A JSON text.
    Json,
}

/// The kinds of scalar that a text can mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scalars {
    /// `true` and `false`
    pub boolean: bool,
    /// Integers and other numbers.
    pub number: bool,
    /// Strings.
    pub string: bool,
}
