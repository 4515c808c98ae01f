//! A document as lines, each with one key or one value, so that texts are replaced by line number and the position of an error
//! identifies the line.

use serde_json::Value;
use std::collections::HashMap;
use std::fmt::Write;

/// A document, line by line.
#[derive(Clone, Debug)]
pub struct Lines(pub Vec<Line>);

/// The content of a line: a value or the beginning of one, with its key if it is a member of an object.
#[derive(Clone, Debug)]
pub struct Line {
    /// The path of the value; empty for a line that only closes one.
    pub path: Vec<String>,
    /// The key of a member.
    pub key: Option<String>,
    /// The value, if it is a string.
    pub text: Option<String>,
    /// Anything else: a number, a literal, a bracket.
    rest: String,
}

/// One of the two texts that a line may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// The key.
    Key,
    /// The string that is the value.
    Text,
}

impl Lines {
    /// The lines of a document.
    pub fn of(document: &Value) -> Self {
        let mut lines = Self(Vec::new());
        lines.add(document, &mut Vec::new(), None, "");
        lines
    }

    /// The text of a line without changes.
    pub fn text(&self, line: usize, part: Part) -> Option<&str> {
        let line = self.0.get(line)?;
        if part == Part::Key { line.key.as_deref() } else { line.text.as_deref() }
    }

    /// The document as JSON, with some texts replaced.
    pub fn with(&self, new: &HashMap<(usize, Part), String>) -> String {
        let mut out = String::new();
        for (number, line) in self.0.iter().enumerate() {
            let one = |part, old| Value::from(new.get(&(number, part)).map_or(old, String::as_str)).to_string();
            if let Some(key) = &line.key {
                out += &one(Part::Key, key);
                out.push(':');
            }
            if let Some(text) = &line.text {
                out += &one(Part::Text, text);
            }
            let _ = writeln!(out, "{}", line.rest);
        }
        out
    }

    fn add(&mut self, value: &Value, path: &mut Vec<String>, key: Option<&str>, comma: &str) {
        let line = |text: Option<&String>, rest: String| Line {
            path: path.clone(),
            key: key.map(str::to_owned),
            text: text.cloned(),
            rest,
        };
        match value {
            Value::String(text) => self.0.push(line(Some(text), comma.to_owned())),
            Value::Array(items) if !items.is_empty() => {
                self.0.push(line(None, "[".to_owned()));
                let last = items.len() - 1;
                for (index, item) in items.iter().enumerate() {
                    path.push(index.to_string());
                    self.add(item, path, None, if index < last { "," } else { "" });
                    path.pop();
                }
                self.close("]", comma);
            }
            Value::Object(members) if !members.is_empty() => {
                self.0.push(line(None, "{".to_owned()));
                let last = members.len() - 1;
                for (index, (key, item)) in members.iter().enumerate() {
                    path.push(key.clone());
                    self.add(item, path, Some(key), if index < last { "," } else { "" });
                    path.pop();
                }
                self.close("}", comma);
            }
            other => self.0.push(line(None, format!("{other}{comma}"))),
        }
    }

    fn close(&mut self, bracket: &str, comma: &str) {
        self.0.push(Line { path: Vec::new(), key: None, text: None, rest: format!("{bracket}{comma}") });
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn texts_are_replaced_in_their_line_and_nothing_else_changes() {
        let document = json!({"a": "x", "b": ["x", 1, {}, []], "c": {"a": "y", "x": null}});
        let lines = Lines::of(&document);
        assert_eq!(serde_json::from_str::<Value>(&lines.with(&HashMap::new())).unwrap(), document);
        let at = |path: &[&str]| lines.0.iter().position(|line| line.path == path).unwrap();
        let new = [
            ((at(&["b", "0"]), Part::Text), "\"\n".to_owned()),
            ((at(&["c"]), Part::Key), "}".to_owned()),
            ((at(&["c", "a"]), Part::Text), "z".to_owned()),
        ];
        let text = lines.with(&new.into());
        let expected = json!({"a": "x", "b": ["\"\n", 1, {}, []], "}": {"a": "z", "x": null}});
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), expected);
        assert_eq!(text.lines().count(), lines.0.len());
    }
}
