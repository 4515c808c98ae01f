//! The user pools, issuers and audiences that an authorizer accepts.

use crate::config::options::AuthorizerOptions;
use crate::ir::schemes::{Audiences, UserPool};

/// The user pools, issuers and audiences that an authorizer accepts, as far as they are in the document and the configuration.
#[derive(Clone, Debug, Default)]
pub struct Accepted {
    /// The user pools.
    pub user_pools: Vec<UserPool>,
    /// The issuers: those of the user pools, and others.
    pub issuers: Vec<String>,
    /// The audiences.
    pub audiences: Audiences,
}

impl Accepted {
    /// The configured `user-pools` and `issuers`.
    pub fn configured(config: Option<&AuthorizerOptions>) -> Self {
        let mut accepted = Self::default();
        let Some(config) = config else { return accepted };
        config.user_pools.iter().cloned().for_each(|pool| accepted.pool(pool));
        config.issuers.iter().for_each(|issuer| accepted.issuer(issuer));
        accepted
    }

    /// Whether all issuers are user pools.
    pub fn is_of_pools(&self) -> bool {
        !self.issuers.is_empty() && self.issuers.iter().all(|issuer| UserPool::of_issuer(issuer).is_some())
    }

    /// Adds a user pool and its issuer.
    pub fn pool(&mut self, pool: UserPool) {
        let issuer = pool.issuer();
        if !self.user_pools.iter().any(|known| known.id == pool.id) {
            self.user_pools.push(pool);
        }
        if !self.issuers.contains(&issuer) {
            self.issuers.push(issuer);
        }
    }

    /// Adds an issuer, and its user pool if it is that of one.
    pub fn issuer(&mut self, issuer: &str) {
        let pool = UserPool::of_issuer(issuer).filter(|pool| !self.user_pools.iter().any(|known| known.id == pool.id));
        self.user_pools.extend(pool);
        if !self.issuers.iter().any(|known| known == issuer) {
            self.issuers.push(issuer.to_owned());
        }
    }
}
