//! The exchange of a user's ID token for AWS keys at an identity pool.

use crate::aws::keys::{KeyCache, Keys};
use crate::aws::sdk_retry::OnlyIfNotDone;
use crate::boxed::BoxFuture;
use crate::clock::Clock;
use crate::contract::api::TokenKind;
use crate::credential::iam::{AwsCredentials, AwsCredentialsProvider};
use crate::secret::Secret;
use crate::token::bearer_token::BearerToken;
use crate::token::claims::UnverifiedClaims;
use crate::token::error::{TokenError, TokenErrorKind};
use crate::token::issuer;
use crate::token::issuer::PoolIssuer;
use crate::token::provider::TokenProvider;
use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::config::Builder;
use aws_sdk_cognitoidentity::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_cognitoidentity::operation::RequestId;
use aws_sdk_cognitoidentity::types::Credentials;
use std::collections::HashMap;
use std::fmt;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::{Duration, SystemTime};

/// The keys of a user of an identity pool, or of a guest.
pub(super) struct IdentityKeys {
    exchange: Arc<KeyExchange>,
    keys: KeyCache,
}

/// Exchanges a user's ID token for AWS keys.
pub(super) struct KeyExchange {
    client: Client,
    pool: String,
    role_arn: Option<String>,
    login: Option<String>,
    user: Option<Arc<dyn TokenProvider>>,
    /// The identity id, with its user.
    identity: Mutex<Option<(Secret, String)>>,
    /// The last token, with its user.
    seen: Mutex<Option<(Secret, ProviderLogin)>>,
}

/// The user of a token.
#[derive(Clone)]
struct ProviderLogin {
    /// The provider name in the identity pool.
    name: String,
    /// The issuer and the user.
    holder: Secret,
}

impl IdentityKeys {
    /// `timeout` is the time limit of one exchange.
    pub(super) fn new(exchange: KeyExchange, clock: Arc<dyn Clock>, timeout: Duration) -> Self {
        let limit = OTHER_WAITS.saturating_add(timeout.saturating_mul(MAX_EXCHANGES));
        Self { exchange: Arc::new(exchange), keys: KeyCache::new(clock, limit) }
    }
}

/// Longer than a fetch waits between its exchanges, for the refresh of the user's session.
const OTHER_WAITS: Duration = Duration::from_secs(1200);

/// The most exchanges of one fetch: `GetId`, and keys of the known and of the new identity, with an expired token and with its
/// replacement.
const MAX_EXCHANGES: u32 = 6;

impl AwsCredentialsProvider for IdentityKeys {
    fn credentials(&self) -> BoxFuture<'_, Result<AwsCredentials, TokenError>> {
        Box::pin(async {
            let Some(user) = &self.exchange.user else {
                let guest = Secret::new("");
                let fetch = || {
                    let (exchange, guest) = (Arc::clone(&self.exchange), guest.clone());
                    async move { exchange.fetch(&guest, None).await }
                };
                return self.keys.get(&guest, fetch).await;
            };
            let mut fetched = user.token(TokenKind::Id);
            let token = match poll_fn(|context| Poll::Ready(fetched.as_mut().poll(context))).await {
                Poll::Ready(token) => token,
                // The session refreshes its tokens in a task of its own. Valid keys do not depend on it.
                Poll::Pending => match self.exchange.last_holder().and_then(|holder| self.keys.valid(&holder)) {
                    Some(keys) => return Ok(keys),
                    None => fetched.await,
                },
            };
            let token = match token {
                Ok(token) => token,
                // A user who signed out has no keys. A session that can't be refreshed now keeps its keys.
                Err(error) if error.is_transient() => {
                    let Some(holder) = self.exchange.last_holder() else { return Err(error) };
                    return self.keys.get(&holder, || std::future::ready(Err(error.clone()))).await;
                }
                Err(error) => return Err(error),
            };
            let login = self.exchange.login(&token)?;
            let fetch = || {
                let (exchange, user) = (Arc::clone(&self.exchange), Arc::clone(user));
                let (token, login) = (token.clone(), login.clone());
                async move { exchange.fetch_for(&user, token, login).await }
            };
            self.keys.get(&login.holder, fetch).await
        })
    }
}

