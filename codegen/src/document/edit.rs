//! Small edits of a tree of nodes.

use crate::diagnostics::report::Span;
use crate::document::load::node::{Member, Node, Value};
use std::borrow::Cow;

pub(crate) type Members<'s> = Vec<Member<'s>>;

/// The members, mutable, if it is an object.
pub(crate) fn members<'a, 's>(node: &'a mut Node<'s>) -> Option<&'a mut Members<'s>> {
    if let Value::Object(members) = &mut node.value { Some(members) } else { None }
}

/// The elements, mutable, if it is an array.
pub(crate) fn elements<'a, 's>(node: &'a mut Node<'s>) -> Option<&'a mut Vec<Node<'s>>> {
    if let Value::Array(elements) = &mut node.value { Some(elements) } else { None }
}

/// The value of a key.
pub(crate) fn find<'a, 's>(members: &'a [Member<'s>], key: &str) -> Option<&'a Node<'s>> {
    members.iter().find(|m| m.key == key).map(|m| &m.value)
}

/// The value of a key, mutable.
pub(crate) fn find_mut<'a, 's>(members: &'a mut [Member<'s>], key: &str) -> Option<&'a mut Node<'s>> {
    members.iter_mut().find(|m| m.key == key).map(|m| &mut m.value)
}

/// The value at the end of a path of keys and indices, mutable.
pub(crate) fn at_mut<'a, 's>(members: &'a mut [Member<'s>], path: &[String]) -> Option<&'a mut Node<'s>> {
    let (first, rest) = path.split_first()?;
    rest.iter().try_fold(find_mut(members, first)?, |node, key| match &mut node.value {
        Value::Object(members) => find_mut(members, key),
        Value::Array(elements) => elements.get_mut(key.parse::<usize>().ok()?),
        _ => None,
    })
}

/// Removes a member and returns it.
pub(crate) fn take<'s>(members: &mut Members<'s>, key: &str) -> Option<Member<'s>> {
    let at = members.iter().position(|m| m.key == key)?;
    Some(members.remove(at))
}

/// Sets the value of a key, in place if it exists and at the end if not.
pub(crate) fn set<'s>(members: &mut Members<'s>, key: &'static str, value: Node<'s>) {
    match members.iter_mut().find(|m| m.key == key) {
        Some(member) => member.value = value,
        None => members.push(member(key, value)),
    }
}

/// Adds elements to the array of a key, which is created if it is missing.
pub(crate) fn append<'s>(members: &mut Members<'s>, key: &'static str, span: Span, more: Vec<Node<'s>>) {
    match find_mut(members, key).and_then(elements) {
        Some(elements) => elements.extend(more),
        None => set(members, key, array(span, more)),
    }
}

/// A member with the location of its value.
pub(crate) fn member<'s>(key: impl Into<Cow<'s, str>>, value: Node<'s>) -> Member<'s> {
    Member { key: key.into(), key_span: value.span, value }
}

pub(crate) fn object<'s>(span: Span, members: Members<'s>) -> Node<'s> {
    Node::new(Value::Object(members), span)
}

pub(crate) fn array<'s>(span: Span, elements: Vec<Node<'s>>) -> Node<'s> {
    Node::new(Value::Array(elements), span)
}

pub(crate) fn text<'s>(span: Span, text: impl Into<Cow<'s, str>>) -> Node<'s> {
    Node::new(Value::String(text.into()), span)
}

pub(crate) fn boolean<'s>(span: Span, value: bool) -> Node<'s> {
    Node::new(Value::Bool(value), span)
}

/// The number of values of a node, including itself.
pub(crate) fn size(node: &Node<'_>) -> usize {
    match &node.value {
        Value::Array(elements) => 1 + elements.iter().map(size).sum::<usize>(),
        Value::Object(members) => 1 + members.iter().map(|m| size(&m.value)).sum::<usize>(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 1,
    }
}
