//! Signatures (AWS Signature Version 4), computed a second time by the test from what the server received.
#![cfg(feature = "sigv4")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use cogen_runtime::__rt::v1 as rt;
use cogen_runtime::{AccessToken, ErrorKind, FixedClock, Iam};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::time::{Duration, UNIX_EPOCH};
use support::*;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// Encodes all but the unreserved characters, like `UriEncode` in the AWS documentation.
fn uri_encode(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").unwrap();
        }
        out
    })
}

/// The signature of a request by the steps of "Create a signed AWS API request" in the IAM User Guide.
fn signature(seen: &Seen, signed: &str, date: &str, region: &str, service: &str) -> String {
    let (path, query) = seen.target.split_once('?').unwrap_or((&seen.target, ""));
    // Empty segments fold into one slash; each segment, already encoded, is encoded once more.
    let segments: Vec<_> = path.split('/').filter(|segment| !segment.is_empty()).map(uri_encode).collect();
    let slash = if path.ends_with('/') && !segments.is_empty() { "/" } else { "" };
    let path = format!("/{}{slash}", segments.join("/"));
    let mut pairs: Vec<_> = query.split('&').filter(|pair| !pair.is_empty()).collect();
    // By name, then by value: `a` sorts before `a-b`, although `-` sorts before `=`.
    pairs.sort_unstable_by_key(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let headers: String =
        signed.split(';').map(|name| format!("{name}:{}\n", seen.header(name).join(",").trim())).collect();
    let canonical =
        [seen.method.as_str(), &path, &pairs.join("&"), &headers, signed, &hex(&Sha256::digest(&seen.body))].join("\n");
    let day = &date[..8];
    let scope = format!("{day}/{region}/{service}/aws4_request");
    let to_sign = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{}", hex(&Sha256::digest(canonical)));
    let key = [day, region, service, "aws4_request"]
        .iter()
        .fold(format!("AWS4{SECRET}").into_bytes(), |key, part| hmac(&key, part));
    hex(&hmac(&key, &to_sign))
}

/// The test's own computation against AWS's test suite, for those of its cases that can be sent as requests.
#[test]
fn r19_the_computation_of_this_test_is_right() {
    let suite = [
        ("GET", "/", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        ("GET", "//example//", "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"),
        (
            "GET",
            "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
            "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f",
        ),
        ("GET", "/?Param2=value2&Param1=value1", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
        (
            "GET",
            "/?Param-3=Value3&Param=Value2&%E1%88%B4=Value1",
            "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac",
        ),
    ];
    for (method, target, expected) in suite {
        let headers = [("Host", "example.amazonaws.com"), ("X-Amz-Date", "20150830T123600Z")];
        let seen = Seen {
            method: method.to_owned(),
            target: target.to_owned(),
            headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
            body: Vec::new(),
        };
        let found = signature(&seen, "host;x-amz-date", "20150830T123600Z", "us-east-1", "service");
        assert_eq!(found, expected, "{target}");
    }
}

#[tokio::test]
async fn r19_signatures_cover_what_is_sent() {
    let server = Server::start([]).await;
    let iam = Iam::new("AKIDEXAMPLE", SECRET, Some("session+token/==".into())).region("eu-west-1");
    let clock = FixedClock(UNIX_EPOCH + Duration::from_secs(1_440_938_160));
    let core = builder(&server).slot(IAM, iam).clock(clock).build().unwrap();
    let call = |path: &'static str, queries: &[(&'static str, &str)], body: &'static str| {
        let mut request = rt::Request::new(&core, &WITH_IAM);
        request.any_method(rt::http::Method::POST);
        request.path_text("/");
        request.path_greedy("proxy", path);
        for (name, value) in queries {
            request.query(name, rt::FORM, *value);
        }
        request.text("text/plain", body.to_owned());
        call::<rt::Any, rt::Any>(request)
    };
    call("plain", &[], "").await.unwrap();
    call("/a//", &[], "").await.unwrap();
    call("%2F%252F+%20", &[("+", "+ +")], "").await.unwrap();
    call("a//b", &[], "x").await.unwrap();
    call("a+b c/%2F/d=e:f@g", &[], "x").await.unwrap();
    call("grüße/日本", &[("q", "grüße 日本")], "größe").await.unwrap();
    call("dup", &[("b", "2"), ("a", "2"), ("a", "1"), ("a-b", "3"), ("a", ""), ("A", "x"), ("é", "+&=/")], "")
        .await
        .unwrap();
    call("end/", &[("x-y", "*~._-'()!")], "").await.unwrap();
    let stream = OneChunk(Some(rt::Bytes::from_static(b"streamed")));
    post(&core, &WITH_IAM, rt::RequestBody::stream(stream)).await.unwrap();

    let seen = server.seen();
    assert_eq!(seen.len(), 9);
    for seen in seen {
        let authorization = seen.header("authorization")[0];
        let part = |name: &str| authorization.split(name).nth(1).unwrap().split([',', ' ']).next().unwrap();
        assert_eq!(part("Credential="), "AKIDEXAMPLE/20150830/eu-west-1/execute-api/aws4_request");
        let signed = part("SignedHeaders=");
        assert_eq!(signed, "content-type;host;x-amz-date;x-amz-security-token");
        assert_eq!(seen.header("x-amz-security-token"), ["session+token/=="]);
        let expected = signature(&seen, signed, seen.header("x-amz-date")[0], "eu-west-1", "execute-api");
        assert_eq!(part("Signature="), expected, "{}", seen.target);
    }
    // The stream was read completely: its signature covers it.
    let last = server.seen().pop().unwrap();
    assert_eq!((last.body.as_slice(), last.header("transfer-encoding").len()), (b"streamed".as_slice(), 0));
}

