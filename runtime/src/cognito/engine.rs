//! A sign-in from challenge to challenge. Challenges that do not need the user are answered here.

pub(crate) mod device;

use crate::auth::device::{Device, NewDevice};
use crate::auth::error::{AuthError, AuthErrorKind};
use crate::auth::signed_in::{Origin, SignedIn};
use crate::cognito::engine::device::SignInDevice;
use crate::cognito::refresh::ApiSource;
use crate::cognito::srp::{Claim, DeviceVerifier, Exchange, Identity, Reply, SrpError};
use crate::cognito::user_pool_client::{Devices, UserPoolClient};
use crate::cognito::wire::auth::{AuthResponse, Initiate, IssuedTokens, Respond};
use crate::secret::Secret;
use crate::session::open::Opened;
use crate::session::tokens::claims::UnverifiedIdClaims;
use crate::token::claims::UnverifiedClaims;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The start of a sign-in, which can be repeated without the device.
#[derive(Clone)]
pub(crate) struct Start {
    pub flow: &'static str,
    pub admin: bool,
    pub username: String,
    /// The name of the session in the store, if it is not that of the user in the pool.
    pub kept_as: Option<String>,
    /// The password for SRP, at the start or for a later challenge.
    pub srp_password: Option<Secret>,
    pub parameters: Vec<(String, Secret)>,
    /// The session of an earlier operation, such as the confirmation of an account.
    pub session: Option<Secret>,
    pub device: SignInDevice,
    pub sign_in_context: SignInContext,
}

/// The values of every request of a sign-in.
#[derive(Clone, Default)]
pub(crate) struct SignInContext {
    pub metadata: BTreeMap<String, String>,
    pub context: Option<Secret>,
}

/// A pending challenge.
pub(crate) struct Challenge {
    pub core: Arc<UserPoolClient>,
    pub name: String,
    pub parameters: BTreeMap<String, String>,
    pub available: Vec<String>,
    pub session: Option<Secret>,
    pub username: String,
    /// What the user entered.
    entered: String,
    /// The name of the session in the store, if the application set one.
    kept_as: Option<String>,
    pub device: SignInDevice,
    pub sign_in_context: SignInContext,
    admin: bool,
    proof: Option<Proof>,
    answered: u8,
}

/// A password with its SRP exchange.
struct Proof {
    exchange: Exchange,
    password: Secret,
}

/// The state of a sign-in.
pub(crate) enum Progress {
    Done(Box<CompletedSignIn>),
    Waits(Box<Challenge>),
}

/// The tokens and the session of a completed sign-in.
pub(crate) struct CompletedSignIn {
    pub signed_in: SignedIn,
    pub opened: Result<Opened, AuthError>,
}

/// The result of an answer. An error has the challenge if it can be answered again.
pub(crate) type AnswerResult = Result<Progress, (AuthError, Option<Box<Challenge>>)>;

/// Starts a sign-in, without the device if the pool does not remember it any more. A device in the store is used automatically.
pub(crate) async fn start(core: Arc<UserPoolClient>, mut start: Start) -> Result<Progress, AuthError> {
    let name = core.settings.known_name(&start.username).await?.unwrap_or_else(|| start.username.clone());
    start.device.look_up(&core, &name).await?;
    let mut first = start.device.clone();
    let restart = Start { device: SignInDevice::none(), ..start.clone() };
    match begin(core.clone(), start).await {
        Err(error) if error.kind() == AuthErrorKind::DeviceNotFound => {
            first.forget(&core).await;
            begin(core, restart).await
        }
        // The proof could be used once, so that it failed without the device.
        Err(error) if first.was_forgotten() && error.ends_the_challenge() => begin(core, restart).await,
        outcome => outcome,
    }
}

/// Answers a challenge, and the next ones that do not need the user.
pub(crate) async fn answer(turn: Box<Challenge>, responses: Vec<(String, Secret)>) -> AnswerResult {
    let turn = respond(turn, responses).await?;
    match turn {
        Progress::Done(_) => Ok(turn),
        Progress::Waits(turn) => advance(turn).await.map_err(|error| (error, None)),
    }
}

/// Answers a challenge with a password for SRP.
pub(crate) async fn answer_with_srp(
    mut turn: Box<Challenge>,
    password: Secret,
    mut responses: Vec<(String, Secret)>,
) -> AnswerResult {
    let exchange = match begin_exchange().await {
        Ok(exchange) => exchange,
        Err(error) => return Err((error, Some(turn))),
    };
    responses.push(("SRP_A".to_owned(), exchange.public().into()));
    turn.proof = Some(Proof { exchange, password });
    answer(turn, responses).await
}

