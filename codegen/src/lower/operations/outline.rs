//! Names the methods of operations, and lowers the other parts of operations when the types are known.

use crate::config::options::{Options, Rename};
use crate::config::{lines, quoted};
use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Severity, Span};
use crate::document::load::node::{Mark, Node};
use crate::document::references::Refs;
use crate::document::spec::{SpecOperation, has_gateway_host};
use crate::ir::auth::Auth;
use crate::ir::body::{ContentKind, RequestBody};
use crate::ir::ident::Ident;
use crate::ir::operation::{Answers, Method, Operation, Skipped};
use crate::ir::types::{Type, TypeDef};
use crate::lower::Document;
use crate::lower::names;
use crate::lower::names::{Case, Namespace, Wanted};
use crate::lower::operations::sites::{SharedNames, Site};
use crate::lower::operations::{bodies, params, responses, servers};
use crate::lower::types::Types;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::hash_map::Entry;
use std::rc::Rc;
use std::sync::Arc;

/// The names of the client's own methods, which no operation may have.
const CLIENT_METHODS: &[&str] = &["builder", "clone", "core", "dangerous", "drop", "fmt", "from", "into", "new"];
/// The endings of the names of an operation's types.
const ENDINGS: &[&str] = &["", "Answer", "Body", "Error", "Form", "Headers", "Params"];
/// File names that Windows reserves, and the name of the parent module.
const GROUPS_KEPT: &[&str] = &["aux", "con", "nul", "prn", "mod"];

/// Names the operations of a document.
pub struct Outline<'o> {
    options: &'o Options,
    used: FxHashSet<String>,
}

/// An operation before it has its names.
struct Unnamed<'p, 'd, 's, 'o> {
    from: &'p SpecOperation<'d, 's>,
    id: Option<&'p str>,
    skipped: Option<Skipped>,
    renamed: Option<&'o Rename>,
}

impl<'o> Outline<'o> {
    /// Names operations with these options.
    pub fn new(options: &'o Options) -> Self {
        Self { options, used: FxHashSet::default() }
    }

    /// The operations with their names and texts, before the other parts are lowered.
    pub fn operations(
        &mut self,
        all: &[SpecOperation<'_, '_>],
        preflight: &[bool],
        report: &mut Report,
    ) -> Vec<Operation> {
        let preflight = preflight.iter().map(|is_one| *is_one && !self.options.include_cors);
        let unnamed: Vec<Unnamed<'_, '_, '_, 'o>> =
            all.iter().zip(preflight).map(|(from, preflight)| self.unnamed(from, preflight)).collect();
        report_preflights(&unnamed, report);
        report_equal_ids(&unnamed, report);
        let (methods, stems) = (methods(&unnamed), stems(&unnamed));
        let mut operations: Vec<Operation> = unnamed
            .iter()
            .zip(methods)
            .zip(stems)
            .map(|((unnamed, method), stem)| operation(unnamed, method, &stem))
            .collect();
        report_taken(&unnamed, &mut operations, report);
        self.set_idempotency(&mut operations);
        let paginated = operations.iter().filter_map(|operation| self.options.pages_of(operation));
        self.used.extend(paginated.map(|(key, _)| key.clone()));
        operations
    }

    /// The keys of the configuration that do not name an operation, each with its table.
    pub fn unused(&self) -> Vec<(&'o str, &'static str)> {
        let renames = self.options.rename_operations.keys().map(|k| (k.as_str(), "rename.operations"));
        let skips = self.options.skip_operations.iter().map(|k| (k.as_str(), "skip.operations"));
        let pages = self.options.paginate.keys().map(|k| (k.as_str(), "paginate"));
        let keys = self.options.idempotency.operations.iter().flatten().map(|k| (k.as_str(), "idempotency.operations"));
        renames.chain(skips).chain(pages).chain(keys).filter(|(key, _)| !self.used.contains(*key)).collect()
    }

    /// Sets the header of the operations whose calls have an idempotency key.
    fn set_idempotency(&mut self, operations: &mut [Operation]) {
        let Some(header) = &self.options.idempotency.header else { return };
        for operation in operations {
            let Some(listed) = &self.options.idempotency.operations else {
                operation.idempotency = (operation.method == Method::Named("POST")).then(|| header.clone());
                continue;
            };
            let (route, id) = (operation.route(), operation.operation_id.as_deref().map(str::trim));
            let is_it =
                |key: &&String| **key == route || Some(key.as_str()) == id || operation.name.as_str() == key.as_str();
            if let Some(key) = listed.iter().find(is_it) {
                self.used.insert(key.clone());
                operation.idempotency = Some(header.clone());
            }
        }
    }

