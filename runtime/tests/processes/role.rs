//! Processes of the test binary itself, each in a role.

use std::io::Read as _;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

const ROLE: &str = "COGEN_TEST_ROLE";

/// The arguments of a started process: the store's directory, and what else its role needs.
pub struct Arguments {
    pub store: String,
    pub more: Vec<String>,
}

/// A process in a role. It is killed when this is dropped, and ends by itself when the tests end.
pub struct Process(Child);

impl Process {
    /// Its standard output.
    pub fn output(&mut self) -> ChildStdout {
        self.0.stdout.take().expect("asked for once")
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// Whether it ended by itself.
    pub fn has_ended(&mut self) -> bool {
        self.0.try_wait().unwrap().is_some()
    }

    /// Kills it with SIGKILL, which no process can catch, and waits until it is gone.
    pub fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a process in a role.
pub fn start(role: &str, store: &Path, more: &[String]) -> Process {
    let mut arguments = vec![role.to_owned(), store.to_str().unwrap().to_owned()];
    arguments.extend_from_slice(more);
    let process = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "--nocapture", "--test-threads=1", "role::run_role"])
        .env(ROLE, arguments.join("\n"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    Process(process.unwrap())
}

/// Runs the role that this process was started for; without one it does nothing.
#[tokio::test]
#[ignore = "the other tests start it in child processes"]
async fn run_role() {
    let Ok(value) = std::env::var(ROLE) else { return };
    std::thread::spawn(|| {
        // Nothing is written here: it ends when the parent process ends.
        let _ = std::io::stdin().read(&mut [0]);
        std::process::exit(1);
    });
    let mut values = value.split('\n').map(str::to_owned);
    let role = values.next().unwrap();
    let arguments = Arguments { store: values.next().unwrap(), more: values.collect() };
    match role.as_str() {
        "write" => crate::writing::write(arguments).await,
        #[cfg(feature = "cognito")]
        "rotate" => crate::rotation::rotate(arguments).await,
        other => panic!("there is no role {other}"),
    }
}
