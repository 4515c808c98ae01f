//! Lowers the parts of a document to the API that is emitted: settles names, resolves types and decides authorization.

pub mod auth;
pub mod environments;
mod likely_pages;
pub mod media;
pub mod names;
pub mod operations;
pub mod pages;
pub mod styles;
pub mod types;

use crate::config::options::Options;
use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Severity};
use crate::document::load::node::Node;
use crate::document::references::Refs;
use crate::document::spec::{Preflights, Spec};
use crate::ir::Api;
use crate::ir::auth::Auth;
use crate::ir::body::RequestBody;
use crate::ir::operation::Operation;
use crate::ir::types::Type;
use crate::lower::auth::open;
use crate::lower::auth::open::Generated;
use crate::lower::auth::{Authorization, Decided, SecurityRequirement};
use crate::lower::operations::outline::{Details, Outline};

/// A document with its references.
pub struct Document<'d, 's> {
    /// Its parts.
    pub spec: Spec<'d, 's>,
    /// Its references.
    pub refs: &'d Refs<'d, 's>,
    /// Whether a source document gave its schemas.
    pub is_joined: bool,
}

/// The operations with their names and security requirements, without parameters, bodies and types: what `inspect` shows.
pub fn outline<'d, 's>(document: &Document<'d, 's>, options: &Options, report: &mut Report) -> Api {
    let mut api = begin(document, options, report);
    for (operation, from) in api.operations.iter_mut().zip(&document.spec.operations) {
        operations::responses::statuses(&mut operation.answers, from);
        if operation.is_generated() && from.is_read() && options.pages_of(operation).is_none() {
            operation.likely_pages = likely_pages::likely_pages(operation, from, document.refs);
        }
    }
    api
}

/// The whole API.
pub fn lower<'d, 's>(document: &Document<'d, 's>, options: &'d Options, report: &mut Report) -> Api {
    let mut api = begin(document, options, report);
    let mut details = Details::new(document, options, report);
    let mut requests: Vec<Type> = Vec::new();
    let mut replies: Vec<Type> = Vec::new();
    for (operation, from) in api.operations.iter_mut().zip(&document.spec.operations) {
        // An operation that could not be read or exceeds a limit is not lowered.
        if operation.skipped.is_some() || !from.is_read() {
            continue;
        }
        let ((), errors) = report.messages_of(|report| details.fill(operation, from, &api.auth, report));
        if operation.errors.is_empty() {
            operation.errors = errors;
        }
        if operation.errors.is_empty() {
            operations::outline::collect_types(operation, &mut requests, &mut replies);
        }
    }
    if !document.is_joined {
        report_undescribed(&document.spec, &api.operations, report);
    }
    api.types = details.finish(&requests, &replies, report);
    for operation in api.operations.iter_mut().filter(|operation| operation.is_generated()) {
        pages::fill(operation, options, &api.types, report);
    }
    api
}

fn begin(document: &Document<'_, '_>, options: &Options, report: &mut Report) -> Api {
    let spec = &document.spec;
    let info = spec.root.get("info");
    let text = |key: &str| info.and_then(|i| i.get(key)).and_then(Node::as_scalar_text).map(|t| t.into_owned());
    let base_url = operations::servers::base_url(spec, options, report);
    let mut authorization = Authorization::new(spec, document.refs, options, report);
    let preflights = Preflights::new(spec, document.refs);
    // The others are decided one by one, so that their diagnostics are not in memory at the same time.
    let candidates = spec.operations.iter().map(|from| from.is_read() && preflights.is_one(from));
    let decided = spec.operations.iter().zip(candidates).map(|(from, is_one)| is_one.then(|| authorization.of(from)));
    let decided: Vec<Option<Decided>> = decided.collect();
    // An operation that requires a credential is not a preflight: browsers send preflight requests without credentials.
    let is_preflight: Vec<bool> = decided.iter().map(|of| of.as_ref().is_some_and(Decided::is_open)).collect();
    let mut outline = Outline::new(options);
    let mut operations = outline.operations(&spec.operations, &is_preflight, report);
    let mut auth = authorize(document, options, authorization, decided, &mut operations, report);
    for (key, list) in outline.unused() {
        report.push(open::names_no_operation(spec, options, key, list, Severity::Error));
    }
    operations::servers::report_unused(spec, options, report);
    operations::servers::report_unlisted(spec, options, report);
    if let Some(region) = operations::servers::region(spec, base_url.as_deref()) {
        auth.sign_in_region(&region);
    }
    let environments = environments::environments(spec, options, &auth, report);
    Api {
        title: text("title").filter(|t| !t.trim().is_empty()).unwrap_or_else(|| "API".to_owned()),
        description: text("description").or_else(|| operations::servers::documentation(spec)),
        version: text("version"),
        base_url,
        auth,
        environments,
        types: Vec::new(),
        operations,
    }
}

