//! Compares two branches of a condition by what they mean for a client.

use crate::document::load::node::{Member, Node, Value};
use rustc_hash::FxHashMap;

/// Keys without an effect on a client: descriptions, and the gateway's handling of a request.
const WITHOUT_EFFECT: &[&str] = &[
    "summary",
    "description",
    "x-amazon-apigateway-request-validator",
    "authorizerUri",
    "authorizerCredentials",
    "authorizerResultTtlInSeconds",
];

const INTEGRATION: &str = "x-amazon-apigateway-integration";

/// Whether two values are equal, ignoring the order of keys and of strings in a list, and keys without an effect on a client.
pub(crate) fn are_equivalent(one: &Node<'_>, other: &Node<'_>) -> bool {
    match (&one.value, &other.value) {
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => match (texts(a), texts(b)) {
            (Some(a), Some(b)) => a == b,
            _ => a.iter().zip(b).all(|(a, b)| are_equivalent(a, b)),
        },
        (Value::Object(a), Value::Object(b)) => {
            integration(a) == integration(b) && {
                let others: FxHashMap<&str, &Node<'_>> = with_effect(b).map(|m| (&*m.key, &m.value)).collect();
                with_effect(a).count() == others.len()
                    && with_effect(a).all(|m| others.get(&*m.key).is_some_and(|other| are_equivalent(&m.value, other)))
            }
        }
        (Value::Null, Value::Null) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Number(a), Value::Number(b)) | (Value::String(a), Value::String(b)) => a == b,
        _ => false,
    }
}

fn with_effect<'m, 's>(members: &'m [Member<'s>]) -> impl Iterator<Item = &'m Member<'s>> {
    members.iter().filter(|m| m.key != INTEGRATION && !(WITHOUT_EFFECT.contains(&&*m.key) && is_text(&m.value)))
}

/// A property of a schema can have the name `description`. Its value is then a schema.
fn is_text(node: &Node<'_>) -> bool {
    node.members().is_none() || super::is_intrinsic(node)
}

/// The parts of an integration that concern a client: whether it serves preflight requests, and whether it streams.
fn integration(members: &[Member<'_>]) -> (bool, bool) {
    let integration = members.iter().find(|m| m.key == INTEGRATION).map(|m| &m.value);
    let is = |key: &str, word: &str| {
        let text = integration.and_then(|node| node.get(key)).and_then(Node::as_str);
        text.is_some_and(|text| text.eq_ignore_ascii_case(word))
    };
    (is("type", "mock"), is("responseTransferMode", "stream"))
}

/// The elements of a list of strings, sorted.
fn texts<'n>(elements: &'n [Node<'_>]) -> Option<Vec<&'n str>> {
    let mut texts = elements.iter().map(Node::as_str).collect::<Option<Vec<_>>>()?;
    texts.sort_unstable();
    Some(texts)
}
