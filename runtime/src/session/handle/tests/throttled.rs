//! A pool that throttles: many sessions that come back at once, and what a session does meanwhile.

use super::*;
use crate::auth::error::{AuthError, AuthErrorKind as Kind};
use crate::auth::signed_in::{Origin, SignedIn};
use crate::boxed::BoxFuture;
use crate::secret::Secret;
use crate::session::source::{Owner, RefreshEndpoint, Source};
use crate::session::tokens::session_tokens::SessionTokens;
use crate::testing::quota::Quota;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::SystemTime;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

/// The time that each caller has. It is more than 10,000 sessions need at a pool that takes 120 requests in a second.
const CALLER: Duration = Duration::from_secs(120);

/// A user pool that answers after 40 ms.
struct BusyPool {
    quota: Quota,
    requests: AtomicUsize,
    clock: RuntimeClock,
}

impl Source for BusyPool {
    fn fetch<'a>(&'a self, tokens: &'a SessionTokens) -> BoxFuture<'a, Result<SignedIn, AuthError>> {
        Box::pin(async {
            tokio::time::sleep(Duration::from_millis(40)).await;
            self.requests.fetch_add(1, Ordering::Relaxed);
            if !self.quota.take() {
                let (code, message) = (Some("TooManyRequestsException"), Some("Rate exceeded"));
                return Err(AuthError::answered("GetTokensFromRefreshToken", code, message, None, Some(400)));
            }
            Ok(SignedIn {
                id_token: None,
                access_token: token_until(self.clock.seconds() + 3600).into(),
                refresh_token: tokens.refresh.clone(),
                expires_in: Duration::from_secs(3600),
                token_type: "Bearer".to_owned(),
                scopes: None,
                origin: Origin::UserPoolApi,
                username: None,
                device_key: None,
                new_device: None,
            })
        })
    }

    fn revoke<'a>(&'a self, _: &'a Secret) -> BoxFuture<'a, Result<(), AuthError>> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn sign_out_everywhere<'a>(&'a self, _: &'a Secret) -> BoxFuture<'a, Result<(), AuthError>> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn owner(&self) -> Owner {
        Owner::User
    }

    fn endpoint(&self) -> RefreshEndpoint {
        RefreshEndpoint::UserPoolApi
    }
}

/// The clock of the runtime, which a test can pause.
#[derive(Clone, Copy, Debug)]
struct RuntimeClock(SystemTime, Instant);

impl RuntimeClock {
    fn seconds(&self) -> u64 {
        self.now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs()
    }
}

impl Clock for RuntimeClock {
    fn now(&self) -> SystemTime {
        self.0 + self.1.elapsed()
    }
}

fn token_until(end: u64) -> String {
    token(json!({"token_use": "access", "iss": ISSUER, "sub": "u-1", "exp": end}))
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_sessions_that_come_back_at_once_all_get_their_token() {
    let clock = RuntimeClock(SystemTime::now(), Instant::now());
    let pool = Arc::new(BusyPool { quota: Quota::of(120), requests: AtomicUsize::new(0), clock });
    let old = token_until(clock.seconds() + 3600);
    let sessions: Vec<Session> = (0..10_000)
        .map(|number| {
            let tokens = SessionTokens { refresh: Some(format!("r-{number}").into()), ..SessionTokens::default() };
            let tokens = tokens.handed_in(None, Some(&old.as_str().into()), clock.now(), None).unwrap();
            Session::new(pool.clone(), None, &settings(clock), tokens, None)
        })
        .collect();
    tokio::time::advance(Duration::from_secs(7200)).await;
    let mut tasks = JoinSet::new();
    for session in sessions {
        tasks.spawn(async move { timeout(CALLER, access(&session)).await });
    }
    let outcomes = tasks.join_all().await;
    let late = outcomes.iter().filter(|outcome| outcome.is_err()).count();
    assert_eq!(late, 0, "{} requests", pool.requests.load(Ordering::Relaxed));
    assert!(outcomes.into_iter().flatten().all(|token| token.unwrap().generation == 2));
    let requests = pool.requests.load(Ordering::Relaxed);
    assert!((10_000..100_000).contains(&requests), "the sessions do not ask all the time: {requests} requests");
}

/// The same with a server, and fewer sessions.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sessions_that_come_back_at_once_to_a_server_all_get_their_token() {
    let world = World::new().await;
    let quota = Quota::of(60);
    let (clock, script) = (world.clock.clone(), world.script.clone());
    let server = Scripted::start(move |sent| {
        if quota.take() {
            script.lock().unwrap().answer(sent, clock.seconds())
        } else {
            fails("TooManyRequestsException", "Rate exceeded")
        }
    })
    .await;
    let app = world.app().endpoint(&server.url);
    let mut sessions = Vec::new();
    for _ in 0..200 {
        let set = world.tokens().refresh_token("refresh-0");
        sessions.push(app.session_from(set).await.unwrap().session().unwrap().clone());
    }
    assert!(server.sent().is_empty());
    world.clock.forward(7200);
    let mut tasks = JoinSet::new();
    for session in sessions {
        tasks.spawn(async move { timeout(CALLER, access(&session)).await.unwrap() });
    }
    for token in tasks.join_all().await {
        assert_eq!(token.unwrap().generation, 2);
    }
    assert!(server.sent().len() > 200, "the server throttled some of them");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_sent_when_no_caller_waits_and_a_sign_out_does_not_wait() {
    let world = World::new().await;
    let store = MemoryStore::new();
    let session = world.kept(&store).await;
    world.does(Does::Fails("TooManyRequestsException", "Rate exceeded"));
    world.clock.forward(7200);
    let waiting = tokio::spawn({
        let session = session.clone();
        async move { access(&session).await }
    });
    while world.requests() < 2 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    waiting.abort();
    assert!(waiting.await.unwrap_err().is_cancelled());
    let sent = world.requests();
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(world.requests(), sent);

    let mut events = session.events();
    let waiting = tokio::spawn({
        let session = session.clone();
        async move { access(&session).await }
    });
    session.sign_out().await.unwrap();
    assert_eq!(session.over(), Some(Kind::SignedOut));
    assert!(matches!(received(&mut events).await.last(), Some(SessionEvent::Ended { .. })));
    assert!(waiting.await.unwrap().is_err());
}

/// A machine that was throttled has its token later, too.
#[cfg(feature = "oauth")]
#[tokio::test]
async fn a_throttled_machine_waits_for_its_token() {
    let world = World::new().await;
    let (clock, script, asked) = (world.clock.clone(), world.script.clone(), AtomicUsize::new(0));
    let server = Scripted::start(move |sent| match asked.fetch_add(1, Ordering::Relaxed) {
        0 => (429, String::new()),
        _ => script.lock().unwrap().answer(sent, clock.seconds()),
    })
    .await;
    world.app().client_credentials(&server.url, "secret").await.unwrap();
    assert_eq!(server.sent().len(), 2);
}

#[tokio::test]
async fn a_limit_on_attempts_is_not_throttling() {
    let world = World::new().await;
    let session = world.session().await;
    world.does(Does::Fails("LimitExceededException", "Attempt limit exceeded, please try after some time."));
    world.clock.forward(7200);
    access(&session).await.unwrap_err();
    assert_eq!(session.refresh().await.unwrap_err().kind(), Kind::TooManyAttempts);
    assert_eq!(world.requests(), 2, "one for each caller");
}
