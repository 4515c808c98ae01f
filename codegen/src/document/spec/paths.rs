//! Reads path items and their operations, follows references and conditions, and checks every key.

use crate::config::options::Limits;
use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Reported, Severity, Span};
use crate::diagnostics::texts::excerpt;
use crate::document::expansion::Expansion;
use crate::document::exports;
use crate::document::load::node::{Member, Node, Value};
use crate::document::references::Refs;
use crate::document::spec::condition::{Undecided, branch, is_no_value};
use crate::document::spec::follow::{Followed, MOST_STEPS, follow, ring, too_far};
use crate::document::spec::keys;
use crate::document::spec::keys::{Account, Holder, Misplaced};
use crate::document::spec::{ADDITIONAL, ANY_METHOD, SpecOperation, object, unrendered};
use crate::document::unfilled;
use crate::document::values::{has_placeholder, is_intrinsic};
use crate::ir::operation::Method;
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;
use std::rc::Rc;

/// Reads all operations of a document, in its order.
pub fn operations<'d, 's>(
    root: &'d Node<'s>,
    refs: &Refs<'d, 's>,
    limits: &Limits,
    report: &mut Report,
) -> Vec<SpecOperation<'d, 's>> {
    let Some(paths) = root.get("paths") else {
        let message = "the document has no `paths`: the client will have no operations";
        report.push(Diagnostic::warning(codes::NO_PATHS, root.span, message).help(exports::commands()));
        return Vec::new();
    };
    let Ok(items) = object(paths, "`paths`", report) else { return Vec::new() };
    let mut reader = Reader { root, refs, expansion: Expansion::new(limits.nodes), exhausted: None, found: Vec::new() };
    for item in items.iter().filter(|m| !m.key.starts_with("x-")) {
        if item.key.starts_with("Fn::") {
            let location = item.value.get("Parameters").and_then(|p| p.get("Location")).and_then(Node::as_str);
            let error = unrendered(item.key_span, "paths");
            report.push(match location.filter(|_| item.key == "Fn::Transform") {
                Some(file) => error.help(format!(
                    "copy the routes from `{}` into the document, or deploy the template and {}",
                    excerpt(file),
                    exports::commands()
                )),
                None => error,
            });
            continue;
        }
        reader.path(item, report);
    }
    reader.found
}

/// The method that a key of a path item names.
pub fn method(key: &str) -> Option<Method> {
    Some(match key {
        "get" => Method::Named("GET"),
        "put" => Method::Named("PUT"),
        "post" => Method::Named("POST"),
        "delete" => Method::Named("DELETE"),
        "options" => Method::Named("OPTIONS"),
        "head" => Method::Named("HEAD"),
        "patch" => Method::Named("PATCH"),
        "trace" => Method::Named("TRACE"),
        "query" => Method::Named("QUERY"),
        ANY_METHOD => Method::Any,
        key => return key.strip_prefix(ADDITIONAL).map(additional),
    })
}

/// The method of a member of `additionalOperations`. The names are those of HTTP, in which case counts.
fn additional(name: &str) -> Method {
    let fixed = method(&name.to_ascii_lowercase()).filter(|method| method.as_str() == name);
    fixed.unwrap_or_else(|| Method::Other(name.into()))
}

/// The key of a path item for a method.
pub fn key_of(method: &Method) -> Cow<'static, str> {
    match method {
        Method::Any => ANY_METHOD.into(),
        Method::Named(name) => name.to_ascii_lowercase().into(),
        Method::Other(name) => format!("{ADDITIONAL}{name}").into(),
    }
}

/// Whether a text can be the method of a request (RFC 9110, section 9.1).
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

/// Whether a key of a path item is a method, possibly misspelled.
pub fn is_method(key: &str) -> bool {
    method(key).is_some() || keys::near_method(key).is_some()
}

