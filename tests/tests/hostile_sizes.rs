//! Values of generated types are read on the stack of a thread, in a debug build, whatever the schemas: a response of
//! `{}`, and one that is 64 levels deep; one of the greatest depth that the runtime reads is at worst an error. The estimate that
//! decides on boxes is compared with the sizes that the compiler reports.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use cogen::config::options::Options;
use cogen::diagnostics::report::Report;
use cogen::ir::size::{Sizes, by_value_first};
use cogen::ir::types::{TypeId, TypeKind};
use cogen::{Input, generate};
use cogen_tests::crates::Workspace;
use cogen_tests::paths;
use serde_json::{Map, Value, json};
use std::fmt::Write;
use std::fs;
use std::process::Command;

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

fn object(properties: impl IntoIterator<Item = (String, Value)>) -> Value {
    json!({"type": "object", "properties": Map::from_iter(properties)})
}

fn strings(count: usize) -> impl Iterator<Item = (String, Value)> {
    (0..count).map(|n| (format!("s{n}"), json!({"type": "string"})))
}

/// Levels of schemas, each with this many members of the next level.
fn levels(levels: usize, members: usize) -> Vec<(String, Value)> {
    let level = |n: usize| match n + 1 < levels {
        true => object((0..members).map(|m| (format!("m{m}"), reference(&format!("L{}", n + 1))))),
        false => object(strings(members)),
    };
    (0..levels).map(|n| (format!("L{n}"), level(n))).collect()
}

/// A schema that contains itself as `next`, and has other members.
fn recursive(name: &str, more: impl IntoIterator<Item = (String, Value)>) -> (String, Value) {
    (name.to_owned(), object(std::iter::once(("next".to_owned(), reference(name))).chain(more)))
}

/// A union of many objects, each of which contains the union, distinguished by their members or by a tag.
fn choice(tagged: bool) -> Vec<(String, Value)> {
    let variant = |n: usize| {
        let own = [(format!("v{n}"), json!({"type": "string"})), ("next".to_owned(), reference("Choice"))];
        let mut schema = object(strings(16).chain(own).chain([("kind".to_owned(), json!({"type": "string"}))]));
        schema["required"] = json!([format!("v{n}"), "kind"]);
        (format!("V{n}"), schema)
    };
    let mut schemas: Vec<(String, Value)> = (0..40).map(variant).collect();
    let mut choice = json!({"oneOf": (0..40).map(|n| reference(&format!("V{n}"))).collect::<Vec<_>>()});
    if tagged {
        choice["discriminator"] = json!({"propertyName": "kind"});
    }
    schemas.push(("Choice".to_owned(), choice));
    schemas
}

/// Every kind of type, in every way in which a struct or a union contains it.
fn kinds() -> Vec<(String, Value)> {
    let kinds = [
        json!({"type": "boolean"}),
        json!({"type": "integer", "format": "int32"}),
        json!({"type": "integer"}),
        json!({"type": "number"}),
        json!({"type": "number", "format": "float"}),
        json!({"type": "string"}),
        json!({"type": "string", "format": "password"}),
        json!({"type": "string", "format": "date"}),
        json!({"type": "string", "format": "date-time"}),
        json!({"type": "string", "format": "uuid"}),
        json!({"type": "string", "format": "byte"}),
        json!({}),
        json!({"type": "array", "items": {"type": "integer"}}),
        json!({"type": "object", "additionalProperties": {"type": "string"}}),
        reference("Text"),
        reference("Number"),
        reference("Mixed"),
        reference("Small"),
    ];
    let mut schemas = vec![
        ("Text".to_owned(), json!({"type": "string", "enum": ["a", "b"]})),
        ("Number".to_owned(), json!({"type": "integer", "enum": [1, 2]})),
        ("Mixed".to_owned(), json!({"oneOf": [{"type": "string"}, {"type": "boolean"}, reference("Small")]})),
        ("Small".to_owned(), object([("flag".to_owned(), json!({"type": "boolean"}))])),
    ];
    for (name, required, nullable) in
        [("Always", true, false), ("Nullable", true, true), ("Optional", false, false), ("Tristate", false, true)]
    {
        for (number, kind) in kinds.iter().enumerate() {
            let kind = if nullable { json!({"allOf": [kind], "nullable": true}) } else { kind.clone() };
            let mut one = object([("it".to_owned(), kind)]);
            if required {
                one["required"] = json!(["it"]);
            }
            schemas.push((format!("{name}{number}"), one));
        }
    }
    schemas
}

struct Case {
    name: &'static str,
    schemas: Vec<(String, Value)>,
    root: &'static str,
    /// The members of each level of a deep response before the member with the next level.
    level: &'static str,
}

