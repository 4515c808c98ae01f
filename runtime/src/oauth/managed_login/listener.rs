//! A listener on this machine for the redirect of managed login (RFC 8252, section 7.3).

use crate::auth::error::{AuthError, AuthErrorKind};
use crate::oauth::managed_login::redirect::Redirect;
use crate::oauth::managed_login::returned::{OPERATION, Returned};
use crate::secret::Secret;
use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::task::Poll;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::timeout;

/// A listener for one redirect, on each loopback address that the host of the redirect can mean.
#[derive(Debug)]
pub(super) struct Listener {
    sockets: Vec<TcpListener>,
    redirect: Redirect,
}

impl Listener {
    /// Listens at the first of the redirect URLs whose port is free. They must be on this machine. Port 0 is any free port.
    pub(super) async fn bind(redirects: &[Redirect]) -> Result<Self, AuthError> {
        let mut failures = Vec::new();
        for redirect in redirects {
            let (addresses, port) = redirect.on_this_machine()?;
            match listen(addresses, port).await {
                Ok((sockets, port)) => return Ok(Self { sockets, redirect: redirect.clone().at_port(port) }),
                Err(failure) => failures.push(failure),
            }
        }
        let detail = format!(
            "{}. Stop the program that uses it, or register another callback URL with the app client and add it to `redirects`",
            failures.join("; ")
        );
        Err(AuthError::because(AuthErrorKind::Configuration, OPERATION, detail))
    }

    /// The redirect URL with its actual port.
    pub(super) fn redirect(&self) -> &Redirect {
        &self.redirect
    }

    /// Waits for the request with this `state`. Other requests are refused, since any program and any web page on this machine can send
    /// some.
    pub(super) async fn wait(self, state: &Secret) -> Returned {
        let path = self.redirect.path().to_owned();
        let mut idle = IdleConnections::default();
        let mut replies = JoinSet::new();
        loop {
            tokio::select! {
                visitor = accept(&self.sockets) => match visitor {
                    Ok(stream) => idle.add(stream),
                    // A closed connection or a lack of sockets must not end the sign-in.
                    Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
                },
                Some(read) = idle.reading.join_next() => {
                    let Ok(Some((stream, head))) = read else { continue };
                    match judge(&head, &path, state) {
                        Ok(returned) => {
                            reply(stream, "200 OK", returned.page()).await;
                            return returned;
                        }
                        Err((status, text)) => {
                            replies.spawn(reply(stream, status, text));
                        }
                    }
                }
                Some(_) = replies.join_next() => {}
            }
        }
    }
}

/// The connections whose request is not complete.
#[derive(Default)]
struct IdleConnections {
    reading: JoinSet<Option<(TcpStream, String)>>,
    oldest_first: VecDeque<AbortHandle>,
}

impl IdleConnections {
    /// Reads the request of a connection. The oldest ones are closed above the limit, so that connections without a request do not keep
    /// out the browser, which sends its request at once.
    fn add(&mut self, stream: TcpStream) {
        self.oldest_first.retain(|task| !task.is_finished());
        while self.oldest_first.len() >= MAX_CONNECTIONS {
            if let Some(oldest) = self.oldest_first.pop_front() {
                oldest.abort();
            }
        }
        self.oldest_first.push_back(self.reading.spawn(read_request(stream)));
    }
}

/// Listens at one port of all these addresses, and returns the port.
///
/// # Errors
/// Returns the address that can't be listened on. One that this machine does not have is left out.
async fn listen(addresses: &[IpAddr], port: u16) -> Result<(Vec<TcpListener>, u16), String> {
    let mut failure = String::new();
    // A port that is free at one address can be in use at the other.
    for _ in 0..if port == 0 { FREE_PORT_TRIES } else { 1 } {
        match listen_once(addresses, port).await {
            Ok(listening) => return Ok(listening),
            Err(why) => failure = why,
        }
    }
    Err(failure)
}

