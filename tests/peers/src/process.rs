//! Child processes: servers on a free port, and programs that read a line and write a line. Each ends when its standard
//! input is closed, so no child runs longer than the tests, however those end.

use crate::Failure;
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// A running server.
#[derive(Debug)]
pub struct Server {
    child: Child,
    port: u16,
}

impl Server {
    /// Starts `command(port)` with a free port, and waits until it accepts connections.
    ///
    /// # Errors
    /// If it does not start.
    pub fn start(name: &str, command: impl Fn(u16) -> Result<Command, Failure>) -> Result<Self, Failure> {
        let mut last = String::new();
        for _ in 0..3 {
            let port = free_port()?;
            let child = command(port)?.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::inherit()).spawn()?;
            let mut server = Self { child, port };
            match server.wait_until_ready() {
                Ok(()) => return Ok(server),
                Err(why) => last = why,
            }
        }
        Err(format!("{name} does not start: {last}").into())
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Its base URL.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Another process may have taken the port in the meantime; then the child ends at once.
    fn wait_until_ready(&mut self) -> Result<(), String> {
        let end = Instant::now() + PATIENCE;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        while Instant::now() < end {
            if let Some(status) = self.child.try_wait().map_err(|error| error.to_string())? {
                return Err(format!("it ended with {status}"));
            }
            if TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_ok() {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(50));
        }
        Err(format!("it accepted no connection within {} s", PATIENCE.as_secs()))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _gone_already = self.child.kill();
        let _gone_already = self.child.wait();
    }
}

/// A program that replies to each line of JSON with one line.
#[derive(Debug)]
pub(crate) struct Answerer {
    name: &'static str,
    ends: Mutex<(ChildStdin, Receiver<String>)>,
}

impl Answerer {
    pub(crate) fn start(name: &'static str, mut command: Command) -> Result<Self, Failure> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn()?;
        let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(format!("{name} has no standard input or output").into());
        };
        let (sender, lines) = sync_channel(1);
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
            let _ended = child.wait();
        });
        Ok(Self { name, ends: Mutex::new((stdin, lines)) })
    }

    /// Returns the value of `ok` in the reply; `error` in the reply is the failure.
    pub(crate) fn ask(&self, question: &Value) -> Result<Value, Failure> {
        let mut ends = self.ends.lock().unwrap_or_else(PoisonError::into_inner);
        let (stdin, lines) = &mut *ends;
        writeln!(stdin, "{question}")?;
        let line = lines.recv_timeout(PATIENCE).map_err(|error| format!("{} does not answer: {error}", self.name))?;
        let mut answer: Value = serde_json::from_str(&line)?;
        match answer["error"].as_str() {
            Some(error) => Err(error.to_owned().into()),
            None => Ok(answer["ok"].take()),
        }
    }
}

/// A port of this machine that is free.
///
/// # Errors
/// If there is none.
pub fn free_port() -> Result<u16, Failure> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// A loaded machine is slow; only a process that hangs takes this long.
const PATIENCE: Duration = Duration::from_secs(60);
