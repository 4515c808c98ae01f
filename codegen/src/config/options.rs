//! All options: the keys of `cogen.toml`, which flags and setters override.

use crate::config::crate_name;
use crate::diagnostics::report::Span;
use crate::ir::ident::Ident;
use crate::ir::operation::{NextPage, Operation, PagesEnd};
use crate::ir::schemes::{SchemeKind, SourceLocation, UserPool};
use crate::ir::types::Type;
use indexmap::IndexMap;
use rustc_hash::FxHashMap;

/// The options of a run. The docs of each field contain its key in `cogen.toml`.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `[crate] name`: the name of the generated crate. The default is made from the title of the document.
    pub crate_name: Option<String>,
    /// `[crate] version`: the default is `0.1.0`. The version of a document is not a semantic version.
    pub crate_version: Option<String>,
    /// `[runtime]`: where the generated crate finds `cogen-runtime`.
    pub runtime: Runtime,
    /// `[package]`: other keys of the manifest of the generated crate, as written.
    pub package: IndexMap<String, toml_edit::Value>,
    /// `[dependencies]`: other dependencies of the generated crate, as written. A `path` is relative to the crate.
    pub dependencies: IndexMap<String, toml_edit::Value>,
    /// `[api] schemas`: the source document of an export, which describes what the export does not; a path below the directory
    /// of `cogen.toml`.
    pub schemas: Option<String>,
    /// `[api] files`: other files of the document (with `--schemas`, of the source document), relative to its directory.
    pub files: Vec<String>,
    /// `[api] resource`: the logical ID of the API in a CloudFormation, SAM or CDK template with several APIs.
    pub resource: Option<String>,
    /// `[api] base-url`: overrides the servers of the document. Normalized, without a trailing slash.
    pub base_url: Option<String>,
    /// `[api] include-cors`: generate methods for `OPTIONS` operations that only serve CORS preflight requests.
    pub include_cors: bool,
    /// `[api] keep-going`: leave out operations with errors instead of failing.
    pub keep_going: bool,
    /// `[api] single-file`: one `.rs` instead of a crate.
    pub single_file: bool,
    /// `[api] duplicate-keys`: which of two members with one key counts, except where they decide about security.
    pub duplicate_keys: DuplicateKeys,
    /// `[api] security`: whether a `security` list follows the rules of API Gateway or of OpenAPI.
    pub security: SecurityMode,
    /// `[security] open`: the operations that may require no credential, by `operationId` or `METHOD /path`. Any other
    /// operation without a credential is then an error.
    pub open_operations: Option<Vec<String>>,
    /// `[types] derives`: further traits for the types that can have them.
    pub derives: Vec<Derive>,
    /// `[server-variables]`: values for the variables of `servers`.
    pub server_variables: IndexMap<String, String>,
    /// `[values]`: values for `${…}` placeholders and CloudFormation references, by name.
    pub values: IndexMap<String, String>,
    /// `[rename.operations]`: names of methods, by `operationId` or `METHOD /path`.
    pub rename_operations: IndexMap<String, Rename>,
    /// `[rename.types]`: names of types, by the name in `components.schemas` or the generated name.
    pub rename_types: IndexMap<String, Rename>,
    /// `[types.replace]`: user-defined types for named schemas, as the segments of an absolute path.
    pub replace_types: IndexMap<String, Vec<Ident>>,
    /// `[types.formats]`, `[types.properties]`, `[types.lenient]`: the types of values.
    pub value_types: ValueTypes,
    /// `[authorizers.NAME]`: properties of a security scheme that the document does not contain.
    pub authorizers: IndexMap<String, AuthorizerOptions>,
    /// `[environments.NAME]`: other deployments of the API, one of which the program can choose.
    pub environments: IndexMap<String, EnvironmentOptions>,
    /// `[skip] operations`: operations without a method, by `operationId` or `METHOD /path`.
    pub skip_operations: Vec<String>,
    /// `[paginate.OPERATION]`: how the pages of an operation follow one another, by `operationId`, `METHOD /path` or the name of the
    /// method.
    pub paginate: IndexMap<String, PaginateOptions>,
    /// `[idempotency]`: the header with the idempotency key of calls.
    pub idempotency: IdempotencyOptions,
    /// `[limits]`: the limits for documents.
    pub limits: Limits,
    /// The locations of names in the configuration, for diagnostics.
    pub places: Places,
}

