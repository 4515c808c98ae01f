//! Slow services: only the time limit of the application applies.

use super::*;
use crate::auth::error::{AuthError, AuthErrorKind as Kind};
use crate::auth::signed_in::SignedIn;
use crate::boxed::BoxFuture;
use crate::cognito::refresh::Refresh;
use crate::secret::Secret;
use crate::session::source::{Owner, RefreshEndpoint, Source};
use crate::session::tokens::session_tokens::SessionTokens;
use crate::token_credential::typed::AccessToken;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;
use tokio::io::AsyncWriteExt as _;

/// Longer than the stalled-stream protection of the AWS SDK allows an upload to stall.
const SLOW: Duration = Duration::from_secs(7);

impl World {
    /// The same pool at a server with delayed responses.
    async fn slowed(&self, delay: Duration) -> Scripted {
        let (time, script) = (self.clock.clone(), self.script.clone());
        Scripted::start_slow(move |_| delay, move |sent| script.lock().unwrap().answer(sent, time.seconds())).await
    }
}

async fn sign_in_and_refresh() {
    let world = World::new().await;
    world.set(|script| script.rotates = true);
    let server = world.slowed(SLOW).await;
    let app = world.app().endpoint(&server.url).timeout(Duration::from_secs(40));
    let ((), set) = tokio::join!(
        async {
            world.sign_in(&app).await;
        },
        async {
            let set = world.tokens().refresh_token("refresh-0");
            let session = app.session_from(set).await.unwrap().session().unwrap().clone();
            session.refresh().await.unwrap();
            session
        }
    );
    assert_eq!((set.generation(), set.over()), (2, None), "the rotated refresh token was received");
    let mut operations = server.operations();
    operations.sort_unstable();
    assert_eq!(operations, ["GetTokensFromRefreshToken", "InitiateAuth"], "each is sent once");
}

#[cfg(feature = "oauth")]
async fn refresh_at_a_domain() {
    let world = World::new().await;
    let server = world.slowed(SLOW).await;
    let set = world.tokens().refresh_token("refresh-0");
    let session = world.app().session_from_domain(&server.url, set).await.unwrap();
    session.session().unwrap().refresh().await.unwrap();
}

#[cfg(feature = "identity-pool")]
async fn keys_of_an_identity_pool() {
    let server = identities().await;
    let pool = crate::IdentityPool::new("us-east-1:11111111-2222-3333-4444-555555555555").endpoint(&server.url);
    let keys = pool.unauthenticated().unwrap().provider.credentials().await.unwrap();
    assert_eq!(keys.access_key_id, "AKID");
    assert_eq!(server.operations(), ["GetId", "GetCredentialsForIdentity"]);
}

/// A client of the AWS SDK with the default settings, as in `aws-config`.
#[cfg(feature = "identity-pool")]
async fn a_client_with_the_settings_of_the_sdk() {
    use aws_sdk_cognitoidentity::config::{BehaviorVersion, Region};

    let server = identities().await;
    let http =
        crate::aws::sdk_http::ReqwestConnector::new(client(crate::client::redirects::builder), Duration::from_secs(40));
    let config = aws_sdk_cognitoidentity::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(&server.url)
        .http_client(http)
        .build();
    let client = aws_sdk_cognitoidentity::Client::from_conf(config);
    client.get_id().identity_pool_id("us-east-1:1").send().await.unwrap();
    assert_eq!(server.operations(), ["GetId"]);
}

#[cfg(feature = "identity-pool")]
async fn identities() -> Scripted {
    let answer = json!({
        "IdentityId": "us-east-1:i",
        "Credentials": {"AccessKeyId": "AKID", "SecretKey": "s", "SessionToken": "t", "Expiration": 4_102_444_800_u64},
    });
    let delay = |sent: &Sent| if sent.operation() == "GetId" { SLOW } else { Duration::ZERO };
    Scripted::start_slow(delay, move |_| (200, answer.to_string())).await
}

fn client(begin: impl Fn() -> reqwest::ClientBuilder) -> reqwest::Client {
    let anywhere = url::Url::parse("http://127.0.0.1").unwrap();
    crate::client::tls::build(begin, &anywhere).unwrap()
}

