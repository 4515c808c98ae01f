//! Real web frameworks as judges: each application writes its document, cogen generates the client, and a program calls every
//! operation of the running application, which answers with what it understood.
//!
//! `COGEN_ONLY=NAME` runs one application. `exclusions.tsv` lists what fails because of the framework itself.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod apps;

use apps::{APPS, App};
use cogen_test_peers::Server;
use cogen_tests::crates::Workspace;
use cogen_tests::document::Document;
use cogen_tests::{cogen, paths};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::{env, fs};

/// A line of `exclusions.tsv`.
struct Exclusion {
    app: String,
    operation: String,
    text: String,
}

/// A running application with its client.
struct Judge {
    app: App,
    server: Server,
    operations: BTreeSet<String>,
}

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn exclusions() -> Vec<Exclusion> {
    let text = fs::read_to_string(here().join("exclusions.tsv")).expect("the exclusions");
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    let lines = lines.map(|line| {
        let columns: Vec<&str> = line.split('\t').collect();
        let [app, operation, text, reason, source] = columns[..] else {
            panic!("application, operation, message, reason, source: {line}");
        };
        assert!(!text.is_empty() && !reason.is_empty() && !source.is_empty(), "an empty column: {line}");
        Exclusion { app: app.to_owned(), operation: operation.to_owned(), text: text.to_owned() }
    });
    lines.collect()
}

/// Starts the application, and generates its client into the workspace.
fn prepare(workspace: &mut Workspace, app: App) -> Judge {
    let server = app.start().unwrap_or_else(|error| panic!("{}: {error}", app.name));
    let document = app.fetch(&server).unwrap_or_else(|error| panic!("{}: {error}", app.name));
    let member = format!("{}-client", app.name);
    let directory = workspace.member(&member);
    let file = directory.with_extension("json");
    fs::write(&file, document).expect("a document");
    let run = cogen::generate(&file, &directory, Some(&member), &[]).expect("cogen runs");
    assert_eq!(run.status, Some(0), "{}: {}", app.name, run.stderr);
    let api = Document::read(&file, None).expect("a document").api;
    let operations = api.operations.iter().map(|operation| operation.name.as_str().to_owned()).collect();
    Judge { app, server, operations }
}

/// The program: a module for each application.
fn write_callers(workspace: &mut Workspace, judges: &[Judge]) {
    let directory = workspace.member("callers");
    fs::create_dir_all(directory.join("src")).expect("a directory");
    let mut manifest =
        "[package]\nname = \"callers\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n".to_owned();
    manifest.push_str(&format!(
        "cogen-runtime = {{ path = {:?}, features = [\"serde\"] }}\n",
        paths::root().join("runtime")
    ));
    manifest.push_str("serde = \"1\"\nserde_json = \"1\"\n");
    manifest
        .push_str("tokio = { version = \"1\", default-features = false, features = [\"net\", \"rt\", \"time\"] }\n");
    manifest.push_str("time = { version = \"0.3\", features = [\"macros\"] }\nuuid = \"1\"\n");
    let (mut modules, mut arms) = (String::new(), String::new());
    for Judge { app: App { name, .. }, .. } in judges {
        manifest.push_str(&format!("{name}-client = {{ path = \"../{name}-client\", features = [\"serde\"] }}\n"));
        modules.push_str(&format!("mod {name};\n"));
        arms.push_str(&format!("        {name:?} => runtime.block_on({name}::run(&url)),\n"));
        copy_module(name, &directory.join("src"));
    }
    copy_module("checks", &directory.join("src"));
    let main = format!(
        "#![allow(dead_code, unused)]\nmod checks;\n{modules}\nfn main() {{\n    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();\n    let [app, url] = std::env::args().skip(1).collect::<Vec<_>>().try_into().unwrap();\n    match app.as_str() {{\n{arms}        _ => panic!(),\n    }}\n}}\n"
    );
    fs::write(directory.join("src/main.rs"), main).expect("a program");
    fs::write(directory.join("Cargo.toml"), manifest).expect("a manifest");
}

/// Copies a module of the program with its own modules.
fn copy_module(name: &str, into: &Path) {
    let from = here().join("callers");
    fs::copy(from.join(name).with_extension("rs"), into.join(name).with_extension("rs")).expect("a module");
    let Ok(inner) = fs::read_dir(from.join(name)) else { return };
    fs::create_dir_all(into.join(name)).expect("a directory");
    for file in inner {
        let file = file.expect("a file");
        fs::copy(file.path(), into.join(name).join(file.file_name())).expect("a module");
    }
}

/// The result of each operation that the program reports: `None` if it is right, or the message.
fn call(judge: &Judge) -> BTreeMap<String, Option<String>> {
    let program = paths::target().join("debug").join(format!("callers{}", env::consts::EXE_SUFFIX));
    let output = Command::new(program).args([judge.app.name, &judge.server.url()]).output().expect("it runs");
    let mut results = BTreeMap::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let mut columns = line.splitn(3, '\t');
        let (operation, verdict) = (columns.next().unwrap_or_default(), columns.next().unwrap_or_default());
        let fault = (verdict != "ok").then(|| columns.next().unwrap_or_default().to_owned());
        assert!(results.insert(operation.to_owned(), fault).is_none(), "{operation} is reported twice");
    }
    if !output.status.success() {
        results.insert("(the program)".to_owned(), Some(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    results
}

#[test]
fn every_operation_of_every_application_is_understood_in_both_directions() {
    if cogen_test_peers::skipped() {
        return;
    }
    let only = env::var("COGEN_ONLY").ok();
    let mut workspace = Workspace::new("frameworks").expect("a scratch directory");
    let chosen = APPS.iter().filter(|app| only.as_ref().is_none_or(|only| only == app.name));
    let judges: Vec<Judge> = chosen.map(|app| prepare(&mut workspace, *app)).collect();
    write_callers(&mut workspace, &judges);
    let verdicts = workspace.build(&["callers".to_owned()]).expect("cargo build runs");
    let errors: Vec<String> = verdicts.values().flat_map(|v| v.errors()).map(|m| m.rendered.clone()).collect();
    assert!(errors.is_empty(), "{} errors:\n{}", errors.len(), errors.join("\n"));
    let listed = exclusions();
    let (mut used, mut faults, mut right) = (BTreeSet::new(), Vec::new(), 0);
    for judge in &judges {
        let name = judge.app.name;
        let results = call(judge);
        let missing = judge.operations.iter().filter(|operation| !results.contains_key(*operation));
        faults.extend(missing.map(|operation| format!("{name}\t{operation}\tis not called")));
        for (operation, fault) in results {
            let Some(message) = fault else {
                right += 1;
                continue;
            };
            let excluded =
                listed.iter().position(|e| e.app == name && e.operation == operation && message.contains(&e.text));
            match excluded {
                Some(index) => drop(used.insert(index)),
                None => faults.push(format!("{name}\t{operation}\t{message}")),
            }
        }
        let operations = judge.operations.len();
        println!("{name}: {operations} operations");
    }
    println!("{right} right, {} by an exclusion, {} wrong", used.len(), faults.len());
    let ran = |exclusion: &Exclusion| judges.iter().any(|judge| judge.app.name == exclusion.app);
    let unused = listed.iter().enumerate().filter(|(index, e)| ran(e) && !used.contains(index));
    faults.extend(unused.map(|(_, e)| format!("{}\t{}\tthe exclusion is not needed", e.app, e.operation)));
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}
