//! Bodies as servers read them: every operation of `specs/ok/bodies-encoded.yaml` is called, and Werkzeug and Python's `email` read
//! what was sent.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use cogen_tests::crates::Workspace;
use cogen_tests::{cogen, paths};
use std::env;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

const CLIENT: &str = "bodies-encoded";

/// The server, which ends with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_server_reads_every_body_as_it_was_sent() {
    let interpreter = paths::target().join("peers/python/bin/python");
    if !interpreter.is_file() {
        println!("skipped: Werkzeug is not installed; `./test` installs it");
        return;
    }
    let mut workspace = Workspace::new("request-bodies").expect("a scratch directory");
    let document = paths::root().join("tests/specs/ok/bodies-encoded.yaml");
    let run = cogen::generate(&document, &workspace.member(CLIENT), Some(CLIENT), &[]).expect("cogen runs");
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    let program = "request-bodies-calls";
    let depends = [("bodies_encoded", CLIENT)];
    workspace.binary_with(program, &depends, &["serde"], include_str!("calls.rs")).expect("a program");
    let verdicts = workspace.build(&[]).expect("cargo build runs");
    if let Some(error) = verdicts.get(program).and_then(|verdict| verdict.errors().next()) {
        panic!("{}", error.rendered);
    }

    let script = paths::root().join("tests/tests/request_bodies/server.py");
    let mut server =
        Server(Command::new(interpreter).arg(script).stdout(Stdio::piped()).spawn().expect("the server starts"));
    let mut port = String::new();
    BufReader::new(server.0.stdout.take().expect("a pipe")).read_line(&mut port).expect("the server prints its port");
    let binary = paths::target().join("debug").join(format!("{program}{}", env::consts::EXE_SUFFIX));
    let output = Command::new(binary).arg(format!("http://127.0.0.1:{}", port.trim())).output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
