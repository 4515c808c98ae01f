//! What README.md shows is what happens: its commands run, its programs compile, its message is the compiler's.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use cogen_tests::crates::Workspace;
use cogen_tests::{cogen, place};
use serde_json::Value;
use std::fs;
use std::process::Command;

/// The README's fenced blocks of a language, in order.
fn blocks(language: &str) -> Vec<String> {
    let text = fs::read_to_string(place::root().join("README.md")).expect("the README");
    let mut found = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some(info) = line.strip_prefix("```").filter(|info| !info.is_empty()) else { continue };
        let body: Vec<&str> = lines.by_ref().take_while(|l| *l != "```").collect();
        if info.split(',').next() == Some(language) {
            found.push(body.join("\n"));
        }
    }
    assert!(!found.is_empty(), "the README has no block of {language}");
    found
}

fn petstore() -> std::path::PathBuf {
    place::root().join("examples/petstore/openapi.yaml")
}

#[test]
fn the_first_command_runs() {
    let consoles = blocks("console").join("\n");
    let line =
        consoles.lines().find_map(|l| l.strip_prefix("$ cargo run --release -p cogen -- ")).expect("the command");
    let run =
        Command::new(cogen::binary().expect("cogen builds")).args(line.split(' ')).current_dir(place::root()).output();
    let run = run.expect("cogen runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    assert!(place::root().join(line.rsplit(' ').next().expect("a directory")).join("src/client.rs").is_file());
}

#[test]
fn the_checked_in_client_is_what_the_document_says() {
    let run = Command::new(cogen::binary().expect("cogen builds"))
        .args(["check", "examples/petstore/openapi.yaml", "-o", "examples/petstore-client"])
        .current_dir(place::root())
        .output()
        .expect("cogen runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stdout));
}

#[test]
fn every_command_of_cogen_is_one() {
    let text = blocks("console").join("\n") + &fs::read_to_string(place::root().join("README.md")).expect("the README");
    let verbs = text.match_indices("cogen ").filter_map(|(at, _)| text[at + 6..].split([' ', '`', '\n']).next());
    let help = Command::new(cogen::binary().expect("cogen builds")).arg("--help").output().expect("cogen runs");
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    for verb in ["generate", "check", "inspect", "explain", "completions"] {
        assert!(verbs.clone().any(|v| v == verb), "the README does not show `cogen {verb}`");
        assert!(help.contains(&format!("  {verb} ")), "`cogen --help` does not list {verb}:\n{help}");
    }
}

#[test]
fn the_configuration_is_understood() {
    let directory = place::scratch("readme-config").expect("a scratch directory");
    // The scheme that the configuration binds is one that an operation asks for.
    let legacy = "paths:\n  /legacy:\n    get: { security: [{ Legacy: [] }], responses: {} }\n";
    let text = fs::read_to_string(petstore()).expect("the document").replacen("paths:\n", legacy, 1);
    assert!(text.contains("/legacy"));
    fs::write(directory.join("openapi.yaml"), text).expect("a copy");
    fs::copy(petstore(), directory.join("source.yaml")).expect("a copy");
    fs::write(directory.join("cogen.toml"), &blocks("toml")[0]).expect("a writable file");
    let run = Command::new(cogen::binary().expect("cogen builds"))
        .args(["inspect", "openapi.yaml"])
        .current_dir(&directory)
        .output()
        .expect("cogen runs");
    let said = String::from_utf8_lossy(&run.stderr).into_owned();
    assert!(!said.contains("error["), "{said}");
}

#[test]
fn the_line_of_inspect_is_what_it_prints() {
    let shown: Value = serde_json::from_str(&blocks("json")[0]).expect("a JSON object");
    let (operations, _) = cogen::output::inspect(&petstore()).expect("cogen runs");
    let printed = operations.iter().find(|o| o["method"] == shown["method"] && o["path"] == shown["path"]);
    assert_eq!(printed, Some(&shown));
}

#[test]
fn the_build_script_is_the_examples() {
    let example = ["build.rs", "src/main.rs"]
        .map(|file| fs::read_to_string(place::root().join("examples/build-script").join(file)).expect("the example"));
    let example: String = example.join("\n").replace("../petstore/", "").split_whitespace().collect();
    let block = blocks("rust").into_iter().find(|b| b.contains("build.rs")).expect("the block");
    for part in block.split("// ").filter_map(|part| part.split_once('\n')).map(|(_, code)| code) {
        let code: String = part.split_whitespace().collect();
        assert!(example.contains(&code), "examples/build-script does not hold:\n{part}");
    }
}

/// The programs compile as they stand; the call that they show as wrong gives the message that the README shows.
#[test]
fn the_programs_compile_and_the_wrong_call_does_not() {
    let mut workspace = Workspace::new("readme").expect("a scratch directory");
    let client = workspace.member("petstore-client");
    let run = cogen::pipeline(&petstore(), &client, None, &[]).expect("cogen runs");
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    let programs: Vec<String> = blocks("rust").into_iter().filter(|b| !b.contains("fn main")).collect();
    let mut names = Vec::new();
    for (index, block) in programs.iter().enumerate() {
        let right = format!("readme-{index}");
        program(&mut workspace, &right, block);
        names.push((right, true));
        if let Some((before, wrong)) = block.split_once(WRONG) {
            let call = wrong.split("  //").next().unwrap_or_default();
            let name = format!("readme-{index}-wrong");
            program(&mut workspace, &name, &format!("{before}\n    {call};"));
            names.push((name, false));
        }
    }
    assert!(names.iter().any(|(_, right)| !right), "no block shows a wrong call after `{WRONG}`");
    let verdicts = workspace.check(&[]).expect("cargo check runs");
    let message = blocks("text").into_iter().find(|b| b.starts_with("error[E0277]")).expect("the message");
    for (name, right) in names {
        let verdict = verdicts.get(&name).expect("a verdict");
        if right {
            assert!(verdict.is_clean(), "{name}: {}", verdict.messages[0].rendered);
            continue;
        }
        let rendered = &verdict.errors().next().expect("an error").rendered;
        for line in message.lines().filter(|l| l.starts_with("error") || l.trim_start().starts_with("= note")) {
            assert!(rendered.contains(line.trim()), "the compiler does not say:\n{line}\nbut:\n{rendered}");
        }
        let (_, label) = message.split_once("^ ").expect("a label");
        let label = label.lines().next().unwrap_or_default();
        assert!(rendered.contains(&format!("^ {label}\n")), "the compiler does not say:\n{label}\nbut:\n{rendered}");
    }
}

/// What stands before a call that does not compile.
const WRONG: &str = "// does not compile: ";

/// A crate whose one function is a block of the README.
fn program(workspace: &mut Workspace, name: &str, block: &str) {
    let directory = workspace.member(name);
    fs::create_dir_all(directory.join("src")).expect("a directory");
    let runtime = place::root().join("runtime");
    let manifest = format!(
        r#"[package]
name = "{name}"
version = "0.0.0"
edition = "2024"

[dependencies]
cogen-runtime = {{ path = {runtime:?}, features = ["aws-config", "cognito", "file-store", "hosted-login", "identity-pool"] }}
petstore-client = {{ path = "../petstore-client" }}
reqwest = {{ version = "0.13", default-features = false }}
"#
    );
    fs::write(directory.join("Cargo.toml"), manifest).expect("a writable file");
    fs::write(directory.join("src/lib.rs"), format!("{PRELUDE}{block}\n    Ok(())\n}}\n")).expect("a writable file");
}

/// The names that the README's programs take for granted.
const PRELUDE: &str = "#![allow(unused)]
use cogen_runtime::store::FileStore;
use cogen_runtime::{Hook, Iam, IdentityPool, Retry, UserPool, UserSession};
use petstore_client::scopes::PetsRead;
use petstore_client::types::NewPet;
use petstore_client::{Client, PetPool, grant};
use std::time::Duration;

struct TraceHeaders;
impl Hook for TraceHeaders {}

async fn example(
    (id_token, access_token, password, secret): (String, String, String, String),
    session: UserSession<PetPool, grant![PetsRead]>,
    reqwest_client: reqwest::Client,
) -> Result<(), Box<dyn std::error::Error>> {
";
