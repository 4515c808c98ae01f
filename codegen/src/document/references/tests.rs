//! References that lead to a definition, and those that do not.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::config::options::Limits;
use crate::document::load::load;

fn node(json: &str) -> Node<'_> {
    load(json, 0, &Limits::default(), &mut Report::default()).unwrap()
}

fn resolve(document: &str, reference: &str) -> (Option<(String, Option<String>)>, Report) {
    let root = node(document);
    let asked = format!(r#"{{"$ref": {reference:?}}}"#);
    let asked = node(&asked);
    let mut report = Report::default();
    let refs = Refs::new(&root);
    let found = refs.resolve(&asked, &mut report);
    let found = found.ok().map(|f| {
        (f.node.get("title").and_then(Node::as_str).unwrap_or("?").to_owned(), f.component.map(|c| c.name.to_owned()))
    });
    (found, report)
}

const DOCUMENT: &str = r##"{
    "components": {"schemas": {
        "Pet": {"title": "pet", "properties": {"a/b": {"title": "part"}}},
        "Two words": {"title": "two"}, "til~de": {"title": "tilde"}, "Link": {"$ref": "#/components/schemas/Pet"},
        "A": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/C"}, "C": {"$ref": "#/components/schemas/A"},
        "Self": {"$ref": "#/components/schemas/Self"}
    }},
    "paths": {"/pets/{id}": {"get": {"tags": [{"title": "first"}]}}}
}"##;

#[test]
fn references_within_the_document() {
    let cases = [
        ("#/components/schemas/Pet", "pet", Some("Pet")),
        ("#/components/schemas/Link", "pet", Some("Pet")),
        ("#/definitions/Pet", "pet", Some("Pet")),
        ("#/components/schemas/Two%20words", "two", Some("Two words")),
        ("#/components/schemas/Two words", "two", Some("Two words")),
        ("#/components/schemas/til~0de", "tilde", Some("til~de")),
        ("#/components/schemas/Pet/properties/a~1b", "part", None),
        ("#/paths/~1pets~1%7Bid%7D/get/tags/0", "first", None),
    ];
    for (reference, title, component) in cases {
        let (found, report) = resolve(DOCUMENT, reference);
        assert_eq!(found, Some((title.to_owned(), component.map(str::to_owned))), "{reference}");
        assert!(report.diagnostics.is_empty());
    }
}

/// G9: no file is opened; a reference that cannot be resolved is an error with a help.
#[test]
fn g9_references_that_lead_nowhere() {
    let cases = [
        ("http://example.com/pet.json", codes::REF_EXTERNAL, "bundle"),
        ("https://example.com/a.yaml#/components/schemas/Pet", codes::REF_EXTERNAL, "bundle"),
        ("file:///etc/passwd", codes::REF_EXTERNAL, "bundle"),
        ("../other.yaml#/Pet", codes::REF_EXTERNAL, "bundle"),
        ("other.yaml", codes::REF_EXTERNAL, "bundle"),
        ("", codes::REF_EXTERNAL, "bundle"),
        ("#/components/schemas/Pett", codes::REF_MISSING, "`#/components/schemas/Pet`"),
        ("#/definitions/pet", codes::REF_MISSING, "`#/components/schemas/Pet`"),
        ("#/components/schemas/Zzz", codes::REF_MISSING, "define it"),
        ("#/components/schemas/Pet/properties/none", codes::REF_MISSING, ""),
        ("#/components/nothing/Pet", codes::REF_MISSING, "define it"),
        ("#Pet", codes::REF_MISSING, "#/components/schemas/NAME"),
        ("#/%ff", codes::REF_MISSING, ""),
        ("#/components/schemas/A", codes::REF_RING, "with the definition itself"),
        ("#/components/schemas/Self", codes::REF_RING, "with the definition itself"),
    ];
    for (reference, code, help) in cases {
        let (found, report) = resolve(DOCUMENT, reference);
        assert_eq!(found, None, "{reference}");
        let [error] = report.diagnostics.as_slice() else { unreachable!("{reference}: {:?}", report.diagnostics) };
        assert_eq!(error.code, code, "{reference}");
        assert!(error.help.as_deref().unwrap_or_default().contains(help), "{reference}: {:?}", error.help);
        assert!(error.span.is_some());
    }
}

#[test]
fn a_bare_name_is_a_schema_with_a_warning() {
    let (found, report) = resolve(DOCUMENT, "Pet");
    assert_eq!(found.unwrap().0, "pet");
    assert_eq!(report.diagnostics.first().unwrap().code, codes::REF_BARE_NAME);
}

#[test]
fn a_long_chain_takes_linear_time() {
    let links = (0..50_000)
        .map(|i| format!(r##""L{i}": {{"$ref": "#/components/schemas/L{}"}}"##, i + 1))
        .collect::<Vec<_>>()
        .join(",");
    let document = format!(r#"{{"components": {{"schemas": {{{links}, "L50000": {{"title": "end"}}}}}}}}"#);
    let root = node(&document);
    let refs = Refs::new(&root);
    let mut report = Report::default();
    for member in root.get("components").and_then(|c| c.get("schemas")).and_then(Node::members).unwrap() {
        assert_eq!(refs.resolve(&member.value, &mut report).unwrap().component.map_or("L50000", |c| c.name), "L50000");
    }
}
