//! What generated code tells about its API, as static data.

use http::HeaderName;

/// An API.
#[derive(Debug)]
pub struct Api {
    /// Its name, for errors and the `User-Agent`.
    pub name: &'static str,
    /// Where it is, unless the document doesn't say.
    pub base_url: Option<&'static str>,
    /// Its security schemes: one credential slot each, in the order of the client's type parameters.
    pub schemes: &'static [Scheme],
}

impl Api {
    /// Whether a header of this name carries a credential of this API, or of HTTP itself.
    pub(crate) fn is_credential_header(&self, name: &HeaderName) -> bool {
        const NAMES: [&str; 6] =
            ["authorization", "proxy-authorization", "cookie", "x-api-key", "x-amz-security-token", "x-amz-date"];
        let is_source =
            |place: &Place| matches!(place, Place::Header(source) if source.eq_ignore_ascii_case(name.as_str()));
        NAMES.contains(&name.as_str()) || self.schemes.iter().any(|scheme| scheme.sources.iter().any(is_source))
    }

    /// Whether a query parameter of this name carries a credential of this API, or a signature.
    pub(crate) fn is_credential_query(&self, name: &str) -> bool {
        let is_source = |place: &Place| matches!(place, Place::Query(source) if *source == name);
        name.to_ascii_lowercase().starts_with("x-amz-")
            || self.schemes.iter().any(|scheme| scheme.sources.iter().any(is_source))
    }
}

/// A security scheme.
#[derive(Debug)]
pub struct Scheme {
    /// Its name, for errors.
    pub name: &'static str,
    /// What kind of credential it takes.
    pub kind: SchemeKind,
    /// Where the credential goes; several for [`SchemeKind::Values`]. Empty where the kind has its own place.
    pub sources: &'static [Place],
    /// What stands before the credential: `Bearer ` or nothing.
    pub prefix: &'static str,
    /// The issuers of its tokens, as far as known.
    pub issuers: &'static [&'static str],
    /// The AWS region to sign for, as far as known.
    pub region: Option<&'static str>,
}

/// The kinds of credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemeKind {
    /// An ID or access token.
    Token,
    /// The inputs of a Lambda authorizer, one for each source.
    Values,
    /// An API key.
    ApiKey,
    /// AWS credentials, to sign with.
    Iam,
    /// User and password (RFC 7617).
    Basic,
    /// A bearer token (RFC 6750) of which nothing is known.
    Bearer,
}

impl SchemeKind {
    /// The kind of credential in words, with its article.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Token => "a token",
            Self::Values => "the inputs of its Lambda authorizer",
            Self::ApiKey => "an API key",
            Self::Iam => "AWS credentials",
            Self::Basic => "a user and a password",
            Self::Bearer => "a bearer token",
        }
    }
}

/// A place in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The header of this name.
    Header(&'static str),
    /// The query parameter of this name.
    Query(&'static str),
    /// The cookie of this name.
    Cookie(&'static str),
}

/// What an operation demands: one of several alternatives, each of them credentials that are needed together.
/// An empty alternative means that the call may be made without.
pub type Needs = &'static [&'static [Need]];

/// The demand of an open operation: none.
pub const OPEN: Needs = &[&[]];

/// One credential that is needed.
#[derive(Debug)]
pub struct Need {
    /// Whose: an index into [`Api::schemes`].
    pub slot: usize,
    /// The kind of token.
    pub token: Token,
    /// The scopes that the token must have, if any.
    pub scopes: &'static [&'static str],
    /// Whether it must have all of them (OpenAPI), or any one (API Gateway).
    pub all: bool,
}

impl Need {
    /// An ID token.
    pub const fn id_token(slot: usize) -> Self {
        Self::new(slot, Token::Id)
    }

    /// An access token.
    pub const fn access_token(slot: usize) -> Self {
        Self::new(slot, Token::Access)
    }

    /// An ID or access token.
    pub const fn token(slot: usize) -> Self {
        Self::new(slot, Token::Any)
    }

    /// A credential that is not a token.
    pub const fn credential(slot: usize) -> Self {
        Self::new(slot, Token::None)
    }

    const fn new(slot: usize, token: Token) -> Self {
        Self { slot, token, scopes: &[], all: false }
    }

    /// The same with at least one of these scopes (API Gateway).
    pub const fn any_of(self, scopes: &'static [&'static str]) -> Self {
        Self { scopes, all: false, ..self }
    }

    /// The same with all of these scopes (OpenAPI).
    pub const fn all_of(self, scopes: &'static [&'static str]) -> Self {
        Self { scopes, all: true, ..self }
    }
}

/// The kinds of token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Token {
    /// An ID token.
    Id,
    /// An access token.
    Access,
    /// Either.
    Any,
    /// No token: the slot is for another kind of credential.
    None,
}

impl Token {
    /// The kind in words, with its article.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Id => "an ID token",
            Self::Access => "an access token",
            Self::Any => "a token",
            Self::None => "a credential",
        }
    }
}

/// An operation.
#[derive(Debug)]
pub struct Operation {
    /// Its name as a method of the client.
    pub name: &'static str,
    /// Its HTTP method; `ANY` where the caller gives it.
    pub method: &'static str,
    /// Its path as the document spells it, for errors.
    pub path: &'static str,
    /// What it demands.
    pub needs: Needs,
    /// The one `Accept` header to send.
    pub accept: Option<&'static str>,
    /// What it may answer.
    pub answers: &'static [Documented],
}

