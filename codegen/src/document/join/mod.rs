//! Joins the export of an API with its source document: descriptions from the source document, authorization from the export.

mod components;
mod merge;
mod routes;

use crate::config::options::Options;
use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Reported, Span};
use crate::document::edit;
use crate::document::exports;
use crate::document::join::merge::Merge;
use crate::document::join::routes::{Match, Routes};
use crate::document::load::node::{Member, Node, Value};
use crate::document::references::{Beside, Refs};
use crate::document::spec;
use crate::document::spec::{Preflights, Spec, SpecOperation};
use crate::ir::operation::Method;
use indexmap::IndexMap;

/// Joins the export of a deployed API with its source document, both in the form of OpenAPI 3.0.
///
/// The result has each operation of the source document, with the authorization of the route that the gateway chooses for it:
/// the same path for its method, the same path for any method, the longest greedy `{proxy+}`, `$default`
/// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html>). What only the export
/// describes is kept. A route without an operation in the source document stays as the export describes it. An operation
/// without a route is reported and left out. `files` are those of the source document. Servers and security are taken from the
/// export only.
///
/// # Errors
/// Joining would copy more than `nodes` values.
pub fn join<'s>(
    mut export: Node<'s>,
    source: Node<'s>,
    files: &Beside,
    options: &Options,
    report: &mut Report,
) -> Result<Node<'s>, Reported> {
    components::separate(&mut export, &source);
    let paths = {
        let (export_refs, source_refs) = (Refs::new(&export), Refs::new(&source).beside(files));
        let deployed = spec::read(&export, &export_refs, &options.limits, report);
        let described = spec::read(&source, &source_refs, &options.limits, report);
        let merge = Merge::new(&export_refs, &source_refs, described.gateway, options.limits.nodes);
        let preflights = Preflights::new(&deployed, &export_refs);
        let preflights_described = Preflights::new(&described, &source_refs);
        let (deployed, described) = (&deployed, &described);
        Join { deployed, described, preflights, preflights_described, options, merge, unchecked: Vec::new() }
            .paths(report)?
    };
    Ok(root(export, source, paths))
}

struct Join<'j, 'd, 's> {
    deployed: &'j Spec<'d, 's>,
    described: &'j Spec<'d, 's>,
    preflights: Preflights<'j, 'd, 's>,
    preflights_described: Preflights<'j, 'd, 's>,
    options: &'j Options,
    merge: Merge<'j, 'd, 's>,
    /// Operations that require a credential in the source document, but whose routes do not.
    unchecked: Vec<(String, Span)>,
}

/// The route for an operation of the source document.
struct Chosen {
    route: usize,
    how: Match,
    /// The path that the client calls, with the variable names of the source document.
    path: String,
}

