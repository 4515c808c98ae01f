//! Operations with an access token: account, attributes, passwords, authenticator apps, devices, signing out everywhere.

pub(crate) mod passkeys;
pub(crate) mod sign_up;

use crate::sign_in::{ADMIN_SCOPE, text, waiting};
use crate::srp::Verifier;
use crate::state::{Answer, Inner, Refusal, State, Totp, User, now, random, refuse};
use crate::totp;
use serde_json::{Value, json};

/// `GetUser`.
pub(crate) fn get_user(state: &State, call: &Value) -> Answer {
    let name = user_of_token(state, text(&call["AccessToken"]))?;
    let inner = state.lock();
    let user = found(&inner, &name)?;
    let attributes = user.attributes.iter().map(|(name, value)| json!({ "Name": name, "Value": value }));
    let mut answer = factors(user);
    answer["Username"] = json!(name);
    answer["UserAttributes"] = std::iter::once(json!({ "Name": "sub", "Value": user.sub })).chain(attributes).collect();
    Ok(answer)
}

/// `GetUserAuthFactors`.
pub(crate) fn auth_factors(state: &State, call: &Value) -> Answer {
    let name = user_of_token(state, text(&call["AccessToken"]))?;
    let inner = state.lock();
    let user = found(&inner, &name)?;
    let mut answer = factors(user);
    answer["Username"] = json!(name);
    let passkey = (!user.passkeys.is_empty()).then_some("WEB_AUTHN");
    answer["ConfiguredUserAuthFactors"] = std::iter::once("PASSWORD").chain(passkey).collect();
    Ok(answer)
}

/// The second factors of a user.
fn factors(user: &User) -> Value {
    let app = user.totp.as_ref().filter(|app| app.verified);
    let mut answer = json!({ "UserMFASettingList": app.map(|_| "SOFTWARE_TOKEN_MFA").into_iter().collect::<Vec<_>>() });
    if app.is_some_and(|app| app.preferred) {
        answer["PreferredMfaSetting"] = json!("SOFTWARE_TOKEN_MFA");
    }
    answer
}

/// `UpdateUserAttributes`. A new address gets a code.
pub(crate) fn update(state: &State, call: &Value) -> Answer {
    let name = user_of_token(state, text(&call["AccessToken"]))?;
    let attributes = sign_up::attributes(&call["UserAttributes"])?;
    let mut inner = state.lock();
    let is_taken = |email: &String| inner.user_name(email).is_some_and(|other| other != name);
    if attributes.get("email").is_some_and(is_taken) {
        return refuse("AliasExistsException", "An account with the email already exists.");
    }
    let user = found_mut(&mut inner, &name)?;
    let is_new = attributes.contains_key("email");
    user.attributes.extend(attributes);
    if !is_new {
        return Ok(json!({ "CodeDeliveryDetailsList": [] }));
    }
    user.code = Some(sign_up::code());
    Ok(json!({ "CodeDeliveryDetailsList": [sign_up::delivery(user)] }))
}

/// `DeleteUserAttributes`.
pub(crate) fn delete_attributes(state: &State, call: &Value) -> Answer {
    let name = user_of_token(state, text(&call["AccessToken"]))?;
    let mut inner = state.lock();
    let user = found_mut(&mut inner, &name)?;
    for attribute in call["UserAttributeNames"].as_array().into_iter().flatten() {
        user.attributes.remove(text(attribute));
    }
    Ok(json!({}))
}

/// `GetUserAttributeVerificationCode`.
pub(crate) fn attribute_code(state: &State, call: &Value) -> Answer {
    let name = user_of_token(state, text(&call["AccessToken"]))?;
    let mut inner = state.lock();
    let user = found_mut(&mut inner, &name)?;
    if !user.attributes.contains_key(text(&call["AttributeName"])) {
        return refuse("InvalidParameterException", "User has no attribute specified");
    }
    user.code = Some(sign_up::code());
    Ok(json!({ "CodeDeliveryDetails": sign_up::delivery(user) }))
}

