//! A listener on this machine for the redirect of managed login (RFC 8252, section 7.3).

use crate::auth::error::{AuthError, AuthErrorKind};
use crate::oauth::managed_login::returned::{OPERATION, Returned, not_here};
use crate::secret::Secret;
use std::net::Ipv4Addr;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;
use url::{Host, Url};

/// A listener on 127.0.0.1 for one redirect.
pub(super) struct Listener {
    socket: TcpListener,
    redirect: Url,
}

impl Listener {
    /// Listens at the redirect URL, which must be on this machine. Port 0 is any free port.
    pub(super) async fn bind(mut redirect: Url) -> Result<Self, AuthError> {
        let local = match redirect.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(ip)) => ip == Ipv4Addr::LOCALHOST,
            _ => false,
        };
        let port = redirect.port_or_known_default().filter(|_| local && redirect.scheme() == "http");
        let port = port.ok_or_else(not_here)?;
        let failed = |error: std::io::Error| {
            let detail =
                format!("port {port} of this machine cannot be listened on ({error}); register and use another");
            AuthError::because(AuthErrorKind::Configuration, OPERATION, detail)
        };
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(failed)?;
        let port = socket.local_addr().map_err(failed)?.port();
        redirect.set_port(Some(port)).map_err(|()| not_here())?;
        Ok(Self { socket, redirect })
    }

    /// The redirect URL with its actual port.
    pub(super) fn redirect(&self) -> &Url {
        &self.redirect
    }

    /// Waits for the request with this `state`. Other requests are refused, since any program and any web page on this machine can send
    /// some.
    pub(super) async fn wait(self, state: &Secret) -> Result<Returned, AuthError> {
        let path = self.redirect.path().to_owned();
        let mut visits = JoinSet::new();
        loop {
            tokio::select! {
                // The number of connections is limited. Further ones wait.
                visitor = self.socket.accept(), if visits.len() < MAX_CONNECTIONS => {
                    // A closed connection or a lack of sockets must not end the sign-in.
                    let Ok((stream, _)) = visitor else {
                        tokio::time::sleep(Duration::from_millis(50)).await;
                        continue;
                    };
                    visits.spawn(serve(stream, path.clone(), state.clone()));
                }
                Some(visit) = visits.join_next() => {
                    if let Ok(Some(returned)) = visit {
                        return Ok(returned);
                    }
                }
            }
        }
    }
}

/// Serves one connection. Returns the redirect if the state matches.
async fn serve(mut stream: TcpStream, path: String, state: Secret) -> Option<Returned> {
    let head = timeout(CONNECTION_TIMEOUT, read_head(&mut stream)).await.ok().flatten()?;
    let (status, text, returned) = match judge(&head, &path, &state) {
        Ok(returned @ Returned::Code(_)) => ("200 OK", "Signed in. You can close this window.", Some(returned)),
        Ok(returned) => ("200 OK", "The sign-in was cancelled. You can close this window.", Some(returned)),
        Err((status, text)) => (status, text, None),
    };
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
    returned
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

/// The maximum number of connections at the same time, more than a browser opens.
const MAX_CONNECTIONS: usize = 32;
