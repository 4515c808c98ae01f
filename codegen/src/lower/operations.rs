//! Operations: how their methods are named, and what fills them once the types are known.

use super::names::{self, Case, Names};
use super::types::Types;
use super::{Document, answers, bodies, params};
use crate::codes;
use crate::diagnostics::{Diagnostic, Report};
use crate::ir::auth::Auth;
use crate::ir::ident::Ident;
use crate::ir::operation::{AnswerContent, Answers, ContentKind, Method, Operation, PartContent, Skipped};
use crate::ir::types::{Type, TypeDef};
use crate::load::node::Node;
use crate::options::Options;
use crate::resolve::Refs;
use crate::spec::{Spec, SpecOperation};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// The names of the client's own methods, so that no operation takes them.
const CLIENT_METHODS: &[&str] = &["builder", "clone", "core", "dangerous", "drop", "fmt", "from", "into", "new"];
/// What the names of an operation's own types end with.
const SUFFIXES: &[&str] = &["", "Answer", "Body", "Error", "Form", "Headers", "Params"];
/// File names that Windows keeps for itself, and the module that holds the modules.
const GROUPS_KEPT: &[&str] = &["aux", "con", "nul", "prn", "mod"];

/// Names the operations of a document, in its order.
pub struct Outline<'o> {
    options: &'o Options,
    methods: Names,
    types: FxHashSet<String>,
    ids: FxHashSet<String>,
    used: FxHashSet<String>,
}

impl<'o> Outline<'o> {
    /// For a run.
    pub fn new(options: &'o Options) -> Self {
        Self {
            options,
            methods: Names::with_reserved(CLIENT_METHODS),
            types: FxHashSet::default(),
            ids: FxHashSet::default(),
            used: FxHashSet::default(),
        }
    }

    /// An operation with its names, and nothing more than its document's words yet.
    pub fn name(&mut self, from: &SpecOperation<'_, '_>, report: &mut Report) -> Operation {
        let id = from.operation_id().map(str::trim).filter(|id| !id.is_empty());
        if let Some(id) = id.filter(|id| !self.ids.insert((*id).to_owned())) {
            let message = format!("the operationId `{id}` is given twice; the second method gets a number");
            report.push(
                Diagnostic::warning(codes::DUPLICATE_ID, from.span, message)
                    .help("give each operation an id of its own"),
            );
        }
        let skipped = self.skipped(from, id, report);
        let name = match self.configured(&self.options.rename_operations, from, id) {
            Some(renamed) => self.methods.claim(renamed.as_str(), Case::Snake),
            None => {
                let wanted = names::operation_names(from.method.as_str(), from.path, id);
                self.methods.claim_first(wanted.iter().map(String::as_str), Case::Snake)
            }
        };
        let type_name = self.type_name(name.as_str());
        let own = |suffix| names::suffixed(&type_name, suffix);
        let text = |key: &str| from.node.get(key).and_then(Node::as_str).map(str::to_owned);
        Operation {
            answers: Answers {
                success: Vec::new(),
                errors: Vec::new(),
                accept: None,
                success_name: own("Answer"),
                error_name: own("Error"),
                headers_name: own("Headers"),
            },
            type_name: own(""),
            group: group(from),
            name,
            span: from.span,
            operation_id: from.operation_id().map(str::to_owned),
            method: from.method.clone(),
            path: from.path.to_owned(),
            segments: Vec::new(),
            summary: text("summary"),
            doc: text("description"),
            deprecated: from.node.get("deprecated").and_then(Node::as_bool).unwrap_or(false),
            skipped,
            errors: Vec::new(),
            authorization: Arc::default(),
            requirement: None,
            params: Vec::new(),
            body: None,
        }
    }

    /// The keys of the configuration that named no operation, and the table that holds them.
    pub fn unused(&self) -> Vec<(&'o str, &'static str)> {
        let renames = self.options.rename_operations.keys().map(|k| (k.as_str(), "[rename.operations]"));
        let skips = self.options.skip_operations.iter().map(|k| (k.as_str(), "[skip] operations"));
        renames.chain(skips).filter(|(key, _)| !self.used.contains(*key)).collect()
    }

