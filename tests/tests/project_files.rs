//! The other files of the project: the contents of the packages, and the names in the documents of the project.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use cogen_tests::paths;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

fn read(file: &str) -> String {
    fs::read_to_string(paths::root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The files of the repository, relative to its root, without those that git ignores.
fn files() -> Vec<PathBuf> {
    let mut git = Command::new("git");
    let output = output_of(git.args(["ls-files", "-z", "-co", "--exclude-standard"]).current_dir(paths::root()));
    let names = output.split('\0').filter(|name| !name.is_empty()).map(PathBuf::from);
    let found: Vec<_> = names.filter(|file| paths::root().join(file).is_file()).collect();
    assert!(found.len() > 500, "git lists only {} files", found.len());
    found
}

fn output_of(command: &mut Command) -> String {
    let output = command.output().expect("the command starts");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The texts between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The sources, scripts and workflows, each with its text.
fn sources() -> Vec<(PathBuf, String)> {
    let is_source = |file: &PathBuf| {
        let kind = file.extension().map(|e| e.to_string_lossy().into_owned()).unwrap_or_default();
        ["", "rs", "py", "mjs", "yml"].contains(&kind.as_str()) && !file.starts_with("tests/specs")
    };
    let text = |file: PathBuf| {
        let text = fs::read_to_string(paths::root().join(&file)).ok()?;
        Some((file, text))
    };
    files().into_iter().filter(is_source).filter_map(text).collect()
}

#[test]
fn both_packages_contain_their_licenses_and_readme() {
    for package in ["codegen", "runtime"] {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.args(["package", "--list", "--allow-dirty", "--locked"]).current_dir(paths::root().join(package));
        let list = output_of(&mut command);
        for file in ["LICENSE-MIT", "LICENSE-APACHE", "README.md", "src/lib.rs"] {
            assert!(list.lines().any(|line| line == file), "{package} does not contain {file}");
        }
        for license in ["LICENSE-MIT", "LICENSE-APACHE"] {
            assert_eq!(read(license), read(&format!("{package}/{license}")), "{package}/{license}");
        }
    }
}

/// The names of tests in SECURITY.md: `name`, or `prefix_…` for all of a number.
#[test]
fn each_test_that_security_names_exists() {
    let sources = sources();
    let all: String = sources.iter().map(|(_, text)| text.as_str()).collect();
    let security = read("SECURITY.md");
    let mut named = 0;
    for name in quoted(&security) {
        let is_test = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        let found = if let Some(prefix) = name.strip_suffix('…').filter(|p| p.chars().all(is_test)) {
            all.contains(&format!("fn {prefix}"))
        } else if name.contains('_') && name.chars().all(is_test) {
            all.contains(&format!("fn {name}()")) || paths::root().join("tests/tests").join(name).is_dir()
        } else if name.ends_with(".rs") {
            sources.iter().any(|(file, _)| file.ends_with(name))
        } else {
            continue;
        };
        assert!(found || name == "__rt", "SECURITY.md names `{name}`");
        named += 1;
    }
    assert!(named > 50, "only {named} tests are named");
}

#[test]
fn each_environment_variable_of_the_tests_is_in_their_readme() {
    let readme = read("tests/README.md");
    let variables = |text: &str| -> BTreeSet<String> {
        let starts = text.match_indices("COGEN_").map(|(at, _)| &text[at..]);
        let names = starts.map(|rest| {
            rest.split(|c: char| !c.is_ascii_uppercase() && !c.is_ascii_digit() && c != '_').next().unwrap_or_default()
        });
        // The code of a diagnostic contains a digit.
        names.filter(|n| n.len() > 6 && !n.contains(|c: char| c.is_ascii_digit())).map(str::to_owned).collect()
    };
    let own = Path::new("tests/tests/project_files.rs");
    let used: BTreeSet<String> =
        sources().iter().filter(|(file, _)| file != own).flat_map(|(_, text)| variables(text)).collect();
    assert_eq!(variables(&readme), used);
}

#[test]
fn each_test_of_the_generator_is_in_the_readme_of_the_tests() {
    let readme = read("tests/README.md");
    let tests = fs::read_dir(paths::root().join("tests/tests")).expect("a directory");
    for test in tests.map(|entry| entry.expect("an entry").path()) {
        let name = test.file_stem().expect("a name").to_string_lossy().into_owned();
        assert!(readme.contains(&format!("--test {name}")), "tests/README.md has no command for {name}");
    }
}

/// The files with a placeholder that the owner of the project replaces.
#[test]
fn each_placeholder_is_listed() {
    let contributing = read("CONTRIBUTING.md");
    let (_, list) = contributing.split_once("\n## Before the first publication\n").expect("the section");
    let listed: BTreeSet<PathBuf> =
        quoted(list).map(PathBuf::from).filter(|f| paths::root().join(f).is_file()).collect();
    let has_it =
        |file: &PathBuf| fs::read_to_string(paths::root().join(file)).is_ok_and(|text| text.contains("OWNER/cogen"));
    let about_it = ["CONTRIBUTING.md", ".ci/release", "tests/tests/project_files.rs"].map(PathBuf::from);
    let found: BTreeSet<PathBuf> = files().into_iter().filter(|f| !about_it.contains(f)).filter(has_it).collect();
    let listed = listed.into_iter().filter(|file| !about_it.contains(file)).collect();
    assert_eq!(found, listed);
}

#[test]
fn each_script_that_a_workflow_runs_exists() {
    let mut found = 0;
    let workflows = fs::read_dir(paths::root().join(".github/workflows")).expect("a directory");
    for workflow in workflows.map(|entry| entry.expect("an entry").path()) {
        let text = fs::read_to_string(&workflow).expect("a workflow");
        let words = text.split_whitespace().filter(|word| word.starts_with(".ci/") || *word == "./test");
        for script in words {
            assert!(paths::root().join(script).is_file(), "{} runs {script}", workflow.display());
            found += 1;
        }
    }
    assert!(found >= 6, "only {found} scripts are run");
}

/// The README of the package shows each input of the action, and no other.
#[test]
fn the_action_has_the_documented_inputs() {
    let action = read("action.yml");
    let (_, inputs) = action.split_once("\ninputs:\n").expect("inputs");
    let inputs = inputs.split("\nruns:").next().expect("inputs");
    let is_input = |line: &&str| line.starts_with("  ") && !line.starts_with("   ") && line.ends_with(':');
    let inputs: BTreeSet<&str> =
        inputs.lines().filter(is_input).map(|line| line.trim().trim_end_matches(':')).collect();
    let readme = read("codegen/README.md");
    let (_, shown) = readme.split_once("  with:\n").expect("an example");
    let shown = shown.lines().take_while(|line| line.starts_with("    "));
    let shown: BTreeSet<&str> = shown.filter_map(|line| line.trim().split_once(':')).map(|(name, _)| name).collect();
    assert_eq!(shown, inputs);
}

#[test]
fn each_part_of_the_deep_checks_runs_in_the_workflow() {
    let deep = read(".ci/deep");
    let parts = deep.lines().filter_map(|line| line.strip_suffix("() {")).filter(|part| *part != "tool");
    let parts: BTreeSet<&str> = parts.collect();
    let workflow = read(".github/workflows/deep.yml");
    let list = workflow.lines().find_map(|line| line.trim().strip_prefix("part: [")).expect("the list");
    assert_eq!(list.trim_end_matches(']').split(", ").collect::<BTreeSet<_>>(), parts);
    let default = deep.lines().find(|line| line.starts_with("for part in")).expect("the default");
    parts.iter().for_each(|part| assert!(default.contains(part), "`.ci/deep` does not run {part}"));
}

/// The changelog has a section for unreleased changes, and one for each release.
#[test]
fn the_changelog_has_the_expected_form() {
    let changelog = read("CHANGELOG.md");
    let sections: Vec<&str> = changelog.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    assert_eq!(sections.first(), Some(&"[Unreleased]"));
    for section in &sections[1..] {
        let (version, date) = section.split_once(" - ").expect("## [X.Y.Z] - YYYY-MM-DD");
        let version = version.trim_matches(['[', ']']);
        assert!(version.split('.').count() == 3 && date.split('-').count() == 3, "{section}");
    }
}
