//! Where the peers are installed, and the error if they are missing.

use crate::Failure;
use std::env;
use std::path::{Path, PathBuf};

/// Whether the tests against peers are skipped, by `COGEN_SKIP_PEERS=1`; never in CI.
pub fn skipped() -> bool {
    let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
    let skipped = set(SKIP) && !set("CI");
    if skipped {
        eprintln!("not run: {SKIP} is set");
    }
    skipped
}

/// The Python in which ministack is installed.
pub(crate) fn python() -> Result<PathBuf, Failure> {
    found("python", "bin/python3")
}

/// The directory whose `node_modules` has oidc-provider and aws-jwt-verify.
pub(crate) fn node() -> Result<PathBuf, Failure> {
    found("node", "")
}

/// The Python in which the web frameworks are installed.
///
/// # Errors
/// If they aren't installed.
pub fn frameworks_python() -> Result<PathBuf, Failure> {
    found("frameworks-python", "bin/python3")
}

/// The `node_modules` that have the web frameworks.
///
/// # Errors
/// If they aren't installed.
pub fn frameworks_node() -> Result<PathBuf, Failure> {
    found("frameworks-node", "node_modules")
}

/// The path of a script of this package.
pub(crate) fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts").join(name)
}

/// A directory for the files of one peer.
pub(crate) fn scratch(name: &str) -> Result<PathBuf, Failure> {
    let path = home().join("run").join(format!("{name}-{}", std::process::id()));
    std::fs::create_dir_all(&path)?;
    Ok(path)
}

fn found(half: &str, path: &str) -> Result<PathBuf, Failure> {
    let home = home().join(half);
    if home.join("installed").exists() {
        return Ok(home.join(path));
    }
    let message = format!(
        "the peers are not installed: run `tests/peers/prepare` (it needs Python 3, Node.js and, once, the network), \
         or set {SKIP}=1 to leave their tests out"
    );
    Err(message.into())
}

fn home() -> PathBuf {
    let target = env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    target.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target")).join("peers")
}

const SKIP: &str = "COGEN_SKIP_PEERS";
