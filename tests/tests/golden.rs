//! Small documents, each with its whole generated crate: a change of the generator shows as a change of these files.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use cogen_tests::crates::Workspace;
use cogen_tests::{cogen, paths};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// The path of the runtime in the manifests of these crates, as in the `cogen.toml` next to each document.
const RUNTIME: &str = "../../../../runtime";

/// The directories of `tests/golden`: each holds `openapi.yaml`, `cogen.toml` and the crate `client`.
fn cases() -> Vec<PathBuf> {
    let entries = fs::read_dir(paths::root().join("tests/golden")).expect("tests/golden");
    let mut cases: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    cases.retain(|path| path.is_dir());
    cases.sort();
    assert!(cases.len() >= 8, "there are {} cases in tests/golden", cases.len());
    cases
}

/// The files of a crate by their paths in it.
fn files(root: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut directories = vec![root.to_path_buf()];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(&directory).into_iter().flatten() {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                directories.push(path);
            } else {
                let name = path.strip_prefix(root).expect("a path in the crate").to_string_lossy().into_owned();
                found.insert(name, fs::read_to_string(&path).expect("text"));
            }
        }
    }
    found
}

fn generate(case: &Path, output: &Path) {
    let document = case.join("openapi.yaml");
    let run = cogen::run(&[Path::new("generate"), &document, Path::new("-o"), output]).expect("cogen runs");
    assert_eq!(run.status, Some(0), "{}: {}", paths::name(case), run.stderr);
}

/// With `COGEN_BLESS=1` the crates are generated into `tests/golden`, and are not compared.
#[test]
fn the_generated_crates_equal_the_checked_in_ones() {
    let scratch = paths::scratch("golden-output").expect("a scratch directory");
    let bless = env::var_os("COGEN_BLESS").is_some_and(|value| value == "1");
    let mut differences = String::new();
    for case in cases() {
        let client = case.join("client");
        if bless {
            let _ = fs::remove_dir_all(&client);
            generate(&case, &client);
            continue;
        }
        let output = scratch.join(paths::name(&case));
        generate(&case, &output);
        let (generated, golden) = (files(&output), files(&client));
        let names: Vec<&String> = generated.keys().chain(golden.keys()).collect();
        let differs = names.iter().any(|name| generated.get(*name) != golden.get(*name));
        if differs {
            let stray: Vec<&str> =
                golden.keys().filter(|name| !generated.contains_key(*name)).map(String::as_str).collect();
            let document = case.join("openapi.yaml");
            let check = cogen::run(&[Path::new("check"), &document, Path::new("-o"), &client]).expect("cogen runs");
            differences.push_str(&format!(
                "{}: files that are not generated: {stray:?}\n{}{}\n",
                paths::name(&case),
                check.stdout,
                check.stderr
            ));
        }
    }
    assert!(
        differences.is_empty(),
        "the generator writes other code than `tests/golden` holds:\n{differences}\
         If the new code is right, write it with: COGEN_BLESS=1 cargo test -p cogen-tests --all-features --test golden"
    );
}

#[test]
fn the_golden_crates_compile_without_a_warning() {
    let mut workspace = Workspace::new("golden").expect("a scratch directory");
    let runtime = paths::root().join("runtime");
    let mut members = Vec::new();
    for case in cases() {
        let name = format!("golden-{}", paths::name(&case));
        let directory = workspace.member(&name);
        for (file, text) in files(&case.join("client")) {
            let path = directory.join(&file);
            fs::create_dir_all(path.parent().expect("a directory")).expect("a writable directory");
            let text = if file == "Cargo.toml" { text.replace(RUNTIME, &runtime.to_string_lossy()) } else { text };
            fs::write(path, text).expect("a writable file");
        }
        members.push(name);
    }
    let verdicts = workspace.check(&[]).expect("cargo check runs");
    for name in &members {
        let verdict = verdicts.get(name).unwrap_or_else(|| panic!("{name} was not compiled"));
        assert!(verdict.is_clean(), "{name}: {:?}", verdict.messages);
    }
}
