//! Checks every key of a path item, an operation, a security scheme and the root: it is read, known to be irrelevant, an
//! extension of another tool, or reported.
//!
//! An ignored key can leave a method without authorization: `Security`, `"security "`, the `security` of a path item, an
//! authorizer in an operation. So a misspelled key is an error if the known key determines which methods exist or what they
//! require. A security key where OpenAPI and API Gateway do not read it is an error if the method requires no credential.

use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Span};
use crate::diagnostics::texts::excerpt;
use crate::document::load::node::{Member, Node, Value};
use crate::document::spec::ADDITIONAL;

/// The objects whose keys are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// The document.
    Root,
    /// `components`.
    Components,
    /// A path item.
    PathItem,
    /// An operation.
    Operation,
    /// A security scheme.
    Scheme,
    /// `x-amazon-apigateway-authorizer`.
    Authorizer,
}

/// A security key at a location where it has no effect.
#[derive(Clone, Copy, Debug)]
pub struct Misplaced<'d> {
    /// The key.
    pub key: &'d str,
    /// The location of the key.
    pub span: Span,
}

/// The findings about the keys of an object.
#[derive(Debug, Default)]
pub struct Account<'d> {
    /// Diagnostics about misspelled and unknown keys.
    pub diagnostics: Vec<Diagnostic>,
    /// Security keys that are not read here.
    pub misplaced: Vec<Misplaced<'d>>,
}

/// The prefix of all extensions of API Gateway.
pub const EXTENSION: &str = "x-amazon-apigateway-";

const ROOT: &[&str] = &[
    "openapi",
    "swagger",
    "info",
    "servers",
    "paths",
    "components",
    "security",
    "tags",
    "externalDocs",
    "webhooks",
    "jsonSchemaDialect",
    "$self",
    "$schema",
    "host",
    "basePath",
    "schemes",
    "consumes",
    "produces",
    "definitions",
    "parameters",
    "responses",
    "securityDefinitions",
    "x-amazon-apigateway-api-key-source",
];
const COMPONENTS: &[&str] = &[
    "schemas",
    "responses",
    "parameters",
    "examples",
    "requestBodies",
    "headers",
    "securitySchemes",
    "links",
    "callbacks",
    "pathItems",
    "mediaTypes",
];
const PATH_ITEM: &[&str] = &[
    "get",
    "put",
    "post",
    "delete",
    "options",
    "head",
    "patch",
    "trace",
    "query",
    "additionalOperations",
    "x-amazon-apigateway-any-method",
    "$ref",
    "summary",
    "description",
    "servers",
    "parameters",
    "isDefaultRoute",
];
const OPERATION: &[&str] = &[
    "security",
    "x-amazon-apigateway-auth",
    "$ref",
    "tags",
    "summary",
    "description",
    "externalDocs",
    "operationId",
    "parameters",
    "requestBody",
    "responses",
    "callbacks",
    "deprecated",
    "servers",
    "consumes",
    "produces",
    "schemes",
    "isDefaultRoute",
];
const SCHEME: &[&str] = &[
    "type",
    "in",
    "name",
    "scheme",
    "$ref",
    "x-amazon-apigateway-authorizer",
    "x-amazon-apigateway-authtype",
    "flows",
    "flow",
    "authorizationUrl",
    "tokenUrl",
    "scopes",
    "openIdConnectUrl",
    "oauth2MetadataUrl",
    "bearerFormat",
    "description",
    "deprecated",
];
const AUTHORIZER: &[&str] = &[
    "type",
    "identitySource",
    "providerARNs",
    "jwtConfiguration",
    "identityValidationExpression",
    "authorizerUri",
    "authorizerCredentials",
    "authorizerPayloadFormatVersion",
    "authorizerResultTtlInSeconds",
    "enableSimpleResponses",
    "name",
];

