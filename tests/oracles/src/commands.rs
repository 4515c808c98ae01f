//! The commands in a row, as a user runs them: with any document and configuration, each ends, its output is bounded,
//! and `check` agrees with `generate`.

use crate::docs::is_unseen;
use cogen::Input;
use cogen::config::options::{Limits, Options};
use cogen::diagnostics::report::Report;
use cogen::ir::Api;
use cogen::output::compare::compare_with;
use cogen::output::files::Files;
use cogen::output::inspect::{json_lines, table};
use cogen::pipeline::{generate, outline};
use std::collections::BTreeSet;

/// A document, then a byte of 0, then a configuration.
///
/// # Panics
/// If the output of a command is too long, or `check` finds a difference where there is none, or misses one.
pub fn commands(bytes: &[u8]) {
    let (document, config) = match bytes.iter().position(|b| *b == 0) {
        Some(at) => (&bytes[..at], &bytes[at + 1..]),
        None => (bytes, &[][..]),
    };
    let hash = bytes.iter().fold(0_u64, |hash, byte| hash.wrapping_mul(31).wrapping_add(u64::from(*byte)));
    let input = Input { document: ("api".to_owned(), document.to_vec()), ..Input::default() };
    let options = configured(config);

    let mut report = Report::default();
    if let Ok(api) = outline(&input, &options, &mut report) {
        inspected(&api, document.len());
    }
    check_report(&report, bytes.len(), hash);

    let mut report = Report::default();
    let files = generate(&input, &options, &mut report).map(|generated| generated.files);
    check_report(&report, bytes.len(), hash);
    assert!(files.is_ok() || report.has_errors(), "there is neither output nor an error");
    let Ok(files) = files else { return };
    assert!(options.keep_going || !report.has_errors(), "generated in spite of errors: {report}");
    written(&files, bytes.len());
    checked(&files, hash);
    // Repeated for some of the inputs only, since it doubles the cost.
    if hash.is_multiple_of(16) {
        let again = generate(&input, &options, &mut Report::default()).map(|generated| generated.files);
        assert!(again.is_ok_and(|again| again.0 == files.0), "the same input gives another output");
    }
}

/// The options of a configuration, or the default ones if it is refused, with limits that keep a case short.
fn configured(config: &[u8]) -> Options {
    let text = String::from_utf8_lossy(config);
    let mut report = Report::default();
    let base = report.sources.add("cogen.toml", &*text);
    let read = cogen::config::read(&text, base, &mut report);
    assert_eq!(read.is_err(), report.has_errors(), "{report}");
    let mut options = read.unwrap_or_default();
    let small = Limits { bytes: 1 << 20, nodes: 20_000, types: 500, lines: 20_000, ..Limits::default() };
    let own = &options.limits;
    options.limits = Limits {
        bytes: own.bytes.min(small.bytes),
        depth: own.depth.min(small.depth),
        nodes: own.nodes.min(small.nodes),
        types: own.types.min(small.types),
        schemes: own.schemes.min(small.schemes),
        scopes: own.scopes.min(small.scopes),
        lines: own.lines.min(small.lines),
    };
    options
}

/// `inspect` in both formats.
fn inspected(api: &Api, document: usize) {
    let most = 64 * document + (1 << 20);
    let listing = table(api, document);
    assert!(listing.text.len() <= 2 * most, "a table of {} bytes of a document of {document}", listing.text.len());
    assert!(!listing.text.chars().any(|c| is_unseen(c) && c != '\n'), "{:?}", listing.text);
    assert!(listing.text.lines().all(|line| line.len() <= 8_000), "{}", listing.text);

    let listing = json_lines(api, document);
    assert!(listing.text.len() <= 2 * most, "{} bytes of JSON of a document of {document}", listing.text.len());
    let mut operations = api.operations.iter();
    for line in listing.text.lines() {
        let Ok(value) = serde_json::from_str::<serde_json::Value>(line) else { panic!("{line}") };
        let operation = operations.next();
        assert_eq!(value["path"].as_str(), operation.map(|op| op.path.as_str()), "{line}");
        let alternatives = value["authorization"].as_array().map_or(0, Vec::len);
        let errors = value["errors"].as_array().map_or(0, Vec::len);
        // An operation that is not understood is never shown as open.
        assert!(alternatives > 0 || errors > 0 || !value["skipped"].is_null(), "{line}");
    }
    assert!(operations.next().is_none(), "an operation is not listed");
}

/// Checks the messages of a command, whose length is bounded. The text form is checked for some of the inputs only, since it costs most.
fn check_report(report: &Report, input: usize, hash: u64) {
    let lines = report.json_lines();
    assert!(lines.len() <= (1 << 20) + 4_000 * input, "{} bytes of report of {input}", lines.len());
    for line in lines.lines() {
        assert!(serde_json::from_str::<serde::de::IgnoredAny>(line).is_ok(), "{line}");
    }
    if hash.is_multiple_of(8) {
        let text = report.text(false);
        assert!(!text.chars().any(|c| is_unseen(c) && c != '\n'), "{text:?}");
    }
}

/// The files that `generate` would write.
fn written(files: &Files, input: usize) {
    let mut size = 0;
    for (path, text) in &files.0 {
        size += text.len();
        assert!(path.as_str().split('/').all(|part| !part.is_empty() && !part.starts_with('.')), "{path}");
        assert!(!text.chars().any(|c| is_unseen(c) && c != '\n'), "{path} contains an invisible character: {text:?}");
    }
    assert!(size <= (1 << 20) + 3_000 * input, "{size} bytes generated from {input}");
}

/// `check` against the written files, and against the same files with one added, removed or changed.
fn checked(files: &Files, hash: u64) {
    let tree =
        |path: &str| files.0.iter().find(|(own, _)| own.as_str() == path).map(|(_, text)| text.clone().into_bytes());
    let mut earlier: BTreeSet<String> = files.0.iter().map(|(path, _)| path.as_str().to_owned()).collect();
    let same = compare_with(files, &earlier, |path| Ok(tree(path)));
    assert!(same.is_ok_and(|diff| diff.is_empty()), "`check` finds a difference");
    if !hash.is_multiple_of(8) {
        return;
    }
    let chosen = usize::try_from(hash / 8).unwrap_or_default() % files.0.len().max(1);
    let Some((name, _)) = files.0.get(chosen) else { return };
    let change = |path: &str| match (hash / 64 % 3, tree(path)) {
        (0, Some(mut text)) if path == name.as_str() => {
            text.push(b'x');
            Some(text)
        }
        (1, _) if path == name.as_str() => None,
        (_, text) => text.or_else(|| (path == "src/stale.rs").then(|| b"stale\n".to_vec())),
    };
    if hash / 64 % 3 == 2 {
        earlier.insert("src/stale.rs".to_owned());
    }
    let changed = compare_with(files, &earlier, |path| Ok(change(path)));
    assert!(changed.is_ok_and(|diff| !diff.is_empty()), "`check` finds no difference in {name}");
}
