//! What choices (`oneOf`, `anyOf`, subtypes) become: one case a rule.

#![allow(clippy::unwrap_used)]

use crate::diagnostics::codes;
use crate::diagnostics::report::Severity;
use crate::lower::types::tests::clean;
use crate::lower::types::tests::testing::{reports, schemas};

#[test]
fn unions_with_a_discriminator() {
    clean(
        r##"{"Shape": {"oneOf": [{"$ref": "#/components/schemas/Circle"}, {"$ref": "#/components/schemas/Square"}],
                "discriminator": {"propertyName": "kind", "mapping": {"c": "#/components/schemas/Circle", "round": "Circle"}}},
            "Circle": {"required": ["kind"], "properties": {"kind": {"type": "string"}, "r": {"type": "number"}}},
            "Square": {"required": ["kind"], "properties": {"kind": {"type": "string"}, "in": {"$ref": "#/components/schemas/Shape"}}}}"##,
        r#"
union Shape by "kind" { Circle(Circle) ["c", "round"], Square(Square) ["Square"], Other }
struct Circle { kind: String, r: F64? }
struct Square { kind: String, in_: Box<Shape>? = "in" }"#,
    );
    clean(
        r##"{"Pet": {"anyOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}], "discriminator": {"propertyName": "t"}},
            "Cat": {"properties": {"t": {"const": "cat"}}}, "Dog": {"properties": {"t": {"enum": ["dog"]}}}}"##,
        r#"
union Pet by "t" { Cat(Cat) ["cat"], Dog(Dog) ["dog"], Other }
struct Cat { t: CatT? }
enum CatT { Cat = "cat" }
struct Dog { t: DogT? }
enum DogT { Dog = "dog" }"#,
    );
}

#[test]
fn discriminators_tell_by_what_is_on_the_wire() {
    clean(
        r##"{"U": {"oneOf": [{"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/Inner"}], "discriminator": {"propertyName": "t"}},
            "A": {"required": ["t"], "properties": {"t": {"enum": ["a1", "a2"]}}},
            "Inner": {"oneOf": [{"$ref": "#/components/schemas/B"}, {"$ref": "#/components/schemas/C"}]},
            "B": {"required": ["t"], "properties": {"t": {"const": "b"}}}, "C": {"required": ["t"], "properties": {"t": {"type": "string"}, "c": {}}}}"##,
        r#"
union U by "t" { A(A) ["a1", "a2"], Inner(Inner) ["C", "b"], Other }
struct A { t: AT }
enum AT { A1 = "a1", A2 = "a2" }
union Inner { B(B) Object ["t"] ["t=b"] of t, C(C) Object ["t"] [] of c t, Other }
struct B { t: BT }
enum BT { B = "b" }
struct C { t: String, c: Json? }"#,
    );
    clean(
        r##"{"U": {"required": ["t"], "properties": {"t": {"type": "string"}}, "discriminator": {"propertyName": "t"},
            "oneOf": [{"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/B"}]},
            "A": {"properties": {"a": {"type": "string"}}}, "B": {"properties": {"b": {"type": "string"}}}}"##,
        r#"
union U by "t" { A(UA) ["A"], B(UB) ["B"], Other }
struct UA { t: String, a: String? }
struct UB { t: String, b: String? }
struct A { a: String? }
struct B { b: String? }"#,
    );
}

#[test]
fn unions_by_shape() {
    clean(
        r#"{"U": {"oneOf": [{"type": "string"}, {"type": "integer"}, {"type": "array", "items": {"type": "string"}}]},
            "M": {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "array", "items": {"type": "integer"}}]},
            "O": {"anyOf": [{"type": "string"}, {"type": "string", "enum": ["a"]}]},
            "E": {"oneOf": [{"const": "a"}, {"const": "b"}]},
            "F": {"anyOf": [{"type": "string", "format": "ipv4"}, {"type": "string", "format": "ipv6"}]},
            "Nu": {"anyOf": [{"type": "integer"}, {"type": "number"}]},
            "One": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
            "R": {"properties": {"a": {"type": "string"}, "b": {"type": "string"}}, "oneOf": [{"required": ["a"]}, {"required": ["b"]}]},
            "D": {"oneOf": [{"type": "string"}, {"type": "string", "format": "date"}]},
            "X": {"anyOf": [{}, {"type": "boolean"}]},
            "L": {"type": "integer", "oneOf": [{"title": "HIGH", "const": 2}, {"title": "LOW", "const": 1}]},
            "Ns": {"oneOf": [{"type": "string", "nullable": true}, {"type": "array", "items": {"type": "string"}}]},
            "P": {"oneOf": [{"required": ["x", "y"], "properties": {"x": {"type": "integer"}, "y": {"type": "integer"}}}, {"required": ["x", "z"], "properties": {"x": {"type": "boolean"}, "z": {"type": "string"}}}]}}"#,
        r#"
