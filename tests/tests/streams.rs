//! Event streams and streams of JSON texts, as a generated client reads them from a server on the loopback interface.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use cogen_runtime::{EventStream, ItemStream, Reconnect, Retry, StreamError, StreamErrorKind};
use cogen_test_apis::streams::Client;
use cogen_test_apis::streams::operations::chat::ChatAnswer;
use cogen_test_apis::streams::types::{Change, ChatBody, Tick};
use cogen_tests::loopback::{Response, Server, response, streamed};
use std::time::Duration;

const EVENTS: &str = "text/event-stream; charset=utf-8";

fn client(server: &Server) -> Client {
    Client::builder().base_url(&server.url).allow_http().retry(Retry::none()).build().unwrap()
}

/// All items of a stream; an error as its kind, with the text of the item.
macro_rules! all {
    ($stream:expr, $map:expr) => {{
        let (mut stream, mut found) = ($stream, Vec::new());
        while let Some(item) = stream.next().await {
            found.push(item.map($map).map_err(kind_and_text));
        }
        found
    }};
}

fn kind_and_text(error: StreamError) -> (StreamErrorKind, Option<String>) {
    (error.kind(), error.text().map(str::to_owned))
}

type Found<T> = Vec<Result<T, (StreamErrorKind, Option<String>)>>;

fn decode<T>(text: &str) -> Result<T, (StreamErrorKind, Option<String>)> {
    Err((StreamErrorKind::Decode, Some(text.to_owned())))
}

#[tokio::test]
async fn the_data_of_an_event_has_the_documented_type() {
    let body: &[u8] = b"\xEF\xBB\xBF: hello\nid: 1\ndata: {\"n\":1}\n\nevent: tick\r\ndata: {\"n\":\rdata: 2}\r\r\ndata: late\n\nretry: 20\ndata: {\"n\":3}\n\ndata: {\"n\":4}\n";
    let halves = body.split_at(31);
    let parts: Vec<&[u8]> = body.chunks(1).collect();
    let server =
        Server::start([streamed(EVENTS, &[body]), streamed(EVENTS, &[halves.0, halves.1]), streamed(EVENTS, &parts)])
            .unwrap();
    let client = client(&server);
    for _ in 0..3 {
        let response = client.list_data().await.unwrap();
        assert_eq!(response.headers.x_run, None);
        let mut events: EventStream<Tick> = response.into_inner().value;
        let first = events.next().await.unwrap().unwrap();
        assert_eq!((first.n, first.event.as_str(), first.id.as_str(), first.retry), (1, "message", "1", None));
        let second = events.next().await.unwrap().unwrap();
        assert_eq!((second.n, second.event.as_str(), second.id.as_str()), (2, "tick", "1"));
        let late = events.next().await.unwrap().unwrap_err();
        assert_eq!((late.kind(), late.text()), (StreamErrorKind::Decode, Some("late")));
        assert!(!format!("{late} {late:?}").contains("late"));
        let third = events.next().await.unwrap().unwrap();
        assert_eq!((third.n, third.retry), (3, Some(Duration::from_millis(20))));
        assert!(events.next().await.is_none() && events.next().await.is_none());
        assert_eq!(events.last_event_id(), "1");
    }
    assert_eq!(server.seen()[0].header("accept"), "text/event-stream, */*;q=0.1");
}

#[tokio::test]
async fn an_event_that_is_described_as_an_object_has_its_fields() {
    let body: &[u8] = b"event: tick\nid: 7\nretry: 100\ndata: {\"n\":1}\n\ndata: {\"n\":2}\n\n";
    let changes: &[u8] =
        b"event: added\ndata: {\"n\":1}\n\nevent: removed\ndata: 42\n\ndata: [DONE]\n\nevent: other\ndata: x\n\n";
    let server =
        Server::start([streamed(EVENTS, &[body]), streamed(EVENTS, &[body]), streamed(EVENTS, &[changes])]).unwrap();
    let client = client(&server);
    let ticks: Found<_> = all!(client.list_ticks().await.unwrap().into_inner(), |event| {
        let value = event.value;
        (value.event, value.id, value.retry, value.data.n)
    });
    let first = (Some("tick".to_owned()), Some("7".to_owned()), Some(100), 1);
    assert_eq!(ticks, [Ok(first), Ok((None, None, None, 2))]);
    let objects: Found<_> =
        all!(client.list_objects().await.unwrap().into_inner(), |event| (event.event.clone(), event.value.data.n));
    assert_eq!(objects, [Ok(("tick".to_owned(), 1)), Ok(("message".to_owned(), 2))]);
    let changes: Found<_> = all!(client.list_changes().await.unwrap().into_inner(), |event| match event.value {
        Change::Added(added) => format!("added {}", added.data.n),
        Change::Removed(removed) => format!("removed {}", removed.data),
        Change::Done(_) => "done".to_owned(),
        other => format!("{other:?}"),
    });
    let changes: Vec<String> = changes.into_iter().map(Result::unwrap).collect();
    assert_eq!(changes[..3], ["added 1", "removed 42", "done"]);
    assert!(matches!(&changes[3], other if other.contains("event: \"other\"")), "{changes:?}");
}

