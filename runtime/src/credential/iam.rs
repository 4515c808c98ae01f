//! AWS credentials for operations with IAM authorization.

use crate::boxed::BoxFuture;
use crate::secret::Secret;
use crate::token::error::TokenError;
use std::fmt;
use std::sync::Arc;

/// AWS credentials that sign calls with Signature Version 4, and the region to sign for.
///
/// The region is taken from an `execute-api` base URL or from the document. For a custom domain set it with [`Iam::region`].
///
/// ```
/// use cogen_runtime::Iam;
///
/// let iam = Iam::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", None).region("eu-central-1");
/// # let _ = iam;
/// ```
///
/// Keys of the default credential provider chain come from `Iam::from_default_chain` (feature `aws-config`), keys of a signed-in user
/// from `IdentityPool` (feature `identity-pool`).
#[derive(Clone)]
pub struct Iam {
    pub(crate) provider: Arc<dyn AwsCredentialsProvider>,
    pub(crate) region: Option<String>,
}

impl Iam {
    /// Creates credentials from fixed keys. Temporary keys have a session token.
    pub fn new(access_key_id: impl Into<String>, secret: impl Into<Secret>, session_token: Option<Secret>) -> Self {
        let (access_key_id, secret_access_key) = (access_key_id.into(), secret.into());
        Self::from_provider(Fixed(AwsCredentials { access_key_id, secret_access_key, session_token }))
    }

    /// Creates credentials from a provider, which returns the keys of each call.
    pub fn from_provider(provider: impl AwsCredentialsProvider + 'static) -> Self {
        Self { provider: Arc::new(provider), region: None }
    }

    /// Sets the region to sign for, such as `eu-central-1`.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }
}

/// A credential that signs calls: [`Iam`], or a type that converts into it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not sign calls: this slot takes AWS credentials",
    label = "expected an `Iam`",
    note = "of a signed-in user: `IdentityPool::new(..).signed_in(session)?` (feature `identity-pool`); of this machine: \
            `Iam::from_default_chain().await?` (feature `aws-config`); of fixed keys: `Iam::new(id, secret, None)`"
)]
pub trait SigningCredentials {
    /// Returns the credential as [`Iam`].
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

/// An AWS access key.
#[derive(Clone)]
pub struct AwsCredentials {
    /// The access key id.
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

/// A source of valid AWS keys: the default credential provider chain, an identity pool, a secret store.
pub trait AwsCredentialsProvider: Send + Sync {
    /// Returns keys that are valid now.
    ///
    /// # Errors
    /// [`TokenError::unavailable`] if it can succeed later, [`TokenError::ended`] if the user has to sign in again.
    fn credentials(&self) -> BoxFuture<'_, Result<AwsCredentials, TokenError>>;
}

struct Fixed(AwsCredentials);

impl AwsCredentialsProvider for Fixed {
    fn credentials(&self) -> BoxFuture<'_, Result<AwsCredentials, TokenError>> {
        Box::pin(std::future::ready(Ok(self.0.clone())))
    }
}