/// The extensions of API Gateway that determine who can call a method.
const SECURITY_EXTENSIONS: &[&str] = &[
    "x-amazon-apigateway-any-method",
    "x-amazon-apigateway-api-key-source",
    "x-amazon-apigateway-auth",
    "x-amazon-apigateway-authorizer",
    "x-amazon-apigateway-authtype",
];
/// The other extensions of API Gateway, which do not affect authorization.
const OTHER_EXTENSIONS: &[&str] = &[
    "x-amazon-apigateway-authorizers",
    "x-amazon-apigateway-binary-media-types",
    "x-amazon-apigateway-cors",
    "x-amazon-apigateway-documentation",
    "x-amazon-apigateway-endpoint-access-mode",
    "x-amazon-apigateway-endpoint-configuration",
    "x-amazon-apigateway-gateway-responses",
    "x-amazon-apigateway-importexport-version",
    "x-amazon-apigateway-integration",
    "x-amazon-apigateway-integrations",
    "x-amazon-apigateway-minimum-compression-size",
    "x-amazon-apigateway-policy",
    "x-amazon-apigateway-request-validator",
    "x-amazon-apigateway-request-validators",
    "x-amazon-apigateway-security-policy",
    "x-amazon-apigateway-tag-value",
];
/// Security keys of CloudFormation and SAM, which OpenAPI does not define.
const SECURITY_WORDS: &[&str] = &[
    "security",
    "securityschemes",
    "securitydefinitions",
    "securityrequirements",
    "auth",
    "authentication",
    "authorization",
    "authorizationscopes",
    "authorizationtype",
    "authorizer",
    "authorizerid",
    "authorizers",
    "authtype",
    "apikeyrequired",
];

impl Holder {
    fn known(self) -> &'static [&'static str] {
        match self {
            Self::Root => ROOT,
            Self::Components => COMPONENTS,
            Self::PathItem => PATH_ITEM,
            Self::Operation => OPERATION,
            Self::Scheme => SCHEME,
            Self::Authorizer => AUTHORIZER,
        }
    }

    /// Whether a known key determines which methods exist or what they require.
    fn decides(self, key: &str) -> bool {
        match self {
            Self::Root => {
                matches!(key, "paths" | "components" | "security" | "securityDefinitions")
                    || key == "x-amazon-apigateway-api-key-source"
            }
            Self::Components => key == "securitySchemes",
            Self::PathItem => !matches!(key, "summary" | "description" | "servers" | "parameters"),
            Self::Operation => matches!(key, "security" | "x-amazon-apigateway-auth" | "$ref"),
            Self::Scheme => matches!(key, "type" | "in" | "name" | "scheme" | "$ref") || key.starts_with(EXTENSION),
            Self::Authorizer => {
                matches!(key, "type" | "identitySource" | "providerARNs" | "jwtConfiguration")
            }
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Root => "the document",
            Self::Components => "`components`",
            Self::PathItem => "a path item",
            Self::Operation => "an operation",
            Self::Scheme => "a security scheme",
            Self::Authorizer => "an authorizer",
        }
    }

    /// Whether unknown keys get a note. Those of an authorizer concern only the gateway.
    fn notes_unknown(self) -> bool {
        !matches!(self, Self::Authorizer)
    }
}

