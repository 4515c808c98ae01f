//! Runs cogen as a user does: a process with arguments, an exit status, and its output.

use crate::paths;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;
use std::{env, fs, io};

/// One run of cogen.
#[derive(Debug)]
pub struct Run {
    /// The exit status; `None` if a signal ended it.
    pub status: Option<i32>,
    /// Its standard output.
    pub stdout: String,
    /// Its standard error.
    pub stderr: String,
}

/// One diagnostic of a run, with the parts that tests compare.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Printed {
    /// `error`, `warning` or `note`.
    pub severity: String,
    /// `COGEN-X000`.
    pub code: String,
    /// The line of the first span; `None` if there is no span.
    pub line: Option<u32>,
    /// The message.
    pub message: String,
}

impl Run {
    /// The diagnostics on standard error, in order.
    pub fn diagnostics(&self) -> Vec<Printed> {
        let mut found: Vec<Printed> = Vec::new();
        for line in self.stderr.lines() {
            if let Some((severity, rest)) = line.split_once('[')
                && ["error", "warning", "note"].contains(&severity)
                && let Some((code, message)) = rest.split_once("]: ")
            {
                // The final error of a run that writes nothing is not about the document.
                if code == "COGEN-W008" {
                    break;
                }
                found.push(Printed {
                    severity: severity.to_owned(),
                    code: code.to_owned(),
                    line: None,
                    message: message.to_owned(),
                });
            } else if let Some(location) = line.trim_start().strip_prefix("--> ")
                && let Some(last) = found.last_mut()
                && last.line.is_none()
            {
                last.line = location.rsplit(':').nth(1).and_then(|n| n.parse().ok());
            }
        }
        found
    }
}

/// The path of the binary, built by the cargo that runs the tests.
///
/// # Errors
/// If it can't be built.
pub fn binary() -> Result<&'static Path, String> {
    static BUILT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    BUILT.get_or_init(build).as_deref().map_err(Clone::clone)
}

fn build() -> Result<PathBuf, String> {
    if let Some(given) = env::var_os("COGEN_BIN") {
        return Ok(PathBuf::from(given));
    }
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["build", "--quiet", "-p", "cogen"]).current_dir(paths::root());
    let output = command.output().map_err(|e| format!("cargo build -p cogen: {e}"))?;
    if !output.status.success() {
        return Err(format!("cargo build -p cogen: {}", String::from_utf8_lossy(&output.stderr)));
    }
    Ok(paths::target().join("debug").join(format!("cogen{}", env::consts::EXE_SUFFIX)))
}

/// Runs cogen with these arguments in the workspace's directory.
///
/// # Errors
/// If it can't be started.
pub fn run(arguments: &[&Path]) -> Result<Run, String> {
    run_in(&paths::root(), arguments)
}

/// Runs cogen with these arguments in `directory`.
///
/// # Errors
/// If it can't be started.
pub fn run_in(directory: &Path, arguments: &[&Path]) -> Result<Run, String> {
    let mut command = Command::new(binary()?);
    command.args(arguments).current_dir(directory).env("NO_COLOR", "1");
    let Output { status, stdout, stderr } = command.output().map_err(|e| format!("cogen: {e}"))?;
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ok(Run { status: status.code(), stdout: text(stdout), stderr: text(stderr) })
}

/// The configuration next to a document, `NAME.cogen.toml`, if there is one.
pub fn config_of(document: &Path) -> Option<PathBuf> {
    let config = document.with_extension("cogen.toml");
    config.is_file().then_some(config)
}

/// Generates a crate from a document, with the configuration next to it and this workspace's runtime. A name for the
/// crate replaces the configured one, so that one workspace can contain many crates.
///
/// # Errors
/// If cogen can't be started, or the configuration can't be written. It is not an error here if cogen refuses the document.
pub fn generate(document: &Path, output: &Path, crate_name: Option<&str>, more: &[&str]) -> Result<Run, String> {
    let mut config = config_of(document);
    if let Some(name) = crate_name {
        config = Some(renamed(config.as_deref(), output, name).map_err(|e| e.to_string())?);
    }
    let runtime = paths::root().join("runtime");
    let mut arguments: Vec<&Path> = vec![Path::new("generate"), document, Path::new("-o"), output];
    arguments.extend([Path::new("--runtime-path"), &runtime]);
    if let Some(config) = &config {
        arguments.extend([Path::new("--config"), config]);
    }
    arguments.extend(more.iter().map(Path::new));
    run(&arguments)
}

/// The configuration with this crate name in place of its own `[crate]`, written next to the output.
fn renamed(config: Option<&Path>, output: &Path, name: &str) -> io::Result<PathBuf> {
    let mut text = format!("[crate]\nname = {name:?}\n");
    let own = config.map(fs::read_to_string).transpose()?.unwrap_or_default();
    let mut in_crate = false;
    for line in own.lines() {
        if line.starts_with('[') {
            in_crate = line.trim() == "[crate]";
        }
        if !in_crate {
            text.push_str(line);
            text.push('\n');
        }
    }
    let path = output.with_extension("cogen.toml");
    fs::write(&path, text)?;
    Ok(path)
}

/// The operations of a document as `inspect --format json` prints them, and the run.
///
/// # Errors
/// If cogen can't be started or a line is not a JSON object.
pub fn inspect(document: &Path) -> Result<(Vec<Value>, Run), String> {
    let config = config_of(document);
    let mut arguments: Vec<&Path> = ["inspect", "--format", "json"].map(Path::new).to_vec();
    arguments.push(document);
    if let Some(config) = &config {
        arguments.extend([Path::new("--config"), config]);
    }
    let run = run(&arguments)?;
    let operations = run.stdout.lines().map(serde_json::from_str).collect::<Result<Vec<Value>, _>>();
    Ok((operations.map_err(|e| format!("{}: not a JSON object a line: {e}", document.display()))?, run))
}
