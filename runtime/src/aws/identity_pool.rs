//! AWS keys from a Cognito identity pool: an ID token is exchanged for temporary keys of a role (the enhanced flow).

use crate::aws::keys::{KeyCache, Keys};
use crate::aws::sdk_http::ReqwestConnector;
use crate::aws::sdk_retry::OnlyIfNotDone;
use crate::boxed::BoxFuture;
use crate::client::build_error::BuildError;
use crate::client::http_client::{client_for, place_of};
use crate::clock::{Clock, SystemClock};
use crate::contract::api::TokenKind;
use crate::contract::grants::{Slot, Yes};
use crate::credential::iam::{AwsCredentials, AwsCredentialsProvider, Iam};
use crate::credential::kinds::{AnyCredential, Credential};
use crate::credential::offered::TokenCredential;
use crate::credential::pool::Pool;
use crate::region::is_region;
use crate::secret::Secret;
use crate::token::bearer_token::BearerToken;
use crate::token::claims::UnverifiedClaims;
use crate::token::error::{TokenError, TokenErrorKind};
use crate::token::issuer;
use crate::token::issuer::PoolIssuer;
use crate::token::provider::TokenProvider;
use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::config::{BehaviorVersion, Builder, Region, StalledStreamProtectionConfig};
use aws_sdk_cognitoidentity::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_cognitoidentity::operation::RequestId;
use aws_sdk_cognitoidentity::types::Credentials;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

/// A Cognito identity pool, which issues AWS keys for the users of a user pool, and for guests if it allows them.
///
/// ```no_run
/// # fn example<PetPool: cogen_runtime::Pool>(session: cogen_runtime::UserSession<PetPool>) -> Result<(), cogen_runtime::BuildError> {
/// use cogen_runtime::IdentityPool;
///
/// let iam = IdentityPool::new("eu-west-1:11111111-2222-3333-4444-555555555555").signed_in(session)?;
/// # let _ = iam;
/// # Ok(())
/// # }
/// ```
///
/// The keys are cached, replaced before they expire with the current ID token of the session, and dropped when another user signs in. Source: "Identity pools authentication flow" in the Amazon Cognito Developer Guide.
#[derive(Clone)]
pub struct IdentityPool {
    id: String,
    region: Option<String>,
    endpoint: Option<String>,
    http: Option<reqwest::Client>,
    role_arn: Option<String>,
    login: Option<String>,
    timeout: Duration,
    clock: Arc<dyn Clock>,
}

/// A credential with an ID token, which an identity pool requires.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no ID token, which the identity pool requires",
    label = "expected a `UserSession` or an `IdToken`",
    note = "sign a user in: client credentials and access tokens have no ID token"
)]
pub trait HasIdToken {}

#[diagnostic::do_not_recommend]
impl<C: Slot<IdToken = Yes>> HasIdToken for C {}

