//! What a generated client makes of the answers of a server: content types, statuses that are not listed, `default`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use cogen_runtime::ErrorKind;
use cogen_test_apis::answers::{Client, operations};
use cogen_tests::loopback::{Response, Server, response};
use operations::default_several::{GetDefaultSeveralAnswer, GetDefaultSeveralError};
use operations::report::GetReportAnswer;
use operations::report_later::{GetReportLaterAnswer, GetReportLaterError};
use operations::two::MakeTwoAnswer;
use operations::versions::GetVersionsAnswer;

fn answer(status: u16, content_type: &str, body: &str) -> Response {
    let header = if content_type.is_empty() { String::new() } else { format!("content-type: {content_type}\r\n") };
    response(status, &header, body)
}

fn client(server: &Server) -> Client {
    Client::builder().base_url(&server.url).allow_http().retry(cogen_runtime::Retry::none()).build().unwrap()
}

#[tokio::test]
async fn the_content_type_that_is_received_decides_between_those_of_a_status() {
    let server = Server::start([
        answer(200, "application/json; charset=utf-8", r#"{"rows":3}"#),
        answer(200, "text/csv; charset=iso-8859-1", "a,b"),
        answer(200, "application/pdf", "%PDF"),
        answer(200, "application/octet-stream", "%PDF"),
        answer(200, "", r#"{"rows":4}"#),
        answer(203, "text/csv", "c"),
        answer(200, "application/json", r#"{"columns":3}"#),
    ])
    .unwrap();
    let client = client(&server);
    let json = client.get_report().await.unwrap();
    assert!(matches!(&json.value().value, GetReportAnswer::OkJson(report) if report.rows == 3), "{json:?}");
    assert_eq!(json.headers.x_rows, None);
    let csv = client.get_report().header("accept", "text/csv").await.unwrap().into_inner().value;
    assert!(matches!(&csv, GetReportAnswer::OkCsv(text) if text == "a,b"), "{csv:?}");
    for _ in 0..2 {
        let pdf = client.get_report().await.unwrap().into_inner().value;
        assert!(matches!(&pdf, GetReportAnswer::OkPdf(bytes) if bytes == "%PDF"), "{pdf:?}");
    }
    let unnamed = client.get_report().await.unwrap().into_inner().value;
    assert!(matches!(&unnamed, GetReportAnswer::OkJson(report) if report.rows == 4), "{unnamed:?}");
    let other = client.get_report().await.unwrap();
    assert!(matches!(&other.value().value, GetReportAnswer::OkCsv(text) if text == "c"), "{other:?}");
    assert_eq!(client.get_report().await.unwrap_err().kind(), ErrorKind::Decode);
    let accept = |index: usize| server.seen()[index].header("accept").to_owned();
    assert_eq!(accept(0), "application/json, application/pdf;q=0.9, text/csv;q=0.8, */*;q=0.1");
    assert_eq!(accept(1), "text/csv");
}

#[tokio::test]
async fn statuses_and_content_types_are_variants_of_one_enum() {
    let server = Server::start([
        answer(200, "image/webp", "RIFF"),
        answer(202, "application/json", r#"{"job":"j"}"#),
        answer(204, "", ""),
        answer(422, "application/problem+json", r#"{"title":"no"}"#),
        answer(404, "text/plain", "gone"),
        answer(404, "text/html", "<h1>gone</h1>"),
        answer(400, "application/problem+json", r#"{"name":"no"}"#),
    ])
    .unwrap();
    let client = client(&server);
    let mut answers = Vec::new();
    for _ in 0..3 {
        answers.push(client.get_report_later().await.unwrap().into_inner());
    }
    assert!(matches!(&answers[0], GetReportLaterAnswer::OkImage(bytes) if bytes == "RIFF"), "{answers:?}");
    assert!(matches!(&answers[1], GetReportLaterAnswer::Accepted(job) if job.job == "j"), "{answers:?}");
    assert!(matches!(&answers[2], GetReportLaterAnswer::NoContent), "{answers:?}");
    let mut errors = Vec::new();
    for _ in 0..4 {
        errors.push(client.get_report_later().await.unwrap_err());
    }
    let problem = errors[0].documented().unwrap();
    assert!(matches!(problem, GetReportLaterError::ClientErrorProblemJson(problem) if problem.title == "no"));
    for (error, text) in [(&errors[1], "gone"), (&errors[2], "<h1>gone</h1>")] {
        assert!(matches!(error.documented().unwrap(), GetReportLaterError::ClientErrorText(own) if own == text));
    }
    assert_eq!((errors[3].kind(), errors[3].status().unwrap().as_u16()), (ErrorKind::Undocumented, 400));
    assert_eq!(errors[3].body(), Some(br#"{"name":"no"}"#.as_slice()));
}

#[tokio::test]
async fn json_content_types_with_different_schemas_are_different_variants() {
    let server = Server::start([
        answer(200, "application/vnd.report.v2+json", r#"{"job":"j"}"#),
        answer(200, "application/vnd.report.v1+json", r#"{"rows":1}"#),
        answer(200, "application/json", r#"{"job":"k"}"#),
    ])
    .unwrap();
    let client = client(&server);
    let second = client.get_versions().await.unwrap().into_inner();
    assert!(matches!(&second, GetVersionsAnswer::OkVndReportV2Json(job) if job.job == "j"), "{second:?}");
    let first = client.get_versions().await.unwrap().into_inner();
    assert!(matches!(&first, GetVersionsAnswer::OkVndReportV1Json(report) if report.rows == 1), "{first:?}");
    // The content type is that of neither, so the first one that fits is used.
    let plain = client.get_versions().await.unwrap().into_inner();
    assert!(matches!(&plain, GetVersionsAnswer::OkVndReportV2Json(job) if job.job == "k"), "{plain:?}");
}

#[tokio::test]
async fn content_types_of_one_type_are_one_type() {
    let server = Server::start([
        answer(200, "text/plain", r#"{"rows":1}"#),
        answer(200, "image/png", "png"),
        answer(200, "text/csv", "a"),
    ])
    .unwrap();
    let client = client(&server);
    assert_eq!(client.get_same().await.unwrap().rows, 1);
    let picture = client.get_picture().await.unwrap();
    assert_eq!(
        (picture.value().as_ref(), &picture.headers()["content-type"]),
        (b"png".as_slice(), &"image/png".parse().unwrap())
    );
    assert_eq!(client.get_texts().await.unwrap().into_inner(), "a");
    let accepted: Vec<String> = server.seen().iter().map(|seen| seen.header("accept").to_owned()).collect();
    let expected = [
        "application/json, */*;q=0.1",
        "image/jpeg, image/png;q=0.9, */*;q=0.1",
        "application/xml, text/csv;q=0.9, text/html;q=0.8, */*;q=0.1",
    ];
    assert_eq!(accepted, expected);
}

#[tokio::test]
async fn any_content_type_is_read_by_the_one_that_is_received() {
    let server = Server::start([
        answer(200, "text/plain", "\"hello\""),
        answer(200, "application/json", "\"hello\""),
        answer(200, "", "hello"),
        answer(200, "application/octet-stream", "hello"),
        answer(200, "image/png", "png"),
        answer(200, "text/plain", r#"{"rows":1}"#),
        answer(200, "", r#"{"rows":2}"#),
    ])
    .unwrap();
    let client = client(&server);
    for text in ["\"hello\"", "hello", "hello", "hello"] {
        assert_eq!(client.get_any_text().await.unwrap().into_inner(), text);
    }
    assert_eq!(client.get_any_bytes().await.unwrap().into_inner(), "png");
    for rows in [1, 2] {
        assert_eq!(client.get_any_report().await.unwrap().rows, rows);
    }
    assert!(server.seen().iter().all(|seen| seen.header("accept") == "*/*"));
}

#[tokio::test]
async fn default_alone_is_the_type_of_successes_and_errors() {
    let server = Server::start([
        answer(201, "application/json", r#"{"rows":1}"#),
        answer(404, "application/json", r#"{"rows":0}"#),
        answer(500, "text/html", "<h1>"),
        answer(200, "text/csv", "a"),
        answer(409, "text/csv", "b"),
    ])
    .unwrap();
    let client = client(&server);
    assert_eq!(client.get_default().await.unwrap().rows, 1);
    let error = client.get_default().await.unwrap_err();
    assert_eq!((error.kind(), error.documented().unwrap().rows), (ErrorKind::Documented, 0));
    let error = client.get_default().await.unwrap_err();
    assert_eq!((error.kind(), error.body()), (ErrorKind::Undocumented, Some(b"<h1>".as_slice())));
    let answer = client.get_default_several().await.unwrap().into_inner();
    assert!(matches!(&answer, GetDefaultSeveralAnswer::DefaultCsv(text) if text == "a"), "{answer:?}");
    let error = client.get_default_several().await.unwrap_err().into_documented().unwrap();
    assert!(matches!(&error, GetDefaultSeveralError::DefaultCsv(text) if text == "b"), "{error:?}");
}

#[tokio::test]
async fn a_success_that_is_not_listed_has_the_type_of_one_that_is() {
    let server = Server::start([
        answer(201, "application/json", r#"{"rows":1}"#),
        answer(201, "application/json", r#"{"job":"j"}"#),
        answer(206, "application/json", "[]"),
    ])
    .unwrap();
    let client = client(&server);
    let made = client.make_one().await.unwrap();
    assert_eq!((made.rows, made.status().as_u16()), (1, 201));
    let made = client.make_two().await.unwrap();
    assert!(matches!(made.value(), MakeTwoAnswer::Accepted(job) if job.job == "j"), "{made:?}");
    let error = client.make_two().await.unwrap_err();
    assert_eq!((error.kind(), error.body()), (ErrorKind::Undocumented, Some(b"[]".as_slice())));
}

#[tokio::test]
async fn headers_are_read_by_their_schemas() {
    use cogen_test_apis::headers::types::{Box, GetHeadersXLimit, GetHeadersXMixedItem, GetHeadersXReset, Kind};
    let full = "x-five: 5\r\nx-word: word\r\nx-level: 2\r\nx-limit: 10\r\nx-reset: 2024-02-29T12:00:00Z\r\nx-kind: cat\r\n\
                x-kinds: cat, dog\r\nx-mixed: 1, a,2\r\nx-box: width,1.5,unit,mm,open,true\r\nx-exploded: width=2,unit=a=b\r\n\
                x-counts: a,1,b,2\r\nx-page: {\"number\":3}\r\nx-filters: [{}]\r\nx-free: 007\r\n";
    let other = "x-limit: true\r\nx-reset: 17\r\nx-box: width\r\nx-exploded: width=wide\r\nx-page: 3\r\n";
    let server = Server::start([response(200, full, ""), response(200, other, "")]).unwrap();
    let client = cogen_test_apis::headers::Client::builder().base_url(&server.url).allow_http().build().unwrap();
    let headers = client.get_headers().await.unwrap().into_inner().headers;
    assert_eq!(headers.x_five.unwrap().to_string(), "5");
    assert_eq!(headers.x_word.unwrap().to_string(), "word");
    assert_eq!(headers.x_level.unwrap().to_string(), "2");
    assert!(matches!(headers.x_limit, Some(GetHeadersXLimit::Integer(10))));
    assert!(
        matches!(&headers.x_reset, Some(GetHeadersXReset::DateTime(time)) if time.as_str() == "2024-02-29T12:00:00Z")
    );
    assert!(matches!(headers.x_kind, Some(Kind::Cat)));
    assert_eq!(headers.x_kinds.map(|kinds| kinds.len()), Some(2));
    let mixed = headers.x_mixed.unwrap();
    assert!(matches!(&mixed[1], GetHeadersXMixedItem::String(text) if text == "a") && mixed.len() == 3, "{mixed:?}");
    let open_box: Box = headers.x_box.unwrap();
    assert_eq!((open_box.width, open_box.unit.as_deref(), open_box.open), (1.5, Some("mm"), Some(true)));
    assert_eq!(headers.x_exploded.unwrap().unit.as_deref(), Some("a=b"));
    assert_eq!(headers.x_counts.unwrap().values().sum::<i64>(), 3);
    assert_eq!(headers.x_page.unwrap().number, 3);
    assert_eq!((headers.x_filters.as_deref(), headers.x_free.as_deref()), (Some("[{}]"), Some("007")));
    let headers = client.get_headers().await.unwrap().into_inner().headers;
    assert!(matches!(headers.x_limit, Some(GetHeadersXLimit::Boolean(true))));
    assert!(matches!(headers.x_reset, Some(GetHeadersXReset::Integer(17))));
    assert!(headers.x_box.is_none() && headers.x_exploded.is_none() && headers.x_page.is_none());
}
