//! The applications, their processes and their documents.

use cogen_test_peers::{Failure, Server, frameworks_node, frameworks_python};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;

/// One application.
#[derive(Clone, Copy, Debug)]
pub struct App {
    /// Its name: that of its module in `callers`, and of its client with `_client`.
    pub name: &'static str,
    /// The path of its document.
    pub document: &'static str,
    start: fn(&str) -> Result<Command, Failure>,
}

/// All applications.
pub const APPS: &[App] = &[
    App { name: "fastapi", document: "/openapi.json", start: python },
    App { name: "drf", document: "/schema?format=json", start: python },
    App { name: "nestjs", document: "/openapi.json", start: node },
    App { name: "fastify", document: "/openapi.json", start: node },
    App { name: "axum", document: "/openapi.json", start: rust },
];

impl App {
    /// Starts the application on a free port.
    ///
    /// # Errors
    /// If its framework isn't installed, or it does not start.
    pub fn start(&self) -> Result<Server, Failure> {
        Server::start(self.name, |port| {
            let mut command = (self.start)(self.name)?;
            command.arg(port.to_string());
            Ok(command)
        })
    }

    /// The document that the running application writes.
    ///
    /// # Errors
    /// If it can't be read.
    pub fn fetch(&self, server: &Server) -> Result<Vec<u8>, Failure> {
        let url = server.url();
        let address = url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(address)?;
        // Version 1.0, so that the body ends with the connection.
        write!(stream, "GET {} HTTP/1.0\r\nhost: {address}\r\n\r\n", self.document)?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        let end = answer.windows(4).position(|window| window == b"\r\n\r\n").ok_or("no answer")?;
        let head = String::from_utf8_lossy(&answer[..end]).into_owned();
        if !head.lines().next().is_some_and(|line| line.contains(" 200")) {
            return Err(format!("{}: {head}", self.document).into());
        }
        Ok(answer.split_off(end + 4))
    }
}

fn source(file: String) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("apps").join(file)
}

fn python(name: &str) -> Result<Command, Failure> {
    let mut command = Command::new(frameworks_python()?);
    command.arg("-B").arg(source(format!("{name}_app.py")));
    Ok(command)
}

fn node(name: &str) -> Result<Command, Failure> {
    let mut command = Command::new("node");
    command.arg(source(format!("{name}_app.cjs"))).env("NODE_PATH", frameworks_node()?).env("NODE_NO_WARNINGS", "1");
    Ok(command)
}

fn rust(_: &str) -> Result<Command, Failure> {
    Ok(Command::new(env!("CARGO_BIN_EXE_axum-app")))
}
