//! Which `OPTIONS` operations only answer the preflight requests of browsers (Fetch Standard, "CORS-preflight request").

use super::{Spec, SpecOperation};
use crate::diagnostics::Report;
use crate::ir::operation::Method;
use crate::load::node::Node;
use crate::resolve::Refs;
use rustc_hash::FxHashMap;

/// Finds the preflight operations of a document.
pub struct Preflights<'a, 'd, 's> {
    refs: &'a Refs<'d, 's>,
    gateway: bool,
    /// How many operations each path has.
    per_path: FxHashMap<&'d str, usize>,
}

impl<'a, 'd, 's> Preflights<'a, 'd, 's> {
    /// Those of a document.
    pub fn new(spec: &Spec<'d, 's>, refs: &'a Refs<'d, 's>) -> Self {
        let mut per_path = FxHashMap::default();
        for operation in &spec.operations {
            *per_path.entry(operation.path).or_default() += 1;
        }
        Self { refs, gateway: spec.gateway, per_path }
    }

    /// Whether an operation, if it is open, is one: an `OPTIONS` of a gateway document that describes nothing which a preflight
    /// lacks, beside other methods or with the headers of CORS.
    ///
    /// Not all of them have a mock integration: some hand the request on, and an export without integrations has none at all.
    pub fn is_one(&self, operation: &SpecOperation<'d, 's>) -> bool {
        if !self.gateway || operation.method != Method::Named("OPTIONS") {
            return false;
        }
        let Some(headers) = self.headers(operation) else { return false };
        let is_beside_others = self.per_path.get(operation.path).is_some_and(|count| *count > 1);
        let is_mock =
            operation.integration("type").and_then(Node::as_str).is_some_and(|kind| kind.eq_ignore_ascii_case("mock"));
        if is_mock {
            return is_beside_others || headers.has_cors;
        }
        is_beside_others && !headers.has_others && !self.describes_more(operation)
    }

    /// The headers of its responses; `None` if a success carries what a preflight does not.
    fn headers(&self, operation: &SpecOperation<'d, 's>) -> Option<Headers> {
        let mut found = Headers::default();
        for response in operation.node.get("responses").and_then(Node::members).unwrap_or_default() {
            let Some(response) = self.look(&response.value) else { continue };
            for header in response.get("headers").and_then(Node::members).unwrap_or_default() {
                let name = header.key.to_ascii_lowercase();
                found.has_cors |= name.starts_with(CORS);
                found.has_others |= !name.starts_with(CORS) && !OF_ANY_RESPONSE.contains(&&*name);
            }
            for content in response.get("content").and_then(Node::members).unwrap_or_default() {
                if content.value.get("schema").is_some_and(|schema| !self.says_nothing(schema)) {
                    return None;
                }
            }
        }
        Some(found)
    }

    /// Whether a schema is that of no body: the model `Empty`, or an object without members.
    fn says_nothing(&self, schema: &'d Node<'s>) -> bool {
        let name = schema.get("$ref").and_then(Node::as_str).and_then(|pointer| pointer.rsplit('/').next());
        if name == Some("Empty") {
            return true;
        }
        let said = self.look(schema).and_then(Node::members).unwrap_or_default();
        said.iter().all(|member| match &*member.key {
            "type" => matches!(member.value.as_str(), Some("object" | "string")),
            "title" | "description" | "$schema" | "example" => true,
            key => key.starts_with("x-"),
        })
    }

    fn look(&self, node: &'d Node<'s>) -> Option<&'d Node<'s>> {
        self.refs.resolve(node, &mut Report::default()).map(|resolved| resolved.node)
    }

    /// Whether the request has parts that a preflight lacks.
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

#[derive(Default)]
struct Headers {
    has_cors: bool,
    has_others: bool,
}

/// What the names of the headers of CORS begin with.
const CORS: &str = "access-control-";

/// Headers that any response may have.
const OF_ANY_RESPONSE: &[&str] =
    &["cache-control", "content-length", "content-type", "strict-transport-security", "vary"];
