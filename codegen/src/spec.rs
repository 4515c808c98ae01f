//! A document's parts as later stages ask for them: operations, security schemes, servers and the gateway's root extensions.
//!
//! Schemas stay nodes: `lower::types` reads them. What is typed here borrows from the tree, so that each diagnostic has its place.

use crate::codes;
use crate::diagnostics::{Diagnostic, Report, Span};
use crate::expansion::Expansion;
use crate::ir::operation::{Method, short_route};
use crate::load::node::{Member, Node, Value};
use crate::options::Limits;
use crate::resolve::Refs;
use crate::values::is_intrinsic;

/// The prefix of all extensions of API Gateway.
pub const EXTENSION: &str = "x-amazon-apigateway-";
/// The method of an operation that answers to any method (REST and HTTP APIs).
pub const ANY_METHOD: &str = "x-amazon-apigateway-any-method";

/// A document of OpenAPI 3.0, also one that was Swagger 2.0 before `upgrade`.
pub struct Spec<'d, 's> {
    /// The whole document.
    pub root: &'d Node<'s>,
    /// Its operations, in document order.
    pub operations: Vec<SpecOperation<'d, 's>>,
    /// Its security schemes, in document order.
    pub schemes: &'d [Member<'s>],
    /// `security` at the root.
    pub security: Option<&'d Node<'s>>,
    /// Whether the document holds any extension of API Gateway.
    pub gateway: bool,
    /// Whether it is the export of an HTTP API.
    pub http_api: bool,
    /// Where the document says that a Lambda authorizer supplies the API key.
    pub key_from_authorizer: Option<Span>,
    /// Where the document says that the execute-api host is disabled or private.
    pub no_execute_api: Option<Span>,
}

/// An operation as the document has it.
pub struct SpecOperation<'d, 's> {
    /// Its method.
    pub method: Method,
    /// Its path.
    pub path: &'d str,
    /// Where the path stands.
    pub path_span: Span,
    /// Where its method stands.
    pub span: Span,
    /// The path item.
    pub item: &'d Node<'s>,
    /// The operation object.
    pub node: &'d Node<'s>,
    /// A condition around it that leaves open what it is.
    pub undecided: Option<Undecided<'d, 's>>,
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

