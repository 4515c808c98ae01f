//! Sign-out: of this session, of all sessions, of this machine only.

use super::*;
use crate::auth::error::AuthErrorKind as Kind;
use crate::store::session_store::SessionStore as _;
use crate::token::error::TokenErrorKind;

const KEY: &str = "user/us-east-1_AbC123/client/alice";

async fn is_over(session: &Session, store: &MemoryStore, events: &mut super::super::Events) {
    assert_eq!(session.over(), Some(Kind::SignedOut));
    assert_eq!(access(session).await.unwrap_err().kind(), TokenErrorKind::SessionEnded);
    assert_eq!(session.refresh().await.unwrap_err().kind(), Kind::SignedOut);
    assert!(session.signed_in().is_none());
    assert!(store.load(KEY).await.unwrap().is_none());
    let ended = SessionEvent::Ended { kind: Kind::SignedOut };
    assert_eq!(received(events).await.last(), Some(&ended));
}

#[tokio::test]
async fn signing_out_revokes_the_newest_refresh_token() {
    let world = World::new().await;
    world.set(|script| script.rotates = true);
    let store = MemoryStore::new();
    let session = world.kept(&store).await;
    let other = world.restored(&store).await;
    world.clock.forward(3600);
    assert_eq!(generation(&other).await, 2, "another process has rotated the refresh token");
    let mut events = session.events();
    session.sign_out().await.unwrap();
    let revoked = world.server.sent().pop().unwrap();
    assert_eq!((revoked.operation(), revoked.text("/Token").as_deref()), ("RevokeToken", Some("refresh-1")));
    is_over(&session, &store, &mut events).await;
    let before = world.server.sent().len();
    session.sign_out().await.unwrap();
    assert_eq!(world.server.sent().len(), before, "it has already ended");
}

#[tokio::test]
async fn signing_out_everywhere_uses_a_valid_access_token() {
    let world = World::new().await;
    let store = MemoryStore::new();
    let session = world.kept(&store).await;
    let mut events = session.events();
    world.clock.forward(3600);
    session.sign_out_everywhere().await.unwrap();
    let operations = world.server.operations();
    assert_eq!(operations[1..], ["GetTokensFromRefreshToken", "GlobalSignOut"]);
    is_over(&session, &store, &mut events).await;
}

#[tokio::test]
async fn forgetting_sends_nothing() {
    let world = World::new().await;
    let store = MemoryStore::new();
    let session = world.kept(&store).await;
    let mut events = session.events();
    session.forget().await.unwrap();
    assert_eq!(world.server.operations(), ["InitiateAuth"]);
    is_over(&session, &store, &mut events).await;
}

#[tokio::test]
async fn a_sign_out_that_fails_does_not_end_the_session() {
    let response = Arc::new(Mutex::new((500, "{}".to_owned())));
    let current = response.clone();
    let world = World::new().await;
    let store = MemoryStore::new();
    world.kept(&store).await;
    let server = Scripted::start(move |_| current.lock().unwrap().clone()).await;
    let app = world.app().endpoint(&server.url).store(store.clone());
    let session = app.restore("alice").await.unwrap().unwrap().session().unwrap().clone();
    let mut events = session.events();
    assert_eq!(session.sign_out().await.unwrap_err().kind(), Kind::Service);
    *response.lock().unwrap() = fails("UnsupportedTokenTypeException", "Revocation is not enabled");
    assert_eq!(session.sign_out().await.unwrap_err().kind(), Kind::Configuration);
    assert_eq!((session.over(), generation(&session).await), (None, 1));
    assert!(session.is_kept());
    // A token that is already revoked is a success.
    *response.lock().unwrap() = fails("NotAuthorizedException", "Refresh Token has been revoked");
    session.sign_out().await.unwrap();
    is_over(&session, &store, &mut events).await;
}

/// The tokens of the running refresh are revoked.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_out_waits_for_a_running_refresh() {
    let world = World::new().await;
    world.set(|script| script.rotates = true);
    let store = MemoryStore::new();
    let session = world.kept(&store).await;
    world.set(|script| script.delay = Duration::from_millis(200));
    world.clock.forward(3600);
    let asking = tokio::spawn({
        let session = session.clone();
        async move { access(&session).await }
    });
    while world.requests() == 0 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    session.sign_out().await.unwrap();
    // The caller gets the new token or the end of the session, whichever is first.
    let _outcome = asking.await.unwrap();
    assert_eq!(world.server.sent().pop().unwrap().text("/Token").as_deref(), Some("refresh-1"));
    assert!(store.load(KEY).await.unwrap().is_none());
    assert_eq!(session.over(), Some(Kind::SignedOut));
}

#[tokio::test]
async fn signing_out_everywhere_succeeds_only_if_the_pool_confirms_it() {
    for (code, message, kind) in [
        ("NotAuthorizedException", "Access Token has been revoked", Kind::AccessTokenInvalid),
        ("NotAuthorizedException", "Access Token does not have required scopes", Kind::MissingScope),
        ("NotAuthorizedException", "something new", Kind::NotAuthorized),
        ("UserNotFoundException", "", Kind::UserNotFound),
        ("PasswordResetRequiredException", "", Kind::PasswordResetRequired),
        ("InternalErrorException", "", Kind::Service),
    ] {
        let world = World::new().await;
        let store = MemoryStore::new();
        world.kept(&store).await;
        let server = Scripted::start(move |_| fails(code, message)).await;
        let app = world.app().endpoint(&server.url).store(store.clone());
        let session = app.restore("alice").await.unwrap().unwrap().session().unwrap().clone();
        assert_eq!(session.sign_out_everywhere().await.unwrap_err().kind(), kind, "{message}");
        assert_eq!((session.over(), session.is_kept()), (None, true), "{message}");
    }
}

#[tokio::test]
async fn a_session_that_has_ended_can_not_sign_out_everywhere() {
    let world = World::new().await;
    let session = world.session().await;
    world.does(Does::Fails("NotAuthorizedException", "Refresh Token has been revoked"));
    session.refresh().await.unwrap_err();
    let error = session.sign_out_everywhere().await.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (Kind::RefreshTokenInvalid, "GlobalSignOut"));
    assert!(error.to_string().contains("sign in again"), "{error}");

    let session = world.session().await;
    session.sign_out().await.unwrap();
    assert_eq!(session.sign_out_everywhere().await.unwrap_err().kind(), Kind::SignedOut);
    assert!(!world.server.operations().contains(&"GlobalSignOut".to_owned()));

    let session = world.session().await;
    session.sign_out_everywhere().await.unwrap();
    session.sign_out_everywhere().await.unwrap();
    assert_eq!(world.server.operations().iter().filter(|name| *name == "GlobalSignOut").count(), 1);
}

#[tokio::test]
async fn a_refused_revocation_does_not_end_the_session() {
    for (code, message, kind) in [
        ("NotAuthorizedException", "something new", Kind::NotAuthorized),
        ("NotAuthorizedException", "Refresh Token has different Client", Kind::RefreshTokenInvalid),
        ("RefreshTokenReuseException", "Refresh token reuse detected", Kind::RefreshTokenReused),
        ("PasswordResetRequiredException", "", Kind::PasswordResetRequired),
    ] {
        let world = World::new().await;
        let server = Scripted::start(move |_| fails(code, message)).await;
        let set = world.tokens().refresh_token("refresh-0");
        let session = world.app().endpoint(&server.url).session_from(set).await.unwrap();
        let session = session.session().unwrap();
        assert_eq!(session.sign_out().await.unwrap_err().kind(), kind, "{message}");
        assert_eq!(session.over(), None, "{message}");
    }
}
