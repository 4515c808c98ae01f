//! What is retried, how often, and what is never retried.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use cogen_runtime::__rt::v1 as rt;
use cogen_runtime::{Attempt, AttemptOutcome, ErrorKind, GatewayError, Hook, Retry};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use support::*;

const MS: Duration = Duration::from_millis(1);

/// Three attempts with very short pauses.
fn quick() -> Retry {
    Retry::standard().first_pause(MS).longest_pause(5 * MS)
}

fn retrying(server: &Server) -> rt::Core {
    builder(server).retry(quick()).build().unwrap()
}

fn throttled() -> Reply {
    reply(429, "x-amzn-errortype: TooManyRequestsException\r\n", r#"{"message":"Too Many Requests"}"#)
}

fn quota() -> Reply {
    reply(429, "x-amzn-errortype: LimitExceededException\r\n", r#"{"message":"Limit Exceeded"}"#)
}

fn truncated() -> Reply {
    Reply::Bytes(b"HTTP/1.1 200 X\r\ncontent-length: 100\r\n\r\n{".to_vec())
}

#[tokio::test]
async fn r18_temporary_failures_are_retried() {
    for failing in [throttled(), json(429, ""), json(500, ""), json(502, ""), json(503, ""), json(504, ""), truncated()]
    {
        let server = Server::start([failing.clone(), failing, json(200, "7")]).await;
        assert_eq!(get(&retrying(&server), &OPEN).await.unwrap().into_inner(), 7);
        assert_eq!(server.seen().len(), 3);
    }
    // The third attempt is the last: its failure is the result of the call.
    let server = Server::start([json(500, ""), json(502, ""), json(503, ""), json(200, "7")]).await;
    let error = get(&retrying(&server), &OPEN).await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), server.seen().len()), (503, 3));
    // Documented errors are responses, and are retried if the status says that the server is in trouble.
    for status in [400, 401, 403, 404, 409, 501, 505] {
        let server = Server::start([json(status, "{}")]).await;
        get(&retrying(&server), &OPEN).await.unwrap_err();
        assert_eq!(server.seen().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn r18_an_exceeded_quota_is_never_retried() {
    let server = Server::start([quota(), json(200, "7")]).await;
    let error = get(&retrying(&server), &OPEN).retry(quick().any_method()).await.unwrap_err();
    assert_eq!((error.gateway(), server.seen().len()), (Some(GatewayError::QuotaExceeded), 1));
    // Throttled first, then over quota: no further attempt.
    let server = Server::start([throttled(), quota(), json(200, "7")]).await;
    assert!(get(&retrying(&server), &OPEN).await.is_err());
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn r18_a_post_is_not_retried_unless_allowed() {
    for failing in [json(429, ""), json(500, ""), json(503, ""), truncated()] {
        let server = Server::start([failing.clone(), json(200, "7")]).await;
        post(&retrying(&server), &OPEN, "once").await.unwrap_err();
        assert_eq!(server.seen().len(), 1);

        let server = Server::start([failing, json(200, "7")]).await;
        post(&retrying(&server), &OPEN, "twice").retry(quick().any_method()).await.unwrap();
        assert!(server.seen().iter().all(|seen| seen.body == b"twice") && server.seen().len() == 2);
    }
    // A call that the gateway throttled did not reach the service behind it.
    let server = Server::start([throttled(), json(200, "7")]).await;
    post(&retrying(&server), &OPEN, "x").await.unwrap();
    assert_eq!(server.seen().len(), 2);
    // For the other methods see RFC 9110, section 9.2.2.
    for (method, sent) in [("PUT", 2), ("DELETE", 2), ("HEAD", 2), ("OPTIONS", 2), ("PATCH", 1), ("BREW", 1)] {
        let server = Server::start([json(500, ""), json(200, "")]).await;
        let core = retrying(&server);
        let mut request = rt::Request::new(&core, &OPEN);
        request.any_method(method.parse().unwrap());
        request.path_text("/pets");
        let _ = call::<rt::Any, rt::Any>(request).await;
        assert_eq!(server.seen().len(), sent, "{method}");
    }
}

#[tokio::test]
async fn r18_a_stream_is_sent_once_unless_it_can_be_created_again() {
    let stream = || OneChunk(Some(rt::Bytes::from_static(b"streamed")));
    let asked = || quick().any_method();
    for failing in [throttled(), json(503, "")] {
        let server = Server::start([failing.clone(), json(200, "7")]).await;
        let call = post(&retrying(&server), &OPEN, rt::RequestBody::stream(stream())).retry(asked()).await;
        assert!(call.is_err() && server.seen().len() == 1);

        let server = Server::start([failing, json(200, "7")]).await;
        post(&retrying(&server), &OPEN, rt::RequestBody::repeatable(stream)).retry(asked()).await.unwrap();
        let seen = server.seen();
        assert!(seen.iter().all(|seen| String::from_utf8_lossy(&seen.body).contains("streamed")) && seen.len() == 2);
    }
}

#[tokio::test]
async fn r18_a_connect_error_is_retried_whatever_the_method() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let log = Log::default();
    let core = rt::CoreBuilder::new(&API)
        .base_url(format!("http://{address}"))
        .allow_http()
        .retry(quick())
        .hook(log.clone())
        .build()
        .unwrap();
    assert_eq!(post(&core, &OPEN, "x").await.unwrap_err().kind(), ErrorKind::Connect);
    assert_eq!(log.take(), ["1 POST None Some(Connect)", "2 POST None Some(Connect)", "3 POST None Some(Connect)"]);
}

#[tokio::test]
async fn r18_a_long_wait_is_capped_and_one_past_the_deadline_is_not_started() {
    // This client's cap is 5 ms: without it the test would not end.
    for value in ["1e9", "1000000000", "99999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"] {
        let asks = reply(503, &format!("retry-after: {value}\r\n"), "");
        let server = Server::start([asks, json(200, "7")]).await;
        get(&retrying(&server), &OPEN).await.unwrap();
        assert_eq!(server.seen().len(), 2, "{value}");
    }
    let past = reply(503, "retry-after: Thu, 01 Jan 1970 00:00:00 GMT\r\n", "");
    let server = Server::start([past, json(200, "7")]).await;
    get(&retrying(&server), &OPEN).await.unwrap();
    assert_eq!(server.seen().len(), 2);
    // A wait beyond the call's deadline is not started, and the error is that of the response, not a timeout.
    let server = Server::start([reply(503, "retry-after: 3600\r\n", ""), json(200, "7")]).await;
    let patient = Retry::standard().longest_pause(Duration::from_secs(7200));
    let error = get(&retrying(&server), &OPEN).retry(patient).await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), server.seen().len()), (503, 1));
}

