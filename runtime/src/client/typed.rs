//! The core of a generated client and its builder, with the types of the client's credentials.

use crate::client::build_error::BuildError;
use crate::client::{builder::CoreBuilder, core::Core};
use crate::contract::api::Api;
use crate::credential::environment::Environment;
use crate::credential::kinds::AnyCredential;
use crate::request::hooks::Hook;
use crate::request::retry::Retry;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::time::Duration;

/// A [`Core`] with the types of the credentials in its slots, as a tuple.
pub struct TypedCore<S> {
    core: Core,
    slots: PhantomData<fn() -> S>,
}

impl<S> TypedCore<S> {
    /// The same core with other types; it holds the same credentials.
    pub fn retyped<T>(&self) -> TypedCore<T> {
        TypedCore { core: self.core.clone(), slots: PhantomData }
    }
}

impl<S> TypedCore<S> {
    /// See [`Core::with`]. It changes the type of the slot.
    pub fn with<T>(&self, index: usize, credential: AnyCredential) -> TypedCore<T> {
        TypedCore { core: self.core.with(index, credential), slots: PhantomData }
    }
}

impl<S> Deref for TypedCore<S> {
    type Target = Core;

    fn deref(&self) -> &Core {
        &self.core
    }
}

impl<S> Clone for TypedCore<S> {
    fn clone(&self) -> Self {
        self.retyped()
    }
}

impl<S> fmt::Debug for TypedCore<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.core.fmt(f)
    }
}

/// A [`CoreBuilder`] with the types of the credentials in its slots, as a tuple.
#[must_use]
pub struct TypedBuilder<S> {
    builder: CoreBuilder,
    slots: PhantomData<fn() -> S>,
}

impl<S> TypedBuilder<S> {
    /// A builder with empty slots.
    pub fn new(api: &'static Api) -> Self {
        Self { builder: CoreBuilder::new(api), slots: PhantomData }
    }

    /// See [`CoreBuilder::base_url`].
    pub fn base_url(self, url: String) -> Self {
        Self { builder: self.builder.base_url(url), ..self }
    }

    /// See [`CoreBuilder::environment`].
    pub fn environment<A>(self, environment: &Environment<A>) -> Self {
        Self { builder: self.builder.environment(environment), ..self }
    }

    /// See [`CoreBuilder::allow_http`].
    pub fn allow_http(self) -> Self {
        Self { builder: self.builder.allow_http(), ..self }
    }

    /// See [`CoreBuilder::http_client`].
    pub fn http_client(self, client: reqwest::Client) -> Self {
        Self { builder: self.builder.http_client(client), ..self }
    }

    /// See [`CoreBuilder::timeout`].
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { builder: self.builder.timeout(timeout), ..self }
    }

    /// See [`CoreBuilder::retry`].
    pub fn retry(self, retry: Retry) -> Self {
        Self { builder: self.builder.retry(retry), ..self }
    }

    /// See [`CoreBuilder::hook`].
    pub fn hook(self, hook: impl Hook + 'static) -> Self {
        Self { builder: self.builder.hook(hook), ..self }
    }

    /// See [`CoreBuilder::max_response_bytes`].
    pub fn max_response_bytes(self, bytes: usize) -> Self {
        Self { builder: self.builder.max_response_bytes(bytes), ..self }
    }

    /// Sets the credential of a slot, which changes the type of that slot.
    pub fn slot<T>(self, index: usize, credential: AnyCredential) -> TypedBuilder<T> {
        TypedBuilder { builder: self.builder.slot(index, credential), slots: PhantomData }
    }

    /// Builds the core.
    ///
    /// # Errors
    /// See [`CoreBuilder::build`].
    pub fn build(self) -> Result<TypedCore<S>, BuildError> {
        Ok(TypedCore { core: self.builder.build()?, slots: PhantomData })
    }
}

impl<S> fmt::Debug for TypedBuilder<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.builder.fmt(f)
    }
}
