//! Where sessions come from and where they are refreshed: elsewhere, a domain, a device, a fleet of machines.

use super::*;
use crate::auth::error::AuthErrorKind as Kind;
use crate::auth::token_set::TokenSet;
use crate::clock::Clock as _;
use crate::token::error::TokenErrorKind;

#[tokio::test]
async fn a_refresh_token_from_elsewhere_is_a_session() {
    let world = World::new().await;
    let store = MemoryStore::new();
    let app = world.app().store(store.clone());
    let set = TokenSet::from_refresh_token("refresh-0").username("alice").device_key("dev-1");
    let session = app.session_from(set).await.unwrap();
    let session = session.session().unwrap();
    assert_eq!((generation(session).await, world.asked()), (1, 1), "it is used at once");
    let sent = world.server.sent();
    assert_eq!(sent[0].json(), json!({"RefreshToken": "refresh-0", "ClientId": "client", "DeviceKey": "dev-1"}));
    assert_eq!(generation(&world.restored(&store).await).await, 1, "and kept under the user's name");

    world.does(Does::Fails("NotAuthorizedException", "Refresh Token has been revoked"));
    let error = app.session_from(TokenSet::from_refresh_token("refresh-0")).await.unwrap_err();
    assert_eq!(error.kind(), Kind::RefreshTokenInvalid);
}

#[tokio::test]
async fn tokens_from_elsewhere_last_as_long_as_they_do() {
    let world = World::new().await;
    let (id, access_token) = (world.token("id"), world.token("access"));
    let set = TokenSet::from_tokens(id.clone(), access_token.clone());
    let session = world.app().session_from(set).await.unwrap();
    let session = session.session().unwrap();
    world.clock.forward(3500);
    assert_eq!(generation(session).await, 1);
    assert_eq!(world.asked(), 0, "there is nothing to refresh with");
    world.clock.forward(100);
    assert_eq!(access(session).await.unwrap_err().kind(), TokenErrorKind::Expired);

    let set = TokenSet::from_tokens(id.clone(), access_token.clone()).refresh_token("refresh-0");
    let session = world.app().session_from(set).await.unwrap();
    assert_eq!((generation(session.session().unwrap()).await, world.asked()), (1, 1), "these were past their end");

    let swapped = TokenSet::from_tokens(access_token, id);
    assert_eq!(world.app().session_from(swapped).await.unwrap_err().kind(), Kind::Protocol);
}

