//! Checks operations that require no credential: whether they may be open, and whether that is intended.
//!
//! An open operation with security keys that have no effect is an error. If the configuration lists the open operations, all
//! others are errors. A gateway document without any security is a warning, because an export that lost its authorizers looks
//! the same.

use crate::config::options::Options;
use crate::config::{lines, quoted};
use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Severity, Span};
use crate::diagnostics::texts::{excerpt, nearest};
use crate::document::exports;
use crate::document::spec::{Misplaced, Spec, SpecOperation};
use crate::lower::auth::SecurityRequirement;
use rustc_hash::FxHashSet;

/// An operation for which a method is generated, with its security requirement.
pub struct Generated<'o, 'd, 's> {
    /// The operation.
    pub operation: &'o SpecOperation<'d, 's>,
    /// Its security requirement, if it is known.
    pub security: Option<&'o SecurityRequirement>,
    /// Errors of the operation are added here; the report has them too.
    pub errors: &'o mut Vec<String>,
}

/// Checks the operations for which methods are generated.
pub fn check(spec: &Spec<'_, '_>, options: &Options, operations: Vec<Generated<'_, '_, '_>>, report: &mut Report) {
    let listed = options.open_operations.as_deref();
    let mut used: FxHashSet<&str> = FxHashSet::default();
    let mut open: Vec<(String, Span)> = Vec::new();
    let (mut count, mut secured) = (0_usize, 0_usize);
    for Generated { operation, security, errors } in operations {
        count += 1;
        let (route, id) = (operation.route(), operation.operation_id().map(str::trim));
        let entry = listed.and_then(|list| list.iter().find(|key| **key == route || Some(key.as_str()) == id));
        used.extend(entry.map(String::as_str));
        let Some(security) = security else {
            secured += 1;
            continue;
        };
        let is_open = security.is_open();
        let shared =
            operation.item_misplaced.iter().chain(&spec.misplaced).take(SHARED_WORDS).map(|word| (word, false));
        let own = operation.misplaced.iter().map(|word| (word, true));
        for (word, is_own) in own.chain(shared) {
            let error = misplaced(word, (is_open && entry.is_none()).then_some(&*route), is_own);
            if error.severity == Severity::Error {
                errors.push(error.message.clone());
            }
            report.push(error);
        }
        match (is_open, listed, entry) {
            (false, _, Some(entry)) => {
                let message = format!("`{entry}` is listed in `[security] open` but requires a credential");
                report.push(
                    Diagnostic::warning(codes::LISTED_NOT_OPEN, operation.span, message)
                        .help("remove it from the list: a listed operation can lose its `security` without an error"),
                );
            }
            (true, Some(_), None) => {
                let message = format!("`{route}` requires no credential and is not listed in `[security] open`");
                let help = not_listed_help(listed.unwrap_or_default(), &route);
                report.push(Diagnostic::error(codes::OPEN_NOT_LISTED, operation.span, &message).help(help));
                errors.push(message);
            }
            _ => {}
        }
        if is_open {
            open.push((route, operation.span));
        } else {
            secured += 1;
        }
    }
    for key in listed.into_iter().flatten().filter(|key| !used.contains(key.as_str())) {
        report.push(names_no_operation(spec, options, key, "security.open", Severity::Warning));
    }
    if listed.is_none() {
        summarise(spec, &open, count, secured, report);
    }
}

/// The help for an open operation that is not listed: add `security`, or list it.
fn not_listed_help(listed: &[String], route: &str) -> String {
    let names: Vec<String> = listed.iter().map(String::as_str).chain([route]).map(quoted).collect();
    if names.iter().map(String::len).sum::<usize>() > 600 {
        let route = quoted(&excerpt(route));
        return format!(
            "add `security` to the operation, or, if it is meant to be open, add {route} to `open` under `[security]` in \
             cogen.toml"
        );
    }
    let lines = lines("security", &format!("open = [{}]", names.join(", ")));
    format!("add `security` to the operation, or, if it is meant to be open, list it in cogen.toml:{lines}")
}

