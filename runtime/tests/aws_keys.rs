//! AWS keys for signed calls: from a Cognito identity pool, from a provider of the AWS SDK, from the default chain.
#![cfg(feature = "identity-pool")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use cogen_runtime::__rt::v1 as rt;
use cogen_runtime::{
    BearerToken, BoxFuture, Clock, ErrorKind, Iam, IdToken, IdentityPool, TokenError, TokenKind, TokenProvider,
    UserSession,
};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use support::*;

const POOL_ID: &str = "eu-west-1:11111111-2222-3333-4444-555555555555";
const HOUR: u64 = 3600;
const BEGIN: u64 = 1_440_938_160;

/// A clock that the test sets.
#[derive(Clone, Debug)]
struct Moved(Arc<AtomicU64>);

impl Moved {
    fn new() -> Self {
        Self(Arc::new(AtomicU64::new(BEGIN)))
    }

    fn by(&self, seconds: u64) {
        self.0.fetch_add(seconds, Ordering::Relaxed);
    }
}

impl Clock for Moved {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(self.0.load(Ordering::Relaxed))
    }
}

/// A session whose user, generation and state a test sets.
#[derive(Clone, Default)]
struct User(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    subject: &'static str,
    generation: u64,
    fails: Option<fn() -> TokenError>,
    /// Whether its refresh never ends.
    hangs: bool,
    /// The user who signs in when a token is refused.
    next_subject: Option<&'static str>,
}

impl User {
    fn new(subject: &'static str) -> Self {
        let user = Self::default();
        user.set(|state| state.subject = subject);
        user
    }

    fn set(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.0.lock().unwrap());
    }
}

impl TokenProvider for User {
    fn token(&self, kind: TokenKind) -> BoxFuture<'_, Result<BearerToken, TokenError>> {
        let state = self.0.lock().unwrap();
        if state.hangs {
            return Box::pin(std::future::pending());
        }
        let token = match state.fails {
            Some(error) => Err(error()),
            None => {
                let text = token("id", "", &format!("g{}", state.generation));
                let (head, rest) = text.split_once('.').unwrap();
                let (claims, signature) = rest.split_once('.').unwrap();
                let subject = format!("\"sub\":\"{}\"", state.subject);
                let claims = decoded(claims).replace("\"sub\":\"u\"", &subject);
                BearerToken::read(format!("{head}.{}.{signature}", encoded(&claims)), kind, state.generation)
            }
        };
        Box::pin(std::future::ready(token))
    }

    fn refused(&self, generation: u64) -> BoxFuture<'_, Result<bool, TokenError>> {
        self.set(|state| {
            state.generation = generation + 1;
            state.subject = state.next_subject.unwrap_or(state.subject);
        });
        Box::pin(std::future::ready(Ok(true)))
    }
}

fn encoded(text: &str) -> String {
    base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, text)
}

fn decoded(text: &str) -> String {
    String::from_utf8(base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, text).unwrap()).unwrap()
}