async fn listen_once(addresses: &[IpAddr], mut port: u16) -> Result<(Vec<TcpListener>, u16), String> {
    let (mut sockets, mut absent) = (Vec::new(), None);
    for address in addresses {
        let address = SocketAddr::new(*address, port);
        let socket = match TcpListener::bind(address).await {
            Ok(socket) => socket,
            Err(error) if is_absent(&error) => {
                absent = Some(format!("this machine has no address {address} ({error})"));
                continue;
            }
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                return Err(format!("another program listens at {address}"));
            }
            Err(error) => return Err(format!("this program can't listen at {address} ({error})")),
        };
        port = socket.local_addr().map_err(|error| error.to_string())?.port();
        sockets.push(socket);
    }
    match absent {
        Some(absent) if sockets.is_empty() => Err(absent),
        _ => Ok((sockets, port)),
    }
}

/// Whether this machine has no such address, or no such protocol (`EAFNOSUPPORT` of Linux, macOS and Windows).
fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::AddrNotAvailable | io::ErrorKind::Unsupported)
        || matches!(error.raw_os_error(), Some(97 | 47 | 10_047))
}

/// Accepts the next connection of any of the sockets.
async fn accept(sockets: &[TcpListener]) -> io::Result<TcpStream> {
    std::future::poll_fn(|context| {
        for socket in sockets {
            if let Poll::Ready(accepted) = socket.poll_accept(context) {
                return Poll::Ready(accepted.map(|(stream, _)| stream));
            }
        }
        Poll::Pending
    })
    .await
}

async fn read_request(mut stream: TcpStream) -> Option<(TcpStream, String)> {
    let head = timeout(CONNECTION_TIMEOUT, read_head(&mut stream)).await.ok().flatten()?;
    Some((stream, head))
}

async fn reply(mut stream: TcpStream, status: &'static str, text: &'static str) {
    let page = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {}\r\n\
         Content-Security-Policy: default-src 'none'\r\nReferrer-Policy: no-referrer\r\nCache-Control: no-store\r\n\
         X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n{text}",
        text.len()
    );
    // The result does not depend on whether the browser reads the page.
    let _unread = timeout(CONNECTION_TIMEOUT, async {
        stream.write_all(page.as_bytes()).await?;
        stream.shutdown().await
    })
    .await;
}

/// Reads the head of a request up to the empty line; `None` if it is too long.
async fn read_head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    let mut part = [0; 2048];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        let length = stream.read(&mut part).await.ok()?;
        if length == 0 || head.len() + length > MAX_HEAD_BYTES {
            return None;
        }
        head.extend_from_slice(part.get(..length)?);
    }
    String::from_utf8(head).ok()
}

/// Reads the redirect from the head of a request. Other requests get a status and a text.
pub(super) fn judge(head: &str, path: &str, state: &Secret) -> Result<Returned, (&'static str, &'static str)> {
    let line = head.lines().next().unwrap_or_default();
    let mut words = line.split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    if method != "GET" {
        return Err(("405 Method Not Allowed", "Only GET."));
    }
    let (asked, query) = target.split_once('?').unwrap_or((target, ""));
    if asked != path {
        return Err(("404 Not Found", "Nothing here."));
    }
    Returned::read(query, state).map_err(|_| ("400 Bad Request", "This is not the sign-in that is waited for."))
}

/// The outcome of a request to the listener.
#[cfg(feature = "fuzzing")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Callback {
    /// The redirect has this code.
    Code(Secret),
    /// The redirect has this error.
    Error(String),
    /// The request is refused with this status.
    TurnedAway(&'static str),
}

/// Reads the head of a request as the listener does.
#[cfg(feature = "fuzzing")]
pub(crate) fn judged(head: &str, path: &str, state: &str) -> Callback {
    match judge(head, path, &state.into()) {
        Ok(Returned::Code(code)) => Callback::Code(code),
        Ok(Returned::Error { code, .. }) => Callback::Error(code),
        Err((status, _)) => Callback::TurnedAway(status),
    }
}

/// The time limit of reading a request and of writing its response.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(10);

/// The longest head of a request in bytes. Cookies of `localhost` can have some thousand bytes.
const MAX_HEAD_BYTES: usize = 64 * 1024;

/// The maximum number of connections without a complete request, more than a browser opens.
const MAX_CONNECTIONS: usize = 32;

/// How often a free port is chosen, until it is free at all addresses.
const FREE_PORT_TRIES: usize = 16;
