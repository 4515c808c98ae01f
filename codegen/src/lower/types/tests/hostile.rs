//! Hostile schemas: rings, names, breadth and growth (the G numbers are those of the list of hostile inputs).

#![allow(clippy::unwrap_used)]

use crate::config::options::Options;
use crate::diagnostics::codes;
use crate::diagnostics::report::{Code, Report};
use crate::document::references::Refs;
use crate::lower::types::Types;
use crate::lower::types::tests::testing::{finished, node, place, reports, schemas, written};

#[test]
fn g9_rings_end() {
    for (json, count) in [
        (r##"{"A": {"$ref": "#/components/schemas/A"}}"##, 1),
        (
            r##"{"A": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/C"}, "C": {"$ref": "#/components/schemas/A"}}"##,
            3,
        ),
        (
            r##"{"A": {"allOf": [{"$ref": "#/components/schemas/B"}]}, "B": {"allOf": [{"$ref": "#/components/schemas/A"}]}}"##,
            2,
        ),
        (r##"{"A": {"type": "array", "items": {"$ref": "#/components/schemas/A/items"}}}"##, 1),
    ] {
        let (text, report) = schemas(json);
        assert_eq!(report.diagnostics.len(), count, "{json}: {text}\n{:#?}", report.diagnostics);
        assert!(report.diagnostics.iter().all(|d| d.code == codes::UNUSED_FAULTY), "{json}");
    }
    reports(
        r##"{"A": {"allOf": [{"$ref": "#/components/schemas/B"}, {"properties": {"x": {}}}]}, "B": {"allOf": [{"$ref": "#/components/schemas/A"}, {"properties": {"y": {}}}]}}"##,
        "struct A { y: Json?, x: Json? }\nstruct B { x: Json?, y: Json? }",
        &[codes::SELF_REFERENCE, codes::SELF_REFERENCE],
    );
    let (text, report) = schemas(
        r##"{"U": {"oneOf": [{"$ref": "#/components/schemas/V"}, {"type": "string"}]}, "V": {"$ref": "#/components/schemas/U"}}"##,
    );
    assert_eq!(text.trim(), "type U = String\ntype V = U");
    assert!(report.diagnostics.is_empty());
    let (_, report) = schemas(
        r##"{"U": {"oneOf": [{"$ref": "#/components/schemas/U"}, {"properties": {"x": {"type": "string"}}}]}}"##,
    );
    assert!(!report.has_errors());
}

#[test]
fn g9_a_dangling_reference_refuses_what_uses_it() {
    let root = node(
        r##"{"components": {"schemas": {
            "Good": {"properties": {"x": {"type": "string"}}}, "Bad": {"properties": {"x": {"$ref": "#/components/schemas/Godo"}, "y": {"$ref": "other.yaml"}}},
            "Holder": {"properties": {"bad": {"type": "array", "items": {"$ref": "#/components/schemas/Bad"}}}}}},
          "body": {"properties": {"inner": {"properties": {"z": {}}}, "holder": {"$ref": "#/components/schemas/Holder"}}},
          "good": {"$ref": "#/components/schemas/Good"}}"##,
    );
    let (options, mut report, refs) = (Options::default(), Report::default(), Refs::new(&root));
    let mut types = Types::new(&refs, &root, &options, &mut report);
    assert!(report.diagnostics.is_empty());

    assert!(types.lower(root.get("good").unwrap(), place("G", ""), &mut report).is_ok());
    assert!(report.diagnostics.is_empty());
    assert!(types.lower(root.get("body").unwrap(), place("B", ""), &mut report).is_err());
    let codes: Vec<Code> = report.diagnostics.iter().map(|d| d.code).collect();
    assert_eq!(codes, [codes::REF_MISSING, codes::REF_EXTERNAL]);
    assert!(report.has_errors());
    let defs = types.finish(&[], &[], &mut report);
    assert_eq!(written(&defs), "struct Good { x: String? }\ntype Bad = Json\nstruct Holder { bad: [Bad]? }\n");
}

#[test]
fn g6_clashes_are_told_once() {
    let report = reports(
        r#"{"foo-bar": {"properties": {"a-b": {}, "aB": {}, "a_b": {}}}, "fooBar": {"type": "string", "enum": ["x y", "x_y", "xY"]}, "foo_bar": {"type": "string"}}"#,
        r#"
struct FooBarKebab { a_b_kebab: Json? = "a-b", a_b_camel: Json? = "aB", a_b_snake: Json? = "a_b" }
enum FooBarCamel { XYSpaced = "x y", XYSnake = "x_y", XYCamel = "xY" }
type FooBarSnake = String"#,
        &[codes::NAME_CLASH, codes::NAME_CLASH, codes::NAME_CLASH],
    );
    assert!(report.iter().all(|d| d.related.len() == 1 && d.message.contains(" other ")));
}

#[test]
fn g5_any_schema_name() {
    let names = [
        "self", "Self", "_", "", "r#x", "1a", "a b", "😀", "שלום", "Option", "Result", "String", "Client", "Box",
        "drop", "fmt",
    ];
    let json: Vec<String> = names.iter().map(|n| format!("{n:?}: {{\"type\": \"string\"}}")).collect();
    let (text, report) = schemas(&format!("{{{}}}", json.join(",")));
    assert_eq!(text.lines().count(), names.len());
    assert_eq!(report.diagnostics.len(), 1, "{:?}", report.diagnostics);
    let distinct: std::collections::BTreeSet<&str> = text.lines().collect();
    assert_eq!(distinct.len(), names.len());
}