union U { String(String) String [] [], Integer(I64) Integer [] [], Array([String]) Array [] [], Other }
union M { StringArray([String]) Array [] [] [String [] []], IntegerArray([I64]) Array [] [] [Integer [] []], Other }
enum O { A = "a" }
enum E { A = "a", B = "b" }
type F = String
type Nu = F64
type One = I64
struct R { a: String?, b: String? }
union D { Date(Date) String [] [], String(String) String [] [], Other }
union X { Boolean(Bool) Bool [] [], Json(Json) Any [] [], Other }
enum L { High = 2, Low = 1 }
union Ns { String(String) String [] [], Array([String]) Array [] [], Other }
union P { Y(PY) Object ["x", "y"] [] of x y, Z(PZ) Object ["x", "z"] [] of x z, Other }
struct PY { x: I64, y: I64 }
struct PZ { x: Bool, z: String }"#,
    );
}

#[test]
fn overlapping_variants_are_ordered_and_told() {
    let json = r#"{"U": {"oneOf": [
        {"title": "Wide", "required": ["a"], "properties": {"a": {"type": "string"}}},
        {"title": "Narrow", "required": ["a", "b"], "properties": {"a": {"type": "string"}, "b": {"type": "string"}}},
        {"title": "Const", "required": ["k"], "properties": {"k": {"const": "c"}}}]}}"#;
    let want = r#"
union U { Const(UConst) Object ["k"] ["k=c"] of k, Narrow(UNarrow) Object ["a", "b"] [] of a b, Wide(UWide) Object ["a"] [] of a, Other }
struct UWide { a: String }
struct UNarrow { a: String, b: String }
struct UConst { k: UConstK }
enum UConstK { C = "c" }"#;
    clean(json, want);

    let json =
        r#"{"U": {"oneOf": [{"properties": {"a": {"type": "string"}}}, {"properties": {"b": {"type": "string"}}}]}}"#;
    let want = "union U { A(UA) Object [] [] of a, B(UB) Object [] [] of b, Other }
struct UA { a: String? }
struct UB { b: String? }";
    clean(json, want);

    let json = r#"{"U": {"oneOf": [
        {"title": "One", "properties": {"a": {"type": "string"}}}, {"title": "Two", "properties": {"a": {"type": "string", "format": "uri"}}}]}}"#;
    let want = "union U { One(UOne) Object [] [] of a, Two(UTwo) Object [] [] of a, Other }
struct UOne { a: String? }
struct UTwo { a: String? }";
    assert_eq!(reports(json, want, &[codes::SAME_SHAPE]).first().map(|d| d.severity), Some(Severity::Warning));

    clean(
        r#"{"U": {"oneOf": [{"properties": {"t": {"enum": ["x", "y"]}}}, {"properties": {"t": {"enum": ["z"]}}}]}}"#,
        r#"
union U { XOrY(UXOrY) Object [] ["t=x|y"], Z(UZ) Object [] ["t=z"], Other }
struct UXOrY { t: UxOrYT? }
enum UxOrYT { X = "x", Y = "y" }
struct UZ { t: UzT? }
enum UzT { Z = "z" }"#,
    );
}

#[test]
fn constants_arrays_and_closed_objects_distinguish_variants() {
    clean(
        r##"{"U": {"oneOf": [{"title": "Good", "required": ["ok"], "properties": {"ok": {"const": true}}},
                {"title": "Bad", "required": ["ok"], "properties": {"ok": {"const": false}}}]},
            "N": {"oneOf": [{"title": "One", "properties": {"data": {"type": "object", "properties": {"v": {"const": 1}}}}},
                {"title": "Two", "properties": {"data": {"type": "object", "properties": {"v": {"const": 2}}}}}]},
            "C": {"oneOf": [{"title": "X", "additionalProperties": false, "properties": {"id": {"type": "string"}, "a": {}}},
                {"title": "Y", "additionalProperties": false, "properties": {"id": {"type": "string"}, "b": {}}}]},
            "L": {"oneOf": [{"type": "array", "items": {"$ref": "#/components/schemas/P"}},
                {"type": "array", "items": {"$ref": "#/components/schemas/Q"}}]},
            "P": {"properties": {"id": {"type": "string"}}}, "Q": {"properties": {"test": {"type": "string"}}}}"##,
        r#"
