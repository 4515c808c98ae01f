//! Resolves `$ref`s within a document. No file or URL is opened.

use crate::config::{lines, quoted};
use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Reported, Span};
use crate::document::load::node::{Mark, Node};
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;
use std::cell::{Cell, RefCell};

/// The other files of a document.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// The files that the configuration lists.
    pub listed: Vec<String>,
    /// The files that references name and the configuration does not list.
    pub wanted: Vec<String>,
}

/// The definitions of a document that a `$ref` can refer to.
pub struct Refs<'d, 's> {
    root: &'d Node<'s>,
    /// Whether it was Swagger 2.0 before `upgrade`, so that help texts have the pointers of the original document.
    is_swagger: bool,
    components: FxHashMap<&'d str, Members<'d, 's>>,
    /// The members of large objects outside of `components`, indexed on first use.
    wide: RefCell<FxHashMap<*const Node<'s>, Members<'d, 's>>>,
    /// The ends of chains of references, by the object with the `$ref`.
    ends: RefCell<FxHashMap<*const Node<'s>, Result<Resolved<'d, 's>, Box<Diagnostic>>>>,
    /// The files beside the document.
    beside: Option<&'d Beside>,
    /// How many searches for a similar name are left: each visits all names.
    guesses: Cell<u32>,
}

type Members<'d, 's> = FxHashMap<&'d str, &'d Node<'s>>;

/// The target of a `$ref`.
#[derive(Clone, Copy, Debug)]
pub struct Resolved<'d, 's> {
    /// The value.
    pub node: &'d Node<'s>,
    /// The component, if the target is a component and not a part of one.
    pub component: Option<Component<'d>>,
}

/// The name of `#/components/<kind>/<name>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Component<'d> {
    /// `schemas`, `parameters`, …
    pub kind: &'d str,
    /// The name, as in the document.
    pub name: &'d str,
}

impl<'d, 's> Refs<'d, 's> {
    /// The references of a document of OpenAPI 3.
    pub fn new(root: &'d Node<'s>) -> Self {
        let mut components = FxHashMap::default();
        for kind in root.get("components").and_then(Node::members).unwrap_or_default() {
            components.insert(&*kind.key, by_key(&kind.value));
        }
        let is_swagger = matches!(root.mark.as_deref(), Some(Mark::Swagger2));
        let (wide, ends) = (RefCell::default(), RefCell::default());
        Self { root, is_swagger, components, wide, ends, beside: None, guesses: Cell::new(50) }
    }

    /// Sets the other files of the document.
    #[must_use]
    pub fn beside(mut self, beside: &'d Beside) -> Self {
        self.beside = Some(beside);
        self
    }

    /// The root of the document.
    pub fn root(&self) -> &'d Node<'s> {
        self.root
    }

    /// Whether the document is Swagger 2.0.
    pub fn is_swagger(&self) -> bool {
        self.is_swagger
    }

    /// The section for components of a kind in the original document, without `#/`.
    pub(crate) fn section(&self, kind: &str, separator: &str) -> String {
        match kind {
            "schemas" if self.is_swagger => "definitions".to_owned(),
            "securitySchemes" if self.is_swagger => "securityDefinitions".to_owned(),
            "parameters" | "responses" if self.is_swagger => kind.to_owned(),
            _ => format!("components{separator}{}", excerpt(kind)),
        }
    }

    /// The component of a kind and name.
    pub fn component(&self, kind: &str, name: &str) -> Option<&'d Node<'s>> {
        self.components.get(kind)?.get(name).copied()
    }

    /// The value at the end of these keys and indices.
    pub(crate) fn at(&self, keys: &[String]) -> Option<&'d Node<'s>> {
        keys.iter().try_fold(self.root, |node, key| self.child(node, key))
    }

    /// The target of a text in a `discriminator.mapping`, which is a reference or the name of a schema.
    pub(crate) fn named(&self, text: &str) -> Option<&'d Node<'s>> {
        let target = match text.strip_prefix('#') {
            Some(pointer) => self.walk(pointer)?.node,
            None => self.component("schemas", text)?,
        };
        self.find(target).map(|r| r.node)
    }

    /// The value after following all references; the value itself if it has none.
    ///
    /// # Errors
    /// The reference is external, undefined or circular.
    pub fn resolve(&self, node: &'d Node<'s>, report: &mut Report) -> Result<Resolved<'d, 's>, Reported> {
        let mut warnings = Vec::new();
        let end = self.end(node, &mut warnings);
        warnings.into_iter().for_each(|warning| report.push(warning));
        end.map_err(|error| report.error(*error))
    }