/// The diagnostic for a key of the configuration that is neither a route nor an `operationId` of the document.
pub fn names_no_operation(
    spec: &Spec<'_, '_>,
    options: &Options,
    key: &str,
    list: &'static str,
    severity: Severity,
) -> Diagnostic {
    let shown = match list {
        "rename.operations" => "[rename.operations]",
        "skip.operations" => "[skip] operations",
        "paginate" => "[paginate]",
        "idempotency.operations" => "[idempotency] operations",
        _ => "[security] open",
    };
    let message = format!("unknown operation `{}` in `{shown}`", excerpt(key));
    let routes: Vec<String> = spec.operations.iter().map(SpecOperation::route).collect();
    let ids = spec.operations.iter().filter_map(SpecOperation::operation_id);
    let help = match nearest(key, routes.iter().map(String::as_str).chain(ids)) {
        Some(near) => format!("did you mean `{}`? `cogen inspect` lists all operations", excerpt(near)),
        None => "write an `operationId`, or `METHOD /path` as `cogen inspect` prints it".to_owned(),
    };
    Diagnostic::new(severity, codes::NAMES_NO_OPERATION, options.places.of(list, key), message).help(help)
}

/// The maximum number of security keys outside of an operation that are reported for each operation.
const SHARED_WORDS: usize = 16;

/// The diagnostic for a security key that has no effect, in an operation or for several operations. It is an error if it leaves
/// an operation open.
fn misplaced(word: &Misplaced<'_>, opens: Option<&str>, is_own: bool) -> Diagnostic {
    let key = excerpt(word.key);
    if let Some(route) = opens {
        let open = quoted(route);
        let who = if is_own { format!("`{}` requires", excerpt(route)) } else { "operations here require".to_owned() };
        let message = format!("`{key}` has no effect here, and {who} no credential");
        return Diagnostic::error(codes::SECURITY_MISPLACED, word.span, message).help(format!(
            "write `security` in each operation, or remove `{key}`, or list the operations that may be open in cogen.toml:{}",
            lines("security", &format!("open = [{open}]"))
        ));
    }
    let message = format!("`{key}` has no effect here");
    Diagnostic::warning(codes::SECURITY_MISPLACED, word.span, message)
        .help("move it: `security` belongs to an operation or the root, an authorizer to a security scheme")
}

/// Reports the open operations once, if the configuration does not list them.
fn summarise(spec: &Spec<'_, '_>, open: &[(String, Span)], count: usize, secured: usize, report: &mut Report) {
    let list = || {
        let names: Vec<String> = open.iter().take(LISTED).map(|(route, _)| quoted(route)).collect();
        let more = if open.len() > LISTED { " # and others" } else { "" };
        lines("security", &format!("open = [{}]{more}", names.join(", ")))
    };
    let with_locations = |mut diagnostic: Diagnostic| {
        let first = diagnostic.span;
        for (_, span) in open.iter().filter(|(_, span)| Some(*span) != first).take(PLACES) {
            diagnostic = diagnostic.related(*span, "also requires no credential");
        }
        diagnostic
    };
    if spec.gateway && secured == 0 {
        let (span, message, help) = match open.first() {
            None if count > 0 || spec.root.get("paths").is_none() => return,
            None => (
                spec.root.get("paths").map_or(spec.root.span, |paths| paths.span),
                "the document of the gateway has no operations: the client will have no methods".to_owned(),
                exports::commands(),
            ),
            Some((_, span)) => (
                *span,
                "no operation of the API requires a credential".to_owned(),
                format!(
                    "check whether the export lost its authorizers: `aws apigateway get-resources --rest-api-id ID --embed \
                     methods`. If the API is meant to be open, list its operations in cogen.toml:{}",
                    list()
                ),
            ),
        };
        report.push(with_locations(Diagnostic::warning(codes::NOTHING_SECURED, span, message).help(help)));
        return;
    }
    let Some((route, span)) = open.first().filter(|_| secured > 0 || !spec.schemes.is_empty()) else { return };
    let message = match open.len() - 1 {
        0 => format!("`{route}` requires no credential"),
        more => format!("`{route}` and {more} more operations require no credential"),
    };
    let help =
        format!("list them in cogen.toml, so that any other operation without a credential is an error:{}", list());
    report.push(with_locations(Diagnostic::note(codes::OPEN_OPERATIONS, *span, message).help(help)));
}

/// The maximum number of operations in a line of help.
const LISTED: usize = 8;
/// The maximum number of locations of a diagnostic.
const PLACES: usize = 50;