async fn begin(core: Arc<UserPoolClient>, start: Start) -> Result<Progress, AuthError> {
    let mut parameters = start.parameters;
    parameters.push(("USERNAME".to_owned(), start.username.as_str().into()));
    if let Some(hash) = core.secret_hash(&start.username) {
        parameters.push(("SECRET_HASH".to_owned(), hash.into()));
    }
    if let Some(device) = start.device.get() {
        parameters.push(("DEVICE_KEY".to_owned(), device.key().into()));
    }
    let mut proof = None;
    if let Some(password) = start.srp_password {
        let exchange = begin_exchange().await?;
        parameters.push(("SRP_A".to_owned(), exchange.public().into()));
        proof = Some(Proof { exchange, password });
    }
    let reaction = core
        .api
        .initiate(Initiate {
            flow: start.flow,
            session: start.session.as_ref(),
            client_id: &core.client_id,
            parameters,
            metadata: &start.sign_in_context.metadata,
            context: start.sign_in_context.context.as_ref(),
            admin_pool: start.admin.then_some(core.pool_id.as_str()),
        })
        .await?;
    let turn = Box::new(Challenge {
        core,
        name: String::new(),
        parameters: BTreeMap::new(),
        available: Vec::new(),
        session: None,
        entered: start.username.clone(),
        kept_as: start.kept_as,
        username: start.username,
        device: start.device,
        sign_in_context: start.sign_in_context,
        admin: start.admin,
        proof,
        answered: 0,
    });
    match turn.react(reaction).await? {
        Progress::Waits(turn) => advance(turn).await,
        done => Ok(done),
    }
}

/// Continues until a challenge needs the user or the tokens are received.
async fn advance(mut turn: Box<Challenge>) -> Result<Progress, AuthError> {
    loop {
        let responses = match turn.name.as_str() {
            "PASSWORD_VERIFIER" if turn.proof.is_some() => turn.prove_password().await?,
            DEVICE_SRP_AUTH if turn.device.get().is_some() => turn.begin_device().await?,
            DEVICE_PASSWORD_VERIFIER if turn.device.get().is_some() && turn.proof.is_some() => {
                turn.prove_device().await?
            }
            _ => return Ok(Progress::Waits(turn)),
        };
        match respond(turn, responses).await.map_err(|(error, _)| error)? {
            Progress::Waits(next) => turn = next,
            done => return Ok(done),
        }
    }
}

/// Sends an answer. If the pool does not remember the device any more, the answer is sent once more without it.
async fn respond(mut turn: Box<Challenge>, responses: Vec<(String, Secret)>) -> AnswerResult {
    turn.answered = turn.answered.saturating_add(1);
    if turn.answered > MAX_ANSWERS {
        let error = AuthError::because(
            AuthErrorKind::Protocol,
            RESPOND,
            format!("the sign-in has not ended after {MAX_ANSWERS} answers"),
        );
        return Err((error, None));
    }
    let mut reaction = turn.send(responses.clone()).await;
    if let Err(error) = &mut reaction
        && turn.has_no_such_device(error)
    {
        turn.device.forget(&turn.core).await;
        let is_of_device = matches!(turn.name.as_str(), DEVICE_SRP_AUTH | DEVICE_PASSWORD_VERIFIER);
        if is_of_device {
            // Only a new sign-in can go on without the device.
            *error = AuthError::because(AuthErrorKind::DeviceNotFound, RESPOND, "the next sign-in is without it");
        } else {
            reaction = turn.send(responses).await;
        }
    }
    match reaction {
        Ok(reaction) => turn.react(reaction).await.map_err(|error| (error, None)),
        Err(error) if error.leaves_the_challenge() => Err((error, Some(turn))),
        Err(error) => Err((error, None)),
    }
}

impl Challenge {
    async fn send(&self, mut responses: Vec<(String, Secret)>) -> Result<AuthResponse, AuthError> {
        responses.push(("USERNAME".to_owned(), self.username.as_str().into()));
        if let Some(hash) = self.core.secret_hash(&self.username) {
            responses.push(("SECRET_HASH".to_owned(), hash.into()));
        }
        if let Some(device) = self.device.get() {
            responses.push(("DEVICE_KEY".to_owned(), device.key().into()));
        }
        let answer = Respond {
            challenge: &self.name,
            client_id: &self.core.client_id,
            session: self.session.as_ref(),
            responses,
            metadata: &self.sign_in_context.metadata,
            context: self.sign_in_context.context.as_ref(),
            admin_pool: self.admin.then_some(self.core.pool_id.as_str()),
        };
        self.core.api.respond(answer).await
    }

