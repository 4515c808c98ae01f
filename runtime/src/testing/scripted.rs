//! A server for tests: it records the requests, and responds as the test specifies.

#![allow(clippy::unwrap_used, clippy::expect_used)]
#![allow(dead_code, reason = "the tests of each feature use a part of it")]

use serde_json::json;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// A received request.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub path: String,
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

impl Sent {
    /// The operation of the user-pool API.
    pub(crate) fn operation(&self) -> &str {
        self.headers.get("x-amz-target").and_then(|target| target.rsplit('.').next()).unwrap_or_default()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// A text in the JSON body, by its path.
    pub(crate) fn text(&self, pointer: &str) -> Option<String> {
        self.json().pointer(pointer)?.as_str().map(str::to_owned)
    }
}

/// A response: status and body. Status 0 closes the connection without a response.
pub(crate) type Reply = (u16, String);

/// An error of the user-pool API.
pub(crate) fn fails(code: &str, message: &str) -> Reply {
    (400, json!({"__type": code, "message": message}).to_string())
}

/// The delay and the response to a request.
type ReadResponse = dyn Fn(&Sent) -> (Duration, Reply) + Send + Sync;

/// A server, which ends with its runtime.
#[derive(Clone)]
pub(crate) struct Scripted {
    pub url: String,
    sent: Arc<Mutex<Vec<Sent>>>,
}

impl Scripted {
    pub(crate) async fn start(answer: impl Fn(&Sent) -> Reply + Send + Sync + 'static) -> Self {
        Self::start_slow(|_| Duration::ZERO, answer).await
    }

    /// Starts a server with delayed responses.
    pub(crate) async fn start_slow(
        delay: impl Fn(&Sent) -> Duration + Send + Sync + 'static,
        answer: impl Fn(&Sent) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", socket.local_addr().unwrap());
        let server = Self { url, sent: Arc::default() };
        let answer: Arc<ReadResponse> = Arc::new(move |sent: &Sent| (delay(sent), answer(sent)));
        let kept = server.sent.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = socket.accept().await {
                tokio::spawn(serve(stream, kept.clone(), answer.clone()));
            }
        });
        server
    }

    /// The requests so far.
    pub(crate) fn sent(&self) -> Vec<Sent> {
        self.sent.lock().unwrap().clone()
    }

    /// The operations of the requests so far.
    pub(crate) fn operations(&self) -> Vec<String> {
        self.sent().iter().map(|sent| sent.operation().to_owned()).collect()
    }
}

async fn serve(mut stream: TcpStream, kept: Arc<Mutex<Vec<Sent>>>, answer: Arc<ReadResponse>) -> Option<()> {
    let mut bytes = Vec::new();
    let mut part = vec![0; 65536];
    let (head, mut body) = loop {
        let length = stream.read(&mut part).await.ok().filter(|length| *length > 0)?;
        bytes.extend_from_slice(&part[..length]);
        if let Some(end) = bytes.windows(4).position(|end| end == b"\r\n\r\n") {
            break (String::from_utf8(bytes[..end].to_vec()).ok()?, bytes[end + 4..].to_vec());
        }
    };
    let mut lines = head.lines();
    let path = lines.next()?.split(' ').nth(1)?.to_owned();
    let headers: BTreeMap<_, _> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let expected = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    while body.len() < expected {
        let length = stream.read(&mut part).await.ok().filter(|length| *length > 0)?;
        body.extend_from_slice(&part[..length]);
    }
    let sent = Sent { path, headers, body: String::from_utf8(body).ok()? };
    kept.lock().unwrap().push(sent.clone());
    let (delay, (status, text)) = answer(&sent);
    tokio::time::sleep(delay).await;
    if status == 0 {
        return None;
    }
    let reply = format!(
        "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nx-amzn-requestid: test-request\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{text}",
        text.len()
    );
    stream.write_all(reply.as_bytes()).await.ok()
}
