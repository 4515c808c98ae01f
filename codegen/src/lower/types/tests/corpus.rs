//! The types of real documents, where a corpus of them is at hand (`COGEN_CORPUS`, or `../shared/corpus`).

#![allow(clippy::unwrap_used)]

use crate::config::options::Options;
use crate::diagnostics::report::{Report, Severity};
use crate::document::load::node::{Node, Value};
use crate::document::references::Refs;
use crate::ir::types::{Type, TypeDef, TypeId, TypeKind};
use crate::lower::types::Types;
use crate::lower::types::tests::testing::{place, written};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

fn documents() -> Vec<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/corpus");
    let corpus = std::env::var_os("COGEN_CORPUS").map_or_else(|| PathBuf::from(beside), PathBuf::from);
    let folders =
        ["gateway", "derived", "general"].into_iter().filter_map(|folder| std::fs::read_dir(corpus.join(folder)).ok());
    let mut found: Vec<PathBuf> = folders.flatten().filter_map(|entry| Some(entry.ok()?.path())).collect();
    found.sort();
    found
}

/// Every schema under the paths, with its place as a name.
fn schemas<'d, 's>(node: &'d Node<'s>, at: &str, found: &mut Vec<(&'d Node<'s>, String)>) {
    match &node.value {
        Value::Object(members) => {
            for member in members.iter().filter(|m| !matches!(&*m.key, "example" | "examples")) {
                if member.key == "schema" {
                    found.push((&member.value, at.to_owned()));
                } else {
                    schemas(&member.value, &format!("{at} {}", member.key), found);
                }
            }
        }
        Value::Array(elements) => elements.iter().for_each(|e| schemas(e, at, found)),
        _ => {}
    }
}

fn types_of(root: &Node<'_>, options: &Options, report: &mut Report) -> (Vec<TypeDef>, Duration) {
    let mut found = Vec::new();
    if let Some(paths) = root.get("paths") {
        schemas(paths, "", &mut found);
    }
    let started = Instant::now();
    let refs = Refs::new(root);
    let mut types = Types::new(&refs, root, options, report);
    let roots: Vec<Type> =
        found.into_iter().filter_map(|(schema, name)| types.lower(schema, place(&name, ""), report).ok()).collect();
    let defs = types.finish(&roots, &roots, report);
    (defs, started.elapsed())
}

/// Whether a definition holds itself by value without a box, or is an alias of itself.
fn is_sound(defs: &[TypeDef]) -> bool {
    fn holds(defs: &[TypeDef], id: TypeId, on_the_way: &mut BTreeSet<u32>, done: &mut BTreeSet<u32>) -> bool {
        if done.contains(&id.0) {
            return true;
        }
        if !on_the_way.insert(id.0) {
            return false;
        }
        let by_value = |ty: &Type| match ty {
            Type::Named(id) => Some(*id),
            Type::Nullable(of) => match &**of {
                Type::Named(id) => Some(*id),
                _ => None,
            },
            _ => None,
        };
        let held: Vec<TypeId> = match &defs.get(id.0 as usize).unwrap().kind {
            TypeKind::Struct { fields, .. } => {
                fields.iter().filter(|f| !f.boxed).filter_map(|f| by_value(&f.ty)).collect()
            }
            TypeKind::Union { variants, .. } => {
                variants.iter().filter(|v| !v.boxed).filter_map(|v| by_value(&v.ty)).collect()
            }
            TypeKind::Alias(ty) => by_value(ty).into_iter().collect(),
            _ => Vec::new(),
        };
        let sound = held.into_iter().all(|id| holds(defs, id, on_the_way, done));
        on_the_way.remove(&id.0);
        done.insert(id.0);
        sound
    }
    let mut done = BTreeSet::new();
    (0..defs.len()).all(|i| holds(defs, TypeId(u32::try_from(i).unwrap()), &mut BTreeSet::new(), &mut done))
}

#[test]
fn corpus_documents_have_sound_types() {
    let mut log = String::new();
    for path in documents() {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let (options, mut report) = (Options::default(), Report::default());
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let Ok(root) = crate::document::load::load(&text, 0, &options.limits, &mut report) else { continue };
        let Ok(root) = crate::document::upgrade::upgrade(root, &mut report) else { continue };
        report = Report::default();
        let (defs, took) = types_of(&root, &options, &mut report);
        let names: BTreeSet<&str> = defs.iter().map(|d| d.name.as_str()).collect();
        assert_eq!(names.len(), defs.len(), "{name}");
        assert!(is_sound(&defs), "{name}");
        let (errors, warnings) = (report.count(Severity::Error), report.count(Severity::Warning));
        let _ = writeln!(log, "== {name}: {} types in {took:?}, {errors} errors, {warnings} warnings", defs.len());
        for d in &report.diagnostics {
            let line = d.span.map_or(0, |s| text.get(..s.start as usize).unwrap_or_default().lines().count());
            let _ = writeln!(
                log,
                "   {line} {:?} {} {} | {}",
                d.severity,
                d.code,
                d.message,
                d.help.as_deref().unwrap_or_default()
            );
        }
        let _ = writeln!(log, "{}", written(&defs));
        // The same document gives the same types.
        let (again, _) = types_of(&root, &options, &mut Report::default());
        assert_eq!(written(&again), written(&defs), "{name}");
    }
    if let Some(file) = std::env::var_os("COGEN_TYPES_LOG") {
        std::fs::write(file, log).unwrap();
    }
}
