//! Operations before the sign-in: sign-up, confirmation, forgotten passwords.

use crate::sign_in::text;
use crate::state::{Answer, Inner, State, User, opaque, random, refuse};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// `SignUp`.
pub(crate) fn sign_up(state: &State, call: &Value) -> Answer {
    let (client_id, name) = (text(&call["ClientId"]), text(&call["Username"]));
    state.check_hash(client_id, name, call["SecretHash"].as_str())?;
    check_texts(&call["ClientMetadata"])?;
    check_password(text(&call["Password"]))?;
    let attributes = attributes(&call["UserAttributes"])?;
    attributes_of(&call["ValidationData"])?;
    if state.lock().user_name(name).is_some() {
        return refuse("UsernameExistsException", "User already exists");
    }
    let mut user = User::new(state.password(name, text(&call["Password"])));
    (user.is_confirmed, user.attributes, user.code) = (false, attributes, Some(code()));
    let (sub, session) = (user.sub.clone(), opaque());
    let mut inner = state.lock();
    inner.sign_ups.insert(session.clone(), name.to_owned());
    let sent = delivery(&user);
    inner.users.insert(name.to_owned(), user);
    Ok(json!({ "UserConfirmed": false, "UserSub": sub, "CodeDeliveryDetails": sent, "Session": session }))
}

/// `ConfirmSignUp`. With the session of the sign-up, it returns one that signs the user in.
pub(crate) fn confirm(state: &State, call: &Value) -> Answer {
    let (client_id, entered) = (text(&call["ClientId"]), text(&call["Username"]));
    state.check_hash(client_id, entered, call["SecretHash"].as_str())?;
    check_texts(&call["ClientMetadata"])?;
    let mut inner = state.lock();
    let Some(name) = inner.user_name(entered) else { return no_user() };
    let session = call["Session"].as_str();
    if session.is_some_and(|session| inner.sign_ups.get(session) != Some(&name)) {
        return refuse("NotAuthorizedException", "Invalid session for the user.");
    }
    let Some(user) = inner.users.get_mut(&name) else { return no_user() };
    if user.is_confirmed {
        return refuse("NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED");
    }
    if !user.takes_code(text(&call["ConfirmationCode"])) {
        return refuse("CodeMismatchException", "Invalid verification code provided, please try again.");
    }
    user.is_confirmed = true;
    let Some(session) = session else { return Ok(json!({})) };
    inner.sign_ups.remove(session);
    let next = opaque();
    inner.confirmed.insert(next.clone(), name);
    Ok(json!({ "Session": next }))
}

/// `ResendConfirmationCode` and `ForgotPassword`.
pub(crate) fn send_code(state: &State, call: &Value, is_for_sign_up: bool) -> Answer {
    let (client_id, entered) = (text(&call["ClientId"]), text(&call["Username"]));
    state.check_hash(client_id, entered, call["SecretHash"].as_str())?;
    check_texts(&call["ClientMetadata"])?;
    let mut inner = state.lock();
    let Some(name) = inner.user_name(entered) else { return no_user() };
    let Some(user) = inner.users.get_mut(&name) else { return no_user() };
    if user.is_confirmed == is_for_sign_up {
        let text = if is_for_sign_up { "User is already confirmed." } else { "Cannot reset password for the user" };
        return refuse("InvalidParameterException", text);
    }
    if !user.attributes.contains_key("email") {
        return refuse("InvalidParameterException", "There is no registered or verified email for the user");
    }
    user.code = Some(code());
    Ok(json!({ "CodeDeliveryDetails": delivery(user) }))
}

/// `ConfirmForgotPassword`.
pub(crate) fn set_password(state: &State, call: &Value) -> Answer {
    let (client_id, entered) = (text(&call["ClientId"]), text(&call["Username"]));
    state.check_hash(client_id, entered, call["SecretHash"].as_str())?;
    check_password(text(&call["Password"]))?;
    let Some(name) = state.lock().user_name(entered) else { return no_user() };
    let password = state.password(&name, text(&call["Password"]));
    let mut inner = state.lock();
    let Some(user) = inner.users.get_mut(&name) else { return no_user() };
    if !user.takes_code(text(&call["ConfirmationCode"])) {
        return refuse("CodeMismatchException", "Invalid verification code provided, please try again.");
    }
    user.password = password;
    Ok(json!({}))
}

impl Inner {
    /// The name in the pool of what a user entered: the name, or an e-mail address or phone number without regard to case.
    pub(crate) fn user_name(&self, entered: &str) -> Option<String> {
        let has_it = |user: &User| {
            ["email", "phone_number"]
                .iter()
                .any(|name| user.attributes.get(*name).is_some_and(|value| value.eq_ignore_ascii_case(entered)))
        };
        let by_name = self.users.keys().find(|name| name.eq_ignore_ascii_case(entered));
        by_name.or_else(|| self.users.iter().find(|(_, user)| has_it(user)).map(|(name, _)| name)).cloned()
    }
}

impl User {
    /// Whether this is the code that was sent. A code is accepted once.
    pub(crate) fn takes_code(&mut self, entered: &str) -> bool {
        let is_right = self.code.as_deref() == Some(entered);
        if is_right {
            self.code = None;
        }
        is_right
    }
}

/// A new code of six digits.
pub(crate) fn code() -> String {
    format!("{:06}", u32::from_be_bytes(random()) % 1_000_000)
}

/// Where a code is sent.
pub(crate) fn delivery(user: &User) -> Value {
    let first = user.attributes.get("email").and_then(|email| email.chars().next()).unwrap_or('*');
    json!({ "AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": format!("{first}***@***") })
}

/// Attributes of a user; their names are those of a default pool.
pub(crate) fn attributes(list: &Value) -> Result<BTreeMap<String, String>, crate::state::Refusal> {
    let attributes = attributes_of(list)?;
    match attributes.keys().find(|name| !KNOWN.contains(&name.as_str())) {
        Some(name) => refuse("InvalidParameterException", format!("Attributes did not conform to the schema: {name}")),
        None => Ok(attributes),
    }
}

fn attributes_of(list: &Value) -> Result<BTreeMap<String, String>, crate::state::Refusal> {
    let pair = |item: &Value| Some((item["Name"].as_str()?.to_owned(), item["Value"].as_str()?.to_owned()));
    let pairs = list.as_array().map(Vec::as_slice).unwrap_or_default().iter().map(pair).collect();
    match pairs {
        Some(pairs) => Ok(pairs),
        None => refuse("SerializationException", "an attribute is a name and a value"),
    }
}

fn check_texts(map: &Value) -> Result<(), crate::state::Refusal> {
    let is_right = map.is_null() || map.as_object().is_some_and(|map| map.values().all(Value::is_string));
    if is_right { Ok(()) } else { refuse("SerializationException", "ClientMetadata is a map of texts") }
}

fn check_password(password: &str) -> Result<(), crate::state::Refusal> {
    if password.chars().count() >= 8 {
        return Ok(());
    }
    refuse("InvalidPasswordException", "Password did not conform with policy: Password not long enough")
}

fn no_user() -> Answer {
    refuse("UserNotFoundException", "Username/client id combination not found.")
}

/// The standard attributes that a user can set here.
const KNOWN: [&str; 6] = ["email", "given_name", "family_name", "name", "phone_number", "nickname"];
