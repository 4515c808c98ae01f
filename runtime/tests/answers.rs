//! Which documented response a response is read by: successes that are not listed, errors with another body, `HEAD`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use cogen_runtime::__rt::v1 as rt;
use cogen_runtime::ErrorKind;
use support::*;

/// The responses of an operation with two documented successes, as the generator writes them.
#[derive(Debug, PartialEq)]
enum Answer {
    Ok(Vec<i64>),
    Accepted(String),
    NoContent,
}

impl rt::ReadResponse for Answer {
    fn read(raw: rt::RawResponse) -> rt::Read<Self> {
        match raw.status() {
            200 => Ok(Self::Ok(rt::ReadResponse::read(raw)?)),
            202 => Ok(Self::Accepted(rt::ReadResponse::read(raw)?)),
            204 => Ok(Self::NoContent),
            _ => rt::undocumented(raw),
        }
    }
}

const fn operation(responses: &'static [rt::Documented]) -> rt::Operation {
    rt::Operation::new("list", "POST", "/", rt::OPEN, None, responses)
}

#[tokio::test]
async fn a_success_that_is_not_listed_is_read_as_the_documented_one() {
    static ONE: rt::Operation = operation(&[rt::ok(200, rt::JSON), rt::fails(404, rt::JSON)]);
    let server = Server::start([json(201, "[1,2]"), json(201, "{}"), json(203, "[3]"), json(404, "\"none\"")]).await;
    let core = core(&server);
    let send = || call::<Vec<i64>, String>(rt::Request::new(&core, &ONE));
    let answer = send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.value()), (201, &vec![1, 2]));
    let error = send().await.unwrap_err();
    assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Undocumented, 201));
    assert_eq!(error.body(), Some(b"{}".as_slice()));
    assert_eq!(send().await.unwrap().into_inner(), [3]);
    assert_eq!(send().await.unwrap_err().into_documented().as_deref(), Some("none"));
}

#[tokio::test]
async fn of_several_successes_the_first_that_fits_is_read() {
    static SEVERAL: rt::Operation =
        operation(&[rt::ok(200, rt::JSON), rt::ok(202, rt::JSON), rt::ok(204, rt::EMPTY), rt::fails(404, rt::JSON)]);
    let server = Server::start([json(201, "\"later\""), json(203, "[7]"), json(206, "{}"), json(202, "[7]")]).await;
    let core = core(&server);
    let send = || call::<Answer, rt::Undocumented>(rt::Request::new(&core, &SEVERAL));
    assert_eq!(send().await.unwrap().into_inner(), Answer::Accepted("later".to_owned()));
    assert_eq!(send().await.unwrap().into_inner(), Answer::Ok(vec![7]));
    let nothing = send().await.unwrap();
    assert_eq!((nothing.value(), nothing.undocumented_body().as_ref()), (&Answer::NoContent, b"{}".as_slice()));
    // A status that the document lists has the type of that status only.
    assert_eq!(send().await.unwrap_err().kind(), ErrorKind::Decode);
}

#[tokio::test]
async fn an_error_with_another_body_keeps_its_status_and_its_body() {
    static WITH_ERRORS: rt::Operation = operation(&[rt::ok(200, rt::JSON), rt::fails(409, rt::JSON)]);
    let html = reply(409, "content-type: text/html\r\napigw-requestid: r-1\r\nx-reason: stock\r\n", "<h1>no</h1>");
    let refused = reply(409, "x-amzn-errortype: AccessDeniedException\r\n", "{\"message\":\"no\"}");
    let server = Server::start([html, refused, json(409, "[1]")]).await;
    let core = core(&server);
    let send = async || call::<i64, Vec<i64>>(rt::Request::new(&core, &WITH_ERRORS)).await.unwrap_err();
    let error = send().await;
    assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Undocumented, 409));
    assert_eq!((error.request_id(), error.body()), (Some("r-1"), Some(b"<h1>no</h1>".as_slice())));
    assert_eq!(error.headers().unwrap()["x-reason"], "stock");
    assert!(error.documented().is_none());
    assert!(error.to_string().contains("body does not match the document"), "{error}");
    assert_eq!(send().await.kind(), ErrorKind::Gateway);
    assert_eq!(send().await.documented(), Some(&vec![1]));
}

#[tokio::test]
async fn a_header_that_is_absent_or_of_another_type_is_none() {
    #[derive(Debug, PartialEq)]
    struct Total(Option<i64>);
    impl rt::Headers for Total {
        fn read(map: &rt::http::HeaderMap) -> Self {
            Self(rt::header(map, "x-total"))
        }
    }
    static LISTED: rt::Operation = operation(&[rt::ok(200, rt::EMPTY)]);
    let server =
        Server::start([reply(200, "x-total: 4\r\n", ""), reply(200, "x-total: four\r\n", ""), reply(200, "", "")])
            .await;
    let core = core(&server);
    for total in [Some(4), None, None] {
        let request = rt::Request::new(&core, &LISTED);
        let answer = call::<rt::WithHeaders<(), Total>, rt::Undocumented>(request).await.unwrap();
        assert_eq!(answer.headers, Total(total));
    }
}
