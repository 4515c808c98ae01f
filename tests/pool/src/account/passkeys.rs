//! Passkeys of a signed-in user: registration as WebAuthn describes it, the list, deletion.

use crate::account::{found, found_mut, user_of_token};
use crate::sign_in::text;
use crate::state::{Answer, State, now, opaque, refuse};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde_json::{Value, json};

/// `StartWebAuthnRegistration`.
pub(crate) fn start(state: &State, call: &Value) -> Answer {
    let name = user_of_token(state, text(&call["AccessToken"]))?;
    let challenge = opaque();
    let mut inner = state.lock();
    let user = found_mut(&mut inner, &name)?;
    user.registration = Some(challenge.clone());
    Ok(json!({ "CredentialCreationOptions": {
        "rp": { "id": RELYING_PARTY, "name": RELYING_PARTY },
        "user": { "id": BASE64.encode(&user.sub), "name": name, "displayName": name },
        "challenge": challenge,
        "pubKeyCredParams": [{ "type": "public-key", "alg": -7 }],
        "timeout": 60_000,
        "authenticatorSelection": { "residentKey": "required", "userVerification": "required" },
    } }))
}

/// `CompleteWebAuthnRegistration`, which checks the client data, not the attestation.
pub(crate) fn complete(state: &State, call: &Value) -> Answer {
    let name = user_of_token(state, text(&call["AccessToken"]))?;
    let credential = &call["Credential"];
    let mut inner = state.lock();
    let user = found_mut(&mut inner, &name)?;
    let Some(challenge) = user.registration.take() else {
        return refuse("WebAuthnChallengeNotFoundException", "There is no registration in progress");
    };
    let client = BASE64.decode(text(&credential["response"]["clientDataJSON"])).ok();
    let client: Option<Value> = client.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let is_complete = !text(&credential["id"]).is_empty()
        && credential["rawId"].is_string()
        && credential["type"] == "public-key"
        && credential["response"]["attestationObject"].is_string();
    let Some(client) = client.filter(|client| client["type"] == "webauthn.create" && is_complete) else {
        return refuse("InvalidParameterException", "The credential is not a registration response");
    };
    if client["challenge"] != challenge.as_str() {
        return refuse("WebAuthnChallengeNotFoundException", "The challenge is that of another registration");
    }
    if client["origin"] != format!("https://{RELYING_PARTY}") {
        return refuse("WebAuthnOriginNotAllowedException", "The origin is not that of the relying party");
    }
    user.passkeys.insert(text(&credential["id"]).to_owned(), now());
    Ok(json!({}))
}

/// `ListWebAuthnCredentials`, one on each page.
pub(crate) fn list(state: &State, call: &Value) -> Answer {
    let name = user_of_token(state, text(&call["AccessToken"]))?;
    let inner = state.lock();
    let passkeys = &found(&inner, &name)?.passkeys;
    let after = text(&call["NextToken"]);
    let mut rest = passkeys.iter().filter(|(id, _)| id.as_str() > after);
    let page: Vec<_> = rest
        .by_ref()
        .take(1)
        .map(|(id, created)| {
            json!({
                "CredentialId": id, "FriendlyCredentialName": "passkey", "RelyingPartyId": RELYING_PARTY,
                "AuthenticatorTransports": ["internal"], "CreatedAt": created,
            })
        })
        .collect();
    let mut answer = json!({ "Credentials": page });
    if rest.next().is_some() {
        answer["NextToken"] = answer["Credentials"][0]["CredentialId"].clone();
    }
    Ok(answer)
}

/// `DeleteWebAuthnCredential`.
pub(crate) fn delete(state: &State, call: &Value) -> Answer {
    let name = user_of_token(state, text(&call["AccessToken"]))?;
    let mut inner = state.lock();
    match found_mut(&mut inner, &name)?.passkeys.remove(text(&call["CredentialId"])) {
        Some(_) => Ok(json!({})),
        None => refuse("ResourceNotFoundException", "The credential does not exist."),
    }
}

/// The relying party, for which browsers create the passkeys.
const RELYING_PARTY: &str = "auth.example.com";
