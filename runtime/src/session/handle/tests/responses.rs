//! Wrong clocks and invalid claims (R12), and invalid responses (R13).

use super::*;
use crate::auth::error::AuthErrorKind;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

#[tokio::test]
async fn r12_with_a_wrong_clock_of_the_pool_the_local_clock_decides() {
    for skew in [-3600, 3600] {
        let world = World::new().await;
        world.set(|script| script.skew = skew);
        let session = world.session().await;
        world.clock.forward(3200);
        assert_eq!((generation(&session).await, world.requests()), (1, 0), "a difference of {skew} s");
        world.clock.forward(161);
        assert_eq!((generation(&session).await, world.requests()), (2, 1), "a difference of {skew} s");
    }
}

#[tokio::test]
async fn r12_a_clock_that_is_set_causes_one_refresh() {
    let world = World::new().await;
    let session = world.session().await;
    // Set back, by an hour or by years.
    for jump in [3600, 10 * 365 * 86_400] {
        let before = world.requests();
        world.clock.back(jump);
        for _ in 0..10 {
            generation(&session).await;
        }
        assert_eq!(world.requests(), before + 1);
    }
    // Set forward, or the machine was suspended.
    for jump in [3600, 10 * 365 * 86_400] {
        let before = world.requests();
        world.clock.forward(jump);
        for _ in 0..10 {
            access(&session).await.unwrap();
        }
        assert_eq!(world.requests(), before + 1);
    }
    // A pause after a failure ends when the clock is set back.
    world.does(Does::Answers(500, "{}".to_owned()));
    world.clock.forward(3361);
    generation(&session).await;
    world.does(Does::Refreshes);
    let before = world.requests();
    world.clock.back(3600);
    generation(&session).await;
    assert_eq!(world.requests(), before + 1);
}

/// Invalid claims of a refreshed token give it a short lifetime, and do not cause a refresh for each call.
#[tokio::test]
async fn r12_invalid_claims_give_a_short_lifetime_and_no_loop() {
    for claims in [
        json!({"exp": "absent", "iat": "absent"}),
        json!({"exp": "1800000000"}),
        json!({"exp": -1}),
        json!({"exp": 9_223_372_036_854_775_808_u64}),
        json!({"exp": 0}),
        json!({"iat": "never"}),
    ] {
        let world = World::new().await;
        let session = world.session().await;
        world.set(|script| {
            script.claims = claims.clone();
            script.expires_in = Some(json!(0));
        });
        world.clock.forward(3600);
        for _ in 0..10 {
            let _token = access(&session).await;
        }
        assert_eq!(world.requests(), 1, "{claims}: one refresh, not one for each call");
        world.clock.forward(40);
        for _ in 0..10 {
            let _token = access(&session).await;
        }
        assert_eq!(world.requests(), 2, "{claims}: its lifetime is short");
        assert_eq!(session.over(), None);
        // After a valid response the lifetime is normal again.
        world.set(|script| (script.claims, script.expires_in) = (json!({}), None));
        world.clock.forward(40);
        access(&session).await.unwrap();
        world.clock.forward(3000);
        access(&session).await.unwrap();
        assert_eq!(world.requests(), 3, "{claims}");
    }
}

#[tokio::test]
async fn r12_invalid_lifetimes_do_not_overflow() {
    for expires_in in [json!(0), json!(-1), json!(-2_147_483_648_i64), json!(2_147_483_647)] {
        let world = World::new().await;
        world.set(|script| script.expires_in = Some(expires_in.clone()));
        let session = world.session().await;
        for _ in 0..10 {
            access(&session).await.unwrap();
        }
        assert_eq!(world.requests(), 0, "{expires_in}");
    }
}