    /// Whether it is a mock `OPTIONS`: what the console's "enable CORS" writes for browsers.
    pub fn is_cors(&self) -> bool {
        let mock = self.integration("type").and_then(Node::as_str).is_some_and(|t| t.eq_ignore_ascii_case("mock"));
        self.method == Method::Named("OPTIONS") && mock
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

/// Reads the parts of a document; what can't be read is reported and left out.
pub fn read<'d, 's>(root: &'d Node<'s>, refs: &Refs<'d, 's>, limits: &Limits, report: &mut Report) -> Spec<'d, 's> {
    let schemes = root.get("components").and_then(|c| c.get("securitySchemes"));
    let key_source = root.get("x-amazon-apigateway-api-key-source").filter(|n| says(n, "AUTHORIZER"));
    let endpoint = root.get("x-amazon-apigateway-endpoint-configuration").filter(|n| {
        let disabled = n.get("disableExecuteApiEndpoint").is_some_and(|d| says(d, "true"));
        disabled || n.get("vpcEndpointIds").is_some()
    });
    Spec {
        root,
        operations: operations(root, refs, limits, report),
        schemes: schemes.and_then(Node::members).unwrap_or_default(),
        security: root.get("security"),
        gateway: has_extension(root),
        http_api: root.get("x-amazon-apigateway-importexport-version").is_some(),
        key_from_authorizer: key_source.map(|n| n.span),
        no_execute_api: endpoint.map(|n| n.span),
    }
}

/// A choice between two branches that the document leaves open.
#[derive(Clone, Copy)]
pub struct Undecided<'d, 's> {
    /// Where the `Fn::If` stands.
    pub span: Span,
    /// The name of its condition.
    pub condition: &'d str,
    /// The branch that is taken if the condition holds.
    pub first: &'d Node<'s>,
}

impl Undecided<'_, '_> {
    /// The error, with the line of the configuration that decides.
    pub fn report(&self, report: &mut Report) -> String {
        let condition = self.condition;
        let message = format!("what this operation demands depends on the condition `{condition}`");
        report.push(Diagnostic::error(codes::UNDECIDED, self.span, &message).help(format!(
            "say which branch is deployed: `[values] {condition} = \"true\"` (or \"false\") in cogen.toml"
        )));
        message
    }
}

/// The value that stands for an `Fn::If`: the branch that is there, where the other one is nothing.
///
/// # Errors
/// The choice, where there are two branches: `values` decides it before this stage, if the configuration does.
pub fn condition<'d, 's>(node: &'d Node<'s>, report: &mut Report) -> Result<&'d Node<'s>, Undecided<'d, 's>> {
    let Some([name, yes, no]) = node.get("Fn::If").and_then(Node::elements) else { return Ok(node) };
    let no_value = |n: &Node<'_>| n.get("Ref").is_some_and(|r| says(r, "AWS::NoValue"));
    let there = match (no_value(yes), no_value(no)) {
        (true, _) => no,
        (false, true) => yes,
        (false, false) => {
            return Err(Undecided { span: node.span, condition: name.as_str().unwrap_or("?"), first: yes });
        }
    };
    let message = "`Fn::If` in the document: taken as if the branch that is not empty were deployed";
    report.push(Diagnostic::note(codes::CONDITION, node.span, message));
    condition(there, report)
}

/// The value of an `Fn::If`, or of its first branch and what was left open.
fn branch<'d, 's>(node: &'d Node<'s>, report: &mut Report) -> (&'d Node<'s>, Option<Undecided<'d, 's>>) {
    match condition(node, report) {
        Ok(node) => (node, None),
        Err(undecided) => (branch(undecided.first, report).0, Some(undecided)),
    }
}

fn operations<'d, 's>(
    root: &'d Node<'s>,
    refs: &Refs<'d, 's>,
    limits: &Limits,
    report: &mut Report,
) -> Vec<SpecOperation<'d, 's>> {
    let Some(paths) = root.get("paths") else {
        report.push(
            Diagnostic::warning(
                codes::NO_PATHS,
                root.span,
                "the document has no `paths`: the client will have no operations",
            )
            .help("export the stage, or give the document that holds the routes"),
        );
        return Vec::new();
    };
    let Some(items) = object(paths, "`paths`", report) else { return Vec::new() };
    let mut expansion = Expansion::new(limits.nodes);
    let mut found = Vec::new();
    for item in items.iter().filter(|m| !m.key.starts_with("x-")) {
        if item.key.starts_with("Fn::") {
            report.push(unrendered(item.key_span, "paths"));
            continue;
        }
        let (value, undecided_item) = branch(&item.value, report);
        let Some(target) = refs.resolve(value, report) else { continue };
        if matches!(target.node.value, Value::Null) {
            continue;
        }
        let Some(members) = object(target.node, &format!("the path item of `{}`", item.key), report) else { continue };
        for member in members {
            let Some(method) = method(&member.key) else { continue };
            let (node, undecided) = branch(&member.value, report);
            if node.members().is_none() {
                let what = format!("`{} {}` is {}, not an operation", method.as_str(), item.key, node.kind());
                report
                    .push(Diagnostic::error(codes::NO_OBJECT_HERE, node.span, what).help("write an operation object"));
                continue;
            }
            let security = root.get("security").filter(|_| node.get("security").is_none());
            let nodes = [node].into_iter().chain(target.node.get("parameters")).chain(security);
            if !expansion.afford(nodes, refs, member.key_span, report) {
                return found;
            }
            found.push(SpecOperation {
                method,
                path: &item.key,
                path_span: item.key_span,
                span: member.key_span,
                item: target.node,
                node,
                undecided: undecided_item.or(undecided),
            });
        }
    }
    found
}

fn method(key: &str) -> Option<Method> {
    Some(match key {
        "get" => Method::Named("GET"),
        "put" => Method::Named("PUT"),
        "post" => Method::Named("POST"),
        "delete" => Method::Named("DELETE"),
        "options" => Method::Named("OPTIONS"),
        "head" => Method::Named("HEAD"),
        "patch" => Method::Named("PATCH"),
        "trace" => Method::Named("TRACE"),
        ANY_METHOD => Method::Any,
        _ => return None,
    })
}

fn object<'d, 's>(node: &'d Node<'s>, what: &str, report: &mut Report) -> Option<&'d [Member<'s>]> {
    let members = node.members();
    if members.is_none() {
        let message = format!("{what} is {}, not an object", node.kind());
        report.push(Diagnostic::error(codes::NO_OBJECT_HERE, node.span, message).help("write an object here"));
    } else if is_intrinsic(node) {
        report.push(unrendered(node.span, what));
        return None;
    }
    members
}

fn unrendered(span: Span, what: &str) -> Diagnostic {
    Diagnostic::error(codes::UNRENDERED, span, format!("{what} holds a template that was never rendered"))
        .help("give the rendered document: deploy it and export the stage")
}

/// Whether a scalar says a word, whatever its case and type.
fn says(node: &Node<'_>, word: &str) -> bool {
    node.as_scalar_text().is_some_and(|t| t.eq_ignore_ascii_case(word))
}

fn has_extension(node: &Node<'_>) -> bool {
    match &node.value {
        Value::Object(members) => members.iter().any(|m| m.key.starts_with(EXTENSION) || has_extension(&m.value)),
        Value::Array(elements) => elements.iter().any(has_extension),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}
