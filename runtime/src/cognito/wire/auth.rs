//! The sign-in operations of the user-pool API.

use crate::auth::error::AuthError;
use crate::cognito::wire::attempts::{Attempts, send};
use crate::cognito::wire::client::UserPoolApi;
use crate::cognito::wire::failure::incomplete;
use crate::refresh::throttling::{LONGEST, repeated};
use crate::secret::Secret;
use aws_sdk_cognitoidentityprovider::types::{
    AuthFlowType, AuthenticationResultType, ChallengeNameType, UserContextDataType,
};
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

/// The start of a sign-in.
#[derive(Clone)]
pub(crate) struct Initiate<'a> {
    pub flow: &'a str,
    /// The session of an earlier operation.
    pub session: Option<&'a Secret>,
    pub client_id: &'a str,
    pub parameters: Vec<(String, Secret)>,
    pub metadata: &'a BTreeMap<String, String>,
    pub context: Option<&'a Secret>,
    /// The id of the pool, if an administrator signs the user in.
    pub admin_pool: Option<&'a str>,
}

/// The answer to a challenge.
#[derive(Clone)]
pub(crate) struct Respond<'a> {
    pub challenge: &'a str,
    pub client_id: &'a str,
    pub session: Option<&'a Secret>,
    pub responses: Vec<(String, Secret)>,
    pub metadata: &'a BTreeMap<String, String>,
    pub context: Option<&'a Secret>,
    pub admin_pool: Option<&'a str>,
}

/// The response of the pool.
pub(crate) enum AuthResponse {
    Tokens(IssuedTokens),
    Challenge { name: String, session: Option<Secret>, parameters: BTreeMap<String, String>, available: Vec<String> },
}

/// The tokens of a sign-in or a refresh.
pub(crate) struct IssuedTokens {
    pub id_token: Option<Secret>,
    pub access_token: Secret,
    pub refresh_token: Option<Secret>,
    pub expires_in: Duration,
    pub token_type: String,
    /// `DeviceKey` and `DeviceGroupKey` of a new device.
    pub new_device: Option<(String, String)>,
}

impl UserPoolApi {
    /// `InitiateAuth` or `AdminInitiateAuth`.
    pub(crate) async fn initiate(&self, start: Initiate<'_>) -> Result<AuthResponse, AuthError> {
        // Every flow can run triggers of the pool, and with a password it can issue tokens, send a code or count as a failed attempt. The
        // error of a choice-based or custom flow does not say what had happened before.
        match start.flow {
            "USER_SRP_AUTH" | "USER_PASSWORD_AUTH" | "ADMIN_USER_PASSWORD_AUTH" => {
                repeated(LONGEST, AuthError::is_throttled, || self.initiate_once(start.clone(), Attempts::UntilSent))
                    .await
            }
            _ => self.initiate_once(start, Attempts::Once).await,
        }
    }

    async fn initiate_once(&self, start: Initiate<'_>, attempts: Attempts) -> Result<AuthResponse, AuthError> {
        let flow = AuthFlowType::from(start.flow);
        let parameters = Some(exposed(start.parameters));
        let metadata = metadata(start.metadata);
        if let Some(pool) = start.admin_pool {
            let operation = self
                .client
                .admin_initiate_auth()
                .user_pool_id(pool)
                .client_id(start.client_id)
                .auth_flow(flow)
                .set_auth_parameters(parameters)
                .set_client_metadata(metadata);
            let out = send!(attempts, "AdminInitiateAuth", operation)?;
            return reaction(
                "AdminInitiateAuth",
                out.authentication_result,
                out.challenge_name,
                out.session,
                out.challenge_parameters,
                out.available_challenges,
            );
        }
        let operation = self
            .client
            .initiate_auth()
            .client_id(start.client_id)
            .auth_flow(flow)
            .set_session(start.session.map(|session| session.expose().to_owned()))
            .set_auth_parameters(parameters)
            .set_client_metadata(metadata)
            .set_user_context_data(context(start.context));
        let out = send!(attempts, "InitiateAuth", operation)?;
        reaction(
            "InitiateAuth",
            out.authentication_result,
            out.challenge_name,
            out.session,
            out.challenge_parameters,
            out.available_challenges,
        )
    }

