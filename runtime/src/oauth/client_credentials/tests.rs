//! Client credentials: when tokens are requested, and the errors.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use crate::app_client::client::AppClient;
use crate::auth::error::AuthErrorKind;
use crate::contract::api::TokenKind;
use crate::credential::kinds::{AnyCredential, Credential};
use crate::store::memory::MemoryStore;
use crate::store::session_store::SessionStore as _;
use crate::testing::clock::TestClock;
use crate::testing::pool::{ISSUER, PetPool, Read, Write, token};
use crate::testing::scripted::{Reply, Scripted};
use crate::token::error::TokenErrorKind;
use crate::token::provider::TokenProvider;
use crate::token_credential::typed::Machine;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use std::sync::{Arc, Mutex};
use std::time::Duration;

fn access_token(scope: &str) -> String {
    token(json!({"token_use": "access", "iss": ISSUER, "exp": 99_999_999_999_u64, "scope": scope}))
}

fn grants(scope: &str) -> Reply {
    let answer = json!({"access_token": access_token(scope), "expires_in": 3600, "token_type": "Bearer"});
    (200, answer.to_string())
}

fn provider<G>(machine: Machine<PetPool, G>) -> Arc<dyn TokenProvider> {
    match AnyCredential::from(machine).0 {
        Credential::Tokens(provider) => provider,
        _ => panic!("a machine's credential is a token"),
    }
}

#[tokio::test]
async fn many_tasks_share_one_request() {
    let server = Scripted::start(|_| {
        std::thread::sleep(Duration::from_millis(50));
        grants("pets/read")
    })
    .await;
    let app = AppClient::<PetPool>::unplaced("client id");
    let tasks: Vec<_> = (0..200)
        .map(|_| {
            let asking = app.clone().client_credentials(&server.url, "s3cr+t").grant::<crate::grant![Read]>();
            tokio::spawn(async move { asking.await.unwrap() })
        })
        .collect();
    for task in tasks {
        let provider = provider(task.await.unwrap());
        provider.token(TokenKind::Access).await.unwrap();
        let error = provider.token(TokenKind::Id).await.unwrap_err();
        assert_eq!(error.kind(), TokenErrorKind::WrongKind);
    }
    let sent = server.sent();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].path, "/oauth2/token");
    // RFC 6749, section 2.3.1: both are form-encoded before the Basic encoding.
    let basic = STANDARD.encode("client+id:s3cr%2Bt");
    assert_eq!(sent[0].headers["authorization"], format!("Basic {basic}"));
    assert_eq!(sent[0].body, "grant_type=client_credentials&scope=pets%2Fread");
}

#[tokio::test]
async fn each_set_of_scopes_has_its_own_token() {
    let server = Scripted::start(|_| grants("pets/read pets/write")).await;
    let app = AppClient::<PetPool>::unplaced("client");
    let request = || app.client_credentials(&server.url, "secret");
    request().grant::<crate::grant![Read, Write]>().await.unwrap();
    request().grant::<crate::grant![Write, Read]>().await.unwrap();
    assert_eq!(server.sent().len(), 1, "the order of scopes does not matter");
    request().grant::<crate::grant![Read]>().await.unwrap();
    request().await.unwrap();
    assert_eq!(server.sent().len(), 3);
    app.client_credentials(&server.url, "another secret").await.unwrap();
    assert_eq!(server.sent().len(), 4);
}

#[tokio::test]
async fn a_smaller_grant_is_an_error() {
    let server = Scripted::start(|_| grants("pets/read")).await;
    let app = AppClient::<PetPool>::unplaced("client");
    let error = app.client_credentials(&server.url, "secret").grant::<crate::grant![Write]>().await.unwrap_err();
    assert_eq!(error.kind(), AuthErrorKind::MissingScope);
    assert!(error.to_string().contains("`pets/write`"), "{error}");
}

#[tokio::test]
async fn the_token_endpoint_is_that_of_the_app_client_or_of_the_machine() {
    let server = Scripted::start(|_| grants("")).await;
    let at = |path: &str| format!("{}{path}", server.url);
    let app = AppClient::<PetPool>::unplaced("client").token_endpoint(at("/of-app"));
    app.client_credentials(&server.url, "secret").await.unwrap();
    app.client_credentials(&server.url, "secret").token_endpoint(at("/own")).await.unwrap();
    let paths: Vec<_> = server.sent().iter().map(|sent| sent.path.clone()).collect();
    assert_eq!(paths, ["/of-app", "/own"]);
}

#[tokio::test]
async fn a_token_is_replaced_before_it_expires() {
    let clock = TestClock::new();
    let broken = Arc::new(Mutex::new(false));
    let flag = broken.clone();
    let server = Scripted::start(move |_| if *flag.lock().unwrap() { (503, String::new()) } else { grants("") }).await;
    let app = AppClient::<PetPool>::unplaced("client").clock(clock.clone());
    let provider = provider(app.client_credentials(&server.url, "secret").await.unwrap());
    let generation = async || provider.token(TokenKind::Any).await.map(|token| token.generation);

    clock.forward(3299);
    assert_eq!((generation().await.unwrap(), server.sent().len()), (1, 1));
    clock.forward(62);
    assert_eq!(generation().await.unwrap(), 1, "the caller does not wait");
    while server.sent().len() < 2 || generation().await.unwrap() < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }

    // While the service fails, the token is used until it expires.
    *broken.lock().unwrap() = true;
    clock.forward(3400);
    assert_eq!(generation().await.unwrap(), 2);
    clock.forward(196);
    let error = generation().await.unwrap_err();
    assert!(error.is_transient(), "{error}");
    *broken.lock().unwrap() = false;
    clock.forward(1);
    assert_eq!(generation().await.unwrap(), 3);
}