/// 12:30 on 30 August 2015, GMT, on a clock that is `ahead` seconds ahead.
fn noon(ahead: i64) -> FixedClock {
    FixedClock(UNIX_EPOCH + Duration::from_secs(1_440_938_160_u64.saturating_add_signed(ahead)))
}

fn refusing(name: &str, date: &str) -> Reply {
    reply(403, &format!("x-amzn-errortype: {name}\r\ndate: {date}\r\n"), r#"{"message":"Signature expired"}"#)
}

fn signing(server: &Server, clock: FixedClock) -> rt::Core {
    let iam = Iam::new("AKIDEXAMPLE", SECRET, None).region("eu-west-1");
    builder(server).slot(IAM, iam).clock(clock).build().unwrap()
}

const NOON: &str = "Sun, 30 Aug 2015 12:36:00 GMT";

#[tokio::test]
async fn r19_a_wrong_clock_is_corrected_once_for_all_calls() {
    let names = [
        "InvalidSignatureException",
        "InvalidSignatureException:http://internal.amazon.com/coral/com.amazon.coral.service/",
        "RequestTimeTooSkewed",
        "RequestExpired",
    ];
    for (name, ahead) in names.into_iter().flat_map(|name| [(name, 3600), (name, -3600)]) {
        let server = Server::start([refusing(name, NOON), json(200, "7")]).await;
        let core = signing(&server, noon(ahead));
        get(&core, &WITH_IAM).await.unwrap();
        // The next call, of a clone, is signed correctly at once; one of another client is not.
        get(&core.clone(), &WITH_IAM).await.unwrap();
        get(&signing(&server, noon(ahead)), &WITH_IAM).await.unwrap();
        let hour = |seen: &Seen| seen.header("x-amz-date")[0][9..11].to_owned();
        let off = if ahead > 0 { "13" } else { "11" };
        assert_eq!(server.seen().iter().map(hour).collect::<Vec<_>>(), [off, "12", "12", off]);
        for seen in server.seen() {
            let date = seen.header("x-amz-date")[0];
            let expected = signature(&seen, "host;x-amz-date", date, "eu-west-1", "execute-api");
            assert!(seen.header("authorization")[0].ends_with(&expected), "{date}");
        }
    }
    // A body that was read completely to be signed is also sent again.
    let server = Server::start([refusing("RequestExpired", NOON), json(200, "7")]).await;
    let stream = OneChunk(Some(rt::Bytes::from_static(b"streamed")));
    post(&signing(&server, noon(3600)), &WITH_IAM, rt::RequestBody::stream(stream)).await.unwrap();
    assert!(server.seen().iter().all(|seen| seen.body == b"streamed") && server.seen().len() == 2);
}

#[tokio::test]
async fn r19_a_signature_that_is_wrong_for_another_reason_is_an_error() {
    let sent = async |replies: Vec<Reply>, ahead| {
        let server = Server::start(replies).await;
        let error = get(&signing(&server, noon(ahead)), &WITH_IAM).await.unwrap_err();
        assert_eq!(error.status().unwrap(), 403);
        server.seen().len()
    };
    let name = "InvalidSignatureException";
    // The clock is right, or the server doesn't send the time: the keys are wrong.
    assert_eq!(sent(vec![refusing(name, NOON)], 60).await, 1);
    assert_eq!(sent(vec![reply(403, "x-amzn-errortype: InvalidSignatureException\r\n", "")], 3600).await, 1);
    assert_eq!(sent(vec![refusing(name, "yesterday")], 3600).await, 1);
    // Refused for another reason, while the clock is wrong.
    assert_eq!(sent(vec![refusing("AccessDeniedException", NOON)], 3600).await, 1);
    // Corrected, and refused again by a server that is inconsistent: no third attempt.
    let later = "Sun, 30 Aug 2015 20:00:00 GMT";
    assert_eq!(sent(vec![refusing(name, NOON), refusing(name, later)], 3600).await, 2);
    // A call that is not signed does not correct the clock.
    let server = Server::start([refusing(name, NOON)]).await;
    let core = builder(&server).slot(KEY, cogen_runtime::ApiKey::new("k")).clock(noon(3600)).build().unwrap();
    assert!(get(&core, &WITH_KEY).await.is_err());
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn the_region_comes_from_the_url_or_the_credential() {
    let build = |url: &str, region: Option<&str>| {
        let iam = Iam::new("AKIDEXAMPLE", SECRET, None);
        let iam = region.into_iter().fold(iam, Iam::region);
        rt::CoreBuilder::new(&API).base_url(url).slot(IAM, iam).build()
    };
    assert!(build("https://abc.execute-api.eu-central-1.amazonaws.com/prod", None).is_ok());
    assert!(build("https://abc.execute-api.cn-north-1.amazonaws.com.cn/prod", None).is_ok());
    assert!(build("https://abc.execute-api.eusc-de-east-1.amazonaws.eu", None).is_ok());
    assert!(build("https://api.example.com", Some("us-east-1")).is_ok());
    let error = build("https://api.example.com", None).unwrap_err().to_string();
    assert!(error.contains(".region(") && error.contains("`sigv4`"), "{error}");
    for region in ["", "us east", "x@evil/#", "US-EAST-1", "-a", "a.b", "é"] {
        assert!(build("https://api.example.com", Some(region)).is_err(), "{region}");
    }
}

#[tokio::test]
async fn a_body_too_large_to_sign_is_an_error() {
    struct Endless;
    impl futures_core::Stream for Endless {
        type Item = Result<rt::Bytes, std::io::Error>;
        fn poll_next(
            self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Self::Item>> {
            std::task::Poll::Ready(Some(Ok(rt::Bytes::from_static(&[0; 65536]))))
        }
    }
    let server = Server::start([]).await;
    let iam = Iam::new("AKIDEXAMPLE", SECRET, None).region("eu-west-1");
    let core = builder(&server).slot(IAM, iam).build().unwrap();
    let error = post(&core, &WITH_IAM, rt::RequestBody::stream(Endless)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Request);
    assert!(server.seen().is_empty());
    // A signed route does not accept a token.
    let token = AccessToken::<PetPool>::from_jwt(token("access", "", "s")).unwrap();
    let core = builder(&server).slot(POOL, token).build().unwrap();
    assert_eq!(get(&core, &WITH_IAM).await.unwrap_err().kind(), ErrorKind::Credential);
}
