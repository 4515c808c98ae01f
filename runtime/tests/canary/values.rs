//! A value of every public type that can contain a secret, with a secret in it.

use crate::support::{self, *};
use crate::types::{HARMLESS, declared};
use crate::{CANARY, Looked};
use cogen_runtime::__rt::v1 as rt;
use cogen_runtime::auth::{Device, TokenSet};
use cogen_runtime::cognito::Refresh;
use cogen_runtime::cognito::Step;
use cogen_runtime::fuzzing::srp;
use cogen_runtime::store::{
    FileStore, KeyringStore, LockGuard, MemoryStore, Record, Replaced, Reservation, Revision, SessionStore, StoreError,
    Stored,
};
use cogen_runtime::{
    AccessToken, AnyCredential, ApiKey, AppClient, AwsCredentials, Basic, Bearer, FilePart, Hook, Iam, IdToken,
    IdentityPool, Machine, RequestBody, Secret, TokenError, TokenKind, TokenProvider, UserSession, grant,
};
use std::sync::{Arc, Mutex};

const JSON: &str = "content-type: application/x-amz-json-1.1\r\n";

fn id() -> String {
    token("id", "", CANARY)
}

fn access() -> String {
    token("access", "pets/read aws.cognito.signin.user.admin", CANARY)
}

/// The error of an event whose data is a secret and not of the documented type.
async fn undecoded_event() -> cogen_runtime::StreamError {
    static EVENTS: rt::Operation = rt::Operation::new("list", "GET", "/", rt::OPEN, None, &[rt::ok(200, rt::EVENTS)]);
    let server =
        Server::start([reply(200, "content-type: text/event-stream\r\n", format!("data: {CANARY}\n\n"))]).await;
    let core = support::core(&server);
    let events = call::<rt::EventStream<i64>, rt::Undocumented>(rt::Request::new(&core, &EVENTS)).await.unwrap();
    events.into_inner().next().await.unwrap().unwrap_err()
}

