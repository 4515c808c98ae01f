//! The example of each diagnostic code, run as a user runs it. What cogen prints is in `src/diagnostics/codes/examples/CODE.stderr`.
//!
//! Documents run on all systems. Scripts (`CODE.sh`) and system messages are those of Linux.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use cogen::diagnostics::codes;
use cogen::diagnostics::codes::{Example, Explained};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

#[path = "../src/diagnostics/codes/examples/W006.rs"]
mod w006;

/// The directory of the examples.
fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/diagnostics/codes/examples")
}

/// The part of a code that names its files: `L021`.
fn short(explained: &Explained) -> &'static str {
    explained.code.0.strip_prefix("COGEN-").unwrap()
}

/// A new directory with the files of an example.
fn directory_of(explained: &Explained) -> PathBuf {
    let name = format!("cogen-example-{}-{}", std::process::id(), short(explained));
    let directory = std::env::temp_dir().join(name);
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir(&directory).unwrap();
    for file in explained.example.files {
        // Git can check out files with the line ends of Windows.
        fs::write(directory.join(file.name), file.text.replace("\r\n", "\n")).unwrap();
    }
    directory
}

/// The command that runs an example; `None` for a program.
fn command(example: &Example) -> Option<Command> {
    let cogen = Path::new(env!("CARGO_BIN_EXE_cogen"));
    let mut command;
    if let Some(arguments) = example.arguments() {
        command = Command::new(cogen);
        command.args(arguments).args(["--verbose", "-o", "client"]);
    } else {
        let script = example.files[0].name;
        if !script.ends_with(".sh") {
            return None;
        }
        command = Command::new("sh");
        command.arg(script);
    }
    let bin = cogen.parent().unwrap().to_str().unwrap();
    let path = std::env::var("PATH").unwrap();
    command.env_clear().env("PATH", format!("{bin}:{path}"));
    Some(command)
}

/// What an example prints, without the list of the files that it writes.
fn printed(explained: &Explained) -> String {
    let directory = directory_of(explained);
    let printed = match command(&explained.example) {
        Some(mut command) => {
            let output = command.current_dir(&directory).output().unwrap();
            let text = String::from_utf8(output.stderr).unwrap();
            let refused = text.contains("error[");
            assert_eq!(output.status.success(), !refused, "{}: {}\n{text}", explained.code, output.status);
            text
        }
        None => {
            // The other tests of this file use absolute paths.
            fs::write(directory.join("openapi.yaml"), "openapi: 3.0.1").unwrap();
            let before = std::env::current_dir().unwrap();
            std::env::set_current_dir(&directory).unwrap();
            let report = w006::main().unwrap_err();
            std::env::set_current_dir(before).unwrap();
            format!("Error: {report:?}\n")
        }
    };
    fs::remove_dir_all(directory).unwrap();
    printed
        .lines()
        .filter(|line| !line.starts_with("       Wrote "))
        .fold(String::new(), |text, line| text + line + "\n")
}

/// Whether an example runs on this system.
fn runs_here(example: &Example) -> bool {
    cfg!(target_os = "linux") || example.arguments().is_some()
}

/// Whether each error of a text has a help. The last error of a run refers to the errors before it.
fn has_help_for_each_error(text: &str) -> bool {
    let mut errors = text.split("\n\n").filter(|part| part.trim_start().starts_with("error["));
    errors.all(|error| error.contains("[COGEN-W008]") || error.contains("= help: "))
}

#[test]
fn each_example_prints_its_expected_text() {
    let mut faults = Vec::new();
    for explained in codes::all().filter(|explained| runs_here(&explained.example)) {
        let printed = printed(&explained);
        let path = examples().join(format!("{}.stderr", short(&explained)));
        if std::env::var_os("COGEN_BLESS").is_some() {
            fs::write(&path, &printed).unwrap();
        }
        let expected = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
        if printed != expected {
            faults.push(format!("{}: expected\n{expected}\nprinted\n{printed}", path.display()));
        }
        if !printed.contains(&format!("[{}]", explained.code)) {
            faults.push(format!("the example of {} does not have the code\n{printed}", explained.code));
        }
        if !has_help_for_each_error(&printed) {
            faults.push(format!("the example of {} has an error without a help\n{printed}", explained.code));
        }
    }
    assert!(
        faults.is_empty(),
        "{} faults; `COGEN_BLESS=1 cargo test -p cogen --test examples` writes the expected texts\n{}",
        faults.len(),
        faults.join("\n")
    );
}

#[test]
fn each_code_has_an_example_and_no_file_is_left_over() {
    let mut listed = BTreeSet::new();
    for explained in codes::all() {
        let first = explained.example.files.first().map(|file| file.name);
        assert!(first.is_some_and(|name| name.starts_with(short(&explained))), "{} has no example", explained.code);
        listed.insert(format!("{}.stderr", short(&explained)));
        listed.extend(explained.example.files.iter().map(|file| file.name.to_owned()));
    }
    let found = fs::read_dir(examples()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let found: BTreeSet<String> = found.collect();
    let differing: Vec<&String> = found.symmetric_difference(&listed).collect();
    assert!(differing.is_empty(), "listed but missing, or present but not listed: {differing:?}");
}
