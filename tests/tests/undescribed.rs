//! Requests and responses that real exports do not describe: every POST, PUT, PATCH and ANY of the corpus' exports sends a body and a
//! query, and accepts any success.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use cogen::ir::body::RequestBody;
use cogen::ir::operation::{AnswerContent, Method, Operation};
use cogen::ir::types::{Type, TypeDef, TypeKind};
use cogen_tests::calls::{self, Program};
use cogen_tests::crates::Workspace;
use cogen_tests::document::Document;
use cogen_tests::face::Face;
use cogen_tests::signatures::Signatures;
use cogen_tests::{cogen as command, corpus, paths};
use serde_json::Value;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::{env, fs, thread};

/// The server's response to every request.
const RESPONSES: [&str; 3] = [
    "HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncontent-length: 13\r\nconnection: close\r\n\r\n{\"done\":true}",
    "HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n",
    "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 2\r\nconnection: close\r\n\r\nOK",
];

/// The body of each call whose request body is not described.
const BODY: &str = r#"{"n":[1,2],"text":"hello"}"#;

/// A request as received.
#[derive(Clone, Debug)]
struct Seen {
    method: String,
    target: String,
    body: String,
}

/// A server that sends the same response to every request, and records the requests.
struct Server {
    url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    fn start(response: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let all = Arc::clone(&seen);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let Some(request) = read(&stream) else { continue };
                all.lock().expect("no panic").push(request);
                let _ = (&stream).write_all(response.as_bytes());
            }
        });
        Self { url, seen }
    }
}

fn read(stream: &TcpStream) -> Option<Seen> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split(' ').map(str::to_owned);
    let (method, target) = (words.next()?, words.next()?);
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim_end().split_once(':') else { break };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Seen { method, target, body: String::from_utf8_lossy(&body).into_owned() })
}

/// Whether a document is an export: of a REST API with a time as version, or of an HTTP API.
fn is_export(root: &Value) -> bool {
    let version = root.pointer("/info/version").and_then(Value::as_str).unwrap_or_default();
    let is_time = version.starts_with("20") && version.matches([':', '-']).count() >= 4;
    is_time || root.get("x-amazon-apigateway-importexport-version").is_some()
}

/// Whether the document does not describe the body of a success of an operation.
fn answers_anything(operation: &Operation, types: &[TypeDef]) -> bool {
    let is_any = |ty: &Type| match ty {
        Type::Json => true,
        Type::Named(id) => matches!(&types[id.0 as usize].kind, TypeKind::Alias(Type::Json)),
        _ => false,
    };
    operation.answers.success.iter().all(|answer| match &answer.content {
        AnswerContent::Empty => true,
        AnswerContent::Json(ty) => is_any(ty),
        _ => false,
    })
}

/// A client and the calls of its POST, PUT and PATCH operations.
struct Case {
    name: String,
    member: String,
    program: Program,
}

fn prepare(workspace: &mut Workspace, index: usize, name: &str, path: &std::path::Path) -> Option<Case> {
    let document = Document::read(path, None).ok()?;
    if !is_export(&document.root) {
        return None;
    }
    let member = format!("u{index:03}");
    let directory = workspace.member(&member);
    let run = command::generate(path, &directory, Some(&member), &["--keep-going"]).expect("cogen runs");
    if run.status != Some(0) {
        workspace.remove(&member);
        return None;
    }
    let (face, signatures) = (Face::read(&directory).expect("a crate"), Signatures::read(&directory).expect("a crate"));
    let change = |operation: &Operation, code: String| {
        let sends = matches!(operation.method, Method::Any | Method::Named("POST" | "PUT" | "PATCH"));
        if !sends || !answers_anything(operation, &document.api.types) {
            return None;
        }
        let body = match operation.body {
            RequestBody::Undescribed => {
                format!(".json(&rt::serde_json::from_str::<rt::Any>({BODY:?}).expect(\"JSON\"))")
            }
            _ => String::new(),
        };
        Some(format!("{code}{body}.query(\"added by\", \"a&b\")"))
    };
    let program = calls::program_of(&document, &face, &signatures, 1, &change);
    Some(Case { name: name.to_owned(), member, program })
}