    fn skipped(&mut self, from: &SpecOperation<'_, '_>, id: Option<&str>, preflight: bool) -> Option<Skipped> {
        let route = from.route();
        let listed = self.options.skip_operations.iter().find(|k| **k == route || Some(k.as_str()) == id);
        if let Some(key) = listed {
            self.used.insert(key.clone());
            return Some(Skipped::Config);
        }
        preflight.then_some(Skipped::Cors)
    }

    fn unnamed<'p, 'd, 's>(&mut self, from: &'p SpecOperation<'d, 's>, preflight: bool) -> Unnamed<'p, 'd, 's, 'o> {
        let id = from.operation_id().map(str::trim).filter(|id| !id.is_empty());
        let skipped = self.skipped(from, id, preflight);
        let renamed = self.options.operation_rename(&from.route(), id);
        self.used.extend(renamed.map(|(key, _)| key.clone()));
        let renamed = renamed.map(|(_, rename)| rename);
        Unnamed { from, id, skipped, renamed }
    }
}

impl Unnamed<'_, '_, '_, '_> {
    /// The candidates for its name, the best first.
    fn candidates(&self) -> Vec<String> {
        names::operation_names(self.from.method.as_str(), self.from.path, self.id)
    }

    /// Whether it competes for names. A preflight does: whether an `OPTIONS` is one depends on other operations, and its name
    /// must not pass to another operation.
    fn competes(&self) -> bool {
        self.skipped != Some(Skipped::Config)
    }

    fn wanted(&self, candidates: Vec<String>) -> Wanted {
        Wanted { candidates, identity: self.from.route() }
    }
}

/// The name of each operation's method. An operation without a method has the name that it would have if there were no others.
/// A renamed operation also competes for its other name, so that renaming it changes no other name.
fn methods(all: &[Unnamed<'_, '_, '_, '_>]) -> Vec<Ident> {
    let wanted: Vec<Wanted> =
        all.iter().filter(|unnamed| unnamed.competes()).map(|u| u.wanted(u.candidates())).collect();
    let mut settled = names::settle(&wanted, Case::Snake, CLIENT_METHODS).into_iter();
    let alone = |unnamed: &Unnamed<'_, '_, '_, '_>| {
        names::ident(unnamed.candidates().first().map_or("", String::as_str), Case::Snake)
    };
    all.iter()
        .map(|unnamed| {
            let by_document = unnamed.competes().then(|| settled.next()).flatten();
            let renamed = unnamed.renamed.map(|rename| rename.name.clone());
            renamed.or(by_document).unwrap_or_else(|| alone(unnamed))
        })
        .collect()
}

/// The beginning of the names of each operation's types.
fn stems(all: &[Unnamed<'_, '_, '_, '_>]) -> Vec<Ident> {
    let candidates = |unnamed: &Unnamed<'_, '_, '_, '_>| {
        let renamed = unnamed.renamed.map(|rename| rename.name.to_string());
        renamed.into_iter().chain(unnamed.candidates()).collect::<Vec<_>>()
    };
    let wanted: Vec<Wanted> = all.iter().filter(|u| u.competes()).map(|u| u.wanted(candidates(u))).collect();
    let space = Namespace { endings: ENDINGS, ..Namespace::new(Case::Pascal, &[]) };
    let mut settled = space.settle(&wanted).into_iter();
    let alone = |unnamed: &Unnamed<'_, '_, '_, '_>| {
        names::ident(candidates(unnamed).first().map_or("", String::as_str), Case::Pascal)
    };
    all.iter()
        .map(|unnamed| unnamed.competes().then(|| settled.next()).flatten().unwrap_or_else(|| alone(unnamed)))
        .collect()
}

fn operation(unnamed: &Unnamed<'_, '_, '_, '_>, name: Ident, stem: &Ident) -> Operation {
    let from = unnamed.from;
    let own = |ending| names::suffixed(stem, ending);
    // The texts of an operation that exceeds a limit are not copied.
    let node = Some(from.node).filter(|_| from.is_read());
    let text = |key: &str| node?.get(key).and_then(Node::as_str).map(str::to_owned);
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
        skipped: unnamed.skipped,
        errors: Vec::new(),
        authorization: Arc::default(),
        requirement: None,
        params: Vec::new(),
        body: RequestBody::None,
        idempotency: None,
        pages: None,
        likely_pages: None,
    }
}

