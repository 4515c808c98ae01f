//! Security schemes: what each takes, where in a request, and whose tokens.

use crate::ir::ident::Ident;

/// A security scheme: an authorizer of the gateway, or one of OpenAPI's own.
#[derive(Clone, Debug)]
pub struct Scheme {
    /// Its name in the document.
    pub key: String,
    /// The name of its marker or credential type, in `UpperCamelCase`: `PetPool`.
    pub name: Ident,
    /// The name of its setter at the client's builder, in `snake_case`: `pet_pool`.
    pub slot: Ident,
    /// The name of the client's method that replaces its credential: `with_pet_pool`.
    pub replacement: Ident,
    /// Its description in the document.
    pub doc: Option<String>,
    /// Its kind.
    pub kind: SchemeKind,
    /// The locations of the credential; empty if the kind decides the location.
    pub sources: Vec<Source>,
    /// The text before a token: `Bearer ` or nothing.
    pub prefix: &'static str,
    /// The user pools that it accepts, if the document or the configuration names them.
    pub user_pools: Vec<UserPool>,
    /// The issuers that it accepts: those of the user pools, or a JWT authorizer's own.
    pub issuers: Vec<String>,
    /// The audiences that it accepts.
    pub audiences: Audiences,
    /// The app client for the users of the API: the configured one, or the only audience in the document.
    pub app_client_id: Option<String>,
    /// The managed-login domain of the user pool, `https://auth.example.com` (configuration).
    pub domain: Option<String>,
    /// The AWS region: of the user pool, or the one to sign for (IAM).
    pub region: Option<String>,
}

/// The kinds of security scheme; `as_str` gives the names that `inspect` prints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SchemeKind {
    /// A REST API's authorizer for Cognito user pools.
    CognitoUserPools,
    /// A JWT authorizer, of an HTTP API or (experimental) of a REST API.
    Jwt {
        /// Whether it is of a REST API, which is experimental.
        experimental: bool,
    },
    /// A Lambda authorizer for one header.
    LambdaToken,
    /// A Lambda authorizer for several sources.
    LambdaRequest,
    /// A Lambda authorizer known only by its `authtype`.
    Lambda,
    /// AWS Signature Version 4.
    Iam,
    /// An API key.
    ApiKey,
    /// OpenAPI's `oauth2` without an authorizer.
    OAuth2,
    /// OpenAPI's `openIdConnect` without an authorizer.
    OpenIdConnect,
    /// HTTP bearer.
    Bearer,
    /// HTTP basic.
    Basic,
    /// Another scheme of HTTP authentication, by its name.
    Http(String),
}

impl SchemeKind {
    /// The name that `inspect` prints.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::CognitoUserPools => "cognito_user_pools",
            Self::Jwt { .. } => "jwt",
            Self::LambdaToken => "lambda_token",
            Self::LambdaRequest => "lambda_request",
            Self::Lambda => "lambda",
            Self::Iam => "iam",
            Self::ApiKey => "api_key",
            Self::OAuth2 => "oauth2",
            Self::OpenIdConnect => "openid_connect",
            Self::Bearer => "bearer",
            Self::Basic => "basic",
            Self::Http(_) => "http",
        }
    }

    /// The kind of credential that the scheme takes.
    pub fn credential(&self) -> CredentialKind {
        match self {
            Self::CognitoUserPools | Self::Jwt { .. } | Self::OAuth2 | Self::OpenIdConnect => CredentialKind::Token,
            Self::LambdaToken | Self::LambdaRequest | Self::Lambda | Self::Http(_) => CredentialKind::Values,
            Self::Iam => CredentialKind::Iam,
            Self::ApiKey => CredentialKind::ApiKey,
            Self::Bearer => CredentialKind::Bearer,
            Self::Basic => CredentialKind::Basic,
        }
    }

    /// The location of the credential, where the kind alone decides it: RFC 6750 for bearer tokens, RFC 7617 for a user name and a
    /// password, Signature Version 4 for AWS credentials.
    pub fn fixed_location(&self) -> Option<FixedLocation> {
        let prefix = match self {
            Self::OAuth2 | Self::OpenIdConnect | Self::Bearer => "Bearer ",
            Self::Basic => "Basic ",
            Self::Iam => "",
            Self::CognitoUserPools
            | Self::Jwt { .. }
            | Self::LambdaToken
            | Self::LambdaRequest
            | Self::Lambda
            | Self::ApiKey
            | Self::Http(_) => return None,
        };
        Some(FixedLocation { location: SourceLocation::Header, name: "authorization", prefix })
    }

    /// Whether the kind alone decides the location of the credential.
    pub fn has_fixed_location(&self) -> bool {
        self.fixed_location().is_some()
    }

    /// Whether it is a Lambda authorizer.
    pub fn is_lambda(&self) -> bool {
        matches!(self, Self::LambdaToken | Self::LambdaRequest | Self::Lambda)
    }

    /// Whether its credential is an ID or access token, which has a kind and scopes.
    pub fn takes_token(&self) -> bool {
        self.credential() == CredentialKind::Token
    }
}

