//! AWS Signature Version 4, for operations that IAM authorizes.

use crate::secret::Secret;
use crate::token::BoxFuture;
use crate::token_error::TokenError;
use std::fmt;
use std::sync::Arc;
use url::Url;

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

/// The region in the host of an API: `{id}.execute-api.{region}.amazonaws.com` and its like in other partitions.
pub(crate) fn region_of(url: &Url) -> Option<&str> {
    let mut labels = url.host_str()?.split('.');
    let (_, service, region, suffix) = (labels.next()?, labels.next()?, labels.next()?, labels.next()?);
    (service == "execute-api" && matches!(suffix, "amazonaws" | "api") && is_region(region)).then_some(region)
}

/// Whether a text can be a region: one DNS label. A list of regions would be out of date.
pub(crate) fn is_region(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=63).contains(&text.len()) && text.bytes().all(inner) && !text.starts_with('-') && !text.ends_with('-')
}

#[cfg(feature = "sigv4")]
pub(crate) use signing::sign;

/// Without the feature nothing can be signed; a client with IAM credentials isn't even built.
#[cfg(not(feature = "sigv4"))]
pub(crate) fn sign(
    _: &AwsCredentials,
    _: &str,
    _: &http::Method,
    _: &Url,
    _: &mut http::HeaderMap,
    _: &[u8],
    _: std::time::SystemTime,
) -> Result<(), String> {
    Err("this build of cogen-runtime can't sign: turn on its feature `sigv4`".to_owned())
}

#[cfg(feature = "sigv4")]
mod signing {
    use super::AwsCredentials;
    use aws_credential_types::Credentials;
    use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign as sigv4};
    use aws_sigv4::sign::v4::SigningParams;
    use http::header::{AUTHORIZATION, CONTENT_TYPE};
    use http::{HeaderMap, HeaderName, HeaderValue, Method};
    use std::time::SystemTime;
    use url::Url;

    /// Signs a request as it will be sent: puts `authorization`, `x-amz-date` and `x-amz-security-token` on it.
    ///
    /// Signed are method, URL, host, body, content type and all `x-amz-` headers: what proxies leave as it is.
    pub(crate) fn sign(
        credentials: &AwsCredentials,
        region: &str,
        method: &Method,
        url: &Url,
        headers: &mut HeaderMap,
        body: &[u8],
        now: SystemTime,
    ) -> Result<(), String> {
        let token = credentials.session_token.as_ref().map(|token| token.expose().to_owned());
        let (id, key) = (credentials.access_key_id.as_str(), credentials.secret_access_key.expose());
        let identity = Credentials::new(id, key, token, None, "cogen").into();
        let params = SigningParams::builder()
            .identity(&identity)
            .region(region)
            .name("execute-api")
            .time(now)
            .settings(SigningSettings::default())
            .build()
            .map_err(|error| error.to_string())?;
        headers.remove(AUTHORIZATION);
        let signed = headers.iter().filter(|(name, _)| **name == CONTENT_TYPE || name.as_str().starts_with("x-amz-"));
        let signed = signed.filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
        let request = SignableRequest::new(method.as_str(), url.as_str(), signed, SignableBody::Bytes(body));
        let request = request.map_err(|_| "the request can't be signed".to_owned())?;
        let signed = sigv4(request, &params.into()).map_err(|_| "the request can't be signed".to_owned())?;
        let (instructions, _) = signed.into_parts();
        for (name, value) in instructions.headers() {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|error| error.to_string())?;
            let mut value = HeaderValue::from_str(value).map_err(|_| unsendable())?;
            value.set_sensitive(true);
            headers.insert(name, value);
        }
        Ok(())
    }

    fn unsendable() -> String {
        "the AWS keys hold a character that no header may hold".to_owned()
    }
}
