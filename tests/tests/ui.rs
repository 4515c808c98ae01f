//! Programs against the project's own documents: the right ones compile, and the wrong ones fail with the message of
//! the generated crate. `TRYBUILD=overwrite cargo test -p cogen-tests --test ui -- --test-threads 1` writes the messages and their table.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

#[test]
fn the_compiler_names_the_missing_credential() {
    let programs = trybuild::TestCases::new();
    programs.pass("ui/pass/*.rs");
    programs.compile_fail("ui/fail/*.rs");
}

/// `ui/README.md` lists each mistake with the first line of the compiler's message.
#[test]
fn the_table_lists_all_mistakes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/README.md");
    let readme = fs::read_to_string(&path).expect("a readable file");
    let (before, table) = readme.split_once(HEAD).expect("the head of the table");
    let (count, right) = rows();
    assert!(count >= 30, "there are {count} mistakes");
    if env::var_os("TRYBUILD").is_some_and(|it| it == "overwrite") {
        fs::write(&path, format!("{before}{HEAD}{right}")).expect("a writable file");
        return;
    }
    for (listed, is) in table.lines().zip(right.lines()) {
        assert_eq!(listed, is, "a line of ui/README.md");
    }
    assert_eq!(table.lines().count(), count, "the lines of the table");
}

const HEAD: &str = "| mistake | program | first line of the message |\n|---|---|---|\n";

/// The mistakes, by the names of their programs.
fn rows() -> (usize, String) {
    let programs = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/fail");
    let mut files: Vec<_> =
        fs::read_dir(&programs).expect("a directory").map(|it| it.expect("an entry").path()).collect();
    files.retain(|file| file.extension().is_some_and(|it| it == "rs"));
    files.sort();
    let mut rows = String::new();
    for file in &files {
        let name = file.file_stem().and_then(|it| it.to_str()).expect("a name");
        let text = fs::read_to_string(file).expect("a readable file");
        let mistake = text.lines().next().and_then(|line| line.strip_prefix("//! ")).unwrap_or_default();
        assert!(mistake.ends_with('.'), "{name} does not begin with a sentence that names the mistake");
        let message = fs::read_to_string(file.with_extension("stderr")).expect("the message of each program");
        let message = message.lines().find(|line| line.starts_with("error")).expect("an error");
        let cell = |text: &str| text.replace('|', "\\|");
        let _ = writeln!(rows, "| {} | [`{name}`](fail/{name}.rs) | {} |", cell(mistake), cell(message));
    }
    (files.len(), rows)
}
