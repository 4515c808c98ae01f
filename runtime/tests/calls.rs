//! Calls against a server on the loopback interface: requests, responses, and errors.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use cogen_runtime::__rt::v1 as rt;
use cogen_runtime::{
    AccessToken, ApiKey, Attempt, Basic, BearerToken, BoxFuture, ErrorKind, GatewayError, Hook, Iam, Secret,
    TokenError, TokenKind, TokenProvider, UserSession, grant,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use support::*;

#[tokio::test]
async fn a_call_sends_all_its_parts() {
    let server = Server::start([json(200, r#"{"name":"Rex"}"#)]).await;
    let core = core(&server);
    let mut request = rt::Request::new(&core, &OPEN);
    request.path_text("/pets/");
    request.path_param("id", rt::SIMPLE, "a/b c");
    request.path_text("/{literal}");
    request.query("limit", rt::FORM, &10_i64);
    request.query("tags", rt::FORM, &vec!["a&b".to_owned(), "ü".to_owned()]);
    request.header("X-Trace", rt::SIMPLE, "abc");
    request.cookie("theme", rt::FORM, "dark blue");
    let answer = call::<rt::Any, rt::Any>(request).header("x-more", "1").await.unwrap();
    assert_eq!(answer.into_inner()["name"], "Rex");

    let seen = server.only();
    assert_eq!(seen.method, "GET");
    assert_eq!(seen.target, "/prod/pets/a%2Fb%20c/%7Bliteral%7D?limit=10&tags=a%26b&tags=%C3%BC");
    assert_eq!(seen.header("x-trace"), ["abc"]);
    assert_eq!(seen.header("x-more"), ["1"]);
    assert_eq!(seen.header("cookie"), ["theme=dark%20blue"]);
    assert_eq!(seen.header("accept"), ["application/json"]);
    assert_eq!(seen.header("accept-encoding"), ["gzip"]);
    assert_eq!(seen.header("authorization"), [""; 0]);
    assert!(seen.header("user-agent")[0].starts_with("cogen-runtime/"));
}

#[tokio::test]
async fn every_kind_of_credential_is_sent_at_its_location() {
    struct Inputs;
    impl rt::ValuesCredential for Inputs {
        const SCHEME: &'static str = "PetAuthorizer";
        fn into_values(self) -> Vec<Secret> {
            vec!["acme".into(), "t+k".into()]
        }
    }
    let server = Server::start([]).await;
    let (id, access) = (token("id", "", "s"), token("access", "pets/write", "s"));
    let session = UserSession::<PetPool, grant![Write]>::from_tokens(id.as_str(), access.as_str()).unwrap();
    let core = builder(&server)
        .slot(POOL, rt::TokenCredential::<PetPool>::into_credential(session))
        .slot(KEY, ApiKey::new("k1"))
        .slot(QUERY_KEY, ApiKey::new("k&2"))
        .slot(COOKIE_KEY, ApiKey::new("k3"))
        .slot(LAMBDA, Inputs)
        .slot(BASIC, Basic::new("rex", "wüff"))
        .build()
        .unwrap();
    let operations = [&WITH_ID, &WITH_SCOPE, &WITH_KEY, &WITH_QUERY_KEY, &WITH_COOKIE_KEY, &WITH_LAMBDA, &WITH_BASIC];
    for operation in operations {
        get(&core, operation).await.unwrap();
    }
    let seen = server.seen();
    assert_eq!(seen[0].header("authorization"), [format!("Bearer {id}")]);
    assert_eq!(seen[1].header("authorization"), [format!("Bearer {access}")]);
    assert_eq!(seen[2].header("x-api-key"), ["k1"]);
    assert_eq!(seen[3].target, "/prod/pets/7?key=k%262");
    assert_eq!(seen[4].header("cookie"), ["session=k3"]);
    assert_eq!((seen[5].header("x-tenant")[0], seen[5].target.as_str()), ("acme", "/prod/pets/7?token=t%2Bk"));
    assert_eq!(seen[6].header("authorization"), ["Basic cmV4OnfDvGZm"]);
}

#[tokio::test]
async fn the_first_alternative_that_is_satisfied_is_used() {
    let server = Server::start([]).await;
    let read_only = AccessToken::<PetPool, grant![Read]>::from_jwt(token("access", "pets/read", "s")).unwrap();
    let core = builder(&server).slot(POOL, read_only).slot(KEY, ApiKey::new("k")).build().unwrap();
    get(&core, &EITHER_OR_NONE).await.unwrap();
    let seen = server.only();
    assert_eq!((seen.header("x-api-key"), seen.header("authorization")), (vec!["k"], vec![]));

    get(&core, &WITH_BOTH).await.unwrap();
    let seen = server.seen().pop().unwrap();
    assert_eq!((seen.header("x-api-key").len(), seen.header("authorization").len()), (1, 1));

    let bare = support::core(&server);
    get(&bare, &EITHER_OR_NONE).await.unwrap();
    assert_eq!(server.seen().pop().unwrap().header("x-api-key"), [""; 0]);
}

#[tokio::test]
async fn missing_credentials_are_an_error_before_sending() {
    let server = Server::start([]).await;
    let error = get(&support::core(&server), &WITH_SCOPE).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credential);
    assert!(error.to_string().contains("`PetPool`"), "{error}");

    let narrow = AccessToken::<PetPool>::from_jwt(token("access", "pets/read", "s")).unwrap();
    let core = builder(&server).slot(POOL, narrow).build().unwrap();
    let error = get(&core, &WITH_SCOPE).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ScopeMissing);
    let text = error.to_string();
    assert!(text.contains("`pets/write` or `pets/admin`") && text.contains("found `pets/read`"), "{text}");
    let error = get(&core, &WITH_ID).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credential);
    assert!(server.seen().is_empty());

    // The unchecked call, for a server that differs from its document.
    let other = AccessToken::<PetPool>::from_jwt(token("access", "", "other")).unwrap();
    get(&core, &WITH_SCOPE).send_with(other.clone()).await.unwrap();
    get(&core, &WITH_ID).send_with(other.clone()).await.unwrap();
    get(&core, &OPEN).send_with(other).await.unwrap();
    assert!(server.seen().iter().all(|seen| seen.header("authorization")[0].ends_with(".other")));
}

/// The inputs of one Lambda authorizer are secrets that another authorizer must not receive.
#[tokio::test]
async fn the_inputs_of_an_authorizer_are_not_sent_to_another() {
    struct Other;
    impl rt::ValuesCredential for Other {
        const SCHEME: &'static str = "OtherAuthorizer";
        fn into_values(self) -> Vec<Secret> {
            vec!["canary".into(), "canary".into()]
        }
    }
    let server = Server::start([]).await;
    let core = core(&server);
    for operation in [&WITH_LAMBDA, &OPEN] {
        let error = get(&core, operation).send_with(Other).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credential);
        assert!(error.to_string().contains("`OtherAuthorizer`") && !error.to_string().contains("canary"), "{error}");
    }
    assert!(server.seen().is_empty());
}

