//! A random value of a random schema survives JSON → type → JSON, and a union reads it as the
//! variant that it is.
//!
//! `COGEN_SEED` sets the seed, `COGEN_CASES` how many crates of random schemas are made (default 1),
//! `COGEN_VALUES` how many values each schema gets (default 60).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use cogen::ir::types::{Type, TypeKind};
use cogen_tests::crates::Workspace;
use cogen_tests::document::Document;
use cogen_tests::fits::fits;
use cogen_tests::schemas::{self, Schemas};
use cogen_tests::values::{Habits, Maker};
use cogen_tests::{cogen as command, paths};
use fastrand::Rng;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::process::{Command, Stdio};
use std::{env, fs};

const WORDS: &[&str] = &[
    "rex",
    "a b",
    "été",
    "\"q\"\\\n\t\r",
    "日本",
    "\u{1f98a}",
    "\u{7f}\u{1}\u{0}",
    "</script>",
    "\u{2028}",
    "null",
    "1",
    "true",
];

const HABITS: Habits =
    Habits { words: WORDS, whole: false, request: false, null_with_all_of: true, never_null: false, wide: true };

fn number(name: &str, default: u64) -> u64 {
    env::var(name).ok().map_or(default, |text| text.parse().unwrap_or_else(|e| panic!("{name}: {e}")))
}

/// Reads `INDEX <TAB> JSON` a line, prints the JSON of the type that read it, and the variant of a union.
fn program(schemas: &Schemas, document: &Document) -> String {
    let mut text = String::from(
        r#"#![allow(unused, clippy::all)]
use cogen_runtime::__rt::v1 as rt;
use std::io::Write;

fn main() {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lines() {
        let line = line.expect("a line");
        let (index, text) = line.split_once('\t').expect("a tab");
        match round(index.parse().expect("an index"), text) {
            Ok((text, variant)) => writeln!(out, "{variant}\t{text}"),
            Err(error) => writeln!(out, "!\t{error}"),
        }.expect("a pipe");
    }
}

fn read_and_write<T: rt::serde::Serialize + rt::serde::de::DeserializeOwned>(text: &str, variant: fn(&T) -> &'static str) -> Result<(String, &'static str), String> {
    let value: T = rt::serde_json::from_str(text).map_err(|e| e.to_string())?;
    let again = rt::serde_json::to_string(&value).map_err(|e| e.to_string())?;
    // Reading by way of a tree must give the same.
    let tree = rt::serde_json::to_value(&value).map_err(|e| e.to_string())?;
    let from_tree: T = rt::serde_json::from_value(tree.clone()).map_err(|e| format!("from a tree: {e}"))?;
    let by_tree = rt::serde_json::to_string(&from_tree).map_err(|e| e.to_string())?;
    if by_tree != again {
        return Err(format!("read from a tree it is {by_tree}, otherwise {again}"));
    }
    Ok((again, variant(&value)))
}

fn round(index: usize, text: &str) -> Result<(String, &'static str), String> {
    match index {
"#,
    );
    for (index, name) in schemas.names.iter().enumerate() {
        let def = document.api.types.iter().find(|t| t.name.as_str() == name);
        let mut arms = String::new();
        if let Some(TypeKind::Union { variants, other, .. }) = def.map(|d| &d.kind) {
            for variant in variants {
                let holds = match &variant.ty {
                    Type::Named(id) => document.api.types[id.0 as usize].name.as_str(),
                    _ => "",
                };
                let _ = write!(arms, "api::types::{name}::{}(_) => {holds:?}, ", variant.name);
            }
            let _ = write!(arms, "api::types::{name}::{other}(_) => \"(other)\", ");
        }
        let arms = if arms.is_empty() {
            "_ => \"\"".to_owned()
        } else {
            format!("{arms}#[allow(unreachable_patterns)] _ => \"\"")
        };
        let _ = writeln!(
            text,
            "        {index} => read_and_write::<api::types::{name}>(text, |it| match it {{ {arms} }}),"
        );
    }
    text.push_str("        _ => Err(\"no such index\".to_owned()),\n    }\n}\n");
    text
}

/// Equal, except for how a number is written: `1` and `1.0` are equal.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(x), Value::Number(y)) => x == y || (x.is_f64() || y.is_f64()) && x.as_f64() == y.as_f64(),
        (Value::Array(x), Value::Array(y)) => x.len() == y.len() && x.iter().zip(y).all(|(x, y)| same(x, y)),
        (Value::Object(x), Value::Object(y)) => {
            x.len() == y.len() && x.iter().all(|(k, x)| y.get(k).is_some_and(|y| same(x, y)))
        }
        _ => a == b,
    }
}

