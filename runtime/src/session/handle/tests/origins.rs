//! The origins of sessions: tokens of another source, domains, remembered devices, machines.

use super::*;
use crate::auth::error::AuthErrorKind as Kind;
use crate::auth::token_set::TokenSet;
use crate::clock::Clock as _;
use crate::token::error::TokenErrorKind;

#[tokio::test]
async fn a_refresh_token_of_another_source_becomes_a_session() {
    let world = World::new().await;
    let store = MemoryStore::new();
    let app = world.app().store(store.clone());
    let set = TokenSet::from_refresh_token("refresh-0").username("alice").device_key("dev-1");
    let session = app.session_from(set).await.unwrap();
    let session = session.session().unwrap();
    assert_eq!((generation(session).await, world.requests()), (1, 1), "it is used immediately");
    let sent = world.server.sent();
    assert_eq!(sent[0].json(), json!({"RefreshToken": "refresh-0", "ClientId": "client", "DeviceKey": "dev-1"}));
    assert_eq!(generation(&world.restored(&store).await).await, 1, "stored with the user name");

    world.does(Does::Fails("NotAuthorizedException", "Refresh Token has been revoked"));
    let error = app.session_from(TokenSet::from_refresh_token("refresh-0")).await.unwrap_err();
    assert_eq!(error.kind(), Kind::RefreshTokenInvalid);
}

#[tokio::test]
async fn tokens_of_another_source_are_used_until_they_expire() {
    let world = World::new().await;
    let (id, access_token) = (world.token("id"), world.token("access"));
    let set = TokenSet::from_tokens(id.clone(), access_token.clone());
    let session = world.app().session_from(set).await.unwrap();
    let session = session.session().unwrap();
    world.clock.forward(3500);
    assert_eq!(generation(session).await, 1);
    assert_eq!(world.requests(), 0, "there is no refresh token");
    world.clock.forward(100);
    assert_eq!(access(session).await.unwrap_err().kind(), TokenErrorKind::Expired);

    let set = TokenSet::from_tokens(id.clone(), access_token.clone()).refresh_token("refresh-0");
    let session = world.app().session_from(set).await.unwrap();
    assert_eq!((generation(session.session().unwrap()).await, world.requests()), (1, 1), "the tokens had expired");

    let swapped = TokenSet::from_tokens(access_token, id);
    assert_eq!(world.app().session_from(swapped).await.unwrap_err().kind(), Kind::Protocol);
}

#[tokio::test]
async fn a_session_has_the_claims_of_its_user() {
    let world = World::new().await;
    let session = world.session().await;
    let claims = session.id_claims().unwrap();
    assert_eq!((claims.subject(), claims.username()), (Some("u-1"), Some("alice")));
    assert_eq!(session.access_claims().unwrap().subject.as_deref(), Some("u-1"));
    assert_eq!(session.expires_at(TokenKind::Access), Some(world.clock.now() + Duration::from_secs(3600)));
    let raw = session.signed_in().unwrap();
    assert_eq!((raw.refresh_token.unwrap().expose(), raw.expires_in.as_secs()), ("refresh-0", 3600));
}

#[tokio::test]
async fn a_smaller_grant_is_an_event_and_refuses_calls() {
    let world = World::new().await;
    world.set(|script| script.scope = "pets/read pets/write".to_owned());
    let user = world.sign_in(&world.app()).await;
    let both = user.clone().try_grant::<crate::grant![Read, Write]>().unwrap();
    let session = both.session().unwrap().clone();
    let mut events = session.events();
    world.set(|script| script.scope = "pets/read".to_owned());
    session.refresh().await.unwrap();
    let missing = vec!["pets/write".to_owned()];
    let events = received(&mut events).await;
    assert_eq!(events[1..], [SessionEvent::Refreshed { generation: 2 }, SessionEvent::ScopesNarrowed { missing }]);
    // A call checks these scopes before it is sent.
    assert_eq!(access(&session).await.unwrap().scopes.as_deref(), Some(&["pets/read".to_owned()][..]));
    let error = both.try_grant::<crate::grant![Write]>().unwrap_err();
    assert_eq!(error.kind(), TokenErrorKind::ScopeMissing);
    assert!(user.try_grant::<crate::grant![Read]>().is_ok());
}

