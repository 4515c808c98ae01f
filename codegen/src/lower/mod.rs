//! From a document's parts to the API that is emitted: names settled, types resolved, authorization decided.

pub mod answers;
pub mod auth;
pub mod bodies;
pub mod environments;
pub mod headers;
pub mod names;
pub mod operations;
pub mod params;
pub mod servers;
pub mod sites;
pub mod status_words;
pub mod types;

use crate::codes;
use crate::diagnostics::{Diagnostic, Report, Severity};
use crate::ir::Api;
use crate::ir::auth::Auth;
use crate::ir::operation::Operation;
use crate::ir::types::Type;
use crate::load::node::Node;
use crate::options::Options;
use crate::resolve::Refs;
use crate::spec::Spec;
use auth::open::{self, Judged};
use auth::{Authorization, Demand};
use operations::{Details, Outline, Twins};

/// A document and the road through its references.
pub struct Document<'d, 's> {
    /// Its parts.
    pub spec: Spec<'d, 's>,
    /// Its references.
    pub refs: &'d Refs<'d, 's>,
}

/// The operations with their names and what they demand, without parameters, bodies and types: what `inspect` shows.
pub fn outline(document: &Document<'_, '_>, options: &Options, report: &mut Report) -> Api {
    let mut api = begin(document, options, report);
    for (operation, from) in api.operations.iter_mut().zip(&document.spec.operations) {
        answers::statuses(&mut operation.answers, from);
    }
    api
}

/// The whole API. `schemas` is the source document that an HTTP API's export needs: it gives parameters, bodies and
/// answers, while authorization comes from the export.
pub fn lower<'d, 's>(
    document: &Document<'d, 's>,
    schemas: Option<&Document<'d, 's>>,
    options: &'d Options,
    report: &mut Report,
) -> Api {
    let mut api = begin(document, options, report);
    let typed = schemas.unwrap_or(document);
    let mut details = Details::new(typed, options, report);
    let mut requests: Vec<Type> = Vec::new();
    let mut replies: Vec<Type> = Vec::new();
    let mut twins = schemas.map(|schemas| Twins::new(&schemas.spec));
    for (operation, from) in api.operations.iter_mut().zip(&document.spec.operations) {
        // What could not be read, or is past a limit, is not looked at further.
        if operation.skipped.is_some() || !from.is_read() {
            continue;
        }
        let source = match &mut twins {
            None => Some(from),
            Some(twins) => twins.take(from),
        };
        if source.is_none() {
            let message = format!("`{}` is not in the document with the schemas: it stays untyped", from.route());
            report.push(
                Diagnostic::warning(codes::ONLY_IN_EXPORT, from.span, message)
                    .help("add the route there, or take away `--schemas`"),
            );
        }
        let before = report.raised();
        details.fill(operation, from, source, &api.auth, report);
        if operation.errors.is_empty() {
            operation.errors.extend(report.raised_since(before).map(|error| error.message.clone()));
        }
        if operation.errors.is_empty() {
            operations::collect_types(operation, &mut requests, &mut replies);
        }
    }
    if let Some(twins) = twins {
        for operation in twins.left().filter(|operation| !operation.is_cors()) {
            let message = format!("`{}` is not in the export: no method is made of it", operation.route());
            report.push(
                Diagnostic::warning(codes::ONLY_IN_SCHEMAS, operation.span, message).help("deploy it and export again"),
            );
        }
    } else if document.spec.http_api && !has_schemas(document.spec.root) {
        report.push(
            Diagnostic::note(
                codes::NO_SCHEMAS,
                document.spec.root.span,
                "the export of an HTTP API holds no schemas: bodies and answers stay untyped",
            )
            .help("give the source document beside it: `--schemas source.yaml`"),
        );
    }
    api.types = details.finish(&requests, &replies, report);
    api
}

fn begin(document: &Document<'_, '_>, options: &Options, report: &mut Report) -> Api {
    let spec = &document.spec;
    let info = spec.root.get("info");
    let text = |key: &str| info.and_then(|i| i.get(key)).and_then(Node::as_scalar_text).map(|t| t.into_owned());
    let base_url = servers::base_url(spec, options, report);
    let mut outline = Outline::new(options);
    let mut operations = outline.operations(&spec.operations, report);
    let mut auth = authorize(document, options, &mut operations, report);
    for (key, what) in outline.unused() {
        let message = format!("cogen.toml: `{key}` in {what} names no operation of the document");
        report.push(
            Diagnostic::new(Severity::Warning, codes::NAMES_NO_OPERATION, None, message)
                .help("write the `operationId`, or `METHOD /path` as `cogen inspect` prints them"),
        );
    }
    if let Some(region) = servers::region(spec, base_url.as_deref()) {
        auth.sign_in_region(&region);
    }
    let environments = environments::environments(spec, options, &auth, report);
    Api {
        title: text("title").filter(|t| !t.trim().is_empty()).unwrap_or_else(|| "API".to_owned()),
        description: text("description").or_else(|| servers::documentation(spec)),
        version: text("version"),
        base_url,
        auth,
        environments,
        types: Vec::new(),
        operations,
    }
}

/// Decides what each operation demands, with the errors of those that a method is to be made of.
fn authorize(
    document: &Document<'_, '_>,
    options: &Options,
    operations: &mut [Operation],
    report: &mut Report,
) -> Auth {
    let spec = &document.spec;
    let mut authorization = Authorization::new(spec, document.refs, options, report);
    let mut demands: Vec<Option<Demand>> = Vec::with_capacity(operations.len());
    for (operation, from) in operations.iter_mut().zip(&spec.operations) {
        if operation.skipped.is_some() {
            demands.push(None);
            continue;
        }
        for fault in &from.faults {
            if fault.severity == Severity::Error {
                operation.errors.push(fault.message.clone());
            }
            report.push((**fault).clone());
        }
        let demand = if from.is_read() { authorization.of(from, report) } else { Err(Vec::new()) };
        demands.push(demand.map_err(|errors| operation.errors.extend(errors)).ok());
    }
    let judged = operations.iter_mut().zip(&spec.operations).zip(&demands).filter(|((o, _), _)| o.skipped.is_none());
    let judged = judged.map(|((operation, from), demand)| Judged {
        operation: from,
        demand: demand.as_ref(),
        errors: &mut operation.errors,
    });
    open::judge(spec, options, judged.collect(), report);
    // What is skipped is shown, and has neither errors nor slots.
    for ((operation, from), demand) in operations.iter().zip(&spec.operations).zip(&mut demands) {
        if operation.skipped.is_some() && from.is_read() {
            *demand = authorization.of(from, &mut Report::default()).ok();
        }
    }
    let made = operations.iter().map(|o| o.skipped.is_none() && o.errors.is_empty());
    let settled = auth::settle(authorization, demands.into_iter().zip(made).collect());
    for (operation, auth) in operations.iter_mut().zip(settled.operations) {
        operation.authorization = auth.alternatives;
        operation.requirement = auth.requirement;
    }
    settled.auth
}

fn has_schemas(root: &Node<'_>) -> bool {
    let schemas = root.get("components").and_then(|c| c.get("schemas")).and_then(Node::members);
    schemas.is_some_and(|s| !s.is_empty())
}

/// Whether a method is made of an operation.
pub fn is_generated(operation: &crate::ir::operation::Operation) -> bool {
    operation.skipped.is_none() && operation.errors.is_empty()
}
