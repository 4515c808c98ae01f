//! A small API as the generator would write it, and a server that responds by script and records the requests.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use base64::Engine as _;
use cogen_runtime::__rt::v1 as rt;
use std::collections::VecDeque;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub enum Api {}

pub enum PetPool {}

pub const ISSUER: &str = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbC123";

impl rt::Pool for PetPool {
    type Api = Api;
    const NAME: &'static str = "PetPool";
    const ISSUERS: &'static [&'static str] = &[ISSUER];
    const REGION: Option<&'static str> = Some("us-east-1");
    const POOL_ID: Option<&'static str> = Some("us-east-1_AbC123");
    const APP_CLIENT_ID: Option<&'static str> = None;
    const DOMAIN: Option<&'static str> = None;
}

pub enum Read {}
pub enum Write {}

impl rt::GeneratedScope for Read {
    type Id = (rt::No, ());
}

impl rt::GeneratedScope for Write {
    type Id = (rt::Yes, ());
}

impl rt::Scope<Api> for Read {
    const NAME: &'static str = "pets/read";
}

impl rt::Scope<Api> for Write {
    const NAME: &'static str = "pets/write";
}

pub const POOL: usize = 0;
pub const KEY: usize = 1;
pub const QUERY_KEY: usize = 2;
pub const COOKIE_KEY: usize = 3;
pub const LAMBDA: usize = 4;
pub const IAM: usize = 5;
pub const BASIC: usize = 6;

const fn scheme(
    name: &'static str,
    kind: rt::SchemeKind,
    sources: &'static [rt::Location],
    prefix: &'static str,
) -> rt::Scheme {
    rt::Scheme { name, kind, sources, prefix, issuers: &[], region: None }
}

pub static API: rt::Api = rt::Api {
    name: "petstore",
    base_url: None,
    schemes: &[
        scheme("PetPool", rt::SchemeKind::Token, &[rt::Location::Header("Authorization")], "Bearer "),
        scheme("api_key", rt::SchemeKind::ApiKey, &[rt::Location::Header("x-api-key")], ""),
        scheme("query_key", rt::SchemeKind::ApiKey, &[rt::Location::Query("key")], ""),
        scheme("cookie_key", rt::SchemeKind::ApiKey, &[rt::Location::Cookie("session")], ""),
        scheme(
            "PetAuthorizer",
            rt::SchemeKind::Values,
            &[rt::Location::Header("X-Tenant"), rt::Location::Query("token")],
            "",
        ),
        scheme("sigv4", rt::SchemeKind::Iam, &[], ""),
        scheme("basic", rt::SchemeKind::Basic, &[], ""),
    ],
};

pub const fn need(slot: usize, token: Option<rt::TokenKind>, scopes: &'static [&'static str]) -> rt::Need {
    rt::Need { slot, token, scopes, all: false }
}

const RESPONSES: &[rt::Documented] = &[rt::ok(200, rt::JSON), rt::fails(404, rt::JSON)];

/// An operation that responds with JSON and 200, documents a 404, and requires `needs`.
pub const fn operation(needs: rt::Needs) -> rt::Operation {
    rt::Operation {
        name: "get_pet",
        method: "GET",
        path: "/pets/{id}",
        needs,
        accept: Some("application/json"),
        responses: RESPONSES,
        idempotency: None,
    }
}

pub static OPEN: rt::Operation = operation(rt::OPEN);
pub static WITH_ID: rt::Operation = operation(&[&[need(POOL, Some(rt::TokenKind::Id), &[])]]);
pub static WITH_SCOPE: rt::Operation =
    operation(&[&[need(POOL, Some(rt::TokenKind::Access), &["pets/write", "pets/admin"])]]);
pub static WITH_KEY: rt::Operation = operation(&[&[need(KEY, None, &[])]]);
pub static WITH_QUERY_KEY: rt::Operation = operation(&[&[need(QUERY_KEY, None, &[])]]);
pub static WITH_COOKIE_KEY: rt::Operation = operation(&[&[need(COOKIE_KEY, None, &[])]]);
pub static WITH_LAMBDA: rt::Operation = operation(&[&[need(LAMBDA, None, &[])]]);
pub static WITH_IAM: rt::Operation = operation(&[&[need(IAM, None, &[])]]);
pub static WITH_BASIC: rt::Operation = operation(&[&[need(BASIC, None, &[])]]);
pub static WITH_BOTH: rt::Operation =
    operation(&[&[need(POOL, Some(rt::TokenKind::Access), &["pets/read"]), need(KEY, None, &[])]]);
pub static EITHER_OR_NONE: rt::Operation =
    operation(&[&[], &[need(POOL, Some(rt::TokenKind::Access), &["pets/write"])], &[need(KEY, None, &[])]]);

rt::calls!();

/// An operation that returns `T`, and fails with `E`.
pub struct Typed<T, E>(PhantomData<(T, E)>);

impl<T: rt::ReadResponse, E: rt::ReadResponse> rt::OperationTypes for Typed<T, E> {
    type Success = T;
    type Error = E;
}

impl<T, E> rt::NoBodySetter for Typed<T, E> {}

impl<T, E> rt::UndescribedRequest for Typed<T, E> {}

