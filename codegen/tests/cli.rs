//! The command line as its users meet it: its help, word for word, and its exit statuses.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A directory of one test's own, removed at its end; commands run in it.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("cogen-cli-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    fn cogen(&self, args: &[&str]) -> Done {
        self.cogen_with(args, "")
    }

    fn cogen_with(&self, args: &[&str], stdin: &str) -> Done {
        use std::io::Write;
        let mut command = Command::new(env!("CARGO_BIN_EXE_cogen"));
        // The width of the terminal decides where help is wrapped, others decide on colours.
        command.current_dir(&self.0).args(args).env_clear().stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A command that does not read its input has closed it.
        let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
        Done::new(child.wait_with_output().unwrap())
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

struct Done {
    status: i32,
    stdout: String,
    stderr: String,
}

impl Done {
    fn new(output: Output) -> Self {
        Self {
            status: output.status.code().expect("no signal"),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    #[track_caller]
    fn exits(self, status: i32) -> Self {
        assert_eq!(self.status, status, "\n{}\n{}", self.stdout, self.stderr);
        self
    }

    #[track_caller]
    fn says(self, part: &str) -> Self {
        assert!(self.stderr.contains(part), "{part:?} is missing in:\n{}", self.stderr);
        self
    }
}

/// The help of each command stands in `tests/help`; `COGEN_BLESS=1` writes it anew.
#[test]
fn help_is_as_it_was_read_over() {
    let scratch = Scratch::new("help");
    for command in ["", "generate", "check", "inspect", "explain", "completions"] {
        let args: Vec<&str> = if command.is_empty() { vec!["--help"] } else { vec![command, "--help"] };
        let shown = scratch.cogen(&args).exits(0).stdout.replace(".exe", "");
        let name = if command.is_empty() { "cogen" } else { command };
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/help/{name}.txt"));
        if std::env::var_os("COGEN_BLESS").is_some() {
            fs::write(&path, &shown).unwrap();
        }
        let kept = fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
        assert_eq!(shown, kept, "{}: run with COGEN_BLESS=1 if this is meant", path.display());
    }
    scratch.cogen(&[]).exits(2).says("Usage: cogen");
    assert_eq!(scratch.cogen(&["--version"]).exits(0).stdout, format!("cogen {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn wrong_usage_is_2() {
    let scratch = Scratch::new("usage");
    scratch.file("api.yaml", "openapi: 3.0.1");
    scratch.cogen(&["generat"]).exits(2).says("generate");
    scratch.cogen(&["generate"]).exits(2).says("<DOC>");
    scratch.cogen(&["check", "api.yaml"]).exits(2).says("--output <DIR>");
    scratch.cogen(&["inspect", "api.yaml", "--format", "xml"]).exits(2).says("table, json");
    scratch.cogen(&["generate", "none.yaml"]).exits(2).says("error[COGEN-W001]: `none.yaml` can't be read");
    scratch.cogen(&["inspect", "none.yaml"]).exits(2).says("COGEN-W001");
    scratch.cogen(&["check", "none.yaml", "-o", "out"]).exits(2).says("COGEN-W001");
    scratch.cogen(&["generate", "api.yaml", "--config", "none.toml"]).exits(2).says("`none.toml`");
    scratch.cogen(&["generate", "api.yaml", "--schemas", "none.yaml"]).exits(2).says("`none.yaml`");
    scratch.cogen(&["generate", "api.yaml", "--runtime-path", "none"]).exits(2).says("error[COGEN-W007]: `none` holds no Cargo.toml");
    scratch.cogen(&["explain", "COGEN-X999"]).exits(2).says("no such code");
    assert!(!scratch.0.join("out").exists());
}

#[test]
fn a_wrong_configuration_is_2_and_told_with_its_place() {
    let scratch = Scratch::new("config");
    scratch.file("sub/api.yaml", "openapi: 3.0.1");
    scratch.file("sub/cogen.toml", "[api]\nkeep_going = true\n[crate]\nname = \"std\"\n[authorizers.P]\nclient-secret = \"CANARY\"\n");
    for command in ["generate", "inspect", "check"] {
        let output = if command == "check" { &["-o", "out"][..] } else { &[] };
        let done = scratch.cogen(&[&[command, "sub/api.yaml"], output].concat()).exits(2);
        let done = done.says("sub/cogen.toml:2:1").says("did you mean `keep-going`?").says("COGEN-C004").says("COGEN-C006");
        assert!(!done.stderr.contains("CANARY"));
    }
    // Standard input has nothing beside it.
    scratch.file("cogen.toml", "nope = 1");
    assert!(!scratch.cogen_with(&["inspect", "-"], "x: 1").stderr.contains("nope"));
    scratch.cogen_with(&["inspect", "-", "--config", "cogen.toml"], "x: 1").exits(2).says("unknown key `nope`");
}

#[test]
fn codes_are_explained() {
    let scratch = Scratch::new("explain");
    let done = scratch.cogen(&["explain", "cogen-c006"]).exits(0);
    assert!(done.stdout.starts_with("COGEN-C006\n\nThe configuration holds a client secret."));
    assert!(done.stdout.lines().all(|line| line.len() <= 90), "{}", done.stdout);
}

#[test]
fn every_shell_is_served() {
    let scratch = Scratch::new("completions");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(scratch.cogen(&["completions", shell]).exits(0).stdout.contains("runtime-path"), "{shell}");
    }
}
