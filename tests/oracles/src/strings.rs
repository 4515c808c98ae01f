//! The strings of a document by what they are to the generator, and documents with some of them replaced.
//!
//! Three classes, of which three things are true:
//! - **free text** (descriptions, titles, examples, integrations, …): another text changes nothing but literals and docs, and
//!   is never an error;
//! - **names** (schemas, properties, parameters, operations, tags, enum values, schemes, scopes), when one is replaced wherever
//!   it stands: another name changes identifiers and literals, or is refused;
//! - **words with a meaning** (types, formats, places, styles, media types, …): an unknown word has the same effect whatever it
//!   is, or is refused.

use crate::tree;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Whether the string at a path is free text.
pub fn is_free(path: &[String]) -> bool {
    const TEXTS: [&str; 6] = ["description", "summary", "title", "termsOfService", "pattern", "email"];
    const SUBTREES: [&str; 12] = [
        "example",
        "examples",
        "x-example",
        "x-examples",
        "externalDocs",
        "contact",
        "license",
        "x-amazon-apigateway-policy",
        "x-amazon-apigateway-gateway-responses",
        "x-amazon-apigateway-request-validators",
        "x-amazon-apigateway-documentation",
        "x-amazon-apigateway-integrations",
    ];
    let at = |from_end: usize| path.len().checked_sub(from_end).and_then(|i| path.get(i)).map(String::as_str);
    // A property, a schema or a value may be called like any of these.
    let named =
        |index: usize| index.checked_sub(1).and_then(|i| path.get(i)).is_some_and(|p| NAMED.contains(&p.as_str()));
    let below = |key: &str| path.iter().enumerate().any(|(index, part)| part == key && !named(index));
    let own = at(1).is_some_and(|key| TEXTS.contains(&key)) && !named(path.len() - 1);
    let version = path.len() == 2 && path[0] == "info";
    // Of an integration only the type counts: `mock` makes an operation a preflight.
    let integration = below("x-amazon-apigateway-integration") && at(1) != Some("type");
    // A function of CloudFormation is read before its text is.
    let function = path.iter().any(|part| part.starts_with("Fn::") || part == "Ref");
    !function && (own || version || integration || SUBTREES.iter().any(|key| below(key)))
}

/// Objects whose keys are names.
const NAMED: [&str; 6] = ["properties", "schemas", "definitions", "mapping", "default", "enum"];

/// What kind of thing a name names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// Keys of `components.schemas` or `definitions`, and the references to them.
    Schemas,
    /// Keys of `properties`, and the lists that require them.
    Properties,
    /// Names of parameters other than in paths.
    Parameters,
    /// `operationId`
    Operations,
    /// Tags of operations.
    Tags,
    /// Values of `enum`.
    Values,
    /// Security schemes, and the requirements that name them.
    Schemes,
    /// Scopes.
    Scopes,
}

impl Names {
    /// All kinds.
    pub const ALL: [Self; 8] = [
        Self::Schemas,
        Self::Properties,
        Self::Parameters,
        Self::Operations,
        Self::Tags,
        Self::Values,
        Self::Schemes,
        Self::Scopes,
    ];

