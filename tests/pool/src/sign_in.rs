//! `InitiateAuth` and `RespondToAuthChallenge`, challenge by challenge.

use crate::srp::Exchange;
use crate::state::{Answer, Grant, Inner, Refusal, State, now, opaque, random, refuse, uuid};
use crate::totp;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// A sign-in in progress.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    client_id: String,
    pub username: String,
    device_key: Option<String>,
}

/// `InitiateAuth`.
pub(crate) fn initiate(state: &State, call: &Value) -> Answer {
    let (client_id, given) = (text(&call["ClientId"]), &call["AuthParameters"]);
    state.client(client_id)?;
    if call["AuthFlow"] == "REFRESH_TOKEN_AUTH" || call["AuthFlow"] == "REFRESH_TOKEN" {
        return crate::refresh::by_flow(state, client_id, given);
    }
    let entered = text(&given["USERNAME"]);
    state.check_hash(client_id, entered, given["SECRET_HASH"].as_str())?;
    let mut inner = state.lock();
    // From here on, and in all responses, the user has the name of the pool.
    let Some(username) = inner.user_name(entered) else { return wrong() };
    let username = username.as_str();
    let pending = Pending {
        client_id: client_id.to_owned(),
        username: username.to_owned(),
        device_key: given["DEVICE_KEY"].as_str().map(str::to_owned),
    };
    check_device(&inner, &pending)?;
    match text(&call["AuthFlow"]) {
        "USER_SRP_AUTH" => {
            let Some(user) = inner.users.get(username) else { return wrong() };
            let exchange = Exchange::new(&user.password, text(&given["SRP_A"]), random());
            let Some(exchange) = exchange else {
                return refuse("InvalidParameterException", "SRP_A is not a number of the group");
            };
            let mut answer = exchanged(&mut inner, pending, exchange);
            answer["ChallengeName"] = json!("PASSWORD_VERIFIER");
            answer["ChallengeParameters"]["USER_ID_FOR_SRP"] = json!(username);
            Ok(answer)
        }
        "USER_PASSWORD_AUTH" => {
            let Some(user) = inner.users.get(username) else { return wrong() };
            if !user.password.is_of(state.realm(), username, text(&given["PASSWORD"])) {
                return wrong();
            }
            advance(state, &mut inner, pending, Done::Password)
        }
        "USER_AUTH" => match call["Session"].as_str() {
            // The session of a confirmed sign-up signs in once.
            Some(session) => match inner.confirmed.remove(session) {
                Some(of) if of == username => advance(state, &mut inner, pending, Done::Password),
                _ => refuse("NotAuthorizedException", "Invalid session for the user, session can only be used once."),
            },
            None => {
                let session = opaque();
                inner.challenges.insert(session.clone(), ("SELECT_CHALLENGE", pending));
                Ok(json!({
                    "ChallengeName": "SELECT_CHALLENGE", "AvailableChallenges": ["PASSWORD"], "Session": session,
                    "ChallengeParameters": { "USERNAME": username },
                }))
            }
        },
        flow => refuse("InvalidParameterException", format!("{flow} is not enabled for the client")),
    }
}

/// `RespondToAuthChallenge`.
pub(crate) fn respond(state: &State, call: &Value) -> Answer {
    let (client_id, given) = (text(&call["ClientId"]), &call["ChallengeResponses"]);
    let challenge = text(&call["ChallengeName"]);
    state.check_hash(client_id, text(&given["USERNAME"]), given["SECRET_HASH"].as_str())?;
    let mut inner = state.lock();
    if matches!(challenge, "PASSWORD_VERIFIER" | "DEVICE_PASSWORD_VERIFIER") {
        return prove(state, &mut inner, challenge, given);
    }
    let session = text(&call["Session"]);
    let Some((waiting, mut pending)) = inner.challenges.get(session).cloned() else {
        return refuse("NotAuthorizedException", "Invalid session for the user, session can only be used once.");
    };
    pending.device_key = given["DEVICE_KEY"].as_str().map(str::to_owned);
    check_device(&inner, &pending)?;
    if waiting != challenge || pending.client_id != client_id || pending.username != text(&given["USERNAME"]) {
        return refuse("NotAuthorizedException", "Invalid session for the user.");
    }
    if challenge == "DEVICE_SRP_AUTH" {
        let key = text(&given["DEVICE_KEY"]);
        let verifier = inner.users.get(&pending.username).and_then(|user| user.devices.get(key)?.clone());
        let Some(verifier) = verifier else { return no_device() };
        let Some(exchange) = Exchange::new(&verifier, text(&given["SRP_A"]), random()) else {
            return refuse("InvalidParameterException", "SRP_A is not a number of the group");
        };
        inner.challenges.remove(session);
        let mut answer = exchanged(&mut inner, pending, exchange);
        answer["ChallengeName"] = json!("DEVICE_PASSWORD_VERIFIER");
        answer["ChallengeParameters"]["DEVICE_KEY"] = json!(key);
        return Ok(answer);
    }
    let done = answered(state, &mut inner, challenge, &pending.username, given)?;
    inner.challenges.remove(session);
    advance(state, &mut inner, pending, done)
}

