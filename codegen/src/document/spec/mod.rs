//! Reads the parts of a document for the later stages: operations, security schemes, servers and the root extensions of API
//! Gateway.
//!
//! Schemas remain nodes, which `lower::types` reads. The types here borrow from the tree, so that each diagnostic has its
//! location.

mod condition;
mod follow;
mod keys;
mod paths;
mod preflight;

pub use crate::document::spec::condition::{Undecided, condition, is_no_value, taken};
pub use crate::document::spec::follow::{Followed, follow};
pub use crate::document::spec::keys::{EXTENSION, Holder, Misplaced, account};
pub use crate::document::spec::paths::{is_method, key_of};
pub use crate::document::spec::preflight::Preflights;

use crate::config::options::Limits;
use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Reported, Severity, Span};
use crate::document::exports;
use crate::document::load::node::{Member, Node};
use crate::document::references::Refs;
use crate::document::values::is_intrinsic;
use crate::ir::operation::{Method, short_route};
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// The method of an operation that serves any HTTP method (REST and HTTP APIs).
pub const ANY_METHOD: &str = "x-amazon-apigateway-any-method";

/// The beginning of the keys that `upgrade` gives the members of `additionalOperations` in their path item.
pub const ADDITIONAL: &str = "additionalOperations.";

/// A document of OpenAPI 3.0, possibly converted from Swagger 2.0 by `upgrade`.
pub struct Spec<'d, 's> {
    /// The whole document.
    pub root: &'d Node<'s>,
    /// Its operations, in document order.
    pub operations: Vec<SpecOperation<'d, 's>>,
    /// Its security schemes by name, each with its index.
    pub schemes: FxHashMap<&'d str, (usize, &'d Member<'s>)>,
    /// `security` at the root.
    pub security: Option<&'d Node<'s>>,
    /// Whether the document has an extension of API Gateway at a location where API Gateway defines it.
    pub gateway: bool,
    /// Whether it was Swagger 2.0 before `upgrade`.
    pub swagger: bool,
    /// Whether it is the export of an HTTP API.
    pub http_api: bool,
    /// `x-amazon-apigateway-api-key-source`.
    pub key_source: Option<&'d Node<'s>>,
    /// Security keys outside of the operations that have no effect.
    pub misplaced: Vec<Misplaced<'d>>,
}

/// An operation of the document.
pub struct SpecOperation<'d, 's> {
    /// Its method.
    pub method: Method,
    /// Its path.
    pub path: &'d str,
    /// The location of its path.
    pub path_span: Span,
    /// The location of its method.
    pub span: Span,
    /// The path item, and the path item that it refers to.
    pub items: Rc<[&'d Node<'s>]>,
    /// The operation object.
    pub node: &'d Node<'s>,
    /// The diagnostics of reading it, which are reported if a method is generated for it.
    pub diagnostics: Vec<Rc<Diagnostic>>,
    /// Security keys in it that have no effect.
    pub misplaced: Vec<Misplaced<'d>>,
    /// Security keys of its path item that have no effect.
    pub item_misplaced: Rc<[Misplaced<'d>]>,
}

impl<'d, 's> SpecOperation<'d, 's> {
    /// `GET /pets`: its name in the configuration and in messages.
    pub fn route(&self) -> String {
        format!("{} {}", self.method.as_str(), self.path)
    }

    /// The name for messages about parts of the operation. A long path is truncated.
    pub fn short_route(&self) -> String {
        short_route(&self.method, self.path)
    }

    /// The document's `operationId`.
    pub fn operation_id(&self) -> Option<&'d str> {
        self.node.get("operationId")?.as_str()
    }

    /// Whether it was read without errors.
    pub fn is_read(&self) -> bool {
        self.diagnostics.iter().all(|diagnostic| diagnostic.severity != Severity::Error)
    }

    /// Whether it is the default route of an HTTP API, which has no path.
    pub fn is_default_route(&self) -> bool {
        self.path.trim_start_matches('/') == "$default"
    }

    /// Whether its integration streams the response.
    pub fn streams(&self) -> bool {
        let mode = self.integration("responseTransferMode").and_then(Node::as_str);
        mode.is_some_and(|m| m.eq_ignore_ascii_case("stream"))
    }

    fn integration(&self, key: &str) -> Option<&'d Node<'s>> {
        self.node.get("x-amazon-apigateway-integration")?.get(key)
    }
}

