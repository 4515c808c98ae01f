//! Every option once: the keys of `cogen.toml`, which flags and setters override.

use crate::config::crate_name;
use crate::diagnostics::report::Span;
use crate::ir::auth::{SchemeKind, SourceLocation, UserPool};
use crate::ir::ident::Ident;
use indexmap::IndexMap;
use rustc_hash::FxHashMap;

/// What a run is told beside the document. The field docs give the key of `cogen.toml`.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `[crate] name`: the name of the generated crate; by default made from the document's title.
    pub crate_name: Option<String>,
    /// `[crate] version`: by default `0.1.0`; a document's own version is no SemVer.
    pub crate_version: Option<String>,
    /// `[runtime]`: where the generated crate finds `cogen-runtime`.
    pub runtime: Runtime,
    /// `[package]`: further keys of the generated crate's manifest, as they are written.
    pub package: IndexMap<String, toml_edit::Value>,
    /// `[dependencies]`: further dependencies of the generated crate, as they are written; a `path` counts from the crate.
    pub dependencies: IndexMap<String, toml_edit::Value>,
    /// `[api] schemas`: a source document beside an export, which describes what the export does not; a path below the
    /// directory of `cogen.toml`.
    pub schemas: Option<String>,
    /// `[api] files`: further files of the document (with `--schemas`, of the source document), relative to its directory.
    pub files: Vec<String>,
    /// `[api] resource`: the logical id of the API in a template of CloudFormation, SAM or the CDK with several.
    pub resource: Option<String>,
    /// `[api] base-url`: overrides the document's servers. Normalised, without a trailing slash.
    pub base_url: Option<String>,
    /// `[api] include-cors`: also generate mock `OPTIONS` operations.
    pub include_cors: bool,
    /// `[api] keep-going`: leave out what has errors instead of refusing the document.
    pub keep_going: bool,
    /// `[api] single-file`: one `.rs` instead of a crate.
    pub single_file: bool,
    /// `[api] security`: whose rules a `security` list follows.
    pub security: SecurityMode,
    /// `[security] open`: the operations that may be open, by `operationId` or by `METHOD /path`; with it, every other open
    /// operation is an error.
    pub open_operations: Option<Vec<String>>,
    /// `[server-variables]`: values for the variables of `servers`.
    pub server_variables: IndexMap<String, String>,
    /// `[values]`: values for `${…}` placeholders and CloudFormation references, by their name.
    pub values: IndexMap<String, String>,
    /// `[rename.operations]`: by `operationId` or by `METHOD /path`.
    pub rename_operations: IndexMap<String, Rename>,
    /// `[rename.types]`: by the name in `components.schemas` or by the generated name.
    pub rename_types: IndexMap<String, Rename>,
    /// `[types.replace]`: a type of the user's own in place of a named schema; the segments of an absolute path.
    pub replace_types: IndexMap<String, Vec<Ident>>,
    /// `[authorizers.NAME]`: what the document does not say of a security scheme.
    pub authorizers: IndexMap<String, AuthorizerOptions>,
    /// `[environments.NAME]`: further deployments of the API, which the program chooses from.
    pub environments: IndexMap<String, EnvironmentOptions>,
    /// `[skip] operations`: by `operationId` or by `METHOD /path`.
    pub skip_operations: Vec<String>,
    /// `[limits]`: what a document may cost.
    pub limits: Limits,
    /// Where the configuration names things of the document, for diagnostics.
    pub places: Places,
}

/// The places of keys and list elements that are names of things in the document.
#[derive(Clone, Debug, Default)]
pub struct Places(FxHashMap<(&'static str, String), Span>);

impl Places {
    /// Keeps the place of a name in a table or list, such as `rename.types`.
    pub fn keep(&mut self, table: &'static str, name: &str, place: Span) {
        self.0.insert((table, name.to_owned()), place);
    }

    /// The place of a name; `None` where the options were not read from a file.
    pub fn of(&self, table: &'static str, name: &str) -> Option<Span> {
        self.0.get(&(table, name.to_owned())).copied()
    }
}

impl Options {
    /// The name of the generated crate: the configured one, or one made from the document's title
    /// (`Swagger Petstore` gives `swagger-petstore`).
    pub fn crate_name_for(&self, title: &str) -> String {
        self.crate_name.clone().unwrap_or_else(|| crate_name::from_title(title))
    }

    /// The name that the configuration gives to an operation, with its key: by its route or by its `operationId`.
    pub fn operation_rename(&self, route: &str, id: Option<&str>) -> Option<(&String, &Rename)> {
        self.rename_operations.get_key_value(route).or_else(|| self.rename_operations.get_key_value(id?))
    }
}

/// A name that the configuration gives to an operation or a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rename {
    /// The name.
    pub name: Ident,
    /// Where it is given, for diagnostics.
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
    /// A directory, written as it is given.
    pub path: Option<String>,
    /// A git repository.
    pub git: Option<String>,
    /// `rev`, `tag` or `branch`: what is taken of the repository.
    pub reference: Option<GitReference>,
    /// A version requirement; by default this cogen's own.
    pub version: Option<String>,
    /// Cargo features of the runtime, beside those that the document needs.
    pub features: Vec<String>,
    /// `default-features = false`: without TLS of the runtime's own.
    pub no_default_features: bool,
}

/// What is taken of a git repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GitReference {
    /// A commit.
    Rev(String),
    /// A tag.
    Tag(String),
    /// The newest commit of a branch.
    Branch(String),
}

