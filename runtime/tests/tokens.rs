//! Tokens: how they are requested, checked, refused and refreshed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use cogen_runtime::__rt::v1 as rt;
use cogen_runtime::{
    AccessToken, AttemptOutcome, BearerToken, BoxFuture, ErrorKind, Hook, Machine, TokenError, TokenErrorKind,
    TokenKind, TokenProvider, UserSession, grant,
};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use support::*;

/// A provider whose tokens are refused until they are refreshed.
struct Refreshing {
    generation: Arc<Mutex<u64>>,
    /// What `refused` does.
    refreshes: bool,
    ended: bool,
}

impl TokenProvider for Refreshing {
    fn token(&self, _: TokenKind) -> BoxFuture<'_, Result<BearerToken, TokenError>> {
        let generation = *self.generation.lock().unwrap();
        let scopes = Some(["pets/write".to_owned()].into());
        let secret = token("access", "pets/write", &format!("g{generation}")).into();
        let jwt = BearerToken { secret, kind: TokenKind::Access, generation, expires_at: None, scopes };
        Box::pin(async move { Ok(jwt) })
    }

    fn refused(&self, generation: u64) -> BoxFuture<'_, Result<bool, TokenError>> {
        let mut current = self.generation.lock().unwrap();
        if self.refreshes && *current == generation {
            *current += 1;
        }
        let newer = *current > generation;
        let result = if self.ended { Err(TokenError::ended("sign in again")) } else { Ok(newer) };
        Box::pin(async move { result })
    }
}

async fn with_provider(server: &Server, refreshes: bool, ended: bool) -> rt::Core {
    let provider = Refreshing { generation: Arc::default(), refreshes, ended };
    let machine = Machine::<PetPool, grant![Write]>::from_provider(provider).await.unwrap();
    builder(server).slot(POOL, machine).build().unwrap()
}

fn signatures(server: &Server) -> Vec<String> {
    let signature = |seen: &Seen| seen.header("authorization")[0].rsplit('.').next().unwrap().to_owned();
    server.seen().iter().map(signature).collect()
}

/// A provider that has one token, and never gets another.
struct Hanging {
    /// Whether it still returns its token.
    has_token: Arc<AtomicBool>,
}

impl TokenProvider for Hanging {
    fn token(&self, _: TokenKind) -> BoxFuture<'_, Result<BearerToken, TokenError>> {
        if !self.has_token.load(Ordering::Relaxed) {
            return Box::pin(std::future::pending());
        }
        let scopes = Some(["pets/write".to_owned()].into());
        let secret = token("access", "pets/write", "g0").into();
        let jwt = BearerToken { secret, kind: TokenKind::Access, generation: 0, expires_at: None, scopes };
        Box::pin(std::future::ready(Ok(jwt)))
    }

    fn refused(&self, _: u64) -> BoxFuture<'_, Result<bool, TokenError>> {
        Box::pin(std::future::pending())
    }
}

