//! The user-pool API over HTTP: JSON 1.1, with the operation in a header.

use crate::account::{passkeys, sign_up};
use crate::state::{Answer, Refusal, State, uuid};
use crate::{account, refresh, sign_in};
use axum::body::Bytes;
use axum::extract;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};
use std::sync::Arc;

/// Responds to one operation.
pub(crate) async fn operation(
    extract::State(state): extract::State<Arc<State>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default().to_owned();
    // Exponentiation of 3072-bit numbers blocks a thread for milliseconds.
    let answered = tokio::task::spawn_blocking(move || {
        let call =
            serde_json::from_slice(&body).map_err(|error| Refusal("SerializationException", error.to_string()))?;
        dispatch(&state, target.trim_start_matches("AWSCognitoIdentityProviderService."), &call)
    });
    let (status, answer) = match answered.await {
        Ok(Ok(answer)) => (StatusCode::OK, answer),
        Ok(Err(Refusal(code, message))) => (StatusCode::BAD_REQUEST, json!({ "__type": code, "message": message })),
        Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, json!({ "__type": "InternalErrorException" })),
    };
    let head = [(header::CONTENT_TYPE, "application/x-amz-json-1.1".to_owned()), (REQUEST_ID, uuid())];
    (status, head, answer.to_string()).into_response()
}

fn dispatch(state: &State, operation: &str, call: &Value) -> Answer {
    match operation {
        "InitiateAuth" => sign_in::initiate(state, call),
        "RespondToAuthChallenge" => sign_in::respond(state, call),
        "GetTokensFromRefreshToken" => refresh::by_operation(state, call),
        "RevokeToken" => refresh::revoke(state, call),
        "GetUser" => account::get_user(state, call),
        "ChangePassword" => account::change_password(state, call),
        "AssociateSoftwareToken" => account::associate(state, call),
        "VerifySoftwareToken" => account::verify(state, call),
        "SetUserMFAPreference" => account::prefer(state, call),
        "ConfirmDevice" => account::confirm_device(state, call),
        "UpdateDeviceStatus" => account::update_device(state, call),
        "ForgetDevice" => account::forget_device(state, call),
        "ListDevices" => account::list_devices(state, call),
        "GetUserAuthFactors" => account::auth_factors(state, call),
        "UpdateUserAttributes" => account::update(state, call),
        "DeleteUserAttributes" => account::delete_attributes(state, call),
        "GetUserAttributeVerificationCode" => account::attribute_code(state, call),
        "VerifyUserAttribute" => account::verify_attribute(state, call),
        "DeleteUser" => account::delete(state, call),
        "SignUp" => sign_up::sign_up(state, call),
        "ConfirmSignUp" => sign_up::confirm(state, call),
        "ResendConfirmationCode" => sign_up::send_code(state, call, true),
        "ForgotPassword" => sign_up::send_code(state, call, false),
        "ConfirmForgotPassword" => sign_up::set_password(state, call),
        "StartWebAuthnRegistration" => passkeys::start(state, call),
        "CompleteWebAuthnRegistration" => passkeys::complete(state, call),
        "ListWebAuthnCredentials" => passkeys::list(state, call),
        "DeleteWebAuthnCredential" => passkeys::delete(state, call),
        "GlobalSignOut" => account::sign_out(state, call),
        other => Err(Refusal("UnknownOperationException", format!("{other} is not known here"))),
    }
}

const REQUEST_ID: header::HeaderName = header::HeaderName::from_static("x-amzn-requestid");
