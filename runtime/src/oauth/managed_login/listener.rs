//! Waits on this machine for one browser to come back from managed login (RFC 8252, section 7.3).

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

/// A listener on 127.0.0.1 for one redirect; it is gone after that.
pub(super) struct Listener {
    socket: TcpListener,
    redirect: Url,
}

impl Listener {
    /// Listens where the redirect leads, which must be this machine. Port 0 becomes a free one.
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

    /// The redirect, with the port that it really is.
    pub(super) fn redirect(&self) -> &Url {
        &self.redirect
    }

    /// Waits for the browser that brings `state`. Whatever else comes is turned away, and the waiting goes on: any
    /// program and any page on this machine can knock here.
    pub(super) async fn wait(self, state: &Secret) -> Result<Returned, AuthError> {
        let path = self.redirect.path().to_owned();
        let mut visits = JoinSet::new();
        loop {
            tokio::select! {
                // Past the most that are served at once, the next one waits until one of them is done.
                visitor = self.socket.accept(), if visits.len() < MAX_CONNECTIONS => {
                    // A visitor that vanished, or a shortage of sockets: neither is a reason to give up.
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

/// Serves one visitor. The state decides whether it is the one.
async fn serve(mut stream: TcpStream, path: String, state: Secret) -> Option<Returned> {
    let head = timeout(CONNECTION_TIMEOUT, read_head(&mut stream)).await.ok().flatten()?;
    let (status, text, returned) = match judge(&head, &path, &state) {
        Ok(returned @ Returned::Code(_)) => ("200 OK", "Signed in. You can close this window.", Some(returned)),
        Ok(returned) => ("200 OK", "The sign-in was broken off. You can close this window.", Some(returned)),
        Err((status, text)) => (status, text, None),
    };
    let page = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {}\r\n\
         Content-Security-Policy: default-src 'none'\r\nReferrer-Policy: no-referrer\r\nCache-Control: no-store\r\n\
         X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n{text}",
        text.len()
    );
    // Whether the browser still reads the page changes nothing.
    let _unread = timeout(CONNECTION_TIMEOUT, async {
        stream.write_all(page.as_bytes()).await?;
        stream.shutdown().await
    })
    .await;
    returned
}

/// The head of a request, up to the empty line; none if there is no end to it.
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

/// What the head of a request is: the browser that comes back, or something to turn away with a status and a text.
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

/// What becomes of a request to the listener.
#[cfg(feature = "fuzzing")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Callback {
    /// It is the sign-in, with this code.
    Code(Secret),
    /// The sign-in was broken off, for this reason.
    Error(String),
    /// It is turned away with this status, and the waiting goes on.
    TurnedAway(&'static str),
}

/// What the listener makes of the head of a request.
#[cfg(feature = "fuzzing")]
pub(crate) fn judged(head: &str, path: &str, state: &str) -> Callback {
    match judge(head, path, &state.into()) {
        Ok(Returned::Code(code)) => Callback::Code(code),
        Ok(Returned::Error { code, .. }) => Callback::Error(code),
        Err((status, _)) => Callback::TurnedAway(status),
    }
}

/// A browser sends its few hundred bytes at once.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(10);

/// A code is some hundred bytes long, cookies of `localhost` may be some thousand.
const MAX_HEAD_BYTES: usize = 64 * 1024;

/// More than a browser opens at once.
const MAX_CONNECTIONS: usize = 32;
