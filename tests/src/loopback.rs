//! A server on the loopback interface that answers by script and records the requests.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// A request as received.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The method.
    pub method: String,
    /// The path with the query.
    pub target: String,
    /// The headers, their names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

impl Seen {
    /// The value of a header; empty without it.
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value)
    }
}

/// A response: the bytes of its head and body, sent in these parts.
pub type Response = Vec<Vec<u8>>;

/// A response with a status, headers (`a: b\r\n` each) and a body.
pub fn response(status: u16, headers: &str, body: &str) -> Response {
    let length = body.len();
    let head = format!("HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n");
    vec![(head + body).into_bytes()]
}

/// A response of a content type, whose body is sent in parts and ends with the connection.
pub fn streamed(content_type: &str, parts: &[&[u8]]) -> Response {
    let head = format!("HTTP/1.1 200 X\r\nconnection: close\r\ncontent-type: {content_type}\r\n\r\n").into_bytes();
    std::iter::once(head).chain(parts.iter().map(|part| part.to_vec())).collect()
}

/// The server. It answers each connection with the next response of the script, and then no more.
pub struct Server {
    /// Its base URL.
    pub url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    /// Starts it on a free port.
    ///
    /// # Errors
    /// There is no free port.
    pub fn start(script: impl IntoIterator<Item = Response>) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let url = format!("http://{}", listener.local_addr()?);
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (all, mut script) = (Arc::clone(&seen), script.into_iter().collect::<VecDeque<_>>());
        thread::spawn(move || {
            while let Some(response) = script.pop_front() {
                let Ok((stream, _)) = listener.accept() else { return };
                let Some(request) = read(&stream) else { continue };
                locked(&all).push(request);
                thread::spawn(move || send(&stream, &response));
            }
        });
        Ok(Self { url, seen })
    }

    /// The requests so far.
    pub fn seen(&self) -> Vec<Seen> {
        locked(&self.seen).clone()
    }
}

fn locked(seen: &Mutex<Vec<Seen>>) -> MutexGuard<'_, Vec<Seen>> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

fn send(mut stream: &TcpStream, parts: &[Vec<u8>]) {
    let _ = stream.set_nodelay(true);
    for (index, part) in parts.iter().enumerate() {
        if index > 1 {
            thread::sleep(Duration::from_millis(2));
        }
        if stream.write_all(part).is_err() {
            return;
        }
    }
}

fn read(stream: &TcpStream) -> Option<Seen> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split(' ').map(str::to_owned);
    let (method, target) = (words.next()?, words.next()?);
    let mut headers = Vec::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim_end().split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut seen = Seen { method, target, headers, body: String::new() };
    let mut body = vec![0; seen.header("content-length").parse().unwrap_or(0)];
    reader.read_exact(&mut body).ok()?;
    seen.body = String::from_utf8_lossy(&body).into_owned();
    Some(seen)
}
