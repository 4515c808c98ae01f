//! Every option once: the keys of `cogen.toml`, which flags and setters override.

use crate::crate_name;
use crate::diagnostics::Span;
use crate::ir::ident::Ident;
use indexmap::IndexMap;

/// What a run is told beside the document. The field docs give the key of `cogen.toml`.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `[crate] name`: the name of the generated crate; by default made from the document's title.
    pub crate_name: Option<String>,
    /// `[crate] version`: by default `0.1.0`; a document's own version is no SemVer.
    pub crate_version: Option<String>,
    /// `[runtime]`: where the generated crate finds `cogen-runtime`.
    pub runtime: Runtime,
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
    /// `[skip] operations`: by `operationId` or by `METHOD /path`.
    pub skip_operations: Vec<String>,
    /// `[limits]`: what a document may cost.
    pub limits: Limits,
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
    /// A version requirement; by default this cogen's own.
    pub version: Option<String>,
    /// Cargo features of the runtime.
    pub features: Vec<String>,
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
    pub kind: Option<String>,
    /// `header-form`: `Some(true)` = `bearer`, `Some(false)` = `bare`.
    pub bearer: Option<bool>,
    /// `user-pools`: ids such as `us-east-1_AbC123`, for an authorizer without ARNs.
    pub user_pools: Vec<String>,
    /// `identity-sources`: `header:NAME` or `query:NAME`, for a Lambda authorizer that exports none.
    pub identity_sources: Vec<String>,
    /// `app-client-id`: what the API's developer hands to its users.
    pub app_client_id: Option<String>,
    /// `domain`: the managed-login domain, `https://auth.example.com`.
    pub domain: Option<String>,
    /// `region`: the region to sign for (IAM).
    pub region: Option<String>,
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