struct Reader<'r, 'd, 's> {
    root: &'d Node<'s>,
    refs: &'r Refs<'d, 's>,
    expansion: Expansion,
    /// The error of the operation that exceeded the limit of the document. All later operations share it.
    exhausted: Option<Rc<Diagnostic>>,
    found: Vec<SpecOperation<'d, 's>>,
}

/// A path item: the object itself and, if it has a `$ref`, the path item that this refers to.
struct Item<'d, 's> {
    path: &'d Member<'s>,
    levels: Rc<[&'d Node<'s>]>,
    misplaced: Rc<[Misplaced<'d>]>,
    undecided: Option<Undecided<'d, 's>>,
}

impl<'d, 's> Reader<'_, 'd, 's> {
    fn path(&mut self, path: &'d Member<'s>, report: &mut Report) {
        let mut undecided = None;
        // The number of operations of an unreadable path item is unknown, so its error concerns the document.
        let Ok(levels) = self.levels(&path.value, &mut undecided, report) else { return };
        let mut members = Vec::new();
        for level in &levels {
            let what = format!("the path item of `{}`", path.key);
            if !matches!(level.value, Value::Null) && !is_no_value(level) {
                members.extend(object(level, &what, report).map(|members| (*level, members)));
            }
        }
        let mut misplaced = Vec::new();
        for (_, members) in &members {
            let Account { diagnostics, misplaced: more } = keys::account(members, Holder::PathItem);
            // A misspelled method is an operation with an error.
            diagnostics.into_iter().filter(|d| d.severity != Severity::Error).for_each(|d| report.push(d));
            misplaced.extend(more);
            let below = members.iter().filter(|m| matches!(&*m.key, "parameters" | "servers"));
            below.for_each(|m| keys::misplaced_below(&m.value, &mut misplaced));
        }
        let item = Item { path, levels: levels.into(), misplaced: misplaced.into(), undecided };
        let mut seen: FxHashMap<String, Span> = FxHashMap::default();
        for member in members.iter().flat_map(|(_, members)| *members) {
            self.member(&item, member, &mut seen, report);
        }
    }

    /// The objects that a path item consists of, its own first.
    fn levels(
        &self,
        start: &'d Node<'s>,
        undecided: &mut Option<Undecided<'d, 's>>,
        report: &mut Report,
    ) -> Result<Vec<&'d Node<'s>>, Reported> {
        let mut levels = Vec::new();
        let mut seen = FxHashSet::default();
        let mut next = start;
        for _ in 0..MOST_STEPS {
            let (node, choice) = branch(next, report);
            *undecided = undecided.or(choice);
            if !seen.insert(std::ptr::from_ref(node)) {
                return Err(report.error(ring(node)));
            }
            levels.push(node);
            match self.refs.step(node, report)? {
                None => return Ok(levels),
                Some(target) => next = target.node,
            }
        }
        Err(report.error(too_far(next)))
    }

