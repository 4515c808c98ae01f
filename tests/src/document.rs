//! A document as the tests read it: one JSON value of OpenAPI 3.0, and the names in its client.

use cogen::diagnostics::report::Report;
use cogen::document::inputs::InputPaths;
use cogen::document::load::node::{Node, Value as Given};
use cogen::document::template::Definitions;
use cogen::document::{load, upgrade, values};
use cogen::ir::Api;
use cogen::pipeline;
use serde_json::{Map, Number, Value};
use std::path::Path;

/// A document, and the API that cogen generates from it.
#[derive(Clone, Debug)]
pub struct Document {
    /// The document as it was given, with its placeholders filled.
    pub given: Value,
    /// The document as OpenAPI 3.0.
    pub root: Value,
    /// The API, which has the names in the generated code.
    pub api: Api,
}

impl Document {
    /// Reads a document with its configuration.
    ///
    /// # Errors
    /// If cogen refuses it.
    pub fn read(path: &Path, config: Option<&Path>) -> Result<Self, String> {
        let mut report = Report::default();
        let places = InputPaths { document: path.to_owned(), config: config.map(Path::to_owned), schemas: None };
        let gathered = places.gather(|options| options.keep_going = true, &mut report);
        let gathered = gathered.map_err(|_| format!("{report:?}"))?;
        let generated = pipeline::generate(&gathered.input, &gathered.options, &mut report);
        let api = generated.map_err(|_| format!("{report:?}"))?.api;
        let (name, bytes) = &gathered.input.document;
        let read = || {
            let mut report = Report::default();
            let (text, base) = load::decode(bytes, name, &gathered.options.limits, &mut report).ok()?;
            let mut node = load::load(&text, base, &gathered.options.limits, &mut report).ok()?;
            let (definitions, mut used) = (Definitions::default(), values::Used::new());
            values::fill(&mut node, &definitions, &gathered.options.values, &mut used, &mut report);
            Some((json(&node), json(&upgrade::upgrade(node, &mut report).ok()?)))
        };
        let (given, root) = read().ok_or("it can't be read by the test")?;
        Ok(Self { given, root, api })
    }

    /// The operation of a method and a path.
    pub fn operation(&self, method: &str, path: &str) -> Option<&Value> {
        let key =
            if method == "ANY" { "x-amazon-apigateway-any-method".to_owned() } else { method.to_ascii_lowercase() };
        self.item(path)?.get(&key)
    }

    /// The parameter of an operation or of its path item.
    pub fn parameter(&self, method: &str, path: &str, location: &str, name: &str) -> Option<&Value> {
        let holders = [self.operation(method, path), self.item(path)];
        let listed = holders.into_iter().flatten().filter_map(|h| h["parameters"].as_array()).flatten();
        let mut resolved = listed.map(|p| resolve(&self.root, p));
        let plain = |name: &str| name.trim_end_matches('+').to_owned();
        resolved.find(|p| p["in"] == location && p["name"].as_str().is_some_and(|n| plain(n) == plain(name)))
    }

    /// The content of an operation's body by media type, as written in the document.
    pub fn contents(&self, method: &str, path: &str) -> Option<&Map<String, Value>> {
        let body = resolve(&self.root, self.operation(method, path)?.get("requestBody")?);
        body.get("content")?.as_object()
    }

    fn item(&self, path: &str) -> Option<&Value> {
        Some(resolve(&self.root, self.root["paths"].get(path)?))
    }
}

/// The target of a value that is a reference, or the value itself.
pub fn resolve<'d>(root: &'d Value, value: &'d Value) -> &'d Value {
    let mut value = value;
    // A reference to itself never arrives here: cogen refuses it.
    for _ in 0..32 {
        let target = value.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix('#'));
        match target.and_then(|pointer| pointed(root, pointer)) {
            Some(found) => value = found,
            None => return value,
        }
    }
    value
}

/// The target of a pointer, percent-encoded or not.
fn pointed<'d>(root: &'d Value, pointer: &str) -> Option<&'d Value> {
    root.pointer(pointer).or_else(|| {
        let decoded = pointer.replace("%7B", "{").replace("%7D", "}").replace("%2F", "/").replace("%20", " ");
        root.pointer(&decoded)
    })
}

fn json(node: &Node<'_>) -> Value {
    match &node.value {
        Given::Null => Value::Null,
        Given::Bool(truth) => Value::Bool(*truth),
        Given::Number(text) => serde_json::from_str::<Number>(text).map_or(Value::Null, Value::Number),
        Given::String(text) => Value::String(text.to_string()),
        Given::Array(elements) => elements.iter().map(json).collect(),
        Given::Object(members) => {
            members.iter().map(|m| (m.key.to_string(), json(&m.value))).collect::<Map<_, _>>().into()
        }
    }
}