/// A value that can't be encoded at its location is not sent in another form.
#[tokio::test]
async fn a_value_that_can_not_be_encoded_is_an_error_before_sending() {
    let server = Server::start([]).await;
    let core = core(&server);
    let deep = (0..200).fold(serde_json::json!("canary"), |inner, _| serde_json::json!([inner]));
    let put: [fn(&mut rt::Request<'_>, &rt::Any); 7] = [
        |request, value| request.path_param("p", rt::SIMPLE, value),
        |request, value| request.path_greedy("p", value),
        |request, value| request.query("q", rt::FORM, value),
        |request, value| request.header("X-H", rt::SIMPLE, value),
        |request, value| request.cookie("c", rt::FORM, value),
        |request, value| {
            request.form(
                "application/x-www-form-urlencoded",
                &[],
                &[("a".to_owned(), value.clone())].into_iter().collect::<std::collections::BTreeMap<_, _>>(),
            )
        },
        |request, value| request.json("application/json", value),
    ];
    for put in put {
        let mut request = rt::Request::new(&core, &OPEN);
        request.path_text("/pets/7");
        put(&mut request, &deep);
        let error = call::<rt::Any, rt::Any>(request).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Request);
        let text = error.to_string();
        assert!(text.contains("nests more than 127 deep") && !text.contains("canary"), "{text}");
    }
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn an_opaque_token_is_sent_unchanged() {
    let server = Server::start([]).await;
    let opaque = AccessToken::<PetPool, grant![Write]>::opaque("bearer opaque");
    let core = builder(&server).slot(POOL, opaque).build().unwrap();
    get(&core, &WITH_SCOPE).await.unwrap();
    assert_eq!(server.only().header("authorization"), ["bearer opaque"]);
    for jwt in [token("id", "", "s"), token("access", "", "s")] {
        let server = Server::start([]).await;
        let jwt = AccessToken::<PetPool, grant![Write]>::opaque(jwt);
        let core = builder(&server).slot(POOL, jwt).build().unwrap();
        let error = get(&core, &WITH_SCOPE).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credential);
        assert!(error.to_string().contains("`from_jwt`"), "{error}");
        assert!(server.seen().is_empty());
    }
}