/// What a right answer to a challenge of the user completes.
fn answered(state: &State, inner: &mut Inner, challenge: &str, name: &str, given: &Value) -> Result<Done, Refusal> {
    let Some(user) = inner.users.get_mut(name) else { return wrong().map(|_| Done::Password) };
    let app = user.totp.as_ref();
    match challenge {
        "SELECT_CHALLENGE" => {
            let is_right = user.password.is_of(state.realm(), name, text(&given["PASSWORD"]));
            if !is_right || given["ANSWER"] != "PASSWORD" {
                return wrong().map(|_| Done::Password);
            }
            Ok(Done::Password)
        }
        "NEW_PASSWORD_REQUIRED" => {
            let new = text(&given["NEW_PASSWORD"]);
            if new.chars().count() < 8 {
                return refuse("InvalidPasswordException", "Password not long enough");
            }
            (user.password, user.must_change) = (state.password(name, new), false);
            Ok(Done::Password)
        }
        "SOFTWARE_TOKEN_MFA" => {
            let typed = text(&given["SOFTWARE_TOKEN_MFA_CODE"]);
            if !app.is_some_and(|app| totp::accepts(&app.secret, typed)) {
                // The session stays valid, so that the user can correct a wrong code.
                return refuse("CodeMismatchException", "Invalid code received for user");
            }
            Ok(Done::SecondFactor)
        }
        "MFA_SETUP" if app.is_some_and(|app| app.verified) => Ok(Done::SecondFactor),
        "MFA_SETUP" => refuse("InvalidParameterException", "The authenticator app is not verified"),
        other => refuse("InvalidParameterException", format!("unknown challenge {other}")),
    }
}

/// The app client of a challenge's session, for operations that use such a session.
pub(crate) fn waiting<'i>(inner: &'i mut Inner, session: &str) -> Result<&'i mut Pending, Refusal> {
    match inner.challenges.get_mut(session) {
        Some((_, pending)) => Ok(pending),
        None => refuse("NotAuthorizedException", "Invalid session for the user, session is expired."),
    }
}

/// The state of a sign-in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Done {
    Password,
    SecondFactor,
}

/// The proof of a password or a device.
fn prove(state: &State, inner: &mut Inner, challenge: &str, given: &Value) -> Answer {
    let block = text(&given["PASSWORD_CLAIM_SECRET_BLOCK"]);
    let Some((pending, _)) = inner.exchanges.get(block) else { return wrong() };
    let device_key = given["DEVICE_KEY"].as_str().map(str::to_owned);
    check_device(inner, &Pending { device_key: device_key.clone(), ..pending.clone() })?;
    let Some((mut pending, exchange)) = inner.exchanges.remove(block) else { return wrong() };
    pending.device_key = device_key;
    let (time, signature) = (text(&given["TIMESTAMP"]), text(&given["PASSWORD_CLAIM_SIGNATURE"]));
    let Ok(block) = STANDARD.decode(block) else { return wrong() };
    let (realm, name, done) = if challenge == "PASSWORD_VERIFIER" {
        (state.realm(), pending.username.as_str(), Done::Password)
    } else {
        (GROUP, pending.device_key.as_deref().unwrap_or_default(), Done::SecondFactor)
    };
    if !exchange.accepts(realm, name, &block, time, signature) {
        return wrong();
    }
    advance(state, inner, pending, done)
}

