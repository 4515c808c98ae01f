//! Several sessions of one user with one name: an operation on one of them does not change the others.

use super::*;
use crate::auth::error::AuthErrorKind as Kind;
use crate::store::record::{Record, Replaced};
use crate::store::session_store::SessionStore as _;

const KEY: &str = "user/us-east-1_AbC123/client/alice";

impl World {
    /// Signs the same user in again, with a refresh token of this number.
    async fn sign_in_again(&self, store: &MemoryStore, number: u64) -> Session {
        self.set(|script| script.newest = number);
        self.kept(store).await
    }

    fn origin(&self, origin: &str) {
        self.set(|script| script.claims = json!({"origin_jti": origin}));
    }

    fn revoked(&self) -> Vec<String> {
        let sent = self.server.sent();
        sent.iter().filter(|sent| sent.operation() == "RevokeToken").filter_map(|sent| sent.text("/Token")).collect()
    }
}

/// Changes the record to that of an earlier version, without the session id.
async fn without_session(store: &MemoryStore) {
    let stored = store.load(KEY).await.unwrap().unwrap();
    let mut text: Value = serde_json::from_str(stored.record.expose()).unwrap();
    assert!(text.as_object_mut().unwrap().remove("session").is_some());
    let replaced = store.replace(KEY, Some(&stored.revision), Some(&Record::new(text.to_string()))).await.unwrap();
    assert!(matches!(replaced, Replaced::Done(Some(_))));
}

#[tokio::test]
async fn signing_out_an_old_session_does_not_change_the_new_one() {
    for origins in [None, Some(["sign-in-1", "sign-in-2"])] {
        let world = World::new().await;
        let store = MemoryStore::new();
        if let Some([first, _]) = origins {
            world.origin(first);
        }
        let old = world.kept(&store).await;
        if let Some([_, second]) = origins {
            world.origin(second);
        }
        let new = world.sign_in_again(&store, 10).await;
        old.sign_out().await.unwrap();
        assert_eq!(world.revoked(), ["refresh-0"]);
        assert_eq!((old.over(), new.over()), (Some(Kind::SignedOut), None));
        assert!(new.is_kept());
        new.refresh().await.unwrap();
        assert_eq!(generation(&world.restored(&store).await).await, 1, "the new session is still in the store");
        new.sign_out().await.unwrap();
        assert_eq!(world.revoked(), ["refresh-0", "refresh-10"]);
        assert!(store.load(KEY).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn the_tokens_of_another_sign_in_are_not_adopted() {
    let world = World::new().await;
    world.set(|script| (script.rotates, script.grace) = (true, 20));
    let store = MemoryStore::new();
    let old = world.kept(&store).await;
    let new = world.sign_in_again(&store, 10).await;
    old.refresh().await.unwrap();
    let sent = world.server.sent().pop().unwrap();
    assert_eq!(sent.text("/RefreshToken").as_deref(), Some("refresh-0"));
    assert!(!old.is_kept() && new.is_kept(), "the record is of the new session");
    let kept = world.restored(&store).await.signed_in().unwrap().refresh_token.unwrap();
    assert_eq!(kept.expose(), "refresh-10");
}

/// Records are compared by the session id, or by the claim `origin_jti`. Without both, they can be of the same session.
#[tokio::test]
async fn a_session_of_an_earlier_version_is_still_shared() {
    for origin in [Some("sign-in-1"), None] {
        let world = World::new().await;
        world.set(|script| script.rotates = true);
        if let Some(origin) = origin {
            world.origin(origin);
        }
        let store = MemoryStore::new();
        let first = world.kept(&store).await;
        without_session(&store).await;
        let other = world.restored(&store).await;
        world.clock.forward(3600);
        assert_eq!(generation(&other).await, 2);
        assert_eq!(
            (generation(&first).await, world.refreshes()),
            (2, 1),
            "{origin:?}: the tokens of the other process are used"
        );
        first.sign_out().await.unwrap();
        assert_eq!(world.revoked(), ["refresh-1"]);
    }
}

#[tokio::test]
async fn a_record_of_an_earlier_version_is_compared_by_its_tokens() {
    let world = World::new().await;
    let store = MemoryStore::new();
    world.origin("sign-in-1");
    world.kept(&store).await;
    without_session(&store).await;
    let old = world.restored(&store).await;
    world.origin("sign-in-2");
    world.sign_in_again(&store, 10).await;
    without_session(&store).await;
    old.sign_out().await.unwrap();
    assert_eq!(world.revoked(), ["refresh-0"]);
    assert!(store.load(KEY).await.unwrap().is_some());
}

#[cfg(feature = "oauth")]
#[tokio::test]
async fn sessions_of_a_domain_and_of_the_api_are_different() {
    for is_earlier_version in [false, true] {
        let world = World::new().await;
        let store = MemoryStore::new();
        let app = world.app().store(store.clone());
        let set = world.tokens().refresh_token("of-the-domain").kept_as("alice");
        let by_domain = app.session_from_domain(&world.server.url, set).await.unwrap().session().unwrap().clone();
        if is_earlier_version {
            without_session(&store).await;
        }
        let by_api = world.sign_in_again(&store, 0).await;
        if is_earlier_version {
            without_session(&store).await;
        }
        by_domain.refresh().await.unwrap();
        let sent = world.server.sent().pop().unwrap();
        assert_eq!((sent.path.as_str(), sent.body.contains("of-the-domain")), ("/oauth2/token", true), "{}", sent.body);
        assert!(by_api.is_kept() && !by_domain.is_kept());
        assert_eq!(generation(&world.restored(&store).await).await, 1);
        assert_eq!((by_domain.over(), by_api.over()), (None, None));
    }
}

#[tokio::test]
async fn new_tokens_can_have_another_form_or_region_of_the_issuer() {
    let world = World::new().await;
    let store = MemoryStore::new();
    let session = world.kept(&store).await;
    for (issuer, is_accepted) in [
        ("https://cognito-idp.us-west-2.amazonaws.com/us-east-1_AbC123", true),
        ("https://issuer-cognito-idp.us-east-1.amazonaws.com/us-east-1_AbC123", true),
        ("https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbC124", false),
    ] {
        world.set(|script| script.claims = json!({ "iss": issuer }));
        let before = session.generation();
        assert_eq!(session.refresh().await.is_ok(), is_accepted, "{issuer}");
        assert_eq!(session.generation() > before, is_accepted, "{issuer}");
        assert!(session.is_kept() && session.over().is_none(), "{issuer}");
    }
}