/// One program with the calls of all clients. Its arguments are the base URL and the index of the client.
fn program(cases: &[Case]) -> String {
    let mut text = String::new();
    let mut arms = String::new();
    for (index, case) in cases.iter().enumerate() {
        let own = case.program.text.replacen("#![allow(unused, deprecated)]\n", "", 1);
        let own = own.replace("\nasync fn run(", "\npub async fn run(").replace("\nfn client(", "\npub fn client(");
        let own = own.replace("\ntype Client", "\npub type Client");
        let _ =
            writeln!(text, "#[allow(unused, deprecated)]\nmod c{index} {{\nuse ::{} as api;\n{own}}}\n", case.member);
        let _ = writeln!(arms, "        {index} => runtime.block_on(c{index}::run(&c{index}::client(&url), 0)),");
    }
    format!(
        "{text}fn main() {{\n    let mut arguments = std::env::args().skip(1);\n    let url = arguments.next().expect(\"a base URL\");\n    \
         let client: usize = arguments.next().expect(\"a client\").parse().expect(\"a number\");\n    \
         let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect(\"a runtime\");\n    \
         match client {{\n{arms}        _ => panic!(\"no such client\"),\n    }}\n}}\n"
    )
}

#[test]
fn every_export_sends_bodies_and_queries_and_accepts_any_success() {
    let Some(corpus) = paths::corpus() else {
        println!("skipped: the corpus is not installed");
        return;
    };
    let mut workspace = Workspace::new("undescribed").expect("a scratch directory");
    let documents = corpus::documents(&corpus).expect("the corpus");
    let documents = documents.iter().filter(|(name, _)| name.starts_with("gateway/")).enumerate();
    let cases: Vec<Case> =
        documents.filter_map(|(index, (name, path))| prepare(&mut workspace, index, name, path)).collect();
    let cases: Vec<Case> = cases.into_iter().filter(|case| !case.program.calls.is_empty()).collect();
    let depends: Vec<(&str, &str)> = cases.iter().map(|case| (case.member.as_str(), case.member.as_str())).collect();
    workspace.binary("undescribed-calls", &depends, &program(&cases)).expect("a program");
    let verdicts = workspace.build(&[]).expect("cargo build runs");
    let verdict = verdicts.get("undescribed-calls").expect("the program was built");
    if let Some(error) = verdict.errors().next() {
        panic!("{}", error.rendered);
    }

    let binary = paths::target().join("debug").join(format!("undescribed-calls{}", env::consts::EXE_SUFFIX));
    let (mut calls, mut bodies) = (0, 0);
    for response in RESPONSES {
        for (index, case) in cases.iter().enumerate() {
            let server = Server::start(response);
            let output = Command::new(&binary).args([&server.url, &index.to_string()]).output().expect("it runs");
            let outcomes = calls::outcomes(&String::from_utf8_lossy(&output.stdout));
            assert_eq!(outcomes.len(), case.program.calls.len(), "{}: {output:?}", case.name);
            for outcome in &outcomes {
                let call = &case.program.calls[outcome.call];
                assert_eq!(outcome.kind, "Ok", "{} {}: {}\n{}", case.name, call.operation, outcome.message, call.code);
            }
            let seen = server.seen.lock().expect("no panic");
            assert_eq!(seen.len(), outcomes.len());
            for (request, call) in seen.iter().zip(&case.program.calls) {
                let is_meant = call.operation.starts_with("ANY ") || call.operation.starts_with(&request.method);
                assert!(is_meant && request.target.contains("added%20by=a%26b"), "{} {request:?}", case.name);
                if call.code.contains(".json(") {
                    assert_eq!(request.body, BODY);
                    bodies += 1;
                }
            }
            calls += outcomes.len();
        }
    }
    println!("{} exports, {calls} calls, {bodies} of them with a body that is not described", cases.len());
    assert!(cases.len() >= 10 && bodies >= 60, "{} exports, {bodies} bodies", cases.len());
    let _ = fs::remove_dir_all(workspace.member("undescribed-calls"));
}
