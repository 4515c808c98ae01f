//! From a document's parts to the API that is emitted: names settled, types resolved, authorization decided.

pub mod answers;
pub mod auth;
pub mod bodies;
pub mod headers;
pub mod names;
pub mod operations;
pub mod params;
pub mod schemes;
pub mod servers;
pub mod sites;
pub mod status_words;
pub mod types;
pub mod words;

use crate::codes;
use crate::diagnostics::{Diagnostic, Report, Severity};
use crate::ir::Api;
use crate::ir::types::Type;
use crate::load::node::Node;
use crate::options::Options;
use crate::resolve::Refs;
use crate::spec::Spec;
use auth::Authorization;
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
        if operation.skipped.is_some() {
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
    let mut authorization = Authorization::new(spec, options, report);
    let mut outline = Outline::new(options);
    let mut operations = outline.operations(&spec.operations, report);
    for (operation, from) in operations.iter_mut().zip(&spec.operations) {
        match authorization.of(from, report) {
            Ok(requirement) => operation.requirement = requirement,
            Err(errors) => operation.errors.extend(errors),
        }
    }
    for (key, what) in outline.unused() {
        let message = format!("cogen.toml: `{key}` in {what} names no operation of the document");
        report.push(
            Diagnostic::new(Severity::Warning, codes::NAMES_NO_OPERATION, None, message)
                .help("write the `operationId`, or `METHOD /path` as `cogen inspect` prints them"),
        );
    }
    let mut auth = authorization.finish();
    for scheme in &mut auth.schemes {
        scheme.region = scheme.region.take().or_else(|| servers::region(spec, base_url.as_deref()));
    }
    Api {
        title: text("title").filter(|t| !t.trim().is_empty()).unwrap_or_else(|| "API".to_owned()),
        description: text("description").or_else(|| servers::documentation(spec)),
        version: text("version"),
        base_url,
        auth,
        types: Vec::new(),
        operations,
    }
}

fn has_schemas(root: &Node<'_>) -> bool {
    let schemas = root.get("components").and_then(|c| c.get("schemas")).and_then(Node::members);
    schemas.is_some_and(|s| !s.is_empty())
}

/// Whether a method is made of an operation.
pub fn is_generated(operation: &crate::ir::operation::Operation) -> bool {
    operation.skipped.is_none() && operation.errors.is_empty()
}
