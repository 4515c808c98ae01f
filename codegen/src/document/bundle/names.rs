//! Names the parts of other files that become components of the document.

use crate::document::bundle::content::Part;
use crate::document::bundle::{Bundle, File, Lead, Target};
use crate::document::edit;
use crate::document::edit::Members;
use crate::document::load::node::{Member, Node, Value};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;

/// The kinds of parts that have a section in `components`.
const PARTS: &[Part] = &[Part::Schema, Part::Parameter, Part::Response, Part::RequestBody, Part::Header];

/// The components of the document that are only a reference into another file, by their target.
pub(crate) type Aliases = BTreeMap<Target, String>;

/// Finds these components: `components: {schemas: {Pet: {$ref: schemas/pet.yaml}}}` names the schema `Pet`.
pub(crate) fn aliases(root: &Node<'_>, bundle: &Bundle<'_, '_>) -> Aliases {
    let mut aliases = Aliases::new();
    for part in PARTS {
        for member in section(root, *part, bundle.is_swagger).unwrap_or_default() {
            let Some([only]) = member.value.members() else { continue };
            let Some(text) = only.value.as_str().filter(|_| only.key == "$ref") else { continue };
            let Some(Lead::File(file, pointer)) = bundle.followed(text, None) else { continue };
            let name = aliases.entry(Target { part: *part, file, pointer }).or_insert_with(|| member.key.to_string());
            if *member.key < **name {
                *name = member.key.to_string();
            }
        }
    }
    aliases
}

/// Adds the parts to the components under their names, and rewrites all references to them.
pub(crate) fn settle<'s>(root: &mut Node<'s>, bundle: &Bundle<'_, 's>, aliases: Aliases, built: Vec<Node<'s>>) {
    let names = chosen(root, bundle, &aliases);
    let mut references: FxHashMap<String, String> = FxHashMap::default();
    for (target, name) in &names {
        if let Some(section) = target.part.section(bundle.is_swagger) {
            let reference = format!("#/{}/{}", section.join("/"), escaped(name));
            references.insert(target.reference(section, bundle.files), reference);
        }
    }
    let mut by_part: BTreeMap<Part, Vec<(&String, Node<'s>)>> = BTreeMap::new();
    for (target, node) in bundle.targets.keys().zip(built) {
        if let Some(name) = names.get(target) {
            by_part.entry(target.part).or_default().push((name, node));
        }
    }
    for (part, nodes) in by_part {
        let span = nodes.first().map_or(root.span, |(_, node)| node.span);
        let Some(members) = section_mut(root, part, bundle.is_swagger, span) else { continue };
        let positions: FxHashMap<String, usize> =
            members.iter().enumerate().map(|(at, member)| (member.key.to_string(), at)).collect();
        for (name, node) in nodes {
            match positions.get(name).and_then(|at| members.get_mut(*at)) {
                Some(alias) => alias.value = node,
                None => members.push(Member { key: name.clone().into(), key_span: node.span, value: node }),
            }
        }
    }
    rewrite(root, &references);
}

