//! G10 and G11: input that would cost too much is refused soon, in little memory, with the number and the option that raises the limit.
//!
//! Memory is the peak of the whole process, as measured by the system. The time limit is generous, since benchmarks measure speed
//! (`COGEN_STRICT=1` sets the 2 seconds that a release build promises).
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod shared;

use cogen_tests::{cogen, paths};
use nix::sys::resource::{UsageWho, getrusage};
use serde_json::{Map, Value, json};
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// The peak memory of all children so far, in MB.
fn largest_child() -> i64 {
    getrusage(UsageWho::RUSAGE_CHILDREN).expect("a count").max_rss() / 1024
}

fn generate(document: &Path, config: Option<&Path>) -> (Option<i32>, String, Duration) {
    let config = config.map(|path| [Path::new("--config"), path]);
    let begin = Instant::now();
    let output = Command::new(cogen::binary().unwrap())
        .args(["generate", "-o"])
        .arg(document.with_extension("out"))
        .arg(document)
        .args(config.iter().flatten())
        .output()
        .expect("cogen runs");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned(), begin.elapsed())
}

/// One test, because the system reports the peak of all children together.
#[test]
fn g10_bombs_are_refused_within_256_mb() {
    let directory = paths::scratch("g10").unwrap();
    let _ = cogen::binary().unwrap();
    // If the binary has to be built first, the build is a child too.
    let built = largest_child();
    let deep = |open: &str, count: usize| open.repeat(count).into_bytes();
    let mut laughs = String::from("openapi: 3.0.1\na: &a [x,x,x,x,x,x,x,x,x]\n");
    for pair in ('a'..='z').collect::<Vec<_>>().windows(2) {
        laughs.push_str(&format!("{1}: &{1} [*{0},*{0},*{0},*{0},*{0},*{0},*{0},*{0},*{0}]\n", pair[0], pair[1]));
    }
    let head = "{\"openapi\": \"3.0.1\", \"info\": {\"title\": \"T\", \"version\": \"1\"}, \"paths\": {}, \"x\": ";
    let depth = &["limit of 128 levels", "`depth` under `[limits]`"][..];
    let nodes = &["limit of 1000000", "`nodes` under `[limits]`"][..];
    let bombs: Vec<(&str, Vec<u8>, &[&str])> = vec![
        ("depth.json", deep("[", 100_000), depth),
        ("depth-objects.json", deep("{\"a\":", 100_000), depth),
        ("depth-flow.yaml", [b"a: ".to_vec(), deep("[", 100_000)].concat(), depth),
        ("depth-block.yaml", deep("- ", 100_000), depth),
        (
            "depth-indent.yaml",
            (0..3_000).map(|n| format!("{}a:\n", " ".repeat(n))).collect::<String>().into_bytes(),
            depth,
        ),
        ("nodes.json", format!("{head}[{}1]}}", "1,".repeat(1_000_000)).into_bytes(), nodes),
        ("nodes-objects.json", format!("{head}[{}{{}}]}}", "{},".repeat(1_000_000)).into_bytes(), nodes),
        ("nodes.yaml", format!("a: [{}1]", "1,".repeat(1_000_000)).into_bytes(), nodes),
        ("nodes-block.yaml", "- 1\n".repeat(1_000_001).into_bytes(), nodes),
        ("laughs.yaml", laughs.into_bytes(), nodes),
        ("flat.yaml", format!("a: &a [{}]\nb: [{}]\n", "x,".repeat(1_000), "*a,".repeat(20_000)).into_bytes(), nodes),
        ("self.yaml", b"a: &a [*a]\n".to_vec(), &["the value that it repeats"]),
        (
            "merge.yaml",
            format!(
                "a: &a {{{}}}\nb: [{}]\n",
                (0..1_000).map(|n| format!("k{n}: 1,")).collect::<String>(),
                "{<<: *a},".repeat(20_000)
            )
            .into_bytes(),
            nodes,
        ),
        ("merge-self.yaml", b"a: &a {<<: *a}\n".to_vec(), &["COGEN-L"]),
        ("tags.yaml", format!("a: {}x", "!!str ".repeat(100_000)).into_bytes(), &["COGEN-L"]),
        ("long-tag.yaml", format!("a: !{} x", "t".repeat(1_000_000)).into_bytes(), &["COGEN-L"]),
        ("long-key.yaml", format!("{}: x\n", "k".repeat(1_000_000)).into_bytes(), &["COGEN-"]),
        ("long-string.json", format!("\"{}\"", "\\u0041".repeat(1_000_000)).into_bytes(), &["COGEN-"]),
        ("faults.json", format!("{{{}\"z\":1}}", "\"a\":1,".repeat(100_000)).into_bytes(), &["duplicate key"]),
        ("huge.yaml", Vec::new(), &["more than the limit of 67108864", "`bytes` under `[limits]`"]),
    ];
    let shared = shared::documents();
    let bombs =
        bombs.into_iter().chain(shared.iter().map(|(name, text, words)| (*name, text.clone().into_bytes(), *words)));
    for (name, bytes, words) in bombs {
        let path = directory.join(name);
        let mut file = File::create(&path).unwrap();
        file.write_all(&bytes).unwrap();
        if name == "huge.yaml" {
            // 200 MB that use no disk space.
            file.set_len(200 << 20).unwrap();
        }
        drop(file);
        let (status, printed, time) = generate(&path, None);
        assert_eq!(status, Some(1), "{name}: {printed:.2000}");
        for word in words {
            assert!(printed.contains(word), "{name}: {word:?} is not in: {printed:.2000}");
        }
        assert!(printed.len() < 200_000, "{name}: {} bytes of report", printed.len());
        let most = if std::env::var_os("COGEN_STRICT").is_some() { 2 } else { 60 };
        assert!(time < Duration::from_secs(most), "{name}: {time:?}");
        let memory = largest_child();
        println!("{name:20} {time:>12.3?} {memory} MB");
        assert!(memory <= built.max(256), "{name}: {memory} MB");
        fs::remove_file(&path).unwrap();
    }
    assert!(built <= 256 || std::env::var_os("COGEN_BIN").is_none(), "nothing was measured");
}

