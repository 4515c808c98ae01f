//! Resolves `$ref`s within a document. No file or URL is opened.

mod errors;
mod pointer;

pub(crate) use crate::document::references::pointer::{escaped, percent_decoded, pointer, unescaped};

use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Reported, Span};
use crate::diagnostics::texts::excerpt;
use crate::document::load::node::{Mark, Node};
use crate::document::references::errors::ring;
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

    /// The schema of a response of Swagger 2.0, which `upgrade` moved below `content`.
    fn moved_schema(&self, node: &'d Node<'s>, key: &str) -> Option<&'d Node<'s>> {
        if !self.is_swagger || key != "schema" {
            return None;
        }
        node.get("content")?.members()?.first()?.value.get("schema")
    }

    fn child(&self, node: &'d Node<'s>, key: &str) -> Option<&'d Node<'s>> {
        if let Some(elements) = node.elements() {
            return elements.get(key.parse::<usize>().ok()?);
        }
        if node.members()?.len() <= 16 {
            return node.get(key).or_else(|| self.moved_schema(node, key));
        }
        let mut wide = self.wide.borrow_mut();
        wide.entry(std::ptr::from_ref(node)).or_insert_with(|| by_key(node)).get(key).copied()
    }
}

fn by_key<'d, 's>(node: &'d Node<'s>) -> Members<'d, 's> {
    node.members().unwrap_or_default().iter().map(|m| (&*m.key, &m.value)).collect()
}

#[cfg(test)]
mod tests;
