//! For random documents, the requirement that cogen finds for an operation equals that of an independent model of the gateway's
//! rule: by `inspect` for thousands of documents, and by the compiler for a sample.
//!
//! `COGEN_SEED` sets the seed, `COGEN_CASES` how many documents are read (default 5000), `COGEN_COMPILED` how many
//! of them are compiled with right and wrong credentials (default 24).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use cogen::Input;
use cogen::config::options::Options;
use cogen::diagnostics::report::Report;
use cogen::output::inspect;
use cogen::pipeline;
use cogen_tests::crates::Workspace;
use cogen_tests::face::{Face, Filling};
use cogen_tests::{cogen as command, matrix, rule, secured};
use fastrand::Rng;
use serde_json::Value;
use std::collections::BTreeSet;
use std::{env, fs};

fn number(name: &str, default: u64) -> u64 {
    env::var(name).ok().map_or(default, |text| text.parse().unwrap_or_else(|e| panic!("{name}: {e}")))
}

fn seed() -> u64 {
    let seed = number("COGEN_SEED", 1);
    println!("COGEN_SEED={seed}");
    seed
}

/// The operations that cogen finds in a document, without a process.
fn inspected(document: &Value) -> Vec<Value> {
    let input = Input { document: ("random.json".to_owned(), document.to_string().into_bytes()), ..Input::default() };
    let api = pipeline::outline(&input, &Options::default(), &mut Report::default()).expect("a document");
    inspect::json_lines(&api, usize::MAX).text.lines().map(|l| serde_json::from_str(l).expect("JSON")).collect()
}

fn operation<'d>(document: &'d Value, seen: &Value) -> &'d Value {
    let method = seen["method"].as_str().expect("a method").to_ascii_lowercase();
    &document["paths"][seen["path"].as_str().expect("a path")][method]
}

/// Alternatives and their credentials without order: each credential without its location.
fn plain(authorization: &Value) -> BTreeSet<BTreeSet<String>> {
    let each = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let need = |need: &Value| {
        // A signing scheme that only an operation requires has no name in the document.
        let scheme = if need["kind"] == "iam" { &Value::Null } else { &need["scheme"] };
        let scopes: BTreeSet<String> = each(&need["scopes"]).iter().map(Value::to_string).collect();
        format!("{scheme} {} {} {scopes:?} {}", need["kind"], need["token"], need["match"])
    };
    each(authorization).iter().map(|all| each(all).iter().map(need).collect()).collect()
}

#[test]
fn requirements_of_random_documents_equal_those_of_the_model() {
    let seed = seed();
    let (mut operations, mut errors, mut secured_ones) = (0, 0, 0);
    let mut shapes = BTreeSet::new();
    for index in 0..number("COGEN_CASES", 5000) {
        let document = secured::document(6, &mut Rng::with_seed(seed.wrapping_mul(1_000_003).wrapping_add(index)));
        let seen = inspected(&document);
        assert_eq!(seen.len(), 6, "document {index}: {document:#}");
        for seen in &seen {
            operations += 1;
            let expected = rule::authorization(&document, operation(&document, seen));
            let refused = seen["errors"].as_array().is_some_and(|e| !e.is_empty());
            let at =
                || format!("COGEN_SEED={seed}, document {index}, {} {}:\n{document:#}", seen["method"], seen["path"]);
            match expected {
                None => {
                    errors += 1;
                    assert!(
                        refused && seen["authorization"] == serde_json::json!([]),
                        "it is understood, and can't be: {}",
                        at()
                    );
                }
                Some(expected) => {
                    assert!(!refused, "{}: {}", seen["errors"], at());
                    assert_eq!(plain(&seen["authorization"]), plain(&expected), "{}", at());
                    secured_ones += usize::from(expected != serde_json::json!([[]]));
                    shapes.insert(format!("{:?}", plain(&expected).iter().map(BTreeSet::len).collect::<Vec<_>>()));
                }
            }
        }
    }
    println!(
        "{operations} operations: {secured_ones} secured, {errors} refused, {} shapes of OR and AND",
        shapes.len()
    );
    assert!(secured_ones * 3 > operations && errors > 0 && shapes.len() > 5, "the documents are too similar");
}

#[test]
fn a_sample_compiles_with_the_right_credentials_and_no_others() {
    let seed = seed();
    let mut workspace = Workspace::new("requirement").expect("a scratch directory");
    let mut cases = Vec::new();
    let mut faults = Vec::new();
    for index in 0..number("COGEN_COMPILED", 24) {
        let document = secured::document(4, &mut Rng::with_seed(seed.wrapping_mul(7_000_003).wrapping_add(index)));
        let member = format!("q{index:03}");
        let directory = workspace.member(&member);
        let file = directory.with_extension("json");
        fs::write(&file, document.to_string()).expect("a document");
        let run = command::generate(&file, &directory, Some(&member), &["--keep-going"]).expect("cogen runs");
        assert!(directory.is_dir(), "COGEN_SEED={seed}, document {index}: {}", run.stderr);
        let face = Face::read(&directory).expect("a generated crate");
        // The model decides what must compile; only the names of methods are cogen's.
        let mut operations = inspected(&document);
        for seen in &mut operations {
            let expected =
                rule::authorization(&document, operation(&document, seen)).unwrap_or_else(|| serde_json::json!([]));
            seen["authorization"] = with_signer(expected, &face);
        }
        let programs = matrix::programs(&operations, &face);
        for (kind, text) in [("right", &programs.right), ("wrong", &programs.wrong)] {
            workspace.program(&format!("{member}-{kind}"), &[("api", &member)], text).expect("a program");
        }
        cases.push((index, member, programs));
    }
    let verdicts = workspace.check(&[]).expect("cargo check runs");
    let (mut right, mut wrong) = (0, 0);
    for (index, member, programs) in &cases {
        let at = format!("COGEN_SEED={seed}, document {index}");
        let of = |kind: &str| {
            verdicts.get(&format!("{member}-{kind}")).unwrap_or_else(|| panic!("{at}: it was not compiled"))
        };
        if let Some(first) = of("right").errors().next() {
            faults.push(format!("{at}: a right call does not compile:\n{}", first.rendered));
        }
        let found: BTreeSet<u32> = of("wrong").errors().filter_map(|m| m.line).collect();
        let expected: BTreeSet<u32> = programs.expected.keys().copied().collect();
        faults.extend(
            expected
                .difference(&found)
                .map(|line| format!("{at}: it compiles, but must not: {}", programs.expected[line])),
        );
        faults.extend(
            found.difference(&expected).map(|line| format!("{at}: an error on a line without a wrong call: {line}")),
        );
        right += programs.right_calls;
        wrong += programs.expected.len();
    }
    println!("{} documents, {right} calls that compile, {wrong} that don't", cases.len());
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    assert!(right > 100 && wrong > 100, "the sample is too small: {right} right, {wrong} wrong");
}

/// The model's IAM requirement without a scheme uses the slot that holds AWS credentials.
fn with_signer(mut authorization: Value, face: &Face) -> Value {
    let is_signer = |filling: &Filling| matches!(filling, Filling::Value(ty) if ty.ends_with("Iam"));
    let signers: Vec<&str> = face.slots.iter().filter(|s| is_signer(&s.filled_by)).map(|s| s.scheme.as_str()).collect();
    for need in authorization.as_array_mut().into_iter().flatten().filter_map(Value::as_array_mut).flatten() {
        if need["scheme"].is_null() {
            // With several of them, cogen takes the first.
            need["scheme"] = signers.first().copied().into();
        }
    }
    authorization
}
