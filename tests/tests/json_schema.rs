//! The JSON Schema Test Suite: each schema as the type of a member that is sent and answered, and each valid instance read and
//! written back without loss.
//!
//! `-- --nocapture` prints the table that is checked in as `json-schema.tsv`; `COGEN_BLESS=1` writes it. The suite comes from the source
//! distribution of Python's jsonschema, which `./test` installs; without it this test is skipped.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use cogen::config::options::Options;
use cogen::diagnostics::report::{Report, Severity};
use cogen::document::inputs::Input;
use cogen::pipeline;
use cogen_tests::crates::Workspace;
use cogen_tests::paths;
use cogen_tests::suite::{self, DRAFTS, Group};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, fs};

/// What became of a group.
enum Outcome {
    /// The first error: its code and its message.
    Refused(String),
    /// What became of each valid instance: nothing is written where it survives.
    Generated(Vec<Option<String>>),
}

/// The numbers of a file of the suite.
#[derive(Default)]
struct Counts {
    groups: usize,
    generated: usize,
    valid: usize,
    pass: usize,
}

/// The code of the group in one file, or the first error.
fn generate(group: &Group) -> Result<String, String> {
    let input =
        Input { document: ("suite.json".to_owned(), group.document().to_string().into_bytes()), ..Input::default() };
    let options = Options { single_file: true, ..Options::default() };
    let mut report = Report::default();
    match pipeline::generate(&input, &options, &mut report) {
        Ok(generated) => {
            let mut files = generated.files.0.into_iter();
            let (_, text) = files.next().expect("a file");
            assert!(files.next().is_none(), "more than one file");
            Ok(text)
        }
        Err(_) => {
            let error = report.diagnostics.iter().find(|d| d.severity == Severity::Error).expect("an error");
            Err(format!("{}\t{}", error.code.0, error.message))
        }
    }
}

/// Reads `INDEX <TAB> JSON` a line, and prints `=` and the JSON of the type that read it, or `!` and the error.
fn program(modules: &[usize]) -> String {
    let mut text = String::from(
        r#"#![allow(unused, dead_code, missing_docs)]
use serde::{Serialize, de::DeserializeOwned};
use std::io::Write;

fn main() {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lines() {
        let line = line.expect("a line");
        let (index, text) = line.split_once('\t').expect("a tab");
        match round(index.parse().expect("an index"), text) {
            Ok(text) => writeln!(out, "=\t{text}"),
            Err(error) => writeln!(out, "!\t{}", error.replace('\n', " ")),
        }.expect("a pipe");
    }
}

fn read_and_write<T: Serialize + DeserializeOwned>(text: &str) -> Result<String, String> {
    let value: T = serde_json::from_str(text).map_err(|error| error.to_string())?;
    serde_json::to_string(&value).map_err(|error| error.to_string())
}
"#,
    );
    for index in modules {
        let _ = writeln!(text, "mod g{index};");
    }
    text.push_str("\nfn round(index: usize, text: &str) -> Result<String, String> {\n    match index {\n");
    for index in modules {
        let _ = writeln!(text, "        {index} => read_and_write::<g{index}::types::Whole>(text),");
    }
    text.push_str("        _ => Err(\"no such index\".to_owned()),\n    }\n}\n");
    text
}

/// Writes the package: a module for each group that generates.
fn write_package(directory: &Path, modules: &BTreeMap<usize, String>) {
    fs::create_dir_all(directory.join("src")).expect("a directory");
    for (index, text) in modules {
        fs::write(directory.join(format!("src/g{index}.rs")), text).expect("a module");
    }
    let indices: Vec<usize> = modules.keys().copied().collect();
    fs::write(directory.join("src/main.rs"), program(&indices)).expect("a program");
    let runtime = paths::root().join("runtime");
    let manifest = format!(
        "[package]\nname = \"suite\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[features]\ndefault = [\"serde\"]\nserde = [\"cogen-runtime/serde\"]\n\n[dependencies]\ncogen-runtime = {{ path = {runtime:?} }}\nserde = \"1\"\nserde_json = \"1\"\n"
    );
    fs::write(directory.join("Cargo.toml"), manifest).expect("a manifest");
}

/// What each instance became: an error, or the value that was written.
fn run(scratch: &Path, instances: &[(usize, &Value)]) -> Vec<Result<Value, String>> {
    let input = scratch.join("instances");
    let lines: String = instances.iter().map(|(index, value)| format!("{index}\t{{\"v\":{value}}}\n")).collect();
    fs::write(&input, lines).expect("the instances");
    let binary = paths::target().join("debug").join(format!("suite{}", env::consts::EXE_SUFFIX));
    let stdin = fs::File::open(&input).expect("the instances");
    let output = Command::new(binary).stdin(stdin).stderr(Stdio::inherit()).output().expect("it runs");
    let printed = String::from_utf8(output.stdout).expect("text");
    let results: Vec<Result<Value, String>> = printed
        .lines()
        .map(|line| match line.split_once('\t').expect("a tab") {
            ("=", text) => Ok(serde_json::from_str::<Value>(text).expect("JSON")["v"].take()),
            (_, error) => Err(error.to_owned()),
        })
        .collect();
    assert_eq!(results.len(), instances.len(), "the program ended early");
    results
}