#[tokio::test]
async fn a_refresh_is_repeated_once_without_an_unknown_device() {
    let world = World::new().await;
    let set = world.tokens();
    let set = set.refresh_token("refresh-0").device_key("dev-1");
    let session = world.app().session_from(set).await.unwrap().session().unwrap().clone();
    world.does(Does::Fails("ResourceNotFoundException", "Device does not exist."));
    world.clock.forward(3600);
    assert_eq!(access(&session).await.unwrap_err().kind(), TokenErrorKind::Failed);
    let keys: Vec<_> = world.server.sent().iter().map(|sent| sent.text("/DeviceKey")).collect();
    assert_eq!(keys, [Some("dev-1".to_owned()), None], "the second request is without the device");
    assert_eq!(session.over(), None);
}

/// A remembered device is stored for the next sign-in, sent with refreshes, and removed when the pool does not know it any more.
#[tokio::test]
async fn a_remembered_device_is_used_after_the_session() {
    let world = World::new().await;
    let known = Arc::new(Mutex::new(true));
    let (script, clock, is_known) = (world.script.clone(), world.clock.clone(), known.clone());
    let server = Scripted::start(move |sent| {
        let named = sent.text("/AuthParameters/DEVICE_KEY").is_some();
        match sent.operation() {
            "InitiateAuth" if named && !*is_known.lock().unwrap() => {
                fails("ResourceNotFoundException", "Device does not exist.")
            }
            "InitiateAuth" if !named && *is_known.lock().unwrap() => {
                let (status, text) = script.lock().unwrap().tokens(clock.seconds(), true);
                let mut answer: Value = serde_json::from_str(&text).unwrap();
                answer["AuthenticationResult"]["NewDeviceMetadata"] =
                    json!({"DeviceKey": "us-east-1_dev", "DeviceGroupKey": "group"});
                (status, answer.to_string())
            }
            _ => script.lock().unwrap().answer(sent, clock.seconds()),
        }
    })
    .await;
    let store = MemoryStore::new();
    let app = world.app().endpoint(&server.url).store(store.clone());
    let first = world.sign_in(&app).await.session().unwrap().clone();
    let device = first.device().unwrap();
    assert_eq!((device.key(), device.group_key()), ("us-east-1_dev", "group"));
    world.clock.forward(3600);
    assert_eq!(generation(&first).await, 2);
    assert_eq!(server.sent().pop().unwrap().text("/DeviceKey").as_deref(), Some("us-east-1_dev"));
    first.sign_out().await.unwrap();

    let second = world.sign_in(&app).await.session().unwrap().clone();
    assert_eq!(second.device(), Some(device), "it has its password");
    let operations = server.operations();
    assert_eq!(operations.iter().filter(|name| *name == "ConfirmDevice").count(), 1);

    *known.lock().unwrap() = false;
    for expected in [vec![true, false], vec![false]] {
        let before = server.sent().len();
        world.sign_in(&app).await;
        let named = |sent: &Sent| sent.text("/AuthParameters/DEVICE_KEY").is_some();
        assert_eq!(server.sent()[before..].iter().map(named).collect::<Vec<_>>(), expected);
    }
}

#[tokio::test]
async fn an_application_can_refresh_to_get_new_claims() {
    let world = World::new().await;
    let session = world.session().await;
    session.refresh().await.unwrap();
    assert_eq!((session.generation(), world.requests()), (2, 1));
    world.does(Does::Answers(500, "{}".to_owned()));
    assert_eq!(session.refresh().await.unwrap_err().kind(), Kind::Service);
    assert_eq!(generation(&session).await, 2, "the current token is still used");
}

#[tokio::test]
async fn the_application_sets_the_margin() {
    let world = World::new().await;
    let app = world.app().refresh_early(Duration::from_secs(1200));
    let session = world.sign_in(&app).await.session().unwrap().clone();
    world.clock.forward(2399);
    assert_eq!((generation(&session).await, world.requests()), (1, 0));
    world.clock.forward(2);
    assert_eq!((generation(&session).await, world.requests()), (2, 1));
}

#[cfg(feature = "oauth")]
mod over_oauth {
    use super::*;