/// The kinds of credential that a client holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialKind {
    /// An ID or access token.
    Token,
    /// A secret for each location of a Lambda authorizer, or of another HTTP scheme.
    Values,
    /// An API key.
    ApiKey,
    /// AWS credentials, which sign the request.
    Iam,
    /// A user name and a password.
    Basic,
    /// A bearer token of unknown issuer.
    Bearer,
}

/// A location of a credential that does not depend on the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FixedLocation {
    /// The part of the request.
    pub location: SourceLocation,
    /// The name of the header, in lower case.
    pub name: &'static str,
    /// The text before the credential: `Bearer `, `Basic ` or nothing.
    pub prefix: &'static str,
}

impl Scheme {
    /// Whether both accept the same tokens by the document, and have the same configuration.
    pub(crate) fn takes_tokens_of(&self, other: &Self) -> bool {
        let agree = |one: &Option<String>, other: &Option<String>| one.is_none() || other.is_none() || one == other;
        self.kind.takes_token()
            && other.kind.takes_token()
            && !self.issuers.is_empty()
            && self.issuers == other.issuers
            && self.user_pools == other.user_pools
            && self.audiences == other.audiences
            && self.region == other.region
            && agree(&self.app_client_id, &other.app_client_id)
            && agree(&self.domain, &other.domain)
    }

    /// The locations of the credential, in an order that does not depend on that of the document.
    pub fn inputs(&self) -> Vec<&Source> {
        let mut inputs: Vec<&Source> = self.sources.iter().collect();
        inputs.sort_by(|a, b| (a.location, &a.name).cmp(&(b.location, &b.name)));
        inputs
    }
}

/// A location of a credential in a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The part of the request.
    pub location: SourceLocation,
    /// The name of the header, query parameter or cookie, as written in the document.
    pub name: String,
    /// The name of the typed input for it, in `snake_case`.
    pub field: Ident,
}

/// The parts of a request that can hold a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SourceLocation {
    /// A header.
    Header,
    /// A query parameter.
    Query,
    /// A cookie.
    Cookie,
}

impl SourceLocation {
    /// The name that OpenAPI and `inspect` use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Query => "query",
            Self::Cookie => "cookie",
        }
    }
}

/// The audiences whose tokens an authorizer accepts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Audiences {
    /// Any audience: the document names none.
    #[default]
    Any,
    /// Those of an HTTP API's JWT authorizer: in `aud`, or in `client_id` if there is no `aud`.
    AudOrClientId(Vec<String>),
    /// Those of a REST API's JWT authorizer: in `aud`.
    Aud(Vec<String>),
}

impl Audiences {
    /// The resources among them, to which tokens must be bound.
    pub fn resources(&self) -> impl Iterator<Item = &str> {
        self.list().filter(|name| !is_client_id(name))
    }

    /// The app clients among them.
    pub fn app_clients(&self) -> impl Iterator<Item = &str> {
        self.list().filter(|name| is_client_id(name))
    }

    fn list(&self) -> impl Iterator<Item = &str> {
        let list = match self {
            Self::Any => &[],
            Self::AudOrClientId(list) | Self::Aud(list) => list.as_slice(),
        };
        list.iter().map(String::as_str)
    }
}

/// Whether an audience can be the id of an app client, `[\w+]+` (API reference, `UserPoolClientType`): resources are URIs.
pub fn is_client_id(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'+')
}

/// A Cognito user pool, without the account it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserPool {
    /// The region, one DNS label.
    pub region: String,
    /// The id, `us-east-1_AbC123`.
    pub id: String,
}
