//! Hostile servers, values and callers, and how the runtime handles them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use cogen_runtime::__rt::v1 as rt;
use cogen_runtime::{
    AccessToken, AnyCredential, ApiKey, AwsCredentials, Basic, Bearer, BearerToken, ErrorKind, Iam, IdToken, Machine,
    Secret, TokenKind, UserSession, grant,
};
use std::fmt::Debug;
use std::io::Write as _;
use std::time::{Duration, Instant};
use support::*;

fn with_credentials(server: &Server) -> rt::Core {
    let token = AccessToken::<PetPool, grant![Read]>::from_jwt(token("access", "pets/read", "canary")).unwrap();
    // A client that retries whatever may be retried.
    let retrying = builder(server).retry(rt::Retry::standard());
    retrying.slot(POOL, token).slot(KEY, ApiKey::new("canary")).build().unwrap()
}

#[tokio::test]
async fn r01_redirects_are_never_followed() {
    let elsewhere = Server::start([]).await;
    for status in [301, 302, 303, 307, 308] {
        let first = Server::start([]).await;
        let targets = [
            format!("http://{}/", elsewhere.address),
            format!("http://localhost:{}/", elsewhere.address.port()),
            format!("https://{}/", elsewhere.address),
            format!("http://{}/prod/pets/8", first.address),
            "/prod/pets/8".to_owned(),
            "//evil.example/".to_owned(),
        ];
        for target in targets {
            let server = Server::start([reply(status, &format!("location: {target}\r\n"), "")]).await;
            let error = get(&with_credentials(&server), &WITH_BOTH).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Redirect, "{status} {target}");
            assert_eq!(error.status().unwrap().as_u16(), status);
            assert_eq!(server.seen().len(), 1, "{status} {target}");
        }
        assert!(first.seen().is_empty());
    }
    assert!(elsewhere.seen().is_empty());
}

#[cfg(feature = "rustls")]
#[tokio::test]
async fn r01_a_custom_http_client_that_follows_redirects_is_refused() {
    let server = Server::start([]).await;
    let own = |client: rt::reqwest::ClientBuilder| builder(&server).http_client(client.build().unwrap()).build();
    let error = own(rt::reqwest::Client::builder()).unwrap_err().to_string();
    assert!(error.contains("redirect(reqwest::redirect::Policy::none())"), "{error}");
    assert!(own(rt::reqwest::Client::builder().redirect(rt::reqwest::redirect::Policy::limited(1))).is_err());
    let none = rt::reqwest::redirect::Policy::none();
    let core = own(rt::reqwest::Client::builder().redirect(none)).unwrap();
    get(&core, &OPEN).await.unwrap();
}

#[tokio::test]
async fn r02_path_values_stay_in_their_segment() {
    let server = Server::start([]).await;
    let core = core(&server);
    let call = |value: &str| {
        let mut request = rt::Request::new(&core, &OPEN);
        request.path_text("/pets/");
        request.path_param("id", rt::SIMPLE, value);
        request.path_text("/toys");
        call::<rt::Any, rt::Any>(request)
    };
    for refused in ["", ".", ".."] {
        let error = call(refused).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Request, "{refused:?}");
        assert!(call(refused).build().is_err());
    }
    assert!(server.seen().is_empty());
    let table = [
        ("a/b", "a%2Fb"),
        ("%2e%2e", "%252e%252e"),
        ("%2E", "%252E"),
        ("?x", "%3Fx"),
        ("#", "%23"),
        ("a\0b", "a%00b"),
        ("..;/x", "..%3B%2Fx"),
        ("\\..\\", "%5C..%5C"),
        ("...", "..."),
        (" ", "%20"),
        ("@evil.example", "%40evil.example"),
        ("a\r\nX: y", "a%0D%0AX%3A%20y"),
    ];
    for (value, encoded) in table {
        call(value).await.unwrap();
        assert_eq!(server.seen().pop().unwrap().target, format!("/prod/pets/{encoded}/toys"));
    }

    // Two harmless values in one segment, and one with a prefix, can form dots together.
    let mut request = rt::Request::new(&core, &OPEN);
    request.path_text("/");
    request.path_param("a", rt::SIMPLE, "x");
    request.path_text("/");
    request.path_param("b", rt::Style::new(rt::StyleKind::Label, false), ".");
    let error = support::call::<rt::Any, rt::Any>(request).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Request);
    for (value, sent) in [("a/b/c", Some("/prod/a/b/c")), ("a/../b", None), ("../x", None), ("a/.", None), ("", None)] {
        let mut request = rt::Request::new(&core, &OPEN);
        request.path_text("/");
        request.path_greedy("proxy", value);
        let answer = support::call::<rt::Any, rt::Any>(request).await;
        assert_eq!(answer.is_ok(), sent.is_some(), "{value}");
        if let Some(sent) = sent {
            assert_eq!(server.seen().pop().unwrap().target, sent);
        }
    }
}