impl<'d, 's> Join<'_, 'd, 's> {
    fn paths(mut self, report: &mut Report) -> Result<Node<'s>, Reported> {
        let routes = Routes::new(&self.deployed.operations);
        let prefix = prefix(self.described.root);
        let mut served: IndexMap<usize, Vec<Match>> = IndexMap::new();
        for operation in &self.described.operations {
            let Some(mut chosen) = choose(&routes, operation, prefix, &self.deployed.operations) else {
                self.not_served(operation, report);
                continue;
            };
            let Some(route) = self.deployed.operations.get(chosen.route) else { continue };
            // A preflight operation is not part of the application, whichever route serves it.
            let is_deployed_preflight = self.preflights.is_one(route);
            if self.preflights_described.is_one(operation) && !(self.options.include_cors || is_deployed_preflight) {
                if route.method != Method::Any {
                    served.entry(chosen.route).or_default().push(chosen.how);
                }
                continue;
            }
            served.entry(chosen.route).or_default().push(chosen.how);
            let diagnostics = operation.diagnostics.iter().chain(&route.diagnostics);
            if !(operation.is_read() && route.is_read()) {
                if !self.is_skipped(operation) {
                    diagnostics.for_each(|diagnostic| report.push((**diagnostic).clone()));
                }
                continue;
            }
            if self.merge.has(&operation.method, &chosen.path) {
                operation.path.clone_into(&mut chosen.path);
            }
            self.note_unchecked(operation, route);
            self.merge.described(operation, route, &chosen, report)?;
        }
        self.report_served(&served, report);
        for (index, route) in self.deployed.operations.iter().enumerate() {
            if served.contains_key(&index) {
                continue;
            }
            if !route.is_read() {
                if !self.is_skipped(route) {
                    route.diagnostics.iter().for_each(|diagnostic| report.push((**diagnostic).clone()));
                }
                continue;
            }
            self.only_deployed(route, report);
            self.merge.deployed(route, report)?;
        }
        let span = self.deployed.root.get("paths").map_or(self.deployed.root.span, |paths| paths.span);
        Ok(self.merge.into_paths(span))
    }

    fn is_skipped(&self, operation: &SpecOperation<'_, '_>) -> bool {
        let (route, id) = (operation.route(), operation.operation_id().map(str::trim));
        self.options.skip_operations.iter().any(|key| *key == route || Some(key.as_str()) == id)
    }

    fn not_served(&self, operation: &SpecOperation<'d, 's>, report: &mut Report) {
        if self.preflights_described.is_one(operation) || self.is_skipped(operation) {
            return;
        }
        let message = format!("`{}` has no route in the export: no method is generated for it", operation.route());
        let below = self.deployed.operations.iter().find_map(|route| Some(route.path.split_once("/{proxy+}")?.0));
        let help = match below.filter(|below| !below.is_empty()) {
            Some(below) if !operation.path.starts_with(below) => format!(
                "if the application is mounted at `{below}`, declare that in the source document: `servers: [{{url: {below}}}]`; \
                 else deploy the operation and {}",
                exports::commands()
            ),
            _ => format!("deploy the operation and {}", exports::commands()),
        };
        report.push(Diagnostic::warning(codes::ONLY_IN_SCHEMAS, operation.span, message).help(help));
    }

    fn only_deployed(&self, route: &SpecOperation<'d, 's>, report: &mut Report) {
        if self.preflights.is_one(route) || self.is_skipped(route) {
            return;
        }
        let message =
            format!("`{}` is not in the source document: its method is generated from the export alone", route.route());
        report.push(
            Diagnostic::warning(codes::ONLY_IN_EXPORT, route.span, message)
                .help("add the operation to the source document"),
        );
    }

    /// One note for each route that serves more than the operation of its own method and path.
    fn report_served(&self, served: &IndexMap<usize, Vec<Match>>, report: &mut Report) {
        for (index, matches) in served {
            let Some(route) = self.deployed.operations.get(*index) else { continue };
            if route.method != Method::Any && !matches.contains(&Match::Greedy) {
                continue;
            }
            let (count, each) = match matches.len() {
                1 => ("one operation".to_owned(), "it"),
                many => (format!("{many} operations"), "each"),
            };
            let message = format!(
                "`{}` serves {count} of the source document: {each} has its own method, which requires the credentials of the \
                 route",
                route.route()
            );
            let note = Diagnostic::note(codes::SERVED_BY_ROUTE, route.span, message);
            let is_below = |prefix: &&str| !route.path.starts_with(*prefix) && !matches.contains(&Match::Full);
            report.push(match prefix(self.described.root).filter(is_below) {
                Some(prefix) => note.help(format!(
                    "the servers of the source document have the path `{prefix}`, which the paths of the methods do not \
                     include: if the application expects it, end `base-url` under `[api]` in cogen.toml with `{prefix}`"
                )),
                None => note,
            });
        }
        let Some((first, span)) = self.unchecked.first() else { return };
        let others = match self.unchecked.len() {
            1 => String::new(),
            2 => " and another operation".to_owned(),
            many => format!(" and {} other operations", many - 1),
        };
        let message = format!(
            "the source document requires a credential for `{first}`{others}, but the gateway's route does not"
        );
        report.push(Diagnostic::warning(codes::UNCHECKED_BY_GATEWAY, *span, message).help(
            "if the application behind the gateway checks a credential, send it with `.header(name, value)`: authorization is \
             taken from the export",
        ));
    }

    fn note_unchecked(&mut self, operation: &SpecOperation<'_, '_>, route: &SpecOperation<'_, '_>) {
        let demands = |node: &Node<'_>, root: &Node<'_>| {
            let items = node.get("security").or_else(|| root.get("security")).and_then(Node::elements);
            items.is_some_and(|items| {
                !items.is_empty() && items.iter().all(|i| i.members().is_some_and(|m| !m.is_empty()))
            })
        };
        let auth = route.node.get("x-amazon-apigateway-auth").is_some();
        if demands(operation.node, self.described.root) && !auth && !demands(route.node, self.deployed.root) {
            self.unchecked.push((operation.route(), operation.span));
        }
    }
}

