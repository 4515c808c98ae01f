//! Environments: deployments of the API that the configuration lists.

use crate::ir::ident::Ident;

/// A deployment of the API.
#[derive(Clone, Debug)]
pub struct Environment {
    /// Its name in the configuration.
    pub name: String,
    /// The name of its constant: `DEV`.
    pub constant: Ident,
    /// Where it is, without a trailing slash; `None` where the document says.
    pub base_url: Option<String>,
    /// What it says of authorizers.
    pub authorizers: Vec<EnvironmentAuthorizer>,
}

/// An authorizer in an environment. What is not there is as in the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvironmentAuthorizer {
    /// Its name in the document; where one marker stands for several schemes, the first one's.
    pub key: String,
    /// The id of the user pool.
    pub user_pool: Option<String>,
    /// The app client.
    pub app_client_id: Option<String>,
    /// The domain of the managed login.
    pub domain: Option<String>,
}