#[tokio::test]
async fn r18_all_calls_of_a_client_share_a_budget() {
    let server = Server::start(std::iter::repeat_n(json(500, ""), 8)).await;
    let core = builder(&server).retry(quick().budget(3)).build().unwrap();
    for _ in 0..3 {
        get(&core, &OPEN).await.unwrap_err();
    }
    // Three calls, and the three retries that the budget allowed.
    assert_eq!(server.seen().len(), 6);
    // A clone shares the budget, and a retry policy of one call does not add to it.
    get(&core.clone(), &OPEN).retry(quick().budget(100)).await.unwrap_err();
    assert_eq!(server.seen().len(), 7);
}

#[tokio::test]
async fn a_retry_policy_of_a_call_overrides_that_of_its_client() {
    let server = Server::start([json(500, "")]).await;
    assert!(get(&retrying(&server), &OPEN).retry(Retry::none()).await.is_err());
    assert_eq!(server.seen().len(), 1);
    let server = Server::start([json(500, ""), json(500, ""), json(500, ""), json(500, "")]).await;
    get(&core(&server), &OPEN).retry(quick().attempts(5)).await.unwrap();
    assert_eq!(server.seen().len(), 5);
}

#[tokio::test]
async fn a_deadline_covers_all_attempts_together() {
    let server = Server::start(std::iter::repeat_n(Reply::Silence, 3)).await;
    let log = Log::default();
    let core = builder(&server).retry(quick()).hook(log.clone()).build().unwrap();
    let error = get(&core, &OPEN).timeout(500 * MS).await.unwrap_err();
    assert_eq!((error.kind(), server.seen().len()), (ErrorKind::Timeout, 1));
    assert_eq!(log.take(), ["1 GET None Some(Timeout)"]);
}