/// The Rust types of values, by format and by property, and the values that they read beyond their own.
#[derive(Clone, Debug, Default)]
pub struct ValueTypes {
    /// Types by format; `integer` and `number` are those without format.
    pub formats: IndexMap<String, Type>,
    /// Types by property: `Pet.birthday`, with the name of the schema in the document or in Rust.
    pub properties: IndexMap<String, Type>,
    /// The formats for which the empty string means that there is no value, each with its table.
    pub empty_formats: IndexMap<String, &'static str>,
    /// The same for properties.
    pub empty_properties: IndexMap<String, &'static str>,
}

impl ValueTypes {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.formats.is_empty()
            && self.properties.is_empty()
            && self.empty_formats.is_empty()
            && self.empty_properties.is_empty()
    }
}

/// The locations of keys and list elements that are names in the document.
#[derive(Clone, Debug, Default)]
pub struct Places(FxHashMap<(&'static str, String), Span>);

impl Places {
    /// Stores the location of a name in a table or list, such as `rename.types`.
    pub fn keep(&mut self, table: &'static str, name: &str, location: Span) {
        self.0.insert((table, name.to_owned()), location);
    }

    /// The location of a name; `None` if the options were not read from a file.
    pub fn of(&self, table: &'static str, name: &str) -> Option<Span> {
        self.0.get(&(table, name.to_owned())).copied()
    }
}

impl Options {
    /// The name of the generated crate: the configured one, or one made from the title of the document (`swagger-petstore` for
    /// `Swagger Petstore`).
    pub fn crate_name_for(&self, title: &str) -> String {
        self.crate_name.clone().unwrap_or_else(|| crate_name::from_title(title))
    }

    /// The table of an operation's pages, with its key: the route, the `operationId` or the name of the method.
    pub fn pages_of(&self, operation: &Operation) -> Option<(&String, &PaginateOptions)> {
        let of = |key: &str| self.paginate.get_key_value(key);
        let by_id = || operation.operation_id.as_deref().map(str::trim).and_then(of);
        of(&operation.route()).or_else(by_id).or_else(|| of(operation.name.as_str()))
    }

    /// The configured name of an operation, with its key: the route or the `operationId`.
    pub fn operation_rename(&self, route: &str, id: Option<&str>) -> Option<(&String, &Rename)> {
        self.rename_operations.get_key_value(route).or_else(|| self.rename_operations.get_key_value(id?))
    }
}

/// A trait that generated types can derive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Derive {
    /// `Eq`
    Eq,
    /// `Hash`
    Hash,
    /// `PartialOrd`
    PartialOrd,
    /// `Ord`, which needs `Eq` and `PartialOrd`
    Ord,
}

/// Which of two members with one key counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DuplicateKeys {
    /// A duplicate key is an error.
    #[default]
    Refuse,
    /// The first one.
    First,
    /// The last one.
    Last,
}

/// The idempotency keys of calls.
#[derive(Clone, Debug, Default)]
pub struct IdempotencyOptions {
    /// `header`: the name of the header.
    pub header: Option<String>,
    /// `operations`: the operations that have one, by `operationId` or `METHOD /path`. The default is all POST operations.
    pub operations: Option<Vec<String>>,
}

/// How the pages of an operation follow one another.
#[derive(Clone, Debug)]
pub struct PaginateOptions {
    /// `items`: the array of items in the response, as a JSON pointer. The default is its only array.
    pub items: Option<String>,
    /// `next` and `token`, `page` and `first`, `offset`, or `link`.
    pub next: NextPage,
    /// `more`, `last`, `total`, `pages`, `size` and `not-found-is-end`.
    pub end: PagesEnd,
    /// Its location, for diagnostics.
    pub span: Option<Span>,
}

/// A configured name of an operation or a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rename {
    /// The name.
    pub name: Ident,
    /// Its location, for diagnostics.
    pub span: Option<Span>,
}

impl From<Ident> for Rename {
    fn from(name: Ident) -> Self {
        Self { name, span: None }
    }
}

/// Where the generated crate finds `cogen-runtime`.
#[derive(Clone, Debug, Default)]
pub struct Runtime {
    /// A directory, as written.
    pub path: Option<String>,
    /// A git repository.
    pub git: Option<String>,
    /// `rev`, `tag` or `branch` of the repository.
    pub reference: Option<GitReference>,
    /// A version requirement. The default is the version of this cogen.
    pub version: Option<String>,
    /// Cargo features of the runtime, in addition to those that the document needs.
    pub features: Vec<String>,
    /// `default-features = false`: without the TLS of the runtime.
    pub no_default_features: bool,
}

