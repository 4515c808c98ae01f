//! Documents: for any bytes, reading and generating end, and give errors with a location, or Rust in which text of the document stays text.

use crate::docs::{github_links, is_unseen};
use cogen::Input;
use cogen::config::options::{Limits, Options};
use cogen::diagnostics::report::{Report, Severity, Span};
use cogen::document::load::node::{Node, Value};
use cogen::document::template::Definitions;
use cogen::document::{load as loading, upgrade as upgrading, values};
use cogen::output::files::Files;
use std::collections::BTreeSet;

/// Reading bytes.
///
/// # Panics
/// If there is neither a tree nor an error, a span is outside of the file, or JSON is read differently than by `serde_json`.
pub fn load(bytes: &[u8]) {
    let mut report = Report::default();
    let limits = limits();
    let decoded = loading::decode(bytes, "api", &limits, &mut report).ok();
    let root = decoded.as_ref().and_then(|(text, base)| loading::load(text, *base, &limits, &mut report).ok());
    check(&report, root.is_some());
    if let (Some(root), Some((text, _))) = (&root, &decoded) {
        within(root, u32::try_from(text.len()).unwrap_or(u32::MAX));
        if let Ok(theirs) = serde_json::from_str::<serde_json::Value>(text) {
            assert!(same(root, &theirs), "{root:?} is not {theirs}");
        }
    }
}

/// Upgrades a document to OpenAPI 3.0.
///
/// # Panics
/// As for [`load`].
pub fn upgrade(bytes: &[u8]) {
    let mut report = Report::default();
    let limits = limits();
    let Ok((text, base)) = loading::decode(bytes, "api", &limits, &mut report) else { return };
    let Ok(mut root) = loading::load(&text, base, &limits, &mut report) else { return };
    let given = options(false).values;
    values::fill(&mut root, &Definitions::default(), &given, &mut BTreeSet::new(), &mut report);
    let upgraded = upgrading::upgrade(root, &mut report);
    check(&report, upgraded.is_ok());
    if let Ok(root) = upgraded {
        within(&root, u32::try_from(text.len()).unwrap_or(u32::MAX));
        // Some write the version as a number.
        let version = root.get("openapi").and_then(Node::as_scalar_text);
        assert!(version.as_ref().is_some_and(|v| v.starts_with('3')) || report.has_errors(), "{version:?}");
        assert!(root.get("swagger").is_none() && root.get("definitions").is_none());
    }
}

/// Runs the whole pipeline: a crate, one file, and what can be generated in spite of errors.
///
/// # Panics
/// If the result is neither errors nor Rust.
pub fn generate(bytes: &[u8]) {
    for keep_going in [false, true] {
        drop(generated(bytes, &options(keep_going)));
    }
}

/// Generates code from a document with these options, and checks it.
///
/// # Panics
/// As for [`generate`].
pub fn generated(bytes: &[u8], options: &Options) -> (Option<Files>, Report) {
    let (files, report) = made(bytes, options);
    for (path, text) in files.iter().flat_map(|files| &files.0) {
        if path.as_str().ends_with(".rs")
            && let Err(error) = syn::parse_file(text)
        {
            panic!("{}: {error}\n{text}", path.as_str());
        }
    }
    (files, report)
}

/// The same without parsing the output, which takes longer than all other steps.
///
/// # Panics
/// As for [`generate`], except that the output may be invalid Rust.
pub fn made(bytes: &[u8], options: &Options) -> (Option<Files>, Report) {
    let mut report = Report::default();
    let input = Input { document: ("api".to_owned(), bytes.to_vec()), ..Input::default() };
    let files = cogen::pipeline::generate(&input, options, &mut report).ok().map(|generated| generated.files);
    check(&report, files.is_some());
    if let Some(files) = &files {
        assert!(options.keep_going || !report.has_errors(), "generated in spite of errors: {report}");
        check_files(files, bytes.len());
    }
    (files, report)
}

/// Options that make a small document exercise much of the generator.
pub fn options(keep_going: bool) -> Options {
    Options { keep_going, include_cors: true, limits: limits(), ..Options::default() }
}