/// In parallel, since each takes some seconds.
#[tokio::test]
async fn r11_no_exchange_ends_before_its_time_limit() {
    tokio::join!(
        sign_in_and_refresh(),
        async {
            #[cfg(feature = "oauth")]
            refresh_at_a_domain().await;
        },
        async {
            #[cfg(feature = "identity-pool")]
            tokio::join!(keys_of_an_identity_pool(), a_client_with_the_settings_of_the_sdk());
        }
    );
}

#[tokio::test]
async fn the_time_limit_of_the_http_client_does_not_apply() {
    let world = World::new().await;
    let server = world.slowed(Duration::from_millis(300)).await;
    let impatient = client(|| crate::client::redirects::builder().timeout(Duration::from_millis(50)));
    let app = world.app().endpoint(&server.url).http_client(impatient);
    world.sign_in(&app).await;
    #[cfg(feature = "oauth")]
    app.session_from_domain(&server.url, TokenSet::from_refresh_token("refresh-0")).await.unwrap();

    // A client without a time limit does not wait for ever.
    let server = world.slowed(Duration::from_secs(30)).await;
    let app = world.app().endpoint(&server.url).http_client(client(crate::client::redirects::builder));
    let app = app.timeout(Duration::from_millis(100));
    let start = Instant::now();
    let set = || TokenSet::from_refresh_token("refresh-0");
    assert_eq!(app.session_from(set()).await.unwrap_err().kind(), Kind::Network);
    #[cfg(feature = "oauth")]
    assert_eq!(app.session_from_domain(&server.url, set()).await.unwrap_err().kind(), Kind::Network);
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}