/// A reference of a git repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GitReference {
    /// A commit.
    Rev(String),
    /// A tag.
    Tag(String),
    /// The newest commit of a branch.
    Branch(String),
}

/// The rules for a `security` list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SecurityMode {
    /// The rules of API Gateway if the document has its extensions, else those of OpenAPI.
    #[default]
    Auto,
    /// The rules of API Gateway: all items of a list are required together.
    Gateway,
    /// The rules of OpenAPI: the items of a list are alternatives.
    OpenApi,
}

/// Properties of a security scheme that the document does not contain.
#[derive(Clone, Debug, Default)]
pub struct AuthorizerOptions {
    /// `kind`: the kind of a scheme that the document does not define, by the names that `inspect` prints.
    pub kind: Option<SchemeKind>,
    /// `header-form`: the prefix of a token in its header.
    pub header_form: Option<HeaderForm>,
    /// `user-pools`: ids such as `us-east-1_AbC123`, for an authorizer without ARNs.
    pub user_pools: Vec<UserPool>,
    /// `issuers`: other issuers of the tokens that the authorizer accepts. The issuer of a user pool contains its id.
    pub issuers: Vec<String>,
    /// `identity-sources`: `header:NAME` or `query:NAME`, for a Lambda authorizer without identity sources in the export; an
    /// empty list if it has none.
    pub identity_sources: Option<Vec<IdentitySource>>,
    /// `app-client-id`: the id of the app client for the users of the API.
    pub app_client_id: Option<String>,
    /// `domain`: the managed-login domain, `https://auth.example.com`.
    pub domain: Option<String>,
    /// `region`: the AWS Region to sign for (IAM).
    pub region: Option<String>,
}

/// The prefix of a token in its header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderForm {
    /// `bearer`: `Bearer` and a space.
    Bearer,
    /// `bare`: no prefix.
    Bare,
}

/// A part of a request that a Lambda authorizer reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentitySource {
    /// A header or a query parameter.
    pub location: SourceLocation,
    /// Its name.
    pub name: String,
}

/// A deployment of the API. Missing properties are those of the document.
#[derive(Clone, Debug)]
pub struct EnvironmentOptions {
    /// The name of its constant, made from its name: `DEV`.
    pub constant: Ident,
    /// `base-url`: its base URL. Normalized, without a trailing slash.
    pub base_url: Option<String>,
    /// `[environments.NAME.authorizers.X]`: by the name of the security scheme in the document.
    pub authorizers: IndexMap<String, EnvironmentAuthorizerOptions>,
}

/// An authorizer in an environment.
#[derive(Clone, Debug, Default)]
pub struct EnvironmentAuthorizerOptions {
    /// `user-pool`: the id of the user pool.
    pub user_pool: Option<UserPool>,
    /// `app-client-id`: the id of the app client for the users of the API.
    pub app_client_id: Option<String>,
    /// `domain`: the managed-login domain.
    pub domain: Option<String>,
    /// Its location, for diagnostics.
    pub span: Option<Span>,
}

/// The limits for documents. Each has an option of the same name.
#[derive(Clone, Debug)]
pub struct Limits {
    /// `bytes`: the maximum size of a file.
    pub bytes: usize,
    /// `depth`: the maximum depth of nested values.
    pub depth: usize,
    /// `nodes`: the maximum number of values of a file, and of the operations with the definitions that they refer to.
    pub nodes: usize,
    /// `types`: the maximum number of types of the schemas.
    pub types: usize,
    /// `schemes`: the maximum number of security schemes that the operations require. Each is a type parameter of the client.
    pub schemes: usize,
    /// `scopes`: the maximum number of scopes that the operations require. Each is a type.
    pub scopes: usize,
    /// `lines`: the maximum number of lines of the generated code, estimated before it is generated.
    pub lines: usize,
}

impl Limits {
    /// The highest value of a limit. Locations have 32 bits for two documents and the configuration together. Values are
    /// processed recursively, so deeper ones would need a larger stack.
    pub fn most(limit: &str) -> u32 {
        match limit {
            "depth" => 512,
            "schemes" => 1 << 10,
            "scopes" => 1 << 20,
            _ => 1 << 30,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 64 << 20,
            depth: 128,
            nodes: 1_000_000,
            types: 100_000,
            schemes: 100,
            scopes: 2_000,
            lines: 500_000,
        }
    }
}
