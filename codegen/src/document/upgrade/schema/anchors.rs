//! Rewrites references by `$id`, `$anchor` and `$dynamicAnchor` as JSON pointers
//! (<https://json-schema.org/draft/2020-12/json-schema-core#section-8.2>).

use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report};
use crate::document::edit;
use crate::document::load::node::{Node, Value};
use crate::document::references::escaped;
use rustc_hash::FxHashMap;

/// Rewrites the references of a document to schemas that have an identifier.
pub(crate) fn resolve(root: &mut Node<'_>, report: &mut Report) {
    if !has_identifiers(root) {
        return;
    }
    let mut identifiers = Identifiers::default();
    identifiers.collect(root, "", &Path::default());
    identifiers.rewrite(root, "", report);
}

/// Rewrites the references to the document by its own address (OpenAPI 3.2.0, `$self`) as local references.
pub(crate) fn resolve_own(root: &mut Node<'_>) {
    if let Some(own) = root.get("$self").and_then(Node::as_str).map(str::to_owned) {
        make_local(root, &own);
    }
}

fn make_local(node: &mut Node<'_>, own: &str) {
    match &mut node.value {
        Value::Array(elements) => elements.iter_mut().for_each(|element| make_local(element, own)),
        Value::Object(members) => {
            for member in members.iter_mut().filter(|member| !DATA.contains(&&*member.key)) {
                let reference =
                    member.value.as_str().filter(|_| member.key == "$ref").and_then(|text| text.split_once('#'));
                match reference.filter(|(uri, _)| !uri.is_empty() && absolute(own, uri) == own) {
                    Some((_, fragment)) => member.value = edit::text(member.value.span, format!("#{fragment}")),
                    None => make_local(&mut member.value, own),
                }
            }
        }
        _ => {}
    }
}

/// Keys whose values are data, not schemas.
const DATA: &[&str] = &["example", "examples", "default", "enum", "const"];

fn has_identifiers(node: &Node<'_>) -> bool {
    match &node.value {
        Value::Array(elements) => elements.iter().any(has_identifiers),
        Value::Object(members) => members.iter().any(|member| {
            (matches!(&*member.key, "$id" | "$anchor" | "$dynamicAnchor" | "$dynamicRef" | "$recursiveRef")
                && member.value.as_str().is_some())
                || (!DATA.contains(&&*member.key) && has_identifiers(&member.value))
        }),
        _ => false,
    }
}

/// The location of a schema: the keys from the root.
#[derive(Clone, Default)]
struct Path(Vec<String>);

impl Path {
    fn below(&self, key: &str) -> Self {
        let mut keys = self.0.clone();
        keys.push(escaped(key));
        Self(keys)
    }

    /// A reference to the location. A definition inside a schema that is not a component has a local reference, because
    /// `upgrade` moves it.
    fn reference(&self) -> String {
        let is_component = matches!(self.0.as_slice(), [components, schemas, ..] if components == "components" && schemas == "schemas");
        match self.0.as_slice() {
            [.., section, name]
                if !is_component && self.0.len() > 2 && matches!(section.as_str(), "$defs" | "definitions") =>
            {
                format!("#/{section}/{name}")
            }
            keys => format!("#/{}", keys.join("/")),
        }
    }
}

/// The identifiers of a document and the schemas that have them.
#[derive(Default)]
struct Identifiers {
    /// References by `$id`.
    by_id: FxHashMap<String, String>,
    /// References by anchor, by the `$id` of the resource and the name.
    by_anchor: FxHashMap<(String, String), String>,
    /// The references to all schemas that have an anchor of a name.
    by_name: FxHashMap<String, Vec<String>>,
}

impl Identifiers {
    fn collect(&mut self, node: &Node<'_>, base: &str, path: &Path) {
        match &node.value {
            Value::Array(elements) => {
                for (at, element) in elements.iter().enumerate() {
                    self.collect(element, base, &path.below(&at.to_string()));
                }
            }
            Value::Object(members) => {
                let id = identifier(node).map(|id| absolute(base, id));
                let base = id.as_deref().unwrap_or(base);
                if let Some(id) = &id {
                    self.by_id.entry(id.clone()).or_insert_with(|| path.reference());
                }
                for word in ["$anchor", "$dynamicAnchor"] {
                    if let Some(name) = edit::find(members, word).and_then(Node::as_str) {
                        let reference = path.reference();
                        self.by_name.entry(name.to_owned()).or_default().push(reference.clone());
                        self.by_anchor.entry((base.to_owned(), name.to_owned())).or_insert(reference);
                    }
                }
                for member in members.iter().filter(|member| !DATA.contains(&&*member.key)) {
                    self.collect(&member.value, base, &path.below(&member.key));
                }
            }
            _ => {}
        }
    }

