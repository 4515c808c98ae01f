//! The strings of a document by their meaning to the generator, and the positions of each.
//!
//! There are four classes, each with one rule:
//! - **free text** (descriptions, titles, examples, integrations, …): another text changes only literals and docs, and
//!   is never an error;
//! - **names** (schemas, properties, parameters, operations, tags, enum values, schemes, scopes, …), replaced at all
//!   positions: another name changes identifiers and literals, or is refused;
//! - **words with a meaning** (types, formats, locations, styles, media types, …): all unknown words have the same effect,
//!   or are refused;
//! - **addresses**: another address has the effect of a plain address, or of none.

use crate::lines::{Lines, Part};
use serde_json::Value;
use std::collections::BTreeMap;

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
    let last = ending(path, 1);
    // A property, a schema or a value may have any of these names.
    let below = |key: &str| path.iter().enumerate().any(|(index, part)| part == key && !is_named(path, index));
    let own = TEXTS.contains(&last) && !is_named(path, path.len() - 1);
    let version = path.len() == 2 && path[0] == "info";
    // Two words of an integration matter: the type `mock` makes an operation a preflight, the mode `STREAM` a stream.
    let integration = below("x-amazon-apigateway-integration") && !["type", "responseTransferMode"].contains(&last);
    // A CloudFormation function is computed before its text is read.
    let function = path.iter().any(|part| part.starts_with("Fn::") || part == "Ref");
    !function && (own || version || integration || SUBTREES.iter().any(|key| below(key)))
}

/// Objects whose keys are names.
const NAMED: [&str; 6] = ["properties", "schemas", "definitions", "mapping", "default", "enum"];

/// The kind of thing that a name belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// Keys of `components.schemas` or `definitions`, and the references to them.
    Schemas,
    /// Keys of `properties`, and the lists that require them.
    Properties,
    /// Keys of the other `components`, and the references to them.
    Components,
    /// Names of parameters outside of paths.
    Parameters,
    /// Names of parameters in paths, and their placeholders in the templates.
    PathParameters,
    /// Keys of `headers` of responses.
    Headers,
    /// Keys of `responses` of operations.
    Statuses,
    /// Keys of `content`.
    MediaTypes,
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
    /// Variables of servers, and their placeholders in the addresses.
    Variables,
}

impl Names {
    /// All kinds.
    pub const ALL: [Self; 14] = [
        Self::Schemas,
        Self::Components,
        Self::Properties,
        Self::Parameters,
        Self::PathParameters,
        Self::Headers,
        Self::Statuses,
        Self::MediaTypes,
        Self::Operations,
        Self::Tags,
        Self::Values,
        Self::Schemes,
        Self::Scopes,
        Self::Variables,
    ];

    /// The names of this kind in a document, each with all its positions.
    pub fn of(self, document: &Value, lines: &Lines) -> BTreeMap<String, Vec<Site>> {
        let mut found: BTreeMap<String, Vec<Site>> = BTreeMap::new();
        for (number, line) in lines.0.iter().enumerate() {
            let mut add = |name: &str, part, form| {
                found.entry(name.to_owned()).or_default().push(Site { line: number, part, form });
            };
            if let (Some(key), Some((_, parent))) = (&line.key, line.path.split_last()) {
                if self.is_key(parent) {
                    add(key, Part::Key, Form::Whole);
                } else if self == Self::PathParameters && parent == ["paths"] {
                    placeholders(key).for_each(|name| add(name, Part::Key, Form::Placeholder(name.to_owned())));
                }
            }
            let Some(text) = &line.text else { continue };
            if self == Self::Variables && is_address(&line.path) {
                placeholders(text).for_each(|name| add(name, Part::Text, Form::Placeholder(name.to_owned())));
            } else if let Some((name, rest)) = self.referred(&line.path, text) {
                let before = text[..text.len() - rest.len()].rfind('/').map_or("", |slash| &text[..=slash]);
                add(&name, Part::Text, Form::Reference { before: before.to_owned(), after: rest.to_owned() });
            } else if self.is_text(document, &line.path) {
                add(text, Part::Text, Form::Whole);
            }
        }
        // A placeholder that is not declared is not a name of this kind, and neither is a default that is not a value of an `enum`.
        let is_default = |site: &Site| ending(&lines.0[site.line].path, 1) == "default";
        found.retain(|_, sites| match self {
            Self::PathParameters | Self::Variables => sites.iter().any(|site| site.form == Form::Whole),
            Self::Values => !sites.iter().all(is_default),
            _ => true,
        });
        found
    }

    /// Whether the keys of the object at a path are names of this kind.
    fn is_key(self, path: &[String]) -> bool {
        let last = ending(path, 1);
        let named = NAMED.contains(&ending(path, 2));
        let is_one = match self {
            Self::Schemas => path == ["components", "schemas"] || path == ["definitions"],
            Self::Components => {
                (path.len() == 2 && path[0] == "components" && !["schemas", "securitySchemes"].contains(&last))
                    || path == ["parameters"]
                    || path == ["responses"]
            }
            Self::Properties => (last == "properties" || last == "encoding") && !named,
            Self::Headers => last == "headers" && !named && path.iter().any(|part| part == "responses"),
            Self::Statuses => last == "responses" && path.len() == 4 && path[0] == "paths",
            Self::MediaTypes => last == "content" && !named,
            Self::Schemes => {
                path == ["components", "securitySchemes"]
                    || path == ["securityDefinitions"]
                    || ending(path, 2) == "security"
            }
            Self::Scopes => {
                last == "scopes" && path.iter().any(|p| p == "securitySchemes" || p == "securityDefinitions")
            }
            Self::Variables => last == "variables" && is_address(path),
            Self::Parameters | Self::PathParameters | Self::Operations | Self::Tags | Self::Values => false,
        };
        is_one && !below_values(path)
    }