impl IdentityPool {
    /// Creates an identity pool from its id, `eu-west-1:11111111-2222-3333-4444-555555555555`.
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            region: None,
            endpoint: None,
            http: None,
            role_arn: None,
            login: None,
            timeout: Duration::from_secs(15),
            clock: Arc::new(SystemClock),
        }
    }

    /// Sets the region, if it is not that in the id.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Sets the endpoint: a VPC endpoint, a proxy, an emulator. Plain `http` is accepted only for this machine.
    #[must_use]
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.endpoint = Some(url.into());
        self
    }

    /// Sets the HTTP client, for example with a proxy. It must not follow redirects.
    #[must_use]
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http = Some(client);
        self
    }

    /// Sets the role, if users can have several (`CustomRoleArn`).
    #[must_use]
    pub fn role_arn(mut self, arn: impl Into<String>) -> Self {
        self.role_arn = Some(arn.into());
        self
    }

    /// Sets the provider name of the ID tokens in the identity pool, if it is not the issuer without `https://`
    /// (`cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC123`).
    #[must_use]
    pub fn login(mut self, name: impl Into<String>) -> Self {
        self.login = Some(name.into());
        self
    }

    /// Sets the time limit of one request to the identity pool; 15 seconds if it is not set.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets the clock for the expiry of keys.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Returns the credentials of a signed-in user: of any credential with an ID token.
    ///
    /// # Errors
    /// Fails if the id, the endpoint or the HTTP client is not valid.
    pub fn signed_in<P, C>(&self, user: C) -> Result<Iam, BuildError>
    where
        P: Pool,
        C: TokenCredential<P> + HasIdToken,
    {
        match user.into_credential() {
            AnyCredential(Credential::Tokens(provider)) => self.iam(Some(provider)),
            _ => Err(BuildError::new("the credential has no ID token, which the identity pool requires")),
        }
    }

    /// Returns the credentials of the user whose ID tokens the provider returns.
    ///
    /// # Errors
    /// Fails if the id, the endpoint or the HTTP client is not valid.
    pub fn signed_in_by(&self, provider: impl TokenProvider + 'static) -> Result<Iam, BuildError> {
        self.iam(Some(Arc::new(provider)))
    }

    /// Returns the credentials of a guest, if the pool allows unauthenticated identities.
    ///
    /// # Errors
    /// Fails if the id, the endpoint or the HTTP client is not valid.
    pub fn unauthenticated(&self) -> Result<Iam, BuildError> {
        self.iam(None)
    }

    fn iam(&self, user: Option<Arc<dyn TokenProvider>>) -> Result<Iam, BuildError> {
        let exchange = KeyExchange {
            client: self.client()?,
            pool: self.id.clone(),
            role_arn: self.role_arn.clone(),
            login: self.login.clone(),
            user,
            identity: Mutex::default(),
            seen: Mutex::default(),
            keys: KeyCache::new(Arc::clone(&self.clock)),
        };
        Ok(Iam::from_provider(exchange))
    }

    fn client(&self) -> Result<Client, BuildError> {
        let region = self.region.as_deref().or(self.id.split_once(':').map(|(region, _)| region));
        let region = region.filter(|region| is_region(region)).ok_or_else(|| {
            BuildError::new("an identity pool's id is a region and a UUID, such as `eu-west-1:11111111-2222-…`")
        })?;
        let place = place_of("cognito-identity", region, self.endpoint.as_deref()).ok_or_else(|| {
            BuildError::new("the identity pool's endpoint must be an `https` URL, or an `http` one on this machine")
        })?;
        let http = client_for(&place, self.http.as_ref())?;
        let mut config = aws_sdk_cognitoidentity::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new(region.to_owned()))
            .http_client(ReqwestConnector::new(http, self.timeout))
            .timeout_config(TimeoutConfig::builder().operation_attempt_timeout(self.timeout).build())
            // It would end exchanges before `timeout` does.
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .retry_config(RetryConfig::standard());
        if let Some(endpoint) = &self.endpoint {
            config = config.endpoint_url(endpoint);
        }
        Ok(Client::from_conf(config.build()))
    }
}

impl fmt::Debug for IdentityPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdentityPool").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Exchanges a user's ID token for AWS keys.
struct KeyExchange {
    client: Client,
    pool: String,
    role_arn: Option<String>,
    login: Option<String>,
    user: Option<Arc<dyn TokenProvider>>,
    /// The identity id, with its user.
    identity: Mutex<Option<(Secret, String)>>,
    /// The last token, with its user.
    seen: Mutex<Option<(Secret, ProviderLogin)>>,
    keys: KeyCache,
}

/// The user of a token.
#[derive(Clone)]
struct ProviderLogin {
    /// The provider name in the identity pool.
    name: String,
    /// The issuer and the user.
    holder: Secret,
}