/// A request has one `Authorization`: if two different credentials need it, neither is dropped silently.
#[tokio::test]
async fn two_credentials_at_one_location_are_an_error() {
    static WITH_TWO: rt::Operation =
        operation(&[&[need(POOL, Some(rt::TokenKind::Access), &[]), need(BASIC, None, &[])]]);
    static WITH_SIGNATURE: rt::Operation =
        operation(&[&[need(POOL, Some(rt::TokenKind::Access), &[]), need(IAM, None, &[])]]);
    let server = Server::start([]).await;
    let core = builder(&server)
        .slot(POOL, AccessToken::<PetPool>::opaque("canary"))
        .slot(BASIC, Basic::new("alice", "canary"))
        .slot(IAM, Iam::new("AKIDEXAMPLE", "canary", None).region("eu-west-1"))
        .build()
        .unwrap();
    for operation in [&WITH_TWO, &WITH_SIGNATURE] {
        let error = get(&core, operation).await.unwrap_err();
        let text = error.to_string();
        assert!(text.contains("two different credentials in `") && !text.contains("canary"), "{text}");
    }
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn each_failure_has_its_own_error_kind() {
    let id = "apigw-requestid: req-1\r\n";
    let server = Server::start([
        json(404, r#"{"reason":"none"}"#),
        reply(404, "x-amzn-errortype: NotFoundException\r\n", "<html>"),
        reply(403, &format!("x-amzn-errortype: AccessDeniedException\r\n{id}"), r#"{"message":"secret canary"}"#),
        json(418, "canary"),
        json(200, "canary"),
        json(500, "{}"),
        reply(429, "x-amzn-errortype: LimitExceededException\r\n", ""),
        reply(429, "x-amzn-errortype: TooManyRequestsException\r\n", ""),
    ])
    .await;
    let core = core(&server);
    let next = async || get(&core, &OPEN).await.unwrap_err();

    let error = next().await;
    assert_eq!((error.kind(), error.gateway()), (ErrorKind::Documented, None));
    assert_eq!(error.documented().unwrap()["reason"], "none");
    let error = next().await;
    assert_eq!((error.kind(), error.gateway()), (ErrorKind::Gateway, Some(GatewayError::NotFound)));
    let error = next().await;
    assert_eq!((error.kind(), error.gateway()), (ErrorKind::Gateway, Some(GatewayError::AccessDenied)));
    assert_eq!((error.request_id(), error.status().unwrap().as_u16()), (Some("req-1"), 403));
    assert!(error.to_string().contains("req-1"), "{error}");
    assert!(!format!("{error} {error:?} {error:#?}").contains("canary"));
    assert_eq!(error.body(), Some(br#"{"message":"secret canary"}"#.as_slice()));
    let error = next().await;
    assert_eq!((error.kind(), error.is_transient()), (ErrorKind::Undocumented, false));
    let error = next().await;
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(!format!("{error} {error:?}").contains("canary"));
    let error = next().await;
    assert_eq!((error.kind(), error.is_transient()), (ErrorKind::Undocumented, true));
    assert!(!next().await.is_transient());
    assert!(next().await.is_transient());
}

#[tokio::test]
async fn plain_http_to_this_machine_is_for_calls_without_a_credential() {
    let server = Server::start([]).await;
    let plain = |url: String| rt::CoreBuilder::new(&API).base_url(url).retry(rt::Retry::none());
    let core = plain(format!("http://{}", server.address)).build().unwrap();
    get(&core, &OPEN).await.unwrap();
    let error = get(&core, &WITH_QUERY_KEY).send_with(ApiKey::new("canary")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credential);
    assert!(error.to_string().contains("`.allow_http()`") && !error.to_string().contains("canary"), "{error}");
    let mut request = rt::Request::new(&core, &OPEN);
    request.path_text("/pets");
    request.header("authorization", rt::SIMPLE, &Secret::new("canary"));
    let error = call::<rt::Any, rt::Any>(request).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credential);
    assert_eq!(server.seen().len(), 1);

    for host in ["localhost", "127.0.0.1:8080", "127.8.8.8", "[::1]:80"] {
        let with_key = plain(format!("http://{host}/v1")).slot(QUERY_KEY, ApiKey::new("canary")).build();
        assert!(with_key.is_err_and(|error| error.to_string().contains("allow_http")), "{host}");
        assert!(plain(format!("http://{host}/v1")).build().is_ok(), "{host}");
    }
    for host in ["api.example.com", "localhost.example.com", "10.0.0.1", "[::2]", "0.0.0.0"] {
        assert!(plain(format!("http://{host}")).build().is_err(), "{host}");
    }
}

#[tokio::test]
async fn an_unreachable_server_is_a_connect_error() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let core = rt::CoreBuilder::new(&API)
        .base_url(format!("http://{address}"))
        .allow_http()
        .slot(QUERY_KEY, ApiKey::new("canary"))
        .build()
        .unwrap();
    let error = get(&core, &WITH_QUERY_KEY).await.unwrap_err();
    assert_eq!((error.kind(), error.is_transient()), (ErrorKind::Connect, true));
    let mut shown = format!("{error} {error:?}");
    let mut source = std::error::Error::source(&error);
    while let Some(error) = source {
        shown += &format!("{error} {error:?}");
        source = error.source();
    }
    assert!(!shown.contains("canary"), "{shown}");
}

#[tokio::test]
async fn bodies_are_sent_buffered_and_streamed() {
    let server = Server::start([]).await;
    let core = core(&server);
    post(&core, &OPEN, "whole").await.unwrap();
    let stream = OneChunk(Some(rt::Bytes::from_static(b"streamed")));
    post(&core, &OPEN, rt::RequestBody::stream(stream)).await.unwrap();
    let seen = server.seen();
    assert_eq!((seen[0].body.as_slice(), seen[0].header("content-length")), (b"whole".as_slice(), vec!["5"]));
    assert_eq!(seen[1].header("transfer-encoding"), ["chunked"]);
    assert!(String::from_utf8_lossy(&seen[1].body).contains("streamed"));
    assert_eq!(seen[1].header("content-type"), ["application/octet-stream"]);
}

#[tokio::test]
async fn a_streamed_response_is_read_chunk_by_chunk() {
    static STREAMED: rt::Operation = rt::Operation {
        name: "export",
        method: "GET",
        path: "/export",
        needs: rt::OPEN,
        accept: None,
        responses: &[rt::ok(200, rt::STREAM)],
        idempotency: None,
    };
    let server = Server::start([reply(200, "", "0123456789"), Reply::Flood]).await;
    let core = builder(&server).max_response_bytes(4).build().unwrap();
    let streamed = || call::<rt::Streaming, rt::Undocumented>(rt::Request::new(&core, &STREAMED));
    let mut stream = streamed().await.unwrap().into_inner();
    let mut all = Vec::new();
    while let Some(chunk) = stream.chunk().await.unwrap() {
        all.extend_from_slice(&chunk);
    }
    assert_eq!(all, b"0123456789");
    let mut endless = streamed().await.unwrap().into_inner();
    assert!(!endless.chunk().await.unwrap().unwrap().is_empty());
}

#[tokio::test]
async fn a_request_can_be_built_without_being_sent() {
    let server = Server::start([]).await;
    let core = builder(&server).slot(KEY, ApiKey::new("canary")).build().unwrap();
    let plain = get(&core, &WITH_KEY).build().unwrap();
    assert_eq!((plain.uri().path(), plain.headers().get("x-api-key")), ("/prod/pets/7", None));
    let authorized = get(&core, &WITH_KEY).build_authorized().await.unwrap();
    assert_eq!(authorized.headers()["x-api-key"], "canary");
    assert!(!format!("{authorized:?}").contains("canary"));
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn a_request_that_is_built_has_the_changes_of_hooks_and_the_time_limit() {
    struct Traced;
    impl Hook for Traced {
        fn before_send(&self, attempt: &mut Attempt<'_>) {
            attempt.set_header("traceparent", "00-1");
        }
    }
    /// Its refresh never ends, once this is set.
    struct Hanging(Arc<AtomicBool>);
    impl TokenProvider for Hanging {
        fn token(&self, kind: TokenKind) -> BoxFuture<'_, Result<BearerToken, TokenError>> {
            if self.0.load(Ordering::Relaxed) {
                return Box::pin(std::future::pending());
            }
            let text = token(if kind == TokenKind::Id { "id" } else { "access" }, "", "s");
            Box::pin(std::future::ready(BearerToken::read(text, kind, 1)))
        }
    }
    let server = Server::start([]).await;
    let core = builder(&server).slot(KEY, ApiKey::new("key")).hook(Traced).build().unwrap();
    assert_eq!(get(&core, &WITH_KEY).build().unwrap().headers()["traceparent"], "00-1");
    let authorized = get(&core, &WITH_KEY).build_authorized().await.unwrap();
    assert_eq!(
        (&authorized.headers()["traceparent"], &authorized.headers()["x-api-key"]),
        (&"00-1".parse().unwrap(), &"key".parse().unwrap())
    );

    let hangs = Arc::new(AtomicBool::new(false));
    let user = UserSession::<PetPool>::from_provider(Hanging(Arc::clone(&hangs))).await.unwrap();
    hangs.store(true, Ordering::Relaxed);
    let core = builder(&server).slot(POOL, user).timeout(Duration::from_millis(200)).build().unwrap();
    let error = get(&core, &WITH_ID).build_authorized().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
}

/// A server makes a client for each of its users.
#[tokio::test]
async fn a_client_for_another_user_shares_everything_but_the_credential() {
    let server = Server::start([json(200, "1"), json(200, "1"), json(200, "1")]).await;
    let first = builder(&server).slot(KEY, ApiKey::new("one")).build().unwrap();
    let second = first.with(KEY, ApiKey::new("two").into());
    for core in [&first, &second, &first] {
        get(core, &WITH_KEY).await.unwrap();
    }
    let keys: Vec<_> = server.seen().iter().map(|seen| seen.header("x-api-key").join(",")).collect();
    assert_eq!(keys, ["one", "two", "one"]);
    let unknown = first.with(usize::MAX, ApiKey::new("three").into());
    assert_eq!(unknown.base_url(), first.base_url());
}

#[tokio::test]
async fn a_documented_redirect_is_a_response() {
    static LOGIN: rt::Operation = rt::Operation {
        name: "login",
        method: "GET",
        path: "/login",
        needs: rt::OPEN,
        accept: None,
        responses: &[rt::ok(302, rt::EMPTY)],
        idempotency: None,
    };
    let server = Server::start([reply(302, "location: https://evil.example/\r\n", "")]).await;
    let core = core(&server);
    let answer = call::<(), rt::Undocumented>(rt::Request::new(&core, &LOGIN)).await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["location"]),
        (302, &"https://evil.example/".parse().unwrap())
    );
}

#[tokio::test]
async fn the_deadline_of_the_call_takes_precedence() {
    let server = Server::start([Reply::Silence]).await;
    let error = get(&core(&server), &OPEN).timeout(Duration::from_millis(50)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
}

#[tokio::test]
async fn a_second_value_replaces_the_first() {
    let server = Server::start([json(200, "{}")]).await;
    let core = core(&server);
    let mut request = rt::Request::new(&core, &OPEN);
    request.path_text("/pets");
    request.query("tags", rt::FORM, &vec!["a".to_owned(), "b".to_owned()]);
    request.query("limit", rt::FORM, &10_i64);
    request.query("tags", rt::FORM, "c");
    request.header("X-Trace", rt::SIMPLE, "line\nbreak");
    request.header("X-Trace", rt::SIMPLE, "abc");
    request.cookie("theme", rt::FORM, "dark");
    request.cookie("theme", rt::FORM, "light");
    let call =
        call::<rt::Any, rt::Any>(request).json(&[1]).body("text/plain", "hello").query("more", 1).query("more", 2);
    call.await.unwrap();

    let seen = server.only();
    assert_eq!(seen.target, "/prod/pets?limit=10&tags=c&more=1&more=2");
    assert_eq!(seen.header("x-trace"), ["abc"]);
    assert_eq!(seen.header("cookie"), ["theme=light"]);
    assert_eq!(seen.header("content-type"), ["text/plain"]);
    assert_eq!(seen.body, b"hello");
}

#[tokio::test]
async fn a_greedy_path_keeps_its_query() {
    let server = Server::start([json(200, "{}")]).await;
    let core = core(&server);
    let mut request = rt::Request::new(&core, &OPEN);
    request.path_text("/");
    request.path_greedy("proxy", "a/b c?d=e%20f&g");
    call::<rt::Any, rt::Any>(request).query("h", "i&j").await.unwrap();
    assert_eq!(server.only().target, "/prod/a/b%20c?d=e%20f&g=&h=i%26j");
}

#[tokio::test]
async fn a_credential_can_not_be_set_as_a_query_parameter_of_a_call() {
    let server = Server::start([]).await;
    let core = core(&server);
    let greedy = |path: &str| {
        let mut request = rt::Request::new(&core, &OPEN);
        request.path_greedy("proxy", path);
        call::<rt::Any, rt::Any>(request)
    };
    for call in
        [greedy("a").query("key", "canary"), greedy("a?k%65y=canary"), greedy("a").query("X-Amz-Signature", "canary")]
    {
        let error = call.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Request);
        let text = format!("{error} {error:?}");
        assert!(text.contains("carries a credential") && !text.contains("canary"), "{text}");
    }
}

#[tokio::test]
async fn an_undescribed_response_may_have_any_content() {
    static UNDESCRIBED: rt::Operation =
        rt::Operation::new("post_chat", "POST", "/chat", rt::OPEN, None, &[rt::ok(200, rt::EMPTY)]);
    static ANY: rt::Operation =
        rt::Operation::new("post_chat", "POST", "/chat", rt::OPEN, None, &[rt::ok(200, rt::ANY)]);
    let answers =
        || [json(201, r#"{"answer":"hi"}"#), reply(200, "content-type: text/plain\r\n", "OK"), reply(204, "", "")];
    let server = Server::start(answers().into_iter().chain(answers())).await;
    let core = core(&server);

    let post = |operation| rt::Request::new(&core, operation);
    let created = call::<(), rt::Undocumented>(post(&UNDESCRIBED)).json(&"hello").await.unwrap();
    assert_eq!(created.json::<rt::Any>().unwrap()["answer"], "hi");
    let error = created.json::<Vec<u8>>().unwrap_err().to_string();
    assert_eq!(error, "expected JSON of the type that was asked for, found JSON of another type");
    let text = call::<(), rt::Undocumented>(post(&UNDESCRIBED)).await.unwrap();
    assert_eq!(text.undocumented_body(), "OK");
    assert!(text.json::<rt::Any>().is_err());
    let nothing = call::<(), rt::Undocumented>(post(&UNDESCRIBED)).await.unwrap();
    assert_eq!(nothing.json::<Option<u8>>().unwrap(), None);

    let mut values = Vec::new();
    for _ in 0..3 {
        values.push(call::<rt::Any, rt::Undocumented>(post(&ANY)).await.unwrap().into_inner());
    }
    assert_eq!(values, [rt::serde_json::json!({"answer": "hi"}), "OK".into(), rt::Any::Null]);
}