    /// Whether the whole string at a path is a name of this kind.
    fn is_text(self, document: &Value, path: &[String]) -> bool {
        let at = |from_end| ending(path, from_end);
        if below_values(path) && !(self == Self::Values && at(1) == "default") {
            return false;
        }
        // A property may be named `required`, a schema `enum`: only the elements of a list count.
        let item = at(1).bytes().all(|b| b.is_ascii_digit());
        match self {
            Self::Schemas => at(2) == "mapping" || at(1) == "defaultMapping",
            Self::Properties => (item && at(2) == "required") || at(1) == "propertyName" || at(1) == "discriminator",
            Self::Operations => at(1) == "operationId",
            Self::Tags => (item && at(2) == "tags") || (at(1) == "name" && path.first().is_some_and(|p| p == "tags")),
            Self::Values => !is_address(path) && ((item && at(2) == "enum") || at(1) == "default"),
            Self::Scopes => at(4) == "security" || at(3) == "security",
            Self::Parameters => parameter_in(document, path)
                .is_some_and(|location| ["query", "header", "cookie", "formData"].contains(&location)),
            Self::PathParameters => parameter_in(document, path) == Some("path"),
            Self::Components | Self::Headers | Self::Statuses | Self::MediaTypes | Self::Schemes | Self::Variables => {
                false
            }
        }
    }

    /// The name of this kind that a reference or a mapping refers to, with the text after it.
    fn referred<'t>(self, path: &[String], text: &'t str) -> Option<(String, &'t str)> {
        let reference = ending(path, 1) == "$ref" && !below_values(path);
        let (folder, rest) = match self {
            // Swagger 1 wrote `$ref: Pet`, and some still do.
            Self::Schemas if reference && !text.contains(['#', '/', '.']) => ("", text),
            Self::Schemas if reference || ending(path, 2) == "mapping" || ending(path, 1) == "defaultMapping" => {
                let rest =
                    text.strip_prefix("#/components/schemas/").or_else(|| text.strip_prefix("#/definitions/"))?;
                ("schemas", rest)
            }
            Self::Components if reference => {
                let rest = text.strip_prefix("#/components/").or_else(|| text.strip_prefix("#/"))?;
                rest.split_once('/')?
            }
            _ => return None,
        };
        let end = rest.find('/').unwrap_or(rest.len());
        let is_one = self == Self::Schemas || !["schemas", "definitions", "securitySchemes", "paths"].contains(&folder);
        is_one.then(|| (rest[..end].replace("~1", "/").replace("~0", "~"), &rest[end..]))
    }
}

/// One position of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// The line.
    pub line: usize,
    /// Whether it is the key or the value.
    pub part: Part,
    /// Which part of the key or value the text is.
    pub form: Form,
}

/// A part of a key or a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// The whole text.
    Whole,
    /// A name in a reference.
    Reference {
        /// The folder; empty if there is only a name.
        before: String,
        /// The text after the name.
        after: String,
    },
    /// `{name}` or `{name+}` in a template.
    Placeholder(String),
    /// Another segment of a path.
    Segment,
}

impl Site {
    /// The string or key with another text at this position.
    pub fn with(&self, old: &str, new: &str) -> String {
        match &self.form {
            Form::Whole => new.to_owned(),
            Form::Reference { before, .. } if before.is_empty() => new.to_owned(),
            Form::Reference { before, after } => {
                format!("{before}{}{after}", new.replace('~', "~0").replace('/', "~1").replace('%', "%25"))
            }
            Form::Placeholder(name) => old
                .replace(&format!("{{{name}}}"), &format!("{{{new}}}"))
                .replace(&format!("{{{name}+}}"), &format!("{{{new}+}}")),
            Form::Segment => format!("{}/{new}", old.trim_end_matches('/')),
        }
    }
}

/// Whether a path leads to an address. Many addresses are valid, each with its own effect.
pub fn is_address(path: &[String]) -> bool {
    let at = |index: usize| path.get(index).map_or("", String::as_str);
    ["servers", "host", "basePath"].contains(&at(0)) || (at(0) == "paths" && (at(2) == "servers" || at(3) == "servers"))
}

/// The path of the parameter whose name is at a path.
fn parameter_in<'v>(document: &'v Value, path: &[String]) -> Option<&'v str> {
    let (last, parent) = path.split_last()?;
    let step = |value: &'v Value, part: &String| match value {
        Value::Array(items) => items.get(part.parse::<usize>().ok()?),
        other => other.get(part),
    };
    let parameter = parent.iter().try_fold(document, step)?;
    let key = parameter.get("type").and_then(Value::as_str) == Some("apiKey");
    if last == "name" && !key { parameter.get("in")?.as_str() } else { None }
}

/// The names in braces of a template.
fn placeholders(template: &str) -> impl Iterator<Item = &str> {
    template.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name.trim_end_matches('+'))
}

/// Whether a path leads through an example or another value whose keys and strings are data.
fn below_values(path: &[String]) -> bool {
    path.iter().enumerate().any(|(index, part)| {
        !is_named(path, index)
            && ["example", "examples", "default", "x-amazon-apigateway-integration"].contains(&part.as_str())
    })
}

/// Whether a part of a path is a name that the document chooses.
fn is_named(path: &[String], index: usize) -> bool {
    index.checked_sub(1).and_then(|before| path.get(before)).is_some_and(|part| NAMED.contains(&part.as_str()))
}

/// The part of a path at this distance from its end; `""` if the path is shorter.
fn ending(path: &[String], from_end: usize) -> &str {
    path.len().checked_sub(from_end).and_then(|i| path.get(i)).map_or("", String::as_str)
}