/// A server that answers no request, or begins to.
async fn stuck(begins: bool) -> (String, Arc<AtomicUsize>) {
    let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (url, requests) = (format!("http://{}", socket.local_addr().unwrap()), Arc::new(AtomicUsize::new(0)));
    let counter = Arc::clone(&requests);
    tokio::spawn(async move {
        let mut open = Vec::new();
        while let Ok((mut stream, _)) = socket.accept().await {
            counter.fetch_add(1, Ordering::Relaxed);
            if begins {
                let head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 900\r\n\r\n{";
                stream.write_all(head).await.unwrap();
            }
            open.push(stream);
        }
    });
    (url, requests)
}

/// Each exchange of an app client with a server that does not answer. It is not repeated: its time is over.
async fn each_exchange(world: &World, url: &str, app: AppClient<PetPool>) -> Vec<Kind> {
    let token = Secret::new("refresh-0");
    let refresh = Refresh { refresh_token: &token, username: None, device_key: None };
    let set = || TokenSet::from_refresh_token("refresh-0");
    let user = AccessToken::<PetPool>::from_jwt(world.token("access")).unwrap();
    let mut kinds = vec![
        app.sign_in("alice", "x").await.unwrap_err().kind(),
        app.sign_in_with_password("alice", "x").await.unwrap_err().kind(),
        app.sign_in_by_choice("alice").await.unwrap_err().kind(),
        app.forgot_password("alice").await.unwrap_err().kind(),
        app.refresh(refresh).await.unwrap_err().kind(),
        app.session_from(set()).await.unwrap_err().kind(),
        app.revoke(&token).await.unwrap_err().kind(),
        app.sign_out_everywhere(&user).await.unwrap_err().kind(),
    ];
    let session = app.session_from(world.tokens().refresh_token("refresh-0")).await.unwrap();
    kinds.push(session.session().unwrap().sign_out().await.unwrap_err().kind());
    kinds.push(session.session().unwrap().sign_out_everywhere().await.unwrap_err().kind());
    #[cfg(feature = "oauth")]
    {
        kinds.push(app.client_credentials(url, "secret").await.unwrap_err().kind());
        kinds.push(app.session_from_domain(url, set()).await.unwrap_err().kind());
        let session = app.session_from_domain(url, world.tokens().refresh_token("refresh-0")).await.unwrap();
        kinds.push(session.session().unwrap().refresh().await.unwrap_err().kind());
        kinds.push(session.session().unwrap().sign_out().await.unwrap_err().kind());
    }
    let _ = url;
    kinds
}

#[tokio::test]
async fn every_exchange_ends_at_its_time_limit_and_is_not_repeated() {
    let world = World::new().await;
    let limit = Duration::from_millis(100);
    for (begins, own) in [(false, false), (false, true), (true, false), (true, true)] {
        let (url, requests) = stuck(begins).await;
        let http = own.then(|| client(crate::client::redirects::builder));
        let app = world.app().endpoint(&url).timeout(limit);
        let app = http.iter().fold(app, |app, http| app.http_client(http.clone()));
        let kinds = tokio::time::timeout(PATIENCE, each_exchange(&world, &url, app)).await.unwrap();
        assert!(kinds.iter().all(|kind| *kind == Kind::Network), "{kinds:?}");
        assert_eq!(requests.load(Ordering::Relaxed), kinds.len(), "one for each exchange");

        #[cfg(feature = "identity-pool")]
        {
            let pool = crate::IdentityPool::new("us-east-1:11111111-2222-3333-4444-555555555555").timeout(limit);
            let pool = http.iter().fold(pool.endpoint(&url), |pool, http| pool.http_client(http.clone()));
            let keys = pool.unauthenticated().unwrap();
            let keys = tokio::time::timeout(PATIENCE, keys.provider.credentials()).await.unwrap();
            assert!(keys.unwrap_err().is_transient());
            assert_eq!(requests.load(Ordering::Relaxed), kinds.len() + 1);
        }
    }
}

#[tokio::test]
async fn a_sign_out_that_hangs_holds_others_up_for_its_time_limit_only() {
    let world = World::new().await;
    let (time, script) = (world.clock.clone(), world.script.clone());
    let hangs = |sent: &Sent| if sent.operation() == "RevokeToken" { 10 * PATIENCE } else { Duration::ZERO };
    let server = Scripted::start_slow(hangs, move |sent| script.lock().unwrap().answer(sent, time.seconds())).await;
    let store = MemoryStore::new();
    let app = world.app().endpoint(&server.url).store(store.clone()).timeout(Duration::from_millis(500));
    let session = world.sign_in(&app).await.session().unwrap().clone();
    // As another process does it.
    let other = app.restore("alice").await.unwrap().unwrap().session().unwrap().clone();
    let leaving = tokio::spawn({
        let session = session.clone();
        async move { session.sign_out().await }
    });
    while server.operations().last().map(String::as_str) != Some("RevokeToken") {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    world.clock.forward(7200);
    let (own, others) = tokio::time::timeout(PATIENCE, async { tokio::join!(access(&session), access(&other)) })
        .await
        .expect("both wait for the time limit of the sign-out");
    assert_eq!((own.unwrap().generation, others.unwrap().generation), (2, 2));
    assert_eq!(leaving.await.unwrap().unwrap_err().kind(), Kind::Network);
    assert_eq!(session.over(), None, "it continues");
}

/// Longer than the time limits of the tests together, and shorter than any default.
const PATIENCE: Duration = Duration::from_secs(10);

/// A source that responds after 15 minutes.
struct SlowSource;

impl Source for SlowSource {
    fn fetch<'a>(&'a self, tokens: &'a SessionTokens) -> BoxFuture<'a, Result<SignedIn, AuthError>> {
        Box::pin(async {
            tokio::time::sleep(Duration::from_secs(900)).await;
            Ok(tokens.raw(std::time::SystemTime::now(), self.endpoint().origin()).unwrap())
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

/// The session does not cancel it, since the refresh token can be used already.
#[tokio::test(start_paused = true)]
async fn a_refresh_lasts_as_long_as_its_source() {
    let clock = TestClock::new();
    let claims = json!({"token_use": "access", "iss": ISSUER, "sub": "u-1", "exp": clock.seconds() + 3600});
    let tokens = SessionTokens { refresh: Some("refresh-0".into()), ..SessionTokens::default() };
    let tokens = tokens.handed_in(None, Some(&token(claims).into()), crate::Clock::now(&clock), None).unwrap();
    let session = Session::new(Arc::new(SlowSource), None, &settings(clock), tokens, None);
    session.refresh().await.unwrap();
    assert_eq!(session.generation(), 2);
}
