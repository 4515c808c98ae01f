//! Compares schemas by their content, and by hashes of it.

use crate::document::load::node::{Member, Node, Value};
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::{BuildHasher, BuildHasherDefault, RandomState};
use std::marker::PhantomData;

/// Hashes of schemas, by their address.
#[derive(Default)]
pub(crate) struct Contents<'d, 's> {
    fingerprints: FxHashMap<*const Node<'s>, u64>,
    /// The hash function of the fingerprints is seeded at random, so that no document can be written to cause collisions.
    hashing: RandomState,
    /// Hashes that do not depend on the order of keys.
    unordered: FxHashMap<*const Node<'s>, u64>,
    /// The addresses are valid as long as the document.
    document: PhantomData<&'d Node<'s>>,
}

impl<'d, 's> Contents<'d, 's> {
    /// A hash of the keywords that affect the type. Comparing all pairs of schemas would take quadratic time.
    pub(crate) fn fingerprint(&mut self, node: &'d Node<'s>) -> u64 {
        let hashed = || hash(node, Within::Schema, Titles::Ignored, &self.hashing);
        *self.fingerprints.entry(std::ptr::from_ref(node)).or_insert_with(hashed)
    }

    /// The same for a choice, where the titles of its schemas count.
    pub(crate) fn choice_fingerprint(&self, node: &'d Node<'s>) -> u64 {
        hash(node, Within::Schema, Titles::OfParts, &self.hashing)
    }

    /// Whether two schemas are equal, except for descriptions and the order of members.
    pub(crate) fn are_equal(&mut self, one: &'d Node<'s>, other: &'d Node<'s>) -> bool {
        std::ptr::eq(one, other) || self.content(one) == self.content(other)
    }

    /// A hash of a schema that does not depend on the order of its members, and of the elements of lists that have no order.
    pub(crate) fn content(&mut self, node: &'d Node<'s>) -> u64 {
        self.content_within(node, Within::Schema)
    }

    fn content_within(&mut self, node: &'d Node<'s>, within: Within) -> u64 {
        if let Some(&known) = self.unordered.get(&std::ptr::from_ref(node)) {
            return known;
        }
        let number = match &node.value {
            Value::Null => fnv("null", ""),
            Value::Bool(truth) => fnv("bool", if *truth { "true" } else { "false" }),
            Value::Number(number) => fnv("number", number),
            Value::String(text) => fnv("string", text),
            Value::Array(elements) => elements.iter().fold(fnv("array", ""), |sum, element| {
                let sum = if within.has_order() { mixed(sum) } else { sum };
                sum.wrapping_add(mixed(self.content_within(element, within.element())))
            }),
            Value::Object(members) => {
                let counted = members.iter().filter(|member| within != Within::Schema || !is_words(&member.key));
                counted.fold(fnv("object", ""), |sum, member| {
                    let value = self.content_within(&member.value, within.member(&member.key));
                    sum.wrapping_add(mixed(fnv("member", &member.key) ^ mixed(value)))
                })
            }
        };
        self.unordered.insert(std::ptr::from_ref(node), number);
        number
    }
}

/// What the members of an object, or the elements of an array are. A property can have the name of a keyword.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    /// Keywords.
    Schema,
    /// Names of properties or definitions.
    Names,
    /// Schemas whose order has no meaning: a choice or a composition.
    Schemas,
    /// Values whose order has no meaning: names of properties, listed values, types.
    Set,
    /// Members or elements of a value.
    Value,
}

impl Within {
    /// The same for the value of a member.
    fn member(self, key: &str) -> Self {
        match (self, key) {
            (Self::Schema, "properties" | "patternProperties" | "definitions" | "$defs") => Self::Names,
            (Self::Schema, "oneOf" | "anyOf" | "allOf") => Self::Schemas,
            (Self::Schema, "enum" | "required" | "type") => Self::Set,
            (Self::Schema, "const" | "default") | (Self::Value, _) => Self::Value,
            _ => Self::Schema,
        }
    }

    /// The same for an element of an array.
    fn element(self) -> Self {
        match self {
            Self::Schemas => Self::Schema,
            Self::Set => Self::Value,
            other => other,
        }
    }

