//! Rotating refresh tokens that several sessions share, and that are lost between the response and the store (R9).

use super::*;
use crate::auth::error::AuthErrorKind as Kind;
use crate::boxed::BoxFuture;
use crate::store::error::StoreError;
use crate::store::record::{Record, Replaced, Revision, Stored};
use crate::store::session_store::{LockGuard, SessionStore};
use std::sync::atomic::{AtomicUsize, Ordering};

const KEY: &str = "user/us-east-1_AbC123/client/alice";

async fn rotating() -> World {
    let world = World::new().await;
    world.set(|script| script.rotates = true);
    world
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r09_two_processes_share_a_rotating_token() {
    let world = rotating().await;
    let store = MemoryStore::new();
    let one = world.kept(&store).await;
    let two = world.restored(&store).await;
    for round in 1..=40_u64 {
        world.clock.forward(3600);
        let tasks: Vec<_> = [&one, &two, &one, &two]
            .map(|session| {
                let session = session.clone();
                tokio::spawn(async move { access(&session).await.unwrap().secret })
            })
            .into();
        let mut found = Vec::new();
        for task in tasks {
            found.push(task.await.unwrap());
        }
        assert!(found.iter().all(|token| *token == found[0]), "all have the same token");
        assert_eq!(world.refreshes(), round, "one refresh for both");
    }
    assert_eq!(world.script.lock().unwrap().reuses, 0);
    assert!(one.is_kept() && two.is_kept());
}

#[tokio::test]
async fn r09_tokens_are_stored_before_they_are_used() {
    let world = rotating().await;
    let store = RecordingStore::default();
    let session = world.sign_in(&world.app().store(store.clone())).await.session().unwrap().clone();
    *store.session.lock().unwrap() = Some(session.clone());
    world.clock.forward(3600);
    assert_eq!(generation(&session).await, 2);
    assert_eq!(*store.generations.lock().unwrap(), [1], "the old tokens were in use while the new ones were written");
}

/// The process ends between the response of the pool and the write: the old refresh token is valid during its grace period.
#[tokio::test]
async fn r09_after_a_crash_before_the_write_the_session_continues() {
    let world = rotating().await;
    world.set(|script| script.grace = 1);
    let store = RecordingStore::default();
    let session = world.sign_in(&world.app().store(store.clone())).await.session().unwrap().clone();
    store.hangs.store(1, Ordering::SeqCst);
    world.clock.forward(3600);
    // The process is killed while it writes.
    let killed = tokio::spawn({
        let session = session.clone();
        async move { access(&session).await }
    });
    while store.hangs.load(Ordering::SeqCst) != 0 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    killed.abort();
    let next = world.app().store(store.kept.clone()).restore("alice").await.unwrap().unwrap();
    let next = next.session().unwrap().clone();
    assert!(access(&next).await.is_ok());
    assert_eq!(world.script.lock().unwrap().newest, 2);
    world.clock.forward(3600);
    assert!(access(&next).await.is_ok(), "the session continues");
    assert_eq!(next.over(), None);
}

#[tokio::test]
async fn r16_a_session_continues_while_its_store_fails() {
    let world = rotating().await;
    let store = RecordingStore::default();
    let session = world.sign_in(&world.app().store(store.clone())).await.session().unwrap().clone();
    let mut events = session.events();
    store.fails.store(3, Ordering::SeqCst);
    world.clock.forward(3600);
    assert_eq!(generation(&session).await, 2);
    let events = received(&mut events).await;
    assert_eq!(events, [SessionEvent::SignedIn, SessionEvent::NotKept, SessionEvent::Refreshed { generation: 2 }]);
    world.clock.forward(3600);
    assert_eq!(generation(&session).await, 3, "the next tokens are written");
    let restored = world.app().store(store.kept.clone()).restore("alice").await.unwrap().unwrap();
    assert_eq!(generation(restored.session().unwrap()).await, 1);
    assert_eq!(world.requests(), 2);
    assert_eq!(world.script.lock().unwrap().reuses, 0);
}

/// Without locks, the slower of two processes gets the error of a reused token, and uses the tokens that the faster one wrote.
#[tokio::test]
async fn r09_after_a_reported_reuse_the_store_is_read_first() {
    let world = rotating().await;
    let store = RecordingStore::default();
    let one = world.sign_in(&world.app().store(store.clone())).await.session().unwrap().clone();
    let two = world.app().store(store.clone()).restore("alice").await.unwrap().unwrap().session().unwrap().clone();
    world.clock.forward(3600);
    // `one` refreshes after `two` has read the store and before it sends its request.
    store.delays_load.store(1, Ordering::SeqCst);
    let slow = tokio::spawn({
        let two = two.clone();
        async move { access(&two).await }
    });
    while store.delays_load.load(Ordering::SeqCst) != 0 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let fast = access(&one).await.unwrap();
    assert_eq!(slow.await.unwrap().unwrap().secret, fast.secret);
    assert_eq!(world.script.lock().unwrap().reuses, 1);
    assert_eq!((one.over(), two.over()), (None, None));
}

#[tokio::test]
async fn r09_a_reuse_without_newer_tokens_in_the_store_ends_the_session() {
    let world = rotating().await;
    let store = MemoryStore::new();
    let session = world.kept(&store).await;
    world.set(|script| script.newest = 5);
    world.clock.forward(3600);
    assert!(access(&session).await.is_err());
    assert_eq!(session.over(), Some(Kind::RefreshTokenReused));
    assert!(store.load(KEY).await.unwrap().is_none());
}

#[tokio::test]
async fn r09_tokens_of_another_process_are_used_even_if_the_pool_fails() {
    let world = rotating().await;
    let store = MemoryStore::new();
    let one = world.kept(&store).await;
    let two = world.restored(&store).await;
    world.clock.forward(3600);
    assert_eq!(generation(&one).await, 2);
    world.clock.forward(3400);
    world.does(Does::Answers(500, "{}".to_owned()));
    assert_eq!(generation(&two).await, 2, "the tokens of the other process are still valid");
    world.does(Does::Refreshes);
    world.clock.forward(100);
    assert!(access(&two).await.is_ok());
    assert_eq!(world.script.lock().unwrap().reuses, 0);
}

#[tokio::test]
async fn a_session_that_was_removed_from_the_store_is_not_stored_again() {
    let world = rotating().await;
    let store = MemoryStore::new();
    let one = world.kept(&store).await;
    let two = world.restored(&store).await;
    two.forget().await.unwrap();
    world.clock.forward(3600);
    assert_eq!(generation(&one).await, 2, "it continues without the store");
    assert!(!one.is_kept());
    world.clock.forward(3600);
    assert_eq!(generation(&one).await, 3);
    assert!(store.load(KEY).await.unwrap().is_none());
}

#[tokio::test]
async fn a_session_of_another_user_is_neither_used_nor_overwritten() {
    let world = World::new().await;
    let store = MemoryStore::new();
    let one = world.kept(&store).await;
    world.set(|script| script.subject = "u-2".to_owned());
    let two = world.kept(&store).await;
    world.set(|script| script.subject = "u-1".to_owned());
    world.clock.forward(3600);
    assert!(access(&one).await.is_ok());
    assert_eq!(one.id_claims().unwrap().subject(), Some("u-1"));
    assert!(!one.is_kept());
    assert_eq!(world.restored(&store).await.id_claims().unwrap().subject(), Some("u-2"));
    assert!(two.is_kept());
}

#[tokio::test]
async fn a_record_is_restored_or_refused_with_a_help_text() {
    let world = World::new().await;
    let store = MemoryStore::new();
    let app = world.app().store(store.clone());
    assert!(app.restore("alice").await.unwrap().is_none());
    assert_eq!(world.app().restore("alice").await.unwrap_err().kind(), Kind::Configuration, "there is no store");
    world.kept(&store).await;
    let restored = world.restored(&store).await;
    assert_eq!((generation(&restored).await, world.requests()), (1, 0), "no request is sent");
    assert_eq!(restored.username().as_deref(), Some("alice"));
    assert!(app.restore("bob").await.unwrap().is_none());

    let revision = store.load(KEY).await.unwrap().unwrap().revision;
    let mut expected = Some(revision);
    for (text, message) in [
        (r#"{"format":2,"sealed":"canary"}"#, "newer version"),
        ("canary", "is not a session"),
        (r#"{"format":1,"access":"canary"}"#, "damaged"),
    ] {
        let replaced = store.replace(KEY, expected.as_ref(), Some(&Record::new(text))).await.unwrap();
        let Replaced::Done(next) = replaced else { panic!("a conflict") };
        expected = next;
        let error = app.restore("alice").await.unwrap_err();
        assert_eq!(error.kind(), Kind::Store);
        assert!(error.to_string().contains(message), "{error}");
        assert!(!format!("{error} {error:?}").contains("canary"));
    }
    // A new sign-in replaces it.
    world.kept(&store).await;
    assert!(app.restore("alice").await.unwrap().is_some());
    assert!(!format!("{:?}", world.restored(&store).await).contains("eyJ"));
}

/// A store without locks that records its use and fails at request.
#[derive(Clone, Default)]
struct RecordingStore {
    kept: MemoryStore,
    session: Arc<Mutex<Option<Session>>>,
    /// The generations that were in use while a session was written.
    generations: Arc<Mutex<Vec<u64>>>,
    /// How many of the next writes fail.
    fails: Arc<AtomicUsize>,
    /// How many of the next writes never end.
    hangs: Arc<AtomicUsize>,
    /// How many of the next reads are slow.
    delays_load: Arc<AtomicUsize>,
}

fn takes_one(count: &AtomicUsize) -> bool {
    count.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |count| count.checked_sub(1)).is_ok()
}

impl SessionStore for RecordingStore {
    fn load<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Stored>, StoreError>> {
        Box::pin(async move {
            let found = self.kept.load(key).await;
            if takes_one(&self.delays_load) {
                tokio::time::sleep(Duration::from_millis(300)).await;
            }
            found
        })
    }

    fn replace<'a>(
        &'a self,
        key: &'a str,
        expected: Option<&'a Revision>,
        record: Option<&'a Record>,
    ) -> BoxFuture<'a, Result<Replaced, StoreError>> {
        Box::pin(async move {
            if let Some(session) = &*self.session.lock().unwrap() {
                self.generations.lock().unwrap().push(session.generation());
            }
            if takes_one(&self.hangs) {
                std::future::pending::<()>().await;
            }
            if takes_one(&self.fails) {
                return Err(StoreError::new("the disk is full"));
            }
            self.kept.replace(key, expected, record).await
        })
    }

    fn lock<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<LockGuard, StoreError>> {
        Box::pin(std::future::ready(Ok(LockGuard::none())))
    }
}