#[test]
fn values_of_random_schemas_survive_their_types() {
    let (seed, rounds, each) = (number("COGEN_SEED", 1), number("COGEN_CASES", 1), number("COGEN_VALUES", 60));
    let mut workspace = Workspace::new("round-trip").expect("a scratch directory");
    let mut made = Vec::new();
    for round in 0..rounds {
        let seed = seed.wrapping_add(round);
        println!("COGEN_SEED={seed}");
        let mut schemas = schemas::schemas(120, &mut Rng::with_seed(seed));
        let member = format!("r{round:02}");
        let directory = workspace.member(&member);
        let file = directory.with_extension("json");
        fs::write(&file, schemas.document.to_string()).expect("a document");
        let run = command::generate(&file, &directory, Some(&member), &[]).expect("cogen runs");
        assert_eq!(run.status, Some(0), "COGEN_SEED={seed}: {}", run.stderr);
        let document = Document::read(&file, None).expect("a document");
        // A type alias has no implementations of its own; it is tested as a field of a struct.
        let alias = |name: &str| {
            document.api.types.iter().any(|t| t.name.as_str() == name && matches!(t.kind, TypeKind::Alias(_)))
        };
        schemas.names.retain(|name| !alias(name));
        let text = program(&schemas, &document);
        workspace.binary_with(&format!("{member}-main"), &[("api", &member)], &["serde"], &text).expect("a program");
        made.push((seed, member, schemas, document));
    }
    let verdicts = workspace.build(&[]).expect("cargo build runs");
    let mut faults = Vec::new();
    let (mut values, mut in_unions) = (0, 0);
    for (seed, member, schemas, document) in &made {
        if let Some(first) = verdicts.get(&format!("{member}-main")).and_then(|v| v.errors().next().cloned()) {
            faults.push(format!("COGEN_SEED={seed}: {}", first.rendered));
            continue;
        }
        let mut maker = Maker::new(&document.root, HABITS, *seed);
        let mut given = Vec::new();
        for (index, name) in schemas.names.iter().enumerate() {
            let schema = &document.root["components"]["schemas"][name];
            let referenced = serde_json::json!({ "$ref": format!("#/components/schemas/{name}") });
            let nullable = schema["nullable"] == true;
            // A type describes values that are not null: `null` belongs to where the type is used.
            given.extend(
                (0..each)
                    .filter_map(|_| maker.value(&referenced))
                    .filter(|v| !(nullable && v.is_null()))
                    .map(|v| (index, v)),
            );
        }
        let lines: String = given.iter().map(|(index, value)| format!("{index}\t{value}\n")).collect();
        let input = paths::target().join("cogen-tests/round-trip").join(format!("{member}.values"));
        fs::write(&input, lines).expect("the values");
        let binary = paths::target().join("debug").join(format!("{member}-main{}", env::consts::EXE_SUFFIX));
        let output = Command::new(binary)
            .stdin(fs::File::open(&input).expect("the values"))
            .stderr(Stdio::inherit())
            .output()
            .expect("it runs");
        let printed = String::from_utf8(output.stdout).expect("text");
        assert_eq!(printed.lines().count(), given.len(), "COGEN_SEED={seed}: the program ended early");
        let mut reported = BTreeSet::new();
        for ((index, value), line) in given.iter().zip(printed.lines()) {
            let name = &schemas.names[*index];
            let (variant, text) = line.split_once('\t').expect("a tab");
            values += 1;
            let again: Option<Value> = if variant == "!" { None } else { serde_json::from_str(text).ok() };
            if again.as_ref().is_none_or(|again| !same(value, again)) {
                // One value per schema is enough to report.
                if reported.insert(name) {
                    faults.push(format!(
                        "COGEN_SEED={seed} {name}: {value}\n  became {text}\n  by {}",
                        document.root["components"]["schemas"][name]
                    ));
                }
                continue;
            }
            if let Some(variants) = schemas.unions.get(name) {
                let fitting: Vec<&String> = variants
                    .iter()
                    .filter(|v| fits(&document.root, &document.root["components"]["schemas"][*v], value))
                    .collect();
                in_unions += 1;
                if let [only] = fitting[..]
                    && only != variant
                {
                    faults.push(format!("COGEN_SEED={seed} {name}: {value} was read as {variant}, but is a {only}"));
                }
            }
        }
    }
    println!(
        "{} schemas, {values} values, {in_unions} of them in unions",
        made.iter().map(|m| m.2.names.len()).sum::<usize>()
    );
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults.iter().take(20).cloned().collect::<Vec<_>>().join("\n")
    );
    assert!(values > 2000, "only {values} values were made");
}
