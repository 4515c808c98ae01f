//! One sink for values: JSON text for bodies, or a tree for parameters, forms and `Debug`.

use super::depth::DEPTH;
use super::object::Optional;
use super::tree::Tree;
use super::value::Node;
use super::{Json, Param};
use crate::secret::{REDACTED, Secret};
use serde_json::Number;
use std::collections::BTreeMap;

/// What values write themselves to.
///
/// A value is one call, or a `begin`, members or elements, and an `end`. Commas are its own business.
pub struct Writer<'w> {
    sink: Sink<'w>,
    secrets: Secrets,
    failure: Option<&'static str>,
    /// How many arrays and objects have begun and not ended.
    depth: usize,
}

/// What becomes of secrets.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Secrets {
    /// They are written: a request needs them.
    Written,
    /// They are shown as such (`Debug`).
    Redacted,
    /// They are an error (`Serialize`).
    #[cfg(feature = "serde")]
    Refused,
}

enum Sink<'w> {
    Text(&'w mut Vec<u8>),
    Tree {
        tree: Tree<'static>,
        /// Where the arrays and objects stand that have not ended yet.
        open: Vec<usize>,
    },
}

impl Writer<'_> {
    /// Begins an object.
    pub fn begin_object(&mut self) {
        self.descend();
        match &mut self.sink {
            Sink::Text(out) => {
                separate(out);
                out.push(b'{');
            }
            Sink::Tree { tree, open } => open.push(tree.begin(Node::Object(0))),
        }
    }

    /// Ends an object.
    pub fn end_object(&mut self) {
        self.end(b'}');
    }

    /// Begins an array.
    pub fn begin_array(&mut self) {
        self.descend();
        match &mut self.sink {
            Sink::Text(out) => {
                separate(out);
                out.push(b'[');
            }
            Sink::Tree { tree, open } => open.push(tree.begin(Node::Array(0))),
        }
    }

    /// Ends an array.
    pub fn end_array(&mut self) {
        self.end(b']');
    }

    /// The name of the member that is written next.
    pub fn key(&mut self, name: &str) {
        match &mut self.sink {
            Sink::Text(out) => {
                separate(out);
                push_string(out, name);
                out.push(b':');
            }
            Sink::Tree { tree, .. } => tree.put(Node::String(name.to_owned().into())),
        }
    }

    /// A member.
    pub fn required<T: Json>(&mut self, name: &str, value: &T) {
        self.key(name);
        self.element(value);
    }

    /// An element; null in place of one that nests too deep, after which nothing is sent.
    pub fn element<T: Param>(&mut self, value: &T) {
        if self.depth > DEPTH {
            self.null();
        } else {
            value.write_to(self);
        }
    }

    /// An element that is left out if there is none.
    pub fn optional_element<T: Json>(&mut self, value: &Option<T>) {
        if let Some(value) = value {
            self.element(value);
        }
    }

    /// Several elements.
    pub fn elements<T: Json>(&mut self, values: &[T]) {
        for value in values {
            self.element(value);
        }
    }

    /// A member that is left out where there is none.
    pub fn optional<T: Json>(&mut self, name: &str, value: &Option<T>) {
        if let Some(value) = value {
            self.required(name, value);
        }
    }

    /// A member that is left out, null or there.
    pub fn tristate<T: Json>(&mut self, name: &str, value: &Optional<T>) {
        match value {
            Optional::Absent => {}
            Optional::Null => {
                self.key(name);
                self.null();
            }
            Optional::Value(value) => self.required(name, value),
        }
    }

    /// The members of a map.
    pub fn rest<T: Json>(&mut self, members: &BTreeMap<String, T>) {
        for (name, value) in members {
            self.required(name, value);
        }
    }

    /// A string.
    pub fn string(&mut self, text: &str) {
        match &mut self.sink {
            Sink::Text(out) => {
                separate(out);
                push_string(out, text);
            }
            Sink::Tree { tree, .. } => tree.put(Node::String(text.to_owned().into())),
        }
    }

    /// A secret: written into requests, redacted in `Debug`, refused by `Serialize`.
    pub fn secret(&mut self, secret: &Secret) {
        match self.secrets {
            Secrets::Written => self.string(secret.expose()),
            Secrets::Redacted => self.string(REDACTED),
            #[cfg(feature = "serde")]
            Secrets::Refused => self.fail("it holds a secret, and secrets are not serialized"),
        }
    }

    /// An integer.
    pub fn integer(&mut self, number: i64) {
        self.number(Number::from(number));
    }

    /// An integer that is not negative.
    pub fn unsigned(&mut self, number: u64) {
        self.number(Number::from(number));
    }

    /// A number; `null` if it is infinite or none, which JSON can't say.
    pub fn float(&mut self, number: f64) {
        match Number::from_f64(number) {
            Some(number) => self.number(number),
            None => self.null(),
        }
    }

    /// A number of 32 bits, in the fewest digits that read as the same one.
    pub fn float32(&mut self, number: f32) {
        self.float(number.to_string().parse().unwrap_or(f64::NAN));
    }

    /// A boolean.
    pub fn boolean(&mut self, it: bool) {
        match &mut self.sink {
            Sink::Text(out) => {
                separate(out);
                out.extend_from_slice(if it { b"true" } else { b"false" });
            }
            Sink::Tree { tree, .. } => tree.put(Node::Bool(it)),
        }
    }

    /// `null`
    pub fn null(&mut self) {
        match &mut self.sink {
            Sink::Text(out) => {
                separate(out);
                out.extend_from_slice(b"null");
            }
            Sink::Tree { tree, .. } => tree.put(Node::Null),
        }
    }

    /// Free JSON.
    pub fn any(&mut self, value: &serde_json::Value) {
        match value {
            serde_json::Value::Null => self.null(),
            serde_json::Value::Bool(it) => self.boolean(*it),
            serde_json::Value::Number(it) => self.number(it.clone()),
            serde_json::Value::String(it) => self.string(it),
            serde_json::Value::Array(items) => {
                self.begin_array();
                items.iter().for_each(|item| self.element(item));
                self.end_array();
            }
            serde_json::Value::Object(members) => {
                self.begin_object();
                for (name, value) in members {
                    self.required(name, value);
                }
                self.end_object();
            }
        }
    }

    /// Notes that the value can't be written; what is written instead is never sent.
    pub fn fail(&mut self, why: &'static str) {
        self.failure.get_or_insert(why);
        self.null();
    }

    fn number(&mut self, number: Number) {
        match &mut self.sink {
            Sink::Text(out) => {
                separate(out);
                out.extend_from_slice(number.to_string().as_bytes());
            }
            Sink::Tree { tree, .. } => tree.put(Node::Number(number)),
        }
    }

    fn descend(&mut self) {
        self.depth += 1;
        if self.depth > DEPTH {
            self.failure.get_or_insert("it nests more than 127 deep");
        }
    }

    fn end(&mut self, bracket: u8) {
        self.depth = self.depth.saturating_sub(1);
        match &mut self.sink {
            Sink::Text(out) => out.push(bracket),
            Sink::Tree { tree, open } => open.pop().into_iter().for_each(|at| tree.end(at)),
        }
    }
}

