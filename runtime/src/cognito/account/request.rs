//! A request of account self-service with values for the Lambda triggers and the threat protection of the pool.

use crate::auth::error::AuthError;
use crate::boxed::BoxFuture;
use crate::cognito::account::{ConfirmedSignUp, SignedUp, listed};
use crate::secret::Secret;
use aws_sdk_cognitoidentityprovider::types::{AttributeType, UserContextDataType};
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::future::{Future, IntoFuture};
use std::marker::PhantomData;

/// A request for an account. `.await` sends it, once, since it sends a message or counts as an attempt.
///
/// The values that can be added are those that the API takes: `Takes` is [`WithContext`] for requests before the sign-in, and
/// [`MetadataOnly`] for those of a signed-in user.
#[must_use = "nothing is sent until it is awaited"]
pub struct AccountRequest<'a, T, Takes = WithContext> {
    values: RequestValues,
    send: Box<Send<'a, T>>,
    takes: PhantomData<fn() -> Takes>,
}

/// The request takes metadata and the fingerprint of the device.
#[derive(Clone, Copy, Debug)]
pub enum WithContext {}

/// The request takes metadata.
#[derive(Clone, Copy, Debug)]
pub enum MetadataOnly {}

type Send<'a, T> = dyn FnOnce(RequestValues) -> BoxFuture<'a, Result<T, AuthError>> + std::marker::Send + 'a;

/// The values that a program adds to a request.
#[derive(Default)]
pub(crate) struct RequestValues {
    metadata: BTreeMap<String, String>,
    context: Option<Secret>,
    pub validation: Vec<(String, String)>,
    pub session: Option<Secret>,
    pub replaces_alias: bool,
}

impl<'a, T, Takes> AccountRequest<'a, T, Takes> {
    pub(crate) fn new<Sent>(send: impl FnOnce(RequestValues) -> Sent + std::marker::Send + 'a) -> Self
    where
        Sent: Future<Output = Result<T, AuthError>> + std::marker::Send + 'a,
    {
        let send = Box::new(|values| Box::pin(send(values)) as BoxFuture<'a, _>);
        Self { values: RequestValues::default(), send, takes: PhantomData }
    }

    /// Adds a value for the Lambda triggers of the pool (`ClientMetadata`). It must not be a secret.
    pub fn metadata(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.values.metadata.insert(name.into(), value.into());
        self
    }
}

impl<T> AccountRequest<'_, T> {
    /// Sets the device fingerprint for threat protection (`UserContextData.EncodedData`).
    pub fn context_data(mut self, encoded: impl Into<Secret>) -> Self {
        self.values.context = Some(encoded.into());
        self
    }
}

impl AccountRequest<'_, SignedUp> {
    /// Adds a value for the pre sign-up trigger of the pool (`ValidationData`), which is not stored.
    pub fn validation(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.values.validation.push((name.into(), value.into()));
        self
    }
}

impl<P> AccountRequest<'_, ConfirmedSignUp<P>> {
    /// Sets the session of the sign-up ([`SignedUp::session`]), so that the user can be signed in by
    /// [`ConfirmedSignUp::sign_in`].
    pub fn session(mut self, session: impl Into<Secret>) -> Self {
        self.values.session = Some(session.into());
        self
    }

    /// Moves the e-mail address or phone number from another account that has it (`ForceAliasCreation`).
    pub fn replace_alias(mut self) -> Self {
        self.values.replaces_alias = true;
        self
    }
}

impl RequestValues {
    pub(crate) fn metadata(&self) -> Option<HashMap<String, String>> {
        (!self.metadata.is_empty()).then(|| self.metadata.clone().into_iter().collect())
    }

    pub(crate) fn context(&self) -> Option<UserContextDataType> {
        let encoded = self.context.as_ref()?;
        Some(UserContextDataType::builder().encoded_data(encoded.expose()).build())
    }

    pub(crate) fn validation(&self) -> Result<Option<Vec<AttributeType>>, AuthError> {
        let listed = listed("SignUp", self.validation.iter().cloned())?;
        Ok((!listed.is_empty()).then_some(listed))
    }
}

impl<'a, T, Takes> IntoFuture for AccountRequest<'a, T, Takes> {
    type Output = Result<T, AuthError>;
    type IntoFuture = BoxFuture<'a, Result<T, AuthError>>;

    fn into_future(self) -> Self::IntoFuture {
        (self.send)(self.values)
    }
}

impl<T, Takes> fmt::Debug for AccountRequest<'_, T, Takes> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccountRequest { .. }")
    }
}
