//! Documents that would generate very much code are refused before it is written, with the number and the option that raises the
//! limit; allowed documents use at most half a gigabyte.
//!
//! Memory is the peak of the whole process, as measured by the system. `COGEN_BIN` names a binary that is already built; without it,
//! the memory of the compiler hides that of cogen.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use cogen_tests::{cogen, paths};
use nix::sys::resource::{UsageWho, getrusage};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

const MOST_MB: i64 = 512;

/// The peak memory of all children so far, in MB.
fn largest_child() -> i64 {
    getrusage(UsageWho::RUSAGE_CHILDREN).expect("a count").max_rss() / 1024
}

/// This many texts with commas between them. Documents are written as text, since the memory of this process counts for its children.
fn list(count: usize, text: impl Fn(usize) -> String) -> String {
    let mut all = String::new();
    for n in 0..count {
        all.push_str(if n > 0 { "," } else { "" });
        all.push_str(&text(n));
    }
    all
}

fn document(paths: &str, schemas: &str) -> String {
    let head = r#""openapi":"3.0.3","info":{"title":"T","version":"1"}"#;
    format!(r#"{{{head},"paths":{{{paths}}},"components":{{"schemas":{{{schemas}}}}}}}"#)
}

/// A document of one operation that returns the schema `A`.
fn of_schemas(schemas: &str) -> String {
    let schema = reference("A");
    let content = format!(r#"{{"application/json":{{"schema":{schema}}}}}"#);
    document(
        &format!(r#""/a":{{"get":{{"responses":{{"200":{{"description":"ok","content":{content}}}}}}}}}"#),
        schemas,
    )
}

fn reference(name: &str) -> String {
    format!(r##"{{"$ref":"#/components/schemas/{name}"}}"##)
}

fn described(lines: usize) -> String {
    document(&format!(r#""/a":{{"get":{{"description":"{}","responses":{{}}}}}}"#, "x\\n".repeat(lines)), "")
}

fn values(count: usize) -> String {
    of_schemas(&format!(r#""A":{{"type":"string","enum":[{}]}}"#, list(count, |n| format!("\"v{n}\""))))
}

fn properties(count: usize) -> String {
    let properties = list(count, |n| format!(r#""p{n}":{{"type":"string"}}"#));
    of_schemas(&format!(r#""A":{{"type":"object","properties":{{{properties}}}}}"#))
}

/// Schemas that include one another by `allOf`, each with properties that refer to others.
fn included(levels: usize) -> String {
    let level = |n: usize| {
        let own = list(50, |p| format!(r#""p{p}":{}"#, reference(&format!("S{}", (n * 3 + p) % levels))));
        let next = reference(&format!("S{}", n + 1));
        format!(r#""S{n}":{{"allOf":[{{"type":"object","properties":{{{own}}}}},{next}]}}"#)
    };
    let all = list(levels, level);
    of_schemas(&format!(r#"{all},"S{levels}":{{"type":"object"}},"A":{}"#, reference("S0")))
}

fn operations(count: usize) -> String {
    document(&list(count, |n| format!(r#""/p{n}":{{"get":{{"tags":["a"],"responses":{{}}}}}}"#)), "")
}

fn run(arguments: &[&Path]) -> (Option<i32>, usize, String, Duration) {
    let begin = Instant::now();
    let output = Command::new(cogen::binary().unwrap()).args(arguments).output().expect("cogen runs");
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code(), output.stdout.len(), errors, begin.elapsed())
}

/// A name, a function that makes the document, its size, and the texts of the refusal.
type Case = (&'static str, fn(usize) -> String, usize, &'static str);

#[test]
fn too_much_code_is_refused_and_allowed_documents_use_little_memory() {
    let directory = paths::scratch("memory").unwrap();
    let _ = cogen::binary().unwrap();
    let built = largest_child();
    let lines = "`lines` under `[limits]`";
    let cases: [Case; 9] = [
        ("many-lines", described, 5_000_000, lines),
        ("lines", described, 490_000, ""),
        ("many-values", values, 900_000, lines),
        ("values", values, 120_000, ""),
        ("many-properties", properties, 120_000, lines),
        ("properties", properties, 34_000, ""),
        ("taken-in", included, 200, "`types` under `[limits]`"),
        ("many-operations", operations, 200_000, "`nodes` under `[limits]`"),
        ("operations", operations, 12_500, ""),
    ];
    for (name, text, count, word) in cases {
        let path = directory.join(format!("{name}.json"));
        let text = text(count);
        fs::write(&path, &text).unwrap();
        let (status, _, errors, time) =
            run(&[Path::new("generate"), Path::new("-o"), &path.with_extension("out"), &path]);
        assert_eq!(status, Some(i32::from(!word.is_empty())), "{name}: {errors:.2000}");
        assert!(errors.contains(word), "{name}: {errors:.2000}");
        for format in ["table", "json"] {
            let (_, length, errors, _) = run(&[Path::new("inspect"), Path::new("--format"), Path::new(format), &path]);
            assert!(length < 16 * text.len() + (1 << 20), "{name}: {length} bytes as {format}: {errors:.2000}");
        }
        let memory = largest_child();
        println!("{name:16} {time:>12.3?} {memory} MB");
        assert!(memory <= built.max(MOST_MB), "{name}: {memory} MB");
        let most = if std::env::var_os("COGEN_STRICT").is_some() { 2 } else { 60 };
        assert!(time < Duration::from_secs(most), "{name}: {time:?}");
        fs::remove_file(&path).unwrap();
    }
}