/// The answer of the API is more useful than the time limit that the refresh reached.
#[tokio::test]
async fn a_refresh_that_hangs_hides_no_refusal_and_has_its_own_message() {
    let server = Server::start([json(401, "")]).await;
    let has_token = Arc::new(AtomicBool::new(true));
    let provider = Hanging { has_token: Arc::clone(&has_token) };
    let machine = Machine::<PetPool, grant![Write]>::from_provider(provider).await.unwrap();
    let core = builder(&server).slot(POOL, machine).timeout(Duration::from_millis(200)).build().unwrap();
    let error = get(&core, &WITH_SCOPE).await.unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(401), "{error}");

    has_token.store(false, Ordering::Relaxed);
    let error = get(&core, &WITH_SCOPE).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.to_string().contains("no credential within the time limit"), "{error}");
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn r11_a_refused_token_is_retried_once_after_a_refresh() {
    let server = Server::start([json(401, ""), json(200, "1")]).await;
    let core = with_provider(&server, true, false).await;
    assert_eq!(get(&core, &WITH_SCOPE).await.unwrap().into_inner(), 1);
    assert_eq!(signatures(&server), ["g0", "g1"]);

    // Refused again: an error, and no third attempt.
    let server = Server::start([json(401, ""), json(401, "")]).await;
    let core = with_provider(&server, true, false).await;
    assert_eq!(get(&core, &WITH_SCOPE).await.unwrap_err().status().unwrap(), 401);
    assert_eq!(signatures(&server), ["g0", "g1"]);

    // No newer token: no second attempt. 403: no refresh either.
    let server = Server::start([json(401, "")]).await;
    let core = with_provider(&server, false, false).await;
    assert_eq!(get(&core, &WITH_SCOPE).await.unwrap_err().status().unwrap(), 401);
    assert_eq!(server.seen().len(), 1);
    let server = Server::start([json(403, "")]).await;
    let core = with_provider(&server, true, false).await;
    assert_eq!(get(&core, &WITH_SCOPE).await.unwrap_err().status().unwrap(), 403);
    assert_eq!(signatures(&server), ["g0"]);

    // The session has ended.
    let server = Server::start([json(401, "")]).await;
    let core = with_provider(&server, true, true).await;
    assert_eq!(get(&core, &WITH_SCOPE).await.unwrap_err().kind(), ErrorKind::SessionEnded);
}

#[tokio::test]
async fn r11_a_token_that_another_task_has_replaced_is_not_refreshed_again() {
    /// Refreshes between the refusal and the reaction of this call.
    struct Faster(Arc<Mutex<u64>>);
    impl Hook for Faster {
        fn after_response(&self, outcome: &AttemptOutcome<'_>) {
            if outcome.number() == 1 {
                *self.0.lock().unwrap() += 1;
            }
        }
    }
    let server = Server::start([json(401, ""), json(200, "1")]).await;
    let provider = Refreshing { generation: Arc::default(), refreshes: true, ended: false };
    let generation = Arc::clone(&provider.generation);
    let machine = Machine::<PetPool, grant![Write]>::from_provider(provider).await.unwrap();
    let core = builder(&server).slot(POOL, machine).hook(Faster(Arc::clone(&generation))).build().unwrap();
    get(&core, &WITH_SCOPE).await.unwrap();
    assert_eq!((signatures(&server), *generation.lock().unwrap()), (vec!["g0".to_owned(), "g1".to_owned()], 1));
}

#[tokio::test]
async fn r11_refreshes_and_retries_are_counted_separately() {
    let quick = rt::Retry::standard().attempts(2).first_pause(Duration::ZERO);
    let server = Server::start([json(503, ""), json(401, ""), json(200, "1")]).await;
    let core = with_provider(&server, true, false).await;
    get(&core, &WITH_SCOPE).retry(quick.clone()).await.unwrap();
    assert_eq!(signatures(&server), ["g0", "g0", "g1"]);
    // No policy retries a 403.
    let server = Server::start([json(403, ""), json(200, "1")]).await;
    let core = with_provider(&server, true, false).await;
    assert!(get(&core, &WITH_SCOPE).retry(quick.any_method()).await.is_err());
    assert_eq!(signatures(&server), ["g0"]);
}

#[tokio::test]
async fn r18_a_streamed_body_is_never_sent_twice() {
    let server = Server::start([json(401, ""), json(200, "{}")]).await;
    let core = with_provider(&server, true, false).await;
    let stream = OneChunk(Some(rt::Bytes::from_static(b"once")));
    let error = post(&core, &WITH_SCOPE, rt::RequestBody::stream(stream)).await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), server.seen().len()), (401, 1));
    // A buffered body is sent again after a 401: the server did not process it.
    let server = Server::start([json(401, ""), json(200, "{}")]).await;
    let core = with_provider(&server, true, false).await;
    post(&core, &WITH_SCOPE, "twice").await.unwrap();
    assert!(server.seen().iter().all(|seen| seen.body == b"twice"));
    // A server failure is not caused by the token: one attempt.
    let server = Server::start([json(500, "")]).await;
    let core = with_provider(&server, true, false).await;
    post(&core, &WITH_SCOPE, "once").await.unwrap_err();
    assert_eq!(server.seen().len(), 1);
}