/// The name of each part: that of the component that refers to it, or else the last key of its pointer or the name of its file.
/// If several parts or components have that name, the name of the file is added before it.
fn chosen(root: &Node<'_>, bundle: &Bundle<'_, '_>, aliases: &Aliases) -> BTreeMap<Target, String> {
    let mut names: BTreeMap<Target, String> = BTreeMap::new();
    let mut taken: FxHashSet<(Part, String)> = FxHashSet::default();
    for part in PARTS {
        let members = section(root, *part, bundle.is_swagger).unwrap_or_default();
        taken.extend(members.iter().map(|member| (*part, member.key.to_string())));
    }
    let mut open: Vec<&Target> = Vec::new();
    for target in bundle.targets.keys() {
        match aliases.get(target) {
            Some(name) => {
                names.insert(target.clone(), name.clone());
            }
            None => open.push(target),
        }
    }
    open.sort();
    for step in [short, long] {
        let wanted: Vec<String> = open.iter().map(|target| step(target, bundle.files)).collect();
        let mut count: FxHashMap<(Part, &str), usize> = FxHashMap::default();
        for (target, name) in open.iter().zip(&wanted) {
            *count.entry((target.part, name)).or_default() += 1;
        }
        let mut left = Vec::new();
        for (target, name) in open.iter().zip(&wanted) {
            let key = (target.part, name.clone());
            if count.get(&(target.part, name)) == Some(&1) && !taken.contains(&key) {
                taken.insert(key);
                names.insert((*target).clone(), name.clone());
            } else {
                left.push(*target);
            }
        }
        open = left;
    }
    let mut numbers: FxHashMap<(Part, String), usize> = FxHashMap::default();
    for target in open {
        let base = long(target, bundle.files);
        let number = numbers.entry((target.part, base.clone())).or_insert(1);
        let next = || {
            *number += 1;
            format!("{base} {number}")
        };
        let free = std::iter::repeat_with(next).find(|name| !taken.contains(&(target.part, name.clone())));
        let Some(name) = free else { continue };
        taken.insert((target.part, name.clone()));
        names.insert(target.clone(), name);
    }
    names
}

/// `Pet` of `schemas/animals.yaml#/definitions/Pet` and of `schemas/Pet.yaml`.
fn short(target: &Target, files: &[File<'_>]) -> String {
    let last =
        crate::document::references::pointer(&format!("#{}", target.pointer)).and_then(|mut segments| segments.pop());
    last.filter(|last| !last.is_empty()).unwrap_or_else(|| {
        let path = stem(target, files);
        path.rsplit('/').next().unwrap_or(path).to_owned()
    })
}

/// `schemas animals Pet`.
fn long(target: &Target, files: &[File<'_>]) -> String {
    let path = stem(target, files).replace('/', " ");
    match target.pointer.is_empty() {
        true => path,
        false => format!("{path} {}", short(target, files)),
    }
}

/// The path of the file without its extension.
fn stem<'f>(target: &Target, files: &'f [File<'_>]) -> &'f str {
    let path = files.get(target.file).map_or("", |file| &*file.path);
    path.rsplit_once('.').filter(|(_, ending)| !ending.contains('/')).map_or(path, |(stem, _)| stem)
}

fn section<'n, 's>(root: &'n Node<'s>, part: Part, is_swagger: bool) -> Option<&'n [Member<'s>]> {
    part.section(is_swagger)?.iter().try_fold(root, |node, key| node.get(key))?.members()
}

fn section_mut<'n, 's>(
    root: &'n mut Node<'s>,
    part: Part,
    is_swagger: bool,
    span: crate::diagnostics::report::Span,
) -> Option<&'n mut Members<'s>> {
    let mut node = root;
    for key in part.section(is_swagger)? {
        let members = edit::members(node)?;
        if edit::find(members, key).is_none() {
            edit::set(members, key, edit::object(span, Vec::new()));
        }
        node = edit::find_mut(members, key)?;
    }
    edit::members(node)
}

fn rewrite(node: &mut Node<'_>, references: &FxHashMap<String, String>) {
    match &mut node.value {
        Value::Array(elements) => elements.iter_mut().for_each(|element| rewrite(element, references)),
        Value::Object(members) => members.iter_mut().for_each(|member| rewrite(&mut member.value, references)),
        // These references contain the paths of files, so no other text is mistaken for one of them.
        Value::String(text) => {
            if let Some(new) = text.starts_with('#').then(|| references.get(&**text)).flatten() {
                node.value = Value::String(new.clone().into());
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A text as a segment of a JSON pointer (RFC 6901, section 4) in a URI fragment.
pub(crate) fn escaped(segment: &str) -> String {
    segment.replace('%', "%25").replace('~', "~0").replace('/', "~1").replace('#', "%23")
}