    /// Whether the order of the elements of an array counts.
    fn has_order(self) -> bool {
        !matches!(self, Self::Schemas | Self::Set)
    }
}

/// Which titles count.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Titles {
    /// None.
    Ignored,
    /// Those of the schemas inside of the schema, but not its own.
    OfParts,
    /// All of them.
    Counted,
}

impl Titles {
    fn below(self) -> Self {
        if self == Self::OfParts { Self::Counted } else { self }
    }
}

/// Whether two schemas are equal, except for titles, descriptions, examples, and the order of members and of lists that have none.
pub(crate) fn same(a: &Node<'_>, b: &Node<'_>) -> bool {
    same_within(a, b, Within::Schema, Titles::Ignored)
}

/// The same for choices, where the titles of their schemas count: variants are named by them.
pub(crate) fn same_choice(a: &Node<'_>, b: &Node<'_>) -> bool {
    same_within(a, b, Within::Schema, Titles::OfParts)
}

fn same_within(a: &Node<'_>, b: &Node<'_>, within: Within, titles: Titles) -> bool {
    if std::ptr::eq(a, b) {
        return true;
    }
    if a.mark.is_some() || b.mark.is_some() {
        return false;
    }
    match (&a.value, &b.value) {
        (Value::Object(a), Value::Object(b)) => {
            let sorted = |members| {
                let mut members: Vec<_> = significant(members, within, titles).collect();
                members.sort_by(|a, b| a.key.cmp(&b.key));
                members
            };
            let (a, b) = (sorted(a), sorted(b));
            let is_same = |(a, b): (&&Member<'_>, &&Member<'_>)| {
                a.key == b.key && same_within(&a.value, &b.value, within.member(&a.key), titles.below())
            };
            a.len() == b.len() && a.iter().zip(&b).all(is_same)
        }
        (Value::Array(a), Value::Array(b)) => {
            let inner = within.element();
            let in_order = |elements| {
                let mut elements: Vec<&Node<'_>> = Vec::from_iter(elements);
                if !within.has_order() && elements.len() > 1 {
                    // Elements with equal hashes that differ make the lists different, which does no harm.
                    let hashing = BuildHasherDefault::<FxHasher>::default();
                    elements.sort_by_cached_key(|element| hash(element, inner, titles.below(), &hashing));
                }
                elements
            };
            let is_same = |(a, b): (&Node<'_>, &Node<'_>)| same_within(a, b, inner, titles.below());
            a.len() == b.len() && in_order(a.iter()).into_iter().zip(in_order(b.iter())).all(is_same)
        }
        (Value::String(a), Value::String(b)) | (Value::Number(a), Value::Number(b)) => a == b,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Null, Value::Null) => true,
        _ => false,
    }
}

/// The members of an object without the title, description and examples of a schema.
fn significant<'a, 's>(
    members: &'a [Member<'s>],
    within: Within,
    titles: Titles,
) -> impl Iterator<Item = &'a Member<'s>> {
    let is_counted = move |key: &str| match key {
        "description" | "example" | "examples" => within != Within::Schema,
        "title" => within != Within::Schema || titles == Titles::Counted,
        _ => true,
    };
    members.iter().filter(move |member| is_counted(&member.key))
}

/// Hashes what [`same`] compares.
fn hash(node: &Node<'_>, within: Within, titles: Titles, hashing: &impl BuildHasher) -> u64 {
    match &node.value {
        Value::Object(members) => {
            // A sum does not depend on the order.
            let sum = significant(members, within, titles).fold(0_u64, |sum, member| {
                let value = hash(&member.value, within.member(&member.key), titles.below(), hashing);
                sum.wrapping_add(hashing.hash_one((&member.key, value)))
            });
            hashing.hash_one((1_u8, significant(members, within, titles).count(), sum))
        }
        Value::Array(elements) => {
            let hashes = elements.iter().map(|element| hash(element, within.element(), titles.below(), hashing));
            if within.has_order() {
                return hashing.hash_one((2_u8, hashes.collect::<Vec<u64>>()));
            }
            let sum = hashes.fold(0_u64, |sum, element| sum.wrapping_add(hashing.hash_one(element)));
            hashing.hash_one((4_u8, elements.len(), sum))
        }
        Value::String(text) | Value::Number(text) => hashing.hash_one(text),
        Value::Bool(value) => hashing.hash_one(value),
        Value::Null => hashing.hash_one(3_u8),
    }
}

