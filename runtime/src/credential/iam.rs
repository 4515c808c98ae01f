//! AWS Signature Version 4, for operations that IAM authorizes.

use crate::boxed::BoxFuture;
use crate::secret::Secret;
use crate::token::error::TokenError;
use std::fmt;
use std::sync::Arc;

/// AWS credentials to sign calls with, and the region to sign them for.
///
/// The region is found by itself where the base URL is an `execute-api` one or the generator was told; a custom
/// domain doesn't show it, and then [`Iam::region`] is needed.
#[derive(Clone)]
pub struct Iam {
    pub(crate) provider: Arc<dyn AwsCredentialsProvider>,
    pub(crate) region: Option<String>,
}

impl Iam {
    /// Signs with fixed keys; temporary ones come with a session token.
    pub fn new(access_key_id: impl Into<String>, secret: impl Into<Secret>, session_token: Option<Secret>) -> Self {
        let (access_key_id, secret_access_key) = (access_key_id.into(), secret.into());
        Self::from_provider(Fixed(AwsCredentials { access_key_id, secret_access_key, session_token }))
    }

    /// Signs with whatever keys the provider has at the time.
    pub fn from_provider(provider: impl AwsCredentialsProvider + 'static) -> Self {
        Self { provider: Arc::new(provider), region: None }
    }

    /// Signs for this region, `eu-central-1`.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }
}

/// What signs calls: [`Iam`], or what becomes one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not sign calls: this slot takes AWS credentials",
    label = "expected an `Iam`",
    note = "of the user of a session: `IdentityPool::new(..).signed_in(session)?` (feature `identity-pool`); of this machine: \
            `Iam::from_default_chain().await?` (feature `aws-config`); of keys that are there: `Iam::new(id, secret, None)`"
)]
pub trait SigningCredentials {
    /// As that.
    fn into_iam(self) -> Iam;
}

#[diagnostic::do_not_recommend]
impl<T: Into<Iam>> SigningCredentials for T {
    fn into_iam(self) -> Iam {
        self.into()
    }
}

impl fmt::Debug for Iam {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Iam").field("region", &self.region).finish_non_exhaustive()
    }
}

/// AWS keys.
#[derive(Clone)]
pub struct AwsCredentials {
    /// The access key's id.
    pub access_key_id: String,
    /// The secret access key.
    pub secret_access_key: Secret,
    /// The session token of temporary keys.
    pub session_token: Option<Secret>,
}

impl fmt::Debug for AwsCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AwsCredentials(..)")
    }
}

/// Hands out AWS keys that are valid now: the ordinary chain, an identity pool, a vault.
pub trait AwsCredentialsProvider: Send + Sync {
    /// Keys that are valid now.
    ///
    /// # Errors
    /// [`TokenError::unavailable`] if it may work later, [`TokenError::ended`] if the user has to sign in again.
    fn credentials(&self) -> BoxFuture<'_, Result<AwsCredentials, TokenError>>;
}

struct Fixed(AwsCredentials);

impl AwsCredentialsProvider for Fixed {
    fn credentials(&self) -> BoxFuture<'_, Result<AwsCredentials, TokenError>> {
        Box::pin(std::future::ready(Ok(self.0.clone())))
    }
}
