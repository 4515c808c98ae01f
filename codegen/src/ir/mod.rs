//! The API between `lower` and `emit`: names, types and authorization are decided. It contains no OpenAPI and no tokens.

pub mod auth;
pub mod body;
pub mod environment;
pub mod extent;
pub mod ident;
pub mod operation;
pub mod schemes;
pub mod size;
pub mod types;

use crate::ir::auth::Auth;
use crate::ir::environment::Environment;
use crate::ir::operation::Operation;
use crate::ir::types::TypeDef;

/// A whole API, from which code is generated.
#[derive(Clone, Debug)]
pub struct Api {
    /// The document's `info.title`.
    pub title: String,
    /// The document's `info.description`.
    pub description: Option<String>,
    /// The document's `info.version`, free text: in an export it is a timestamp.
    pub version: Option<String>,
    /// The base URL in the document, absolute, without a trailing slash; `None` if it has no usable one.
    pub base_url: Option<String>,
    /// Authorizers, scopes and distinct requirements.
    pub auth: Auth,
    /// The deployments that the configuration lists.
    pub environments: Vec<Environment>,
    /// All types; a [`types::TypeId`] is an index into it.
    pub types: Vec<TypeDef>,
    /// All operations in document order, the skipped ones among them.
    pub operations: Vec<Operation>,
}
