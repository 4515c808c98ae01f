//! Many callers at the same time, and cancelled callers (R5, R10).

use super::*;
use crate::auth::error::AuthErrorKind;
use crate::token::error::TokenErrorKind;
use std::future::Future;
use std::task::{Context, Waker};
use tokio::task::JoinSet;

/// The tokens of this many tasks that call at the same time.
async fn tokens_of(session: &Session, callers: usize) -> Vec<Result<BearerToken, TokenError>> {
    let mut tasks = JoinSet::new();
    for _ in 0..callers {
        let session = session.clone();
        tasks.spawn(async move { access(&session).await });
    }
    tasks.join_all().await
}

async fn refresh_once(callers: usize) {
    let world = World::new().await;
    let session = world.session().await;
    world.set(|script| script.delay = Duration::from_millis(30));
    world.clock.forward(3600);
    for token in tokens_of(&session, callers).await {
        assert_eq!(token.unwrap().generation, 2);
    }
    assert_eq!(world.requests(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r05_a_thousand_callers_at_expiry_refresh_once() {
    refresh_once(1000).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_thousand_tasks_at_expiry_refresh_once() {
    refresh_once(10_000).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r05_a_thousand_callers_share_a_failure_too() {
    let world = World::new().await;
    let session = world.session().await;
    world.set(|script| script.delay = Duration::from_millis(200));
    world.does(Does::Answers(500, "{}".to_owned()));
    world.clock.forward(3600);
    let mut tasks = JoinSet::new();
    for _ in 0..1000 {
        // All read the state before the first gets its result.
        let (state, session) = (session.0.state.load_full(), session.clone());
        tasks.spawn(async move { session.renew(state.finished, super::super::RefreshReason::Age).await });
    }
    for outcome in tasks.join_all().await {
        assert_eq!(outcome.unwrap_err().kind(), AuthErrorKind::Service);
    }
    assert_eq!(world.requests(), 1);
    assert_eq!(session.over(), None);
}

/// After the soft end the first caller starts a refresh, and nobody waits for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r05_no_caller_waits_while_the_token_is_valid() {
    let world = World::new().await;
    let session = world.session().await;
    world.clock.forward(3361);
    world.set(|script| script.delay = Duration::from_millis(500));
    for token in tokens_of(&session, 100).await {
        assert_eq!(token.unwrap().generation, 1, "the response of the pool is not there yet");
    }
    session.settled().await;
    assert_eq!((access(&session).await.unwrap().generation, world.requests()), (2, 1));
}

/// A program that ends a short time after its start would lose the answer.
#[tokio::test]
async fn a_session_that_was_just_restored_does_not_replace_valid_tokens() {
    let world = World::new().await;
    let store = crate::store::MemoryStore::new();
    world.kept(&store).await;
    world.clock.forward(3400);
    let session = world.restored(&store).await;
    assert_eq!((generation(&session).await, world.requests()), (1, 0));
    world.clock.forward(11);
    assert_eq!((generation(&session).await, world.requests()), (2, 1));
    let session = world.restored(&store).await;
    world.clock.forward(3599);
    assert_eq!((generation(&session).await, world.requests()), (2, 2), "an expired token is replaced at once");
}

/// The runtime of the task that started the refresh is not driven any more, and it holds the lock of the store.
#[test]
fn a_refresh_on_a_runtime_that_is_not_driven_holds_nobody_for_long() {
    let server = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let world = server.block_on(World::new());
    let store = crate::store::MemoryStore::new();
    let session = server.block_on(world.kept(&store));
    let [frozen, driven] =
        std::array::from_fn(|_| tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap());
    world.clock.forward(3400);
    world.set(|script| script.delay = Duration::from_millis(300));
    frozen.block_on(async {
        access(&session).await.unwrap();
        while world.requests() == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    world.clock.forward(300);
    let token = driven.block_on(async { tokio::time::timeout(Duration::from_secs(30), access(&session)).await });
    assert_eq!(token.unwrap().unwrap().generation, 2);
    assert_eq!(world.requests(), 2);
}

#[tokio::test]
async fn r10_a_cancelled_caller_does_not_stop_the_refresh() {
    let world = World::new().await;
    let session = world.session().await;
    world.clock.forward(3600);
    {
        let mut cancelled = Box::pin(access(&session));
        let waits = cancelled.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert!(waits.is_pending(), "the refresh has started");
    }
    let found = tokio::time::timeout(Duration::from_secs(30), access(&session)).await;
    assert_eq!(found.expect("it ends").unwrap().generation, 2);
    assert_eq!(world.requests(), 1, "the refresh continued without its first caller");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r10_a_panic_of_a_caller_does_not_stop_the_refresh() {
    let world = World::new().await;
    let session = world.session().await;
    world.set(|script| script.delay = Duration::from_millis(50));
    world.clock.forward(3600);
    let panicking = tokio::spawn({
        let session = session.clone();
        async move {
            let _token = access(&session).await.unwrap();
            panic!("a bug of the caller");
        }
    });
    let aborted = tokio::spawn({
        let session = session.clone();
        async move { access(&session).await }
    });
    tokio::task::yield_now().await;
    aborted.abort();
    assert_eq!(generation(&session).await, 2);
    assert!(panicking.await.unwrap_err().is_panic());
    world.clock.forward(3600);
    assert_eq!(generation(&session).await, 3, "the next refresh works");
}

/// The waiting callers get an error, and the next caller starts another refresh.
#[tokio::test]
async fn r10_a_refresh_that_panics_is_started_again() {
    let world = World::new().await;
    let store = PanicsOnce::default();
    let session = world.sign_in(&world.app().store(store.clone())).await.session().unwrap().clone();
    store.1.store(true, std::sync::atomic::Ordering::SeqCst);
    world.clock.forward(3600);
    let error = access(&session).await.unwrap_err();
    assert_eq!((error.kind(), error.is_transient()), (TokenErrorKind::Unavailable, true));
    assert_eq!(generation(&session).await, 2);
}

#[test]
fn r10_a_session_works_after_its_runtime_has_ended() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (first, second) = (runtime(), runtime());
    let server = runtime();
    let world = server.block_on(World::new());
    let _server = std::thread::spawn(move || server.block_on(std::future::pending::<()>()));
    let session = first.block_on(world.session());
    world.clock.forward(3600);
    first.block_on(async {
        let mut cancelled = Box::pin(access(&session));
        assert!(cancelled.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    });
    drop(first);
    assert_eq!(second.block_on(generation(&session)), 2);
}

/// A store that panics at one read.
#[derive(Clone, Default)]
struct PanicsOnce(MemoryStore, Arc<std::sync::atomic::AtomicBool>);

impl crate::store::session_store::SessionStore for PanicsOnce {
    fn load<'a>(
        &'a self,
        key: &'a str,
    ) -> crate::boxed::BoxFuture<'a, Result<Option<crate::store::Stored>, crate::store::StoreError>> {
        assert!(!self.1.swap(false, std::sync::atomic::Ordering::SeqCst), "a bug of a store");
        self.0.load(key)
    }

    fn replace<'a>(
        &'a self,
        key: &'a str,
        expected: Option<&'a crate::store::Revision>,
        record: Option<&'a crate::store::Record>,
    ) -> crate::boxed::BoxFuture<'a, Result<crate::store::Replaced, crate::store::StoreError>> {
        self.0.replace(key, expected, record)
    }
}