/// The call itself can't be repeated, but the calls that follow have a new token.
#[tokio::test]
async fn r11_a_refused_stream_starts_the_refresh() {
    let server = Server::start([json(401, ""), json(200, "{}")]).await;
    let core = with_provider(&server, true, false).await;
    for expected in [Some(401), None] {
        let stream = OneChunk(Some(rt::Bytes::from_static(b"once")));
        let outcome = post(&core, &WITH_SCOPE, rt::RequestBody::stream(stream)).await;
        assert_eq!(outcome.err().and_then(|error| error.status()).map(|status| status.as_u16()), expected);
    }
    assert_eq!(signatures(&server), ["g0", "g1"]);
}

#[tokio::test]
async fn tokens_are_checked_when_they_are_set() {
    let kind = |error: TokenError| error.kind();
    let access = |scope| token("access", scope, "s");
    assert_eq!(
        AccessToken::<PetPool, grant![Write]>::from_jwt(access("pets/read")).map_err(kind).err(),
        Some(TokenErrorKind::ScopeMissing)
    );
    assert_eq!(
        AccessToken::<PetPool>::from_jwt(token("id", "", "s")).map_err(kind).err(),
        Some(TokenErrorKind::WrongKind)
    );
    let read = AccessToken::<PetPool>::from_jwt(access("pets/read")).unwrap();
    assert!(read.clone().try_grant::<grant![Read]>().is_ok());
    assert_eq!(read.try_grant::<grant![Read, Write]>().map_err(kind).err(), Some(TokenErrorKind::ScopeMissing));
    let session = UserSession::<PetPool>::from_tokens(token("id", "", "s"), access("pets/read")).unwrap();
    assert!(session.try_grant::<grant![Read]>().is_ok());
    let swapped = UserSession::<PetPool>::from_tokens(access(""), token("id", "", "s"));
    assert_eq!(swapped.map_err(kind).err(), Some(TokenErrorKind::WrongKind));
}

/// A provider that returns good tokens at first, and others later.
struct Turning(Mutex<Vec<BearerToken>>);

impl TokenProvider for Turning {
    fn token(&self, _: TokenKind) -> BoxFuture<'_, Result<BearerToken, TokenError>> {
        let mut tokens = self.0.lock().unwrap();
        let jwt = if tokens.len() > 1 { tokens.remove(0) } else { tokens[0].clone() };
        Box::pin(async move { Ok(jwt) })
    }
}

#[tokio::test]
async fn later_tokens_of_a_provider_are_checked_too() {
    let jwt = |text: String| BearerToken {
        secret: text.into(),
        kind: TokenKind::Access,
        generation: 1,
        expires_at: None,
        scopes: None,
    };
    let foreign = token_of("https://login.example.com", "access", "pets/write", "s");
    for (later, kind) in [
        (token("id", "", "s"), ErrorKind::Credential),
        (foreign, ErrorKind::Credential),
        ("opaque".to_owned(), ErrorKind::Credential),
        (token("access", "pets/read", "s"), ErrorKind::ScopeMissing),
    ] {
        let server = Server::start([]).await;
        let provider = Turning(Mutex::new(vec![jwt(token("access", "pets/write", "s")), jwt(later)]));
        let machine = Machine::<PetPool, grant![Write]>::from_provider(provider).await.unwrap();
        let core = builder(&server).slot(POOL, machine).build().unwrap();
        let error = get(&core, &WITH_SCOPE).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(server.seen().is_empty(), "nothing was sent");
    }
}