/// Whose rules a `security` list follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SecurityMode {
    /// The gateway's where the document holds gateway extensions, else OpenAPI's.
    #[default]
    Auto,
    /// API Gateway's: the items of a list are needed together.
    Gateway,
    /// OpenAPI's: the items of a list are alternatives.
    OpenApi,
}

/// What the document does not say of a security scheme.
#[derive(Clone, Debug, Default)]
pub struct AuthorizerOptions {
    /// `kind`: binds a scheme that the document does not define; the names that `inspect` prints.
    pub kind: Option<SchemeKind>,
    /// `header-form`: what is before a token in its header.
    pub header_form: Option<HeaderForm>,
    /// `user-pools`: ids such as `us-east-1_AbC123`, for an authorizer without ARNs.
    pub user_pools: Vec<UserPool>,
    /// `issuers`: further issuers of the tokens that the authorizer accepts; one of a user pool names the pool.
    pub issuers: Vec<String>,
    /// `identity-sources`: `header:NAME` or `query:NAME`, for a Lambda authorizer that exports none; an empty list where it
    /// reads nothing that a client sends.
    pub identity_sources: Option<Vec<IdentitySource>>,
    /// `app-client-id`: what the API's developer hands to its users.
    pub app_client_id: Option<String>,
    /// `domain`: the managed-login domain, `https://auth.example.com`.
    pub domain: Option<String>,
    /// `region`: the region to sign for (IAM).
    pub region: Option<String>,
}

/// What is before a token in its header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderForm {
    /// `bearer`: the word `Bearer` and a space.
    Bearer,
    /// `bare`: nothing.
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

/// A deployment of the API. What is not said is as in the document.
#[derive(Clone, Debug)]
pub struct EnvironmentOptions {
    /// The name of its constant, made from its own: `DEV`.
    pub constant: Ident,
    /// `base-url`: where it is. Normalised, without a trailing slash.
    pub base_url: Option<String>,
    /// `[environments.NAME.authorizers.X]`: by the security scheme's name in the document.
    pub authorizers: IndexMap<String, EnvironmentAuthorizerOptions>,
}

/// An authorizer in an environment.
#[derive(Clone, Debug, Default)]
pub struct EnvironmentAuthorizerOptions {
    /// `user-pool`: the id of the user pool.
    pub user_pool: Option<UserPool>,
    /// `app-client-id`: what the API's developer hands to its users.
    pub app_client_id: Option<String>,
    /// `domain`: the managed-login domain.
    pub domain: Option<String>,
    /// Where it stands, for diagnostics.
    pub span: Option<Span>,
}

/// What a document may cost before it is refused; each number has an option of the same name.
#[derive(Clone, Debug)]
pub struct Limits {
    /// `bytes`: the size of a file.
    pub bytes: usize,
    /// `depth`: how deep values may nest.
    pub depth: usize,
    /// `nodes`: how many values there may be, and to how many the operations may come with what they refer to.
    pub nodes: usize,
    /// `types`: how many types may come out of the schemas.
    pub types: usize,
    /// `schemes`: how many security schemes the operations may demand; each is a type parameter of the client.
    pub schemes: usize,
    /// `scopes`: how many scopes they may demand; each is a type.
    pub scopes: usize,
    /// `lines`: how many lines the generated code may have, as it is estimated before it is written.
    pub lines: usize,
}

impl Limits {
    /// The highest value of a limit. Places are 32 bits wide, and two documents and the configuration share them; values are
    /// walked by recursion, so that deeper ones would need a larger stack.
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