/// Limits that are small enough for a case to end soon.
fn limits() -> Limits {
    Limits { bytes: 1 << 20, nodes: 50_000, types: 2_000, ..Limits::default() }
}

fn check(report: &Report, is_generated: bool) {
    assert!(is_generated || report.has_errors(), "there is neither output nor an error");
    for diagnostic in report.diagnostics.iter().take(50) {
        assert!(!diagnostic.message.is_empty());
        assert!(diagnostic.severity != Severity::Error || !diagnostic.code.0.is_empty());
        for span in diagnostic.span.iter().chain(diagnostic.related.iter().map(|(span, _)| span)) {
            assert!(report.sources.file(*span).is_some() && span.start <= span.end, "{span:?}: {}", diagnostic.message);
        }
    }
    let text = report.text(false);
    assert!(!text.chars().any(|c| is_unseen(c) && c != '\n'), "{text:?}");
    for line in report.json_lines().lines() {
        assert!(serde_json::from_str::<serde_json::Value>(line).is_ok(), "{line}");
    }
    assert!(report.cargo_lines().lines().all(|line| line.starts_with("cargo::")));
}

/// Every span is in a file; the files of a run follow one another, and this is the first.
fn within(node: &Node<'_>, length: u32) {
    let inside = |span: Span| assert!(span.start <= span.end && span.end <= length, "{span:?} of {length}");
    inside(node.span);
    match &node.value {
        Value::Array(items) => items.iter().for_each(|item| within(item, length)),
        Value::Object(members) => members.iter().for_each(|m| {
            inside(m.key_span);
            within(&m.value, length);
        }),
        _ => {}
    }
}

fn same(ours: &Node<'_>, theirs: &serde_json::Value) -> bool {
    use serde_json::Value as Json;
    match (&ours.value, theirs) {
        (Value::Null, Json::Null) => true,
        (Value::Bool(a), Json::Bool(b)) => a == b,
        (Value::Number(a), Json::Number(b)) => {
            // `serde_json` reads long numbers with a possible error in the last digit.
            let (a, b) = (a.parse::<f64>().unwrap_or(f64::NAN), b.as_f64().unwrap_or(f64::NAN));
            (a - b).abs() <= a.abs() * 1e-12
        }
        (Value::String(a), Json::String(b)) => a == b,
        (Value::Array(a), Json::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Json::Object(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, (key, b))| a.key == *key && same(&a.value, b))
        }
        _ => false,
    }
}

/// Checks each file by its kind, and the size of all files.
fn check_files(files: &Files, input: usize) {
    let mut size = 0;
    for (path, text) in &files.0 {
        let path = path.as_str();
        size += text.len();
        assert!(path.split('/').all(|part| !part.is_empty() && !part.starts_with('.')), "{path}");
        assert!(path.bytes().all(|b| b.is_ascii_alphanumeric() || b"_/.".contains(&b)), "{path}");
        assert!(!text.chars().any(|c| is_unseen(c) && c != '\n'), "{path} contains an invisible character: {text:?}");
        if path.ends_with(".md") {
            let links = github_links(text);
            assert!(links.is_empty(), "{path}: {links:?}: {text}");
        }
        if path.ends_with(".toml") {
            manifest(text);
        }
    }
    assert!(size <= (1 << 20) + 3_000 * input, "{size} bytes generated from {input}");
}

/// The manifest has one dependency, whatever the title and version are.
fn manifest(text: &str) {
    let document: toml_edit::DocumentMut = text.parse().unwrap_or_else(|e| panic!("{e}: {text}"));
    let tables: Vec<&str> = document.iter().map(|(key, _)| key).collect();
    assert_eq!(tables, ["package", "lib", "features", "dependencies"], "{text}");
    let keys = |name: &str| document[name].as_table().map(|t| t.iter().map(|(k, _)| k.to_owned()).collect::<Vec<_>>());
    assert_eq!(keys("dependencies"), Some(vec!["cogen-runtime".to_owned()]), "{text}");
    assert_eq!(keys("lib"), Some(vec!["doctest".to_owned()]), "{text}");
}
