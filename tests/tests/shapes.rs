//! Every shape of a schema in every place: each pair compiles, and each that can be sent or answered is decoded and encoded by a server
//! in Python that knows nothing of cogen.
//!
//! `COGEN_SEED` changes the values, `COGEN_ONLY=NAME` takes one document. Without the Python that `./test` installs this test is skipped.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use cogen_tests::calls::{self, Call};
use cogen_tests::crates::Workspace;
use cogen_tests::document::Document;
use cogen_tests::face::Face;
use cogen_tests::places::{self, FAMILIES, Family, Part, Place};
use cogen_tests::shapes::{self, Kind, Shape};
use cogen_tests::signatures::Signatures;
use cogen_tests::values::{Habits, Maker};
use cogen_tests::{cogen, paths};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::{env, fs};

/// A pair of a document, and what is sent and answered.
struct Case {
    place: Place,
    shape: String,
    /// Whether its values are neither scalars nor arrays or objects of scalars.
    nested: bool,
    /// The value that is passed.
    value: Option<Value>,
    /// The value that is answered.
    answer: Value,
}

/// A document with its calls.
struct Group {
    name: &'static str,
    cases: Vec<Case>,
    calls: Vec<Call>,
    without: Vec<String>,
    /// The pairs of which OpenAPI does not say how they are sent.
    undefined: usize,
}

const HEAD: &str = r#"#![allow(unused, deprecated)]
use cogen_runtime::__rt::v1 as rt;

type Answer = Result<rt::serde_json::Value, String>;

fn main() {
    let url = std::env::args().nth(1).expect("a base URL");
    let client = api::Client::builder().base_url(url).allow_http().build().expect("a client");
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(run(&client));
}

fn json<T: rt::Json>(text: &str) -> Result<T, String> {
    let refused = |error: rt::Mismatch| format!("the argument {text}: {error}");
    T::read(&rt::Tree::parse(text.as_bytes()).map_err(refused)?.root()).map_err(refused)
}

fn shown<T: rt::Json>(value: &T) -> Answer {
    rt::serialize(value, rt::serde_json::value::Serializer).map_err(|error| error.to_string())
}

fn fault<E: std::fmt::Debug>(error: rt::Error<E>) -> String {
    format!("{error} ({:?}) {}", error.kind(), String::from_utf8_lossy(error.body().unwrap_or_default()))
}

fn show(index: usize, answer: Answer) {
    match answer {
        Ok(value) => println!("{index}\t=\t{value}"),
        Err(fault) => println!("{index}\t!\t{}", fault.replace(['\n', '\t'], " ")),
    }
}
"#;

/// The program of a document: a function for each call.
fn program(group: &Group) -> String {
    let mut text = HEAD.to_owned();
    let mut run = String::from("async fn run(client: &api::Client) {\n");
    for (index, (case, call)) in group.cases.iter().zip(&group.calls).enumerate() {
        let code = &call.code;
        let answer = match case.place.part {
            Part::Body(_) => format!("shown({code}.await.map_err(fault)?.value())"),
            Part::Header => format!(
                "match &{code}.await.map_err(fault)?.headers.v {{ Some(v) => shown(v), None => Ok(rt::serde_json::Value::Null) }}"
            ),
            Part::Error | Part::Otherwise => format!(
                "match {code}.await {{ Ok(_) => Err(\"a success\".to_owned()), Err(error) => match error.documented() {{ Some(it) => shown(it), None => Err(fault(error)) }} }}"
            ),
            Part::Line => format!(
                "let mut stream = {code}.await.map_err(fault)?.into_inner();\n    let mut all = Vec::new();\n    while let Some(line) = stream.next().await {{ all.push(shown(&line.map_err(|error| error.to_string())?)?); }}\n    Ok(all.into())"
            ),
            _ => format!("shown({code}.await.map_err(fault)?.value())"),
        };
        let _ = writeln!(text, "async fn call{index}(client: &api::Client) -> Answer {{\n    {answer}\n}}");
        let _ = writeln!(run, "    show({index}, Box::pin(call{index}(client)).await);");
    }
    text + &run + "}\n"
}

fn habits(place: &Place) -> Habits {
    let words: &[&str] = match place.part {
        Part::Header => &["rex", "a b", "50%", "x&y=z"],
        _ => &["rex", "a b", "été", "\"q\"\\\n", "日本"],
    };
    Habits { words, whole: true, request: false, null_with_all_of: false, never_null: true, wide: false }
}

/// The value that the server answers.
fn answer(document: &Document, place: &Place, shape: &Shape, sent: Option<&Value>, seed: u64) -> Option<Value> {
    match (place.part, sent) {
        (Part::Body(_), Some(sent)) if place.name == "only_read" => {
            let mut answer = sent.clone();
            answer["id"] = 7.into();
            Some(answer)
        }
        (Part::Body(_), sent) => sent.cloned(),
        (Part::Line, _) => {
            let schema = json!({ "$ref": format!("#/components/schemas/{}", shape.name) });
            let line = |number| Maker::new(&document.root, habits(place), seed.wrapping_add(number)).value(&schema);
            (0..3).map(line).collect::<Option<Vec<Value>>>().map(Value::Array)
        }
        (Part::Header | Part::Error | Part::Otherwise, _) => {
            let schema = json!({ "$ref": format!("#/components/schemas/{}", shape.name) });
            Maker::new(&document.root, habits(place), seed).value(&schema)
        }
        _ => Some("understood".into()),
    }
}