    /// `RespondToAuthChallenge` or `AdminRespondToAuthChallenge`. An answer with a session is sent once, since a session can be used once.
    pub(crate) async fn respond(&self, answer: Respond<'_>) -> Result<AuthResponse, AuthError> {
        match answer.session {
            None => repeated(PROOF_LIFETIME, AuthError::is_throttled, || self.respond_once(answer.clone())).await,
            Some(_) => self.respond_once(answer).await,
        }
    }

    async fn respond_once(&self, answer: Respond<'_>) -> Result<AuthResponse, AuthError> {
        let challenge = ChallengeNameType::from(answer.challenge);
        let session = answer.session.map(|session| session.expose().to_owned());
        let responses = Some(exposed(answer.responses));
        let metadata = metadata(answer.metadata);
        if let Some(pool) = answer.admin_pool {
            let operation = self
                .client
                .admin_respond_to_auth_challenge()
                .user_pool_id(pool)
                .client_id(answer.client_id)
                .challenge_name(challenge)
                .set_session(session)
                .set_challenge_responses(responses)
                .set_client_metadata(metadata);
            let out = send!(Attempts::Once, "AdminRespondToAuthChallenge", operation)?;
            return reaction(
                "AdminRespondToAuthChallenge",
                out.authentication_result,
                out.challenge_name,
                out.session,
                out.challenge_parameters,
                out.available_challenges,
            );
        }
        let operation = self
            .client
            .respond_to_auth_challenge()
            .client_id(answer.client_id)
            .challenge_name(challenge)
            .set_session(session)
            .set_challenge_responses(responses)
            .set_client_metadata(metadata)
            .set_user_context_data(context(answer.context));
        let out = send!(Attempts::Once, "RespondToAuthChallenge", operation)?;
        reaction(
            "RespondToAuthChallenge",
            out.authentication_result,
            out.challenge_name,
            out.session,
            out.challenge_parameters,
            out.available_challenges,
        )
    }
}

/// Reads `AuthenticationResult`.
pub(super) fn tokens(operation: &'static str, result: AuthenticationResultType) -> Result<IssuedTokens, AuthError> {
    let access_token = result.access_token.ok_or_else(|| incomplete(operation, "access token"))?;
    let new_device = result.new_device_metadata.and_then(|device| device.device_key.zip(device.device_group_key));
    Ok(IssuedTokens {
        id_token: result.id_token.map(Secret::from),
        access_token: access_token.into(),
        refresh_token: result.refresh_token.map(Secret::from),
        expires_in: Duration::from_secs(u64::try_from(result.expires_in).unwrap_or_default()),
        token_type: result.token_type.unwrap_or_else(|| "Bearer".to_owned()),
        new_device,
    })
}

fn reaction(
    operation: &'static str,
    result: Option<AuthenticationResultType>,
    challenge: Option<ChallengeNameType>,
    session: Option<String>,
    parameters: Option<HashMap<String, String>>,
    available: Option<Vec<ChallengeNameType>>,
) -> Result<AuthResponse, AuthError> {
    if let Some(result) = result.filter(|result| result.access_token.is_some()) {
        return tokens(operation, result).map(AuthResponse::Tokens);
    }
    let name = challenge.ok_or_else(|| incomplete(operation, "tokens or challenge"))?;
    Ok(AuthResponse::Challenge {
        name: name.as_str().to_owned(),
        session: session.filter(|session| !session.is_empty()).map(Secret::from),
        parameters: parameters.unwrap_or_default().into_iter().collect(),
        available: available.unwrap_or_default().iter().map(|name| name.as_str().to_owned()).collect(),
    })
}

fn exposed(values: Vec<(String, Secret)>) -> HashMap<String, String> {
    values.into_iter().map(|(name, value)| (name, value.expose().to_owned())).collect()
}

fn metadata(values: &BTreeMap<String, String>) -> Option<HashMap<String, String>> {
    (!values.is_empty()).then(|| values.clone().into_iter().collect())
}

fn context(encoded: Option<&Secret>) -> Option<UserContextDataType> {
    encoded.map(|encoded| UserContextDataType::builder().encoded_data(encoded.expose()).build())
}

/// How long the proof of a password is repeated, which has the time at which it was made.
const PROOF_LIFETIME: Duration = Duration::from_secs(30);
