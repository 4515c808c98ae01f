//! Sign-in at a pool with a real SRP verifier, and at one that returns invalid values.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod devices;
mod names;
mod throttled;

use crate::app_client::client::AppClient;
use crate::auth::error::AuthErrorKind;
use crate::cognito::hash::secret_hash;
use crate::cognito::refresh::Refresh;
use crate::cognito::sign_in::FirstFactor;
use crate::cognito::steps::mfa::Mfa;
use crate::cognito::steps::step::{Refused, Step};
use crate::secret::Secret;
use crate::testing::pool::{ISSUER, POOL_ID, PetPool, token};
use crate::testing::scripted::{Reply, Scripted, Sent, fails};
use crate::testing::srp_server::Server;
use crate::token_credential::typed::AccessToken;
use serde_json::{Value, json};
use std::sync::Mutex;

const CLIENT: &str = "1example23456789";

fn client(server: &Scripted) -> AppClient<PetPool> {
    AppClient::of_pool(POOL_ID, CLIENT).endpoint(&server.url)
}

fn ok(value: Value) -> Reply {
    (200, value.to_string())
}

fn tokens() -> Value {
    json!({"AuthenticationResult": {
        "AccessToken": "access", "IdToken": "id", "RefreshToken": "refresh", "ExpiresIn": 3600, "TokenType": "Bearer"
    }})
}

fn challenge(name: &str, parameters: Value) -> Reply {
    ok(json!({"ChallengeName": name, "Session": "session-1", "ChallengeParameters": parameters}))
}

/// The parameters of a `PASSWORD_VERIFIER` or a device challenge.
fn srp_parameters(server: &Server) -> Value {
    json!({"SRP_B": server.public(), "SALT": server.salt(), "SECRET_BLOCK": "c2VjcmV0IGJsb2Nr", "USERNAME": "uuid-1",
           "USER_ID_FOR_SRP": "uuid-1"})
}

/// Whether a response to a challenge proves the password with its timestamp.
fn proves(server: &Server, realm: &str, name: &str, sent: &Sent, public: &str) -> bool {
    let signature = sent.text("/ChallengeResponses/PASSWORD_CLAIM_SIGNATURE").unwrap();
    let timestamp = sent.text("/ChallengeResponses/TIMESTAMP").unwrap();
    sent.text("/ChallengeResponses/PASSWORD_CLAIM_SECRET_BLOCK").as_deref() == Some("c2VjcmV0IGJsb2Nr")
        && server.expects(public, realm, name, "c2VjcmV0IGJsb2Nr", &timestamp) == signature
}

/// A pool with one user, who signs in with an e-mail address and has another user name.
async fn pool(password: &'static str, session: Option<&'static str>) -> Scripted {
    let server = Server::new("AbC123", "uuid-1", password);
    let public = Mutex::new(String::new());
    Scripted::start(move |sent| match sent.operation() {
        "InitiateAuth" => {
            *public.lock().unwrap() = sent.text("/AuthParameters/SRP_A").unwrap();
            let mut answer =
                json!({"ChallengeName": "PASSWORD_VERIFIER", "ChallengeParameters": srp_parameters(&server)});
            if let Some(session) = session {
                answer["Session"] = session.into();
            }
            ok(answer)
        }
        _ if proves(&server, "AbC123", "uuid-1", sent, &public.lock().unwrap()) => ok(tokens()),
        _ => fails("NotAuthorizedException", "Incorrect username or password."),
    })
    .await
}