    /// The value after following one reference; `None` if it is not a reference.
    ///
    /// # Errors
    /// The reference is external or undefined.
    pub fn step(&self, node: &'d Node<'s>, report: &mut Report) -> Result<Option<Resolved<'d, 's>>, Reported> {
        let mut warnings = Vec::new();
        let target = self.target(node, &mut warnings);
        warnings.into_iter().for_each(|warning| report.push(warning));
        target.map_err(|error| report.error(*error))
    }

    /// The value after following all references, as [`resolve`](Self::resolve) returns it. Nothing is reported.
    pub fn find(&self, node: &'d Node<'s>) -> Option<Resolved<'d, 's>> {
        self.end(node, &mut Vec::new()).ok()
    }

    /// The value after following one reference, as [`step`](Self::step) returns it; `None` if there is none. Nothing is reported.
    pub fn find_next(&self, node: &'d Node<'s>) -> Option<Resolved<'d, 's>> {
        self.target(node, &mut Vec::new()).ok().flatten()
    }

    /// The value after following one reference; `None` if it is not a reference. Adds warnings about the reference.
    ///
    /// # Errors
    /// The reference is external or undefined.
    pub(crate) fn target(
        &self,
        node: &'d Node<'s>,
        warnings: &mut Vec<Diagnostic>,
    ) -> Result<Option<Resolved<'d, 's>>, Box<Diagnostic>> {
        node.get("$ref").map(|reference| self.target_of(reference, warnings)).transpose()
    }

    /// The value after following all references; the value itself if it has none. Adds warnings about the references.
    ///
    /// # Errors
    /// The reference is external, undefined or circular.
    pub(crate) fn end(
        &self,
        node: &'d Node<'s>,
        warnings: &mut Vec<Diagnostic>,
    ) -> Result<Resolved<'d, 's>, Box<Diagnostic>> {
        let mut here = Resolved { node, component: None };
        let mut way: Vec<*const Node<'s>> = Vec::new();
        let mut seen = FxHashSet::default();
        let end = loop {
            let Some(reference) = here.node.get("$ref") else { break Ok(here) };
            let key = std::ptr::from_ref(here.node);
            if let Some(end) = self.ends.borrow().get(&key) {
                break end.clone();
            }
            if !seen.insert(key) {
                break Err(Box::new(ring(reference)));
            }
            way.push(key);
            match self.target_of(reference, warnings) {
                Ok(next) => here = next,
                Err(error) => break Err(error),
            }
        };
        let mut ends = self.ends.borrow_mut();
        for key in way {
            ends.insert(key, end.clone());
        }
        end
    }

    fn target_of(
        &self,
        reference: &'d Node<'s>,
        warnings: &mut Vec<Diagnostic>,
    ) -> Result<Resolved<'d, 's>, Box<Diagnostic>> {
        let span = reference.span;
        let Some(text) = reference.as_str() else {
            let error = Diagnostic::error(
                codes::REF_MALFORMED,
                span,
                format!("a `$ref` must be a string, found {}", reference.kind()),
            );
            return Err(Box::new(
                error.help(format!("write the reference as \"#/{}/NAME\"", self.section("schemas", "/"))),
            ));
        };
        let Some(pointer) = text.strip_prefix('#') else {
            return self.bare_name(text, span, warnings).ok_or_else(|| Box::new(self.external(text, span)));
        };
        self.walk(pointer).ok_or_else(|| Box::new(self.missing(text, pointer, span)))
    }

    /// A name without a path (`$ref: Pet`), as older tools write it.
    fn bare_name(&self, text: &str, span: Span, warnings: &mut Vec<Diagnostic>) -> Option<Resolved<'d, 's>> {
        let (&name, &node) = self.components.get("schemas")?.get_key_value(text)?;
        let section = self.section("schemas", "/");
        let message = format!("`$ref: {name}` is treated as `#/{section}/{name}`", name = excerpt(text));
        warnings.push(Diagnostic::warning(codes::REF_BARE_NAME, span, message).help("write the full reference"));
        Some(Resolved { node, component: Some(Component { kind: "schemas", name }) })
    }

