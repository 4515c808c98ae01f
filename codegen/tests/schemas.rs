//! What the schemas of whole documents become: types, and what is said about them.
#![allow(clippy::unwrap_used, clippy::panic)]

use cogen::Input;
use cogen::config::options::Options;
use cogen::diagnostics::codes;
use cogen::diagnostics::report::{Code, Report};
use cogen::ir::Api;
use cogen::ir::types::{Type, TypeKind};
use cogen::pipeline;

/// The API of a document, and the codes of what is said about it.
fn api(document: &str) -> (Api, Vec<Code>) {
    let input = Input { document: ("api".to_owned(), document.as_bytes().to_vec()), ..Input::default() };
    let mut report = Report::default();
    let api = pipeline::api(&input, &Options::default(), &mut report).unwrap_or_else(|_| panic!("{report}"));
    (api, report.diagnostics.iter().map(|diagnostic| diagnostic.code).collect())
}

/// The components that are any JSON.
fn any(api: &Api) -> Vec<&str> {
    let is_any = |kind: &TypeKind| matches!(kind, TypeKind::Alias(Type::Json));
    api.types.iter().filter(|def| is_any(&def.kind)).map(|def| def.name.as_str()).collect()
}

/// A struct of the properties that are known would lose the others, wherever the dynamic reference is.
#[test]
fn a_schema_with_a_dynamic_reference_loses_no_member() {
    let (api, said) = api(
        "openapi: 3.1.0\ninfo: {title: t, version: '1'}\nservers: [{url: 'https://a.example'}]\npaths: {}\ncomponents:\n  schemas:\n    \
         First: {$id: 'https://x.example/first', $dynamicAnchor: more, type: object, properties: {a: {type: string}}}\n    \
         Second: {$id: 'https://x.example/second', $dynamicAnchor: more, type: object, properties: {b: {type: string}}}\n    \
         Beside: {type: object, $dynamicRef: 'first#more', properties: {c: {type: string}}}\n    \
         Merged: {allOf: [{$dynamicRef: 'first#more'}, {type: object, properties: {c: {type: string}}}]}\n    \
         Inherited: {allOf: [{$ref: '#/components/schemas/Beside'}, {type: object, properties: {d: {type: string}}}]}\n    \
         Alone: {allOf: [{$ref: '#/components/schemas/Beside'}]}\n    \
         Sibling: {$ref: '#/components/schemas/Beside', properties: {d: {type: string}}}\n    \
         Other: {$ref: '#/components/schemas/First'}\n",
    );
    assert_eq!(any(&api), ["Beside", "Merged", "Inherited", "Sibling"]);
    assert_eq!(said, [codes::WIDENED, codes::WIDENED]);
}