#[tokio::test]
async fn a_refused_token_is_replaced_once_and_not_when_young() {
    let clock = TestClock::new();
    let server = Scripted::start(|_| grants("")).await;
    let app = AppClient::<PetPool>::unplaced("client").clock(clock.clone());
    let provider = provider(app.client_credentials(&server.url, "secret").await.unwrap());
    assert!(!provider.refused(1).await.unwrap(), "a new token would be refused too");
    clock.forward(120);
    let (one, two) = tokio::join!(provider.refused(1), provider.refused(1));
    assert!(one.unwrap() && two.unwrap());
    assert_eq!(server.sent().len(), 2);
    assert!(provider.refused(1).await.unwrap(), "there is a newer token already");
    assert_eq!(server.sent().len(), 2);
}

#[tokio::test]
async fn failures_are_shared_and_have_their_kinds() {
    let server = Scripted::start(|_| {
        std::thread::sleep(Duration::from_millis(50));
        (400, json!({"error": "invalid_client"}).to_string())
    })
    .await;
    let app = AppClient::<PetPool>::unplaced("client");
    let failure = || async { app.client_credentials(&server.url, "canary").await.unwrap_err() };
    let (one, two) = tokio::join!(failure(), failure());
    assert_eq!((one.kind(), two.kind()), (AuthErrorKind::Configuration, AuthErrorKind::Configuration));
    assert_eq!(server.sent().len(), 1);
    assert_eq!(one.code(), Some("invalid_client"));
    assert_eq!(one.request_id(), Some("test-request"));
    assert!(!format!("{one} {one:?}").contains("canary"));
    failure().await;
    assert_eq!(server.sent().len(), 2, "a later caller sends another request");

    for (reply, kind) in [
        ((502, "<html>".to_owned()), AuthErrorKind::Service),
        ((0, String::new()), AuthErrorKind::Network),
        ((200, "{\"access_token\":\"canary\"".to_owned()), AuthErrorKind::Protocol),
        ((400, json!({"error": "invalid_scope"}).to_string()), AuthErrorKind::Configuration),
        ((403, String::new()), AuthErrorKind::Blocked),
    ] {
        let server = Scripted::start(move |_| reply.clone()).await;
        let error = app.client_credentials(&server.url, "x").await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(!format!("{error} {error:?}").contains("canary"));
    }
    let error = app.client_credentials("http://auth.example.com", "x").await.unwrap_err();
    assert_eq!(error.kind(), AuthErrorKind::Configuration);
}

#[tokio::test]
async fn tokens_of_another_pool_or_kind_are_neither_stored_nor_sent() {
    let other = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Other1";
    for (claims, kind) in [
        (json!({"token_use": "access", "iss": other, "exp": 99_999_999_999_u64}), AuthErrorKind::Configuration),
        (json!({"token_use": "id", "iss": ISSUER, "exp": 99_999_999_999_u64}), AuthErrorKind::Protocol),
        (json!({"iss": ISSUER, "exp": 99_999_999_999_u64}), AuthErrorKind::Protocol),
    ] {
        let answer = json!({"access_token": token(&claims), "expires_in": 3600, "token_type": "Bearer"}).to_string();
        let server = Scripted::start(move |_| (200, answer.clone())).await;
        let store = MemoryStore::new();
        let app = AppClient::<PetPool>::unplaced("client").store(store.clone());
        let error = app.client_credentials(&server.url, "s3cret").await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert_eq!(error.to_string().contains("`AppClient::pool_id`"), kind == AuthErrorKind::Configuration, "{error}");
        let key = format!("machine/client/{}//", server.url);
        assert!(store.load(&key).await.unwrap().is_none(), "{claims}");
    }
}

#[tokio::test]
async fn further_parameters_are_sent_and_those_of_the_request_are_refused() {
    let server = Scripted::start(|_| grants("pets/read")).await;
    let app = AppClient::<PetPool>::unplaced("client");
    let asking = || app.client_credentials(&server.url, "s3cret").parameter("aws_client_metadata", "{\"a\":\"b\"}");
    asking().resource("https://pets.example.com").await.unwrap();
    let body = server.sent()[0].body.clone();
    for part in ["aws_client_metadata=%7B%22a%22%3A%22b%22%7D", "resource=https%3A%2F%2Fpets.example.com"] {
        assert!(body.contains(part), "{part}: {body}");
    }
    let error = asking().parameter("grant_type", "password").await.unwrap_err();
    assert_eq!((error.kind(), server.sent().len()), (AuthErrorKind::Configuration, 1), "{error}");
}
