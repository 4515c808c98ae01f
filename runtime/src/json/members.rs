//! Writes the members of objects and the elements of arrays.

use crate::json::object::Optional;
use crate::json::output::write_tree;
use crate::json::traits::{Json, Param};
use crate::json::writer::{Secrets, Tag, Writer};
use std::collections::BTreeMap;

impl Writer<'_> {
    /// Writes a member.
    pub fn required<T: Json>(&mut self, name: &str, value: &T) {
        if let Some(tag) = self.tag_named(name) {
            // A schema that lists several numbers has a type that holds no text.
            if !tag.is_text && tag.values.len() > 1 {
                self.tag = None;
                self.key(name);
                return self.element(value);
            }
            let written = if tag.values.len() > 1 { text_of(value) } else { None };
            return self.write_tag(tag, written.as_deref());
        }
        self.key(name);
        self.element(value);
    }

    /// Writes a variant of a union, whose member `property` has one of the `values`: the one that the variant has, or the first.
    pub fn tagged<T: Json>(&mut self, property: &'static str, values: &'static [&'static str], value: &T) {
        self.with_tag(Tag { property, values, is_text: true, depth: self.depth() + 1 }, value);
    }

    /// The same with numbers or booleans, whose texts are `values`.
    pub fn tagged_scalar<T: Json>(&mut self, property: &'static str, values: &'static [&'static str], value: &T) {
        self.with_tag(Tag { property, values, is_text: false, depth: self.depth() + 1 }, value);
    }

    fn with_tag<T: Json>(&mut self, tag: Tag, value: &T) {
        let outer = self.tag.replace(tag);
        value.write(self);
        self.tag = outer;
    }

    /// The discriminator, if it is the member of this name.
    fn tag_named(&self, name: &str) -> Option<Tag> {
        self.tag.filter(|tag| tag.depth == self.depth() && tag.property == name)
    }

    fn write_tag(&mut self, tag: Tag, written: Option<&str>) {
        self.tag = None;
        let value = tag.values.iter().find(|value| written == Some(**value)).or(tag.values.first());
        self.key(tag.property);
        let text = value.copied().unwrap_or_default();
        match (tag.is_text, text.parse::<i64>(), text.parse::<f64>()) {
            (false, Ok(number), _) => self.integer(number),
            (false, _, Ok(number)) => self.float(number),
            (false, ..) if matches!(text, "true" | "false") => self.boolean(text == "true"),
            _ => self.string(text),
        }
    }

    /// Writes the discriminator of an object that has not written it.
    pub(super) fn finish_tag(&mut self) {
        if let Some(tag) = self.tag.filter(|tag| tag.depth == self.depth()) {
            self.write_tag(tag, None);
        }
    }

    /// Writes an element. One that nests too deep is replaced by `null`, and the value is not sent.
    pub fn element<T: Param>(&mut self, value: &T) {
        if self.is_too_deep() {
            self.null();
        } else {
            value.write_to(self);
        }
    }

    /// Writes an element, unless it is `None`.
    pub fn optional_element<T: Json>(&mut self, value: &Option<T>) {
        if let Some(value) = value {
            self.element(value);
        }
    }

    /// Writes several elements.
    pub fn elements<T: Json>(&mut self, values: &[T]) {
        values.iter().for_each(|value| self.element(value));
    }

    /// Writes a member, unless it is `None`.
    pub fn optional<T: Json>(&mut self, name: &str, value: &Option<T>) {
        if let Some(value) = value {
            self.required(name, value);
        }
    }

    /// Writes a member, as the empty string if there is no value.
    pub fn or_empty<T: Json>(&mut self, name: &str, value: &Option<T>) {
        match value {
            Some(value) => self.required(name, value),
            None => {
                self.key(name);
                self.string("");
            }
        }
    }

    /// Writes a member, unless it is absent.
    pub fn tristate<T: Json>(&mut self, name: &str, value: &Optional<T>) {
        match value {
            Optional::Absent => {}
            Optional::Null => match self.tag_named(name) {
                Some(tag) => self.write_tag(tag, None),
                None => {
                    self.key(name);
                    self.null();
                }
            },
            Optional::Value(value) => self.required(name, value),
        }
    }

    /// Writes the members of a map.
    pub fn rest<T: Json>(&mut self, members: &BTreeMap<String, T>) {
        for (name, value) in members {
            self.required(name, value);
        }
    }

    /// Writes free JSON.
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
}

/// The text of a value that is a string.
fn text_of<T: Json>(value: &T) -> Option<String> {
    let (tree, _) = write_tree(Secrets::Redacted, value);
    tree.root().as_str().map(str::to_owned)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::json::json_text;

    /// An object with a member `kind`, if there is one, and an object of the same form inside.
    #[derive(Default)]
    struct Shape {
        kind: Option<String>,
        inner: Option<Box<Shape>>,
    }

    impl Json for Shape {
        fn read(_: &crate::json::Value<'_>) -> crate::json::Read<Self> {
            Ok(Self::default())
        }

        fn write(&self, out: &mut Writer<'_>) {
            out.begin_object();
            out.optional("kind", &self.kind);
            out.optional("inner", &self.inner);
            out.end_object();
        }
    }

    struct Tagged(Shape, &'static [&'static str]);

    impl Param for Tagged {
        fn write_to(&self, out: &mut Writer<'_>) {
            out.begin_array();
            out.tagged("kind", self.1, &self.0);
            out.element(&self.0);
            out.end_array();
        }
    }

    struct Numbered(Option<i64>, &'static [&'static str]);

    impl Json for Numbered {
        fn read(_: &crate::json::Value<'_>) -> crate::json::Read<Self> {
            Ok(Self(None, &[]))
        }

        fn write(&self, out: &mut Writer<'_>) {
            out.begin_object();
            out.optional("kind", &self.0);
            out.end_object();
        }
    }

    struct OfNumber(Numbered);

    impl Param for OfNumber {
        fn write_to(&self, out: &mut Writer<'_>) {
            out.tagged_scalar("kind", self.0.1, &self.0);
        }
    }

    #[test]
    fn a_discriminator_that_is_no_string_is_written_as_it_is() {
        for (kind, values, expected) in [
            (None, &["1"][..], r#"{"kind":1}"#),
            (Some(3), &["1"], r#"{"kind":1}"#),
            (Some(2), &["1", "2"], r#"{"kind":2}"#),
            (None, &["0.5"], r#"{"kind":0.5}"#),
            (None, &["true"], r#"{"kind":true}"#),
        ] {
            let text = json_text(&OfNumber(Numbered(kind, values))).unwrap();
            assert_eq!(String::from_utf8(text).unwrap(), expected);
        }
        let tree = crate::json::Tree::parse(br#"{"a": 1, "b": true, "c": "1"}"#).unwrap();
        let tags = ["a", "b", "c", "d"].map(|name| crate::json::scalar_tag(&tree.root(), name));
        assert_eq!(tags, ["1", "true", "", ""]);
    }

    #[test]
    fn a_discriminator_is_written_once_and_right() {
        let shape = |kind: Option<&str>| Shape { kind: kind.map(str::to_owned), inner: None };
        for (shape, values, expected) in [
            (shape(None), &["circle"][..], r#"[{"kind":"circle"},{}]"#),
            (shape(Some("circle")), &["circle"], r#"[{"kind":"circle"},{"kind":"circle"}]"#),
            (shape(Some("wrong")), &["circle"], r#"[{"kind":"circle"},{"kind":"wrong"}]"#),
            (shape(Some("round")), &["circle", "round"], r#"[{"kind":"round"},{"kind":"round"}]"#),
            (shape(Some("wrong")), &["circle", "round"], r#"[{"kind":"circle"},{"kind":"wrong"}]"#),
        ] {
            let text = json_text(&Tagged(shape, values)).unwrap();
            assert_eq!(String::from_utf8(text).unwrap(), expected);
        }
        let inner = Shape { kind: Some("other".to_owned()), inner: None };
        let outer = Shape { kind: None, inner: Some(Box::new(inner)) };
        let text = json_text(&Tagged(outer, &["circle"])).unwrap();
        let expected = r#"[{"inner":{"kind":"other"},"kind":"circle"},{"inner":{"kind":"other"}}]"#;
        assert_eq!(String::from_utf8(text).unwrap(), expected, "only the member of the variant itself");
    }
}