    /// The names of this kind in a document.
    pub fn of(self, document: &Value) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let _ = self.replaced(document.clone(), &mut |name| {
            found.insert(name.to_owned());
            None
        });
        found
    }

    /// The document with one name replaced wherever it stands.
    pub fn with(self, document: &Value, old: &str, new: &str) -> Value {
        self.replaced(document.clone(), &mut |name| (name == old).then(|| new.to_owned()))
    }

    fn replaced(self, document: Value, replace: &mut dyn FnMut(&str) -> Option<String>) -> Value {
        let mut document = tree::renamed(document, &mut |path, key| {
            let last = path.last().map(String::as_str).unwrap_or_default();
            let parent = path.len().checked_sub(2).and_then(|i| path.get(i)).map(String::as_str).unwrap_or_default();
            let is_one = !below_values(path)
                && match self {
                    Self::Schemas => path == ["components", "schemas"] || path == ["definitions"],
                    Self::Properties => (last == "properties" && !NAMED.contains(&parent)) || last == "encoding",
                    Self::Schemes => {
                        path == ["components", "securitySchemes"]
                            || path == ["securityDefinitions"]
                            || parent == "security"
                    }
                    Self::Scopes => {
                        last == "scopes" && path.iter().any(|p| p == "securitySchemes" || p == "securityDefinitions")
                    }
                    Self::Parameters | Self::Operations | Self::Tags | Self::Values => false,
                };
            if is_one { replace(key) } else { None }
        });
        if self == Self::Parameters {
            parameters(&mut document, replace);
            return document;
        }
        tree::strings(&mut document, &mut |path, text| {
            let at = |from_end: usize| {
                path.len().checked_sub(from_end).and_then(|i| path.get(i)).map(String::as_str).unwrap_or_default()
            };
            if below_values(path) && !(self == Self::Values && at(1) == "default") {
                return;
            }
            // A property may be called `required`, a schema `enum`: the elements of a list are meant.
            let item = at(1).bytes().all(|b| b.is_ascii_digit());
            let address = path.first().is_some_and(|key| key == "servers");
            let whole = match self {
                Self::Schemas if at(1) == "$ref" || at(2) == "mapping" => {
                    for folder in ["#/components/schemas/", "#/definitions/"] {
                        let Some(rest) = text.strip_prefix(folder) else { continue };
                        let (name, rest) = rest.split_once('/').map_or((rest, None), |(name, rest)| (name, Some(rest)));
                        let name = name.replace("~1", "/").replace("~0", "~");
                        if let Some(new) = replace(&name) {
                            let new = new.replace('~', "~0").replace('/', "~1").replace('%', "%25");
                            let rest = rest.map(|rest| format!("/{rest}")).unwrap_or_default();
                            *text = format!("{folder}{new}{rest}");
                        }
                        return;
                    }
                    at(2) == "mapping"
                }
                Self::Properties => {
                    (item && at(2) == "required") || at(1) == "propertyName" || at(1) == "discriminator"
                }
                Self::Operations => at(1) == "operationId",
                Self::Tags => {
                    (item && at(2) == "tags") || (at(1) == "name" && path.first().is_some_and(|p| p == "tags"))
                }
                Self::Values => !address && ((item && at(2) == "enum") || at(1) == "default"),
                Self::Scopes => at(4) == "security" || at(3) == "security",
                Self::Schemas | Self::Schemes | Self::Parameters => false,
            };
            if whole && let Some(new) = replace(text) {
                *text = new;
            }
        });
        document
    }
}

/// Whether a path leads through an example or another value whose keys and strings are data.
fn below_values(path: &[String]) -> bool {
    path.iter().enumerate().any(|(index, part)| {
        let named = index.checked_sub(1).and_then(|i| path.get(i)).is_some_and(|p| NAMED.contains(&p.as_str()));
        !named && ["example", "examples", "default", "x-amazon-apigateway-integration"].contains(&part.as_str())
    })
}

fn parameters(value: &mut Value, replace: &mut dyn FnMut(&str) -> Option<String>) {
    let place = |members: &Map<String, Value>| members.get("in").and_then(Value::as_str).map(str::to_owned);
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| parameters(item, replace)),
        Value::Object(members) => {
            let is_one = matches!(place(members).as_deref(), Some("query" | "header" | "cookie" | "formData"))
                && members.get("type").and_then(Value::as_str) != Some("apiKey");
            if is_one
                && let Some(Value::String(name)) = members.get_mut("name")
                && let Some(new) = replace(name)
            {
                *name = new;
            }
            members.values_mut().for_each(|item| parameters(item, replace));
        }
        _ => {}
    }
}

/// The paths of all strings that are values.
pub fn paths(document: &Value) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    tree::strings(&mut document.clone(), &mut |path, _| all.push(path.to_vec()));
    all
}

/// The document with strings replaced: the path in, the new text out.
pub fn with_texts(document: &Value, new: &mut dyn FnMut(&[String]) -> Option<&'static str>) -> Value {
    let mut document = document.clone();
    tree::strings(&mut document, &mut |path, text| {
        if let Some(new) = new(path) {
            new.clone_into(text);
        }
    });
    document
}