#[tokio::test]
async fn srp_signs_in_with_an_alias_and_a_secret() {
    let server = pool("Passw0rd!", None).await;
    let signed_in = client(&server)
        .secret("s3cret")
        .sign_in("Alice@Example.com", "Passw0rd!")
        .metadata("from", "test")
        .await
        .unwrap()
        .signed_in()
        .unwrap();
    assert_eq!(signed_in.access_token.expose(), "access");
    assert_eq!(signed_in.username.as_deref(), Some("uuid-1"));
    assert_eq!(signed_in.expires_in.as_secs(), 3600);

    let sent = server.sent();
    let hash = |name| Some(secret_hash("s3cret", name, CLIENT));
    assert_eq!(sent[0].text("/AuthParameters/USERNAME").as_deref(), Some("Alice@Example.com"));
    assert_eq!(sent[0].text("/AuthParameters/SECRET_HASH"), hash("Alice@Example.com"));
    assert_eq!(sent[1].text("/ChallengeResponses/USERNAME").as_deref(), Some("uuid-1"));
    assert_eq!(sent[1].text("/ChallengeResponses/SECRET_HASH"), hash("uuid-1"));
    assert_eq!(sent[1].text("/ClientMetadata/from").as_deref(), Some("test"));
    assert_eq!(sent[1].json().get("Session"), None, "without a session in the response, none is sent");
    for one in &sent {
        assert!(!one.body.contains("Passw0rd!") && !one.body.contains("s3cret"), "{}", one.operation());
        assert_eq!(one.headers.get("authorization"), None);
    }
}

#[tokio::test]
async fn the_session_of_a_challenge_is_sent_back() {
    let server = pool("Passw0rd!", Some("session-0")).await;
    client(&server).sign_in("alice", "Passw0rd!").await.unwrap().signed_in().unwrap();
    assert_eq!(server.sent()[1].text("/Session").as_deref(), Some("session-0"));
}

#[tokio::test]
async fn a_wrong_password_has_its_own_error() {
    let server = pool("Passw0rd!", None).await;
    let error = client(&server).sign_in("alice", "hunter2").await.unwrap_err();
    assert_eq!(error.kind(), AuthErrorKind::WrongCredentials);
    assert_eq!(error.request_id(), Some("test-request"));
    assert_eq!(error.code(), Some("NotAuthorizedException"));
    assert!(!error.is_transient());
    assert!(!format!("{error} {error:?}").contains("hunter2"));
}

/// R14: after an invalid value of the server, nothing that depends on the password is sent.
#[tokio::test]
async fn r14_a_hostile_server_gets_no_proof() {
    for (public, salt) in [("0", "aabbccddeeff0011"), ("1234", "00"), ("zz", "aabbccddeeff0011"), ("", "")] {
        let parameters = json!({"SRP_B": public, "SALT": salt, "SECRET_BLOCK": "AAAA", "USER_ID_FOR_SRP": "alice"});
        let server = Scripted::start(move |_| challenge("PASSWORD_VERIFIER", parameters.clone())).await;
        let error = client(&server).sign_in("alice", "Passw0rd!").await.unwrap_err();
        assert_eq!(error.kind(), AuthErrorKind::Protocol);
        assert_eq!(server.operations(), ["InitiateAuth"]);
    }
}

/// An access token of a user, for self-service.
fn user() -> AccessToken<PetPool> {
    let claims = json!({
        "token_use": "access", "iss": ISSUER, "sub": "u-1", "username": "alice", "exp": 4_102_444_800_u64,
        "scope": "aws.cognito.signin.user.admin",
    });
    AccessToken::from_jwt(token(claims)).unwrap()
}