    /// Whether the error says that the pool does not have the device, or has it with another password than the stored one.
    fn has_no_such_device(&self, error: &AuthError) -> bool {
        let is_refused = self.name == DEVICE_PASSWORD_VERIFIER
            && error.kind() == AuthErrorKind::WrongCredentials
            && self.device.is_of_store();
        self.device.get().is_some() && (error.kind() == AuthErrorKind::DeviceNotFound || is_refused)
    }

    async fn react(mut self: Box<Self>, reaction: AuthResponse) -> Result<Progress, AuthError> {
        match reaction {
            AuthResponse::Tokens(tokens) => Ok(Progress::Done(Box::new(self.finish(tokens).await))),
            AuthResponse::Challenge { name, session, parameters, available } => {
                // The user name in the pool, which is hashed and sent from now on.
                let known = parameters
                    .get("USERNAME")
                    .or_else(|| parameters.get("USER_ID_FOR_SRP"))
                    .filter(|name| !name.is_empty());
                if let Some(known) = known {
                    self.username.clone_from(known);
                    // The challenge of a device is about the device that was sent.
                    if !matches!(name.as_str(), DEVICE_SRP_AUTH | DEVICE_PASSWORD_VERIFIER) {
                        self.device.look_up(&self.core, known).await?;
                    }
                }
                self.name = name;
                self.session = session;
                self.parameters = parameters;
                self.available = available;
                Ok(Progress::Waits(self))
            }
        }
    }

    async fn prove_password(&mut self) -> Result<Vec<(String, Secret)>, AuthError> {
        let pool = super::srp::pool_name(&self.core.pool_id).map_err(srp_failure)?.to_owned();
        let user = self.parameters.get("USER_ID_FOR_SRP").cloned().unwrap_or_else(|| self.username.clone());
        self.prove(pool, user).await
    }

    async fn prove_device(&mut self) -> Result<Vec<(String, Secret)>, AuthError> {
        let Some(device) = self.device.get() else {
            return Err(AuthError::new(AuthErrorKind::Protocol, RESPOND));
        };
        let (group, key) = (device.group_key().to_owned(), device.key().to_owned());
        self.prove(group, key).await
    }

    async fn begin_device(&mut self) -> Result<Vec<(String, Secret)>, AuthError> {
        let Some(device) = self.device.get() else {
            return Err(AuthError::new(AuthErrorKind::Protocol, RESPOND));
        };
        let password = device.password().clone();
        let exchange = begin_exchange().await?;
        let public = exchange.public();
        self.proof = Some(Proof { exchange, password });
        Ok(vec![("SRP_A".to_owned(), public.into())])
    }

    /// The proof for the current challenge. It consumes the exchange.
    async fn prove(&mut self, realm: String, name: String) -> Result<Vec<(String, Secret)>, AuthError> {
        let Some(proof) = self.proof.take() else {
            return Err(AuthError::new(AuthErrorKind::Protocol, RESPOND));
        };
        let mut taken = |name: &str| self.parameters.remove(name).unwrap_or_default();
        let (public, salt, secret_block) = (taken("SRP_B"), taken("SALT"), taken("SECRET_BLOCK"));
        let now = self.core.settings.clock.now();
        let block = secret_block.clone();
        let Claim { signature, timestamp } = on_blocking_thread(move || {
            proof.exchange.claim(
                Identity { realm: &realm, name: &name, password: proof.password.expose() },
                Reply { public: &public, salt: &salt, secret_block: &block },
                now,
            )
        })
        .await?;
        Ok(vec![
            ("PASSWORD_CLAIM_SECRET_BLOCK".to_owned(), secret_block.into()),
            ("PASSWORD_CLAIM_SIGNATURE".to_owned(), signature.into()),
            ("TIMESTAMP".to_owned(), timestamp.into()),
        ])
    }