impl AwsCredentialsProvider for KeyExchange {
    fn credentials(&self) -> BoxFuture<'_, Result<AwsCredentials, TokenError>> {
        Box::pin(async {
            let Some(user) = &self.user else {
                let guest = Secret::new("");
                return self.keys.get(&guest, || self.fetch(&guest, None)).await;
            };
            let token = match user.token(TokenKind::Id).await {
                Ok(token) => token,
                // A user who signed out has no keys. A session that can't be refreshed now keeps its keys.
                Err(error) if error.is_transient() => {
                    let Some(holder) = self.last_holder() else { return Err(error) };
                    return self.keys.get(&holder, || std::future::ready(Err(error))).await;
                }
                Err(error) => return Err(error),
            };
            let login = self.login(&token)?;
            let holder = login.holder.clone();
            self.keys.get(&holder, || self.fetch_for(user, token, login)).await
        })
    }
}

impl KeyExchange {
    /// Fetches keys with the token of the user, or with the next token if it has expired.
    async fn fetch_for(
        &self,
        user: &Arc<dyn TokenProvider>,
        token: BearerToken,
        login: ProviderLogin,
    ) -> Result<Keys, TokenError> {
        let generation = token.generation;
        match self.fetch(&login.holder, Some((login.name, token.secret))).await {
            Err(error) if error.kind() == TokenErrorKind::Expired && user.refused(generation).await? => {
                let token = user.token(TokenKind::Id).await?;
                let login = self.login(&token)?;
                self.fetch(&login.holder, Some((login.name, token.secret))).await
            }
            other => other,
        }
    }

    async fn fetch(&self, holder: &Secret, login: Option<(String, Secret)>) -> Result<Keys, TokenError> {
        let known = self.identity().clone().filter(|(whose, _)| whose == holder).map(|(_, id)| id);
        if let Some(id) = known {
            match self.keys_of(&id, login.as_ref()).await {
                // The identity was deleted. Create a new one.
                Err(error) if error.gone => *self.identity() = None,
                other => return other.map_err(|error| error.error),
            }
        }
        let id = self.id_of(login.as_ref()).await?;
        *self.identity() = Some((holder.clone(), id.clone()));
        self.keys_of(&id, login.as_ref()).await.map_err(|error| error.error)
    }

    /// `GetId`: returns the identity of the user in the pool, or creates it. A guest gets a new one each time.
    async fn id_of(&self, login: Option<&(String, Secret)>) -> Result<String, TokenError> {
        let request = self.client.get_id().identity_pool_id(&self.pool).set_logins(logins(login));
        let repeatable = match login {
            Some(_) => Builder::default(),
            None => Builder::default().retry_classifier(OnlyIfNotDone),
        };
        let answer = request
            .customize()
            .config_override(repeatable)
            .send()
            .await
            .map_err(|error| failure("GetId", &error).error)?;
        answer.identity_id.ok_or_else(|| incomplete("GetId"))
    }

    /// `GetCredentialsForIdentity`: returns keys of the role of the identity.
    async fn keys_of(&self, id: &str, login: Option<&(String, Secret)>) -> Result<Keys, KeyFailure> {
        let request = self.client.get_credentials_for_identity().identity_id(id).set_logins(logins(login));
        let answer = request.set_custom_role_arn(self.role_arn.clone()).send().await;
        let answer = answer.map_err(|error| failure("GetCredentialsForIdentity", &error))?;
        let keys = answer.credentials.and_then(keys);
        keys.ok_or_else(|| KeyFailure { error: incomplete("GetCredentialsForIdentity"), gone: false })
    }

    /// The user of the token. Each token is read once.
    fn login(&self, token: &BearerToken) -> Result<ProviderLogin, TokenError> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((secret, login)) = &*seen
            && *secret == token.secret
        {
            return Ok(login.clone());
        }
        let claims = UnverifiedClaims::read(token.secret.expose())?;
        let (Some(issuer), Some(subject)) = (&claims.issuer, &claims.subject) else {
            let message = "expected an ID token with the claims `iss` and `sub`";
            return Err(TokenError::new(TokenErrorKind::Malformed, message));
        };
        let own = provider_name(issuer);
        let holder = Secret::new(format!("{own} {subject}"));
        let login = ProviderLogin { name: self.login.clone().unwrap_or(own), holder };
        *seen = Some((token.secret.clone(), login.clone()));
        Ok(login)
    }

    fn last_holder(&self) -> Option<Secret> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.as_ref().map(|(_, login)| login.holder.clone())
    }

    fn identity(&self) -> std::sync::MutexGuard<'_, Option<(Secret, String)>> {
        self.identity.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The name of an issuer among an identity pool's providers: a user pool is known by its issuer of the original form, in its