#[tokio::test]
async fn each_operation_has_its_own_retries() {
    let broken = || Scripted::start(|_| (500, "{}".to_owned()));
    let limited = || Scripted::start(|_| fails("LimitExceededException", "Attempt limit exceeded"));
    let throttled = || Scripted::start(|_| fails("TooManyRequestsException", "Rate exceeded"));
    let lost = || Scripted::start(|_| (0, String::new()));
    let token = Secret::new("refresh");
    let refresh = Refresh { refresh_token: &token, username: None, device_key: None };
    let user = user();

    let server = limited().await;
    let error = client(&server).sign_in("alice", "x").await.unwrap_err();
    assert_eq!((error.kind(), server.sent().len()), (AuthErrorKind::TooManyAttempts, 1));
    // A request that can have had an effect is not repeated: it can have run triggers, sent a code, or counted as an attempt.
    for (server, kind) in [(lost().await, AuthErrorKind::Network), (broken().await, AuthErrorKind::Service)] {
        let app = client(&server);
        for error in [
            app.sign_in("alice", "x").await.unwrap_err(),
            app.sign_in_with_password("alice", "x").await.unwrap_err(),
            app.sign_out_everywhere(&user).await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), kind);
        }
        assert_eq!(server.operations(), ["InitiateAuth", "InitiateAuth", "GlobalSignOut"]);
    }
    let server = throttled().await;
    client(&server).sign_out_everywhere(&user).await.unwrap_err();
    assert_eq!(server.sent().len(), 3, "a throttled request had no effect");

    // A choice-based sign-in can send a message, and a custom sign-in runs Lambda triggers.
    let server = broken().await;
    let error = client(&server).sign_in_by_choice("alice").await.unwrap_err();
    assert_eq!((error.kind(), server.sent().len()), (AuthErrorKind::Service, 1));
    let server = throttled().await;
    let error = client(&server).sign_in_by_custom_challenge("alice").await.unwrap_err();
    assert_eq!((error.kind(), server.sent().len()), (AuthErrorKind::Throttled, 1));
    let server = limited().await;
    let error = client(&server).forgot_password("alice").await.unwrap_err();
    assert_eq!((error.kind(), server.sent().len()), (AuthErrorKind::TooManyAttempts, 1));

    for server in [broken().await, lost().await] {
        let error = client(&server).refresh(refresh).await.unwrap_err();
        assert!(error.is_transient() && !error.ends_session());
        assert_eq!(server.operations(), ["GetTokensFromRefreshToken"]);
    }
    let server = broken().await;
    client(&server).revoke(&token).await.unwrap_err();
    assert_eq!(server.sent().len(), 3, "a revocation is idempotent");
}

#[tokio::test]
async fn a_response_to_a_challenge_is_sent_once() {
    for reply in [(0, String::new()), (503, String::new()), fails("InternalErrorException", "")] {
        let server = Scripted::start(move |sent| match sent.operation() {
            "InitiateAuth" => challenge("SMS_MFA", json!({})),
            _ => reply.clone(),
        })
        .await;
        let Step::SmsMfa(step) = client(&server).sign_in_with_password("alice", "x").await.unwrap() else { panic!() };
        let refused = step.answer("123456").await.unwrap_err();
        assert!(refused.error.is_transient());
        assert!(refused.again.is_none(), "the session can be used already");
        assert_eq!(server.operations(), ["InitiateAuth", "RespondToAuthChallenge"]);
    }
}

#[tokio::test]
async fn a_wrong_code_can_be_corrected() {
    let server = Scripted::start(|sent| match sent.operation() {
        "InitiateAuth" => challenge("SOFTWARE_TOKEN_MFA", json!({"USER_ID_FOR_SRP": "uuid-1"})),
        _ if sent.body.contains("123456") => ok(tokens()),
        _ => fails("CodeMismatchException", "Invalid code received for user"),
    })
    .await;
    let Step::TotpMfa(step) = client(&server).sign_in_with_password("alice", "x").await.unwrap() else { panic!() };
    let Refused { error, again } = step.answer("000000").await.unwrap_err();
    assert_eq!(error.kind(), AuthErrorKind::WrongCode);
    again.unwrap().answer("123456").await.unwrap().signed_in().unwrap();
}