impl Spec<'_, '_> {
    /// The pointer to the security schemes in the original document, before `upgrade`.
    pub fn schemes_pointer(&self) -> &'static str {
        if self.swagger { "securityDefinitions" } else { "components.securitySchemes" }
    }
}

/// Reads the parts of a document. Invalid parts are reported and left out.
pub fn read<'d, 's>(root: &'d Node<'s>, refs: &Refs<'d, 's>, limits: &Limits, report: &mut Report) -> Spec<'d, 's> {
    let operations = paths::operations(root, refs, limits, report);
    let schemes = schemes(root, refs, report);
    let gateway = is_gateway(root, &operations, &schemes);
    Spec {
        root,
        security: root.get("security"),
        gateway,
        swagger: refs.is_swagger(),
        http_api: root.get("x-amazon-apigateway-importexport-version").is_some(),
        key_source: root.get("x-amazon-apigateway-api-key-source"),
        misplaced: misplaced(root, report),
        operations,
        schemes,
    }
}

/// The security schemes of a document by their names.
fn schemes<'d, 's>(
    root: &'d Node<'s>,
    refs: &Refs<'d, 's>,
    report: &mut Report,
) -> FxHashMap<&'d str, (usize, &'d Member<'s>)> {
    let Some(schemes) = root.get("components").and_then(|c| c.get("securitySchemes")) else {
        return FxHashMap::default();
    };
    let Ok(resolved) = refs.resolve(schemes, report) else { return FxHashMap::default() };
    let members = match condition(resolved.node, report) {
        Ok(node) => object(node, &format!("`{}`", refs.section("securitySchemes", ".")), report).unwrap_or_default(),
        Err(undecided) => {
            report.push(undecided.error());
            &[]
        }
    };
    members.iter().enumerate().map(|(index, member)| (&*member.key, (index, member))).collect()
}

/// Checks the keys of the root and of `components`, and returns the security keys that have no effect there.
fn misplaced<'d>(root: &'d Node<'_>, report: &mut Report) -> Vec<Misplaced<'d>> {
    let mut misplaced = Vec::new();
    for (node, holder) in [(Some(root), Holder::Root), (root.get("components"), Holder::Components)] {
        let account = account(node.and_then(Node::members).unwrap_or_default(), holder);
        account.diagnostics.into_iter().for_each(|d| report.push(d));
        misplaced.extend(account.misplaced);
    }
    for key in ["info", "servers", "tags", "externalDocs"] {
        if let Some(node) = root.get(key) {
            keys::misplaced_below(node, &mut misplaced);
        }
    }
    misplaced
}

/// Whether a server has a host of API Gateway, by which an export without extensions is recognized.
pub fn has_gateway_host(root: &Node<'_>) -> bool {
    let mut servers = root.get("servers").and_then(Node::elements).unwrap_or_default().iter();
    servers.any(|server| server.get("url").and_then(Node::as_str).is_some_and(|url| url.contains(".execute-api.")))
}

/// Whether an extension of API Gateway is at a location where API Gateway defines it, and not in an example or a schema.
fn is_gateway(
    root: &Node<'_>,
    operations: &[SpecOperation<'_, '_>],
    schemes: &FxHashMap<&str, (usize, &Member<'_>)>,
) -> bool {
    let has = |node: &Node<'_>| node.members().unwrap_or_default().iter().any(|m| m.key.starts_with(EXTENSION));
    let each = |key: &str| root.get(key).and_then(Node::elements).unwrap_or_default().iter();
    has(root)
        || root.get("components").is_some_and(has)
        || each("servers").chain(each("tags")).any(has)
        || schemes.values().any(|(_, scheme)| has(&scheme.value))
        || operations.iter().any(|o| has(o.node) || o.items.iter().any(|item| has(item)))
}

/// The members of an object that must not be a CloudFormation function.
fn object<'d, 's>(node: &'d Node<'s>, what: &str, report: &mut Report) -> Result<&'d [Member<'s>], Reported> {
    let Some(members) = node.members() else {
        let message = format!("{what} must be an object, found {}", node.kind());
        return Err(report.error(Diagnostic::error(codes::NO_OBJECT_HERE, node.span, message).help("write an object")));
    };
    if is_intrinsic(node) {
        return Err(report.error(unrendered(node.span, what)));
    }
    Ok(members)
}

fn unrendered(span: Span, what: &str) -> Diagnostic {
    Diagnostic::error(codes::UNRENDERED, span, format!("{what} contains an unrendered template"))
        .help(format!("deploy the template and {}", exports::commands()))
}