/// The JSON text of a value.
///
/// # Errors
/// Why it can't be written.
pub(crate) fn json_text(value: &dyn Param) -> Result<Vec<u8>, &'static str> {
    let mut text = Vec::with_capacity(128);
    let mut out = Writer { sink: Sink::Text(&mut text), secrets: Secrets::Written, failure: None, depth: 0 };
    value.write_to(&mut out);
    match out.failure {
        None => Ok(text),
        Some(why) => Err(why),
    }
}

/// The tree of a value.
///
/// # Errors
/// Why it can't be written.
pub(crate) fn tree(value: &dyn Param) -> Result<Tree<'static>, &'static str> {
    match grow(Secrets::Written, value) {
        (tree, None) => Ok(tree),
        (_, Some(why)) => Err(why),
    }
}

/// The tree of a value, and why it can't be written, if so.
pub(crate) fn grow(secrets: Secrets, value: &dyn Param) -> (Tree<'static>, Option<&'static str>) {
    let mut out =
        Writer { sink: Sink::Tree { tree: Tree::with_room(1), open: Vec::new() }, secrets, failure: None, depth: 0 };
    value.write_to(&mut out);
    match out.sink {
        Sink::Tree { tree, .. } => (tree, out.failure),
        Sink::Text(_) => (Tree::with_room(0), out.failure),
    }
}

/// Writes the comma between two elements or members: due unless something was just opened or named.
fn separate(out: &mut Vec<u8>) {
    if !matches!(out.last(), None | Some(b'{' | b'[' | b':')) {
        out.push(b',');
    }
}

fn push_string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20)) {
        let (plain, from) = rest.split_at(at);
        out.extend_from_slice(plain.as_bytes());
        let mut chars = from.chars();
        match chars.next() {
            Some('"') => out.extend_from_slice(b"\\\""),
            Some('\\') => out.extend_from_slice(b"\\\\"),
            Some('\n') => out.extend_from_slice(b"\\n"),
            Some('\r') => out.extend_from_slice(b"\\r"),
            Some('\t') => out.extend_from_slice(b"\\t"),
            Some(other) => out.extend_from_slice(format!("\\u{:04x}", u32::from(other)).as_bytes()),
            None => {}
        }
        rest = chars.as_str();
    }
    out.extend_from_slice(rest.as_bytes());
    out.push(b'"');
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    struct Sample;

    impl Param for Sample {
        fn write_to(&self, out: &mut Writer<'_>) {
            out.begin_object();
            out.required("id", &7_i64);
            out.optional("gone", &None::<i64>);
            out.tristate("nil", &Optional::<i64>::Null);
            out.tristate("absent", &Optional::<i64>::Absent);
            out.key("list");
            out.begin_array();
            out.begin_object();
            out.end_object();
            out.string("a:");
            out.boolean(true);
            out.begin_array();
            out.end_array();
            out.end_array();
            out.required("key", &Secret::new("canary"));
            out.end_object();
        }
    }

    #[test]
    fn text_and_tree_agree() {
        let text = json_text(&Sample).unwrap();
        assert_eq!(
            std::str::from_utf8(&text).unwrap(),
            r#"{"id":7,"nil":null,"list":[{},"a:",true,[]],"key":"canary"}"#
        );
        assert_eq!(tree(&Sample).unwrap().root(), Tree::parse(&text).unwrap().root());
    }

    #[test]
    fn debug_redacts() {
        let (tree, _) = grow(Secrets::Redacted, &Sample);
        let shown = format!("{:?}", tree.root());
        assert!(shown.contains(REDACTED) && !shown.contains("canary"), "{shown}");
    }

    #[test]
    fn every_character_survives() {
        let all: String = (0..0x3000).filter_map(char::from_u32).collect();
        let text = json_text(&all).unwrap();
        assert_eq!(serde_json::from_slice::<String>(&text).unwrap(), all);
    }
}