    fn rewrite(&self, node: &mut Node<'_>, base: &str, report: &mut Report) {
        let id = identifier(node).map(|id| absolute(base, id));
        let base = id.as_deref().unwrap_or(base);
        match &mut node.value {
            Value::Array(elements) => elements.iter_mut().for_each(|element| self.rewrite(element, base, report)),
            Value::Object(members) => {
                for member in members.iter_mut() {
                    match (&*member.key, member.value.as_str()) {
                        ("$ref", Some(text)) => {
                            if let Some(target) = self.target(text, base) {
                                member.value = edit::text(member.value.span, target);
                            }
                        }
                        ("$dynamicRef" | "$recursiveRef", Some(text)) => match self.static_target(text, base) {
                            Some(target) => {
                                member.value = edit::text(member.value.span, target);
                                member.key = "$ref".into();
                            }
                            None => {
                                let message = format!(
                                    "`{}` depends on the schema that refers to it: the type is `Json`",
                                    member.key
                                );
                                report.push(Diagnostic::note(codes::WIDENED, member.key_span, message));
                            }
                        },
                        (key, _) if DATA.contains(&key) => {}
                        _ => self.rewrite(&mut member.value, base, report),
                    }
                }
                members.retain(|member| !matches!(&*member.key, "$dynamicRef" | "$recursiveRef"));
            }
            _ => {}
        }
    }

    /// The target of a `$ref`, if it names an identifier.
    fn target(&self, text: &str, base: &str) -> Option<String> {
        let (uri, fragment) = text.split_once('#').unwrap_or((text, ""));
        if uri.is_empty() {
            let is_pointer = fragment.is_empty() || fragment.starts_with('/');
            return if is_pointer { None } else { self.anchor(base, fragment) };
        }
        let resource = absolute(base, uri);
        match fragment {
            "" => self.by_id.get(&resource).cloned(),
            pointer if pointer.starts_with('/') => Some(format!("{}{pointer}", self.by_id.get(&resource)?)),
            name => self.anchor(&resource, name),
        }
    }

    /// The target of a `$dynamicRef` that can refer to one schema only.
    fn static_target(&self, text: &str, base: &str) -> Option<String> {
        match text.strip_prefix('#') {
            Some("") => self.by_id.get(base).cloned(),
            Some(name) if !name.starts_with('/') => match self.by_name.get(name)?.as_slice() {
                [only] => Some(only.clone()),
                _ => None,
            },
            Some(_) => Some(text.to_owned()),
            None => self.target(text, base),
        }
    }

    fn anchor(&self, base: &str, name: &str) -> Option<String> {
        let in_resource = self.by_anchor.get(&(base.to_owned(), name.to_owned()));
        in_resource.or_else(|| self.by_name.get(name)?.first()).cloned()
    }
}

/// The `$id` of a schema.
fn identifier<'n>(node: &'n Node<'_>) -> Option<&'n str> {
    node.get("$id").and_then(Node::as_str).map(|id| id.trim_end_matches('#'))
}

/// A URI reference, relative to the `$id` of the schema around it (RFC 3986, section 5.2, without dot segments).
fn absolute(base: &str, uri: &str) -> String {
    let origin = base
        .find("://")
        .map(|at| base.get(at + 3..).and_then(|rest| rest.find('/')).map_or(base.len(), |end| at + 3 + end));
    match (origin, uri) {
        (_, uri) if uri.contains(':') || base.is_empty() => uri.to_owned(),
        (Some(end), uri) if uri.starts_with('/') => format!("{}{uri}", base.get(..end).unwrap_or(base)),
        _ => match base.rfind('/') {
            Some(end) => format!("{}/{uri}", base.get(..end).unwrap_or(base)),
            None => uri.to_owned(),
        },
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_relative_to_the_resource_around_them() {
        let cases = [
            ("", "https://example.com/a", "https://example.com/a"),
            ("https://example.com/a/b", "c", "https://example.com/a/c"),
            ("https://example.com/a/b", "/c", "https://example.com/c"),
            ("https://example.com", "/c", "https://example.com/c"),
            ("urn:a", "urn:b", "urn:b"),
            ("", "b.json", "b.json"),
            ("a.json", "b.json", "b.json"),
        ];
        for (base, uri, want) in cases {
            assert_eq!(absolute(base, uri), want, "{base} {uri}");
        }
    }
}
