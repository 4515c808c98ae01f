//! Environments: deployments of the API that the configuration lists.

use crate::ir::ident::Ident;

/// A deployment of the API.
#[derive(Clone, Debug)]
pub struct Environment {
    /// Its name in the configuration.
    pub name: String,
    /// The name of its constant: `DEV`.
    pub constant: Ident,
    /// Its base URL, without a trailing slash; `None` for that of the document.
    pub base_url: Option<String>,
    /// Its values for authorizers.
    pub authorizers: Vec<EnvironmentAuthorizer>,
}

/// An authorizer in an environment. Absent values are those of the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvironmentAuthorizer {
    /// Its name in the document; if one type represents several schemes, the name of the first.
    pub key: String,
    /// The id of the user pool.
    pub user_pool: Option<String>,
    /// The app client.
    pub app_client_id: Option<String>,
    /// The domain of the managed login.
    pub domain: Option<String>,
}