/// own region, whichever form and region a token names.
fn provider_name(issuer: &str) -> String {
    let of_pool = PoolIssuer::parse(issuer).and_then(|issuer| issuer::of_pool(issuer.pool_id));
    let issuer = of_pool.as_deref().unwrap_or(issuer);
    issuer.trim_start_matches("https://").to_owned()
}

fn logins(login: Option<&(String, Secret)>) -> Option<HashMap<String, String>> {
    login.map(|(name, token)| HashMap::from([(name.clone(), token.expose().to_owned())]))
}

fn keys(credentials: Credentials) -> Option<Keys> {
    let end = credentials.expiration.and_then(|end| SystemTime::try_from(end).ok());
    let keys = AwsCredentials {
        access_key_id: credentials.access_key_id?,
        secret_access_key: credentials.secret_key?.into(),
        session_token: credentials.session_token.map(Secret::from),
    };
    Some(Keys { keys, end })
}

/// A failed exchange.
struct KeyFailure {
    error: TokenError,
    /// The identity is not there any more.
    gone: bool,
}

/// What an SDK's error means. What the service wrote is left out: services repeat values in their messages.
fn failure<E, R>(operation: &'static str, error: &SdkError<E, R>) -> KeyFailure
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    R: fmt::Debug,
{
    let SdkError::ServiceError(answer) = error else {
        // Neither request nor answer is in it.
        return KeyFailure {
            error: TokenError::unavailable(format!("{operation} did not come to an answer")),
            gone: false,
        };
    };
    let meta = answer.err().meta();
    let code = meta.code().unwrap_or("no error code");
    let expired = meta.message().is_some_and(|message| message.contains("expired"));
    let (kind, advice) = match code {
        "TooManyRequestsException"
        | "InternalErrorException"
        | "ExternalServiceException"
        | "LimitExceededException" => (TokenErrorKind::Unavailable, "the identity pool can't answer now"),
        "NotAuthorizedException" if expired => {
            (TokenErrorKind::Expired, "the ID token is past its end by the service's clock")
        }
        "NotAuthorizedException" => (
            TokenErrorKind::Failed,
            "the identity pool refuses: check that it knows the user pool and its app client, or allows guests",
        ),
        "ResourceNotFoundException" => (TokenErrorKind::Failed, "the region has no such identity pool or identity"),
        "InvalidIdentityPoolConfigurationException" => (
            TokenErrorKind::Failed,
            "the identity pool has no role for this user: check its roles and their trust policies",
        ),
        "InvalidParameterException" | "ResourceConflictException" => (
            TokenErrorKind::Failed,
            "the identity pool does not take what it was asked: check its id, login name and role",
        ),
        _ => (TokenErrorKind::Failed, "the identity pool refuses"),
    };
    let id = meta.request_id().map(|id| format!(" [request id {}]", id.escape_debug())).unwrap_or_default();
    let text = format!("{operation}: {advice} ({}){id}", code.escape_debug());
    KeyFailure { error: TokenError::new(kind, text), gone: code == "ResourceNotFoundException" }
}

fn incomplete(operation: &str) -> TokenError {
    TokenError::unavailable(format!("{operation} answered without what it must hold"))
}

#[cfg(test)]
mod tests {
    use super::provider_name;

    #[test]
    fn a_user_pool_is_known_by_its_original_issuer() {
        for issuer in [
            "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbC123",
            "https://issuer-cognito-idp.us-east-1.amazonaws.com/us-east-1_AbC123",
            "https://cognito-idp.eu-west-1.amazonaws.com/us-east-1_AbC123",
        ] {
            assert_eq!(provider_name(issuer), "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbC123", "{issuer}");
        }
        assert_eq!(provider_name("https://login.example.com"), "login.example.com");
    }
}
