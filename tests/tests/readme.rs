//! README.md is correct: its commands run, its programs compile, its message is that of the compiler.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use cogen_tests::crates::Workspace;
use cogen_tests::{cogen, markdown, paths, programs};
use std::process::Command;

/// The README's fenced blocks of a language, in order.
fn blocks(language: &str) -> Vec<String> {
    let all = markdown::blocks(&markdown::file("README.md"));
    let found: Vec<String> =
        all.into_iter().filter(|block| block.language == language).map(|block| block.text).collect();
    assert!(!found.is_empty(), "the README has no block of {language}");
    found
}

#[test]
fn the_first_command_runs() {
    let consoles = blocks("console").join("\n");
    let line =
        consoles.lines().find_map(|l| l.strip_prefix("$ cargo run --release -p cogen -- ")).expect("the command");
    let run =
        Command::new(cogen::binary().expect("cogen builds")).args(line.split(' ')).current_dir(paths::root()).output();
    let run = run.expect("cogen runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    assert!(paths::root().join(line.rsplit(' ').next().expect("a directory")).join("src/client.rs").is_file());
}

#[test]
fn the_checked_in_client_is_up_to_date() {
    let run = Command::new(cogen::binary().expect("cogen builds"))
        .args(["check", "examples/petstore/openapi.yaml", "-o", "examples/petstore-client"])
        .current_dir(paths::root())
        .output()
        .expect("cogen runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stdout));
}

#[test]
fn the_readme_is_short() {
    let lines = markdown::file("README.md").lines().count();
    assert!(lines <= 160, "{lines} lines: move what a reader does not need to choose cogen to the book");
}

/// The programs compile as printed. The call that the README shows as wrong gives the message of the README.
#[test]
fn the_programs_compile_and_the_wrong_call_does_not() {
    let mut workspace = Workspace::new("readme").expect("a scratch directory");
    programs::client(&mut workspace, CLIENT, "examples/petstore/openapi.yaml").expect("the document is accepted");
    let (mut names, mut wrong_names) = (Vec::new(), Vec::new());
    for (index, block) in blocks("rust").iter().enumerate() {
        let name = format!("readme-{index}");
        program(&mut workspace, &name, block);
        names.push(name);
        if let Some((before, wrong)) = block.split_once(WRONG) {
            let call = wrong.split("  //").next().unwrap_or_default();
            let name = format!("readme-{index}-wrong");
            program(&mut workspace, &name, &format!("{before}\n    {call};"));
            wrong_names.push(name);
        }
    }
    assert!(!wrong_names.is_empty(), "no block shows a wrong call after `{WRONG}`");
    let verdicts = workspace.check(&[]).expect("cargo check runs");
    for name in names {
        let verdict = verdicts.get(&name).expect("a verdict");
        assert!(verdict.is_clean(), "{name}: {}", verdict.messages[0].rendered);
    }
    let message = blocks("text").into_iter().find(|b| b.starts_with("error[E0277]")).expect("the message");
    for name in wrong_names {
        let difference = programs::difference(verdicts.get(&name).expect("a verdict"), &message);
        assert_eq!(difference, None, "{name}: {}", difference.as_deref().unwrap_or_default());
    }
}

/// The client that the programs use.
const CLIENT: &str = "petstore-client";

/// The text before a call that does not compile.
const WRONG: &str = "// does not compile: ";

/// A crate whose only function is a block of the README.
fn program(workspace: &mut Workspace, name: &str, block: &str) {
    let text = format!("{PRELUDE}{block}\n    Ok(())\n}}\n");
    programs::member(workspace, name, &[CLIENT], &[("lib.rs".to_owned(), text)]).expect("a writable file");
}

/// The names that the programs of the README assume.
const PRELUDE: &str = "#![allow(unused)]
use cogen_runtime::{IdentityPool, UserPool, UserSession};
use petstore_client::scopes::PetsRead;
use petstore_client::types::NewPet;
use petstore_client::{Client, PetPool, grant};

async fn example(
    pool: cogen_runtime::AppClient<PetPool>,
    (id_token, access_token, password, secret): (String, String, String, String),
) -> Result<(), Box<dyn std::error::Error>> {
";
