//! Documents for tests, made of JSON text.

use crate::config::options::Options;
use crate::diagnostics::report::{Code, Diagnostic, Report, Span};
use crate::document::load::node::{Member, Node, Value};
use crate::document::references::Refs;
use crate::ir::types::{Element, Literal, Presence, Shape, Type, TypeDef, TypeKind};
use std::borrow::Cow;
use std::fmt::Write as _;

use crate::lower::types::Place;
use crate::lower::types::Types;

/// The tree of a JSON text; every node has a place of its own.
#[allow(clippy::unwrap_used)]
pub(crate) fn node(json: &str) -> Node<'static> {
    from_json(&serde_json::from_str(json).unwrap(), &mut 0)
}

fn from_json(json: &serde_json::Value, at: &mut u32) -> Node<'static> {
    *at += 1;
    let span = Span { start: *at, end: *at + 1 };
    let value = match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(b) => Value::Bool(*b),
        serde_json::Value::Number(n) => Value::Number(Cow::Owned(n.to_string())),
        serde_json::Value::String(s) => Value::String(Cow::Owned(s.clone())),
        serde_json::Value::Array(elements) => Value::Array(elements.iter().map(|e| from_json(e, at)).collect()),
        serde_json::Value::Object(members) => Value::Object(
            members
                .iter()
                .map(|(key, value)| {
                    *at += 1;
                    let key_span = Span { start: *at, end: *at + 1 };
                    Member { key: Cow::Owned(key.clone()), key_span, value: from_json(value, at) }
                })
                .collect(),
        ),
    };
    Node::new(value, span)
}

/// The types of `components.schemas`, written one a line, and what was reported.
pub(crate) fn schemas(schemas: &str) -> (String, Report) {
    let root = node(&format!(r#"{{"components": {{"schemas": {schemas}}}}}"#));
    let (defs, report) = finished(&root, &Options::default());
    (written(&defs), report)
}

/// Asserts the types and the codes of the diagnostics.
#[track_caller]
pub(crate) fn reports(json: &str, want: &str, codes: &[Code]) -> Vec<Diagnostic> {
    let (got, report) = schemas(json);
    assert_eq!(got.trim(), want.trim(), "{:#?}", report.diagnostics);
    assert_eq!(report.diagnostics.iter().map(|d| d.code).collect::<Vec<_>>(), codes, "{:#?}", report.diagnostics);
    report.diagnostics
}

/// A place of this name.
pub(crate) fn place(name: &str, origin: &str) -> Place {
    Place { names: vec![name.to_owned()], identity: name.to_owned(), origin: origin.to_owned(), is_own: true }
}

/// The types of a document without operations.
pub(crate) fn finished(root: &Node<'_>, options: &Options) -> (Vec<TypeDef>, Report) {
    let mut report = Report::default();
    let refs = Refs::new(root);
    let defs = Types::new(&refs, root, options, &mut report).finish(&[], &[], &mut report);
    (defs, report)
}

/// Definitions in a short form of Rust.
pub(crate) fn written(defs: &[TypeDef]) -> String {
    let mut out = String::new();
    for def in defs {
        let _ = match &def.kind {
            TypeKind::Struct { fields, additional } => {
                let mut parts: Vec<String> = fields
                    .iter()
                    .map(|f| {
                        let ty = spelled(&f.ty, defs);
                        let ty = if f.boxed { format!("Box<{ty}>") } else { ty };
                        let mark = match f.presence() {
                            Presence::Always => "",
                            Presence::Optional => "?",
                            Presence::Nullable => "|null",
                            Presence::OrEmpty => "|empty",
                            Presence::OptionalNullable => "?|null",
                        };
                        let wire = if f.wire == f.name.as_str() { String::new() } else { format!(" = {:?}", f.wire) };
                        let default = f.default.as_ref().map(|d| format!(" default {d:?}")).unwrap_or_default();
                        format!("{}: {ty}{mark}{wire}{default}", f.name)
                    })
                    .collect();
                parts.extend(additional.as_ref().map(|(name, ty)| format!("..{name}: {}", spelled(ty, defs))));
                writeln!(out, "struct {} {{ {} }}", def.name, parts.join(", "))
            }
            TypeKind::StringEnum(variants) => {
                let variants: Vec<String> = variants.iter().map(|v| format!("{} = {:?}", v.name, v.value)).collect();
                writeln!(out, "enum {} {{ {} }}", def.name, variants.join(", "))
            }
            TypeKind::IntegerEnum(variants) => {
                let variants: Vec<String> = variants.iter().map(|v| format!("{} = {}", v.name, v.value)).collect();
                writeln!(out, "enum {} {{ {} }}", def.name, variants.join(", "))
            }
            TypeKind::Union { discriminator, variants, other } => {
                let by = discriminator.as_ref().map(|d| format!(" by {d:?}")).unwrap_or_default();
                let variants: Vec<String> = variants
                    .iter()
                    .map(|v| {
                        let ty = spelled(&v.ty, defs);
                        let ty = if v.boxed { format!("Box<{ty}>") } else { ty };
                        let how = if discriminator.is_some() { format!("{:?}", v.tags) } else { shape(&v.shape) };
                        format!("{}({ty}) {how}", v.name)
                    })
                    .collect();
                writeln!(out, "union {}{by} {{ {}, {other} }}", def.name, variants.join(", "))
            }
            TypeKind::Tuple { elements, required, rest } => {
                let element = |(at, element): (usize, &Element)| {
                    let ty = spelled(&element.ty, defs);
                    let ty = if element.boxed { format!("Box<{ty}>") } else { ty };
                    format!("{ty}{}", if at < *required { "" } else { "?" })
                };
                let mut parts: Vec<String> = elements.iter().enumerate().map(element).collect();
                parts.extend(rest.as_ref().map(|ty| format!("..{}", spelled(ty, defs))));
                writeln!(out, "tuple {} ({})", def.name, parts.join(", "))
            }
            TypeKind::Alias(ty) => writeln!(out, "type {} = {}", def.name, spelled(ty, defs)),
        };
    }
    out
}

fn shape(of: &Shape) -> String {
    let value = |value: &Literal| match value {
        Literal::Bool(value) => value.to_string(),
        Literal::Integer(number) => number.to_string(),
        Literal::Float(number) => number.to_string(),
        Literal::String(text) => text.clone(),
    };
    let constants = of.constants.iter().map(|constant| {
        let values: Vec<String> = constant.values.iter().map(value).collect();
        format!("{}={}", constant.path.join("."), values.join("|"))
    });
    let constants: Vec<String> = constants.collect();
    let mut text = format!("{:?} {:?} {constants:?}", of.kind, of.required);
    if !of.known.is_empty() {
        let _ = write!(text, " of {}", of.known.join(" "));
    }
    if of.closed {
        text.push_str(" closed");
    }
    if let Some(items) = &of.items {
        let _ = write!(text, " [{}]", shape(items));
    }
    text
}

pub(crate) fn spelled(ty: &Type, defs: &[TypeDef]) -> String {
    match ty {
        Type::Named(id) => defs.get(id.0 as usize).map(|d| d.name.to_string()).unwrap_or_else(|| "??".to_owned()),
        Type::Array(of) => format!("[{}]", spelled(of, defs)),
        Type::Map(of) => format!("{{{}}}", spelled(of, defs)),
        Type::Nullable(of) => format!("{}|null", spelled(of, defs)),
        Type::Replaced(path) => path.iter().map(|p| format!("::{p}")).collect(),
        scalar => format!("{scalar:?}"),
    }
}