    /// Follows a JSON pointer in a URI fragment (RFC 6901, section 6).
    fn walk(&self, pointer: &str) -> Option<Resolved<'d, 's>> {
        let decoded = percent_decoded(pointer)?;
        if decoded.is_empty() {
            return Some(Resolved { node: self.root, component: None });
        }
        let mut segments = decoded.strip_prefix('/')?.split('/').map(unescaped);
        let first = segments.next()?;
        let (kind, rest) = match &*first {
            "components" => (segments.next()?, segments),
            // References in the form of Swagger 2.0.
            "definitions" if self.root.get("definitions").is_none() => (Cow::Borrowed("schemas"), segments),
            "parameters" | "responses" if self.root.get(&first).is_none() => (first, segments),
            _ => {
                let mut node = self.child(self.root, &first)?;
                for segment in segments {
                    node = self.child(node, &segment)?;
                }
                return Some(Resolved { node, component: None });
            }
        };
        self.walk_component(&kind, rest)
    }

    fn walk_component<'t>(&self, kind: &str, mut rest: impl Iterator<Item = Cow<'t, str>>) -> Option<Resolved<'d, 's>> {
        let (&kind, members) = self.components.get_key_value(kind)?;
        let (&name, &component) = members.get_key_value(&*rest.next()?)?;
        let Some(segment) = rest.next() else {
            return Some(Resolved { node: component, component: Some(Component { kind, name }) });
        };
        let mut node = self.child(component, &segment)?;
        for segment in rest {
            node = self.child(node, &segment)?;
        }
        Some(Resolved { node, component: None })
    }

    fn child(&self, node: &'d Node<'s>, key: &str) -> Option<&'d Node<'s>> {
        if let Some(elements) = node.elements() {
            return elements.get(key.parse::<usize>().ok()?);
        }
        if node.members()?.len() <= 16 {
            return node.get(key);
        }
        let mut wide = self.wide.borrow_mut();
        wide.entry(std::ptr::from_ref(node)).or_insert_with(|| by_key(node)).get(key).copied()
    }

    fn missing(&self, text: &str, pointer: &str, span: Span) -> Diagnostic {
        let error =
            Diagnostic::error(codes::REF_MISSING, span, format!("`{}` is not defined in the document", excerpt(text)))
                .label("no such definition");
        let decoded = percent_decoded(pointer).unwrap_or_default();
        let mut segments = decoded.split('/').skip(1).map(unescaped);
        let (first, second, third) = (segments.next(), segments.next(), segments.next());
        let (kind, name) = match (first.as_deref(), second, third) {
            (Some("components"), Some(kind), Some(name)) => (kind, name),
            (Some("definitions"), Some(name), _) => (Cow::Borrowed("schemas"), name),
            _ => return error.help(format!("write the reference as `#/{}/NAME`", self.section("schemas", "/"))),
        };
        let nearest = self.components.get(&*kind).and_then(|names| self.nearest(&name, names));
        match nearest {
            Some(nearest) => error.help(format!("did you mean `#/{}/{}`?", self.section(&kind, "/"), excerpt(nearest))),
            None => error.help(format!("define it under `{}`, or remove the reference", self.section(&kind, "."))),
        }
    }

    /// The error for a reference to another file, or for a local reference without `#`.
    fn external(&self, text: &str, span: Span) -> Diagnostic {
        let name = text.trim_start_matches('/');
        let within = ["", "components/", "components/schemas/"].map(|above| format!("/{above}{name}"));
        let found = within.iter().find_map(|pointer| self.walk(pointer).map(|found| (pointer, found)));
        if let Some((pointer, found)) = found.filter(|_| !name.is_empty()) {
            let pointer = match found.component {
                Some(Component { kind, name }) => format!("#/{}/{}", self.section(kind, "/"), excerpt(name)),
                None => format!("#{}", excerpt(pointer)),
            };
            let message =
                format!("`{}` refers to a file: a reference within the document begins with `#`", excerpt(text));
            return Diagnostic::error(codes::REF_EXTERNAL, span, message).help(format!("write `{pointer}`"));
        }
        external(text, span, self.beside)
    }

    fn nearest(&self, name: &str, names: &Members<'d, 's>) -> Option<&'d str> {
        self.guesses.set(self.guesses.get().checked_sub(1)?);
        nearest(name, names.keys().copied())
    }
}

/// The name that is most similar to another one, if any is similar; of several equally similar ones, the first in alphabetical
/// order.
pub(crate) fn nearest<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let name = excerpt(name).to_lowercase();
    let mut best: Option<(f64, &str)> = None;
    for candidate in names {
        let likeness = strsim::jaro_winkler(&name, &excerpt(candidate).to_lowercase());
        let better = best.is_none_or(|(best, nearest)| likeness > best || (likeness >= best && candidate < nearest));
        if likeness > 0.75 && better {
            best = Some((likeness, candidate));
        }
    }
    best.map(|(_, nearest)| nearest)
}