union U { Good(UGood) Object ["ok"] ["ok=true"], Bad(UBad) Object ["ok"] ["ok=false"], Other }
struct UGood { ok: Bool }
struct UBad { ok: Bool }
union N { One(NOne) Object [] ["data.v=1"], Two(NTwo) Object [] ["data.v=2"], Other }
struct NOne { data: NOneData? }
struct NOneData { v: NOneDataV? }
enum NOneDataV { N1 = 1 }
struct NTwo { data: NTwoData? }
struct NTwoData { v: NTwoDataV? }
enum NTwoDataV { N2 = 2 }
union C { X(CX) Object [] [] of a id closed, Y(CY) Object [] [] of b id closed, Other }
struct CX { id: String?, a: Json? }
struct CY { id: String?, b: Json? }
union L { PArray([P]) Array [] [] [Object [] [] of id], QArray([Q]) Array [] [] [Object [] [] of test], Other }
struct P { id: String? }
struct Q { test: String? }"#,
    );
}

#[test]
fn choices_in_choices_are_one_and_impossible_variants_are_left_out() {
    clean(
        r##"{"All": {"oneOf": [{"$ref": "#/components/schemas/Some"}, {"type": "boolean"}, {"$ref": "#/components/schemas/A"}]},
            "Some": {"anyOf": [{"$ref": "#/components/schemas/A"}, {"type": "integer"}]},
            "A": {"properties": {"a": {"type": "string"}}},
            "Color": {"oneOf": [{"$ref": "#/components/schemas/Real"}, {"$ref": "#/components/schemas/Blank"}, {"$ref": "#/components/schemas/Null"}]},
            "Real": {"type": "string", "enum": ["red"]}, "Blank": {"enum": [""]}, "Null": {"enum": [null]}}"##,
        r#"
union All { A(A) Object [] [], Integer(I64) Integer [] [], Boolean(Bool) Bool [] [], Other }
union Some { A(A) Object [] [], Integer(I64) Integer [] [], Other }
struct A { a: String? }
enum Color { Red = "red", Empty = "" }
enum Real { Red = "red" }
enum Blank { Empty = "" }
type Null = Json"#,
    );
    reports(
        r#"{"U": {"required": ["k"], "properties": {"k": {"enum": ["a"]}}, "oneOf": [
            {"title": "One", "properties": {"k": {"const": "a"}, "x": {}}}, {"title": "Two", "properties": {"k": {"const": "b"}}}]}}"#,
        r#"
union U { One(UOne) Object ["k"] [], Other }
struct UOne { k: UOneK, x: Json? }
enum UOneK { A = "a" }"#,
        &[codes::IMPOSSIBLE_VARIANT],
    );
}

#[test]
fn a_parent_with_a_discriminator_is_the_union_of_its_subtypes() {
    clean(
        r##"{"Pet": {"type": "object", "required": ["t"], "properties": {"t": {"type": "string"}}, "discriminator": {"propertyName": "t", "mapping": {"cat": "Cat"}}},
            "Cat": {"allOf": [{"$ref": "#/components/schemas/Pet"}, {"properties": {"meow": {"type": "boolean"}}}]},
            "Dog": {"allOf": [{"$ref": "#/components/schemas/Pet"}]},
            "Puppy": {"allOf": [{"$ref": "#/components/schemas/Dog"}, {"properties": {"age": {"type": "integer"}}}]},
            "Owner": {"properties": {"pet": {"allOf": [{"$ref": "#/components/schemas/Pet"}], "description": "d"}}}}"##,
        r#"
union Pet by "t" { Cat(Cat) ["cat"], Dog(Dog) ["Dog"], Puppy(Puppy) ["Puppy"], Other }
struct Cat { t: String, meow: Bool? }
struct Dog { t: String }
struct Puppy { t: String, age: I64? }
struct Owner { pet: Pet? }"#,
    );
}