fn identity(id: &str) -> Reply {
    aws(200, &format!(r#"{{"IdentityId":"{id}"}}"#))
}

/// Keys that expire this many seconds after the start time of the clock.
fn keys(id: &str, end: u64) -> Reply {
    let end = BEGIN + end;
    aws(
        200,
        &format!(
            r#"{{"IdentityId":"i","Credentials":{{"AccessKeyId":"{id}","SecretKey":"canary","SessionToken":"canary-{id}","Expiration":{end}.0}}}}"#
        ),
    )
}

fn fails(code: &str, message: &str) -> Reply {
    let headers =
        format!("content-type: application/x-amz-json-1.1\r\nx-amzn-errortype: {code}\r\nx-amzn-requestid: r-1\r\n");
    reply(400, &headers, format!(r#"{{"__type":"{code}","message":"{message}"}}"#))
}

fn aws(status: u16, body: &str) -> Reply {
    reply(status, "content-type: application/x-amz-json-1.1\r\n", body)
}

fn pool(service: &Server, clock: &Moved) -> IdentityPool {
    IdentityPool::new(POOL_ID).endpoint(format!("http://{}", service.address)).clock(clock.clone())
}

fn api(server: &Server, iam: Iam) -> rt::Core {
    builder(server).slot(IAM, iam.region("eu-west-1")).build().unwrap()
}

/// What was requested of the service, in short: the operation and its input.
fn asked(service: &Server) -> Vec<String> {
    let short = |seen: &Seen| {
        let operation = seen.header("x-amz-target")[0].trim_start_matches("AWSCognitoIdentityService.").to_owned();
        format!("{operation} {}", String::from_utf8_lossy(&seen.body))
    };
    service.seen().iter().map(short).collect()
}

/// Waits until a background task has done something.
async fn until(is_done: impl Fn() -> bool) {
    while !is_done() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Makes a call, and returns the key id that it was signed with.
async fn signer(core: &rt::Core, server: &Server) -> String {
    get(core, &WITH_IAM).await.unwrap();
    let seen = server.seen().pop().unwrap();
    let authorization = seen.header("authorization")[0].to_owned();
    let id = authorization.split("Credential=").nth(1).unwrap().split('/').next().unwrap().to_owned();
    assert_eq!(seen.header("x-amz-security-token"), [format!("canary-{id}")]);
    id
}

#[tokio::test]
async fn an_id_token_is_exchanged_for_keys_that_sign_calls_and_are_cached() {
    let service = Server::start([identity("eu-west-1:i-1"), keys("A1", HOUR), keys("A2", 2 * HOUR)]).await;
    let (server, clock) = (Server::start([]).await, Moved::new());
    let user = User::new("u1");
    let iam =
        pool(&service, &clock).role_arn("arn:aws:iam::111122223333:role/Pets").signed_in_by(user.clone()).unwrap();
    let core = api(&server, iam);
    for _ in 0..3 {
        assert_eq!(signer(&core, &server).await, "A1");
    }
    let calls = asked(&service);
    assert_eq!(calls.len(), 2, "{calls:?}");
    let login = r#""Logins":{"cognito-idp.us-east-1.amazonaws.com/us-east-1_AbC123":"#;
    assert!(calls[0].starts_with("GetId ") && calls[0].contains(POOL_ID) && calls[0].contains(login), "{}", calls[0]);
    assert!(calls[1].starts_with("GetCredentialsForIdentity ") && calls[1].contains("eu-west-1:i-1"), "{}", calls[1]);
    assert!(calls[1].contains(login) && calls[1].contains("role/Pets"), "{}", calls[1]);
    assert!(service.seen().iter().all(|seen| seen.header("authorization").is_empty()));

    // A refreshed session keeps them. Near their end they are replaced, with the current token of the session.
    user.set(|state| state.generation = 1);
    assert_eq!(signer(&core, &server).await, "A1");
    clock.by(HOUR - 3 * 60);
    while signer(&core, &server).await != "A2" {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let calls = asked(&service);
    assert!(
        calls.len() == 3 && calls[2].starts_with("GetCredentialsForIdentity ") && calls[2].contains(".g1\""),
        "{calls:?}"
    );
}

#[tokio::test]
async fn another_user_gets_an_identity_and_keys_of_their_own() {
    let script =
        [identity("i-1"), keys("A1", HOUR), identity("i-2"), keys("B1", HOUR), identity("i-1"), keys("A2", HOUR)];
    let service = Server::start(script).await;
    let (server, clock) = (Server::start([]).await, Moved::new());
    let user = User::new("u1");
    let core = api(&server, pool(&service, &clock).signed_in_by(user.clone()).unwrap());
    assert_eq!(signer(&core, &server).await, "A1");
    user.set(|state| state.subject = "u2");
    assert_eq!(signer(&core, &server).await, "B1");
    user.set(|state| state.subject = "u1");
    assert_eq!(signer(&core, &server).await, "A2");
    // Signed out: no keys, although they have not expired.
    user.set(|state| state.fails = Some(|| TokenError::ended("signed out")));
    assert_eq!(get(&core, &WITH_IAM).await.unwrap_err().kind(), ErrorKind::SessionEnded);
    assert_eq!(asked(&service).len(), 6);
}

#[tokio::test]
async fn a_thousand_callers_share_one_fetch_and_its_failure() {
    let service = Server::start([identity("i-1"), keys("A1", HOUR)]).await;
    let clock = Moved::new();
    let iam = pool(&service, &clock).signed_in_by(User::new("u1")).unwrap();
    let server = Server::start([]).await;
    let core = api(&server, iam);
    let all = |core: rt::Core| async move {
        let calls = (0..1000).map(|_| {
            let core = core.clone();
            tokio::spawn(async move {
                get(&core, &WITH_IAM).build_authorized().await.map(drop).map_err(|error| error.kind())
            })
        });
        let mut outcomes = Vec::new();
        for call in calls.collect::<Vec<_>>() {
            outcomes.push(call.await.unwrap());
        }
        outcomes
    };
    assert!(all(core).await.iter().all(Result::is_ok));
    assert_eq!(asked(&service).len(), 2);

    let refusing = Server::start([fails("NotAuthorizedException", "canary")]).await;
    let core = api(&server, pool(&refusing, &clock).signed_in_by(User::new("u1")).unwrap());
    assert!(all(core).await.iter().all(|outcome| *outcome == Err(ErrorKind::Credential)));
    // A caller that arrived after the failure fetched again; those that waited for it did not.
    assert!(asked(&refusing).len() < 20, "{}", asked(&refusing).len());
}

#[tokio::test]
async fn a_cancelled_caller_does_not_stop_the_fetch_for_the_others() {
    // The fetch repeats the request that got no response, also after its first caller was cancelled.
    let lost = Reply::Bytes(Vec::new());
    let service = Server::start([lost, identity("i-1"), keys("A1", HOUR)]).await;
    let (server, clock) = (Server::start([]).await, Moved::new());
    let core = api(&server, pool(&service, &clock).signed_in_by(User::new("u1")).unwrap());
    let first = core.clone();
    let gone = tokio::spawn(async move { get(&first, &WITH_IAM).await.map(drop) });
    while service.seen().is_empty() {
        tokio::task::yield_now().await;
    }
    let second = core.clone();
    let waits = tokio::spawn(async move { get(&second, &WITH_IAM).await.is_ok() });
    tokio::task::yield_now().await;
    gone.abort();
    assert!(waits.await.unwrap());
    assert_eq!(signer(&core, &server).await, "A1");
    assert_eq!(asked(&service).len(), 3);
}

#[tokio::test]
async fn valid_keys_are_used_while_the_service_fails() {
    let down = || std::iter::repeat_n(aws(500, r#"{"__type":"InternalErrorException"}"#), 3);
    let script = [identity("i-1"), keys("A1", HOUR)].into_iter().chain(down()).chain([keys("A2", 2 * HOUR)]);
    let service = Server::start(script).await;
    let (server, clock) = (Server::start([]).await, Moved::new());
    let user = User::new("u1");
    let core = api(&server, pool(&service, &clock).signed_in_by(user.clone()).unwrap());
    assert_eq!(signer(&core, &server).await, "A1");
    clock.by(HOUR - 200);
    // One fetch makes three attempts, and another fetch does not follow immediately.
    assert_eq!(signer(&core, &server).await, "A1");
    assert_eq!(signer(&core, &server).await, "A1");
    until(|| asked(&service).len() == 5).await;
    assert_eq!(signer(&core, &server).await, "A1");
    // The session can't refresh at the moment: the existing keys are used.
    user.set(|state| state.fails = Some(|| TokenError::unavailable("no network")));
    assert_eq!(signer(&core, &server).await, "A1");
    user.set(|state| state.fails = None);
    clock.by(30);
    while signer(&core, &server).await != "A2" {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // After their end no keys are left: an error that may be temporary.
    user.set(|state| state.fails = Some(|| TokenError::unavailable("no network")));
    clock.by(3 * HOUR);
    let error = get(&core, &WITH_IAM).await.unwrap_err();
    assert_eq!((error.kind(), error.is_transient()), (ErrorKind::Credential, true));
}

/// Valid keys do not depend on the token of the user, whose refresh runs in a task of its own.
#[tokio::test]
async fn valid_keys_are_used_while_the_session_is_refreshed() {
    let service = Server::start([identity("i-1"), keys("A1", HOUR)]).await;
    let (server, clock) = (Server::start([]).await, Moved::new());
    let user = User::new("u1");
    let core = api(&server, pool(&service, &clock).signed_in_by(user.clone()).unwrap());
    assert_eq!(signer(&core, &server).await, "A1");
    user.set(|state| state.hangs = true);
    clock.by(310);
    for _ in 0..3 {
        let signer = tokio::time::timeout(Duration::from_secs(10), signer(&core, &server)).await;
        assert_eq!(signer.unwrap(), "A1");
    }
    // Not after their end.
    clock.by(HOUR);
    assert!(tokio::time::timeout(Duration::from_millis(200), get(&core, &WITH_IAM)).await.is_err());
}

#[tokio::test]
async fn refusals_say_what_to_do_and_do_not_repeat_the_service_s_text() {
    for (code, transient, words) in [
        ("NotAuthorizedException", false, "refuses"),
        ("ResourceNotFoundException", false, "no such identity pool"),
        ("InvalidIdentityPoolConfigurationException", false, "role"),
        ("InvalidParameterException", false, "login name"),
    ] {
        let service = Server::start([fails(code, "canary")]).await;
        let (server, clock) = (Server::start([]).await, Moved::new());
        let core = api(&server, pool(&service, &clock).signed_in_by(User::new("u1")).unwrap());
        let error = get(&core, &WITH_IAM).await.unwrap_err();
        assert_eq!((error.kind(), error.is_transient()), (ErrorKind::Credential, transient), "{code}");
        let text = format!("{error} {error:?} {}", std::error::Error::source(&error).unwrap());
        assert!(text.contains(words) && text.contains(code) && text.contains("r-1"), "{text}");
        assert!(!text.contains("canary") && server.seen().is_empty(), "{text}");
    }
}

#[tokio::test]
async fn an_expired_token_and_a_deleted_identity_are_replaced_once() {
    let expired = || fails("NotAuthorizedException", "Invalid login token. Token expired: 1519848060 >= 1519847460");
    let service = Server::start([expired(), identity("i-1"), keys("A1", HOUR)]).await;
    let (server, clock) = (Server::start([]).await, Moved::new());
    let core = api(&server, pool(&service, &clock).signed_in_by(User::new("u1")).unwrap());
    assert_eq!(signer(&core, &server).await, "A1");
    let calls = asked(&service);
    assert!(calls[0].contains(".g0\"") && calls[1].contains(".g1\""), "{calls:?}");

    let service = Server::start([expired(), expired(), identity("i-1"), keys("A1", HOUR)]).await;
    let core = api(&server, pool(&service, &clock).signed_in_by(User::new("u1")).unwrap());
    assert!(get(&core, &WITH_IAM).await.is_err());
    assert_eq!(asked(&service).len(), 2);

    let gone = fails("ResourceNotFoundException", "Identity 'i-1' not found.");
    let service = Server::start([identity("i-1"), keys("A1", HOUR), gone, identity("i-2"), keys("A2", 3 * HOUR)]).await;
    let core = api(&server, pool(&service, &clock).signed_in_by(User::new("u1")).unwrap());
    assert_eq!(signer(&core, &server).await, "A1");
    clock.by(HOUR);
    assert_eq!(signer(&core, &server).await, "A2");
    assert!(asked(&service)[4].contains("i-2"));
}

#[tokio::test]
async fn keys_of_a_user_who_signs_in_during_a_fetch_are_not_those_of_the_previous_user() {
    let expired = fails("NotAuthorizedException", "Invalid login token. Token expired: 1519848060 >= 1519847460");
    let service = Server::start([expired, identity("i-2"), keys("B1", HOUR)]).await;
    let (server, clock) = (Server::start([]).await, Moved::new());
    let user = User::new("u1");
    user.set(|state| state.next_subject = Some("u2"));
    let core = api(&server, pool(&service, &clock).signed_in_by(user).unwrap());
    let error = get(&core, &WITH_IAM).await.unwrap_err();
    assert_eq!((error.kind(), error.is_transient()), (ErrorKind::Credential, true));
    assert_eq!(signer(&core, &server).await, "B1");
}

#[tokio::test]
async fn guests_get_keys_and_keys_that_have_already_expired_cause_no_loop() {
    // By our clock these keys have already expired: the clock is wrong.
    let service = Server::start([identity("i-1"), keys("A1", 0), keys("A2", HOUR)]).await;
    let (server, clock) = (Server::start([]).await, Moved::new());
    clock.by(HOUR);
    let core = api(&server, pool(&service, &clock).unauthenticated().unwrap());
    for _ in 0..5 {
        assert_eq!(signer(&core, &server).await, "A1");
    }
    let calls = asked(&service);
    assert!(calls.len() == 2 && !calls.concat().contains("Logins"), "{calls:?}");
    clock.by(61);
    assert_eq!(signer(&core, &server).await, "A2");
}

#[tokio::test]
async fn sessions_and_id_tokens_sign_in_at_an_identity_pool() {
    let service = Server::start([identity("i-1"), keys("A1", HOUR)]).await;
    let (server, clock) = (Server::start([]).await, Moved::new());
    let pool = pool(&service, &clock).login("graph.example.com");
    let session = UserSession::<PetPool>::from_tokens(token("id", "", "s"), token("access", "", "s")).unwrap();
    let core = api(&server, pool.signed_in(session).unwrap());
    assert_eq!(signer(&core, &server).await, "A1");
    assert!(asked(&service)[0].contains(r#"{"graph.example.com":"#));
    pool.signed_in(IdToken::<PetPool>::from_jwt(token("id", "", "s")).unwrap()).unwrap();
    assert!(!format!("{pool:?}").contains("canary"));
}

#[test]
fn an_identity_pool_without_a_safe_endpoint_is_refused() {
    for id in ["", "eu-west-1", "x@evil/#:1", "EU:1"] {
        assert!(IdentityPool::new(id).unauthenticated().is_err(), "{id}");
    }
    for endpoint in ["http://example.com", "ftp://127.0.0.1", "x"] {
        let error = IdentityPool::new(POOL_ID).endpoint(endpoint).unauthenticated().unwrap_err();
        assert!(error.to_string().contains("`IdentityPool::allow_http`"), "{error}");
    }
    assert!(IdentityPool::new(POOL_ID).unauthenticated().is_ok());
    assert!(IdentityPool::new("1").region("eu-west-1").unauthenticated().is_ok());
}

#[tokio::test]
async fn a_provider_of_the_aws_sdk_signs_calls() {
    let keys = aws_credential_types::Credentials::new("S1", "canary", Some("canary-S1".to_owned()), None, "test");
    let server = Server::start([]).await;
    let core = api(&server, Iam::from_sdk(keys));
    assert_eq!(signer(&core, &server).await, "S1");
}

/// The same chain as that of the AWS CLI. It runs in child processes, since environment variables belong to a process.
#[cfg(feature = "aws-config")]
#[test]
fn the_default_chain_finds_keys_where_the_aws_cli_does() {
    const NAME: &str = "the_default_chain_finds_keys_where_the_aws_cli_does";
    if std::env::var("COGEN_TEST_CHAIN").is_ok() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let server = Server::start([]).await;
            let core = api(&server, Iam::from_default_chain().await.unwrap());
            match get(&core, &WITH_IAM).await {
                Ok(_) => println!("signed by {}", server.only().header("authorization")[0].split('/').next().unwrap()),
                Err(error) => println!("refused: {:?} {error}", error.kind()),
            }
        });
        return;
    }
    let run = |environment: &[(&str, &str)]| {
        let mut command = std::process::Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", NAME, "--nocapture"]).env("COGEN_TEST_CHAIN", "1");
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("AWS_")) {
            command.env_remove(name);
        }
        let nowhere = [("HOME", "/nonexistent"), ("AWS_EC2_METADATA_DISABLED", "true")];
        let output = command.envs(nowhere).envs(environment.iter().copied()).output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let found = run(&[("AWS_ACCESS_KEY_ID", "ENV1"), ("AWS_SECRET_ACCESS_KEY", "canary")]);
    assert!(found.contains("signed by AWS4-HMAC-SHA256 Credential=ENV1") && !found.contains("canary"), "{found}");

    let file = std::env::temp_dir().join(format!("cogen-chain-{}", std::process::id()));
    std::fs::write(&file, "[pets]\naws_access_key_id = FILE1\naws_secret_access_key = canary\n").unwrap();
    let found = run(&[("AWS_SHARED_CREDENTIALS_FILE", file.to_str().unwrap()), ("AWS_PROFILE", "pets")]);
    std::fs::remove_file(&file).unwrap();
    assert!(found.contains("Credential=FILE1"), "{found}");

    let found = run(&[]);
    assert!(found.contains("refused: Credential") && found.contains("no AWS credentials were found"), "{found}");
}