/// The beginning of a text of a document, short enough for a message.
pub(crate) fn excerpt(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(80) {
        Some((end, _)) => Cow::Owned(format!("{}…", text.get(..end).unwrap_or_default())),
        None => Cow::Borrowed(text),
    }
}

fn by_key<'d, 's>(node: &'d Node<'s>) -> Members<'d, 's> {
    node.members().unwrap_or_default().iter().map(|m| (&*m.key, &m.value)).collect()
}

/// The error for a reference to a file that is not listed, or to a missing definition in a listed file.
fn external(text: &str, span: Span, beside: Option<&Beside>) -> Diagnostic {
    let (path, pointer) = text.split_once('#').unwrap_or((text, ""));
    let has = |files: &[String]| files.iter().any(|file| file == path);
    if beside.is_some_and(|beside| has(&beside.listed)) {
        let message = format!("`#{}` is not defined in the file `{}`", excerpt(pointer), excerpt(path));
        return Diagnostic::error(codes::REF_MISSING, span, message)
            .label("no such definition")
            .help("write the reference as `FILE#/KEY/KEY`, or `FILE` for the whole file");
    }
    let message = format!("`{}` is outside of the document and not a file listed in cogen.toml", excerpt(text));
    let error = Diagnostic::error(codes::REF_EXTERNAL, span, message).label("not read");
    match beside.filter(|beside| has(&beside.wanted)) {
        Some(beside) => {
            let mut files: Vec<&String> = beside.listed.iter().chain(&beside.wanted).collect();
            files.sort();
            files.dedup();
            let files: Vec<String> = files.into_iter().map(|file| quoted(file)).collect();
            let lines = lines("api", &format!("files = [{}]", files.join(", ")));
            error.help(format!("list the files of the document in cogen.toml:{lines}"))
        }
        None => error.help(
            "bundle the files into one document first: `npx @redocly/cli bundle openapi.yaml -o bundled.yaml`. cogen reads \
             only files below the directory of the document",
        ),
    }
}

fn ring(reference: &Node<'_>) -> Diagnostic {
    let text = reference.as_str().unwrap_or_default();
    Diagnostic::error(codes::REF_RING, reference.span, format!("circular `$ref`: `{}` refers to itself", excerpt(text)))
        .label("circular reference")
        .help("replace one of the references with the definition itself")
}

/// The keys and indices of a reference within the document (RFC 6901, section 6).
pub(crate) fn pointer(reference: &str) -> Option<Vec<String>> {
    let decoded = percent_decoded(reference.strip_prefix('#')?)?;
    Some(decoded.strip_prefix('/')?.split('/').map(|segment| unescaped(segment).into_owned()).collect())
}

/// `~1` is a slash and `~0` a tilde (RFC 6901, section 4).
fn unescaped(segment: &str) -> Cow<'_, str> {
    if segment.contains('~') {
        Cow::Owned(segment.replace("~1", "/").replace("~0", "~"))
    } else {
        Cow::Borrowed(segment)
    }
}