/// A documented answer.
#[derive(Debug)]
pub struct Documented {
    /// Its status.
    pub status: Status,
    /// Whether it is a success.
    pub success: bool,
    /// What it carries.
    pub content: Content,
}

/// The status of a documented answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// This one.
    Code(u16),
    /// All that begin with this digit: `4XX`.
    Range(u8),
    /// All that aren't documented otherwise.
    Default,
}

/// What an answer carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// Nothing that matters.
    Empty,
    /// JSON of a documented type.
    Json,
    /// JSON of any type; else text, or nothing.
    Any,
    /// Text.
    Text,
    /// Bytes, all at once.
    Bytes,
    /// Bytes as they come.
    Stream,
}

/// The contents by their short names, as generated code writes them.
pub const EMPTY: Content = Content::Empty;
/// See [`Content::Json`].
pub const JSON: Content = Content::Json;
/// See [`Content::Any`].
pub const ANY: Content = Content::Any;
/// See [`Content::Text`].
pub const TEXT: Content = Content::Text;
/// See [`Content::Bytes`].
pub const BYTES: Content = Content::Bytes;
/// See [`Content::Stream`].
pub const STREAM: Content = Content::Stream;

/// A documented success.
pub const fn ok(status: u16, content: Content) -> Documented {
    documented(Status::Code(status), true, content)
}

/// A documented error.
pub const fn fails(status: u16, content: Content) -> Documented {
    documented(Status::Code(status), false, content)
}

/// A documented answer of any status.
pub const fn documented(status: Status, success: bool, content: Content) -> Documented {
    Documented { status, success, content }
}

impl Operation {
    /// An operation from what its document says.
    pub const fn new(
        name: &'static str,
        method: &'static str,
        path: &'static str,
        needs: Needs,
        accept: Option<&'static str>,
        answers: &'static [Documented],
    ) -> Self {
        Self { name, method, path, needs, accept, answers }
    }

    /// The documented answer for a status: the exact one before the range before the default.
    ///
    /// A default is for errors if it is one, and for successes if it is one: a default success says nothing of
    /// a status 500.
    pub(crate) fn answer(&self, status: u16) -> Option<&'static Documented> {
        let fine = (200..300).contains(&status);
        let find = |wanted: &dyn Fn(&Documented) -> bool| self.answers.iter().find(|answer| wanted(answer));
        find(&|answer| answer.status == Status::Code(status))
            .or_else(|| {
                find(&|answer| matches!(answer.status, Status::Range(digit) if u16::from(digit) == status / 100))
            })
            .or_else(|| find(&|answer| answer.status == Status::Default && answer.success == fine))
            // A success that is not listed fits where every success does.
            .or_else(|| find(&|answer| answer.success).filter(|_| fine && self.takes_any_success()))
    }

    /// Whether each documented success may be anything.
    fn takes_any_success(&self) -> bool {
        let mut successes = self.answers.iter().filter(|answer| answer.success).map(|answer| answer.content);
        let Some(first @ (Content::Empty | Content::Any)) = successes.next() else { return false };
        successes.all(|content| content == first)
    }

    /// Whether it documents a success.
    pub(crate) fn has_success(&self) -> bool {
        self.answers.iter().any(|answer| answer.success)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn documented(status: Status, success: bool) -> Documented {
        Documented { status, success, content: Content::Json }
    }

    fn operation(answers: &'static [Documented]) -> Operation {
        Operation { name: "get", method: "GET", path: "/", needs: OPEN, accept: None, answers }
    }

    /// The index of the documented answer for a status.
    fn answered(operation: &Operation, status: u16) -> Option<usize> {
        let found = operation.answer(status)?;
        operation.answers.iter().position(|answer| std::ptr::eq(answer, found))
    }

    #[test]
    fn the_most_exact_answer_wins() {
        static ANSWERS: &[Documented] = &[
            documented(Status::Default, false),
            documented(Status::Range(4), false),
            documented(Status::Code(404), false),
            documented(Status::Code(200), true),
        ];
        let operation = operation(ANSWERS);
        assert_eq!(answered(&operation, 200), Some(3));
        assert_eq!(answered(&operation, 404), Some(2));
        assert_eq!(answered(&operation, 409), Some(1));
        assert_eq!(answered(&operation, 500), Some(0));
        assert_eq!(answered(&operation, 201), None);
    }

    #[test]
    fn a_success_that_is_not_listed_fits_where_anything_does() {
        const fn ok(content: Content) -> Documented {
            Documented { status: Status::Code(200), success: true, content }
        }
        static EMPTY: &[Documented] = &[documented(Status::Code(404), false), ok(Content::Empty)];
        static ANY: &[Documented] = &[ok(Content::Any)];
        static TYPED: &[Documented] = &[ok(Content::Json)];
        assert_eq!(answered(&operation(EMPTY), 204), Some(1));
        assert_eq!(answered(&operation(ANY), 201), Some(0));
        assert_eq!(answered(&operation(ANY), 500), None);
        assert_eq!(answered(&operation(TYPED), 201), None);
    }

    #[test]
    fn a_default_success_is_no_answer_to_a_failure() {
        static ANSWERS: &[Documented] = &[documented(Status::Default, true)];
        let operation = operation(ANSWERS);
        assert_eq!(answered(&operation, 201), Some(0));
        assert_eq!(answered(&operation, 500), None);
    }
}
