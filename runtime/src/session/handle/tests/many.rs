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

/// After the soft end the first caller refreshes, and the others use the valid token.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r05_no_other_caller_waits_while_the_token_is_valid() {
    let world = World::new().await;
    let session = world.session().await;
    world.clock.forward(3301);
    world.set(|script| script.delay = Duration::from_millis(500));
    let first = tokio::spawn({
        let session = session.clone();
        async move { generation(&session).await }
    });
    while world.requests() == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    for token in tokens_of(&session, 100).await {
        assert!(token.unwrap().generation <= 2);
    }
    assert_eq!(first.await.unwrap(), 2, "the caller that refreshes has the new token");
    assert_eq!(world.requests(), 1);
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
