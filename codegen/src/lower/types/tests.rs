//! What schemas become: one case a rule.

#![allow(clippy::unwrap_used)]

mod choices;
mod corpus;
mod hostile;
pub(crate) mod testing;

use crate::config::options::Options;
use crate::diagnostics::codes;
use crate::diagnostics::report::{Report, Severity};
use crate::document::references::Refs;
use crate::ir::ident::Ident;
use crate::ir::types::{Type, TypeKind};
use crate::lower::types::tests::testing::{finished, node, place, reports, schemas, spelled, written};
use crate::lower::types::{Encodings, Types};

#[track_caller]
fn clean(json: &str, want: &str) {
    let (got, report) = schemas(json);
    assert_eq!(got.trim(), want.trim());
    assert!(report.diagnostics.is_empty(), "{:#?}", report.diagnostics);
}

#[test]
fn scalars_and_formats() {
    let cases = [
        (r#"{"type": "string"}"#, "String"),
        (r#"{"type": "string", "format": "date"}"#, "Date"),
        (r#"{"type": "string", "format": "date-time"}"#, "DateTime"),
        (r#"{"type": "string", "format": "uuid"}"#, "Uuid"),
        (r#"{"type": "string", "format": "byte"}"#, "Base64"),
        (r#"{"type": "string", "format": "binary"}"#, "String"),
        (r#"{"type": "string", "format": "uri"}"#, "String"),
        (r#"{"type": "string", "format": "password"}"#, "Secret"),
        (r#"{"type": "string", "format": "whatever"}"#, "String"),
        (r#"{"type": "string", "contentEncoding": "base64"}"#, "Base64"),
        (r#"{"type": "integer"}"#, "I64"),
        (r#"{"type": "integer", "format": "int32"}"#, "I32"),
        (r#"{"type": "integer", "format": "int64"}"#, "I64"),
        (r#"{"type": "integer", "format": "uint32"}"#, "U32"),
        (r#"{"type": "integer", "format": "uint64"}"#, "U64"),
        (r#"{"type": "integer", "minimum": 0}"#, "I64"),
        (r#"{"type": "integer", "maximum": 99999999999999999999999}"#, "I64"),
        (r#"{"type": "number"}"#, "F64"),
        (r#"{"type": "number", "format": "float"}"#, "F64"),
        (r#"{"type": "number", "format": "double"}"#, "F64"),
        (r#"{"type": "boolean"}"#, "Bool"),
        (r#"{"type": "array", "items": {"type": "string"}}"#, "[String]"),
        (r#"{"type": "array"}"#, "[Json]"),
        (r#"{"items": {"type": "integer"}, "uniqueItems": true}"#, "[I64]"),
        (r#"{"type": "array", "items": {"type": "string", "nullable": true}}"#, "[String|null]"),
        (r#"{"type": "object"}"#, "Json"),
        (r#"{}"#, "Json"),
        (r#"true"#, "Json"),
        (r#"{"type": "object", "additionalProperties": false}"#, "Json"),
        (r#"{"type": "object", "additionalProperties": true}"#, "{Json}"),
        (r#"{"additionalProperties": {"type": "integer"}}"#, "{I64}"),
        (r#"{"type": "object", "additionalProperties": {"type": "string", "nullable": true}}"#, "{String|null}"),
        (r#"{"type": ["string", "null"]}"#, "String"),
        (r#"{"type": "boolean", "enum": [true]}"#, "Bool"),
        (r#"{"enum": [true, false]}"#, "Bool"),
        (r#"{"format": "date-time"}"#, "DateTime"),
        (r#"{"type": "null"}"#, "Json"),
        (r#"{"not": {"type": "string"}}"#, "Json"),
    ];
    for (schema, want) in cases {
        clean(&format!(r#"{{"A": {schema}}}"#), &format!("type A = {want}"));
    }
}

#[test]
fn structs() {
    clean(
        r##"{"Pet": {"type": "object", "required": ["id", "nick", "secret", "gone"], "properties": {
            "id": {"type": "integer"}, "name": {"type": "string", "default": "Rex"}, "nick": {"type": "string", "nullable": true},
            "age": {"type": "integer", "nullable": true, "default": null}, "secret": {"type": "string", "writeOnly": true},
            "gone": {"type": "string", "readOnly": true}, "type": {"type": "string"}, "new": {"type": "boolean", "default": true},
            "owner": {"$ref": "#/components/schemas/Owner"}, "home": {"properties": {"city": {"type": "string"}}},
            "tags": {"type": "array", "items": {"properties": {"a": {}}}}, "any": {}
        }}, "Owner": {"properties": {"x-y": {"type": "number", "default": 1.5}}, "additionalProperties": {"type": "integer"}}}"##,
        r#"
struct Pet { id: I64, name: String? default String("Rex"), nick: String|null, age: I64?|null, secret: String?, gone: String?, type_: String? = "type", new_: Bool? = "new" default Bool(true), owner: Owner?, home: PetHome?, tags: [PetTagsItem]?, any: Json? }
struct PetHome { city: String? }
struct PetTagsItem { a: Json? }
struct Owner { x_y: F64? = "x-y" default Float(1.5), ..additional: I64 }"#,
    );
}

#[test]
fn nullable_is_seen_through_references() {
    clean(
        r##"{"A": {"properties": {"b": {"$ref": "#/components/schemas/B"}, "c": {"$ref": "#/components/schemas/C"},
            "d": {"allOf": [{"$ref": "#/components/schemas/D"}], "nullable": true, "description": "x"}, "e": {"$ref": "#/components/schemas/D", "x-nullable": true}}},
          "B": {"type": "string", "nullable": true}, "C": {"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/D"}]},
          "D": {"properties": {"x": {"type": "string"}}}}"##,
        "
struct A { b: B?|null, c: C?|null, d: D?|null, e: D?|null }
type B = String
type C = D
struct D { x: String? }",
    );
}

#[test]
fn enums() {
    clean(
        r#"{"S": {"type": "string", "enum": ["a b", "+1", "-1", "", "*", "<=", "ünï", "self", "unknown", "a b"]},
            "I": {"type": "integer", "enum": [1, -1, 2.0]}, "N": {"type": "string", "nullable": true, "enum": ["x", null]},
            "C": {"const": "only"}, "Y": {"type": "string", "enum": [1.5, true]}, "U": {"enum": [1, 2]}}"#,
        r#"
enum S { AB = "a b", Plus1 = "+1", Minus1 = "-1", Empty = "", Star = "*", Le = "<=", Uni = "ünï", Self_ = "self", UnknownValue = "unknown" }
enum I { N1 = 1, Minus1 = -1, N2 = 2 }
enum N { X = "x" }
enum C { Only = "only" }
enum Y { N1_5 = "1.5", True = "true" }
enum U { N1 = 1, N2 = 2 }"#,
    );
    reports(r#"{"A": {"enum": ["a", 1]}}"#, "type A = Json", &[codes::ENUM_AS_TYPE]);
    reports(r#"{"A": {"type": "string", "enum": []}}"#, "type A = String", &[codes::ENUM_AS_TYPE]);
    reports(r#"{"A": {"type": "integer", "enum": [99999999999999999999]}}"#, "type A = I64", &[codes::ENUM_AS_TYPE]);
}

#[test]
fn all_of() {
    clean(
        r##"{"Base": {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}, "kind": {"type": "string"}}},
            "Dog": {"allOf": [{"$ref": "#/components/schemas/Base"}, {"type": "object", "required": ["bark", "kind"],
                "properties": {"bark": {"type": "boolean"}, "kind": {"enum": ["dog"]}, "id": {"type": "integer", "description": "twice"}}}]},
            "Alias": {"allOf": [{"$ref": "#/components/schemas/Base"}], "description": "words"},
            "Typed": {"type": "object", "allOf": [{"$ref": "#/components/schemas/Base"}, {"description": "words only"}]},
            "Scalar": {"allOf": [{"type": "string"}, {"maxLength": 3}]},
            "Twins": {"allOf": [{"$ref": "#/components/schemas/Base"}, {"$ref": "#/components/schemas/Base"}]},
            "Stricter": {"allOf": [{"$ref": "#/components/schemas/Base"}, {"required": ["kind"]}]},
            "Own": {"properties": {"z": {}}, "allOf": [{"properties": {"a": {}}}]},
            "Diamond": {"allOf": [{"$ref": "#/components/schemas/Dog"}, {"$ref": "#/components/schemas/Base"}]}}"##,
        r#"
struct Base { id: I64, kind: String? }
struct Dog { id: I64, kind: DogKind, bark: Bool }
enum DogKind { Dog = "dog" }
type Alias = Base
type Typed = Base
type Scalar = String
type Twins = Base
struct Stricter { id: I64, kind: String }
struct Own { z: Json?, a: Json? }
struct Diamond { id: I64, kind: DiamondKind, bark: Bool }
enum DiamondKind { Dog = "dog" }"#,
    );
}

#[test]
fn all_of_with_a_conflict_names_both_places() {
    let report = reports(
        r#"{"A": {"allOf": [{"properties": {"x": {"type": "string"}}}, {"properties": {"x": {"type": "integer"}}}]}}"#,
        "struct A { x: Json? }",
        &[codes::TYPE_CONFLICT],
    );
    let [warning] = report.as_slice() else { unreachable!() };
    assert!(warning.message.contains("both a string and an integer") && warning.severity == Severity::Warning);
    assert_eq!(warning.related.len(), 1);
    assert_ne!(warning.span, warning.related.first().map(|r| r.0));
}

#[test]
fn annotations_of_a_reference_s_target_count() {
    clean(
        r##"{"A": {"required": ["id"], "properties": {"id": {"$ref": "#/components/schemas/Id"}}},
            "Id": {"type": "integer", "readOnly": true, "default": 3}}"##,
        "struct A { id: Id? default Integer(3) }\ntype Id = I64",
    );
}

#[test]
fn tuples() {
    for (schema, want) in [
        (r#""prefixItems": [{"type": "number"}, {"type": "string"}], "minItems": 2, "maxItems": 2"#, "(F64, String)"),
        (r#""prefixItems": [{"type": "number"}, {"type": "string"}], "items": false"#, "(F64?, String?)"),
        (r#""prefixItems": [{"type": "number"}], "minItems": 1"#, "(F64, ..Json)"),
        (r#""prefixItems": [{"type": "number"}], "minItems": 3, "items": {"type": "boolean"}"#, "(F64, ..Bool)"),
        (r#""prefixItems": [{"type": "number"}, {}], "minItems": 1, "maxItems": 1"#, "(F64)"),
        (r##""prefixItems": [{"$ref": "#/components/schemas/A"}], "maxItems": 1"##, "(Box<A>?)"),
    ] {
        clean(&format!(r#"{{"A": {{"type": "array", {schema}}}}}"#), &format!("tuple A {want}"));
    }
}

#[test]
fn recursion_is_boxed_where_a_value_would_hold_itself() {
    clean(
        r##"{"Node": {"required": ["next"], "properties": {"next": {"$ref": "#/components/schemas/Node"}, "all": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}}}},
            "A": {"properties": {"b": {"$ref": "#/components/schemas/BAlias"}}}, "BAlias": {"$ref": "#/components/schemas/B"}, "B": {"properties": {"a": {"$ref": "#/components/schemas/A"}}},
            "List": {"type": "array", "items": {"$ref": "#/components/schemas/List"}},
            "Tree": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Tree"}},
            "Value": {"oneOf": [{"type": "string"}, {"type": "array", "items": {"$ref": "#/components/schemas/Value"}}]},
            "Deep": {"properties": {"in": {"properties": {"deep": {"$ref": "#/components/schemas/Deep/properties/in"}}}}}}"##,
        r#"
struct Node { next: Box<Node>, all: [Node]? }
struct A { b: Box<BAlias>? }
type BAlias = B
struct B { a: Box<A>? }
union List { Array([List]) Array [] [], Other }
struct Tree { ..additional: Tree }
union Value { String(String) String [] [], Array([Value]) Array [] [], Other }
struct Deep { in_: DeepIn? = "in" }
struct DeepIn { deep: Box<DeepIn>? }"#,
    );
}

/// G9: rings through `$ref`, `allOf` and unions.
/// G9: an error in a component is reported where an operation uses it, and refuses only that operation.
/// G5 and G6: names of schemas, properties and values.
/// G11: wide things take linear time.
/// G11: compositions that double with each step end within the budget.
/// G11: chains as long as a document can hold do not overflow the stack.
#[test]
fn what_is_odd_is_told() {
    reports(r#"{"A": {"type": "strin"}}"#, "type A = Json", &[codes::UNKNOWN_TYPE]);
    reports(r#"{"A": {"type": "int"}}"#, "type A = I64", &[codes::UNKNOWN_TYPE]);
    reports(r#"{"A": {"type": ["string", "integer"]}}"#, "type A = Json", &[codes::MIXED_TYPES]);
    reports(
        r#"{"A": {"required": ["x", "nam"], "properties": {"name": {}}}}"#,
        "struct A { name: Json? }",
        &[codes::REQUIRED_ABSENT],
    );
    reports(
        r#"{"A": {"properties": {"x": {"type": "integer", "default": "many"}}}}"#,
        "struct A { x: I64? }",
        &[codes::BAD_DEFAULT],
    );
    reports(r#"{"A": "string"}"#, "type A = Json", &[codes::UNUSED_FAULTY]);
}

#[test]
fn names_and_types_of_the_configuration() {
    let root = node(
        r##"{"components": {"schemas": {"Money": {"type": "string"}, "pet": {"properties": {"price": {"$ref": "#/components/schemas/Money"}, "kind": {"enum": ["a"]}}}}}}"##,
    );
    let path = |names: &[&str]| names.iter().map(|n| Ident::new(*n).unwrap()).collect::<Vec<_>>();
    let mut options = Options::default();
    options.replace_types.insert("Money".to_owned(), path(&["my", "Money"]));
    options.rename_types.insert("Pet".to_owned(), Ident::new("Animal").unwrap().into());
    options.rename_types.insert("AnimalKind".to_owned(), Ident::new("Kind").unwrap().into());
    options.rename_types.insert("Pte".to_owned(), Ident::new("Lost").unwrap().into());
    let (defs, report) = finished(&root, &options);
    assert_eq!(written(&defs), "struct Animal { price: ::my::Money?, kind: Kind? }\nenum Kind { A = \"a\" }\n");
    assert_eq!(report.diagnostics.iter().map(|d| d.code).collect::<Vec<_>>(), [codes::UNKNOWN_SCHEMA_IN_CONFIG]);
}

#[test]
fn the_configuration_chooses_types_of_formats_and_properties() {
    let root = node(
        r##"{"components": {"schemas": {"Pet": {"required": ["born", "id"], "properties": {
            "id": {"type": "string", "format": "uuid"},
            "born": {"type": "string", "format": "date"},
            "died": {"$ref": "#/components/schemas/Day"},
            "photo": {"type": "string", "contentEncoding": "base64"},
            "size": {"type": "integer"},
            "count": {"type": "integer", "format": "int64"},
            "kind": {"enum": ["a"]},
            "tags": {"type": "array", "items": {"type": "string", "format": "uuid"}},
            "home": {"properties": {"since": {"type": "string", "format": "date", "nullable": true}}}}},
          "Day": {"type": "string", "format": "date"}}}}"##,
    );
    let configured = |text: &str| {
        let options = crate::config::read(text, 0, &mut Report::default()).unwrap();
        let (defs, report) = finished(&root, &options);
        (written(&defs), report.diagnostics.iter().map(|d| d.code).collect::<Vec<_>>())
    };
    let (types, codes) = configured(
        "[types.formats]\nuuid = \"String\"\nbyte = \"mime\"\ninteger = \"i128\"\ndate = \"empty-is-none\"\n[types.properties]\n\
         \"PetHome.since\" = \"String\"\n\"Pet.died\" = \"::my::Day\"\n\"Pet.kind\" = \"String\"\n[types.lenient]\n\"Pet.count\" = \"empty-is-none\"\n",
    );
    assert_eq!(codes, []);
    assert_eq!(
        types,
        "struct Pet { id: String, born: Date|empty, died: ::my::Day?, photo: MimeBase64?, size: I128?, count: I64?, kind: String?, \
         tags: [String]?, home: PetHome? }\nstruct PetHome { since: String?|null }\ntype Day = Date\n"
    );
    for (text, want) in [
        ("[types.formats]\nuuidd = \"String\"", codes::UNKNOWN_SCHEMA_IN_CONFIG),
        ("[types.properties]\n\"Pet.bron\" = \"String\"", codes::UNKNOWN_SCHEMA_IN_CONFIG),
        ("[types.lenient]\n\"Pat.born\" = \"empty-is-none\"", codes::UNKNOWN_SCHEMA_IN_CONFIG),
        ("[types.formats]\nuuid = \"i64\"", codes::UNFIT_TYPE),
        ("[types.properties]\n\"Pet.size\" = \"String\"", codes::UNFIT_TYPE),
        ("[types.properties]\n\"Pet.tags\" = \"mime\"", codes::UNFIT_TYPE),
        ("[types.formats]\ndate = \"String\"\n[types.lenient]\ndate = \"empty-is-none\"", codes::UNFIT_TYPE),
        // A format of elements and of a property.
        ("[types.lenient]\nuuid = \"empty-is-none\"", codes::UNFIT_TYPE),
    ] {
        assert_eq!(configured(text).1, [want], "{text}");
    }
}

#[test]
fn an_empty_text_is_no_value_of_properties_only() {
    let severity = |schemas: &str| {
        let root = node(&format!(r#"{{"components": {{"schemas": {schemas}}}}}"#));
        let options =
            crate::config::read("[types.lenient]\ndate = \"empty-is-none\"", 0, &mut Report::default()).unwrap();
        let (_, report) = finished(&root, &options);
        report.diagnostics.iter().map(|d| (d.severity, d.code)).collect::<Vec<_>>()
    };
    let date = r#"{"type": "string", "format": "date"}"#;
    let property = format!(r#""P": {{"properties": {{"born": {date}}}}}"#);
    assert_eq!(severity(&format!("{{{property}}}")), []);
    for other in [
        format!(r#""L": {{"type": "array", "items": {date}}}"#),
        format!(r##""L": {{"type": "array", "items": {{"$ref": "#/components/schemas/D"}}}}, "D": {date}"##),
        format!(r#""M": {{"type": "object", "additionalProperties": {date}}}"#),
    ] {
        assert_eq!(severity(&format!("{{{other}}}")), [(Severity::Error, codes::UNFIT_TYPE)], "{other}");
        let both = severity(&format!("{{{property}, {other}}}"));
        assert_eq!(both, [(Severity::Warning, codes::UNFIT_TYPE)], "{other}");
    }
}

#[test]
fn bodies_of_operations() {
    let root = node(
        r##"{"components": {"schemas": {"Pet": {"properties": {"x": {"type": "string"}}}, "Empty": {"type": "object", "title": "Empty Schema"}}},
          "list": {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}, "nullable": true}, "empty": {"$ref": "#/components/schemas/Empty"},
          "inline": {"properties": {"a": {"properties": {"b": {}}}}},
          "form": {"required": ["file"], "properties": {"file": {"type": "string", "format": "binary"}, "files": {"type": "array", "items": {"type": "string", "format": "binary"}},
             "pet": {"$ref": "#/components/schemas/Pet"}, "n": {"type": "integer"}, "tags": {"type": "array", "items": {"type": "string"}}}}}"##,
    );
    let (options, mut report, refs) = (Options::default(), Report::default(), Refs::new(&root));
    let mut types = Types::new(&refs, &root, &options, &mut report);
    let mut lower =
        |key: &str| types.lower(root.get(key).unwrap(), place("Add pets", "the body"), &mut report).unwrap();
    let (list, empty, inline) = (lower("list"), lower("empty"), lower("inline"));
    let form = root.get("form").unwrap();
    let parts = types.parts(form, Encodings::of(form), place("Form", ""), &mut report).unwrap().parts;
    let told: Vec<String> =
        parts.iter().map(|p| format!("{} {:?} {} {}", p.name, p.content, p.required, p.repeated)).collect();
    assert_eq!(
        told,
        [
            "file File true false",
            "files File false true",
            "pet Json(Named(TypeId(0))) false false",
            "n Text(I64) false false",
            "tags Text(String) false true"
        ]
    );
    let defs = types.finish(std::slice::from_ref(&list), std::slice::from_ref(&inline), &mut report);
    assert_eq!(spelled(&list, &defs), "[Pet]|null");
    assert_eq!(empty, Type::Json);
    assert_eq!(spelled(&inline, &defs), "AddPets");
    let directions: Vec<_> = defs.iter().map(|d| (d.name.as_str(), d.in_requests, d.in_answers)).collect();
    assert_eq!(
        directions,
        [("Pet", true, false), ("Empty", true, true), ("AddPets", false, true), ("AddPetsA", false, true)]
    );
    assert_eq!(defs.last().map(|d| d.origin.as_str()), Some("`a` of `AddPets`"));
    assert!(matches!(defs.first().map(|d| &d.kind), Some(TypeKind::Struct { .. })));
    assert!(report.diagnostics.is_empty());
}

/// A property with the schema of a property that it is merged with, and unions of the same schemas.
#[test]
fn the_order_of_components_and_of_variants_changes_no_type() {
    let base = r#""Base": {"properties": {"id": {"properties": {"a": {"type": "string"}}}}}"#;
    let sub = r##""Sub": {"allOf": [{"$ref": "#/components/schemas/Base"}, {"properties": {"id": {"$ref": "#/components/schemas/Base/properties/id"}}}]}"##;
    let sorted = |document: &str| {
        let (types, _) = schemas(document);
        let mut lines: Vec<String> = types.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    let want = ["struct Base { id: BaseId? }", "struct BaseId { a: String? }", "struct Sub { id: BaseId? }"];
    assert_eq!(sorted(&format!("{{{base}, {sub}}}")), want);
    assert_eq!(sorted(&format!("{{{sub}, {base}}}")), want);
    let choice = |title: &str, schemas: &str| format!(r#"{{"title": "{title}", "oneOf": [{schemas}]}}"#);
    let (text, list) = (r#"{"type": "string"}"#, r#"{"type": "array", "items": {"type": "integer"}}"#);
    for second in [format!("{text}, {list}"), format!("{list}, {text}")] {
        let (first, second) = (choice("A", &format!("{text}, {list}")), choice("B", &second));
        let (types, _) = schemas(&format!(r#"{{"O": {{"properties": {{"first": {first}, "second": {second}}}}}}}"#));
        assert!(types.contains("struct O { first: OFirst?, second: OFirst? }"), "{types}");
    }
}