/// Without the discriminator a `Dog` without `good` was read as a `Cat`.
#[test]
fn a_choice_among_subtypes_has_the_discriminator_of_their_parent() {
    let document = |choice: &str| {
        format!(
            r##"{{"Pet": {{"required": ["type"], "properties": {{"type": {{"type": "string"}}}}, "discriminator": {{"propertyName": "type", "mapping": {{"dog": "Dog"}}}}}},
            "Cat": {{"allOf": [{{"$ref": "#/components/schemas/Pet"}}, {{"properties": {{"lives": {{"type": "integer"}}}}}}]}},
            "Dog": {{"allOf": [{{"$ref": "#/components/schemas/Pet"}}, {{"properties": {{"good": {{"type": "boolean"}}}}}}]}},
            "Bat": {{"properties": {{"type": {{"type": "string"}}, "wings": {{"type": "integer"}}}}}},
            "Some": {{"oneOf": [{choice}]}}}}"##
        )
    };
    let reference = |name: &str| format!(r##"{{"$ref": "#/components/schemas/{name}"}}"##);
    let (types, report) = schemas(&document(&[reference("Cat"), reference("Dog")].join(",")));
    assert!(types.contains(r#"union Some by "type" { Cat(Cat) ["Cat"], Dog(Dog) ["dog"], Other }"#), "{types}");
    assert!(report.diagnostics.is_empty());
    let (types, _) = schemas(&document(&[reference("Cat"), reference("Bat")].join(",")));
    assert!(types.contains("union Some { "), "{types}");
}

/// The variants are the components and no copies of them.
#[test]
fn required_properties_beside_a_choice_that_its_variants_require_add_nothing() {
    let document = |required: &str| {
        format!(
            r##"{{"Shape": {{"required": [{required}], "type": "object", "anyOf": [{{"$ref": "#/components/schemas/Circle"}}, {{"$ref": "#/components/schemas/Square"}}],
                "discriminator": {{"propertyName": "$type", "mapping": {{"c": "#/components/schemas/Circle", "s": "#/components/schemas/Square"}}}}}},
            "Circle": {{"required": ["id"], "properties": {{"$type": {{"enum": ["c"]}}, "id": {{"type": "integer"}}, "r": {{"type": "number"}}}}}},
            "Square": {{"required": ["id"], "properties": {{"$type": {{"enum": ["s"]}}, "id": {{"type": "integer"}}, "r": {{"type": "number"}}}}}}}}"##
        )
    };
    let union = |required: &str| {
        let (types, _) = schemas(&document(required));
        types.lines().find(|line| line.starts_with("union Shape")).unwrap().to_owned()
    };
    let own = r#"union Shape by "$type" { Circle(Circle) ["c"], Square(Square) ["s"], Other }"#;
    assert_eq!(union(r#""$type""#), own);
    assert_eq!(union(r#""$type", "id""#), own);
    let copies = r#"union Shape by "$type" { Circle(ShapeCircle) ["c"], Square(ShapeSquare) ["s"], Other }"#;
    assert_eq!(union(r#""$type", "r""#), copies);
}

#[test]
fn properties_beside_a_choice_are_distributed() {
    clean(
        r#"{"U": {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}, "oneOf": [
            {"title": "A", "required": ["a"], "properties": {"a": {"type": "string"}}},
            {"title": "B", "required": ["b"], "properties": {"b": {"type": "string"}}}]}}"#,
        r#"
union U { A(UA) Object ["a", "id"] [] of a id, B(UB) Object ["b", "id"] [] of b id, Other }
struct UA { id: I64, a: String }
struct UB { id: I64, b: String }"#,
    );
    // A hierarchy written down from both ends.
    clean(
        r##"{"Pet": {"type": "object", "required": ["t"], "properties": {"t": {"type": "string"}}, "discriminator": {"propertyName": "t"},
                "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}]},
            "Cat": {"allOf": [{"$ref": "#/components/schemas/Pet"}, {"properties": {"meow": {"type": "boolean"}}}]},
            "Dog": {"allOf": [{"$ref": "#/components/schemas/Pet"}, {"properties": {"bark": {"type": "boolean"}}}]}}"##,
        r#"
union Pet by "t" { Cat(Cat) ["Cat"], Dog(Dog) ["Dog"], Other }
struct Cat { t: String, meow: Bool? }
struct Dog { t: String, bark: Bool? }"#,
    );
}

/// The type of a variant was `OwnerPetNew`. Its label is not its own any more, and the name does not pass to the property `new`.
#[test]
fn a_label_that_a_variant_lost_names_no_other_type() {
    let names = |first: &str, more: &str| {
        let (types, _) = schemas(&format!(
            r#"{{"Owner": {{"properties": {{"pet": {{"oneOf": [
                {{"required": ["status"], "properties": {{"status": {{"type": "integer"}}{first}}}}},
                {{"properties": {{"new": {{"enum": ["a", "b"]}}}}}}]}}}}}}{more}}}"#
        ));
        types.lines().filter_map(|line| line.split_whitespace().nth(1).map(str::to_owned)).collect::<Vec<_>>()
    };
    assert!(names("", "").contains(&"OwnerPetNew".to_owned()), "{:?}", names("", ""));
    let (first, more) =
        (r#", "new": {"type": "integer"}"#, r#", "OwnerPet": {"properties": {"new": {"enum": [1, 2]}}}"#);
    let after = names(first, more);
    assert!(!after.contains(&"OwnerPetNew".to_owned()), "{after:?}");
}