impl KeyExchange {
    pub(super) fn new(
        client: Client,
        pool: String,
        role_arn: Option<String>,
        login: Option<String>,
        user: Option<Arc<dyn TokenProvider>>,
    ) -> Self {
        Self { client, pool, role_arn, login, user, identity: Mutex::default(), seen: Mutex::default() }
    }

    /// Fetches keys with the token of the user, or with the next token if it has expired.
    async fn fetch_for(
        &self,
        user: &Arc<dyn TokenProvider>,
        token: BearerToken,
        login: ProviderLogin,
    ) -> Result<Keys, TokenError> {
        let (generation, ProviderLogin { name, holder }) = (token.generation, login);
        match self.fetch(&holder, Some((name, token.secret))).await {
            Err(error) if error.kind() == TokenErrorKind::Expired && user.refused(generation).await? => {
                let token = user.token(TokenKind::Id).await?;
                let login = self.login(&token)?;
                // The keys are cached for the user of the first token, and shared with the callers that wait for them.
                if login.holder != holder {
                    return Err(TokenError::unavailable("another user signed in: try again"));
                }
                self.fetch(&holder, Some((login.name, token.secret))).await
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

    fn identity(&self) -> MutexGuard<'_, Option<(Secret, String)>> {
        self.identity.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The name of an issuer among the providers of an identity pool. The name of a user pool is its issuer in the original form and in its
/// own region; the issuer of a token can have another form or region.
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
    /// The identity does not exist any more.
    gone: bool,
}

/// The meaning of an error of the SDK. The message of the service is left out, since services repeat values of the request in it.
fn failure<E, R>(operation: &'static str, error: &SdkError<E, R>) -> KeyFailure
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    R: fmt::Debug,
{
    let SdkError::ServiceError(refusal) = error else {
        // The error of the SDK is left out, since it can contain the request or the response.
        return KeyFailure {
            error: TokenError::unavailable(format!("{operation}: there was no valid response")),
            gone: false,
        };
    };
    let meta = refusal.err().meta();
    let code = meta.code().unwrap_or("no error code");
    let expired = meta.message().is_some_and(|message| message.contains("expired"));
    let (kind, advice) = match code {
        "TooManyRequestsException"
        | "InternalErrorException"
        | "ExternalServiceException"
        | "LimitExceededException" => (TokenErrorKind::Unavailable, "the identity pool is not available now"),
        "NotAuthorizedException" if expired => {
            (TokenErrorKind::Expired, "the ID token has expired by the clock of the service")
        }
        "NotAuthorizedException" => (
            TokenErrorKind::Failed,
            "the identity pool refuses the user: check that the user pool and its app client are among its providers, or that it allows guests",
        ),
        "ResourceNotFoundException" => {
            (TokenErrorKind::Failed, "there is no such identity pool or identity in the region")
        }
        "InvalidIdentityPoolConfigurationException" => (
            TokenErrorKind::Failed,
            "the identity pool has no role for this user: check its roles and their trust policies",
        ),
        "InvalidParameterException" | "ResourceConflictException" => {
            (TokenErrorKind::Failed, "the identity pool does not accept the request: check its id, login name and role")
        }
        _ => (TokenErrorKind::Failed, "the identity pool refuses the request"),
    };
    let id = meta
        .request_id()
        .map(|id| format!(" [request id {}]", id.get(..128).unwrap_or(id).escape_debug()))
        .unwrap_or_default();
    let text = format!("{operation}: {advice} ({}){id}", code.escape_debug());
    KeyFailure { error: TokenError::new(kind, text), gone: code == "ResourceNotFoundException" }
}

fn incomplete(operation: &str) -> TokenError {
    TokenError::unavailable(format!("{operation}: the response is not complete"))
}

#[cfg(test)]
mod tests {
    use super::provider_name;

    #[test]
    fn the_name_of_a_user_pool_is_its_original_issuer() {
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