/// The user pool's response to a completed sign-in, on a new device.
fn signed_in() -> Reply {
    let device = r#""NewDeviceMetadata":{"DeviceKey":"us-east-1_device","DeviceGroupKey":"group"}"#;
    let tokens = format!(
        r#""IdToken":"{}","AccessToken":"{}","RefreshToken":"{CANARY}","ExpiresIn":3600,"TokenType":"Bearer""#,
        id(),
        access()
    );
    reply(200, JSON, format!(r#"{{"AuthenticationResult":{{{tokens},{device}}}}}"#))
}

fn challenge(name: &str, parameters: &str) -> Reply {
    let text = format!(
        r#"{{"ChallengeName":"{name}","Session":"{CANARY}{CANARY}{CANARY}","ChallengeParameters":{{"USERNAME":"alice"{parameters}}}}}"#
    );
    reply(200, JSON, text)
}

fn refused(code: &str) -> Reply {
    reply(
        400,
        &format!("{JSON}x-amzn-errortype: {code}\r\n"),
        format!(r#"{{"__type":"{code}","message":"no {CANARY}"}}"#),
    )
}

fn pool(server: &Server) -> AppClient<PetPool> {
    AppClient::of_pool("us-east-1_AbC123", "client").secret(CANARY).endpoint(format!("http://{}", server.address))
}

#[tokio::test]
async fn r04_no_public_type_shows_a_secret() {
    let mut looked = Looked::default();
    credentials(&mut looked);
    calls(&mut looked).await;
    sign_in(&mut looked).await;
    sessions(&mut looked).await;
    stores(&mut looked).await;
    arithmetic(&mut looked);
    let known: Vec<&str> = HARMLESS.iter().map(|(name, _)| *name).chain(looked.0.iter().map(String::as_str)).collect();
    let missed: Vec<_> = declared().into_iter().filter(|name| !known.contains(&name.as_str())).collect();
    assert!(missed.is_empty(), "public types that were not checked (see canary/types.rs): {missed:?}");
}

fn credentials(looked: &mut Looked) {
    looked.at("Secret", &Secret::new(CANARY));
    looked.at("ApiKey", &ApiKey::new(CANARY));
    looked.at("Basic", &Basic::new("alice", CANARY));
    looked.at("Bearer", &Bearer::new(CANARY));
    looked.at("IdToken", &IdToken::<PetPool>::from_jwt(id()).unwrap());
    looked.at("AccessToken", &AccessToken::<PetPool, grant![Read]>::from_jwt(access()).unwrap());
    looked.at("Machine", &Machine::<PetPool, grant![Read]>::from_jwt(access()).unwrap());
    looked.at("UserSession", &UserSession::<PetPool>::from_tokens(id(), access()).unwrap());
    looked.at("Iam", &Iam::new(CANARY, CANARY, Some(CANARY.into())));
    let keys = AwsCredentials {
        access_key_id: CANARY.into(),
        secret_access_key: CANARY.into(),
        session_token: Some(CANARY.into()),
    };
    looked.at("AwsCredentials", &keys);
    looked.at("AnyCredential", &AnyCredential::from(Bearer::new(CANARY)));
    looked.at("BearerToken", &cogen_runtime::BearerToken::read(access(), TokenKind::Access, 1).unwrap());
    looked.at("IdentityPool", &IdentityPool::new("us-east-1:pool").login(CANARY));
    for error in [
        IdToken::<PetPool>::from_jwt(access()).unwrap_err(),
        IdToken::<PetPool>::from_jwt(format!("{CANARY}.{CANARY}.{CANARY}")).unwrap_err(),
        IdToken::<PetPool>::from_jwt(CANARY).unwrap_err(),
        AccessToken::<PetPool, grant![Write]>::from_jwt(access()).unwrap_err(),
        TokenError::unavailable("the network"),
    ] {
        looked.at_error("TokenError", &error);
    }
}

/// Records what a hook receives.
#[derive(Clone, Default)]
struct Shown(Arc<Mutex<Vec<String>>>);

impl Hook for Shown {
    fn before_send(&self, attempt: &mut cogen_runtime::Attempt<'_>) {
        self.0.lock().unwrap().push(format!("{attempt:?}"));
    }

    fn after_response(&self, outcome: &cogen_runtime::AttemptOutcome<'_>) {
        self.0.lock().unwrap().push(format!("{outcome:?}"));
    }
}

async fn calls(looked: &mut Looked) {
    let (gone, hooked) =
        (Server::start([json(200, CANARY), reply(403, &format!("x-a: {CANARY}\r\n"), CANARY)]).await, Shown::default());
    let builder = support::builder(&gone)
        .slot(KEY, ApiKey::new(CANARY))
        .slot(QUERY_KEY, ApiKey::new(CANARY))
        .hook(hooked.clone());
    looked.at("CoreBuilder", &builder);
    let core = builder.build().unwrap();
    looked.at("Core", &core);
    looked.at("Call", &get(&core, &WITH_QUERY_KEY));
    looked.at("Sending", &get(&core, &WITH_QUERY_KEY).send());
    let mut request = rt::Request::new(&core, &WITH_KEY);
    request.path_text("/pets/");
    request.path_param("id", rt::SIMPLE, CANARY);
    request.query("q", rt::FORM, CANARY);
    request.bytes("text/plain", CANARY);
    looked.at("Request", &request);
    looked.at("RequestBody", &RequestBody::from(CANARY));
    looked.at("FilePart", &FilePart::new(CANARY).file_name("x"));
    looked.at("Multipart", &rt::Multipart::new().text("name", CANARY));
    looked.at("MediaBody", &rt::MediaBody::new("text/plain", CANARY));
    looked.at_error("Error", &get(&core, &WITH_KEY).await.expect_err("no JSON"));
    let refused = get(&core, &WITH_QUERY_KEY).await.expect_err("a refusal");
    looked.at_error("Error", &refused);
    looked.at_error("StreamError", &undecoded_event().await);
    let authorized = get(&core, &WITH_KEY).build_authorized().await.unwrap();
    looked.at("http::Request", &authorized);
    let typed = rt::TypedBuilder::<()>::new(&API).base_url("http://127.0.0.1:1".to_owned()).allow_http();
    let typed = typed.slot::<(ApiKey,)>(QUERY_KEY, ApiKey::new(CANARY).into_credential());
    looked.at("TypedBuilder", &typed);
    looked.at("TypedCore", &typed.build().unwrap());
    let unreachable =
        rt::CoreBuilder::new(&API).base_url("http://127.0.0.1:1").allow_http().slot(QUERY_KEY, ApiKey::new(CANARY));
    looked.at_error("Error", &get(&unreachable.build().unwrap(), &WITH_QUERY_KEY).await.expect_err("no server"));
    let shown = hooked.0.lock().unwrap().clone();
    assert!(shown.len() >= 4, "{shown:?}");
    looked.at("Attempt", &shown);
    looked.at("AttemptOutcome", &shown);
    let bad = format!("https://alice:{CANARY}@example.com/");
    looked.at_error("BuildError", &rt::CoreBuilder::new(&API).base_url(bad).build().expect_err("user info"));

    let answering =
        Server::start([reply(200, &format!("content-type: application/json\r\nset-cookie: s={CANARY}\r\n"), "1")])
            .await;
    looked.at("Response", &get(&support::core(&answering), &OPEN).await.unwrap());
    let outside = std::thread::spawn(|| cogen_runtime::blocking::wait(async {})).join().unwrap();
    assert!(outside.is_ok());
    looked.at_error("BlockingError", &cogen_runtime::blocking::wait(async {}).expect_err("inside a runtime"));
}

async fn sign_in(looked: &mut Looked) {
    let confirmed = || reply(200, JSON, r#"{"UserConfirmationNecessary":false}"#);
    let server = Server::start([signed_in(), confirmed()]).await;
    let pool = self::pool(&server);
    looked.at("AppClient", &pool);
    looked.at("SignIn", &pool.sign_in("alice", CANARY));
    looked.at("Device", &Device::new("key", "group", CANARY));
    looked.at("TokenSet", &TokenSet::from_tokens(id(), access()).refresh_token(CANARY));
    let secret = Secret::new(CANARY);
    looked.at("Refresh", &Refresh { refresh_token: &secret, username: Some("alice"), device_key: None });
    let step = pool.sign_in_with_password("alice", CANARY).await.unwrap();
    looked.at("Step", &step);
    let Step::Done(finished) = step else { panic!("{step:?}") };
    looked.at("Finished", &finished);
    let signed_in = finished.signed_in();
    looked.at("SignedIn", &signed_in);
    looked.at("NewDevice", &signed_in.new_device);

    let setup = r#","MFAS_CAN_SETUP":"[\"SOFTWARE_TOKEN_MFA\"]""#;
    for (name, parameters) in [
        ("SMS_MFA", ""),
        ("SOFTWARE_TOKEN_MFA", ""),
        ("EMAIL_OTP", ""),
        ("SMS_OTP", ""),
        ("SELECT_MFA_TYPE", ""),
        ("MFA_SETUP", setup),
        ("NEW_PASSWORD_REQUIRED", ""),
        ("SELECT_CHALLENGE", ""),
        ("PASSWORD", ""),
        ("WEB_AUTHN", ""),
        ("CUSTOM_CHALLENGE", ""),
        ("DEVICE_SRP_AUTH", ""),
        ("A_NEW_ONE", ""),
    ] {
        let server = Server::start([challenge(name, parameters), refused("CodeMismatchException")]).await;
        let step = self::pool(&server).sign_in_with_password("alice", CANARY).await.unwrap();
        looked.at("Step", &step);
        match step {
            Step::SmsMfa(it) => {
                looked.at("EnterCode", &it);
                let refused = it.answer(CANARY).await.expect_err("a wrong code");
                looked.at_error("Refused", &refused);
                looked.at_error("AuthError", &refused.error);
            }
            Step::TotpMfa(it) | Step::EmailOtp(it) | Step::SmsOtp(it) => looked.at("EnterCode", &it),
            Step::SelectMfa(it) => looked.at("SelectMfa", &it),
            Step::MfaSetup(it) => looked.at("MfaSetup", &it),
            Step::NewPassword(it) => looked.at("NewPassword", &it),
            Step::SelectFirstFactor(it) => looked.at("SelectFirstFactor", &it),
            Step::Password(it) => looked.at("EnterPassword", &it),
            Step::Passkey(it) => looked.at("Passkey", &it),
            Step::Custom(it) => looked.at("CustomChallenge", &it),
            Step::Device(it) => looked.at("ProveDevice", &it),
            Step::Other(it) => looked.at("OtherChallenge", &it),
            other => panic!("{other:?}"),
        }
    }
    let totp = reply(200, JSON, format!(r#"{{"SecretCode":"{CANARY}","Session":"{CANARY}{CANARY}{CANARY}"}}"#));
    let sign_up = format!(r#"{{"UserConfirmed":false,"UserSub":"u-1","Session":"{CANARY}{CANARY}"}}"#);
    let confirmed = reply(200, JSON, format!(r#"{{"Session":"{CANARY}{CANARY}"}}"#));
    let replies = [challenge("MFA_SETUP", setup), totp.clone(), totp, reply(200, JSON, sign_up), confirmed];
    let server = Server::start(replies).await;
    let pool = self::pool(&server);
    let Step::MfaSetup(setup) = pool.sign_in_with_password("alice", CANARY).await.unwrap() else { panic!("no setup") };
    looked.at("TotpSetup", &setup.authenticator().await.unwrap());
    let user = UserSession::<PetPool>::from_tokens(id(), access()).unwrap();
    looked.at("NewTotp", &pool.begin_totp(&user).await.unwrap());
    let request = pool.sign_up("alice", &secret, []).context_data(CANARY).metadata("name", CANARY);
    looked.at("AccountRequest", &request);
    looked.at("SignedUp", &request.await.unwrap());
    let confirmed = pool.confirm_sign_up("alice", CANARY).session(CANARY);
    looked.at("ConfirmedSignUp", &confirmed.await.unwrap());

    for code in ["NotAuthorizedException", "UserLambdaValidationException", "InvalidParameterException"] {
        let server = Server::start(std::iter::repeat_n(refused(code), 8)).await;
        let error = self::pool(&server).sign_in_with_password("alice", CANARY).await.expect_err("a refusal");
        looked.at("AuthError", &error);
    }
    let login = pool.managed_login("https://auth.example.com").login_hint("alice");
    looked.at("ManagedLogin", &login);
    looked.at("PendingLogin", &login.begin().unwrap());
    looked.at("ClientCredentials", &pool.client_credentials("https://auth.example.com", CANARY));
}

async fn sessions(looked: &mut Looked) {
    let server = Server::start([signed_in(), refused("UserNotFoundException")]).await;
    let pool = pool(&server).ignore_devices();
    let user = pool.sign_in_with_password("alice", CANARY).await.unwrap().done().unwrap();
    looked.at("UserSession", &user);
    let session = user.session().unwrap().clone();
    looked.at("Session", &session);
    looked.at("UnverifiedIdClaims", &session.id_claims());
    let mut events = session.events();
    looked.at("Events", &events);
    looked.at("AuthError", &session.refresh().await.expect_err("a refusal"));
    looked.at("SessionEvent", &events.next().await);
    looked.at_error("TokenError", &session.token(TokenKind::Access).await.expect_err("the session has ended"));
}

async fn stores(looked: &mut Looked) {
    let directory = std::env::temp_dir().join(format!("cogen-canary-{}", std::process::id()));
    let (file, memory) = (FileStore::at(&directory).unwrap(), MemoryStore::new());
    looked.at("FileStore", &file);
    looked.at("KeyringStore", &KeyringStore::new("cogen-canary").map_err(|error| error.to_string()));
    let record = Record::new(CANARY);
    looked.at("Record", &record);
    for store in [&file as &dyn SessionStore, &memory] {
        looked.at("Replaced", &store.replace("key", None, Some(&record)).await.unwrap());
        let stored = store.load("key").await.unwrap();
        looked.at("Stored", &stored);
        let conflict = store.replace("key", Some(&Revision::new("other")), Some(&record)).await.unwrap();
        assert!(matches!(conflict, Replaced::Conflict(Some(Stored { .. }))));
        looked.at("Replaced", &conflict);
    }
    looked.at("MemoryStore", &memory);
    looked.at("LockGuard", &LockGuard::new(record.clone()));
    looked.at("Reservation", &Reservation::new(record.clone()));
    for entry in std::fs::read_dir(&directory).unwrap() {
        std::fs::write(entry.unwrap().path(), CANARY).unwrap();
    }
    looked.at_error("StoreError", &file.load("key").await.expect_err("damaged"));
    looked.at_error("StoreError", &StoreError::new("why"));
    std::fs::remove_dir_all(&directory).unwrap();
}

fn arithmetic(looked: &mut Looked) {
    let identity = srp::Identity { realm: "AbC123", name: "alice", password: CANARY };
    looked.at("Identity", &identity);
    let exchange = srp::Exchange::start().unwrap();
    looked.at("Exchange", &exchange);
    let public = srp::Exchange::start().unwrap().public();
    let reply = srp::Reply { public: &public, salt: "8dfc2e4d9a3b15c6", secret_block: "c2VjcmV0" };
    // What the server sent unencrypted, and a proof that only this server can use.
    looked.at("Reply", &reply);
    looked.at("Claim", &exchange.claim(identity, reply, std::time::SystemTime::now()).unwrap());
    looked.at("DeviceVerifier", &srp::DeviceVerifier::new("group", "key").unwrap());
}