/// Reports the operations that only serve preflight requests, as one note.
fn report_preflights(all: &[Unnamed<'_, '_, '_, '_>], report: &mut Report) {
    let skipped: Vec<&SpecOperation<'_, '_>> =
        all.iter().filter(|unnamed| unnamed.skipped == Some(Skipped::Cors)).map(|unnamed| unnamed.from).collect();
    let Some(first) = skipped.first() else { return };
    let message = match skipped.len() {
        1 => format!("`{}` only serves CORS preflight requests: no method is generated for it", first.short_route()),
        count => format!(
            "{count} `OPTIONS` operations only serve CORS preflight requests: no methods are generated for them"
        ),
    };
    let note = Diagnostic::note(codes::CORS_SKIPPED, first.span, message);
    let note = skipped.iter().skip(1).take(PLACES).fold(note, |note, other| note.related(other.span, "also left out"));
    report.push(note.help("use `--include-cors` to generate methods for them"));
}

/// The maximum number of further locations of the note.
const PLACES: usize = 3;

fn report_equal_ids(all: &[Unnamed<'_, '_, '_, '_>], report: &mut Report) {
    let mut first: FxHashMap<&str, Span> = FxHashMap::default();
    for unnamed in all {
        let Some(id) = unnamed.id else { continue };
        match first.entry(id) {
            Entry::Vacant(free) => {
                free.insert(unnamed.from.span);
            }
            Entry::Occupied(other) => {
                let message = format!(
                    "duplicate operationId `{id}`: the names of both methods are extended with method and path"
                );
                report.push(
                    Diagnostic::warning(codes::DUPLICATE_ID, unnamed.from.span, message)
                        .related(*other.get(), "first used here")
                        .help("give each operation its own `operationId`"),
                );
            }
        }
    }
}

/// Reports the configured names that another method has. A configured name is used unchanged, or it is an error.
fn report_taken(all: &[Unnamed<'_, '_, '_, '_>], operations: &mut [Operation], report: &mut Report) {
    let mut owners: FxHashMap<String, usize> = FxHashMap::default();
    // Operations that are not renamed come first, because the configured name can be changed.
    let by_document = |index: &usize| all.get(*index).is_some_and(|u| u.renamed.is_none());
    let generated = || (0..operations.len()).filter(|index| all.get(*index).is_some_and(|u| u.skipped.is_none()));
    for index in generated().filter(by_document) {
        owners.insert(operations[index].name.to_string(), index);
    }
    let renamed: Vec<usize> = generated().filter(|index| !by_document(index)).collect();
    for index in renamed {
        let Some(rename) = all.get(index).and_then(|unnamed| unnamed.renamed) else { continue };
        let (name, route) = (&rename.name, operations[index].route());
        let error = if CLIENT_METHODS.contains(&name.as_str()) {
            let message = format!("cannot rename `{route}` to `{name}`: the client already has a method of that name");
            Diagnostic::new(Severity::Error, codes::RENAME_TAKEN, rename.span, message)
                .related(operations[index].span, "the renamed operation")
        } else if let Some(other) = owners.get(name.as_str()).and_then(|&other| operations.get(other)) {
            let message = format!("cannot rename `{route}` to `{name}`: that is the method of `{}`", other.route());
            Diagnostic::new(Severity::Error, codes::RENAME_TAKEN, rename.span, message)
                .related(other.span, format!("`{name}`"))
                .related(operations[index].span, "the renamed operation")
        } else {
            owners.insert(name.to_string(), index);
            continue;
        };
        let free = (2..).map(|number| format!("{name}_{number}")).find(|free| !owners.contains_key(free));
        let line = format!("{} = {}", quoted(&route), quoted(&free.unwrap_or_default()));
        let error = error.help(format!("use another name in cogen.toml:{}", lines("rename.operations", &line)));
        operations[index].errors.push(error.message.clone());
        report.push(error);
    }
}

/// Lowers the parameters, bodies and responses of operations, with their schemas.
pub struct Details<'d, 's> {
    refs: &'d Refs<'d, 's>,
    is_gateway: bool,
    shared: Rc<SharedNames>,
    options: &'d Options,
    types: Types<'d, 's>,
}