/// `VerifyUserAttribute`.
pub(crate) fn verify_attribute(state: &State, call: &Value) -> Answer {
    let name = user_of_token(state, text(&call["AccessToken"]))?;
    if found_mut(&mut state.lock(), &name)?.takes_code(text(&call["Code"])) {
        return Ok(json!({}));
    }
    refuse("CodeMismatchException", "Invalid verification code provided, please try again.")
}

/// `DeleteUser`.
pub(crate) fn delete(state: &State, call: &Value) -> Answer {
    let name = user_of_token(state, text(&call["AccessToken"]))?;
    let mut inner = state.lock();
    inner.users.remove(&name);
    inner.refresh_tokens.retain(|_, token| token.grant.username.as_deref() != Some(&name));
    Ok(json!({}))
}

/// `ListDevices`, one on each page.
pub(crate) fn list_devices(state: &State, call: &Value) -> Answer {
    let name = user_of_token(state, text(&call["AccessToken"]))?;
    let inner = state.lock();
    let after = text(&call["PaginationToken"]);
    // A device without a verifier is not confirmed.
    let devices = found(&inner, &name)?.devices.iter().filter(|(_, verifier)| verifier.is_some());
    let mut rest = devices.map(|(key, _)| key).filter(|key| key.as_str() > after);
    let page: Vec<_> = rest.by_ref().take(1).map(|key| json!({ "DeviceKey": key, "DeviceAttributes": [] })).collect();
    let mut answer = json!({ "Devices": page });
    if rest.next().is_some() {
        answer["PaginationToken"] = answer["Devices"][0]["DeviceKey"].clone();
    }
    Ok(answer)
}

/// `ChangePassword`.
pub(crate) fn change_password(state: &State, call: &Value) -> Answer {
    let name = user_of_token(state, text(&call["AccessToken"]))?;
    let password = state.password(&name, text(&call["ProposedPassword"]));
    let mut inner = state.lock();
    let user = found_mut(&mut inner, &name)?;
    if !user.password.is_of(state.realm(), &name, text(&call["PreviousPassword"])) {
        return refuse("NotAuthorizedException", "Incorrect username or password.");
    }
    user.password = password;
    Ok(json!({}))
}

/// `AssociateSoftwareToken`, with an access token or during a sign-in.
pub(crate) fn associate(state: &State, call: &Value) -> Answer {
    let name = caller(state, call)?;
    let secret = totp::secret(&random());
    let mut inner = state.lock();
    found_mut(&mut inner, &name)?.totp = Some(Totp { secret: secret.clone(), verified: false, preferred: false });
    let mut answer = json!({ "SecretCode": secret });
    if let Some(session) = call["Session"].as_str() {
        answer["Session"] = json!(session);
    }
    Ok(answer)
}

/// `VerifySoftwareToken`.
pub(crate) fn verify(state: &State, call: &Value) -> Answer {
    let name = caller(state, call)?;
    let mut inner = state.lock();
    let Some(app) = &mut found_mut(&mut inner, &name)?.totp else {
        return refuse("InvalidParameterException", "There is no authenticator app to verify");
    };
    if !totp::accepts(&app.secret, text(&call["UserCode"])) {
        return refuse("EnableSoftwareTokenMFAException", "Code mismatch");
    }
    app.verified = true;
    // An app that is set up during sign-in is required from then on.
    app.preferred |= call["Session"].is_string();
    let mut answer = json!({ "Status": "SUCCESS" });
    if let Some(session) = call["Session"].as_str() {
        answer["Session"] = json!(session);
    }
    Ok(answer)
}

/// `SetUserMFAPreference`.
pub(crate) fn prefer(state: &State, call: &Value) -> Answer {
    let name = user_of_token(state, text(&call["AccessToken"]))?;
    let wanted = &call["SoftwareTokenMfaSettings"];
    let on = wanted["Enabled"] == true && wanted["PreferredMfa"] == true;
    let mut inner = state.lock();
    match &mut found_mut(&mut inner, &name)?.totp {
        Some(app) if app.verified => app.preferred = on,
        _ if on => return refuse("InvalidParameterException", "User has not set up software token mfa"),
        _ => {}
    }
    Ok(json!({}))
}

