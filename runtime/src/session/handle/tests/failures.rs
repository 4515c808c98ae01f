//! Refreshes that fail temporarily (R6, R7) and finally (R8).

use super::*;
use crate::auth::error::AuthErrorKind as Kind;
use crate::store::session_store::SessionStore as _;
use crate::token::error::TokenErrorKind;

/// Temporary failures.
fn temporary() -> Vec<(Does, Kind)> {
    let html = "<html>504 Gateway Time-out</html>".to_owned();
    vec![
        (Does::Answers(500, "{}".to_owned()), Kind::Service),
        (Does::Answers(503, html), Kind::Service),
        (Does::Answers(429, String::new()), Kind::Throttled),
        (Does::Fails("TooManyRequestsException", "Rate exceeded"), Kind::Throttled),
        (Does::Fails("InternalErrorException", ""), Kind::Service),
        (Does::Answers(0, String::new()), Kind::Network),
        (Does::Stalls(Duration::from_millis(1500)), Kind::Network),
    ]
}

async fn stored(store: &MemoryStore) -> Option<String> {
    let stored = store.load("user/us-east-1_AbC123/client/alice").await.unwrap();
    stored.map(|stored| stored.revision.as_str().to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r06_a_failed_refresh_does_not_affect_calls_while_the_token_is_valid() {
    for (does, kind) in temporary() {
        let world = World::new().await;
        let store = MemoryStore::new();
        let app = world.app().store(store.clone()).timeout(Duration::from_millis(500));
        let session = world.sign_in(&app).await.session().unwrap().clone();
        let before = stored(&store).await;
        let mut events = session.events();
        world.does(does);
        world.clock.forward(3361);
        for _ in 0..20 {
            assert_eq!(generation(&session).await, 1, "the old token is used");
        }
        assert_eq!(world.requests(), 1, "no other request during the pause ({kind:?})");
        assert_eq!(received(&mut events).await, [SessionEvent::SignedIn, SessionEvent::RefreshFailed { kind }]);
        assert_eq!(stored(&store).await, before, "the store is unchanged");

        world.clock.forward(61);
        assert_eq!((generation(&session).await, world.requests()), (1, 2), "a pause is at most a minute");
        world.does(Does::Refreshes);
        world.clock.forward(61);
        assert_eq!((generation(&session).await, world.requests()), (2, 3));
        assert_ne!(stored(&store).await, before);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r07_a_failed_refresh_after_expiry_does_not_end_the_session() {
    // Callers wait for a refresh that was throttled; `throttled.rs` has those.
    for (does, kind) in temporary().into_iter().filter(|(_, kind)| *kind != Kind::Throttled) {
        let world = World::new().await;
        let store = MemoryStore::new();
        let app = world.app().store(store.clone()).timeout(Duration::from_millis(500));
        let session = world.sign_in(&app).await.session().unwrap().clone();
        let mut events = session.events();
        world.does(does);
        world.clock.forward(7200);
        let (one, two) = tokio::join!(access(&session), session.token(TokenKind::Id));
        for error in [one.unwrap_err(), two.unwrap_err()] {
            assert_eq!((error.kind(), error.is_transient()), (TokenErrorKind::Unavailable, true), "{kind:?}");
        }
        assert_eq!(session.over(), None);
        assert!(stored(&store).await.is_some());
        assert!(!received(&mut events).await.iter().any(|event| matches!(event, SessionEvent::Ended { .. })));
        world.does(Does::Refreshes);
        world.clock.forward(10);
        assert_eq!(generation(&session).await, 2);
    }
}

#[tokio::test]
async fn r07_a_missing_network_does_not_end_the_session() {
    let world = World::new().await;
    let store = MemoryStore::new();
    world.kept(&store).await;
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let app = world.app().endpoint(format!("http://{closed}")).store(store.clone());
    let session = app.restore("alice").await.unwrap().unwrap().session().unwrap().clone();
    world.clock.forward(7200);
    for _ in 0..3 {
        assert!(access(&session).await.unwrap_err().is_transient());
        world.clock.forward(10);
    }
    assert_eq!(session.over(), None);
    assert!(stored(&store).await.is_some());
}

/// Wrong settings of the app client, a firewall, an unknown error.
#[tokio::test]
async fn r07_errors_that_are_not_about_the_user_do_not_end_the_session() {
    for (code, message) in [
        ("NotAuthorizedException", "Unable to verify secret hash for client 123"),
        ("NotAuthorizedException", "Client 123 is configured with secret but SECRET_HASH was not received"),
        ("InvalidParameterException", ""),
        ("ResourceNotFoundException", "User pool client 123 does not exist."),
        ("ForbiddenException", ""),
        ("UserLambdaValidationException", "PreTokenGeneration failed"),
        ("LimitExceededException", "Attempt limit exceeded"),
        ("SomethingNewException", ""),
    ] {
        let world = World::new().await;
        let store = MemoryStore::new();
        let session = world.kept(&store).await;
        world.does(Does::Fails(code, message));
        world.clock.forward(7200);
        let error = access(&session).await.unwrap_err();
        assert_ne!(error.kind(), TokenErrorKind::SessionEnded, "{code}");
        assert_eq!(session.over(), None, "{code}");
        assert!(stored(&store).await.is_some(), "{code}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r08_a_refusal_of_the_pool_ends_a_session_once() {
    for (code, message, kind) in [
        ("NotAuthorizedException", "Refresh Token has been revoked", Kind::RefreshTokenInvalid),
        ("NotAuthorizedException", "Invalid Refresh Token", Kind::RefreshTokenInvalid),
        ("NotAuthorizedException", "User is disabled.", Kind::UserDisabled),
        ("TokenRevokedException", "", Kind::RefreshTokenInvalid),
        ("UserNotFoundException", "", Kind::UserNotFound),
        ("PasswordResetRequiredException", "", Kind::PasswordResetRequired),
        ("UserNotConfirmedException", "", Kind::UserNotConfirmed),
    ] {
        let world = World::new().await;
        let store = MemoryStore::new();
        let session = world.kept(&store).await;
        let mut events = session.events();
        world.does(Does::Fails(code, message));
        world.clock.forward(3361);
        let tasks: Vec<_> = (0..50)
            .map(|number| {
                let session = session.clone();
                let kind = if number % 2 == 0 { TokenKind::Access } else { TokenKind::Id };
                tokio::spawn(async move { session.token(kind).await })
            })
            .collect();
        for task in tasks {
            // The old token until the response of the pool, and then the same error for all.
            if let Err(error) = task.await.unwrap() {
                assert_eq!(error.kind(), TokenErrorKind::SessionEnded, "{code}");
                assert!(!error.is_transient());
            }
        }
        while session.over().is_none() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let errors = [
            access(&session).await.unwrap_err(),
            session.token(TokenKind::Id).await.unwrap_err(),
            session.refused(1).await.unwrap_err(),
        ];
        for error in errors {
            assert_eq!(error.kind(), TokenErrorKind::SessionEnded);
            assert!(
                std::error::Error::source(&error).is_some_and(|source| source.to_string().contains("test-request"))
            );
        }
        assert_eq!(session.over(), Some(kind));
        assert_eq!(world.requests(), 1, "{code}: there is no other request");
        assert_eq!(received(&mut events).await, [SessionEvent::SignedIn, SessionEvent::Ended { kind }]);
        assert_eq!(events.next().await, None);
        assert_eq!(stored(&store).await, None, "{code}: it is removed from the store");
        assert_eq!(
            session.events().next().await,
            Some(SessionEvent::Ended { kind }),
            "a later listener gets the event"
        );
        assert_eq!(session.signed_in().map(drop), None, "no token is kept in memory");
    }
}

/// The pool has not revoked the tokens of a refresh token that was used twice.
#[tokio::test]
async fn after_a_reuse_valid_tokens_are_used_to_their_end() {
    let world = World::new().await;
    let store = MemoryStore::new();
    let session = world.kept(&store).await;
    world.does(Does::Fails("RefreshTokenReuseException", ""));
    assert_eq!(session.refresh().await.unwrap_err().kind(), Kind::RefreshTokenReused);
    assert_eq!((generation(&session).await, session.over()), (1, None));
    world.clock.forward(3500);
    assert_eq!((generation(&session).await, session.over()), (1, None));
    assert!(stored(&store).await.is_some());
    world.clock.forward(100);
    assert_eq!(access(&session).await.unwrap_err().kind(), TokenErrorKind::SessionEnded);
    assert_eq!(session.over(), Some(Kind::RefreshTokenReused));
    assert_eq!(stored(&store).await, None);
}

/// The pause of a caller follows the token that it asks for: a failed refresh of one that has expired is repeated soon, although
/// another token is valid.
#[tokio::test]
async fn a_valid_token_of_another_kind_does_not_lengthen_the_pause() {
    let world = World::new().await;
    world.set(|script| (script.lifetime, script.expires_in) = (86_400, Some(300.into())));
    let session = world.session().await;
    world.does(Does::Answers(500, "{}".to_owned()));
    world.clock.forward(296);
    assert!(access(&session).await.is_err());
    world.does(Does::Refreshes);
    for seconds in 1..=6 {
        world.clock.forward(1);
        if access(&session).await.is_ok() {
            return;
        }
        assert!(seconds < 6, "no refresh for {seconds} seconds");
    }
}

/// An API that refuses every token does not cause a refresh for each call.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r11_a_refused_token_is_replaced_once() {
    let world = World::new().await;
    let session = world.session().await;
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let session = session.clone();
            tokio::spawn(async move { session.refused(1).await.unwrap() })
        })
        .collect();
    for task in tasks {
        assert!(task.await.unwrap(), "there is a newer token");
    }
    assert_eq!((world.requests(), session.generation()), (1, 2));
    for _ in 0..10 {
        assert!(
            !session.refused(2).await.unwrap(),
            "a token that was fetched after a refusal is not replaced immediately"
        );
    }
    assert_eq!(world.requests(), 1);
    world.clock.forward(61);
    assert!(session.refused(2).await.unwrap());
    assert_eq!((world.requests(), session.generation()), (2, 3));

    world.does(Does::Answers(500, "{}".to_owned()));
    world.clock.forward(61);
    assert!(session.refused(3).await.unwrap_err().is_transient());
    assert!(!session.refused(3).await.unwrap(), "no other refresh during the pause");
    assert_eq!(generation(&session).await, 3, "the token can be valid for another API");
}