/// The schema of the response is an array of events, and not of their data.
#[tokio::test]
async fn an_array_of_events_describes_each_event() {
    use cogen_test_apis::streams::types::ListEventsEvent;
    let body: &[u8] = b"event: tick\nid: 7\ndata: {\"n\":1}\n\nevent: end\ndata: {\"why\":\"over\"}\n\n";
    let server = Server::start([streamed(EVENTS, &[body])]).unwrap();
    let events: Found<_> = all!(client(&server).list_events().await.unwrap().into_inner(), |event| match event.value {
        ListEventsEvent::EventTick(tick) => format!("tick {:?} {}", tick.id, tick.data.n),
        ListEventsEvent::EventEnd(end) => format!("end {}", end.data.why),
        other => format!("{other:?}"),
    });
    assert_eq!(events, [Ok("tick Some(\"7\") 1".to_owned()), Ok("end over".to_owned())]);
}

#[tokio::test]
async fn events_of_text_free_json_and_lists() {
    let body: &[u8] = b"data: \"a\"\n\ndata\n\ndata: {\"n\":1}\ndata\n\n";
    let script = || streamed(EVENTS, &[body]);
    let server = Server::start([script(), script(), script(), script(), script()]).unwrap();
    let client = client(&server);
    let texts = ["\"a\"", "", "{\"n\":1}\n"].map(|text| Ok(text.to_owned()));
    assert_eq!(all!(client.list_texts().await.unwrap().into_inner(), |event| event.value), texts);
    assert_eq!(all!(client.list_untyped().await.unwrap().into_inner(), |event| event.value), texts);
    let free: Found<String> = all!(client.list_free().await.unwrap().into_inner(), |event| event.value.to_string());
    assert_eq!(free, ["\"a\"", "\"\"", "{\"n\":1}"].map(|text| Ok(text.to_owned())));
    let list: Found<i64> = all!(client.list_list().await.unwrap().into_inner(), |event| event.value.n);
    assert_eq!(list, [decode("\"a\""), decode(""), Ok(1)]);
    let through: Found<i64> = all!(client.list_through_the_gateway().await.unwrap().into_inner(), |event| event.n);
    assert_eq!(through, list);
}

#[tokio::test]
async fn lines_and_sequences_of_json() {
    let lines: &[u8] = b"{\"n\":1}\r\n\n{\"n\":\n{\"n\":2}";
    let texts: &[u8] = b"\"a\"\nb\n";
    let sequence: &[u8] = b"\x1E{\"n\":\n1}\n\x1E{\"n\"\n\x1E{\"n\":2}";
    let by_byte: Vec<&[u8]> = sequence.chunks(1).collect();
    let server = Server::start([
        streamed("application/x-ndjson", &[lines]),
        streamed("application/jsonl", &[lines]),
        streamed("application/jsonl", &[texts]),
        streamed("application/x-ndjson", &[texts]),
        streamed("application/json-seq", &by_byte),
    ])
    .unwrap();
    let client = client(&server);
    let ticks: ItemStream<Tick> = client.list_lines().await.unwrap().into_inner();
    let found: Found<i64> = all!(ticks, |tick| tick.n);
    assert_eq!(found, [Ok(1), decode("{\"n\":"), Ok(2)]);
    let found: Found<i64> = all!(client.list_line_list().await.unwrap().into_inner(), |item| item.n);
    assert_eq!(found, [Ok(1), decode("{\"n\":"), Ok(2)]);
    let found: Found<String> = all!(client.list_item_texts().await.unwrap().into_inner(), |text| text);
    assert_eq!(found, [Ok("a".to_owned()), decode("b")]);
    let found: Found<String> = all!(client.list_line_texts().await.unwrap().into_inner(), |text| text);
    assert_eq!(found, [Ok("\"a\"".to_owned()), Ok("b".to_owned())]);
    let found: Found<i64> = all!(client.list_sequence().await.unwrap().into_inner(), |tick| tick.n);
    assert_eq!(found, [Ok(1), decode("{\"n\"\n"), Ok(2)]);
}

#[tokio::test]
async fn a_large_item_is_skipped_and_a_broken_connection_is_an_error() {
    let large = format!("data: {}\n\ndata: {{\"n\":2}}\n\n", "x".repeat(100));
    let lines = format!("{}\n{{\"n\":2}}\n", "x".repeat(100));
    let cut = |body: &str, content_type: &str| -> Response {
        let head = format!("HTTP/1.1 200 X\r\ncontent-length: 9999\r\ncontent-type: {content_type}\r\n\r\n");
        vec![(head + body).into_bytes()]
    };
    let server = Server::start([cut(&large, EVENTS), cut(&lines, "application/x-ndjson")]).unwrap();
    let client = client(&server);
    let events = client.list_data().await.unwrap().into_inner().value.max_item_bytes(64);
    let expected = [Err((StreamErrorKind::TooLarge, None)), Ok(2), Err((StreamErrorKind::Transport, None))];
    assert_eq!(all!(events, |event| event.n), expected);
    let lines = client.list_lines().await.unwrap().into_inner().max_item_bytes(64);
    assert_eq!(all!(lines, |tick| tick.n), expected);
}

