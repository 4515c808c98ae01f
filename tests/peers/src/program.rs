//! A program of this project as its user runs it, with a time limit.

use crate::Failure;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

/// A running program.
#[derive(Debug)]
pub struct Program {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    printed: String,
}

impl Program {
    /// Starts a program with these arguments, and these environment variables in addition to those of this process.
    ///
    /// # Errors
    /// If it can't be started.
    pub fn start(path: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Result<Self, Failure> {
        let mut command = Command::new(path);
        command.args(arguments).envs(variables.iter().copied());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit()).kill_on_drop(true);
        let mut child = command.spawn()?;
        let stdout = child.stdout.take().ok_or("the program has no standard output")?;
        Ok(Self { child, lines: BufReader::new(stdout).lines(), printed: String::new() })
    }

    /// The next line that contains `part`.
    ///
    /// # Errors
    /// If there is none within a minute.
    pub async fn line_with(&mut self, part: &str) -> Result<String, Failure> {
        while let Some(line) = timeout(PATIENCE, self.lines.next_line()).await?? {
            self.printed.push_str(&line);
            self.printed.push('\n');
            if line.contains(part) {
                return Ok(line);
            }
        }
        Err(format!("it printed no `{part}`:\n{}", self.printed).into())
    }

    /// Waits for its end, and returns whether it succeeded, and its whole output.
    ///
    /// # Errors
    /// If it doesn't end within a minute after its last line.
    pub async fn finish(mut self) -> Result<(bool, String), Failure> {
        while let Some(line) = timeout(PATIENCE, self.lines.next_line()).await?? {
            self.printed.push_str(&line);
            self.printed.push('\n');
        }
        let status = timeout(PATIENCE, self.child.wait()).await??;
        Ok((status.success(), self.printed))
    }
}

const PATIENCE: Duration = Duration::from_secs(60);
