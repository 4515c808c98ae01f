//! The tokens of a sign-in, and new ones for a refresh token; rotation and reuse; revocation.

use crate::sign_in::text;
use crate::state::{Answer, Grant, Inner, RefreshToken, Refusal, State, opaque, refuse};
use serde_json::{Value, json};

/// `AuthenticationResult`; with a refresh token if `refreshable` is true.
pub(crate) fn tokens(state: &State, inner: &mut Inner, grant: &Grant, refreshable: bool) -> Value {
    let user = grant.username.as_ref().and_then(|name| inner.users.get(name));
    let mut result = json!({
        "AccessToken": state.access_token(grant, user),
        "ExpiresIn": state.settings.token_lifetime.as_secs(),
        "TokenType": "Bearer",
    });
    // Managed login gives an ID token for the scope `openid`, the user-pool API always.
    let knows_the_user = grant.over_api || grant.scopes.iter().any(|scope| scope == "openid");
    if let Some(user) = user.filter(|_| knows_the_user) {
        result["IdToken"] = json!(state.id_token(grant, user));
    }
    if refreshable {
        let token = opaque();
        inner.refresh_tokens.insert(token.clone(), RefreshToken { grant: grant.clone(), used: false });
        result["RefreshToken"] = json!(token);
    }
    result
}

/// New tokens for a refresh token; with rotation also a new refresh token, and the old one becomes invalid.
pub(crate) fn refresh(state: &State, client_id: &str, token: &str, device_key: Option<&str>) -> Answer {
    let mut inner = state.lock();
    let Some(known) = inner.refresh_tokens.get_mut(token) else {
        return refuse("NotAuthorizedException", "Invalid Refresh Token");
    };
    let grant = known.grant.clone();
    if grant.client_id != client_id || grant.device_key.as_deref().is_some_and(|key| device_key != Some(key)) {
        return refuse("NotAuthorizedException", "Invalid Refresh Token");
    }
    if known.used {
        return refuse("RefreshTokenReuseException", "Refresh token reuse detected");
    }
    known.used = state.settings.rotation;
    if inner.ended.contains(&grant.origin) {
        return refuse("NotAuthorizedException", "Refresh Token has been revoked");
    }
    Ok(tokens(state, &mut inner, &grant, state.settings.rotation))
}

/// `GetTokensFromRefreshToken`.
pub(crate) fn by_operation(state: &State, call: &Value) -> Answer {
    let client_id = text(&call["ClientId"]);
    check_secret(state, client_id, call["ClientSecret"].as_str())?;
    let result = refresh(state, client_id, text(&call["RefreshToken"]), call["DeviceKey"].as_str())?;
    Ok(json!({ "AuthenticationResult": result }))
}

/// `InitiateAuth` with `REFRESH_TOKEN_AUTH`, which an app client with rotation does not have.
pub(crate) fn by_flow(state: &State, client_id: &str, given: &Value) -> Answer {
    if state.settings.rotation {
        return refuse("UnsupportedOperationException", "REFRESH_TOKEN_AUTH is not enabled with rotation");
    }
    let token = text(&given["REFRESH_TOKEN"]);
    let username = state.lock().refresh_tokens.get(token).and_then(|known| known.grant.username.clone());
    state.check_hash(client_id, &username.unwrap_or_default(), given["SECRET_HASH"].as_str())?;
    let result = refresh(state, client_id, token, given["DEVICE_KEY"].as_str())?;
    Ok(json!({ "AuthenticationResult": result, "ChallengeParameters": {} }))
}

/// `RevokeToken`: ends the sign-in of the token. It can be repeated.
pub(crate) fn revoke(state: &State, call: &Value) -> Answer {
    let client_id = text(&call["ClientId"]);
    check_secret(state, client_id, call["ClientSecret"].as_str())?;
    end(state, client_id, text(&call["Token"]));
    Ok(json!({}))
}

/// Ends the sign-in of a refresh token, if it was issued to this app client.
pub(crate) fn end(state: &State, client_id: &str, token: &str) {
    let mut inner = state.lock();
    let known = inner.refresh_tokens.get(token).filter(|known| known.grant.client_id == client_id);
    if let Some(origin) = known.map(|known| known.grant.origin.clone()) {
        inner.ended.insert(origin);
    }
}

fn check_secret(state: &State, client_id: &str, secret: Option<&str>) -> Result<(), Refusal> {
    state.client(client_id)?;
    if state.has_secret(client_id, secret) {
        return Ok(());
    }
    refuse("NotAuthorizedException", format!("Unable to verify secret for client {client_id}"))
}
