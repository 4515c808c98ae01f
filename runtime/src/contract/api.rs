//! The API that generated code describes, as static data.

use crate::contract::documented::Documented;
use http::HeaderName;

/// An API.
#[derive(Debug)]
pub struct Api {
    /// Its name, for errors and the `User-Agent`.
    pub name: &'static str,
    /// Its base URL, if the document has one.
    pub base_url: Option<&'static str>,
    /// Its security schemes: one credential slot each, in the order of the client's type parameters.
    pub schemes: &'static [Scheme],
}

impl Api {
    /// Whether a header of this name carries a credential of this API or of HTTP.
    pub(crate) fn is_credential_header(&self, name: &HeaderName) -> bool {
        const NAMES: [&str; 6] =
            ["authorization", "proxy-authorization", "cookie", "x-api-key", "x-amz-security-token", "x-amz-date"];
        let is_source =
            |place: &Location| matches!(place, Location::Header(source) if source.eq_ignore_ascii_case(name.as_str()));
        NAMES.contains(&name.as_str()) || self.schemes.iter().any(|scheme| scheme.sources.iter().any(is_source))
    }

    /// Whether a query parameter of this name carries a credential of this API, or a signature.
    pub(crate) fn is_credential_query(&self, name: &str) -> bool {
        let is_source = |place: &Location| matches!(place, Location::Query(source) if *source == name);
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
    /// Where the credential goes; several for [`SchemeKind::Values`]. Empty if the kind has a fixed location.
    pub sources: &'static [Location],
    /// The prefix of the credential: `Bearer ` or empty.
    pub prefix: &'static str,
    /// The issuers of its tokens, if known.
    pub issuers: &'static [&'static str],
    /// The AWS region to sign for, if known.
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
    /// A bearer token (RFC 6750) of unknown kind and issuer.
    Bearer,
}

impl SchemeKind {
    /// The kind of credential as text with its article, for messages.
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

/// The location of a credential in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Location {
    /// The header of this name.
    Header(&'static str),
    /// The query parameter of this name.
    Query(&'static str),
    /// The cookie of this name.
    Cookie(&'static str),
}

/// The security requirement of an operation: a list of alternatives, each with the credentials that are required together.
/// An empty alternative allows a call without credentials.
pub type Needs = &'static [&'static [Need]];

/// The security requirement of an operation that needs no credential.
pub const OPEN: Needs = &[&[]];

/// One required credential.
#[derive(Debug)]
pub struct Need {
    /// Its security scheme: an index into [`Api::schemes`].
    pub slot: usize,
    /// The kind of token; `None` if the slot takes another kind of credential.
    pub token: Option<TokenKind>,
    /// The scopes that the token must be granted.
    pub scopes: &'static [&'static str],
    /// Whether all scopes are required (OpenAPI), or any one of them (API Gateway).
    pub all: bool,
}

impl Need {
    /// An ID token.
    pub const fn id_token(slot: usize) -> Self {
        Self::new(slot, Some(TokenKind::Id))
    }

    /// An access token.
    pub const fn access_token(slot: usize) -> Self {
        Self::new(slot, Some(TokenKind::Access))
    }

    /// An ID or access token.
    pub const fn token(slot: usize) -> Self {
        Self::new(slot, Some(TokenKind::Any))
    }

    /// A credential that is not a token.
    pub const fn credential(slot: usize) -> Self {
        Self::new(slot, None)
    }

    const fn new(slot: usize, token: Option<TokenKind>) -> Self {
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
pub enum TokenKind {
    /// An ID token.
    Id,
    /// An access token.
    Access,
    /// A token of either kind.
    Any,
}

impl TokenKind {
    /// The kind as text with its article, for messages: `an ID token`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Id => "an ID token",
            Self::Access => "an access token",
            Self::Any => "a token",
        }
    }
}

/// An operation.
#[derive(Debug)]
pub struct Operation {
    /// Its name as a method of the client.
    pub name: &'static str,
    /// Its HTTP method; `ANY` if the caller chooses it.
    pub method: &'static str,
    /// Its path template from the document, for errors.
    pub path: &'static str,
    /// Its security requirement.
    pub needs: Needs,
    /// The `Accept` header to send.
    pub accept: Option<&'static str>,
    /// Its documented responses.
    pub responses: &'static [Documented],
    /// The header with the idempotency key of each call, if the configuration names one.
    pub idempotency: Option<&'static str>,
}

impl Operation {
    /// An operation of a document.
    pub const fn new(
        name: &'static str,
        method: &'static str,
        path: &'static str,
        needs: Needs,
        accept: Option<&'static str>,
        responses: &'static [Documented],
    ) -> Self {
        Self { name, method, path, needs, accept, responses, idempotency: None }
    }

    /// The same with an idempotency key in this header.
    pub const fn idempotent(self, header: &'static str) -> Self {
        Self { idempotency: Some(header), ..self }
    }
}