    fn skipped(&mut self, from: &SpecOperation<'_, '_>, id: Option<&str>, report: &mut Report) -> Option<Skipped> {
        let route = from.route();
        let asked = self.options.skip_operations.iter().find(|k| **k == route || Some(k.as_str()) == id);
        if let Some(key) = asked {
            self.used.insert(key.clone());
            return Some(Skipped::Config);
        }
        if from.is_cors() && !self.options.include_cors {
            let message = "the mock `OPTIONS` operations answer browsers' preflight requests and are left out";
            report.push(
                Diagnostic::note(codes::CORS_SKIPPED, from.span, format!("`{route}`: {message}"))
                    .help("`--include-cors` generates them"),
            );
            return Some(Skipped::Cors);
        }
        None
    }

    fn configured<'a, T>(
        &mut self,
        table: &'a indexmap::IndexMap<String, T>,
        from: &SpecOperation<'_, '_>,
        id: Option<&str>,
    ) -> Option<&'a T> {
        let route = from.route();
        let (key, value) = table.get_key_value(&route).or_else(|| table.get_key_value(id?))?;
        self.used.insert(key.clone());
        Some(value)
    }

    /// A stem for the names of the operation's own types, such that no two operations' types have one name.
    fn type_name(&mut self, method: &str) -> Ident {
        let mut name = names::ident(method, Case::Pascal);
        let mut number = 1;
        while SUFFIXES.iter().any(|s| self.types.contains(names::suffixed(&name, s).as_str())) {
            number += 1;
            name = names::ident(&format!("{method}_{number}"), Case::Pascal);
        }
        self.types.extend(SUFFIXES.iter().map(|s| names::suffixed(&name, s).to_string()));
        name
    }
}

/// Fills operations with parameters, bodies and answers, lowering the schemas they use.
pub struct Details<'d, 's> {
    refs: &'d Refs<'d, 's>,
    types: Types<'d, 's>,
}

impl<'d, 's> Details<'d, 's> {
    /// For the document that holds the schemas.
    pub fn new(document: &Document<'d, 's>, options: &'d Options, report: &mut Report) -> Self {
        let types = Types::new(document.refs, document.spec.root, options, report);
        Self { refs: document.refs, types }
    }

    /// Fills an operation of `from` with what `source` says of it: the same, or its twin in the document with the schemas.
    pub fn fill(
        &mut self,
        operation: &mut Operation,
        from: &SpecOperation<'_, '_>,
        source: Option<&SpecOperation<'d, 's>>,
        auth: &Auth,
        report: &mut Report,
    ) {
        if from.is_default_route() {
            let message =
                format!("`{}` is the route for all that no other takes: the caller gives the path", from.route());
            report.push(Diagnostic::note(codes::DEFAULT_ROUTE, from.span, message));
        } else if from.method == Method::Any {
            let message = format!("`{}` answers to any method: the caller gives it", from.route());
            report.push(Diagnostic::note(codes::ANY_METHOD, from.span, message));
        }
        if let Some(servers) = [from.node].into_iter().chain(from.items.iter().copied()).find_map(|n| n.get("servers"))
        {
            let message = format!("`{}` has servers of its own, which are not followed", from.route());
            report.push(
                Diagnostic::warning(codes::OWN_SERVERS, servers.span, message)
                    .help("a credential goes to one origin: make a client with another base URL for it"),
            );
        }
        if let Some(source) = source {
            if operation.summary.is_none() && operation.doc.is_none() {
                let text = |key: &str| source.node.get(key).and_then(Node::as_str).map(str::to_owned);
                (operation.summary, operation.doc) = (text("summary"), text("description"));
            }
            operation.deprecated |= source.node.get("deprecated").and_then(Node::as_bool).unwrap_or(false);
        }
        let mut place = params::Place { refs: self.refs, types: &mut self.types };
        params::fill(&mut place, operation, from, source, auth, report);
        if let Some(source) = source {
            operation.body = bodies::body(&mut place, operation, source, report);
            answers::fill(&mut place, operation, source, report);
        }
    }

