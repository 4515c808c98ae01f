//! Environments: where an API is deployed, with the user pools, app clients and domains of each deployment.

use crate::credential::deployment::Deployment;
use crate::credential::pool::Pool;
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// A deployment of the API `A`: its base URL, and for each authorizer the user pool, the app client and the domain of managed login.
/// Settings that it does not have are those of the document.
///
/// A generated crate has the environments of its configuration (`[environments.dev]`) in its module `environments`. Create other
/// environments in the program:
///
/// ```
/// # use cogen_runtime::{Environment, Pool};
/// # fn example<PetPool: Pool>() -> Environment<PetPool::Api> {
/// Environment::new("review-17")
///     .base_url("https://review-17.example.com")
///     .user_pool::<PetPool>("eu-west-1_Review17A")
///     .app_client_id::<PetPool>("17example")
/// # }
/// ```
pub struct Environment<A> {
    name: Cow<'static, str>,
    base_url: Option<Cow<'static, str>>,
    authorizers: Cow<'static, [EnvironmentAuthorizer]>,
    api: PhantomData<fn() -> A>,
}

/// The settings of an authorizer in an environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvironmentAuthorizer {
    name: Cow<'static, str>,
    user_pool: Option<Cow<'static, str>>,
    app_client_id: Option<Cow<'static, str>>,
    domain: Option<Cow<'static, str>>,
}

impl<A> Environment<A> {
    /// Creates an environment with the settings of the document.
    pub fn new(name: impl Into<Cow<'static, str>>) -> Self {
        Self { name: name.into(), base_url: None, authorizers: Cow::Borrowed(&[]), api: PhantomData }
    }

    /// Creates an environment of a generated crate.
    #[doc(hidden)]
    pub const fn listed(
        name: &'static str,
        base_url: Option<&'static str>,
        authorizers: &'static [EnvironmentAuthorizer],
    ) -> Self {
        let base_url = match base_url {
            Some(url) => Some(Cow::Borrowed(url)),
            None => None,
        };
        Self { name: Cow::Borrowed(name), base_url, authorizers: Cow::Borrowed(authorizers), api: PhantomData }
    }

    /// Sets the base URL, such as `https://dev.example.com/v1`.
    #[must_use]
    pub fn base_url(mut self, url: impl Into<Cow<'static, str>>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Sets the user pool of an authorizer by its id, such as `eu-west-1_AbC123456`. Its tokens must have the issuer of this pool.
    #[must_use]
    pub fn user_pool<P: Pool<Api = A>>(self, id: impl Into<Cow<'static, str>>) -> Self {
        self.with::<P>(|authorizer| authorizer.user_pool = Some(id.into()))
    }

    /// Sets the app client of an authorizer.
    #[must_use]
    pub fn app_client_id<P: Pool<Api = A>>(self, id: impl Into<Cow<'static, str>>) -> Self {
        self.with::<P>(|authorizer| authorizer.app_client_id = Some(id.into()))
    }

    /// Sets the domain of managed login of an authorizer's user pool, such as `https://auth.example.com`.
    #[must_use]
    pub fn domain<P: Pool<Api = A>>(self, url: impl Into<Cow<'static, str>>) -> Self {
        self.with::<P>(|authorizer| authorizer.domain = Some(url.into()))
    }

    /// Returns the name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the base URL; `None` if it is that of the document.
    pub fn url(&self) -> Option<&str> {
        self.base_url.as_deref()
    }

    fn with<P: Pool>(mut self, change: impl FnOnce(&mut EnvironmentAuthorizer)) -> Self {
        let authorizers = self.authorizers.to_mut();
        let at = authorizers.iter().position(|authorizer| authorizer.name == P::NAME).unwrap_or_else(|| {
            authorizers.push(EnvironmentAuthorizer::listed(P::NAME, None, None, None));
            authorizers.len() - 1
        });
        if let Some(authorizer) = authorizers.get_mut(at) {
            change(authorizer);
        }
        self
    }

    pub(crate) fn of<P: Pool>(&self) -> Option<&EnvironmentAuthorizer> {
        self.authorizers.iter().find(|authorizer| authorizer.name == P::NAME)
    }

    /// The settings for the pool `P`.
    pub(crate) fn deployed<P: Pool>(&self) -> Deployment {
        let own = self.of::<P>();
        Deployment {
            pool_id: own.and_then(|own| own.user_pool.as_deref()).map(str::to_owned),
            endpoint: None,
            own_app_client: own.is_some_and(|own| own.app_client_id.is_some()),
        }
    }
}

impl EnvironmentAuthorizer {
    /// Creates the settings of a generated crate.
    #[doc(hidden)]
    pub const fn listed(
        name: &'static str,
        user_pool: Option<&'static str>,
        app_client_id: Option<&'static str>,
        domain: Option<&'static str>,
    ) -> Self {
        const fn text(text: Option<&'static str>) -> Option<Cow<'static, str>> {
            match text {
                Some(text) => Some(Cow::Borrowed(text)),
                None => None,
            }
        }
        Self {
            name: Cow::Borrowed(name),
            user_pool: text(user_pool),
            app_client_id: text(app_client_id),
            domain: text(domain),
        }
    }

    /// Returns the name of the authorizer in the document.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the id of the user pool.
    pub fn user_pool(&self) -> Option<&str> {
        self.user_pool.as_deref()
    }

    /// Returns the id of the app client.
    pub fn app_client_id(&self) -> Option<&str> {
        self.app_client_id.as_deref()
    }

    /// Returns the domain of managed login.
    pub fn domain(&self) -> Option<&str> {
        self.domain.as_deref()
    }
}

impl<A> Clone for Environment<A> {
    fn clone(&self) -> Self {
        Self {
            name: self.name.clone(),
            base_url: self.base_url.clone(),
            authorizers: self.authorizers.clone(),
            api: PhantomData,
        }
    }
}

impl<A> fmt::Debug for Environment<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environment")
            .field("name", &self.name)
            .field("base_url", &self.base_url)
            .field("authorizers", &self.authorizers)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::pool::{Api, PetPool};

    const DEV: Environment<Api> = Environment::listed(
        "dev",
        Some("https://dev.example.com"),
        const { &[EnvironmentAuthorizer::listed("PetPool", Some("us-east-1_Dev1"), Some("dev"), None)] },
    );

    #[test]
    fn the_settings_of_an_environment_replace_those_of_the_document() {
        assert_eq!((DEV.name(), DEV.url()), ("dev", Some("https://dev.example.com")));
        let deployed = DEV.deployed::<PetPool>();
        assert_eq!((deployed.pool_id.as_deref(), deployed.own_app_client), (Some("us-east-1_Dev1"), true));
        let own = Environment::<Api>::new("own").domain::<PetPool>("https://auth.example.com");
        assert_eq!(own.deployed::<PetPool>(), Deployment::default());
        let own = own.user_pool::<PetPool>("us-east-1_Own1");
        let authorizer = own.of::<PetPool>().map(|it| (it.user_pool(), it.domain(), it.app_client_id()));
        assert_eq!(authorizer, Some((Some("us-east-1_Own1"), Some("https://auth.example.com"), None)));
    }
}