/// A call of an operation with these types.
pub fn call<T, E>(request: rt::Request<'_>) -> Call<'_, Typed<T, E>> {
    Call::new(request)
}

/// A call as generated code creates it.
pub fn get<'c>(core: &'c rt::Core, operation: &'static rt::Operation) -> Call<'c, Typed<rt::Any, rt::Any>> {
    let mut request = rt::Request::new(core, operation);
    request.path_text("/pets/7");
    call(request)
}

pub fn post<'c>(
    core: &'c rt::Core,
    operation: &'static rt::Operation,
    body: impl Into<rt::RequestBody>,
) -> Call<'c, Typed<rt::Any, rt::Any>> {
    let mut request = rt::Request::new(core, operation);
    request.any_method(rt::http::Method::POST);
    request.path_text("/pets");
    request.bytes("application/octet-stream", body);
    call(request)
}

/// A client that makes one attempt; `retries.rs` tests retries.
pub fn builder(server: &Server) -> rt::CoreBuilder {
    rt::CoreBuilder::new(&API).base_url(format!("http://{}/prod", server.address)).allow_http().retry(rt::Retry::none())
}

pub fn core(server: &Server) -> rt::Core {
    builder(server).build().unwrap()
}

/// A token of the user pool that expires in an hour; its signature is `signature`.
pub fn token(token_use: &str, scope: &str, signature: &str) -> String {
    token_of(ISSUER, token_use, scope, signature)
}

/// The same for any issuer.
pub fn token_of(issuer: &str, token_use: &str, scope: &str, signature: &str) -> String {
    let end = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() + 3600;
    let claims = format!(r#"{{"iss":"{issuer}","token_use":"{token_use}","sub":"u","exp":{end},"scope":"{scope}"}}"#);
    let base64 = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    format!("{}.{}.{signature}", base64.encode(r#"{"alg":"RS256"}"#), base64.encode(claims))
}

/// A request as the server received it.
#[derive(Clone, Debug)]
pub struct Seen {
    pub method: String,
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Seen {
    /// All values of a header.
    pub fn header(&self, name: &str) -> Vec<&str> {
        let matching = self.headers.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name));
        matching.map(|(_, value)| value.as_str()).collect()
    }
}

/// What the server sends.
#[derive(Clone, Debug)]
pub enum Reply {
    /// These bytes, then it closes the connection.
    Bytes(Vec<u8>),
    /// A head, and then one byte of a body per interval.
    Drip(Duration),
    /// A head, and then an endless body.
    Flood,
    /// Nothing.
    Silence,
}

/// A response with a status, headers (`a: b\r\n` each) and a body.
pub fn reply(status: u16, headers: &str, body: impl AsRef<[u8]>) -> Reply {
    let body = body.as_ref();
    let mut bytes =
        format!("HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n", body.len())
            .into_bytes();
    bytes.extend_from_slice(body);
    Reply::Bytes(bytes)
}

pub fn json(status: u16, body: &str) -> Reply {
    reply(status, "content-type: application/json\r\n", body)
}

/// A server on the loopback interface that responds by script; after the script it responds `{}`.
pub struct Server {
    pub address: std::net::SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    pub async fn start(script: impl IntoIterator<Item = Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let script = Arc::new(Mutex::new(script.into_iter().collect::<VecDeque<_>>()));
        let (remembered, script) = (Arc::clone(&seen), Arc::clone(&script));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&remembered), Arc::clone(&script)));
            }
        });
        Self { address, seen }
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub fn only(&self) -> Seen {
        let seen = self.seen();
        assert_eq!(seen.len(), 1, "{seen:?}");
        seen.into_iter().next().unwrap()
    }
}

async fn serve(mut stream: TcpStream, seen: Arc<Mutex<Vec<Seen>>>, script: Arc<Mutex<VecDeque<Reply>>>) {
    let Some(request) = read(&mut stream).await else {
        return;
    };
    seen.lock().unwrap().push(request);
    let next = script.lock().unwrap().pop_front();
    let head = b"HTTP/1.1 200 X\r\nconnection: close\r\ncontent-type: application/json\r\n\r\n";
    match next.unwrap_or_else(|| json(200, "{}")) {
        Reply::Bytes(bytes) => drop(stream.write_all(&bytes).await),
        Reply::Silence => tokio::time::sleep(Duration::from_secs(60)).await,
        Reply::Flood => {
            let block = vec![b' '; 64 * 1024];
            let _ = stream.write_all(head).await;
            while stream.write_all(&block).await.is_ok() {}
        }
        Reply::Drip(pause) => {
            let _ = stream.write_all(head).await;
            while stream.write_all(b" ").await.is_ok() {
                tokio::time::sleep(pause).await;
            }
        }
    }
}

async fn read(stream: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break at;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let (method, target) = (first.next()?.to_owned(), first.next()?.to_owned());
    let headers: Vec<_> = lines
        .filter_map(|line| line.split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned())))
        .collect();
    let mut seen = Seen { method, target, headers, body: bytes.split_off(end + 4) };
    let chunked = seen.header("transfer-encoding") == ["chunked"];
    let length = seen.header("content-length").first().map_or(0, |length| length.parse().unwrap());
    while if chunked { !seen.body.ends_with(b"0\r\n\r\n") } else { seen.body.len() < length } {
        if stream.read_buf(&mut seen.body).await.ok()? == 0 {
            return None;
        }
    }
    Some(seen)
}

/// A stream of one chunk.
pub struct OneChunk(pub Option<rt::Bytes>);

impl futures_core::Stream for OneChunk {
    type Item = Result<rt::Bytes, std::io::Error>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Ready(self.0.take().map(Ok))
    }
}
