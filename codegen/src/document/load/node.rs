//! A document as a tree of values with locations, which every later stage reads.

use crate::diagnostics::report::Span;
use std::borrow::Cow;

/// A value and its location in the sources.
#[derive(Clone, Debug)]
pub struct Node<'s> {
    /// The value.
    pub value: Value<'s>,
    /// Its location in the file of the user, also after `upgrade`.
    pub span: Span,
    /// A property that `upgrade` found and that OpenAPI 3.0 cannot express. No document can contain it.
    pub mark: Option<Box<Mark>>,
}

/// A property that OpenAPI 3.0 cannot express.
#[derive(Clone, Debug)]
pub enum Mark {
    /// A parameter whose values are separated by tabs.
    TabSeparated,
    /// An operation without a request body, which the source document describes.
    NoBody,
    /// A content whose schema is that of an item of its stream.
    ItemSchema,
    /// A schema of any value, which no schema beside it restricts: what it describes depends on the schemas that refer to it.
    AnyValue,
    /// The root of a Swagger 2.0 document.
    Swagger2,
}

/// A value of JSON, or the equivalent of YAML.
#[derive(Clone, Debug)]
pub enum Value<'s> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as written: `1`, `-0`, `1e999`, `2.0`.
    Number(Cow<'s, str>),
    /// A string.
    String(Cow<'s, str>),
    /// An array.
    Array(Vec<Node<'s>>),
    /// An object, in the order of the document, without duplicate keys.
    Object(Vec<Member<'s>>),
}

/// A key of an object and its value.
#[derive(Clone, Debug)]
pub struct Member<'s> {
    /// The key.
    pub key: Cow<'s, str>,
    /// The location of the key.
    pub key_span: Span,
    /// The value.
    pub value: Node<'s>,
}

impl<'s> Node<'s> {
    /// A node at a location.
    pub fn new(value: Value<'s>, span: Span) -> Self {
        Self { value, span, mark: None }
    }

    /// The members, if it is an object.
    pub fn members(&self) -> Option<&[Member<'s>]> {
        if let Value::Object(members) = &self.value { Some(members) } else { None }
    }

    /// The elements, if it is an array.
    pub fn elements(&self) -> Option<&[Node<'s>]> {
        if let Value::Array(elements) = &self.value { Some(elements) } else { None }
    }

    /// The value of a key, if it is an object that has it.
    pub fn get(&self, key: &str) -> Option<&Node<'s>> {
        self.member(key).map(|m| &m.value)
    }

    /// The member of a key, if it is an object that has it.
    pub fn member(&self, key: &str) -> Option<&Member<'s>> {
        self.members()?.iter().find(|m| m.key == key)
    }

    /// The text, if it is a string.
    pub fn as_str(&self) -> Option<&str> {
        if let Value::String(text) = &self.value { Some(text) } else { None }
    }

    /// The boolean, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        if let Value::Bool(b) = self.value { Some(b) } else { None }
    }

    /// The number as written, if it is one.
    pub fn as_number(&self) -> Option<&str> {
        if let Value::Number(n) = &self.value { Some(n) } else { None }
    }

    /// The number as an integer, if it is one that fits.
    pub fn as_i64(&self) -> Option<i64> {
        self.as_number()?.parse().ok()
    }

    /// A string, a number or a boolean as text: exports differ in which of them they write.
    pub fn as_scalar_text(&self) -> Option<Cow<'_, str>> {
        match &self.value {
            Value::String(t) | Value::Number(t) => Some(Cow::Borrowed(t)),
            Value::Bool(b) => Some(Cow::Borrowed(if *b { "true" } else { "false" })),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// The kind of the value, for messages: "a string", "an object".
    pub fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "an array",
            Value::Object(_) => "an object",
        }
    }
}
