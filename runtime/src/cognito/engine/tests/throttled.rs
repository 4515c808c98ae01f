//! Steps of a sign-in that the service throttles: those that are safe to repeat are sent again after a pause.

use super::*;
use crate::testing::quota::Quota;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::task::JoinSet;

/// The answer of a pool of one user, if the first request of this operation is throttled. Its challenges have this session.
fn throttles_once(operation: &'static str, session: Option<&'static str>) -> impl Fn(&Sent) -> Reply + Send + Sync {
    let (throttled, user, public) =
        (AtomicBool::new(false), Server::new("AbC123", "uuid-1", "Passw0rd!"), Mutex::new(String::new()));
    move |sent| {
        if sent.operation() == operation && !throttled.swap(true, Ordering::Relaxed) {
            return fails("TooManyRequestsException", "Rate exceeded");
        }
        if sent.operation() != "InitiateAuth" {
            return match proves(&user, "AbC123", "uuid-1", sent, &public.lock().unwrap()) {
                true => ok(tokens()),
                false => fails("NotAuthorizedException", "Incorrect username or password."),
            };
        }
        let Some(sent) = sent.text("/AuthParameters/SRP_A") else { return ok(tokens()) };
        *public.lock().unwrap() = sent;
        let mut answer = json!({"ChallengeName": "PASSWORD_VERIFIER", "ChallengeParameters": srp_parameters(&user)});
        if let Some(session) = session {
            answer["Session"] = session.into();
        }
        ok(answer)
    }
}

#[tokio::test]
async fn a_throttled_start_is_repeated() {
    let server = Scripted::start(throttles_once("InitiateAuth", None)).await;
    client(&server).sign_in("alice", "Passw0rd!").await.unwrap().signed_in().unwrap();
    assert_eq!(server.operations(), ["InitiateAuth", "InitiateAuth", "RespondToAuthChallenge"]);

    let server = Scripted::start(throttles_once("InitiateAuth", None)).await;
    client(&server).sign_in_with_password("alice", "Passw0rd!").await.unwrap().signed_in().unwrap();
    assert_eq!(server.operations(), ["InitiateAuth", "InitiateAuth"]);
}

#[tokio::test]
async fn a_throttled_proof_is_repeated_unless_it_has_a_session() {
    let server = Scripted::start(throttles_once("RespondToAuthChallenge", None)).await;
    client(&server).sign_in("alice", "Passw0rd!").await.unwrap().signed_in().unwrap();
    assert_eq!(server.operations(), ["InitiateAuth", "RespondToAuthChallenge", "RespondToAuthChallenge"]);

    // A session can be used once.
    let server = Scripted::start(throttles_once("RespondToAuthChallenge", Some("session-0"))).await;
    let error = client(&server).sign_in("alice", "Passw0rd!").await.unwrap_err();
    assert_eq!(error.kind(), AuthErrorKind::Throttled);
    assert_eq!(server.operations(), ["InitiateAuth", "RespondToAuthChallenge"]);
}

/// A code that was not accepted yet can be sent again by the user.
#[tokio::test]
async fn a_throttled_answer_of_the_user_leaves_the_challenge() {
    let asked = AtomicBool::new(false);
    let server = Scripted::start(move |sent| match sent.operation() {
        "InitiateAuth" => challenge("SMS_MFA", json!({})),
        _ if asked.swap(true, Ordering::Relaxed) => ok(tokens()),
        _ => fails("TooManyRequestsException", "Rate exceeded"),
    })
    .await;
    let Step::SmsMfa(step) = client(&server).sign_in_with_password("alice", "x").await.unwrap() else { panic!() };
    let Refused { error, again } = step.answer("123456").await.unwrap_err();
    assert_eq!((error.kind(), server.sent().len()), (AuthErrorKind::Throttled, 2));
    again.unwrap().answer("123456").await.unwrap().signed_in().unwrap();
}

#[tokio::test]
async fn a_throttled_refresh_without_a_session_is_repeated() {
    let asked = AtomicBool::new(false);
    let server = Scripted::start(move |_| match asked.swap(true, Ordering::Relaxed) {
        true => ok(tokens()),
        false => fails("TooManyRequestsException", "Rate exceeded"),
    })
    .await;
    let token = Secret::new("refresh");
    let refresh = Refresh { refresh_token: &token, username: None, device_key: None };
    client(&server).refresh(refresh).await.unwrap();
    assert_eq!(server.operations(), ["GetTokensFromRefreshToken", "GetTokensFromRefreshToken"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn users_who_sign_in_at_once_all_do() {
    let quota = Quota::of(40);
    let server = Scripted::start(move |_| match quota.take() {
        true => ok(tokens()),
        false => fails("TooManyRequestsException", "Rate exceeded"),
    })
    .await;
    let app = client(&server);
    let mut tasks = JoinSet::new();
    for number in 0..150 {
        let signing_in = app.sign_in_with_password(format!("user-{number}"), "Passw0rd!");
        tasks.spawn(async move { tokio::time::timeout(Duration::from_secs(60), signing_in).await });
    }
    for outcome in tasks.join_all().await {
        outcome.expect("in the time of the caller").unwrap().signed_in().unwrap();
    }
    assert!(server.sent().len() > 150, "the server throttled some of them");
}
