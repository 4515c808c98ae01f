//! Replaces placeholders and CloudFormation functions in a document by the values of `cogen.toml`.

mod functions;
mod same;

use crate::diagnostics::codes;
use crate::diagnostics::meter::Meter;
use crate::diagnostics::report::{Diagnostic, Report, Severity, Span};
use crate::document::exports;
use crate::document::load::duplicates;
use crate::document::load::node::{Member, Node, Value};
use crate::document::spec::{ANY_METHOD, is_no_value, taken};
use crate::document::template::Definitions;
use crate::document::values::functions::Computed;
use crate::document::values::same::are_equivalent;
use indexmap::IndexMap;
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// The used names.
pub type Used<'v> = BTreeSet<&'v str>;

/// Replaces `${name}` in any string or key by its value in `[values]`, and CloudFormation functions by their result if all of
/// their arguments are known (`functions`). Functions of constants need no value.
///
/// `{"Fn::If": [name, …, …]}` is replaced by its first branch if the value is `true`, and by the second if it is `false`.
/// Without a value, it is replaced if both branches are the same for a client; in parameters, bodies, responses and schemas
/// also if one branch is `AWS::NoValue`.
///
/// The placeholders of a string are replaced only if all of them have a value. Other strings stay unchanged, because most of
/// them do not concern a client. The names that are replaced are added to `used`; [`report_unused`] reports the others.
pub fn fill<'v>(
    root: &mut Node<'_>,
    definitions: &Definitions<'_>,
    values: &'v IndexMap<String, String>,
    used: &mut Used<'v>,
    report: &mut Report,
) {
    let mut fill = Fill {
        values,
        definitions,
        decided: FxHashMap::default(),
        inside: 0,
        used: std::mem::take(used),
        diagnostics: Vec::new(),
        here: root.span,
        added: Meter::new(
            MOST_ADDED,
            codes::FILLED_TOO_MUCH,
            format!("replacing the placeholders would add more than {MOST_ADDED} bytes to the document"),
            format!("deploy the template and {}", exports::commands()),
        ),
        is_described: false,
        is_extension: false,
    };
    fill.node(root);
    *used = fill.used;
    fill.diagnostics.into_iter().for_each(|d| report.push(d));
}

/// Reports the names that no document uses.
pub fn report_unused(values: &IndexMap<String, String>, used: &Used<'_>, report: &mut Report) {
    for name in values.keys().filter(|name| !used.contains(name.as_str())) {
        let message = format!("unused value `{name}`: the document has no placeholder of that name to fill");
        let help = "check the spelling of the name, and set values for all placeholders of the same text";
        report.push(Diagnostic::new(Severity::Warning, codes::VALUE_UNUSED, None, message).help(help));
    }
}

/// Whether a node is a CloudFormation function, which is evaluated at deployment: `{"Fn::Sub": …}`, `{"Ref": "x"}`.
pub fn is_intrinsic(node: &Node<'_>) -> bool {
    let Some([Member { key, value, .. }]) = node.members() else { return false };
    // A property of a schema can have the name `Ref`. Its value is then a schema, not a string.
    key.starts_with("Fn::") || (matches!(&**key, "Ref" | "Condition") && value.as_str().is_some())
}

/// Whether a text has a placeholder: `${name}`, or `{{name}}` of Mustache and similar languages.
pub fn has_placeholder(text: &str) -> bool {
    let closes = |open: &str, close: &str| text.split_once(open).is_some_and(|(_, rest)| rest.contains(close));
    closes("${", "}") || closes("{{", "}}")
}

/// The maximum number of bytes that replacing can add to a document: nested functions can double a text with each level.
const MOST_ADDED: usize = 16 << 20;

struct Fill<'v, 't> {
    values: &'v IndexMap<String, String>,
    definitions: &'t Definitions<'t>,
    /// The evaluated conditions; `None` while one is being evaluated, or if it cannot be.
    decided: FxHashMap<String, Option<bool>>,
    /// The depth of nested conditions that are being evaluated.
    inside: usize,
    used: BTreeSet<&'v str>,
    diagnostics: Vec<Diagnostic>,
    /// The location of the value that is being filled.
    here: Span,
    /// The bytes that were added.
    added: Meter,
    /// Whether the value that is being filled describes requests and responses, and not security.
    is_described: bool,
    /// Whether it is in an extension other than `x-amazon-apigateway-any-method`.
    is_extension: bool,
}

/// The keys whose values describe requests and responses.
const DESCRIPTIONS: &[&str] = &[
    "parameters",
    "requestBody",
    "requestBodies",
    "responses",
    "schema",
    "itemSchema",
    "schemas",
    "definitions",
    "headers",
    "servers",
    "tags",
    "info",
];