#[tokio::test]
async fn the_claims_of_the_user_are_at_hand() {
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
async fn a_smaller_grant_is_told_and_stops_calls() {
    let world = World::new().await;
    world.set(|script| script.scope = "pets/read pets/write".to_owned());
    let user = world.sign_in(&world.app()).await;
    let both = user.clone().try_grant::<crate::grant![Read, Write]>().unwrap();
    let session = both.session().unwrap().clone();
    let mut events = session.events();
    world.set(|script| script.scope = "pets/read".to_owned());
    session.refresh().await.unwrap();
    let missing = vec!["pets/write".to_owned()];
    let told = so_far(&mut events).await;
    assert_eq!(told[1..], [SessionEvent::Refreshed { generation: 2 }, SessionEvent::ScopesNarrowed { missing }]);
    // What a call checks before it is sent.
    assert_eq!(access(&session).await.unwrap().scopes.as_deref(), Some(&["pets/read".to_owned()][..]));
    let error = both.try_grant::<crate::grant![Write]>().unwrap_err();
    assert_eq!(error.kind(), TokenErrorKind::ScopeMissing);
    assert!(user.try_grant::<crate::grant![Read]>().is_ok());
}

#[tokio::test]
async fn a_device_that_the_pool_forgot_is_left_out_once() {
    let world = World::new().await;
    let set = world.tokens();
    let set = set.refresh_token("refresh-0").device_key("dev-1");
    let session = world.app().session_from(set).await.unwrap().session().unwrap().clone();
    world.does(Does::Fails("ResourceNotFoundException", "Device does not exist."));
    world.clock.forward(3600);
    assert_eq!(access(&session).await.unwrap_err().kind(), TokenErrorKind::Failed);
    let keys: Vec<_> = world.server.sent().iter().map(|sent| sent.text("/DeviceKey")).collect();
    assert_eq!(keys, [Some("dev-1".to_owned()), None], "once more, without it");
    assert_eq!(session.over(), None);
}

/// A remembered device is kept for the next sign-in, goes along with refreshes, and is left out once it is unknown.
#[tokio::test]
async fn a_remembered_device_outlasts_the_session() {
    let world = World::new().await;
    let known = Arc::new(Mutex::new(true));
    let (script, clock, knows) = (world.script.clone(), world.clock.clone(), known.clone());
    let server = Scripted::start(move |sent| {
        let named = sent.text("/AuthParameters/DEVICE_KEY").is_some();
        match sent.operation() {
            "InitiateAuth" if named && !*knows.lock().unwrap() => {
                fails("ResourceNotFoundException", "Device does not exist.")
            }
            "InitiateAuth" if !named && *knows.lock().unwrap() => {
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
    assert_eq!(second.device(), Some(device), "it has its password still");
    let operations = server.operations();
    assert_eq!(operations.iter().filter(|name| *name == "ConfirmDevice").count(), 1);

    *known.lock().unwrap() = false;
    for asked in [vec![true, false], vec![false]] {
        let before = server.sent().len();
        world.sign_in(&app).await;
        let named = |sent: &Sent| sent.text("/AuthParameters/DEVICE_KEY").is_some();
        assert_eq!(server.sent()[before..].iter().map(named).collect::<Vec<_>>(), asked);
    }
}

#[tokio::test]
async fn an_application_can_ask_for_new_claims() {
    let world = World::new().await;
    let session = world.session().await;
    session.refresh().await.unwrap();
    assert_eq!((session.generation(), world.asked()), (2, 1));
    world.does(Does::Answers(500, "{}".to_owned()));
    assert_eq!(session.refresh().await.unwrap_err().kind(), Kind::Service);
    assert_eq!(generation(&session).await, 2, "the token there is stays good");
}

#[tokio::test]
async fn the_margin_is_the_applications() {
    let world = World::new().await;
    let app = world.app().refresh_early(Duration::from_secs(1200));
    let session = world.sign_in(&app).await.session().unwrap().clone();
    world.clock.forward(2399);
    assert_eq!((generation(&session).await, world.asked()), (1, 0));
    world.clock.forward(2);
    assert_eq!((generation(&session).await, world.asked()), (2, 1));
}

#[cfg(feature = "oauth")]
mod over_oauth {
    use super::*;

    #[tokio::test]
    async fn a_managed_logins_session_is_refreshed_at_its_domain() {
        let world = World::new().await;
        let store = MemoryStore::new();
        let app = world.app().store(store.clone()).secret("s3cret");
        let set = TokenSet::from_refresh_token("refresh-0");
        let session = app.session_from_domain(&world.server.url, set).await.unwrap();
        let session = session.session().unwrap();
        world.clock.forward(3600);
        assert_eq!(generation(session).await, 2);
        let sent = world.server.sent();
        assert!(sent.iter().all(|sent| sent.path == "/oauth2/token"));
        assert_eq!(sent[1].body, "grant_type=refresh_token&refresh_token=refresh-0");
        assert!(sent[1].headers["authorization"].starts_with("Basic "));

        // Another process finds the domain in the store.
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
    async fn a_domain_says_in_its_own_way_that_a_session_is_over() {
        let server = Scripted::start(|_| (400, json!({"error": "invalid_grant"}).to_string())).await;
        let world = World::new().await;
        let set = world.tokens();
        let session = world.app().session_from_domain(&server.url, set.refresh_token("x")).await.unwrap();
        let session = session.session().unwrap();
        world.clock.forward(3600);
        assert_eq!(access(session).await.unwrap_err().kind(), TokenErrorKind::SessionEnded);
        assert_eq!(session.over(), Some(Kind::RefreshTokenInvalid));
    }

    /// A fleet of machines asks once.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn machines_share_tokens_by_their_store() {
        let world = World::new().await;
        let store = MemoryStore::new();
        let machine = |resource: &'static str| {
            let app = world.app().store(store.clone());
            let asking = app.client_credentials(&world.server.url, "s3cret").grant::<crate::grant![Read]>();
            async move { asking.resource(resource).await.unwrap().session().unwrap().clone() }
        };
        let fleet: Vec<_> = (0..10).map(|_| tokio::spawn(machine("https://pets.example.com"))).collect();
        let mut sessions = Vec::new();
        for one in fleet {
            sessions.push(one.await.unwrap());
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
        assert_eq!(world.refreshes(), 2, "and one for the next ten");
        machine("https://cats.example.com").await;
        assert_eq!(world.refreshes(), 3, "another resource has tokens of its own");
        assert_eq!(sessions[0].sign_out_everywhere().await.unwrap_err().kind(), Kind::Configuration);
    }
}
