//! Writes the members of objects and the elements of arrays.

use crate::json::object::Optional;
use crate::json::traits::{Json, Param};
use crate::json::writer::Writer;
use std::collections::BTreeMap;

impl Writer<'_> {
    /// Writes a member.
    pub fn required<T: Json>(&mut self, name: &str, value: &T) {
        self.key(name);
        self.element(value);
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

    /// Writes a member, unless it is absent.
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