#[tokio::test]
async fn r03_headers_and_queries_can_not_be_split() {
    let server = Server::start([]).await;
    let plain = core(&server);
    for value in ["canary\r\nX-Evil: 1", "canary\n", "canary\0", "canary\u{7f}"] {
        let mut request = rt::Request::new(&plain, &OPEN);
        request.path_text("/");
        request.header("X-Name", rt::SIMPLE, value);
        let error = call::<rt::Any, rt::Any>(request).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Request);
        assert!(error.to_string().contains("`X-Name`"), "{error}");
        assert!(!format!("{error} {error:?}").contains("canary"));
        let error = get(&plain, &OPEN).header("x-own", value).await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains("canary"));

        for (slot, operation) in [(KEY, &WITH_KEY), (COOKIE_KEY, &WITH_COOKIE_KEY)] {
            let core = builder(&server).slot(slot, ApiKey::new(value)).build().unwrap();
            let error = get(&core, operation).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Credential);
            assert!(!format!("{error} {error:?}").contains("canary"));
        }
    }
    let core = builder(&server).slot(COOKIE_KEY, ApiKey::new("canary; admin=1")).build().unwrap();
    assert!(get(&core, &WITH_COOKIE_KEY).await.is_err());
    assert!(server.seen().is_empty());

    let mut request = rt::Request::new(&plain, &OPEN);
    request.path_text("/");
    request.query("q", rt::FORM, "a&admin=1+#é\n");
    request.cookie("c", rt::FORM, "a; admin=1");
    call::<rt::Any, rt::Any>(request).await.unwrap();
    let seen = server.only();
    assert_eq!(seen.target, "/prod/?q=a%26admin%3D1%2B%23%C3%A9%0A");
    assert_eq!(seen.header("cookie"), ["c=a%3B%20admin=1"]);
}

#[tokio::test]
async fn r03_credentials_are_set_only_by_the_methods_for_credentials() {
    let server = Server::start([]).await;
    let core = with_credentials(&server);
    for name in [
        "authorization",
        "Authorization",
        "x-api-key",
        "cookie",
        "x-tenant",
        "host",
        "content-length",
        "transfer-encoding",
    ] {
        let error = get(&core, &WITH_KEY).header(name, "canary").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Request, "{name}");
        assert!(!error.to_string().contains("canary"), "{error}");
    }
    assert!(server.seen().is_empty());
    // The document may declare such a header, query parameter or cookie: the credential takes precedence.
    let keys = builder(&server)
        .slot(KEY, ApiKey::new("real"))
        .slot(QUERY_KEY, ApiKey::new("real"))
        .slot(COOKIE_KEY, ApiKey::new("real"))
        .build()
        .unwrap();
    for operation in [&WITH_KEY, &WITH_QUERY_KEY, &WITH_COOKIE_KEY] {
        let mut request = rt::Request::new(&keys, operation);
        request.path_text("/");
        request.header("X-Api-Key", rt::SIMPLE, "other");
        request.query("key", rt::FORM, "other");
        request.cookie("session", rt::FORM, "other");
        call::<rt::Any, rt::Any>(request).await.unwrap();
    }
    let seen = server.seen();
    assert_eq!(seen[0].header("x-api-key"), ["real"]);
    assert_eq!(seen[1].target, "/prod/?key=real");
    assert_eq!(seen[2].header("cookie"), ["session=real"]);
}