impl<'v> Fill<'v, '_> {
    fn node<'s>(&mut self, node: &mut Node<'s>) {
        self.here = node.span;
        match &mut node.value {
            Value::String(text) => {
                if let Some(filled) = self.text(text, &IndexMap::new(), false) {
                    *text = Cow::Owned(filled);
                }
            }
            Value::Array(elements) => {
                elements.iter_mut().for_each(|e| self.node(e));
                if self.is_described {
                    elements.retain(|element| !is_no_value(element));
                }
            }
            Value::Object(_) => {
                if let Some(branch) = self.branch(node) {
                    *node = branch;
                    self.node(node);
                } else if let Some(computed) = self.function(node) {
                    node.value = match computed {
                        Computed::Text(text) => Value::String(Cow::Owned(text)),
                        Computed::List(texts) => Value::Array(
                            texts.into_iter().map(|t| Node::new(Value::String(Cow::Owned(t)), node.span)).collect(),
                        ),
                    };
                } else {
                    self.members(node);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn members(&mut self, node: &mut Node<'_>) {
        let literal = is_intrinsic(node);
        let Value::Object(members) = &mut node.value else { return };
        let mut any_key = false;
        for member in members.iter_mut() {
            if let Some(filled) = self.text(&member.key, &IndexMap::new(), false) {
                member.key = Cow::Owned(filled);
                any_key = true;
            }
            // The text of a function that cannot be evaluated stays unchanged.
            if literal && member.value.as_str().is_some() {
                continue;
            }
            let (described, extension) = (self.is_described, self.is_extension);
            self.is_extension |= member.key.starts_with("x-") && member.key != ANY_METHOD;
            self.is_described = !self.is_extension && (described || DESCRIPTIONS.contains(&&*member.key));
            self.node(&mut member.value);
            (self.is_described, self.is_extension) = (described, extension);
        }
        if self.is_described && !literal {
            members.retain(|member| !is_no_value(&member.value));
        }
        if any_key {
            duplicates(members, &mut self.diagnostics);
        }
    }

    /// The deployed branch of an `Fn::If`, or one of two branches that are the same for a client.
    fn branch<'s>(&mut self, node: &mut Node<'s>) -> Option<Node<'s>> {
        let span = node.span;
        let Value::Object(members) = &mut node.value else { return None };
        let [Member { key, value, .. }] = members.as_mut_slice() else { return None };
        let Value::Array(elements) = &mut value.value else { return None };
        let [name, yes, no] = elements.as_slice() else { return None };
        if key != "Fn::If" {
            return None;
        }
        let chosen = match self.holds(name) {
            Some(true) => 1,
            Some(false) => 2,
            None if are_equivalent(yes, no) => 1,
            None if self.is_described && is_no_value(yes) != is_no_value(no) => {
                self.diagnostics.push(taken(span));
                if is_no_value(yes) { 2 } else { 1 }
            }
            None => return None,
        };
        Some(elements.swap_remove(chosen))
    }

    /// The value of a condition: from the configuration, or else from its definition in the template.
    fn holds(&mut self, name: &Node<'_>) -> Option<bool> {
        let text = name.as_str()?;
        match self.value(text) {
            Some("true") => Some(true),
            Some("false") => Some(false),
            Some(_) => {
                let message = "the value of a condition must be `true` or `false`";
                self.diagnostics.push(
                    Diagnostic::error(codes::UNDECIDED, name.span, message)
                        .help("write `true` or `false` under `[values]`"),
                );
                None
            }
            None => self.defined(text),
        }
    }

    /// Counts bytes that are added to the document; `None` if they exceed the limit.
    fn add(&mut self, bytes: usize) -> Option<()> {
        if self.added.is_exceeded() {
            return None;
        }
        self.added.spend(bytes, self.here).map_err(|error| self.diagnostics.push(*error)).ok()
    }

    fn value(&mut self, name: &str) -> Option<&'v str> {
        let (name, value) = self.values.get_key_value(name)?;
        self.used.insert(name);
        Some(value)
    }

    /// The text with every `${name}` replaced; `None` if it has none, or one without a value.
    ///
    /// In a `Fn::Sub`, `${!name}` is the text `${name}`.
    fn text(&mut self, text: &str, own: &IndexMap<String, String>, is_sub: bool) -> Option<String> {
        // All names are checked first: an unchanged text uses no value.
        let (mut any, mut added) = (false, 0_usize);
        for placeholder in placeholders(text).filter(|p| !(is_sub && p.name.starts_with('!'))) {
            any = true;
            let value = own.get(placeholder.name).or_else(|| self.values.get(placeholder.name))?;
            added = added.saturating_add(value.len());
        }
        if !any && !is_sub {
            return None;
        }
        self.add(added)?;
        let mut filled = String::with_capacity(text.len());
        let mut from = 0;
        for placeholder in placeholders(text) {
            filled.push_str(text.get(from..placeholder.start)?);
            match placeholder.name.strip_prefix('!').filter(|_| is_sub) {
                Some(literal) => filled.extend(["${", literal, "}"]),
                None => match own.get(placeholder.name) {
                    Some(value) => filled.push_str(value),
                    None => filled.push_str(self.value(placeholder.name)?),
                },
            }
            from = placeholder.end;
        }
        filled.push_str(text.get(from..)?);
        Some(filled)
    }
}

/// The range of a `${name}` in a text, in bytes.
struct Placeholder<'t> {
    name: &'t str,
    start: usize,
    end: usize,
}

fn placeholders(text: &str) -> impl Iterator<Item = Placeholder<'_>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = from + text.get(from..)?.find("${")?;
        let inner = start + 2;
        let end = inner + text.get(inner..)?.find('}')?;
        from = end + 1;
        Some(Placeholder { name: text.get(inner..end)?.trim(), start, end: end + 1 })
    })
}

#[cfg(test)]
mod tests;