/// Generates the client of a document, and makes the calls.
fn prepare(workspace: &mut Workspace, family: Family, all: &[Shape], seed: u64) -> Group {
    let (name, version, places) = family;
    let shapes: Vec<Shape> = all.iter().filter(|shape| places::is_in(shape, version)).cloned().collect();
    let directory = workspace.member(name);
    let file = directory.with_extension("json");
    fs::write(&file, places::document(family, &shapes).to_string()).expect("a document");
    let run = cogen::generate(&file, &directory, Some(name), &[]).expect("cogen runs");
    assert_eq!(run.status, Some(0), "{name}: {}", run.stderr);
    let document = Document::read(&file, None).expect("a document");
    let (face, signatures) = (Face::read(&directory).expect("a crate"), Signatures::read(&directory).expect("a crate"));
    let made = calls::program(&document, &face, &signatures, seed);
    let mut group = Group { name, cases: Vec::new(), calls: Vec::new(), without: Vec::new(), undefined: 0 };
    group
        .without
        .extend(made.without.iter().map(|(operation, why)| format!("{name}\t{operation}\tis not called: {why}")));
    for call in made.calls {
        let path = call.operation.split('/').collect::<Vec<_>>();
        let place = places.iter().find(|place| place.name == path[1]).expect("a place");
        let shape = shapes.iter().find(|shape| shape.name == path[2]).expect("a shape");
        let value = call.parameters.values().next().or(call.body.as_ref()).cloned();
        match answer(&document, place, shape, value.as_ref(), seed) {
            Some(answer) => {
                group.cases.push(Case {
                    place: *place,
                    shape: shape.name.clone(),
                    nested: shape.kind == Kind::Nested,
                    value,
                    answer,
                });
                group.calls.push(call);
            }
            None => group.without.push(format!("{name}\t{}\thas no value", call.operation)),
        }
    }
    group.undefined = places.len() * all.len() - group.cases.len() - group.without.len();
    let text = program(&group);
    workspace.binary_with(&format!("{name}-calls"), &[("api", name)], &["serde"], &text).expect("a program");
    group
}

/// What the server needs to know of a call.
fn described(case: &Case, document: &Value) -> Value {
    let mut described = json!({ "value": case.value, "status": 200, "answer": case.answer, "headers": {}, "schema": null, "nested": case.nested });
    described["part"] = match case.place.part {
        Part::Parameter(location, style, explode) => {
            described["location"] = location.into();
            described["style"] = style.into();
            described["explode"] = explode.into();
            "parameter"
        }
        Part::Content => "content",
        Part::Body(inside) => {
            // A required `readOnly` member is left out of requests, which JSON Schema does not know.
            if document["openapi"] == "3.1.1" && case.place.name != "only_read" {
                let mut schema = inside(&json!({ "$ref": format!("#/components/schemas/{}", case.shape) }));
                schema["components"] = document["components"].clone();
                described["schema"] = schema;
            }
            "body"
        }
        Part::Form => "form",
        Part::Multipart => "multipart",
        Part::Header => {
            described["headers"] = json!({ "v": header(&case.answer) });
            described["answer"] = "OK".into();
            "answer"
        }
        Part::Line => {
            described["lines"] = true.into();
            "answer"
        }
        Part::Error | Part::Otherwise => {
            described["status"] = 409.into();
            "answer"
        }
    }
    .into();
    described
}

/// A value in a header, in style `simple`.
fn header(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(elements) => elements.iter().map(header).collect::<Vec<_>>().join(","),
        Value::Object(members) => {
            members.iter().map(|(name, value)| format!("{name},{}", header(value))).collect::<Vec<_>>().join(",")
        }
        other => other.to_string(),
    }
}

/// The server; it ends when this value is dropped.
struct Judge {
    child: Child,
    url: String,
}

impl Judge {
    fn start(python: &Path, cases: &Path) -> Self {
        let script = paths::root().join("tests/shapes/judge.py");
        let mut command = Command::new(python);
        command.arg("-B").arg(script).arg(cases).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("the server");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("its port");
        Self { child, url: format!("http://127.0.0.1:{}", line.trim()) }
    }
}

impl Drop for Judge {
    fn drop(&mut self) {
        let _gone_already = self.child.kill();
        let _gone_already = self.child.wait();
    }
}

/// Equal, except for how a number is written.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| same(a, b)))
        }
        _ => a == b,
    }
}