/// Adds the security requirements to the operations, of which some are decided already. Reports the diagnostics of operations
/// for which a method is generated.
fn authorize<'d, 's>(
    document: &Document<'d, 's>,
    options: &Options,
    mut authorization: Authorization<'d, 's, '_>,
    decided: Vec<Option<Decided>>,
    operations: &mut [Operation],
    report: &mut Report,
) -> Auth {
    let spec = &document.spec;
    let mut requirements: Vec<Option<SecurityRequirement>> = Vec::with_capacity(operations.len());
    for ((operation, from), decided) in operations.iter_mut().zip(&spec.operations).zip(decided) {
        if operation.skipped.is_some() {
            requirements.push(decided.and_then(|decided| decided.security));
            continue;
        }
        for diagnostic in &from.diagnostics {
            if diagnostic.severity == Severity::Error {
                operation.errors.push(diagnostic.message.clone());
            }
            report.push((**diagnostic).clone());
        }
        if !from.is_read() {
            requirements.push(None);
            continue;
        }
        let decided = decided.unwrap_or_else(|| authorization.of(from));
        operation.errors.extend(decided.errors);
        decided.diagnostics.into_iter().for_each(|diagnostic| report.push(diagnostic));
        requirements.push(decided.security);
    }
    let generated =
        operations.iter_mut().zip(&spec.operations).zip(&requirements).filter(|((o, _), _)| o.skipped.is_none());
    let generated = generated.map(|((operation, from), security)| Generated {
        operation: from,
        security: security.as_ref(),
        errors: &mut operation.errors,
    });
    open::check(spec, options, generated.collect(), report);
    // A skipped operation is listed with its requirement. It has neither errors nor slots, and is decided last, so that it does
    // not count against a limit before the others.
    for ((operation, from), security) in operations.iter().zip(&spec.operations).zip(&mut requirements) {
        if operation.skipped.is_some() && security.is_none() && from.is_read() {
            *security = authorization.of(from).security;
        }
    }
    let made = operations.iter().map(Operation::is_generated);
    authorization.report_unused(report);
    let methods = operations.iter().map(|operation| operation.name.as_str().to_owned()).collect();
    let settled = auth::settle(authorization, requirements.into_iter().zip(made).collect(), &methods);
    for (operation, auth) in operations.iter_mut().zip(settled.operations) {
        operation.authorization = auth.alternatives;
        operation.requirement = auth.requirement;
    }
    settled.auth
}

/// Reports the operations whose request body the document does not describe, as one note.
fn report_undescribed(spec: &Spec<'_, '_>, operations: &[Operation], report: &mut Report) {
    let undescribed =
        |operation: &&Operation| operation.is_generated() && matches!(operation.body, RequestBody::Undescribed);
    let mut found = operations.iter().filter(undescribed);
    let first = found.next();
    let is_bare = spec.http_api && !has_schemas(spec.root);
    let requests = match (first, found.count()) {
        (None, _) => String::new(),
        (Some(first), 0) => format!("the document does not describe the request body of `{}`", first.short_route()),
        (Some(first), more) => {
            format!(
                "the document does not describe the request bodies of `{}` and {more} other operations",
                first.short_route()
            )
        }
    };
    let message = match (is_bare, requests.as_str()) {
        (false, "") => return,
        (true, "") => "the export of an HTTP API has no schemas: responses are untyped".to_owned(),
        (true, requests) => {
            format!("the export of an HTTP API has no schemas: {requests}, and responses are untyped")
        }
        (false, requests) => requests.to_owned(),
    };
    let span = first.map_or(spec.root.span, |operation| operation.span);
    report.push(Diagnostic::note(codes::UNDESCRIBED, span, message).help(
        "send bodies with `.json(&value)` or `.body(content_type, body)`; for typed bodies, pass the document that the API was \
         created from: `--schemas source.yaml`",
    ));
}

fn has_schemas(root: &Node<'_>) -> bool {
    let schemas = root.get("components").and_then(|c| c.get("schemas")).and_then(Node::members);
    schemas.is_some_and(|s| !s.is_empty())
}