fn cases() -> Vec<Case> {
    let case = |name, schemas, root| Case { name, schemas, root, level: "" };
    let parts = || (0..60).map(|n| (format!("p{n}"), reference("Part")));
    vec![
        case("levels", levels(7, 8), "L0"),
        case("wide_levels", levels(4, 40), "L0"),
        case("wide", vec![("Wide".to_owned(), object(strings(1_000)))], "Wide"),
        case("deep", vec![recursive("Deep", strings(20))], "Deep"),
        case("deep_wide", vec![recursive("Deep", strings(300))], "Deep"),
        case(
            "deep_parts",
            vec![recursive("Deep", parts().chain(strings(30))), ("Part".to_owned(), object(strings(12)))],
            "Deep",
        ),
        Case { name: "shapes", schemas: choice(false), root: "Choice", level: r#""kind":"","v9":"","# },
        Case { name: "tags", schemas: choice(true), root: "Choice", level: r#""kind":"V9","v9":"","# },
        case("kinds", kinds(), "Small"),
    ]
}

impl Case {
    fn document(&self) -> Value {
        let content = json!({"application/json": {"schema": reference(self.root)}});
        json!({
            "openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "servers": [{"url": "https://a.example"}],
            "paths": {"/a": {"get": {"responses": {"200": {"description": "ok", "content": content}}}}},
            "components": {"schemas": Map::from_iter(self.schemas.clone())},
        })
    }

    /// What the program does with the crate: it prints the sizes of its types, and reads an empty and a deep response.
    fn program(&self, sizes: &mut String) -> String {
        let input =
            Input { document: ("api".to_owned(), self.document().to_string().into_bytes()), ..Input::default() };
        let mut report = Report::default();
        let generated =
            generate(&input, &Options::default(), &mut report).unwrap_or_else(|_| panic!("{}: {report}", self.name));
        let types = &generated.api.types;
        let mut estimated = Sizes::new(types.len());
        for id in by_value_first(types) {
            estimated.set(id, estimated.kind(&types[id.0 as usize].kind));
        }
        for (index, def) in (0_u32..).zip(types) {
            let bytes = estimated.get(TypeId(index)).unwrap().bytes;
            let (name, of) = (self.name, def.name.as_str());
            let _ = writeln!(sizes, "    size::<{name}::types::{of}>({:?}, {bytes});", format!("{name}::{of}"));
            let wide = matches!(&def.kind, TypeKind::Struct { fields, .. } if fields.len() > 20);
            assert!(bytes <= 1_024 || wide, "{name}::{of}: {bytes} bytes");
        }
        let level = self.level;
        format!("    read::<{}::types::{}>({:?}, r#\"{level}\"#);\n", self.name, self.root, self.name)
    }
}

const PROGRAM: &str = r##"
use cogen_runtime::__rt::v1 as rt;

fn size<T>(name: &str, estimated: usize) {
    let bytes = size_of::<T>();
    assert!(bytes <= estimated, "{name} has {bytes} bytes, more than the {estimated} estimated");
    assert!(estimated <= 3 * bytes + 96, "{name} has {bytes} bytes, far less than the {estimated} estimated");
}

fn read<T: rt::Json>(name: &'static str, level: &str) {
    // The deepest response that the runtime reads.
    let deep = |depth: usize| {
        let begin = format!("{{{level}\"next\":");
        let end = format!("{{{}}}", level.trim_end_matches(','));
        format!("{}{end}{}", begin.repeat(depth), "}".repeat(depth))
    };
    let depth = (0..).take_while(|depth| rt::Tree::parse(deep(*depth).as_bytes()).is_ok()).last().unwrap();
    assert!((64..10_000).contains(&depth), "{depth} levels");
    // In a build without optimizations a level may be too large for the deepest response, which is then an error.
    const SURELY: usize = 64;
    for (text, surely) in [(deep(0), true), (deep(SURELY), true), (deep(depth), false)] {
        let thread = std::thread::Builder::new().name(name.into()).stack_size(1 << 20);
        let read = move || T::read(&rt::Tree::parse(text.as_bytes()).unwrap().root()).map(|_| ()).map_err(|e| e.to_string());
        match thread.spawn(read).unwrap().join().unwrap() {
            Ok(()) => {}
            Err(error) => assert!(!surely && error.contains("512 KiB of the stack"), "{name}: {error}"),
        }
    }
}
"##;

/// A thread with half of the usual stack size, so that the rest is left for the application.
#[test]
fn responses_can_be_read_whatever_the_size_and_depth_of_their_schemas() {
    let mut workspace = Workspace::new("sizes").expect("a scratch directory");
    let (mut depends, mut sizes, mut reads) = (Vec::new(), String::new(), String::new());
    let cases = cases();
    for case in &cases {
        let directory = workspace.member(case.name);
        let document = directory.with_extension("json");
        fs::create_dir_all(document.parent().unwrap()).unwrap();
        fs::write(&document, case.document().to_string()).unwrap();
        let run = cogen_tests::cogen::generate(&document, &directory, Some(case.name), &[]).expect("cogen runs");
        assert_eq!(run.status, Some(0), "{}: {}", case.name, run.stderr);
        depends.push((case.name, case.name));
        reads.push_str(&case.program(&mut sizes));
    }
    let program = format!("{PROGRAM}\nfn main() {{\n{sizes}{reads}    println!(\"all\");\n}}\n");
    workspace.binary("sizes-program", &depends, &program).unwrap();
    let verdicts = workspace.build(&[]).expect("cargo build runs");
    let members = cases.iter().map(|case| case.name).chain(["sizes-program"]);
    for name in members {
        let verdict = verdicts.get(name).unwrap_or_else(|| panic!("{name} was not built"));
        assert!(verdict.is_clean(), "{name}: {}", verdict.messages[0].rendered);
    }
    let output = Command::new(paths::target().join("debug/sizes-program")).output().expect("the program runs");
    let printed = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && output.stdout == b"all\n", "{printed}");
}