    fn member(
        &mut self,
        item: &Item<'d, 's>,
        member: &'d Member<'s>,
        seen: &mut FxHashMap<String, Span>,
        report: &mut Report,
    ) {
        let mut diagnostics: Vec<Diagnostic> = unfilled(item.path).into_iter().collect();
        let Some(found) = method_of(member, &mut diagnostics, report) else { return };
        let Followed { node, undecided, diagnostics: more } = follow(self.refs, &member.value, report);
        diagnostics.extend(more);
        if is_no_value(node) {
            return;
        }
        if !is_token(found.as_str()) {
            let message = format!("`{}` is not the name of an HTTP method", excerpt(found.as_str()));
            diagnostics.push(Diagnostic::error(codes::KEY_MISSPELT, member.key_span, message).help(
                "the keys of `additionalOperations` are names of methods, such as `COPY` (RFC 9110, section 9.1)",
            ));
        }
        if let Some(first) = seen.insert(found.as_str().to_owned(), member.key_span) {
            let message = format!(
                "`{} {}` is defined twice in the path item, or in it and in the target of its `$ref`",
                found.as_str(),
                item.path.key
            );
            diagnostics.push(
                Diagnostic::error(codes::METHOD_TWICE, first, message)
                    .related(member.key_span, "also defined here")
                    .with_note("OpenAPI does not define which of the two applies (OpenAPI 3.0.3, \"Path Item Object\")")
                    .help("remove one of the two definitions"),
            );
        }
        diagnostics.extend(item.undecided.or(undecided).map(|undecided| undecided.error()));
        let mut misplaced = Vec::new();
        if is_intrinsic(node) {
            diagnostics.push(unrendered(node.span, &format!("`{} {}`", found.as_str(), item.path.key)));
        } else if let Some(members) = node.members() {
            let account = keys::account(members, Holder::Operation);
            diagnostics.extend(account.diagnostics);
            misplaced = account.misplaced;
            members
                .iter()
                .filter(|m| matches!(&*m.key, "parameters" | "requestBody" | "responses"))
                .for_each(|m| keys::misplaced_below(&m.value, &mut misplaced));
        } else {
            let what = format!("`{} {}` must be an operation, found {}", found.as_str(), item.path.key, node.kind());
            diagnostics.push(
                Diagnostic::error(codes::NO_OBJECT_HERE, node.span, what)
                    .help("write an Operation Object (OpenAPI 3.0.3)"),
            );
        }
        let mut diagnostics: Vec<Rc<Diagnostic>> = diagnostics.into_iter().map(Rc::new).collect();
        diagnostics.extend(self.exhausted(item, node, member.key_span));
        self.found.push(SpecOperation {
            method: found,
            path: &item.path.key,
            path_span: item.path.key_span,
            span: member.key_span,
            items: Rc::clone(&item.levels),
            node,
            diagnostics,
            misplaced,
            item_misplaced: Rc::clone(&item.misplaced),
        });
    }

    /// The error of an operation that exceeds the limit of the document.
    fn exhausted(&mut self, item: &Item<'d, 's>, node: &'d Node<'s>, span: Span) -> Option<Rc<Diagnostic>> {
        if self.exhausted.is_none() {
            let security = self.root.get("security").filter(|_| node.get("security").is_none());
            let parameters = item.levels.iter().filter_map(|level| level.get("parameters"));
            let nodes = [node].into_iter().chain(parameters).chain(security);
            self.exhausted = self.expansion.afford(nodes, self.refs, span).err().map(|error| Rc::new(*error));
        }
        self.exhausted.clone()
    }
}

/// The method of a member of a path item. A misspelled method is an operation with an error; any other misspelled key, such as
/// `ref` for `$ref`, is an error of the path item.
fn method_of(member: &Member<'_>, diagnostics: &mut Vec<Diagnostic>, report: &mut Report) -> Option<Method> {
    if let Some(found) = method(&member.key) {
        return Some(found);
    }
    if let Some(known) = keys::near_method(&member.key) {
        diagnostics.push(keys::misspelt(member, known, Holder::PathItem));
        return method(known);
    }
    if member.key == "additionalOperations" {
        let message = format!("`additionalOperations` must be an object, found {}", member.value.kind());
        report
            .push(Diagnostic::error(codes::NO_OBJECT_HERE, member.value.span, message).help(
                "write an object with an Operation Object for each method (OpenAPI 3.2.0, \"Path Item Object\")",
            ));
    }
    let account = keys::account(std::slice::from_ref(member), Holder::PathItem);
    account.diagnostics.into_iter().filter(|d| d.severity == Severity::Error).for_each(|d| report.push(d));
    None
}

/// The error for a path with a placeholder without a value: `/${stage}/pets`, `/{{version}}/pets`.
fn unfilled(path: &Member<'_>) -> Option<Diagnostic> {
    let message = "the path contains a placeholder without a value";
    has_placeholder(&path.key).then(|| {
        Diagnostic::error(codes::PATH_UNFILLED, path.key_span, message)
            .help(unfilled::fill_text(&path.key, "\"VALUE\""))
    })
}