    /// All types: those of the document's components and those that operations brought.
    pub fn finish(self, requests: &[Type], answers: &[Type], report: &mut Report) -> Vec<TypeDef> {
        self.types.finish(requests, answers, report)
    }
}

/// The operations of another document by their paths, whatever the parameters in them are called.
pub struct Twins<'p, 'd, 's> {
    operations: &'p [SpecOperation<'d, 's>],
    by_path: FxHashMap<String, Vec<usize>>,
    taken: Vec<bool>,
}

impl<'p, 'd, 's> Twins<'p, 'd, 's> {
    /// Those of a document.
    pub fn new(spec: &'p Spec<'d, 's>) -> Self {
        let operations = spec.operations.as_slice();
        let mut by_path: FxHashMap<String, Vec<usize>> = FxHashMap::default();
        for (index, operation) in operations.iter().enumerate() {
            by_path.entry(shape(operation.path)).or_default().push(index);
        }
        Self { operations, by_path, taken: vec![false; operations.len()] }
    }

    /// The one with the same method and the same path as an operation.
    pub fn take(&mut self, operation: &SpecOperation<'_, '_>) -> Option<&'p SpecOperation<'d, 's>> {
        let there = self.by_path.get(&shape(operation.path))?;
        let same = there.iter().find(|index| self.operations[**index].method == operation.method);
        // A route for any method may stand for one that the source document names.
        let only = there.first().filter(|_| operation.method == Method::Any && there.len() == 1);
        let index = *same.or(only)?;
        self.taken[index] = true;
        self.operations.get(index)
    }

    /// Those that were never taken.
    pub fn left(&self) -> impl Iterator<Item = &'p SpecOperation<'d, 's>> {
        self.operations.iter().zip(&self.taken).filter(|(_, taken)| !**taken).map(|(operation, _)| operation)
    }
}

/// Adds the types that an operation's requests and answers hold.
pub fn collect_types(operation: &Operation, requests: &mut Vec<Type>, replies: &mut Vec<Type>) {
    requests.extend(operation.params.iter().map(|p| p.ty.clone()));
    for content in operation.body.iter().flat_map(|b| &b.contents) {
        match &content.kind {
            ContentKind::Json(ty) | ContentKind::Form(ty) => requests.push(ty.clone()),
            ContentKind::Multipart(parts) => requests.extend(parts.iter().filter_map(|p| match &p.content {
                PartContent::Text(ty) | PartContent::Json(ty) => Some(ty.clone()),
                PartContent::File => None,
            })),
            ContentKind::Text | ContentKind::Bytes => {}
        }
    }
    for answer in operation.answers.success.iter().chain(&operation.answers.errors) {
        if let AnswerContent::Json(ty) = &answer.content {
            replies.push(ty.clone());
        }
        replies.extend(answer.headers.iter().map(|h| h.ty.clone()));
    }
}

/// The module of an operation: its first tag, else the first fixed segment of its path, else `root`.
fn group(from: &SpecOperation<'_, '_>) -> Ident {
    let tag = from.node.get("tags").and_then(Node::elements).and_then(|t| t.first()).and_then(Node::as_str);
    let segment = from.path.split('/').find(|s| !s.is_empty() && !s.contains('{'));
    let text = tag.filter(|t| !t.trim().is_empty()).or(segment).unwrap_or("root");
    let name = names::ident(text, Case::Snake);
    if GROUPS_KEPT.contains(&name.as_str()) { names::ident(&format!("{name}_group"), Case::Snake) } else { name }
}

/// A path without the names of its parameters and the slash at its end.
fn shape(path: &str) -> String {
    let mut shape = String::with_capacity(path.len());
    let mut inside = false;
    for c in path.trim_end_matches('/').chars() {
        match c {
            '{' => inside = true,
            '}' => inside = false,
            _ if inside => continue,
            _ => {}
        }
        shape.push(c);
    }
    shape.trim_start_matches('/').to_owned()
}
