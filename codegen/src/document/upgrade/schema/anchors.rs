//! Rewrites references by `$id`, `$anchor` and `$dynamicAnchor` as JSON pointers
//! (<https://json-schema.org/draft/2020-12/json-schema-core#section-8.2>).

use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report};
use crate::document::edit;
use crate::document::load::node::{Mark, Member, Node, Value};
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
    /// Anchors by the `$id` of the resource and the name.
    by_anchor: FxHashMap<(String, String), Anchor>,
    /// The anchors of a name in all resources.
    by_name: FxHashMap<String, Vec<Anchor>>,
}

/// A schema that has an anchor.
#[derive(Clone)]
struct Anchor {
    /// The reference to it.
    reference: String,
    /// Whether it is a `$dynamicAnchor`.
    is_dynamic: bool,
}

/// The name of the anchor that `$recursiveAnchor: true` of 2019-09 gives a resource. No other anchor is empty.
const RECURSIVE: &str = "";

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
                        self.add(base, name, path, word == "$dynamicAnchor");
                    }
                }
                if edit::find(members, "$recursiveAnchor").and_then(Node::as_bool) == Some(true) {
                    self.add(base, RECURSIVE, path, true);
                }
                for member in members.iter().filter(|member| !DATA.contains(&&*member.key)) {
                    self.collect(&member.value, base, &path.below(&member.key));
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, base: &str, name: &str, path: &Path, is_dynamic: bool) {
        let anchor = Anchor { reference: path.reference(), is_dynamic };
        self.by_name.entry(name.to_owned()).or_default().push(anchor.clone());
        self.by_anchor.entry((base.to_owned(), name.to_owned())).or_insert(anchor);
    }

    fn rewrite(&self, node: &mut Node<'_>, base: &str, report: &mut Report) {
        let id = identifier(node).map(|id| absolute(base, id));
        let base = id.as_deref().unwrap_or(base);
        let mut is_dynamic = false;
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
                        (key @ ("$dynamicRef" | "$recursiveRef"), Some(text)) => {
                            match self.static_target(key, text, base) {
                                Some(target) => {
                                    member.value = edit::text(member.value.span, target);
                                    member.key = "$ref".into();
                                }
                                None => {
                                    is_dynamic = true;
                                    report.push(depends_on_referrers(member));
                                }
                            }
                        }
                        (key, _) if DATA.contains(&key) => {}
                        _ => self.rewrite(&mut member.value, base, report),
                    }
                }
                members.retain(|member| !matches!(&*member.key, "$dynamicRef" | "$recursiveRef"));
                if is_dynamic {
                    // The keywords beside it describe only a part of the value.
                    members.retain(|member| KEPT.contains(&&*member.key));
                }
            }
            _ => {}
        }
        if is_dynamic {
            node.mark = Some(Box::new(Mark::AnyValue));
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

    /// The target of a `$dynamicRef` that can refer to one schema only: one that does not begin at a `$dynamicAnchor`, or begins
    /// at the only one of its name
    /// (<https://json-schema.org/draft/2020-12/json-schema-core#section-8.2.3.2>).
    fn static_target(&self, key: &str, text: &str, base: &str) -> Option<String> {
        let (uri, fragment) = text.split_once('#').unwrap_or((text, ""));
        let resource = if uri.is_empty() { base.to_owned() } else { absolute(base, uri) };
        let is_name = (!fragment.is_empty() && !fragment.starts_with('/')) || key == "$recursiveRef";
        let begin = if is_name { self.begin(&resource, fragment) } else { None };
        match begin {
            Some(anchor) if anchor.is_dynamic => {
                let mut dynamic = self.by_name.get(fragment)?.iter().filter(|anchor| anchor.is_dynamic);
                dynamic.next().filter(|_| dynamic.next().is_none()).map(|only| only.reference.clone())
            }
            Some(anchor) => Some(anchor.reference.clone()),
            None if !uri.is_empty() => self.target(text, base),
            None if fragment.is_empty() => self.by_id.get(base).cloned(),
            None => fragment.starts_with('/').then(|| text.to_owned()),
        }
    }

    /// The schema that an anchor names in a resource, or in another one if this one does not have it.
    fn begin(&self, resource: &str, name: &str) -> Option<&Anchor> {
        let in_resource = self.by_anchor.get(&(resource.to_owned(), name.to_owned()));
        in_resource.or_else(|| self.by_name.get(name).filter(|_| name != RECURSIVE)?.first())
    }

    fn anchor(&self, base: &str, name: &str) -> Option<String> {
        self.begin(base, name).map(|anchor| anchor.reference.clone())
    }
}

/// The keywords beside a dynamic reference that do not describe its value.
const KEPT: &[&str] = &[
    "$id",
    "$anchor",
    "$dynamicAnchor",
    "$defs",
    "definitions",
    "title",
    "description",
    "deprecated",
    "readOnly",
    "writeOnly",
    "example",
    "examples",
    "default",
];

fn depends_on_referrers(reference: &Member<'_>) -> Diagnostic {
    let message = format!(
        "`{}` depends on the schemas that refer to it, and several schemas have its anchor: the type is `Json`",
        reference.key
    );
    Diagnostic::note(codes::WIDENED, reference.key_span, message)
        .help("write a `$ref` to the schema that is meant, if it is always the same one")
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