/// Checks the keys of an object.
pub fn account<'d>(members: &'d [Member<'_>], holder: Holder) -> Account<'d> {
    let mut account = Account::default();
    let mut unknown_keys = Vec::new();
    for member in members {
        let key = &*member.key;
        let is_additional = holder == Holder::PathItem && key.starts_with(ADDITIONAL);
        if is_additional || holder.known().contains(&key) || (key.starts_with("Fn::") && members.len() == 1) {
            continue;
        }
        if let Some(known) = near_miss(key, holder) {
            account.diagnostics.push(misspelt(member, known, holder));
        } else if holder == Holder::PathItem && member.value.get("responses").is_some() {
            let message = format!("`{}` is not a method of OpenAPI: no method is generated for it", excerpt(key));
            let help = "the methods are get, put, post, delete, options, head, patch, trace and query; others belong under \
                        `additionalOperations`";
            account.diagnostics.push(Diagnostic::warning(codes::KEY_UNKNOWN, member.key_span, message).help(help));
        } else if is_security_word(key) {
            account.misplaced.push(Misplaced { key, span: member.key_span });
        } else if key.starts_with(EXTENSION) && !OTHER_EXTENSIONS.contains(&key) {
            unknown_keys.push((member, "API Gateway does not define this extension"));
        } else if !key.starts_with("x-") && !key.starts_with("X-") && holder.notes_unknown() {
            unknown_keys.push((member, "OpenAPI does not define this key here"));
        }
    }
    let more = unknown_keys.len().saturating_sub(MOST_UNKNOWN);
    for (index, (member, why)) in unknown_keys.into_iter().take(MOST_UNKNOWN).enumerate() {
        let more = if index + 1 == MOST_UNKNOWN { more } else { 0 };
        account.diagnostics.push(unknown(member, holder, why, more));
    }
    account
}

/// The maximum number of reported unknown keys of an object. The last report has the number of the others.
const MOST_UNKNOWN: usize = 16;

/// The method that a misspelled key of a path item means.
pub fn near_method(key: &str) -> Option<&'static str> {
    near_miss(key, Holder::PathItem).filter(|known| crate::document::spec::paths::method(known).is_some())
}