/// The route that the gateway chooses for an operation. The paths of a source document may not include the path of its first
/// server.
fn choose(
    routes: &Routes<'_, '_, '_>,
    operation: &SpecOperation<'_, '_>,
    prefix: Option<&str>,
    all: &[SpecOperation<'_, '_>],
) -> Option<Chosen> {
    let (method, path) = (&operation.method, operation.path);
    let found = |route: usize, how: Match, path: &str| Chosen { route, how, path: path.to_owned() };
    if operation.is_default_route() {
        return routes.default().map(|route| found(route, Match::Default, path));
    }
    let prefixed = prefix.map(|prefix| format!("{prefix}{path}"));
    let paths = || [Some(path), prefixed.as_deref()].into_iter().flatten();
    let full = paths().find_map(|path| Some(found(routes.full(method, path)?, Match::Full, path)));
    if let Some(mut chosen) = full {
        if let Some(route) = all.get(chosen.route) {
            chosen.path = called(route.path, &chosen.path);
        }
        return Some(chosen);
    }
    let greedy = |path: &str| Some(found(routes.greedy(method, path)?, Match::Greedy, path));
    let is_below = |chosen: &Chosen| {
        let route = all.get(chosen.route).map_or("", |route| route.path);
        prefix.is_some_and(|prefix| route.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('/')))
    };
    // A route that contains the path of the server takes precedence.
    let prefixed = prefixed.as_deref().and_then(greedy).filter(is_below);
    prefixed.or_else(|| greedy(path)).or_else(|| routes.default().map(|route| found(route, Match::Default, path)))
}

/// The path of a route, with the variable names of the source document. If both documents have the same names in a different
/// order, the deployed order is used.
fn called(route: &str, source: &str) -> String {
    let (deployed, described) = (routes::variables(route), routes::variables(source));
    let sorted = |names: &[&str]| {
        let mut names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        names.sort();
        names
    };
    if deployed != described && sorted(&deployed) == sorted(&described) {
        return route.to_owned();
    }
    let trimmed = source.trim_end_matches('/');
    if route.ends_with('/') || trimmed.is_empty() { format!("{trimmed}/") } else { trimmed.to_owned() }
}

/// The path of the first server of a document, without a trailing slash: `/v1`.
fn prefix<'d>(root: &'d Node<'_>) -> Option<&'d str> {
    let url = root.get("servers")?.elements()?.first()?.get("url")?.as_str()?;
    let path = match url.split_once("://") {
        Some((_, rest)) => rest.get(rest.find('/')?..)?,
        None => url,
    };
    let path = path.trim_end_matches('/');
    (path.starts_with('/') && !path.contains(['{', '?', '#'])).then_some(path)
}

/// The root of the joined document: that of the export, with the components of the source document and keys that the export
/// does not have.
fn root<'s>(export: Node<'s>, source: Node<'s>, paths: Node<'s>) -> Node<'s> {
    let (span, mark) = (export.span, export.mark);
    let (Value::Object(mut members), Value::Object(theirs)) = (export.value, source.value) else {
        return edit::object(span, Vec::new());
    };
    for theirs in theirs {
        let Member { key, key_span, value } = theirs;
        match &*key {
            "components" => components::merge(&mut members, value),
            "info" => {
                if let Some(ours) = edit::find_mut(&mut members, "info").and_then(edit::members) {
                    let Value::Object(more) = value.value else { continue };
                    let more = more.into_iter().filter(|m| m.key != "version");
                    let absent: Vec<_> = more.filter(|m| edit::find(ours, &m.key).is_none()).collect();
                    ours.extend(absent);
                }
            }
            "openapi" | "servers" | "security" | "paths" => {}
            // Parts that the source document refers to, and its descriptions of tags.
            other if !other.starts_with(spec::EXTENSION) && edit::find(&members, other).is_none() => {
                members.push(Member { key, key_span, value });
            }
            _ => {}
        }
    }
    edit::set(&mut members, "paths", paths);
    Node { mark, ..edit::object(span, members) }
}
