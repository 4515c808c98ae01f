//! Writes values: as JSON text for bodies, or as a tree for parameters, forms and `Debug`.

use crate::json::depth::DEPTH;
use crate::json::numbers::whole;
use crate::json::tree::nodes::Tree;
use crate::json::tree::value::Node;
use crate::secret::{REDACTED, Secret};
use serde_json::Number;

/// A writer of values.
///
/// A scalar is one call; an array or an object is a `begin`, its elements or members, and an `end`. The writer adds the commas.
pub struct Writer<'w> {
    sink: Sink<'w>,
    secrets: Secrets,
    failure: Option<&'static str>,
    /// The number of arrays and objects that were begun and not ended.
    depth: usize,
    /// The discriminator of the variant that is being written.
    pub(super) tag: Option<Tag>,
}

/// The discriminator of a variant of a union.
#[derive(Clone, Copy)]
pub(super) struct Tag {
    pub(super) property: &'static str,
    /// Its values that select the variant, the preferred one first.
    pub(super) values: &'static [&'static str],
    /// Whether the values are strings; otherwise they are the texts of numbers or booleans.
    pub(super) is_text: bool,
    /// The depth of the members of the variant.
    pub(super) depth: usize,
}

/// How secrets are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Secrets {
    /// As text, for requests.
    Written,
    /// As a placeholder (`Debug`).
    Redacted,
    /// They are an error (`Serialize`).
    #[cfg(feature = "serde")]
    Refused,
}

enum Sink<'w> {
    Text(&'w mut Vec<u8>),
    Tree {
        tree: Tree<'static>,
        /// The indexes of the arrays and objects that were begun and not ended.
        open: Vec<usize>,
    },
}

impl<'w> Writer<'w> {
    /// Creates a writer that appends JSON text.
    pub(super) fn to_text(text: &'w mut Vec<u8>) -> Self {
        Self { sink: Sink::Text(text), secrets: Secrets::Written, failure: None, depth: 0, tag: None }
    }

    /// Creates a writer of a tree.
    pub(super) fn to_tree(secrets: Secrets) -> Self {
        let sink = Sink::Tree { tree: Tree::with_capacity(1), open: Vec::new() };
        Self { sink, secrets, failure: None, depth: 0, tag: None }
    }

    /// Ends the writer. Returns the tree, which is empty for a writer of text, and why the value can't be written, if so.
    pub(super) fn finish(self) -> (Tree<'static>, Option<&'static str>) {
        match self.sink {
            Sink::Tree { tree, .. } => (tree, self.failure),
            Sink::Text(_) => (Tree::with_capacity(0), self.failure),
        }
    }
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
        self.finish_tag();
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

    /// Writes the name of the next member.
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

    /// Writes a string.
    pub fn string(&mut self, text: &str) {
        match &mut self.sink {
            Sink::Text(out) => {
                separate(out);
                push_string(out, text);
            }
            Sink::Tree { tree, .. } => tree.put(Node::String(text.to_owned().into())),
        }
    }

    /// Writes a secret: as text in requests, redacted in `Debug`, as an error in `Serialize`.
    pub fn secret(&mut self, secret: &Secret) {
        match self.secrets {
            Secrets::Written => self.string(secret.expose()),
            Secrets::Redacted => self.string(REDACTED),
            #[cfg(feature = "serde")]
            Secrets::Refused => self.fail("it contains a secret, and secrets are not serialized"),
        }
    }

    /// Writes an integer.
    pub fn integer(&mut self, number: i64) {
        self.number(Number::from(number));
    }

    /// Writes an integer that is not negative.
    pub fn unsigned(&mut self, number: u64) {
        self.number(Number::from(number));
    }

    /// Writes an integer of any size.
    pub fn wide(&mut self, number: i128) {
        match &mut self.sink {
            Sink::Text(out) => {
                separate(out);
                out.extend_from_slice(number.to_string().as_bytes());
            }
            Sink::Tree { tree, .. } => tree.put(Node::integer(number)),
        }
    }

    /// Writes a number; `null` if it is infinite or NaN, which JSON does not have. A whole number is written without a
    /// fraction, which servers require of integers.
    pub fn float(&mut self, number: f64) {
        if let Some(whole) = whole(number).filter(|_| number.abs() < LARGEST_WHOLE)
            && let Ok(whole) = i64::try_from(whole)
        {
            return self.integer(whole);
        }
        match Number::from_f64(number) {
            Some(number) => self.number(number),
            None => self.null(),
        }
    }

    /// Writes a boolean.
    pub fn boolean(&mut self, it: bool) {
        match &mut self.sink {
            Sink::Text(out) => {
                separate(out);
                out.extend_from_slice(if it { b"true" } else { b"false" });
            }
            Sink::Tree { tree, .. } => tree.put(Node::Bool(it)),
        }
    }

    /// Writes `null`.
    pub fn null(&mut self) {
        match &mut self.sink {
            Sink::Text(out) => {
                separate(out);
                out.extend_from_slice(b"null");
            }
            Sink::Tree { tree, .. } => tree.put(Node::Null),
        }
    }

    /// Records that the value can't be written. The text is then not sent.
    pub fn fail(&mut self, why: &'static str) {
        self.failure.get_or_insert(why);
        self.null();
    }

    /// Whether the next value nests too deep.
    pub(super) fn is_too_deep(&self) -> bool {
        self.depth > DEPTH
    }

    /// The depth of the members that are being written.
    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    pub(super) fn number(&mut self, number: Number) {
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
        if self.is_too_deep() {
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

/// Above this, not every integer is a double.
const LARGEST_WHOLE: f64 = 9_007_199_254_740_992.0;

/// Writes the comma between two elements or members: not after an opening bracket or the name of a member.
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
