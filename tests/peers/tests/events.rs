//! Random event streams in random chunks: the runtime reads the events that the `EventSource` of Node.js reads.
//!
//! `COGEN_SEED` sets the first seed, `COGEN_CASES` the number of streams (default 300).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use cogen_runtime::__rt::v1 as rt;
use cogen_test_peers::{EventStreams, skipped};

static API: rt::Api = rt::Api { name: "events", base_url: None, schemes: &[] };
static STREAM: rt::Operation =
    rt::Operation::new("stream", "GET", "/stream", rt::OPEN, None, &[rt::ok(200, rt::EVENT_TEXTS)]);
static EVENTS: rt::Operation = rt::Operation::new("events", "GET", "/events", rt::OPEN, None, &[rt::ok(200, rt::ANY)]);

/// The types of events that the script listens to.
const TYPES: [&str; 3] = ["message", "added", "removed"];

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().expect(name))
}

fn request<'c>(core: &'c rt::Core, operation: &'static rt::Operation, seed: u64) -> rt::Request<'c> {
    let mut request = rt::Request::new(core, operation);
    request.path_text(operation.path);
    request.query("seed", rt::FORM, seed.to_string().as_str());
    request
}

#[tokio::test]
async fn events_are_those_that_another_implementation_reads() {
    if skipped() {
        return;
    }
    let server = EventStreams::start().unwrap();
    let core = rt::CoreBuilder::new(&API).base_url(server.url()).allow_http().build().unwrap();
    let (first, cases) = (number("COGEN_SEED", 1), number("COGEN_CASES", 300));
    let mut count = 0;
    for seed in first..first + cases {
        let expected = request(&core, &EVENTS, seed).send::<rt::Any, rt::Undocumented>().await.unwrap().into_inner();
        let stream = request(&core, &STREAM, seed).send::<rt::EventStream<String>, rt::Undocumented>();
        let mut stream = stream.await.unwrap().into_inner();
        let mut found = Vec::new();
        while let Some(event) = stream.next().await {
            let event = event.unwrap();
            if TYPES.contains(&event.event.as_str()) {
                found.push(rt::serde_json::json!({"type": event.event, "data": event.value, "id": event.id}));
            }
        }
        assert_eq!(rt::Any::Array(found), expected, "seed {seed}");
        count += expected.as_array().unwrap().len();
    }
    println!("{cases} streams, {count} events");
    assert!(count as u64 > cases, "{count} events");
}