/// Collects the security keys below an operation or the root that are not at a location where they are read: in a parameter, a
/// body, a response, `info`. Names chosen by the author (of headers, media types, properties) are not keys in this sense.
pub fn misplaced_below<'d>(node: &'d Node<'_>, found: &mut Vec<Misplaced<'d>>) {
    match &node.value {
        Value::Array(elements) => elements.iter().for_each(|element| misplaced_below(element, found)),
        Value::Object(members) => {
            for member in members {
                let key = &*member.key;
                if key == "security" || SECURITY_EXTENSIONS.contains(&key) {
                    found.push(Misplaced { key, span: member.key_span });
                } else if matches!(key, "content" | "headers") {
                    // The keys are names chosen by the author; the values are OpenAPI objects.
                    let named = member.value.members().unwrap_or_default();
                    named.iter().for_each(|named| misplaced_below(&named.value, found));
                } else if !FREE.contains(&key) && !key.starts_with("x-") {
                    misplaced_below(&member.value, found);
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The keys whose values are free content, or describe requests that the API sends.
const FREE: &[&str] = &[
    "schema",
    "itemSchema",
    "example",
    "examples",
    "callbacks",
    "links",
    "default",
    "enum",
    "items",
    "encoding",
    "variables",
];

/// The known key that a misspelled one means: it differs in case, spaces and punctuation, or by one edit.
fn near_miss(key: &str, holder: Holder) -> Option<&'static str> {
    // A long key is not a misspelled short one.
    if key.len() > 64 {
        return None;
    }
    let exact = SECURITY_EXTENSIONS.contains(&key) || OTHER_EXTENSIONS.contains(&key);
    if exact {
        return None;
    }
    let plain = squashed(key);
    if plain.is_empty() {
        return None;
    }
    let known = || holder.known().iter().copied();
    let same = known().find(|known| letters(known).eq(plain.bytes()));
    // A three-letter key with one different letter is another word, unless it is a method.
    let is_long = |known: &str| known.len() > 3 || (known.len() == 3 && holder == Holder::PathItem);
    let close = || {
        known().find(|known| is_long(known) && lengths_are_near(known, &plain) && one_edit(&squashed(known), &plain))
    };
    same.or_else(close)
}

/// Whether two keys can differ by one edit. Most differ in length by more than that.
fn lengths_are_near(known: &str, plain: &str) -> bool {
    letters(known).count().abs_diff(plain.len()) <= 1
}

fn is_security_word(key: &str) -> bool {
    if SECURITY_EXTENSIONS.contains(&key) {
        return true;
    }
    if key.len() > 64 || key.starts_with("x-") && !key.starts_with(EXTENSION) {
        return false;
    }
    let plain = squashed(key);
    let near = |known: &&str| lengths_are_near(known, &plain) && one_edit(&squashed(known), &plain);
    SECURITY_WORDS.contains(&plain.as_str()) || SECURITY_EXTENSIONS.iter().any(near)
}

/// The letters and digits of a key in lower case.
fn squashed(key: &str) -> String {
    letters(key).map(char::from).collect()
}

fn letters(key: &str) -> impl Iterator<Item = u8> {
    key.bytes().filter(u8::is_ascii_alphanumeric).map(|b| b.to_ascii_lowercase())
}

/// Whether two texts are equal, or differ by one inserted, removed or changed letter or by two swapped neighbors.
fn one_edit(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let start = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[start..], &b[start..]);
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[..a.len() - end], &b[..b.len() - end]);
    match (a, b) {
        ([], []) | ([_], [] | [_]) | ([], [_]) => true,
        ([x, y], [z, w]) => x == w && y == z,
        _ => false,
    }
}

/// The diagnostic for a misspelled key: an error if the known key determines what is required.
pub fn misspelt(member: &Member<'_>, known: &'static str, holder: Holder) -> Diagnostic {
    let key = excerpt(&member.key);
    let message = format!("misspelled key `{key}` of {}, expected `{known}`", holder.name());
    let diagnostic = match holder.decides(known) {
        true => Diagnostic::error(codes::KEY_MISSPELT, member.key_span, message),
        false => Diagnostic::warning(codes::KEY_MISSPELT, member.key_span, message),
    };
    diagnostic.help(format!("write `{known}`, or begin the key with `x-` if it is an extension of your own"))
}

fn unknown(member: &Member<'_>, holder: Holder, why: &str, more: usize) -> Diagnostic {
    let key = excerpt(&member.key);
    let message = match more {
        0 => format!("unknown key `{key}` of {}: ignored", holder.name()),
        more => format!("unknown key `{key}` of {} and {more} others: ignored", holder.name()),
    };
    Diagnostic::note(codes::KEY_UNKNOWN, member.key_span, message)
        .help(format!("check the spelling of the key, or remove it: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_one_edit_or_case_and_joints() {
        for (key, holder, known) in [
            ("GET", Holder::PathItem, "get"),
            ("Post ", Holder::PathItem, "post"),
            ("gett", Holder::PathItem, "get"),
            ("ref", Holder::PathItem, "$ref"),
            ("X-Amazon-Apigateway-Any-Method", Holder::PathItem, "x-amazon-apigateway-any-method"),
            ("Security", Holder::Operation, "security"),
            ("security ", Holder::Operation, "security"),
            ("securty", Holder::Operation, "security"),
            ("secruity", Holder::Operation, "security"),
            ("x-amazon-api-gateway-auth", Holder::Operation, "x-amazon-apigateway-auth"),
            ("operation_id", Holder::Operation, "operationId"),
            ("x-amazon-apigateway-authorizor", Holder::Scheme, "x-amazon-apigateway-authorizer"),
            ("identitysource", Holder::Authorizer, "identitySource"),
            ("securitySchemas", Holder::Components, "securitySchemes"),
            ("Components", Holder::Root, "components"),
        ] {
            assert_eq!(near_miss(key, holder), Some(known), "{key:?}");
        }
        for (key, holder) in [
            ("x-amazon-apigateway-auth", Holder::Scheme),
            ("x-amazon-apigateway-integration", Holder::Operation),
            ("x-internal", Holder::Operation),
            ("timeouts", Holder::Operation),
            ("", Holder::PathItem),
        ] {
            assert_eq!(near_miss(key, holder), None, "{key:?}");
        }
    }

    #[test]
    fn one_edit_is_an_insertion_a_removal_a_change_or_a_swap() {
        for (a, b) in [("abcd", "abcd"), ("abcd", "abd"), ("abcd", "abxcd"), ("abcd", "abxd"), ("abcd", "abdc")] {
            assert!(one_edit(a, b) && one_edit(b, a), "{a} {b}");
        }
        for (a, b) in [("abcd", "ab"), ("abcd", "abxy"), ("abcd", "dcba"), ("abcd", "badc")] {
            assert!(!one_edit(a, b) && !one_edit(b, a), "{a} {b}");
        }
    }
}
