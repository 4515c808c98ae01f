//! The parts of a document that contain schemas outside of `components.schemas`, and the names of the types of these schemas.

use crate::config::options::Options;
use crate::document::load::node::Node;
use crate::document::references::Resolved;
use crate::ir::ident::Ident;
use crate::ir::operation::Operation;
use crate::lower::names;
use crate::lower::names::{Case, Wanted, ident};
use crate::lower::types::Place;
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// A part of a document that contains schemas: an operation, a path item, or a component that operations share.
pub struct Site {
    /// The beginnings of the names of its types, the best first and never empty.
    stems: Vec<String>,
    /// A text that no other site has.
    identity: String,
    /// The kind of component, if it is one: `Parameter`, `Response`, `Body`, `Header`.
    component: Option<&'static str>,
    /// Whether its schemas are located in it, and not only referred to.
    is_own: bool,
    /// The names of the components that operations share.
    shared: Rc<SharedNames>,
}

/// The names of the components that operations share. If two components of one kind have the same words, neither has the short
/// name, also if only one of them is used.
#[derive(Debug)]
pub struct SharedNames(FxHashMap<String, Ident>);

impl SharedNames {
    /// The names for a document.
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

/// The kinds of components that contain schemas, with the word for one.
const SHARED: [(&str, &str); 4] =
    [("parameters", "Parameter"), ("responses", "Response"), ("requestBodies", "Body"), ("headers", "Header")];

fn identity(kind: &str, key: &str) -> String {
    format!("{kind} {key}")
}

impl Site {
    /// The site of an operation.
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

    /// The site of the path item of the operation of this site.
    pub fn path_item(&self, path: &str) -> Self {
        let shared = Rc::clone(&self.shared);
        Self { stems: names::path_names(path), identity: path.to_owned(), component: None, is_own: true, shared }
    }

    /// The site of an element of this site, or of the component that the element refers to.
    pub fn holder_of(&self, resolved: &Resolved<'_, '_>, is_reference: bool) -> Self {
        if let Some(component) = resolved.component {
            let word = SHARED.iter().find(|(kind, _)| *kind == component.kind).map_or("Part", |(_, word)| word);
            // A name such as `ErrorResponse` already ends with the word.
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

    /// The place of a schema in this site. `part` is different for each place. Each ending makes a candidate for the name, the
    /// best first.
    pub fn place(&self, part: &str, endings: &[&str], origin: String) -> Place {
        let with = |stem: &str, ending: &str| format!("{stem} {ending}");
        let last = endings.last().copied().unwrap_or_default();
        let (first, longer) = self.stems.split_first().map_or(("", [].as_slice()), |(f, l)| (f.as_str(), l));
        let short = endings.iter().map(|ending| with(first, ending));
        let names: Vec<String> = short.chain(longer.iter().map(|stem| with(stem, last))).collect();
        Place { names, identity: format!("{} {part}", self.identity), origin, is_own: self.is_own }
    }

    /// The name for which several schemas of this site compete.
    pub fn contested(&self, ending: &str) -> String {
        format!("{} {ending}", self.stems.first().map_or("", String::as_str))
    }
}