#[test]
fn r04_types_that_contain_a_secret_do_not_show_it() {
    let access = || token("access", "pets/read", "canary");
    let jwt = BearerToken {
        secret: access().into(),
        kind: TokenKind::Access,
        generation: 1,
        expires_at: None,
        scopes: Some(["pets/read".to_owned()].into()),
    };
    let keys = AwsCredentials {
        access_key_id: "canary".to_owned(),
        secret_access_key: "canary".into(),
        session_token: Some("canary".into()),
    };
    let access_token = AccessToken::<PetPool, grant![Read]>::from_jwt(access()).unwrap();
    let builder = rt::CoreBuilder::new(&API)
        .base_url("https://api.example.com/prod")
        .slot(POOL, access_token.clone())
        .slot(KEY, ApiKey::new("canary"));
    let mut shown = shown(&builder);
    let core = builder.build().unwrap();
    let call = get(&core, &WITH_BOTH).header("x-own", "canary");
    let form = rt::Multipart::new()
        .text("password", &Secret::new("canary"))
        .file("f", rt::FilePart::new("canary").file_name("canary"));
    let holders: [&dyn Debug; 18] = [
        &Secret::new("canary"),
        &jwt,
        &access_token,
        &IdToken::<PetPool>::from_jwt(token("id", "", "canary")).unwrap(),
        &Machine::<PetPool, grant![Read]>::from_jwt(access()).unwrap(),
        &UserSession::<PetPool>::from_tokens(token("id", "", "canary"), access()).unwrap(),
        &AccessToken::<PetPool>::opaque("canary"),
        &ApiKey::new("canary"),
        &Basic::new("rex", "canary"),
        &Bearer::new("canary"),
        &Iam::new("canary", "canary", Some("canary".into())),
        &keys,
        &AnyCredential::from(ApiKey::new("canary")),
        &AnyCredential::from(Basic::new("canary", "canary")),
        &core,
        &call,
        &form,
        &rt::RequestBody::from("canary"),
    ];
    for holder in holders {
        shown += &format!("{holder:?}\n{holder:#?}\n");
    }
    let sending = get(&core, &WITH_BOTH).send();
    shown += &format!("{sending:?}");
    // Errors that were created where the secret was available.
    let foreign = AccessToken::<PetPool, grant![Write]>::from_jwt(access()).unwrap_err();
    let url = rt::CoreBuilder::new(&API).base_url("https://canary:canary@api.example.com?canary#canary").build();
    let url = url.unwrap_err();
    let broken = rt::CoreBuilder::new(&API).base_url("https://canary:canary@[").build().unwrap_err();
    shown += &format!("{foreign:?} {foreign} {url:?} {url} {broken:?} {broken}");
    assert!(!shown.contains("canary"), "{shown}");
    assert!(shown.contains("Multipart(2 parts)") && shown.contains("ClientBuilder"), "{shown}");
}

fn shown(value: &impl Debug) -> String {
    format!("{value:?}\n{value:#?}\n")
}

#[tokio::test]
async fn r13_responses_are_limited_in_size_and_time() {
    let server = Server::start([Reply::Flood, Reply::Drip(Duration::from_millis(20)), Reply::Silence, bomb()]).await;
    let core = builder(&server).max_response_bytes(1 << 20).timeout(Duration::from_millis(300)).build().unwrap();
    let begin = Instant::now();
    let kinds = [ErrorKind::TooLarge, ErrorKind::Timeout, ErrorKind::Timeout, ErrorKind::TooLarge];
    for kind in kinds {
        assert_eq!(get(&core, &OPEN).await.unwrap_err().kind(), kind);
    }
    assert!(begin.elapsed() < Duration::from_secs(10));
}

/// 100 KB of gzip that unpack to 100 MB.
fn bomb() -> Reply {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let block = vec![b' '; 1 << 20];
    (0..100).for_each(|_| gzip.write_all(&block).unwrap());
    reply(200, "content-encoding: gzip\r\ncontent-type: application/json\r\n", gzip.finish().unwrap())
}

#[tokio::test]
async fn r13_malformed_responses_are_errors() {
    let deep = "[".repeat(200_000);
    let bodies = ["<html>login</html>", "{", "\u{feff}", "{\"a\":1}x", deep.as_str(), "nul", "1e999999"];
    for body in bodies {
        let server = Server::start([json(200, body)]).await;
        let error = get(&core(&server), &OPEN).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{:.20}", body);
    }
    // Not an HTTP response.
    let server = Server::start([Reply::Bytes(b"SSH-2.0-OpenSSH\r\n\r\n".to_vec())]).await;
    assert_eq!(get(&core(&server), &OPEN).await.unwrap_err().kind(), ErrorKind::Transport);
    // A truncated response.
    let cut = Reply::Bytes(b"HTTP/1.1 200 X\r\ncontent-length: 100\r\n\r\n{".to_vec());
    let server = Server::start([cut]).await;
    assert_eq!(get(&core(&server), &OPEN).await.unwrap_err().kind(), ErrorKind::Transport);
}

#[test]
fn unsafe_base_urls_are_refused() {
    let build = |url: &str| rt::CoreBuilder::new(&API).base_url(url).build();
    for url in [
        "http://api.example.com",
        "https://user@api.example.com",
        "https://api.example.com?x=1",
        "https://api.example.com#x",
        "https://api.example.com:0",
        "file:///etc/passwd",
        "ftp://api.example.com",
        "https://",
        "api.example.com",
        "",
        "data:text/plain,x",
    ] {
        assert!(build(url).is_err(), "{url}");
    }
    assert!(build("https://api.example.com/prod/").is_ok());
    assert!(rt::CoreBuilder::new(&API).build().is_err());
}
