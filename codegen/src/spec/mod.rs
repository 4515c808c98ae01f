//! A document's parts as later stages ask for them: operations, security schemes, servers and the gateway's root extensions.
//!
//! Schemas stay nodes: `lower::types` reads them. What is typed here borrows from the tree, so that each diagnostic has its place.

mod condition;
mod follow;
mod keys;
mod paths;
mod preflight;

pub use condition::{Undecided, condition, is_no_value, taken};
pub use follow::{Followed, follow};
pub use keys::{EXTENSION, Holder, Misplaced, account};
pub use paths::{is_method, key_of};
pub use preflight::Preflights;

use crate::codes;
use crate::diagnostics::{Diagnostic, Report, Severity, Span};
use crate::ir::operation::{Method, short_route};
use crate::load::node::{Member, Node};
use crate::options::Limits;
use crate::resolve::Refs;
use crate::values::is_intrinsic;
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// The method of an operation that answers to any method (REST and HTTP APIs).
pub const ANY_METHOD: &str = "x-amazon-apigateway-any-method";

/// A document of OpenAPI 3.0, also one that was Swagger 2.0 before `upgrade`.
pub struct Spec<'d, 's> {
    /// The whole document.
    pub root: &'d Node<'s>,
    /// Its operations, in document order.
    pub operations: Vec<SpecOperation<'d, 's>>,
    /// Its security schemes by name, each with its place among them.
    pub schemes: FxHashMap<&'d str, (usize, &'d Member<'s>)>,
    /// `security` at the root.
    pub security: Option<&'d Node<'s>>,
    /// Whether the document holds any extension of API Gateway where API Gateway defines one.
    pub gateway: bool,
    /// Whether it was Swagger 2.0 before `upgrade`.
    pub swagger: bool,
    /// Whether it is the export of an HTTP API.
    pub http_api: bool,
    /// `x-amazon-apigateway-api-key-source`.
    pub key_source: Option<&'d Node<'s>>,
    /// Words of security outside of the operations that have no effect where they are.
    pub misplaced: Vec<Misplaced<'d>>,
}

/// An operation as the document has it.
pub struct SpecOperation<'d, 's> {
    /// Its method.
    pub method: Method,
    /// Its path.
    pub path: &'d str,
    /// The place of its path.
    pub path_span: Span,
    /// The place of its method.
    pub span: Span,
    /// The path item, and what it refers to.
    pub items: Rc<[&'d Node<'s>]>,
    /// The operation object.
    pub node: &'d Node<'s>,
    /// What was found out about it while it was read, to be reported if a method is made of it.
    pub faults: Vec<Rc<Diagnostic>>,
    /// Words of security in it that have no effect where they are.
    pub misplaced: Vec<Misplaced<'d>>,
    /// Those of its path item.
    pub item_misplaced: Rc<[Misplaced<'d>]>,
}

impl<'d, 's> SpecOperation<'d, 's> {
    /// `GET /pets`: how configuration and messages name it.
    pub fn route(&self) -> String {
        format!("{} {}", self.method.as_str(), self.path)
    }

    /// The same for what is said of each part of the operation: of a long path only the beginning.
    pub fn short_route(&self) -> String {
        short_route(&self.method, self.path)
    }

    /// The document's `operationId`.
    pub fn operation_id(&self) -> Option<&'d str> {
        self.node.get("operationId")?.as_str()
    }

    /// Whether it could be read: no error was found while it was.
    pub fn is_read(&self) -> bool {
        self.faults.iter().all(|fault| fault.severity != Severity::Error)
    }

    /// Whether it is the default route of an HTTP API, which has no path of its own.
    pub fn is_default_route(&self) -> bool {
        self.path.trim_start_matches('/') == "$default"
    }

    /// Whether its integration hands the answer on as it comes.
    pub fn streams(&self) -> bool {
        let mode = self.integration("responseTransferMode").and_then(Node::as_str);
        mode.is_some_and(|m| m.eq_ignore_ascii_case("stream"))
    }

    fn integration(&self, key: &str) -> Option<&'d Node<'s>> {
        self.node.get("x-amazon-apigateway-integration")?.get(key)
    }
}

impl Spec<'_, '_> {
    /// Where security schemes are in the document as it was before `upgrade`.
    pub fn schemes_pointer(&self) -> &'static str {
        if self.swagger { "securityDefinitions" } else { "components.securitySchemes" }
    }
}

/// Reads the parts of a document; what can't be read is reported and left out.
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
    let Some(resolved) = refs.resolve(schemes, report) else { return FxHashMap::default() };
    let members = match condition(resolved.node, report) {
        Ok(node) => object(node, &format!("`{}`", refs.section("securitySchemes", ".")), report).unwrap_or_default(),
        Err(undecided) => {
            report.push(undecided.error());
            &[]
        }
    };
    members.iter().enumerate().map(|(index, member)| (&*member.key, (index, member))).collect()
}

/// Accounts for the keys of the root and of `components`, and gives the words of security that have no effect there.
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

/// Whether a server of a document of OpenAPI 3.0 is a host of API Gateway: an export without extensions has nothing else of it.
pub fn has_gateway_host(root: &Node<'_>) -> bool {
    let mut servers = root.get("servers").and_then(Node::elements).unwrap_or_default().iter();
    servers.any(|server| server.get("url").and_then(Node::as_str).is_some_and(|url| url.contains(".execute-api.")))
}

/// Whether an extension of API Gateway is where API Gateway defines one: not in an example or a schema, whose words are the
/// author's own.
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

fn object<'d, 's>(node: &'d Node<'s>, what: &str, report: &mut Report) -> Option<&'d [Member<'s>]> {
    let members = node.members();
    if members.is_none() {
        let message = format!("{what} must be an object, found {}", node.kind());
        report.push(Diagnostic::error(codes::NO_OBJECT_HERE, node.span, message).help("write an object"));
    } else if is_intrinsic(node) {
        report.push(unrendered(node.span, what));
        return None;
    }
    members
}

fn unrendered(span: Span, what: &str) -> Diagnostic {
    Diagnostic::error(codes::UNRENDERED, span, format!("{what} contains an unrendered template"))
        .help("deploy the template and export the stage")
}
