//! Joins the components of two documents. If both use a name for different components, that of the export is renamed.

use crate::document::edit;
use crate::document::edit::Members;
use crate::document::load::node::{Member, Node, Value};
use crate::document::references::pointer;
use rustc_hash::{FxHashMap, FxHashSet};

/// Renames the components of the export whose names denote different components in the source document.
///
/// A schema of both documents is the same if it has the same properties in both: an export describes them in less detail.
pub(crate) fn separate(export: &mut Node<'_>, source: &Node<'_>) {
    let mut renamed: FxHashMap<(String, String), String> = FxHashMap::default();
    let Some(components) = edit::members(export).and_then(|m| edit::find_mut(m, "components")).and_then(edit::members)
    else {
        return;
    };
    for kind in components.iter_mut().filter(|kind| kind.key != "securitySchemes") {
        let Some(theirs) = source.get("components").and_then(|c| c.get(&kind.key)).and_then(Node::members) else {
            continue;
        };
        let theirs: FxHashMap<&str, &Node<'_>> = theirs.iter().map(|m| (&*m.key, &m.value)).collect();
        let Some(ours) = edit::members(&mut kind.value) else { continue };
        let mut taken: FxHashSet<String> = ours.iter().map(|m| m.key.to_string()).collect();
        for member in ours {
            let Some(other) = theirs.get(&*member.key) else { continue };
            if is_alike(&kind.key, &member.value, other) {
                continue;
            }
            let names = (1..).map(|number| match number {
                1 => format!("{}Export", member.key),
                number => format!("{}Export{number}", member.key),
            });
            let is_free = |name: &String| !theirs.contains_key(name.as_str()) && !taken.contains(name);
            let Some(name) = names.into_iter().find(is_free) else { continue };
            taken.insert(name.clone());
            renamed.insert((kind.key.to_string(), member.key.to_string()), name.clone());
            member.key = name.into();
        }
    }
    if !renamed.is_empty() {
        rewrite(export, &renamed);
    }
}

/// Adds the components of the source document, which replace those of the export. Security schemes are taken from the export
/// only.
pub(crate) fn merge<'s>(root: &mut Members<'s>, source: Node<'s>) {
    let span = source.span;
    let Value::Object(kinds) = source.value else { return };
    if edit::find(root, "components").is_none() {
        edit::set(root, "components", edit::object(span, Vec::new()));
    }
    let Some(components) = edit::find_mut(root, "components").and_then(edit::members) else { return };
    for Member { key, key_span, value } in kinds {
        if key == "securitySchemes" {
            continue;
        }
        let Some(ours) = edit::find_mut(components, &key) else {
            components.push(Member { key, key_span, value });
            continue;
        };
        let (Some(ours), Value::Object(mut theirs)) = (edit::members(ours), value.value) else { continue };
        let described: FxHashSet<String> = theirs.iter().map(|m| m.key.to_string()).collect();
        theirs.extend(std::mem::take(ours).into_iter().filter(|m| !described.contains(&*m.key)));
        *ours = theirs;
    }
}

/// Whether two components with the same name are equal.
fn is_alike(kind: &str, ours: &Node<'_>, theirs: &Node<'_>) -> bool {
    if kind != "schemas" {
        return is_same(ours, theirs);
    }
    let properties = |node: &Node<'_>| {
        let members = node.get("properties").and_then(Node::members).unwrap_or_default();
        let mut names: Vec<String> = members.iter().map(|m| m.key.to_string()).collect();
        names.sort();
        names
    };
    let kind = |node: &Node<'_>| node.get("type").and_then(Node::as_str).map(str::to_owned);
    let (our_kind, their_kind) = (kind(ours), kind(theirs));
    let same_kind = our_kind.is_none() || their_kind.is_none() || our_kind == their_kind;
    let values = |node: &Node<'_>| node.get("enum").and_then(Node::elements).map(<[Node<'_>]>::len);
    same_kind && properties(ours) == properties(theirs) && values(ours) == values(theirs)
}

/// Whether two values are equal, ignoring the order of keys and descriptions.
fn is_same(ours: &Node<'_>, theirs: &Node<'_>) -> bool {
    match (&ours.value, &theirs.value) {
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            let counts = |members: &[Member<'_>]| members.iter().filter(|m| m.key != "description").count();
            let theirs: FxHashMap<&str, &Node<'_>> = b.iter().map(|m| (&*m.key, &m.value)).collect();
            let same = |m: &Member<'_>| theirs.get(&*m.key).is_some_and(|value| is_same(&m.value, value));
            counts(a) == counts(b) && a.iter().filter(|m| m.key != "description").all(same)
        }
        (Value::Null, Value::Null) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Number(a), Value::Number(b)) | (Value::String(a), Value::String(b)) => a == b,
        _ => false,
    }
}

/// Rewrites the references of a document to the new names.
fn rewrite(node: &mut Node<'_>, renamed: &FxHashMap<(String, String), String>) {
    match &mut node.value {
        Value::Array(elements) => elements.iter_mut().for_each(|element| rewrite(element, renamed)),
        Value::Object(members) => {
            for member in members {
                let text = if member.key == "$ref" { member.value.as_str() } else { None };
                let new = text.and_then(|text| new_reference(text, renamed));
                match (&*member.key, new) {
                    (_, Some(new)) => member.value.value = Value::String(new.into()),
                    ("mapping", None) => rewrite_mapping(&mut member.value, renamed),
                    (_, None) => rewrite(&mut member.value, renamed),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The strings of a `discriminator.mapping` are references or names of schemas.
fn rewrite_mapping(node: &mut Node<'_>, renamed: &FxHashMap<(String, String), String>) {
    let Value::Object(members) = &mut node.value else { return };
    for member in members {
        let Some(text) = member.value.as_str() else {
            rewrite(&mut member.value, renamed);
            continue;
        };
        let bare = || renamed.get(&("schemas".to_owned(), text.to_owned())).cloned();
        if let Some(new) = new_reference(text, renamed).or_else(bare) {
            member.value.value = Value::String(new.into());
        }
    }
}

fn new_reference(text: &str, renamed: &FxHashMap<(String, String), String>) -> Option<String> {
    let mut segments = pointer(text)?.into_iter();
    let (first, kind, name) = (segments.next()?, segments.next()?, segments.next()?);
    let key = (kind, name);
    let new = renamed.get(&key).filter(|_| first == "components")?;
    let rest: String = segments.map(|segment| format!("/{}", escaped(&segment))).collect();
    Some(format!("#/components/{}/{}{rest}", key.0, escaped(new)))
}

/// A text as a segment of a JSON pointer (RFC 6901, section 4) in a URI fragment.
fn escaped(segment: &str) -> String {
    segment.replace('~', "~0").replace('/', "~1").replace('%', "%25")
}