#[tokio::test]
async fn json_or_events_as_the_service_answers() {
    let wrong = response(400, "content-type: text/event-stream\r\n", "data: wrong\n\n");
    let json = response(200, "content-type: application/json\r\n", r#"{"n":1}"#);
    let server = Server::start([json, streamed(EVENTS, &[b"data: {\"n\":2}\n\n"]), wrong]).unwrap();
    let client = client(&server);
    let body = ChatBody::new();
    let answer = client.chat(&body).await.unwrap().into_inner();
    assert!(matches!(answer, ChatAnswer::OkJson(tick) if tick.n == 1));
    let ChatAnswer::OkEventStream(events) = client.chat(&body).await.unwrap().into_inner() else { panic!("no stream") };
    assert_eq!(all!(events, |event| event.n), [Ok(2)]);
    let error = client.chat(&body).await.unwrap_err();
    assert_eq!(error.documented().map(AsRef::as_ref), Some(b"data: wrong\n\n".as_slice()));
}

#[tokio::test]
async fn a_stream_is_continued_with_the_last_id() {
    let broken = "HTTP/1.1 200 X\r\ncontent-length: 999\r\ncontent-type: text/event-stream\r\n\r\ndata: {\"n\":2}\nid: b\n\ndata: {\"n\":9}\n";
    let server = Server::start([
        streamed(EVENTS, &[b"retry: 5\nid: \xC3\xA4\ndata: {\"n\":1}\n\n"]),
        vec![broken.as_bytes().to_vec()],
        streamed(EVENTS, &[b"data: {\"n\":3}\n\n"]),
        response(204, "", ""),
    ])
    .unwrap();
    let client = client(&server);
    let policy = Reconnect::standard().longest_pause(Duration::from_millis(50));
    let mut events = client.list_data().reconnect(policy);
    let mut found = Vec::new();
    while let Some(event) = events.next().await {
        let event = event.unwrap();
        found.push((event.n, event.id.clone()));
    }
    assert_eq!(found, [(1, "ä".to_owned()), (2, "b".to_owned()), (3, "b".to_owned())]);
    assert_eq!(events.last_event_id(), "b");
    assert!(events.next().await.is_none());
    let ids: Vec<String> = server.seen().iter().map(|seen| seen.header("last-event-id").to_owned()).collect();
    assert_eq!(ids, ["", "ä", "b", "b"]);
}

#[tokio::test]
async fn a_stream_is_not_continued_after_an_error_status() {
    let server = Server::start([
        streamed(EVENTS, &[b"retry: 1\n\n"]),
        response(404, "content-type: application/json\r\n", r#"{"why":"gone"}"#),
        response(200, "content-type: text/html\r\n", "<html>"),
    ])
    .unwrap();
    let client = client(&server);
    let mut events = client.list_data().reconnect(Reconnect::standard());
    let error = events.next().await.unwrap().unwrap_err();
    let call = error.call().unwrap();
    assert_eq!((error.kind(), call.status().unwrap().as_u16()), (StreamErrorKind::Call, 404));
    assert_eq!(call.body(), Some(br#"{"why":"gone"}"#.as_slice()));
    assert!(events.next().await.is_none());
    let mut html = client.list_data().reconnect(Reconnect::standard());
    assert_eq!(html.next().await.unwrap().unwrap_err().kind(), StreamErrorKind::NotEvents);
    // The server has ended: the connections fail, and the pause between them is bounded.
    let policy = Reconnect::standard().first_pause(Duration::from_millis(1)).attempts(3);
    let mut none = client.list_data().timeout(Duration::from_millis(200)).reconnect(policy);
    assert_eq!(none.next().await.unwrap().unwrap_err().kind(), StreamErrorKind::Call);
    assert!(none.next().await.is_none());
}

#[tokio::test]
async fn the_raw_body_of_every_call_can_be_streamed() {
    let server = Server::start([
        streamed("application/json", &[b"{\"n\":", b"1}"]),
        response(203, "x-more: 1\r\n", "anything"),
        response(400, "content-type: text/event-stream\r\n", "wrong"),
    ])
    .unwrap();
    let client = client(&server);
    let body = ChatBody::new();
    let mut stream = client.chat(&body).send_streaming().await.unwrap().into_inner();
    let mut all = Vec::new();
    while let Some(chunk) = stream.chunk().await.unwrap() {
        all.extend_from_slice(&chunk);
    }
    assert_eq!(all, b"{\"n\":1}");
    let other = client.chat(&body).send_streaming().await.unwrap();
    assert_eq!((other.status().as_u16(), &other.headers()["x-more"]), (203, &"1".parse().unwrap()));
    let error = client.chat(&body).send_streaming().await.unwrap_err();
    assert_eq!(error.documented().map(AsRef::as_ref), Some(b"wrong".as_slice()));
}
