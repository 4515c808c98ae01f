//! Compares schemas by their content, and by hashes of it.

use crate::document::load::node::{Member, Node, Value};
use rustc_hash::FxHashMap;
use std::hash::{BuildHasher, Hash, Hasher, RandomState};
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
        let hashing = &self.hashing;
        *self.fingerprints.entry(std::ptr::from_ref(node)).or_insert_with(|| {
            let mut state = hashing.build_hasher();
            hash(node, &mut state);
            state.finish()
        })
    }

    /// Whether two schemas are equal, except for descriptions and the order of members.
    pub(crate) fn are_equal(&mut self, one: &'d Node<'s>, other: &'d Node<'s>) -> bool {
        std::ptr::eq(one, other) || self.content(one) == self.content(other)
    }

    /// A hash of a schema that does not depend on the order of its members and of the elements of its lists.
    pub(crate) fn content(&mut self, node: &'d Node<'s>) -> u64 {
        if let Some(&known) = self.unordered.get(&std::ptr::from_ref(node)) {
            return known;
        }
        let number = match &node.value {
            Value::Null => fnv("null", ""),
            Value::Bool(truth) => fnv("bool", if *truth { "true" } else { "false" }),
            Value::Number(number) => fnv("number", number),
            Value::String(text) => fnv("string", text),
            Value::Array(elements) => {
                elements.iter().fold(fnv("array", ""), |sum, element| sum.wrapping_add(mixed(self.content(element))))
            }
            Value::Object(members) => {
                members.iter().filter(|member| !is_words(&member.key)).fold(fnv("object", ""), |sum, member| {
                    sum.wrapping_add(mixed(fnv("member", &member.key) ^ mixed(self.content(&member.value))))
                })
            }
        };
        self.unordered.insert(std::ptr::from_ref(node), number);
        number
    }
}

/// Whether two schemas are equal, except for titles, descriptions and examples.
pub(crate) fn same(a: &Node<'_>, b: &Node<'_>) -> bool {
    if std::ptr::eq(a, b) {
        return true;
    }
    if a.mark.is_some() || b.mark.is_some() {
        return false;
    }
    match (&a.value, &b.value) {
        (Value::Object(a), Value::Object(b)) => {
            significant(a).count() == significant(b).count()
                && significant(a).zip(significant(b)).all(|(a, b)| a.key == b.key && same(&a.value, &b.value))
        }
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::String(a), Value::String(b)) | (Value::Number(a), Value::Number(b)) => a == b,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Null, Value::Null) => true,
        _ => false,
    }
}

/// The members of a schema without its title, description and examples.
fn significant<'a, 's>(members: &'a [Member<'s>]) -> impl Iterator<Item = &'a Member<'s>> {
    members.iter().filter(|m| !matches!(&*m.key, "description" | "title" | "example" | "examples"))
}

/// Hashes what [`same`] compares.
fn hash(node: &Node<'_>, state: &mut impl Hasher) {
    match &node.value {
        Value::Object(members) => {
            state.write_u8(1);
            for member in significant(members) {
                member.key.hash(state);
                hash(&member.value, state);
            }
            state.write_u8(2);
        }
        Value::Array(elements) => {
            state.write_usize(elements.len());
            elements.iter().for_each(|element| hash(element, state));
        }
        Value::String(text) | Value::Number(text) => text.hash(state),
        Value::Bool(value) => value.hash(state),
        Value::Null => state.write_u8(3),
    }
}

/// Whether a key of a schema is only documentation.
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