#[tokio::test]
async fn r13_responses_without_valid_tokens_are_refused() {
    let long = format!(r#"{{"AuthenticationResult":{{"AccessToken":"{}"}}}}"#, "x".repeat(3 << 20));
    let twice = r#"{"AuthenticationResult":{"AccessToken":"canary","AccessToken":"canary2"}}"#.to_owned();
    for (text, kind) in [
        // Text that is not JSON can be of a captive portal, so the error is temporary.
        ("<html>canary</html>".to_owned(), AuthErrorKind::Service),
        ("canary".to_owned(), AuthErrorKind::Service),
        ("[]".to_owned(), AuthErrorKind::Service),
        ("null".to_owned(), AuthErrorKind::Service),
        ("[".repeat(100_000), AuthErrorKind::Service),
        (r#"{"AuthenticationResult":"canary"}"#.to_owned(), AuthErrorKind::Service),
        (r#"{"AuthenticationResult":{"AccessToken":7}}"#.to_owned(), AuthErrorKind::Service),
        (r#"{"AuthenticationResult":{"AccessToken":"canary","ExpiresIn":"soon"}}"#.to_owned(), AuthErrorKind::Service),
        (String::new(), AuthErrorKind::Protocol),
        ("{}".to_owned(), AuthErrorKind::Protocol),
        (r#"{"AuthenticationResult":{"IdToken":"canary"}}"#.to_owned(), AuthErrorKind::Protocol),
        (r#"{"AuthenticationResult":{"AccessToken":"canary","ExpiresIn":3600}}"#.to_owned(), AuthErrorKind::Protocol),
        (r#"{"ChallengeName":"SMS_MFA","Session":"canary"}"#.to_owned(), AuthErrorKind::Protocol),
        (twice, AuthErrorKind::Protocol),
        (long, AuthErrorKind::Protocol),
    ] {
        let world = World::new().await;
        let session = world.session().await;
        let mut events = session.events();
        world.does(Does::Answers(200, text.clone()));
        world.clock.forward(3361);
        let start = &text[..text.len().min(60)];
        assert_eq!(generation(&session).await, 1, "{start}");
        world.clock.forward(3600);
        let error = access(&session).await.unwrap_err();
        assert_eq!(session.over(), None, "{start}");
        assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
        let failed = SessionEvent::RefreshFailed { kind };
        assert_eq!(received(&mut events).await, [SessionEvent::SignedIn, failed.clone(), failed], "{start}");
        world.does(Does::Refreshes);
        world.clock.forward(61);
        assert_eq!(generation(&session).await, 2, "{start}");
    }
}

#[tokio::test]
async fn r13_tokens_of_another_user_issuer_or_kind_are_refused() {
    for claims in [json!({"sub": "u-2"}), json!({"iss": "https://evil.example"}), json!({"token_use": "id"})] {
        let world = World::new().await;
        let store = MemoryStore::new();
        let session = world.kept(&store).await;
        world.set(|script| script.claims = claims.clone());
        world.clock.forward(3361);
        assert_eq!(generation(&session).await, 1, "{claims}");
        assert_eq!(world.restored(&store).await.id_claims().unwrap().subject(), Some("u-1"));
        world.set(|script| script.claims = json!({}));
        world.clock.forward(61);
        assert_eq!(generation(&session).await, 2, "{claims}");
    }
}

/// The server sends a byte every 100 ms.
#[tokio::test]
async fn r13_a_slow_response_ends_at_the_time_limit() {
    let world = World::new().await;
    let store = MemoryStore::new();
    world.kept(&store).await;
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", socket.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = socket.accept().await {
            tokio::spawn(async move {
                let _request = stream.read(&mut [0; 65536]).await;
                let _head = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n").await;
                while stream.write_all(b" ").await.is_ok() {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            });
        }
    });
    let app = world.app().endpoint(url).timeout(Duration::from_millis(700)).store(store);
    let session = app.restore("alice").await.unwrap().unwrap().session().unwrap().clone();
    world.clock.forward(3600);
    let outcome = tokio::time::timeout(Duration::from_secs(60), access(&session)).await.expect("it ends");
    assert!(outcome.unwrap_err().is_transient());
    assert_eq!(session.over(), None);
}
