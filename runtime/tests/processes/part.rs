//! Processes of the test binary itself, each with a part to play.

use std::io::Read as _;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

const PART: &str = "COGEN_TEST_PART";

/// What a started process is told: its part, the store's directory, and whatever else its part needs.
pub struct Told {
    pub store: String,
    pub more: Vec<String>,
}

/// A process with a part. It is killed when this is dropped, and ends by itself when the tests end.
pub struct Process(Child);

impl Process {
    /// What it prints.
    pub fn output(&mut self) -> ChildStdout {
        self.0.stdout.take().expect("asked for once")
    }

    /// Its number.
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

/// Starts a process that plays the part.
pub fn start(part: &str, store: &Path, more: &[String]) -> Process {
    let mut told = vec![part.to_owned(), store.to_str().unwrap().to_owned()];
    told.extend_from_slice(more);
    let process = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "--nocapture", "--test-threads=1", "part::play"])
        .env(PART, told.join("\n"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    Process(process.unwrap())
}

/// Plays the part this process was started for; alone it does nothing.
#[tokio::test]
#[ignore = "the other tests start it in processes of their own"]
async fn play() {
    let Ok(told) = std::env::var(PART) else { return };
    std::thread::spawn(|| {
        // Nobody writes here: it ends when whoever started this process does.
        let _ = std::io::stdin().read(&mut [0]);
        std::process::exit(1);
    });
    let mut told = told.split('\n').map(str::to_owned);
    let part = told.next().unwrap();
    let told = Told { store: told.next().unwrap(), more: told.collect() };
    match part.as_str() {
        "write" => crate::writing::write(told).await,
        #[cfg(feature = "cognito")]
        "rotate" => crate::rotation::rotate(told).await,
        other => panic!("no part is called {other}"),
    }
}