/// Starts at a challenge, answers it, and returns the responses that were sent.
async fn answered<F>(name: &'static str, parameters: Value, answer: impl FnOnce(Step<PetPool>) -> F) -> Value
where
    F: Future<Output = Step<PetPool>>,
{
    let server = Scripted::start(move |sent| match sent.operation() {
        "InitiateAuth" => challenge(name, parameters.clone()),
        _ => ok(tokens()),
    })
    .await;
    let step = client(&server).secret("s3cret").sign_in_with_password("alice", "x").await.unwrap();
    assert_eq!(step.name(), name);
    answer(step).await.signed_in().unwrap();
    let sent = server.sent()[1].clone();
    assert_eq!(sent.text("/ChallengeName").as_deref(), Some(name));
    assert_eq!(sent.text("/Session").as_deref(), Some("session-1"));
    let mut responses = sent.json()["ChallengeResponses"].clone();
    let known = responses.as_object_mut().unwrap();
    assert_eq!(known.remove("USERNAME"), Some("alice".into()));
    assert_eq!(known.remove("SECRET_HASH"), Some(secret_hash("s3cret", "alice", CLIENT).into()));
    responses
}

macro_rules! answers {
    ($name:literal, $parameters:tt, $variant:ident, |$step:ident| $answer:expr, $expected:tt) => {
        let sent = answered($name, json!($parameters), |step| async move {
            let Step::$variant($step) = step else { panic!("{step:?}") };
            $answer.await.unwrap()
        })
        .await;
        assert_eq!(sent, json!($expected), $name);
    };
}

#[tokio::test]
async fn every_challenge_has_its_own_responses() {
    answers!("SMS_MFA", {}, SmsMfa, |it| it.answer("1"), {"SMS_MFA_CODE": "1"});
    answers!("SOFTWARE_TOKEN_MFA", {}, TotpMfa, |it| it.answer("1"), {"SOFTWARE_TOKEN_MFA_CODE": "1"});
    answers!("EMAIL_OTP", {}, EmailOtp, |it| it.answer("1"), {"EMAIL_OTP_CODE": "1"});
    answers!("SMS_OTP", {}, SmsOtp, |it| it.answer("1"), {"SMS_OTP_CODE": "1"});
    answers!("SELECT_MFA_TYPE", {"MFAS_CAN_CHOOSE": "[\"SMS_MFA\",\"EMAIL_OTP\"]"}, SelectMfa, |it| {
        assert_eq!(it.options(), [Mfa::Sms, Mfa::Email]);
        it.choose(Mfa::Email)
    }, {"ANSWER": "EMAIL_OTP"});
    answers!("SELECT_MFA_TYPE", {"MFAS_CAN_CHOOSE": "[\"EMAIL_MFA\"]"}, SelectMfa, |it| it.choose(Mfa::Email),
        {"ANSWER": "EMAIL_MFA"});
    answers!("MFA_SETUP", {"MFAS_CAN_SETUP": "[\"EMAIL_OTP\"]"}, MfaSetup, |it| it.email("a@b.c"), {"EMAIL": "a@b.c"});
    answers!("NEW_PASSWORD_REQUIRED",
        {"requiredAttributes": "[\"userAttributes.name\"]", "userAttributes": "{\"email\":\"a@b.c\"}"}, NewPassword, |it| {
        assert_eq!(it.required_attributes(), ["name"]);
        assert_eq!(it.attributes()["email"], "a@b.c");
        it.answer("n3w", [("name".to_owned(), "Alice".to_owned())])
    }, {"NEW_PASSWORD": "n3w", "userAttributes.name": "Alice"});
    answers!("PASSWORD", {}, Password, |it| it.answer("pw"), {"PASSWORD": "pw"});
    answers!("WEB_AUTHN", {"CREDENTIAL_REQUEST_OPTIONS": "{}"}, Passkey, |it| {
        assert_eq!(it.options(), Some("{}"));
        it.answer("{\"id\":1}")
    }, {"CREDENTIAL": "{\"id\":1}"});
    answers!("CUSTOM_CHALLENGE", {"question": "?"}, Custom, |it| {
        assert_eq!(it.parameters()["question"], "?");
        it.answer("42")
    }, {"ANSWER": "42"});
    answers!("SELECT_CHALLENGE", {}, SelectFirstFactor, |it| it.password("pw"), {"ANSWER": "PASSWORD", "PASSWORD": "pw"});
    answers!("SELECT_CHALLENGE", {}, SelectFirstFactor, |it| it.email_otp(), {"ANSWER": "EMAIL_OTP"});
    answers!("SELECT_CHALLENGE", {}, SelectFirstFactor, |it| it.sms_otp(), {"ANSWER": "SMS_OTP"});
    answers!("SELECT_CHALLENGE", {}, SelectFirstFactor, |it| it.passkey(), {"ANSWER": "WEB_AUTHN"});
    answers!("SOMETHING_NEW", {"a": "b"}, Other, |it| {
        assert_eq!((it.name(), it.parameters()["a"].as_str()), ("SOMETHING_NEW", "b"));
        it.answer([("KEY".to_owned(), Secret::new("value"))])
    }, {"KEY": "value"});
}

#[tokio::test]
async fn a_choice_of_srp_proves_the_password() {
    let server = Server::new("AbC123", "uuid-1", "Passw0rd!");
    let public = Mutex::new(String::new());
    let pool = Scripted::start(move |sent| {
        if sent.operation() == "InitiateAuth" {
            let offered = json!(["PASSWORD_SRP", "EMAIL_OTP", "UNHEARD_OF"]);
            return ok(json!({"ChallengeName": "SELECT_CHALLENGE", "Session": "s", "AvailableChallenges": offered}));
        }
        match sent.text("/ChallengeName").unwrap().as_str() {
            "SELECT_CHALLENGE" => {
                *public.lock().unwrap() = sent.text("/ChallengeResponses/SRP_A").unwrap();
                challenge("PASSWORD_VERIFIER", srp_parameters(&server))
            }
            _ if proves(&server, "AbC123", "uuid-1", sent, &public.lock().unwrap()) => ok(tokens()),
            _ => fails("NotAuthorizedException", "Incorrect username or password."),
        }
    })
    .await;
    let step = client(&pool).sign_in_by_choice("alice").prefer(FirstFactor::Passkey).await.unwrap();
    let Step::SelectFirstFactor(step) = step else { panic!() };
    assert_eq!(step.options(), [FirstFactor::PasswordSrp, FirstFactor::EmailOtp]);
    step.password_srp("Passw0rd!").await.unwrap().signed_in().unwrap();
    assert_eq!(pool.sent()[0].text("/AuthParameters/PREFERRED_CHALLENGE").as_deref(), Some("WEB_AUTHN"));
}

#[tokio::test]
async fn an_authenticator_continues_with_the_session_of_its_verification() {
    let server = Scripted::start(|sent| match (sent.operation(), sent.text("/Session").as_deref()) {
        ("InitiateAuth", _) => challenge("MFA_SETUP", json!({"MFAS_CAN_SETUP": "[\"SOFTWARE_TOKEN_MFA\"]"})),
        ("AssociateSoftwareToken", Some("session-1")) => ok(json!({"SecretCode": "ABCD", "Session": "session-2"})),
        ("VerifySoftwareToken", Some("session-2")) if sent.body.contains("000000") => {
            fails("EnableSoftwareTokenMFAException", "Code mismatch")
        }
        ("VerifySoftwareToken", Some("session-2")) => ok(json!({"Status": "SUCCESS", "Session": "session-3"})),
        ("RespondToAuthChallenge", Some("session-3")) => ok(tokens()),
        _ => fails("NotAuthorizedException", "Invalid session for the user."),
    })
    .await;
    let step = client(&server).sign_in_with_password("alice", "x").await.unwrap();
    let Step::MfaSetup(step) = step else { panic!() };
    assert_eq!(step.options(), [Mfa::Totp]);
    let setup = step.authenticator().await.unwrap();
    assert_eq!(setup.secret().expose(), "ABCD");
    assert_eq!(setup.uri("Pets").expose(), "otpauth://totp/Pets:alice?secret=ABCD&issuer=Pets");
    let setup = setup.verify("000000", None).await.unwrap_err().again.unwrap();
    setup.verify("123456", Some("phone")).await.unwrap().signed_in().unwrap();
}

#[tokio::test]
async fn a_pending_challenge_is_an_error_that_names_it() {
    let server = Scripted::start(|_| challenge("SMS_MFA", json!({"CODE_DELIVERY_DESTINATION": "+***1"}))).await;
    let error = client(&server).sign_in_with_password("alice", "x").await.unwrap().signed_in().unwrap_err();
    assert_eq!(error.kind(), AuthErrorKind::ChallengePending);
    assert!(error.to_string().contains("SMS_MFA"));

    let empty = Scripted::start(|_| ok(json!({}))).await;
    let error = client(&empty).sign_in_with_password("alice", "x").await.unwrap_err();
    assert_eq!(error.kind(), AuthErrorKind::Protocol);
}

#[tokio::test]
async fn wrong_settings_are_errors_before_a_request_is_sent() {
    let sign_in = |client: AppClient<PetPool>| async move { client.sign_in("alice", "x").await.unwrap_err() };
    for client in [
        AppClient::of_pool("useast1", CLIENT),
        AppClient::unplaced(CLIENT),
        AppClient::of_pool("evil.example.com/_x", CLIENT),
        AppClient::of_pool(POOL_ID, CLIENT).endpoint("http://cognito.example.com"),
        AppClient::of_pool(POOL_ID, CLIENT).endpoint("nonsense"),
    ] {
        let error = sign_in(client).await;
        assert_eq!(error.kind(), AuthErrorKind::Configuration, "{error}");
    }
}

#[tokio::test]
async fn only_requests_of_an_administrator_are_signed() {
    let server = Scripted::start(|sent| match sent.operation() {
        "AdminInitiateAuth" => challenge("SMS_MFA", json!({})),
        _ => ok(tokens()),
    })
    .await;
    let credentials = aws_credential_types::Credentials::new("test", "test", None, None, "test");
    let app = client(&server).aws_credentials(credentials);
    let Step::SmsMfa(step) = app.sign_in_as_admin("alice", "x").await.unwrap() else { panic!() };
    step.answer("1").await.unwrap().signed_in().unwrap();
    assert_eq!(server.operations(), ["AdminInitiateAuth", "AdminRespondToAuthChallenge"]);
    assert!(server.sent().iter().all(|sent| sent.headers["authorization"].starts_with("AWS4-HMAC-SHA256")));
    assert_eq!(server.sent()[1].text("/UserPoolId").as_deref(), Some(POOL_ID));

    let error = client(&server).sign_in_as_admin("alice", "x").await.unwrap_err();
    assert_eq!(error.kind(), AuthErrorKind::Configuration, "{error}");
}

#[tokio::test]
async fn the_older_refresh_is_used_if_the_service_lacks_the_newer() {
    let server = Scripted::start(|sent| match sent.operation() {
        "GetTokensFromRefreshToken" => fails("UnknownOperationException", ""),
        _ => ok(tokens()),
    })
    .await;
    let token = Secret::new("refresh");
    let refresh = Refresh { refresh_token: &token, username: Some("uuid-1"), device_key: Some("device") };
    client(&server).secret("s3cret").refresh(refresh).await.unwrap();
    let sent = &server.sent()[1];
    assert_eq!(
        sent.json()["AuthParameters"],
        json!({
            "REFRESH_TOKEN": "refresh", "DEVICE_KEY": "device", "SECRET_HASH": secret_hash("s3cret", "uuid-1", CLIENT)
        })
    );
    assert_eq!(
        server.sent()[0].json(),
        json!({
            "RefreshToken": "refresh", "ClientId": CLIENT, "ClientSecret": "s3cret", "DeviceKey": "device"
        })
    );
}