impl<'d, 's> Details<'d, 's> {
    /// The details of a document.
    pub fn new(document: &Document<'d, 's>, options: &'d Options, report: &mut Report) -> Self {
        let types = Types::new(document.refs, document.spec.root, options, report);
        let is_gateway = document.spec.gateway || has_gateway_host(document.spec.root);
        Self { refs: document.refs, is_gateway, shared: Rc::new(SharedNames::of(document.spec.root)), options, types }
    }

    /// Adds the parameters, the body and the responses of an operation.
    pub fn fill(&mut self, operation: &mut Operation, from: &SpecOperation<'d, 's>, auth: &Auth, report: &mut Report) {
        if from.is_default_route() {
            let message = format!(
                "`{}` serves every request without another route: the method takes the path as an argument",
                from.route()
            );
            report.push(Diagnostic::note(codes::DEFAULT_ROUTE, from.span, message));
        } else if from.method == Method::Any {
            let message =
                format!("`{}` serves any HTTP method: the generated method takes it as an argument", from.route());
            report.push(Diagnostic::note(codes::ANY_METHOD, from.span, message));
        }
        let mut own = [from.node].into_iter().chain(from.items.iter().copied()).filter_map(|n| n.get("servers"));
        if let Some(servers) = own.next().filter(|servers| !servers::are_the_documents(self.refs.root(), servers)) {
            let message = format!("`{}` has its own `servers`, which are ignored", from.route());
            report.push(
                Diagnostic::warning(codes::OWN_SERVERS, servers.span, message)
                    .with_note("a client sends its credentials to one origin only")
                    .help("build a second client with that base URL"),
            );
        }
        let site = Site::operation(operation, self.options, &self.shared);
        let mut context = params::Context {
            refs: self.refs,
            types: &mut self.types,
            site: &site,
            is_paginated: self.options.pages_of(operation).is_some(),
        };
        params::fill(&mut context, operation, from, auth, report);
        // The runtime sends one if the caller sets none.
        if let Some(param) = operation.idempotency_param().and_then(|index| operation.params.get_mut(index)) {
            param.required = false;
        }
        operation.body = match bodies::body(&mut context, operation, from, report) {
            Ok(Some(body)) => RequestBody::Described(body),
            _ if self.is_gateway && may_have_body(from) => RequestBody::Undescribed,
            _ => RequestBody::None,
        };
        responses::fill(&mut context, operation, from, report);
    }

    /// All types: those of components and those of schemas in operations.
    pub fn finish(self, requests: &[Type], answers: &[Type], report: &mut Report) -> Vec<TypeDef> {
        self.types.finish(requests, answers, report)
    }
}

/// Whether the request may have a body without a model: its method usually has a body, and the source document does not exclude
/// it.
fn may_have_body(from: &SpecOperation<'_, '_>) -> bool {
    matches!(from.method, Method::Any | Method::Other(_) | Method::Named("POST" | "PUT" | "PATCH" | "DELETE" | "QUERY"))
        && !matches!(from.node.mark.as_deref(), Some(Mark::NoBody))
}

/// Collects the types of an operation's requests and responses.
pub fn collect_types(operation: &Operation, requests: &mut Vec<Type>, replies: &mut Vec<Type>) {
    requests.extend(operation.params.iter().map(|p| p.ty.clone()));
    for content in operation.body.described().into_iter().flat_map(|b| &b.contents) {
        match &content.kind {
            ContentKind::Json(ty) | ContentKind::Form(ty, _) | ContentKind::Members(ty) => requests.push(ty.clone()),
            ContentKind::Multipart(parts) => {
                for part in &parts.parts {
                    requests.extend(part.content.ty().cloned());
                    requests.extend(part.headers.iter().map(|header| header.ty.clone()));
                }
            }
            ContentKind::Text | ContentKind::Bytes | ContentKind::Ranged => {}
        }
    }
    for answer in operation.answers.success.iter().chain(&operation.answers.errors) {
        replies.extend(answer.content.described().cloned());
        replies.extend(answer.headers.iter().map(|h| h.ty.clone()));
    }
}

/// The module of an operation: its first tag, else the first fixed segment of its path, else `root`.
fn group(from: &SpecOperation<'_, '_>) -> Ident {
    let tag = from.node.get("tags").and_then(Node::elements).and_then(|t| t.first()).and_then(Node::as_str);
    let segment = from.path.split('/').find(|s| !s.is_empty() && !s.contains('{'));
    let text = tag.filter(|t| !t.trim().is_empty()).or(segment).unwrap_or("root");
    let name = names::module(text);
    if GROUPS_KEPT.contains(&name.as_str()) { names::module(&format!("{name}_group")) } else { name }
}
