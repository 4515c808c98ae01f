//! The cache of AWS keys.

#![allow(clippy::unwrap_used)]

use super::*;
use crate::testing::clock::TestClock;
use crate::token::error::TokenErrorKind;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, Waker};
use tokio::sync::Semaphore;
use tokio::task::{JoinHandle, yield_now};

/// The lifetime of the keys that the service issues.
const HOUR: u64 = 3600;

/// A service that issues the keys 1, 2, … when the test permits it.
#[derive(Clone)]
struct Service {
    clock: TestClock,
    fetches: Arc<AtomicU32>,
    responses: Arc<Semaphore>,
    failure: Option<TokenErrorKind>,
}

impl Service {
    /// Creates a service that is permitted to respond this many times.
    fn new(clock: &TestClock, responses: usize) -> Self {
        let responses = Arc::new(Semaphore::new(responses));
        Self { clock: clock.clone(), fetches: Arc::default(), responses, failure: None }
    }

    /// The same service, which responds with an error.
    fn failing(&self, kind: TokenErrorKind) -> Self {
        Self { failure: Some(kind), ..self.clone() }
    }

    async fn fetch(self) -> Result<Keys, TokenError> {
        let number = self.fetches.fetch_add(1, Ordering::SeqCst) + 1;
        self.responses.acquire().await.unwrap().forget();
        if let Some(kind) = self.failure {
            return Err(TokenError::new(kind, format!("failure {number}")));
        }
        Ok(Keys { keys: keys(&number.to_string()), end: Some(self.clock.now() + Duration::from_secs(HOUR)) })
    }

    fn fetches(&self) -> u32 {
        self.fetches.load(Ordering::SeqCst)
    }

    /// Waits until this many fetches have started.
    async fn started(&self, fetches: u32) {
        while self.fetches() < fetches {
            yield_now().await;
        }
    }
}

fn keys(id: &str) -> AwsCredentials {
    AwsCredentials { access_key_id: id.to_owned(), secret_access_key: Secret::new("canary"), session_token: None }
}

fn cache(clock: &TestClock) -> Arc<KeyCache> {
    Arc::new(KeyCache::new(Arc::new(clock.clone()), Duration::from_secs(600)))
}

/// The access key id of a user, or the message of the error.
async fn get(cache: &KeyCache, user: &str, service: &Service) -> Result<String, String> {
    let keys = cache.get(&Secret::new(user), || service.clone().fetch()).await;
    keys.map(|keys| keys.access_key_id).map_err(|error| error.to_string())
}

fn spawn(cache: &Arc<KeyCache>, user: &'static str, service: &Service) -> JoinHandle<Result<String, String>> {
    let (cache, service) = (Arc::clone(cache), service.clone());
    tokio::spawn(async move { get(&cache, user, &service).await })
}

fn ok(id: &str) -> Result<String, String> {
    Ok(id.to_owned())
}

#[tokio::test]
async fn a_cancelled_caller_does_not_stop_the_fetch_for_the_others() {
    let clock = TestClock::new();
    let (cache, service) = (cache(&clock), Service::new(&clock, 0));
    let first = spawn(&cache, "u1", &service);
    service.started(1).await;
    let others = [spawn(&cache, "u1", &service), spawn(&cache, "u1", &service)];
    yield_now().await;
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    service.responses.add_permits(1);
    for other in others {
        assert_eq!(other.await.unwrap(), ok("1"));
    }
    assert_eq!(service.fetches(), 1);
}

#[tokio::test]
async fn a_failure_is_shared_by_all_that_waited_and_the_next_caller_fetches_again() {
    let clock = TestClock::new();
    let (cache, service) = (cache(&clock), Service::new(&clock, 0));
    let failing = service.failing(TokenErrorKind::Failed);
    let callers: Vec<_> = (0..10).map(|_| spawn(&cache, "u1", &failing)).collect();
    service.started(1).await;
    service.responses.add_permits(2);
    for caller in callers {
        assert_eq!(caller.await.unwrap(), Err("failure 1".to_owned()));
    }
    assert_eq!(get(&cache, "u1", &service).await, ok("2"));
}