/// A title of a megabyte and a thousand files below it.
fn long_title() -> Value {
    let operation = |n: usize| json!({"get": {"tags": [format!("t{n}")], "responses": {"200": {"description": "ok"}}}});
    let paths: Map<String, Value> = (0..1_000).map(|n| (format!("/p{n}"), operation(n))).collect();
    json!({"openapi": "3.0.1", "info": {"title": "t".repeat(1 << 20), "version": "1"}, "paths": paths})
}

fn repeated_address() -> Value {
    let server = json!({"url": format!("https://a.example/{}", "{v}".repeat(100_000)), "variables": {"v": {"default": "v".repeat(1 << 20)}}});
    json!({
        "openapi": "3.0.1", "info": {"title": "T", "version": "1"}, "servers": [server, {"url": server["url"].as_str().unwrap()[..6_000], "variables": server["variables"]}],
        "paths": {"/x": {"get": {"responses": {"200": {"description": "ok"}}}}},
    })
}

#[test]
fn g11_wide_and_growing_documents_are_refused() {
    let directory = paths::scratch("g11").unwrap();
    let _ = cogen::binary().unwrap();
    let built = largest_child();
    let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    let with = |schemas: Map<String, Value>, root: &str| {
        json!({
            "openapi": "3.0.1", "info": {"title": "T", "version": "1"}, "servers": [{"url": "https://api.example.com"}],
            "paths": {"/x": {"get": {"responses": {"200": {"description": "ok", "content": {"application/json": {"schema": reference(root)}}}}}}},
            "components": {"schemas": schemas},
        })
    };
    let one = |schema: Value| with([("A".to_owned(), schema)].into_iter().collect(), "A");
    let properties: Map<String, Value> = (0..10_000).map(|n| (format!("p{n}"), json!({"type": "string"}))).collect();
    let values: Vec<String> = (0..20_000).map(|n| format!("value {n}")).collect();
    let numbers = r#"{"type": "object", "properties": {"a": {"type": "integer", "minimum": -18446744073709551617, "maximum": 1e999, "default": 1e999},
        "b": {"type": "number", "default": -0, "minimum": 1e-999}, "c": {"type": "integer", "enum": [18446744073709551616, -0, 1e2]},
        "d": {"type": "string", "pattern": "(a+)+$", "maxLength": 99999999999999999999}}}"#;
    let mut cases: Vec<(String, String, &[&str])> = vec![
        ("properties".to_owned(), one(json!({"type": "object", "properties": properties})).to_string(), &[]),
        ("values".to_owned(), one(json!({"type": "string", "enum": values})).to_string(), &[]),
        // Numbers outside the range of Rust's types are passed through as written.
        ("numbers".to_owned(), one(json!("NUMBERS")).to_string().replace("\"NUMBERS\"", numbers), &[]),
        // A megabyte, a hundred thousand times: no base URL, and no memory for it.
        ("address".to_owned(), repeated_address().to_string(), &[]),
        ("title".to_owned(), long_title().to_string(), &[]),
    ];
    for key in ["allOf", "oneOf", "anyOf"] {
        let level = |n: usize| {
            let next = reference(&format!("L{}", n + 1));
            (
                format!("L{n}"),
                json!({key: [next, {"type": "object", "properties": {format!("p{n}"): {"type": "string"}}}, next]}),
            )
        };
        let end = ("L60".to_owned(), json!({"type": "object", "properties": {"end": {"type": "string"}}}));
        cases.push((format!("grows-{key}"), with((0..60).map(level).chain([end]).collect(), "L0").to_string(), &[]));
    }
    // Each level has its own properties and a choice of two, each of which is the next level: 2^n variants.
    let level = |n: usize| {
        let side = |side: &str| json!({"allOf": [reference(&format!("L{}", n + 1)), {"type": "object", "properties": {format!("{side}{n}"): {}}}]});
        (
            format!("L{n}"),
            json!({"type": "object", "properties": {format!("p{n}"): {}}, "oneOf": [side("a"), side("b")]}),
        )
    };
    let end = ("L40".to_owned(), json!({"type": "object", "properties": {"end": {"type": "string"}}}));
    let choices = with((0..40).map(level).chain([end]).collect(), "L0").to_string();
    cases.push(("choices".to_owned(), choices, &["more than", "`types` under `[limits]`"]));
    // The limit is that of the option, so that the test need not reach the default.
    let few = directory.join("few.toml");
    fs::write(&few, "[limits]\ntypes = 2000\n").unwrap();
    for (name, text, words) in cases {
        let path = directory.join(format!("{name}.json"));
        fs::write(&path, text).unwrap();
        let (status, printed, time) = generate(&path, (name == "choices").then_some(&*few));
        let memory = largest_child();
        println!("{name:20} {status:?} {time:.3?} {memory} MB");
        assert!(memory <= built.max(256), "{name}: {memory} MB");
        assert_eq!(status, Some(i32::from(!words.is_empty())), "{name}: {printed:.3000}");
        assert!(words.iter().all(|word| printed.contains(word)), "{name}: {printed:.3000}");
    }
}
