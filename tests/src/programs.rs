//! The programs of the README and the book, as crates of a workspace, and the compiler messages that the pages show for wrong ones.

use crate::crates::{Verdict, Workspace};
use crate::{cogen, paths};
use std::path::Path;
use std::{fs, io};

/// The features of `cogen-runtime` that the programs use.
const FEATURES: &str =
    r#"["aws-config", "blocking", "cognito", "file-store", "hosted-login", "identity-pool", "keyring", "tracing"]"#;

/// Generates a client into a member of the workspace.
///
/// # Errors
/// If cogen refuses the document, with its messages.
pub fn client(workspace: &mut Workspace, name: &str, document: &str) -> Result<(), String> {
    let directory = workspace.member(name);
    let document = paths::root().join(document);
    let config = document.with_file_name("cogen.toml");
    let runtime = paths::root().join("runtime");
    let [generate, output, path, file] = ["generate", "-o", "--runtime-path", "--config"].map(Path::new);
    let run = cogen::run(&[generate, &document, output, &directory, path, &runtime, file, &config])?;
    if run.status == Some(0) { Ok(()) } else { Err(run.stderr) }
}

/// A member with these files below `src`, which depends on the runtime, on these clients and on the crates that the programs use.
///
/// # Errors
/// If it can't be written.
pub fn member(workspace: &mut Workspace, name: &str, clients: &[&str], files: &[(String, String)]) -> io::Result<()> {
    let directory = workspace.member(name);
    fs::create_dir_all(directory.join("src"))?;
    let runtime = paths::root().join("runtime");
    let clients: String = clients.iter().map(|client| format!("{client} = {{ path = \"../{client}\" }}\n")).collect();
    let manifest = format!(
        r#"[package]
name = "{name}"
version = "0.0.0"
edition = "2024"

[dependencies]
base64 = "0.23"
cogen-runtime = {{ path = {runtime:?}, features = {FEATURES} }}
reqwest = {{ version = "0.13", default-features = false }}
serde = {{ version = "1", features = ["derive"] }}
serde_json = "1"
tokio = {{ version = "1", features = ["io-util", "macros", "net", "rt-multi-thread", "time"] }}
{clients}"#
    );
    fs::write(directory.join("Cargo.toml"), manifest)?;
    files.iter().try_for_each(|(file, text)| fs::write(directory.join("src").join(file), text))
}

/// Why the compiler's first error differs from the one on the page; `None` if they are equal.
///
/// It compares the lines that begin with `error` or `= note`, and the label after the marks.
pub fn difference(verdict: &Verdict, shown: &str) -> Option<String> {
    let Some(error) = verdict.errors().next() else { return Some("the program compiles".to_owned()) };
    let rendered = &error.rendered;
    let is_compared = |line: &&str| line.starts_with("error") || line.trim_start().starts_with("= note");
    let label = shown.split_once("^ ").map(|(_, label)| format!("^ {}\n", label.lines().next().unwrap_or_default()));
    let mut expected = shown.lines().filter(is_compared).map(|line| line.trim().to_owned()).chain(label);
    let missing = expected.find(|line| !rendered.contains(line.as_str()))?;
    Some(format!("the compiler does not print:\n{missing}\nbut:\n{rendered}"))
}