#[test]
fn g11_wide_schemas() {
    let values: Vec<String> = (0..100_000).map(|i| format!("\"value {i}\"")).collect();
    let properties: Vec<String> = (0..10_000).map(|i| format!("\"p{i}\": {{\"type\": \"string\"}}")).collect();
    let required: Vec<String> = (0..10_000).map(|i| format!("\"p{i}\"")).collect();
    let wide = format!(r#"{{"required": [{}], "properties": {{{}}}}}"#, required.join(","), properties.join(","));
    let variants: Vec<String> = (0..2_000)
        .map(|i| format!(r#"{{"required": ["t{i}"], "properties": {{"t{i}": {{"type": "string"}}}}}}"#))
        .collect();
    let json = format!(
        r##"{{"E": {{"type": "string", "enum": [{}]}}, "W": {wide}, "D": {{"allOf": [{{"$ref": "#/components/schemas/W"}}, {wide}]}}, "U": {{"oneOf": [{}]}}}}"##,
        values.join(","),
        variants.join(",")
    );
    let started = std::time::Instant::now();
    let (text, _) = schemas(&json);
    assert_eq!(text.lines().count(), 4 + 2_000);
    assert!(started.elapsed() < std::time::Duration::from_secs(60), "{:?}", started.elapsed());
}

/// Equal unions are one type, and finding them takes no time for each pair.
#[test]
fn g11_many_equal_unions() {
    let property = |i: usize, kind: usize| {
        format!(
            r#""p{i}": {{"title": "T{i}", "oneOf": [{{"type": "string"}}, {{"type": "array", "minItems": {kind}}}]}}"#
        )
    };
    let distinct: Vec<String> = (0..20_000).map(|i| property(i, i)).collect();
    let equal: Vec<String> = (0..20_000).map(|i| property(i, 0)).collect();
    let json = format!(
        r#"{{"D": {{"properties": {{{}}}}}, "E": {{"properties": {{{}}}}}}}"#,
        distinct.join(","),
        equal.join(",")
    );
    let started = std::time::Instant::now();
    let (text, _) = schemas(&json);
    assert_eq!(text.lines().filter(|line| line.starts_with("union ")).count(), 20_000);
    assert!(started.elapsed() < std::time::Duration::from_secs(60), "{:?}", started.elapsed());
}

#[test]
fn g11_compositions_that_grow_exponentially() {
    let step = |i: usize, key: &str| {
        let next = i + 1;
        format!(
            r##""L{i}": {{"{key}": [{{"$ref": "#/components/schemas/L{next}"}}, {{"properties": {{"p{i}": {{}}}}}}, {{"$ref": "#/components/schemas/L{next}"}}]}}"##
        )
    };
    for key in ["allOf", "oneOf", "anyOf"] {
        let levels: Vec<String> = (0..60).map(|i| step(i, key)).collect();
        let json = format!(r#"{{{}, "L60": {{"properties": {{"end": {{}}}}}}}}"#, levels.join(","));
        let (text, report) = schemas(&json);
        assert!(text.lines().count() < 1_000 && !report.has_errors());
    }
    // Each level holds its properties beside a choice of two, each of which is the next level: 2^n variants.
    let level = |i: usize| {
        let next = format!(
            r##"{{"allOf": [{{"$ref": "#/components/schemas/L{}"}}, {{"properties": {{"SIDE{i}": {{}}}}}}]}}"##,
            i + 1
        );
        format!(
            r#""L{i}": {{"properties": {{"p{i}": {{}}}}, "oneOf": [{}, {}]}}"#,
            next.replace("SIDE", "a"),
            next.replace("SIDE", "b")
        )
    };
    let levels: Vec<String> = (0..40).map(level).collect();
    let root = node(&format!(
        r#"{{"components": {{"schemas": {{{}, "L40": {{"properties": {{"end": {{}}}}}}}}}}}}"#,
        levels.join(",")
    ));
    let mut options = Options::default();
    options.limits.types = 2_000;
    let (_, report) = finished(&root, &options);
    let budget =
        report.diagnostics.iter().find(|d| d.message.contains("than 2000 types") || d.message.contains("steps"));
    assert!(
        budget.is_some_and(|d| d.help.as_deref().is_some_and(|h| h.contains("`types` under `[limits]`"))),
        "{:?}",
        report.diagnostics
    );
}

#[test]
fn g11_long_chains() {
    for link in [
        r##"{"properties": {"n": {"$ref": "#/components/schemas/NEXT"}}}"##,
        r##"{"allOf": [{"$ref": "#/components/schemas/NEXT"}]}"##,
        r##"{"type": "array", "items": {"$ref": "#/components/schemas/NEXT"}}"##,
        r##"{"oneOf": [{"$ref": "#/components/schemas/NEXT"}, {"type": "string"}]}"##,
        r##"{"properties": {"n": {"$ref": "#/components/schemas/NEXT/properties/n"}}}"##,
    ] {
        let links: Vec<String> =
            (0..3_000).map(|i| format!("\"C{i}\": {}", link.replace("NEXT", &format!("C{}", i + 1)))).collect();
        let json = format!(r#"{{{}, "C3000": {{"properties": {{"n": {{"type": "string"}}}}}}}}"#, links.join(","));
        let (text, _) = schemas(&json);
        assert!(text.lines().count() >= 3_001);
    }
}