/// Runs the calls of a document, and returns what is wrong.
fn run(python: &Path, group: &Group, document: &Value) -> Vec<String> {
    let described: Map<String, Value> = group
        .cases
        .iter()
        .map(|case| (format!("{}/{}", case.place.name, case.shape), described(case, document)))
        .collect();
    let file = paths::target().join("cogen-tests/shapes").join(format!("{}.cases.json", group.name));
    fs::write(&file, Value::Object(described).to_string()).expect("the cases");
    let judge = Judge::start(python, &file);
    let binary = paths::target().join("debug").join(format!("{}-calls{}", group.name, env::consts::EXE_SUFFIX));
    let output = Command::new(binary).arg(&judge.url).stderr(Stdio::inherit()).output().expect("it runs");
    let printed = String::from_utf8(output.stdout).expect("text");
    let mut faults = Vec::new();
    for (case, line) in group.cases.iter().zip(printed.lines()) {
        let mut columns = line.splitn(3, '\t').skip(1);
        let (verdict, text) = (columns.next().unwrap_or_default(), columns.next().unwrap_or_default());
        let read: Option<Value> = (verdict == "=").then(|| serde_json::from_str(text).expect("JSON"));
        if read.is_none_or(|read| !same(&read, &case.answer)) {
            let expected = if verdict == "=" { format!(" instead of {}", case.answer) } else { String::new() };
            faults.push(format!("{}\t{}\t{}\t{text}{expected}", group.name, case.place.name, case.shape));
        }
    }
    assert_eq!(printed.lines().count(), group.cases.len(), "{} ended early", group.name);
    faults
}

/// The lines of `exclusions.tsv`: document, place, shape, text of the fault, reason; `*` is any.
fn excluded(fault: &str, listed: &[Vec<String>]) -> Option<usize> {
    let columns: Vec<&str> = fault.splitn(4, '\t').collect();
    let is = |pattern: &str, text: &str| pattern == "*" || pattern == text;
    listed.iter().position(|line| {
        columns.len() == 4 && (0..3).all(|at| is(&line[at], columns[at])) && columns[3].contains(line[3].as_str())
    })
}

fn python() -> Option<PathBuf> {
    let python = paths::target().join("peers/frameworks-python/bin/python3");
    python.is_file().then_some(python)
}

#[test]
fn every_shape_in_every_place_is_sent_and_read() {
    let Some(python) = python() else {
        println!("skipped: jsonschema is not installed; `./test` installs it");
        return;
    };
    let seed = env::var("COGEN_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    println!("COGEN_SEED={seed}");
    let only = env::var("COGEN_ONLY").ok();
    let all = shapes::shapes();
    let places: usize = FAMILIES.iter().map(|(_, _, places)| places.len()).sum();
    assert!(all.len() >= 80 && places >= 40, "{} shapes, {places} places", all.len());
    let mut workspace = Workspace::new("shapes").expect("a scratch directory");
    let families = FAMILIES.iter().filter(|(name, ..)| only.as_ref().is_none_or(|only| only == name));
    let groups: Vec<Group> = families.map(|family| prepare(&mut workspace, *family, &all, seed)).collect();
    let verdicts = workspace.build(&[]).expect("cargo build runs");
    let broken: Vec<&str> = verdicts.values().flat_map(|v| v.errors()).map(|m| m.rendered.as_str()).take(20).collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    let text = fs::read_to_string(paths::root().join("tests/shapes/exclusions.tsv")).expect("the exclusions");
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let listed: Vec<Vec<String>> = lines.map(|line| line.split('\t').map(str::to_owned).collect()).collect();
    assert!(listed.iter().all(|line| line.len() == 5), "document, place, shape, text, reason");
    let mut used: BTreeMap<usize, usize> = BTreeMap::new();
    let (mut faults, mut pairs, mut undefined) = (Vec::new(), 0, 0);
    for group in &groups {
        let file = paths::target().join("cogen-tests/shapes").join(format!("{}.json", group.name));
        let document: Value = serde_json::from_slice(&fs::read(file).expect("the document")).expect("JSON");
        let found = run(&python, group, &document);
        println!("{}: {} pairs, {} undefined, {} wrong", group.name, group.cases.len(), group.undefined, found.len());
        pairs += group.cases.len();
        undefined += group.undefined;
        for fault in found.into_iter().chain(group.without.clone()) {
            match excluded(&fault, &listed) {
                Some(index) => *used.entry(index).or_default() += 1,
                None => faults.push(fault),
            }
        }
    }
    let count = used.values().sum::<usize>();
    println!(
        "{} shapes, {places} places: {pairs} pairs, {count} excluded, {undefined} without a definition",
        all.len()
    );
    let ran = |line: &[String]| line[0] == "*" || groups.iter().any(|group| group.name == line[0]);
    let unused = listed.iter().enumerate().filter(|(index, line)| seed == 1 && ran(line) && !used.contains_key(index));
    faults.extend(unused.map(|(_, line)| format!("{}\tis listed but not needed", line[..3].join("\t"))));
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}