#[tokio::test]
async fn users_that_call_at_the_same_time_get_their_own_keys() {
    let clock = TestClock::new();
    let (cache, service) = (cache(&clock), Service::new(&clock, 0));
    let first = spawn(&cache, "u1", &service);
    service.started(1).await;
    let second = spawn(&cache, "u2", &service);
    yield_now().await;
    service.responses.add_permits(2);
    assert_eq!(first.await.unwrap(), ok("1"));
    assert_eq!(second.await.unwrap(), ok("2"));
    assert_eq!(get(&cache, "u2", &service).await, ok("2"));
    assert_eq!(service.fetches(), 2);
}

#[tokio::test]
async fn valid_keys_are_returned_at_once_while_a_fetch_runs() {
    let clock = TestClock::new();
    let (cache, service) = (cache(&clock), Service::new(&clock, 1));
    assert_eq!(get(&cache, "u1", &service).await, ok("1"));
    clock.forward(HOUR - 200);
    for _ in 0..3 {
        assert_eq!(get(&cache, "u1", &service).await, ok("1"));
    }
    service.started(2).await;
    // Without valid keys, a caller waits for the fetch that is running.
    clock.forward(200);
    let waiting = spawn(&cache, "u1", &service);
    yield_now().await;
    service.responses.add_permits(1);
    assert_eq!(waiting.await.unwrap(), ok("2"));
    assert_eq!(get(&cache, "u1", &service).await, ok("2"));
    assert_eq!(service.fetches(), 2);
}

#[tokio::test]
async fn the_pause_after_a_failed_fetch_grows_while_the_keys_are_valid() {
    let clock = TestClock::new();
    let (cache, service) = (cache(&clock), Service::new(&clock, 100));
    assert_eq!(get(&cache, "u1", &service).await, ok("1"));
    let unavailable = service.failing(TokenErrorKind::Unavailable);
    clock.forward(HOUR - 240);
    assert_eq!(get(&cache, "u1", &unavailable).await, ok("1"));
    // The seconds from a failed fetch to the next.
    let mut pauses = Vec::new();
    for fetches in 2..6 {
        cache.settled().await;
        let failed = clock.seconds();
        while service.fetches() == fetches {
            clock.forward(1);
            assert_eq!(get(&cache, "u1", &unavailable).await, ok("1"));
            cache.settled().await;
        }
        pauses.push(clock.seconds() - failed);
    }
    let expected = [10..=20, 20..=40, 30..=60, 30..=60];
    assert!(expected.iter().zip(&pauses).all(|(range, pause)| range.contains(pause)), "{pauses:?}");
    // Keys that have expired are not used.
    clock.forward(300);
    assert_eq!(get(&cache, "u1", &unavailable).await, Err("failure 7".to_owned()));
    assert_eq!(get(&cache, "u1", &service).await, ok("8"));
}

/// A pool that refuses every request is not asked by each call.
#[tokio::test]
async fn failures_without_keys_have_pauses_too() {
    let clock = TestClock::new();
    let (cache, service) = (cache(&clock), Service::new(&clock, 100));
    let failing = service.failing(TokenErrorKind::Failed);
    for _ in 0..50 {
        assert!(get(&cache, "u1", &failing).await.is_err());
    }
    assert_eq!(service.fetches(), 2, "one at once, and one after the first failure");
    clock.forward(6);
    assert!(get(&cache, "u1", &service).await.is_ok());
    assert!(get(&cache, "u2", &service).await.is_ok(), "the pause is for one user");
    assert_eq!(service.fetches(), 4);
}

#[test]
fn without_a_tokio_runtime_the_caller_fetches_the_keys() {
    let clock = TestClock::new();
    let cache = cache(&clock);
    let get = |fetched: Result<&str, TokenError>| {
        let fetch = || std::future::ready(fetched.clone().map(|id| Keys { keys: keys(id), end: None }));
        let user = Secret::new("u1");
        let found = std::pin::pin!(cache.get(&user, fetch)).poll(&mut Context::from_waker(Waker::noop()));
        found.map(|keys| keys.unwrap().access_key_id)
    };
    assert_eq!(get(Ok("1")), Poll::Ready("1".to_owned()));
    assert_eq!(get(Ok("2")), Poll::Ready("1".to_owned()));
    // Keys without an expiry are fetched again after 15 minutes, and are used if that fails.
    clock.forward(900);
    assert_eq!(get(Err(TokenError::unavailable("no network"))), Poll::Ready("1".to_owned()));
    clock.forward(20);
    assert_eq!(get(Ok("2")), Poll::Ready("2".to_owned()));
}
