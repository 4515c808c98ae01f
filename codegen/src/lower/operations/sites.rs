//! The parts of a document that hold schemas outside of `components.schemas`, and what types of these schemas are called.

use crate::config::options::Options;
use crate::document::load::node::Node;
use crate::document::references::Resolved;
use crate::ir::ident::Ident;
use crate::ir::operation::Operation;
use crate::lower::names;
use crate::lower::names::{Case, Wanted, ident};
use crate::lower::types::names::places::Place;
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// A part of a document that holds schemas: an operation, a path item, or a component that operations share.
pub struct Site {
    /// What the names of its types begin with, the best first and never empty.
    stems: Vec<String>,
    /// What tells it from all others.
    identity: String,
    /// What kind of component it is, if it is one: `Parameter`, `Response`, `Body`, `Header`.
    component: Option<&'static str>,
    /// Whether schemas stand in it, and are not only referred to from there.
    is_own: bool,
    /// What the components that operations share are called.
    shared: Rc<SharedNames>,
}

/// The names of the components that operations share: of two of one kind with the same words neither has the short name, whichever
/// of them are used.
#[derive(Debug)]
pub struct SharedNames(FxHashMap<String, Ident>);

impl SharedNames {
    /// Those of a document.
    pub fn of(root: &Node<'_>) -> Self {
        let mut found = FxHashMap::default();
        for (kind, _) in SHARED {
            let members =
                root.get("components").and_then(|all| all.get(kind)).and_then(Node::members).unwrap_or_default();
            let wanted: Vec<Wanted> = members.iter().map(|member| Wanted::text(&member.key)).collect();
            let names = names::settle(&wanted, Case::Pascal, &[]);
            found.extend(members.iter().zip(names).map(|(member, name)| (identity(kind, &member.key), name)));
        }
        Self(found)
    }

    fn name(&self, kind: &str, key: &str) -> Ident {
        self.0.get(&identity(kind, key)).cloned().unwrap_or_else(|| ident(key, Case::Pascal))
    }
}

/// The kinds of components that hold schemas, with the word for one.
const SHARED: [(&str, &str); 4] =
    [("parameters", "Parameter"), ("responses", "Response"), ("requestBodies", "Body"), ("headers", "Header")];

fn identity(kind: &str, key: &str) -> String {
    format!("{kind} {key}")
}

impl Site {
    /// That of an operation.
    pub fn operation(operation: &Operation, options: &Options, shared: &Rc<SharedNames>) -> Self {
        let route = operation.route();
        let id = operation.operation_id.as_deref().map(str::trim);
        let mut stems = names::operation_names(operation.method.as_str(), &operation.path, id);
        stems.truncate(2);
        if let Some((_, rename)) = options.operation_rename(&route, id)
            && let Some(short) = stems.first_mut()
        {
            *short = rename.name.to_string();
        }
        Self { stems, identity: route, component: None, is_own: true, shared: Rc::clone(shared) }
    }

    /// That of the path item of an operation of this site.
    pub fn path_item(&self, path: &str) -> Self {
        let shared = Rc::clone(&self.shared);
        Self { stems: names::path_names(path), identity: path.to_owned(), component: None, is_own: true, shared }
    }

    /// The site of what stands where an element of this site says, or refers to.
    pub fn holder_of(&self, resolved: &Resolved<'_, '_>, is_reference: bool) -> Self {
        if let Some(component) = resolved.component {
            let word = SHARED.iter().find(|(kind, _)| *kind == component.kind).map_or("Part", |(_, word)| word);
            // `ErrorResponse` says already that it is one.
            let name = self.shared.name(component.kind, component.name);
            let says_so = name.as_str().ends_with(word);
            let stem = if says_so { name.to_string() } else { format!("{name} {word}") };
            let identity = identity(component.kind, component.name);
            let shared = Rc::clone(&self.shared);
            return Self { stems: vec![stem], identity, component: Some(word), is_own: true, shared };
        }
        let (stems, identity, shared) = (self.stems.clone(), self.identity.clone(), Rc::clone(&self.shared));
        Self { stems, identity, component: self.component, is_own: self.is_own && !is_reference, shared }
    }

    /// Whether it is a component of a kind, which is known by its name alone.
    pub fn is_component(&self, kind: &str) -> bool {
        self.component == Some(kind)
    }

    /// The place of a schema in it, which `part` tells from all others in this site. Each ending makes a name, the best first.
    pub fn place(&self, part: &str, endings: &[&str], origin: String) -> Place {
        let with = |stem: &str, ending: &str| format!("{stem} {ending}");
        let last = endings.last().copied().unwrap_or_default();
        let (first, longer) = self.stems.split_first().map_or(("", [].as_slice()), |(f, l)| (f.as_str(), l));
        let short = endings.iter().map(|ending| with(first, ending));
        let names: Vec<String> = short.chain(longer.iter().map(|stem| with(stem, last))).collect();
        Place { names, identity: format!("{} {part}", self.identity), origin, is_own: self.is_own }
    }

    /// The name of a place that several schemas of this site compete for.
    pub fn contested(&self, ending: &str) -> String {
        format!("{} {ending}", self.stems.first().map_or("", String::as_str))
    }
}