/// Returns the next challenge, or the tokens.
fn advance(state: &State, inner: &mut Inner, pending: Pending, done: Done) -> Answer {
    if let Some((name, more)) = next_challenge(state, inner, &pending, done)? {
        let mut parameters = json!({ "USERNAME": pending.username, "USER_ID_FOR_SRP": pending.username });
        for (key, value) in more {
            parameters[key] = json!(value);
        }
        let session = opaque();
        inner.challenges.insert(session.clone(), (name, pending));
        return Ok(json!({ "ChallengeName": name, "ChallengeParameters": parameters, "Session": session }));
    }
    let mut new_device = None;
    let mut device_key = pending.device_key;
    if state.settings.devices && device_key.is_none() {
        let key = format!("{}_{}", state.pool_id.split('_').next().unwrap_or_default(), uuid());
        new_device = Some(json!({ "DeviceKey": key, "DeviceGroupKey": GROUP }));
        device_key = Some(key.clone());
        if let Some(user) = inner.users.get_mut(&pending.username) {
            user.devices.insert(key, None);
        }
    }
    let grant = Grant {
        username: Some(pending.username),
        over_api: true,
        client_id: pending.client_id,
        scopes: vec![ADMIN_SCOPE.to_owned()],
        device_key,
        nonce: None,
        auth_time: now(),
        origin: uuid(),
    };
    let mut result = crate::refresh::tokens(state, inner, &grant, true);
    if let Some(device) = new_device {
        result["NewDeviceMetadata"] = device;
    }
    Ok(json!({ "AuthenticationResult": result, "ChallengeParameters": {} }))
}

/// A challenge's name and its own parameters.
type Challenge = (&'static str, Vec<(&'static str, &'static str)>);

/// The next challenge for the user, if any.
fn next_challenge(state: &State, inner: &Inner, pending: &Pending, done: Done) -> Result<Option<Challenge>, Refusal> {
    let Some(user) = inner.users.get(&pending.username) else { return wrong().map(|_| None) };
    if !user.is_confirmed {
        return refuse("UserNotConfirmedException", "User is not confirmed.");
    }
    if user.must_change {
        return Ok(Some(("NEW_PASSWORD_REQUIRED", vec![("requiredAttributes", "[]"), ("userAttributes", "{}")])));
    }
    if done == Done::SecondFactor {
        return Ok(None);
    }
    // An unknown device was refused before.
    if pending.device_key.is_some() {
        return Ok(Some(("DEVICE_SRP_AUTH", Vec::new())));
    }
    Ok(match &user.totp {
        Some(app) if app.preferred => Some(("SOFTWARE_TOKEN_MFA", vec![("FRIENDLY_DEVICE_NAME", "phone")])),
        Some(app) if app.verified => None,
        _ if state.settings.totp_required => Some(("MFA_SETUP", vec![("MFAS_CAN_SETUP", "[\"SOFTWARE_TOKEN_MFA\"]")])),
        _ => None,
    })
}

/// A device that the pool does not know is refused before anything else, and the request can be repeated without it: the clients of AWS do
/// so (`retryOnResourceNotFoundException` of Amplify).
fn check_device(inner: &Inner, pending: &Pending) -> Result<(), Refusal> {
    let Some(key) = &pending.device_key else { return Ok(()) };
    let is_known =
        inner.users.get(&pending.username).is_some_and(|user| matches!(user.devices.get(key), Some(Some(_))));
    if is_known { Ok(()) } else { no_device().map(drop) }
}

/// The server's half of an exchange, identified by its secret block. As with Cognito, it has no session.
fn exchanged(inner: &mut Inner, pending: Pending, exchange: Exchange) -> Value {
    let block = STANDARD.encode(random::<64>());
    let parameters = json!({
        "USERNAME": pending.username, "SRP_B": exchange.public(), "SALT": exchange.salt(), "SECRET_BLOCK": block,
    });
    inner.exchanges.insert(block, (pending, exchange));
    json!({ "ChallengeParameters": parameters })
}

fn wrong() -> Answer {
    refuse("NotAuthorizedException", "Incorrect username or password.")
}

fn no_device() -> Answer {
    refuse("ResourceNotFoundException", "Device does not exist.")
}

/// A text of the request; it is not empty.
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The devices of the pool form one group.
const GROUP: &str = "-TestGroup";

/// The scope that a sign-in by the user-pool API grants, and that self-service needs.
pub(crate) const ADMIN_SCOPE: &str = "aws.cognito.signin.user.admin";
