//! Random event streams, and what the `EventSource` of Node.js makes of them.

use crate::Failure;
use crate::process::Server;
use std::process::Command;

/// A running server of event streams.
#[derive(Debug)]
pub struct EventStreams {
    server: Server,
}

impl EventStreams {
    /// Starts a server.
    ///
    /// # Errors
    /// If Node.js is not there.
    pub fn start() -> Result<Self, Failure> {
        let server = Server::start("node", |port| {
            let mut command = Command::new("node");
            command.args(["--experimental-eventsource", "--input-type=module", "--eval"]);
            command.args([include_str!("../scripts/events.mjs"), "--"]).arg(port.to_string());
            command.env("NODE_NO_WARNINGS", "1");
            Ok(command)
        })?;
        Ok(Self { server })
    }

    /// Its address: `/stream?seed=N` is a stream, `/events?seed=N` the JSON of its events.
    pub fn url(&self) -> String {
        self.server.url()
    }
}
