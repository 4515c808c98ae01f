//! The redirect URL of managed login, with the text that is registered with the app client.

use crate::auth::error::{AuthError, AuthErrorKind};
use crate::oauth::managed_login::returned::OPERATION;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use url::{Host, Url};

/// A redirect URL. It is sent as it was written, since Cognito compares texts: `http://localhost:8400` and `http://localhost:8400/` are
/// two callback URLs.
#[derive(Clone, Debug)]
pub(super) struct Redirect {
    text: String,
    url: Url,
}

impl Redirect {
    /// # Errors
    /// [`AuthErrorKind::Configuration`] if the text is not a URL.
    pub(super) fn parse(text: &str) -> Result<Self, AuthError> {
        let url = Url::parse(text).map_err(|_| not_here())?;
        Ok(Self { text: text.to_owned(), url })
    }

    /// The text to send.
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    pub(super) fn path(&self) -> &str {
        self.url.path()
    }

    /// The addresses and the port to listen at. Browsers resolve `localhost` to either address: those of macOS and Windows to `::1` first.
    ///
    /// # Errors
    /// [`AuthErrorKind::Configuration`] if the URL is not `http` on this machine.
    pub(super) fn on_this_machine(&self) -> Result<(&'static [IpAddr], u16), AuthError> {
        let addresses: &[IpAddr] = match self.url.host() {
            Some(Host::Domain("localhost")) => &[V4, V6],
            Some(Host::Ipv4(Ipv4Addr::LOCALHOST)) => &[V4],
            Some(Host::Ipv6(Ipv6Addr::LOCALHOST)) => &[V6],
            _ => return Err(not_here()),
        };
        let port = self.url.port_or_known_default().filter(|_| self.url.scheme() == "http").ok_or_else(not_here)?;
        Ok((addresses, port))
    }

    /// The URL with its actual port, if it had port 0.
    pub(super) fn at_port(mut self, port: u16) -> Self {
        if self.url.port() == Some(0) && self.url.set_port(Some(port)).is_ok() {
            self.text = self.url.to_string();
        }
        self
    }
}

const V4: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const V6: IpAddr = IpAddr::V6(Ipv6Addr::LOCALHOST);

fn not_here() -> AuthError {
    let detail = format!(
        "the redirect must be a URL such as `{DEFAULT_REDIRECT}`, registered with the app client; to listen for it, it must be `http` at \
         `localhost`, 127.0.0.1 or [::1]. For other URLs use `begin` and `finish`"
    );
    AuthError::because(AuthErrorKind::Configuration, OPERATION, detail)
}

pub(super) const DEFAULT_REDIRECT: &str = "http://localhost:8400/callback";