/// Records what it receives.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

impl Hook for Log {
    fn before_send(&self, attempt: &mut Attempt<'_>) {
        attempt.set_header("x-attempt", attempt.number().to_string());
    }

    fn after_response(&self, outcome: &AttemptOutcome<'_>) {
        let (number, method, status) = (outcome.number(), outcome.method(), outcome.status());
        self.0.lock().unwrap().push(format!(
            "{number} {method} {:?} {:?}",
            status.map(|s| s.as_u16()),
            outcome.error()
        ));
    }
}

#[tokio::test]
async fn hooks_see_each_attempt_but_no_credential() {
    struct Curious(Log);
    impl Hook for Curious {
        fn before_send(&self, attempt: &mut Attempt<'_>) {
            let seen = ["authorization", "x-api-key", "cookie", "x-own"].map(|name| attempt.header(name).is_some());
            self.0.0.lock().unwrap().push(format!("{seen:?} {} {attempt:?}", attempt.path_template()));
            attempt.set_header("x-trace", "t1");
        }
        fn after_response(&self, outcome: &AttemptOutcome<'_>) {
            let headers = ["set-cookie", "x-count"].map(|name| outcome.header(name).is_some());
            self.0.0.lock().unwrap().push(format!("{headers:?} {:?}", outcome.request_id()));
        }
    }
    let answer = reply(503, "set-cookie: s=canary\r\nx-count: 1\r\nx-amzn-requestid: r1\r\n", "");
    let server = Server::start([answer, json(200, "7")]).await;
    let (log, curious) = (Log::default(), Log::default());
    let core = builder(&server)
        .retry(quick())
        .slot(KEY, cogen_runtime::ApiKey::new("canary"))
        .slot(COOKIE_KEY, cogen_runtime::ApiKey::new("canary"))
        .hook(log.clone())
        .hook(Curious(curious.clone()))
        .build()
        .unwrap();
    get(&core, &WITH_KEY).header("x-own", "1").await.unwrap();
    assert_eq!(log.take(), ["1 GET Some(503) Some(Undocumented)", "2 GET Some(200) None"]);
    let shown = curious.take();
    assert_eq!(shown.len(), 4);
    assert!(shown[0].starts_with("[false, false, false, true] /pets/{id} Attempt"), "{}", shown[0]);
    assert_eq!(shown[1], "[false, true] Some(\"r1\")");
    assert!(!shown.concat().contains("canary"));
    let seen = server.seen();
    assert_eq!((seen[0].header("x-attempt"), seen[1].header("x-attempt")), (vec!["1"], vec!["2"]));
    assert!(seen.iter().all(|seen| seen.header("x-trace") == ["t1"] && seen.header("x-api-key") == ["canary"]));
}

#[tokio::test]
async fn a_hook_can_not_set_what_carries_a_credential() {
    struct Sets(&'static str, &'static str);
    impl Hook for Sets {
        fn before_send(&self, attempt: &mut Attempt<'_>) {
            attempt.set_header(self.0, self.1);
        }
    }
    let server = Server::start([]).await;
    let bad = [
        ("Authorization", "canary"),
        ("X-Api-Key", "canary"),
        ("host", "canary"),
        ("x y", "canary"),
        ("x-own", "canary\n"),
    ];
    for (name, value) in bad {
        let core = builder(&server).hook(Sets(name, value)).build().unwrap();
        let error = get(&core, &OPEN).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Request, "{name}");
        assert!(error.to_string().contains("a hook of the client"), "{error}");
        assert!(!format!("{error} {error:?}").contains("canary"));
    }
    assert!(server.seen().is_empty());
}