/// `ConfirmDevice`.
pub(crate) fn confirm_device(state: &State, call: &Value) -> Answer {
    let name = user_of_token(state, text(&call["AccessToken"]))?;
    let sent = &call["DeviceSecretVerifierConfig"];
    let Some(verifier) = Verifier::of_device(text(&sent["PasswordVerifier"]), text(&sent["Salt"])) else {
        return refuse("InvalidParameterException", "The verifier or the salt is not base64");
    };
    let mut inner = state.lock();
    match found_mut(&mut inner, &name)?.devices.get_mut(text(&call["DeviceKey"])) {
        Some(device) => *device = Some(verifier),
        None => return no_device(),
    }
    Ok(json!({ "UserConfirmationNecessary": false }))
}

/// `UpdateDeviceStatus`.
pub(crate) fn update_device(state: &State, call: &Value) -> Answer {
    let name = user_of_token(state, text(&call["AccessToken"]))?;
    let inner = state.lock();
    if found(&inner, &name)?.devices.contains_key(text(&call["DeviceKey"])) { Ok(json!({})) } else { no_device() }
}

/// `ForgetDevice`.
pub(crate) fn forget_device(state: &State, call: &Value) -> Answer {
    let name = user_of_token(state, text(&call["AccessToken"]))?;
    let mut inner = state.lock();
    match found_mut(&mut inner, &name)?.devices.remove(text(&call["DeviceKey"])) {
        Some(_) => Ok(json!({})),
        None => no_device(),
    }
}

/// `GlobalSignOut`.
pub(crate) fn sign_out(state: &State, call: &Value) -> Answer {
    let name = user_of_token(state, text(&call["AccessToken"]))?;
    let mut inner = state.lock();
    let of_user = |grant: &crate::state::Grant| grant.username.as_deref() == Some(&name);
    let ended: Vec<String> = inner
        .refresh_tokens
        .values()
        .filter(|token| of_user(&token.grant))
        .map(|token| token.grant.origin.clone())
        .collect();
    inner.ended.extend(ended);
    Ok(json!({}))
}

/// The user of an access token, if the token allows self-service.
pub(crate) fn user_of_token(state: &State, token: &str) -> Result<String, Refusal> {
    let Some(claims) = state.keys.verified(token).filter(|claims| claims["token_use"] == "access") else {
        return refuse("NotAuthorizedException", "Invalid Access Token");
    };
    if claims["exp"].as_u64().unwrap_or_default() <= now() {
        return refuse("NotAuthorizedException", "Access Token has expired");
    }
    if state.lock().ended.contains(text(&claims["origin_jti"])) {
        return refuse("NotAuthorizedException", "Access Token has been revoked");
    }
    if !text(&claims["scope"]).split(' ').any(|scope| scope == ADMIN_SCOPE) {
        return refuse("NotAuthorizedException", "Access Token does not have required scopes");
    }
    Ok(text(&claims["username"]).to_owned())
}

/// The user of the request: signed in, or during a sign-in.
fn caller(state: &State, call: &Value) -> Result<String, Refusal> {
    match call["Session"].as_str() {
        Some(session) => waiting(&mut state.lock(), session).map(|pending| pending.username.clone()),
        None => user_of_token(state, text(&call["AccessToken"])),
    }
}

pub(crate) fn found<'i>(inner: &'i Inner, name: &str) -> Result<&'i User, Refusal> {
    inner.users.get(name).ok_or_else(|| Refusal("UserNotFoundException", "User does not exist.".to_owned()))
}

pub(crate) fn found_mut<'i>(inner: &'i mut Inner, name: &str) -> Result<&'i mut User, Refusal> {
    inner.users.get_mut(name).ok_or_else(|| Refusal("UserNotFoundException", "User does not exist.".to_owned()))
}

fn no_device() -> Answer {
    refuse("ResourceNotFoundException", "Device does not exist.")
}