    async fn finish(mut self: Box<Self>, tokens: IssuedTokens) -> CompletedSignIn {
        let name = UnverifiedClaims::read(tokens.access_token.expose()).ok().and_then(|claims| claims.username);
        let name = name.unwrap_or_else(|| self.username.clone());
        let mut device_key = self.device.get().map(|device| device.key().to_owned());
        let mut new_device = None;
        if let Some((key, group_key)) = tokens.new_device {
            // A device that is remembered under the name in the pool stays the device of the user. The pool issued another one, since it
            // was not sent: the name that the user entered was not known.
            let is_known = self.device.get().is_none() && self.device.look_up(&self.core, &name).await.is_ok();
            let remembered = is_known && self.device.get().is_some();
            if let Devices::Confirm { name } = &self.core.devices
                && !remembered
            {
                new_device = Some(
                    confirm(&self.core, &tokens.access_token, &key, group_key, name.as_deref())
                        .await
                        .unwrap_or_else(NewDevice::Unconfirmed),
                );
            }
            device_key = Some(key);
        }
        let signed_in = SignedIn {
            id_token: tokens.id_token,
            access_token: tokens.access_token,
            refresh_token: tokens.refresh_token,
            expires_in: tokens.expires_in,
            token_type: tokens.token_type,
            scopes: None,
            origin: Origin::UserPoolApi,
            username: Some(name.clone()),
            device_key,
            new_device,
        };
        let source = Arc::new(ApiSource(self.core.clone()));
        let settings = &self.core.settings;
        let mut opened = settings.open(source, self.kept_as.as_deref(), &signed_in, self.device.get().cloned()).await;
        if self.kept_as.is_none() || is_name_of(&self.entered, &name, signed_in.id_token.as_ref()) {
            settings.learn_name(&self.entered, &name).await;
        }
        if let (Ok(opened), Some(NewDevice::Confirmed { device, .. })) = (&mut opened, &signed_in.new_device)
            && let Err(error) = settings.keep_device(&name, device).await
            && opened.kept.is_ok()
        {
            opened.kept = Err(error);
        }
        CompletedSignIn { signed_in, opened }
    }
}

/// Whether the ID token shows that the user has the entered name. A program with `kept_as` can sign in several users in one place, so that
/// what was entered is stored for the next sign-in only if it is evident.
fn is_name_of(entered: &str, name: &str, id_token: Option<&Secret>) -> bool {
    let claims = id_token.and_then(|token| UnverifiedIdClaims::read(token).ok());
    let claim = |name: &str| claims.as_ref()?.get(name)?.as_str();
    let names = ["email", "phone_number", "preferred_username"].into_iter().filter_map(claim);
    names.chain([name]).any(|known| known.eq_ignore_ascii_case(entered))
}

/// Sends the password verifier of the device to the pool.
async fn confirm(
    core: &UserPoolClient,
    access_token: &Secret,
    key: &str,
    group_key: String,
    name: Option<&str>,
) -> Result<NewDevice, AuthError> {
    let (group, device) = (group_key.clone(), key.to_owned());
    let made = on_blocking_thread(move || DeviceVerifier::new(&group, &device)).await?;
    let user_must_agree = core.api.confirm_device(access_token, key, name, &made.verifier, &made.salt).await?;
    Ok(NewDevice::Confirmed { device: Device::new(key, group_key, made.password.as_str()), user_must_agree })
}

async fn begin_exchange() -> Result<Exchange, AuthError> {
    on_blocking_thread(Exchange::start).await
}

/// Computes on a thread that may block, since powers of 3072-bit numbers take milliseconds.
async fn on_blocking_thread<T: Send + 'static>(
    compute: impl FnOnce() -> Result<T, SrpError> + Send + 'static,
) -> Result<T, AuthError> {
    tokio::task::spawn_blocking(compute)
        .await
        .map_err(|error| AuthError::new(AuthErrorKind::Protocol, "SRP").with_source(error))?
        .map_err(srp_failure)
}

fn srp_failure(error: SrpError) -> AuthError {
    let kind = match error {
        SrpError::PoolId | SrpError::NoRandomness | SrpError::Clock => AuthErrorKind::Configuration,
        _ => AuthErrorKind::Protocol,
    };
    AuthError::because(kind, "SRP", error.to_string())
}

const RESPOND: &str = "RespondToAuthChallenge";
const DEVICE_SRP_AUTH: &str = "DEVICE_SRP_AUTH";
const DEVICE_PASSWORD_VERIFIER: &str = "DEVICE_PASSWORD_VERIFIER";

/// The maximum number of answers, so that a server can't continue a sign-in forever.
const MAX_ANSWERS: u8 = 24;

#[cfg(test)]
mod tests;
