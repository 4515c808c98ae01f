//! oidc-provider: a certified OpenID Connect server, whose refresh tokens rotate.

use crate::process::Server;
use crate::{Failure, installed};
use std::process::Command;

/// A running oidc-provider with one public client, `app`.
#[derive(Debug)]
pub struct OidcProvider {
    server: Server,
}

impl OidcProvider {
    /// Starts a server whose client is registered with `redirect`.
    ///
    /// # Errors
    /// If it isn't installed or doesn't start.
    pub fn start(redirect: &str) -> Result<Self, Failure> {
        let home = installed::node()?;
        let server = Server::start("oidc-provider", |port| {
            let mut command = Command::new("node");
            command.args(["--input-type=module", "--eval", include_str!("../scripts/oidc.mjs"), "--"]);
            command.arg(port.to_string()).arg(redirect).env("NODE_NO_WARNINGS", "1").current_dir(&home);
            Ok(command)
        })?;
        Ok(Self { server })
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.server.id()
    }

    /// Its issuer and address.
    pub fn url(&self) -> String {
        self.server.url()
    }
}
