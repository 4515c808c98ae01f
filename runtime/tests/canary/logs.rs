//! What dependencies and the runtime log at TRACE while they handle secrets.

use crate::support::{self, *};
use crate::{CANARY, is_clean};
use cogen_runtime::{ApiKey, AppClient, Basic, Iam, UserSession};
use std::io::Write;
use std::sync::{Arc, Mutex};
use tracing_subscriber::fmt::MakeWriter;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn r04_no_secret_is_logged_at_trace() {
    let log = Log::default();
    // `init` also receives what is written to the `log` crate.
    tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_ansi(false).with_writer(log.clone()).init();

    let (id, access) = (token("id", "", CANARY), token("access", "pets/read", CANARY));
    let api = Server::start([json(401, r#"{"message":"Unauthorized"}"#)]).await;
    let core = support::builder(&api)
        .slot(POOL, UserSession::<PetPool>::from_tokens(id.clone(), access.clone()).unwrap())
        .slot(KEY, ApiKey::new(CANARY))
        .slot(QUERY_KEY, ApiKey::new(CANARY))
        .slot(COOKIE_KEY, ApiKey::new(CANARY))
        .slot(BASIC, Basic::new("alice", CANARY))
        .slot(IAM, Iam::new("AKIDEXAMPLE", CANARY, Some(CANARY.into())).region("us-east-1"))
        .build()
        .unwrap();
    for operation in [&WITH_ID, &WITH_KEY, &WITH_COOKIE_KEY, &WITH_BASIC, &WITH_IAM] {
        let _outcome = get(&core, operation).await;
    }

    let tokens = format!(r#""IdToken":"{id}","AccessToken":"{access}","RefreshToken":"{CANARY}","ExpiresIn":3600"#);
    let done = format!(r#"{{"AuthenticationResult":{{{tokens}}}}}"#);
    let challenge =
        format!(r#"{{"ChallengeName":"SMS_MFA","Session":"{CANARY}{CANARY}{CANARY}","ChallengeParameters":{{}}}}"#);
    let json = "content-type: application/x-amz-json-1.1\r\n";
    let service =
        Server::start([reply(200, json, challenge), reply(200, json, done.clone()), reply(200, json, done)]).await;
    let pool = AppClient::<PetPool>::of_pool("us-east-1_AbC123", "client").secret(CANARY);
    let pool = pool.endpoint(format!("http://{}", service.address));
    let step = pool.sign_in_with_password("alice", CANARY).await.unwrap();
    let cogen_runtime::Step::SmsMfa(challenge) = step else { panic!("{step:?}") };
    let session = challenge.answer(CANARY).await.unwrap().done().unwrap();
    session.session().unwrap().refresh().await.unwrap();

    let text = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(text.contains("cogen.call") && text.contains("TRACE"), "nothing was logged:\n{text}");
    let leaks: Vec<&str> = text.lines().filter(|line| !is_clean(line)).collect();
    assert!(leaks.is_empty(), "{} lines contain a secret; the first:\n{}", leaks.len(), leaks[0]);
}