/// Whether a keyword of a schema is only documentation.
fn is_words(key: &str) -> bool {
    matches!(key, "description" | "example" | "examples" | "externalDocs") || key.starts_with("x-")
}

/// FNV-1a, 64 bits wide.
fn fnv(kind: &str, text: &str) -> u64 {
    let bytes = kind.bytes().chain([0xff]).chain(text.bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// A number whose bits all depend on all bits of another one (the finalizer of SplitMix64), so that sums tell sets apart.
fn mixed(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{Contents, same, same_choice};
    use crate::lower::types::tests::testing::node;

    /// Whether two schemas are the same and equal, as compared and as hashed.
    fn compared(one: &str, other: &str) -> (bool, bool) {
        let (one, other) = (node(one), node(other));
        let mut contents = Contents::default();
        assert_eq!(same(&one, &other), contents.fingerprint(&one) == contents.fingerprint(&other));
        (same(&one, &other), contents.are_equal(&one, &other))
    }

    #[test]
    fn words_and_order_do_not_count_but_properties_of_their_names_do() {
        let schema = r#"{"type": "object", "title": "A", "properties": {"title": {"type": "string"}, "b": {}}}"#;
        let reordered = r#"{"properties": {"b": {}, "title": {"type": "string"}}, "title": "B", "type": "object"}"#;
        assert!(compared(schema, reordered).0);
        for other in [r#"{"title": {"type": "integer"}, "b": {}}"#, r#"{"b": {}}"#] {
            let other = format!(r#"{{"type": "object", "title": "A", "properties": {other}}}"#);
            assert_eq!(compared(schema, &other), (false, false), "{other}");
        }
        let described = |text: &str| {
            format!(r#"{{"description": "{text}", "properties": {{"description": {{"type": "string"}}}}}}"#)
        };
        assert_eq!(compared(&described("a"), &described("b")), (true, true));
        let value = |text: &str| format!(r#"{{"const": {{"title": "{text}", "description": "{text}"}}}}"#);
        assert_eq!(compared(&value("a"), &value("b")), (false, false));
    }
    #[test]
    fn the_order_of_lists_that_have_none_does_not_count() {
        let schema = r#"{"oneOf": [{"type": "string", "enum": ["a", "b"]}, {"allOf": [{"required": ["a", "b"]}, {"type": ["object", "null"]}]}]}"#;
        let other = r#"{"oneOf": [{"allOf": [{"type": ["null", "object"]}, {"required": ["b", "a"]}]}, {"type": "string", "enum": ["b", "a"]}]}"#;
        assert_eq!(compared(schema, other), (true, true));
        for (one, other) in [
            (r#"{"prefixItems": [{"type": "string"}, {}]}"#, r#"{"prefixItems": [{}, {"type": "string"}]}"#),
            (r#"{"default": ["a", "b"]}"#, r#"{"default": ["b", "a"]}"#),
            (r#"{"enum": [["a", "b"]]}"#, r#"{"enum": [["b", "a"]]}"#),
            (r#"{"enum": ["a", "a", "b"]}"#, r#"{"enum": ["a", "b", "b"]}"#),
        ] {
            assert_eq!(compared(one, other), (false, false), "{one}");
        }
    }

    #[test]
    fn the_titles_of_the_schemas_of_a_choice_count() {
        let choice = |outer: &str, inner: &str| {
            node(&format!(r#"{{"title": "{outer}", "oneOf": [{{"title": "{inner}"}}, {{"type": "string"}}]}}"#))
        };
        let (one, titled, other) = (choice("A", "C"), choice("B", "C"), choice("A", "D"));
        assert!(same_choice(&one, &titled) && !same_choice(&one, &other) && same(&one, &other));
        let contents = Contents::default();
        assert_eq!(contents.choice_fingerprint(&one), contents.choice_fingerprint(&titled));
        assert_ne!(contents.choice_fingerprint(&one), contents.choice_fingerprint(&other));
    }
}