/// The text with percent escapes decoded; `None` if the result is not UTF-8. A `%` that is not an escape stays unchanged.
pub(crate) fn percent_decoded(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('%') {
        return Some(Cow::Borrowed(text));
    }
    let digit = |byte: Option<&u8>| byte.and_then(|&b| char::from(b).to_digit(16)).and_then(|d| u8::try_from(d).ok());
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match (byte, digit(bytes.get(at + 1)), digit(bytes.get(at + 2))) {
            (b'%', Some(high), Some(low)) => {
                out.push(high * 16 + low);
                at += 3;
            }
            _ => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8(out).ok().map(Cow::Owned)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::config::options::Limits;
    use crate::document::load::load;

    fn node(json: &str) -> Node<'_> {
        load(json, 0, &Limits::default(), &mut Report::default()).unwrap()
    }

    fn resolve(document: &str, reference: &str) -> (Option<(String, Option<String>)>, Report) {
        let root = node(document);
        let asked = format!(r#"{{"$ref": {reference:?}}}"#);
        let asked = node(&asked);
        let mut report = Report::default();
        let refs = Refs::new(&root);
        let found = refs.resolve(&asked, &mut report);
        let found = found.ok().map(|f| {
            (
                f.node.get("title").and_then(Node::as_str).unwrap_or("?").to_owned(),
                f.component.map(|c| c.name.to_owned()),
            )
        });
        (found, report)
    }

    const DOCUMENT: &str = r##"{
        "components": {"schemas": {
            "Pet": {"title": "pet", "properties": {"a/b": {"title": "part"}}},
            "Two words": {"title": "two"}, "til~de": {"title": "tilde"}, "Link": {"$ref": "#/components/schemas/Pet"},
            "A": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/C"}, "C": {"$ref": "#/components/schemas/A"},
            "Self": {"$ref": "#/components/schemas/Self"}
        }},
        "paths": {"/pets/{id}": {"get": {"tags": [{"title": "first"}]}}}
    }"##;

    #[test]
    fn references_within_the_document() {
        let cases = [
            ("#/components/schemas/Pet", "pet", Some("Pet")),
            ("#/components/schemas/Link", "pet", Some("Pet")),
            ("#/definitions/Pet", "pet", Some("Pet")),
            ("#/components/schemas/Two%20words", "two", Some("Two words")),
            ("#/components/schemas/Two words", "two", Some("Two words")),
            ("#/components/schemas/til~0de", "tilde", Some("til~de")),
            ("#/components/schemas/Pet/properties/a~1b", "part", None),
            ("#/paths/~1pets~1%7Bid%7D/get/tags/0", "first", None),
        ];
        for (reference, title, component) in cases {
            let (found, report) = resolve(DOCUMENT, reference);
            assert_eq!(found, Some((title.to_owned(), component.map(str::to_owned))), "{reference}");
            assert!(report.diagnostics.is_empty());
        }
    }

    /// G9: no file is opened; a reference that cannot be resolved is an error with a help.
    #[test]
    fn g9_references_that_lead_nowhere() {
        let cases = [
            ("http://example.com/pet.json", codes::REF_EXTERNAL, "bundle"),
            ("https://example.com/a.yaml#/components/schemas/Pet", codes::REF_EXTERNAL, "bundle"),
            ("file:///etc/passwd", codes::REF_EXTERNAL, "bundle"),
            ("../other.yaml#/Pet", codes::REF_EXTERNAL, "bundle"),
            ("other.yaml", codes::REF_EXTERNAL, "bundle"),
            ("", codes::REF_EXTERNAL, "bundle"),
            ("#/components/schemas/Pett", codes::REF_MISSING, "`#/components/schemas/Pet`"),
            ("#/definitions/pet", codes::REF_MISSING, "`#/components/schemas/Pet`"),
            ("#/components/schemas/Zzz", codes::REF_MISSING, "define it"),
            ("#/components/schemas/Pet/properties/none", codes::REF_MISSING, ""),
            ("#/components/nothing/Pet", codes::REF_MISSING, "define it"),
            ("#Pet", codes::REF_MISSING, "#/components/schemas/NAME"),
            ("#/%ff", codes::REF_MISSING, ""),
            ("#/components/schemas/A", codes::REF_RING, "with the definition itself"),
            ("#/components/schemas/Self", codes::REF_RING, "with the definition itself"),
        ];
        for (reference, code, help) in cases {
            let (found, report) = resolve(DOCUMENT, reference);
            assert_eq!(found, None, "{reference}");
            let [error] = report.diagnostics.as_slice() else { unreachable!("{reference}: {:?}", report.diagnostics) };
            assert_eq!(error.code, code, "{reference}");
            assert!(error.help.as_deref().unwrap_or_default().contains(help), "{reference}: {:?}", error.help);
            assert!(error.span.is_some());
        }
    }

    #[test]
    fn a_bare_name_is_a_schema_with_a_warning() {
        let (found, report) = resolve(DOCUMENT, "Pet");
        assert_eq!(found.unwrap().0, "pet");
        assert_eq!(report.diagnostics.first().unwrap().code, codes::REF_BARE_NAME);
    }

    #[test]
    fn a_long_chain_takes_linear_time() {
        let links = (0..50_000)
            .map(|i| format!(r##""L{i}": {{"$ref": "#/components/schemas/L{}"}}"##, i + 1))
            .collect::<Vec<_>>()
            .join(",");
        let document = format!(r#"{{"components": {{"schemas": {{{links}, "L50000": {{"title": "end"}}}}}}}}"#);
        let root = node(&document);
        let refs = Refs::new(&root);
        let mut report = Report::default();
        for member in root.get("components").and_then(|c| c.get("schemas")).and_then(Node::members).unwrap() {
            assert_eq!(
                refs.resolve(&member.value, &mut report).unwrap().component.map_or("L50000", |c| c.name),
                "L50000"
            );
        }
    }
}
