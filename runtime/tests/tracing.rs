//! What is sent to `tracing`: allow-listed fields, and no secret at any level from any dependency.
#![cfg(feature = "tracing")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use cogen_runtime::__rt::v1 as rt;
use cogen_runtime::{AccessToken, ApiKey, Retry, grant};
use std::fmt::{Debug, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use support::*;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Records all spans and events of all crates, at all levels.
#[derive(Clone, Default)]
struct Everything {
    lines: Arc<Mutex<Vec<String>>>,
    spans: Arc<AtomicU64>,
}

impl Everything {
    fn note(&self, what: &str, id: u64, metadata: Option<&Metadata<'_>>, record: impl FnOnce(&mut Line)) {
        let mut line = Line(format!("{what} {id}"));
        if let Some(metadata) = metadata {
            let _ = write!(line.0, " {} {}", metadata.target(), metadata.name());
        }
        record(&mut line);
        self.lines.lock().unwrap().push(line.0);
    }

    fn ours(&self) -> Vec<String> {
        let lines = self.lines.lock().unwrap();
        lines.iter().filter(|line| line.contains(" cogen_runtime::") || line.starts_with("record")).cloned().collect()
    }
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = write!(self.0, " {field}={value:?}");
    }
}

impl Subscriber for Everything {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let id = self.spans.fetch_add(1, Ordering::Relaxed) + 1;
        self.note("span", id, Some(span.metadata()), |line| span.record(line));
        Id::from_u64(id)
    }
    fn record(&self, span: &Id, values: &Record<'_>) {
        self.note("record", span.into_u64(), None, |line| values.record(line));
    }
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        self.note("event", 0, Some(event.metadata()), |line| event.record(line));
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[test]
fn r04_a_call_is_described_without_its_secrets() {
    let seen = Everything::default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    tracing::subscriber::with_default(seen.clone(), || {
        runtime.block_on(async {
            let busy = reply(503, "retry-after: 0\r\nset-cookie: canary\r\n", "canary");
            let denied = reply(403, "x-amzn-requestid: id-1\r\nx-amzn-errortype: AccessDeniedException\r\n", "canary");
            let server = Server::start([busy, json(200, r#"{"name":"canary"}"#), denied]).await;
            let token = AccessToken::<PetPool, grant![Read]>::from_jwt(token("access", "pets/read", "canary")).unwrap();
            let core = builder(&server)
                .retry(Retry::standard().first_pause(Duration::from_millis(1)))
                .slot(POOL, token)
                .slot(KEY, ApiKey::new("canary"))
                .slot(QUERY_KEY, ApiKey::new("canary"))
                .slot(COOKIE_KEY, ApiKey::new("canary"))
                .build()
                .unwrap();
            let mut request = rt::Request::new(&core, &WITH_BOTH);
            request.path_text("/pets/");
            request.path_param("id", rt::SIMPLE, "canary");
            request.query("q", rt::FORM, "canary");
            call::<rt::Any, rt::Any>(request).header("x-own", "canary").await.unwrap();
            get(&core, &WITH_QUERY_KEY).await.unwrap_err();
            get(&core, &WITH_COOKIE_KEY).await.unwrap();
        });
    });
    let ours = seen.ours();
    let first = "span 1 cogen_runtime::call cogen.call operation=\"get_pet\" method=\"GET\" path=\"/pets/{id}\"";
    assert!(ours.iter().any(|line| line.ends_with(first.split_once("span 1").unwrap().1)), "{ours:#?}");
    let has = |part: &str| assert!(ours.iter().any(|line| line.contains(part)), "{part}: {ours:#?}");
    for part in ["attempts=2", "status=200", "status=403", "error=Gateway", "duration_ms=", "request_id=id-1"] {
        has(part);
    }
    has("attempt=1 status=503 error=Undocumented pause_ms=");

    let all = seen.lines.lock().unwrap();
    let leak: Vec<_> = all.iter().filter(|line| line.contains("canary") && ours.contains(line)).collect();
    assert!(leak.is_empty(), "{leak:#?}");
    // Dependencies mark what is sensitive. The paths and queries that they log contain an API key only if the API
    // itself requires it in the query.
    let token = token("access", "pets/read", "canary");
    let token = token.split('.').next().unwrap();
    assert!(!all.iter().any(|line| line.contains(token)), "a token is in the log of a dependency");
}