/// Equal, except for how a number is written: `1` and `1.0` are equal.
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

fn judge(group: &Group, instance: &Value, result: Result<Value, String>) -> Option<String> {
    match result {
        Ok(written) if same(&written, instance) => None,
        Ok(written) if group.does_not_describe(instance, &written) => {
            Some("changed\ta member that the schema does not describe is dropped".to_owned())
        }
        Ok(written) => Some(format!("changed\t{instance} became {written}")),
        Err(error) if group.lacks_type_for(instance, &error) => Some("refused\tthe schema has no `type`".to_owned()),
        Err(error) => Some(format!("refused\t{instance}: {error}")),
    }
}

/// The table: the numbers of each file, then each group that is refused and each instance that does not survive.
fn table(results: &[(&'static str, Vec<(Group, Outcome)>)]) -> String {
    let mut text = String::from(
        "# The JSON Schema Test Suite. For each file: groups, groups that generate, valid instances of those, instances that survive.\n# Then what is refused or changed: how often, group, kind, reason. Written by `COGEN_BLESS=1 cargo test -p cogen-tests --test json_schema`.\n",
    );
    for (draft, groups) in results {
        let mut files: BTreeMap<&str, Counts> = BTreeMap::new();
        let (mut all, mut details) = (Counts::default(), BTreeMap::<String, usize>::new());
        for (group, outcome) in groups {
            let [file, all] = [files.entry(group.file()).or_default(), &mut all].map(|counts| {
                counts.groups += 1;
                counts
            });
            match outcome {
                Outcome::Refused(error) => *details.entry(format!("{}\t{error}", group.name)).or_default() += 1,
                Outcome::Generated(instances) => {
                    for counts in [file, all] {
                        counts.generated += 1;
                        counts.valid += instances.len();
                        counts.pass += instances.iter().filter(|instance| instance.is_none()).count();
                    }
                    for detail in instances.iter().flatten() {
                        *details.entry(format!("{}\t{detail}", group.name)).or_default() += 1;
                    }
                }
            }
        }
        let line = |name: &str, c: &Counts| {
            format!("{draft}\t{name}\t{}\t{}\t{}\t{}\n", c.groups, c.generated, c.valid, c.pass)
        };
        text.push_str(&line("(all)", &all));
        files.iter().for_each(|(name, counts)| text.push_str(&line(name, counts)));
        details.iter().for_each(|(detail, times)| text.push_str(&format!("{draft}\t{times}\t{detail}\n")));
    }
    text
}

#[test]
fn valid_instances_of_the_suite_survive_their_types() {
    let Some(home) = suite::home() else {
        println!("skipped: the suite is not installed; `./test` installs it");
        return;
    };
    let mut workspace = Workspace::new("json-schema").expect("a scratch directory");
    let directory = workspace.member("suite");
    let (mut modules, mut groups) = (BTreeMap::new(), Vec::new());
    for draft in DRAFTS {
        for group in suite::groups(&home, draft).expect("the suite") {
            let generated = generate(&group);
            let index = groups.len();
            groups.push((draft.name, group, generated.as_ref().err().cloned()));
            if let Ok(text) = generated {
                modules.insert(index, text);
            }
        }
    }
    write_package(&directory, &modules);
    let verdicts = workspace.build(&["suite".to_owned()]).expect("cargo build runs");
    let errors: Vec<&str> = verdicts.values().flat_map(|v| v.errors()).map(|m| m.rendered.as_str()).take(20).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    let instances: Vec<(usize, &Value)> =
        modules.keys().flat_map(|index| groups[*index].1.valid.iter().map(move |(_, value)| (*index, value))).collect();
    let mut written = run(directory.parent().expect("the workspace"), &instances).into_iter();
    let mut results: Vec<(&'static str, Vec<(Group, Outcome)>)> =
        DRAFTS.iter().map(|draft| (draft.name, Vec::new())).collect();
    for (draft, group, refused) in groups.clone() {
        let outcome = match refused {
            Some(error) => Outcome::Refused(error),
            None => {
                let each =
                    group.valid.iter().map(|(_, instance)| judge(&group, instance, written.next().expect("a result")));
                Outcome::Generated(each.collect())
            }
        };
        let (_, list) = results.iter_mut().find(|(name, _)| *name == draft).expect("a draft");
        list.push((group, outcome));
    }
    let table = table(&results);
    println!("{table}");
    let file = paths::root().join("tests/json-schema.tsv");
    if env::var_os("COGEN_BLESS").is_some_and(|value| value == "1") {
        fs::write(&file, &table).expect("the table");
    }
    let expected = fs::read_to_string(&file).expect("the table");
    let differs = table.lines().zip(expected.lines()).find(|(found, expected)| found != expected);
    assert!(table == expected, "the table differs from {}: {differs:?}", file.display());
}