    /// Who can write to the store must not get the refresh token.
    #[tokio::test]
    async fn a_record_does_not_decide_where_its_refresh_token_is_sent() {
        let (world, other) = (World::new().await, World::new().await);
        let store = MemoryStore::new();
        let app = world.app().store(store.clone());
        let set = TokenSet::from_refresh_token("refresh-0");
        app.session_from_domain(&other.server.url, set).await.unwrap();
        let before = other.server.sent().len();
        let kind = async |app: AppClient<PetPool>| {
            app.restore("alice").await.map(|found| found.is_some()).map_err(|error| error.kind())
        };
        assert_eq!(kind(app.clone()).await, Err(Kind::Configuration), "the program has no domain");
        assert_eq!(kind(app.clone().domain(&world.server.url)).await, Err(Kind::Configuration), "it has another");
        let token = format!("{}/token", other.server.url);
        let elsewhere = app.clone().domain(&other.server.url).token_endpoint(token);
        assert_eq!(kind(elsewhere).await, Err(Kind::Configuration), "it has another token endpoint");
        assert_eq!(kind(app.domain(&other.server.url)).await, Ok(true));
        assert_eq!((other.server.sent().len(), world.server.sent().len()), (before, 0));
    }

    #[tokio::test]
    async fn a_session_of_managed_login_is_refreshed_at_its_domain() {
        let world = World::new().await;
        let store = MemoryStore::new();
        let app = world.app().store(store.clone()).secret("s3cret").domain(&world.server.url);
        let set = TokenSet::from_refresh_token("refresh-0");
        let session = app.session_from_domain(&world.server.url, set).await.unwrap();
        let session = session.session().unwrap();
        world.clock.forward(3600);
        assert_eq!(generation(session).await, 2);
        let sent = world.server.sent();
        assert!(sent.iter().all(|sent| sent.path == "/oauth2/token"));
        assert_eq!(sent[1].body, "grant_type=refresh_token&refresh_token=refresh-0");
        assert!(sent[1].headers["authorization"].starts_with("Basic "));

        // Another process has the domain too.
        world.clock.forward(3600);
        let restored = app.restore("alice").await.unwrap().unwrap();
        assert_eq!(generation(restored.session().unwrap()).await, 2);
        assert_eq!(world.server.sent()[2].path, "/oauth2/token");
        restored.session().unwrap().sign_out().await.unwrap();
        let revoked = &world.server.sent()[3];
        assert_eq!((revoked.path.as_str(), revoked.body.as_str()), ("/oauth2/revoke", "token=refresh-0"));
        assert!(app.restore("alice").await.unwrap().is_none());
    }

    #[tokio::test]
    async fn invalid_grant_of_a_domain_ends_the_session() {
        let server = Scripted::start(|_| (400, json!({"error": "invalid_grant"}).to_string())).await;
        let world = World::new().await;
        let set = world.tokens();
        let session = world.app().session_from_domain(&server.url, set.refresh_token("x")).await.unwrap();
        let session = session.session().unwrap();
        world.clock.forward(3600);
        assert_eq!(access(session).await.unwrap_err().kind(), TokenErrorKind::SessionEnded);
        assert_eq!(session.over(), Some(Kind::RefreshTokenInvalid));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn machines_share_tokens_by_their_store() {
        let world = World::new().await;
        let store = MemoryStore::new();
        let machine = |resource: &'static str| {
            let app = world.app().store(store.clone());
            let asking = app.client_credentials(&world.server.url, "s3cret").grant::<crate::grant![Read]>();
            async move { asking.resource(resource).await.unwrap().session().unwrap().clone() }
        };
        let tasks: Vec<_> = (0..10).map(|_| tokio::spawn(machine("https://pets.example.com"))).collect();
        let mut sessions = Vec::new();
        for task in tasks {
            sessions.push(task.await.unwrap());
        }
        assert_eq!(world.refreshes(), 1, "one request for ten machines");
        assert_eq!(
            world.server.sent()[0].body,
            "grant_type=client_credentials&scope=pets%2Fread&resource=https%3A%2F%2Fpets.example.com"
        );
        world.clock.forward(3400);
        for session in &sessions {
            assert_eq!(generation(session).await, 2);
        }
        assert_eq!(world.refreshes(), 2, "one request for the next tokens of all");
        machine("https://cats.example.com").await;
        assert_eq!(world.refreshes(), 3, "another resource has other tokens");
        assert_eq!(sessions[0].sign_out_everywhere().await.unwrap_err().kind(), Kind::Configuration);
    }
}
