//! Finds the `OPTIONS` operations that only serve CORS preflight requests (Fetch Standard, "CORS-preflight request").

use crate::document::load::node::Node;
use crate::document::references::Refs;
use crate::document::spec::{Spec, SpecOperation};
use crate::ir::operation::Method;
use rustc_hash::FxHashMap;

/// Finds the preflight operations of a document.
pub struct Preflights<'a, 'd, 's> {
    refs: &'a Refs<'d, 's>,
    gateway: bool,
    /// The number of operations of each path.
    per_path: FxHashMap<&'d str, usize>,
}

impl<'a, 'd, 's> Preflights<'a, 'd, 's> {
    /// The preflight operations of a document.
    pub fn new(spec: &Spec<'d, 's>, refs: &'a Refs<'d, 's>) -> Self {
        let mut per_path = FxHashMap::default();
        for operation in &spec.operations {
            *per_path.entry(operation.path).or_default() += 1;
        }
        Self { refs, gateway: spec.gateway, per_path }
    }

    /// Whether an operation without authorization is a preflight operation: an `OPTIONS` of a gateway document that has a mock
    /// integration, or that is beside other methods and describes only what a preflight request and its response have.
    ///
    /// Not all of them have a mock integration: some forward the request, and an export without integrations has none at all.
    pub fn is_one(&self, operation: &SpecOperation<'d, 's>) -> bool {
        if !self.gateway || operation.method != Method::Named("OPTIONS") {
            return false;
        }
        // This is what "Enable CORS" of the console writes.
        let integration = operation.integration("type").and_then(Node::as_str);
        if integration.is_some_and(|kind| kind.eq_ignore_ascii_case("mock")) {
            return true;
        }
        let is_beside_others = self.per_path.get(operation.path).is_some_and(|count| *count > 1);
        is_beside_others && !self.responds_with_more(operation) && !self.describes_more(operation)
    }

    /// Whether a response has a body or a header that the response to a preflight request does not have.
    fn responds_with_more(&self, operation: &SpecOperation<'d, 's>) -> bool {
        let responses = operation.node.get("responses").and_then(Node::members).unwrap_or_default();
        let mut responses = responses.iter().filter_map(|response| self.look(&response.value));
        responses.any(|response| {
            let each = |key: &str| response.get(key).and_then(Node::members).unwrap_or_default().iter();
            let names = each("headers").map(|header| header.key.to_ascii_lowercase());
            let mut others = names.filter(|name| !name.starts_with(CORS) && !OF_ANY_RESPONSE.contains(&&**name));
            let mut schemas = each("content").filter_map(|content| content.value.get("schema"));
            others.next().is_some() || schemas.any(|schema| !self.describes_nothing(schema))
        })
    }

    /// Whether a schema describes an empty body: the model `Empty`, or an object without members.
    fn describes_nothing(&self, schema: &'d Node<'s>) -> bool {
        let name = schema.get("$ref").and_then(Node::as_str).and_then(|pointer| pointer.rsplit('/').next());
        if name == Some("Empty") {
            return true;
        }
        let keywords = self.look(schema).and_then(Node::members).unwrap_or_default();
        keywords.iter().all(|member| match &*member.key {
            "type" => matches!(member.value.as_str(), Some("object" | "string")),
            "title" | "description" | "$schema" | "example" => true,
            key => key.starts_with("x-"),
        })
    }

    fn look(&self, node: &'d Node<'s>) -> Option<&'d Node<'s>> {
        self.refs.find(node).map(|resolved| resolved.node)
    }

    /// Whether the request has parts that a preflight request does not have.
    fn describes_more(&self, operation: &SpecOperation<'d, 's>) -> bool {
        let parameters = operation.node.get("parameters").and_then(Node::elements).unwrap_or_default();
        let is_more = |parameter: &'d Node<'s>| {
            let Some(parameter) = self.look(parameter) else { return false };
            let text = |key: &str| parameter.get(key).and_then(Node::as_str).unwrap_or_default().to_ascii_lowercase();
            let name = text("name");
            text("in") != "path" && name != "origin" && !name.starts_with(CORS)
        };
        operation.node.get("requestBody").is_some() || parameters.iter().any(is_more)
    }
}

/// The prefix of the CORS headers.
const CORS: &str = "access-control-";

/// Headers that any response may have.
const OF_ANY_RESPONSE: &[&str] =
    &["cache-control", "content-length", "content-type", "strict-transport-security", "vary"];
