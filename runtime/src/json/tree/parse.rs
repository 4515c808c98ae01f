//! Reads a JSON text (RFC 8259) into a tree that borrows from it.
//!
//! It accepts and refuses the same texts as serde_json, which the tests check, and creates a tree in half the time. Generated types
//! are read from a tree.

use crate::json::depth::DEPTH;
use crate::json::mismatch::{Mismatch, Read};
use crate::json::tree::lexer::Lexer;
use crate::json::tree::nodes::{MAX_NODES, Tree};
use crate::json::tree::value::Node;

impl<'a> Tree<'a> {
    /// Reads a JSON text. It can nest 127 deep, and have four million values and names.
    ///
    /// # Errors
    /// Fails if it is not JSON. The error has line and column, and no part of the text.
    pub fn parse(text: &'a [u8]) -> Read<Self> {
        let failure = |Stopped { at, limit }| {
            let before = text.get(..at).unwrap_or(text);
            let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
            let column = before.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
            let place = format!("line {line}, column {column}");
            match limit {
                Some(Limit::Depth) => Mismatch::new(format!("JSON that nests at most {DEPTH} deep ({place})"), "more"),
                Some(Limit::Values) => Mismatch::new(format!("JSON of at most {MAX_NODES} values ({place})"), "more"),
                None => Mismatch::new(format!("JSON ({place})"), "something else"),
            }
        };
        let text = str::from_utf8(text).map_err(|error| failure(Stopped { at: error.valid_up_to(), limit: None }))?;
        parse(text).map_err(failure)
    }
}

/// Where the text is not JSON.
#[derive(Debug)]
struct Stopped {
    /// The index of the byte.
    at: usize,
    /// The limit that it reached, if it can be JSON.
    limit: Option<Limit>,
}

/// A limit of a text.
#[derive(Clone, Copy, Debug)]
enum Limit {
    Depth,
    Values,
}

/// Reads a text into a tree.
fn parse(text: &str) -> Result<Tree<'_>, Stopped> {
    let tree = Tree::with_capacity((text.len() / BYTES_PER_NODE).min(MAX_CAPACITY));
    let mut parser = Parser { lexer: Lexer::new(text), depth: DEPTH, limit: None, tree };
    match parser.value() {
        Some(()) if parser.lexer.peek().is_none() => Ok(parser.tree),
        _ => Err(Stopped { at: parser.lexer.at(), limit: parser.limit }),
    }
}

/// Most texts have at most one name or value in this many bytes.
const BYTES_PER_NODE: usize = 6;

/// The largest capacity, in nodes, before the text is read.
const MAX_CAPACITY: usize = 1024;

/// Its functions return `None` for an error at the current byte.
struct Parser<'a> {
    lexer: Lexer<'a>,
    /// How much deeper it can nest.
    depth: usize,
    limit: Option<Limit>,
    tree: Tree<'a>,
}

impl<'a> Parser<'a> {
    fn value(&mut self) -> Option<()> {
        if self.tree.is_full() {
            self.limit = Some(Limit::Values);
            return None;
        }
        let node = match self.lexer.peek()? {
            b'"' => Node::String(self.lexer.string()?),
            b'{' => return self.nested(Node::Object(0), Self::members),
            b'[' => return self.nested(Node::Array(0), Self::items),
            b'-' | b'0'..=b'9' => self.lexer.number()?,
            b't' => self.lexer.word("true", Node::Bool(true))?,
            b'f' => self.lexer.word("false", Node::Bool(false))?,
            b'n' => self.lexer.word("null", Node::Null)?,
            _ => return None,
        };
        self.tree.put(node);
        Some(())
    }

    /// Reads an array or an object with its content.
    fn nested(&mut self, node: Node<'a>, content: fn(&mut Self) -> Option<()>) -> Option<()> {
        let Some(depth) = self.depth.checked_sub(1) else {
            self.limit = Some(Limit::Depth);
            return None;
        };
        self.depth = depth;
        self.lexer.skip();
        let at = self.tree.begin(node);
        content(self)?;
        self.tree.end(at);
        self.depth += 1;
        Some(())
    }

    fn members(&mut self) -> Option<()> {
        if self.lexer.peek()? == b'}' {
            self.lexer.skip();
            return Some(());
        }
        loop {
            if self.lexer.peek()? != b'"' {
                return None;
            }
            let name = self.lexer.string()?;
            self.tree.put(Node::String(name));
            if self.lexer.peek()? != b':' {
                return None;
            }
            self.lexer.skip();
            self.value()?;
            if self.ends(b'}')? {
                return Some(());
            }
        }
    }

    fn items(&mut self) -> Option<()> {
        if self.lexer.peek()? == b']' {
            self.lexer.skip();
            return Some(());
        }
        loop {
            self.value()?;
            if self.ends(b']')? {
                return Some(());
            }
        }
    }

    /// Reads the closing bracket or a comma. Returns whether it was the bracket.
    fn ends(&mut self, close: u8) -> Option<bool> {
        let byte = self.lexer.peek()?;
        let ends = byte == close;
        if !ends && byte != b',' {
            return None;
        }
        self.lexer.skip();
        Some(ends)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::json::tree::lexer::LARGEST_EXACT;
    use crate::json::tree::value::{Value, nearest};

    /// Reads a text by serde_json.
    fn referee(text: &str) -> Option<Tree<'_>> {
        serde_json::from_str(text).ok()
    }

    #[test]
    fn values_are_counted() {
        let zeros = |count: usize| format!("[{}0]", "0,".repeat(count - 1));
        assert!(Tree::parse(zeros(MAX_NODES - 1).as_bytes()).is_ok());
        let error = Tree::parse(zeros(MAX_NODES).as_bytes()).err().unwrap();
        assert!(error.to_string().contains("JSON of at most 4194304 values (line 1, column 8388608)"), "{error}");
    }

    fn same(text: &str) {
        let (ours, theirs) = (parse(text).ok(), referee(text));
        assert_eq!(
            ours.as_ref().map(|tree| rounded(tree.root())),
            theirs.as_ref().map(|tree| rounded(tree.root())),
            "{text}"
        );
    }

    /// A value as text. serde_json is not exact in the last place of doubles by default, so they are rounded.
    fn rounded(value: Value<'_>) -> String {
        match value {
            Value::Number(number) if number.is_f64() || number.as_f64().unwrap().abs() >= LARGEST_EXACT => {
                format!("{:.10e}", number.as_f64().unwrap())
            }
            Value::Wide(number) => format!("{:.10e}", nearest(*number)),
            Value::Array(elements) => format!("[{}]", elements.iter().map(rounded).collect::<Vec<_>>().join(",")),
            Value::Object(members) => {
                let members = members.iter().map(|(name, value)| format!("{name:?}:{}", rounded(value)));
                format!("{{{}}}", members.collect::<Vec<_>>().join(","))
            }
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn it_accepts_the_same_texts_as_serde_json() {
        let texts = [
            "",
            " ",
            "null",
            " true\n",
            "false\t",
            "nul",
            "nulll",
            "tru",
            "[",
            "]",
            "[]",
            "[ ]",
            "[1,]",
            "[,1]",
            "[1 2]",
            "{}",
            "{ }",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{a:1}",
            "{\"a\":1 \"b\":2}",
            "{\"a\":1,\"a\":2}",
            "1 2",
            "[1]x",
            "0",
            "-0",
            "00",
            "01",
            "-01",
            "-",
            "+1",
            "1.",
            ".5",
            "1.5",
            "-1.5e3",
            "1e",
            "1e+",
            "1e5",
            "1E-5",
            "1.5.5",
            "1e5e5",
            "--1",
            "1-1",
            "999999999999999999",
            "-999999999999999999",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775808",
            "-9223372036854775809",
            "18446744073709551615",
            "18446744073709551616",
            "1e308",
            "1e309",
            "-1e309",
            "1e-400",
            "123456789012345678901234567890",
            "0.1e1",
            "0e0",
            "-0.0",
            "\"",
            "\"a",
            "\"a\\\"",
            "\"a\\\"b\"",
            "\"\\u0041\"",
            "\"\\u00e9\\n\\/\\b\\f\\r\\t\"",
            "\"\\ud83d\\ude00\"",
            "\"\\ud83d\"",
            "\"\\ud83dx\"",
            "\"\\ud83d\\n\"",
            "\"\\ud83d\\u0041\"",
            "\"\\ude00\"",
            "\"\\u12\"",
            "\"\\u12g4\"",
            "\"\\u+123\"",
            "\"\\x\"",
            "\"\\",
            "\"\u{1}\"",
            "\"\t\"",
            "\"\u{7f}\"",
            "\"é日本\u{1f600}\"",
            "\u{feff}1",
            "\u{a0}1",
            "'a'",
            "NaN",
            "Infinity",
            "// x\n1",
            "[1,/**/2]",
            "\0",
            "{\"\\u0061\":[{}]}",
        ];
        texts.into_iter().for_each(same);
        for depth in [126, 127, 128, 129] {
            same(&format!("{}{}", "[".repeat(depth), "]".repeat(depth)));
            same(&format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth)));
        }
        // Any number of them can follow each other.
        same(&format!("[{}]", vec!["[{\"a\":[]}]"; 500].join(",")));
    }

    #[test]
    fn it_agrees_with_serde_json_on_random_texts() {
        const PIECES: [&str; 36] = [
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "\"a\"",
            "\"b\":",
            "\\",
            "\\u",
            "d83d",
            "\\ude00",
            "\\n",
            "0",
            "1",
            "-",
            "12",
            ".",
            "e",
            "E+",
            "99999999999999999",
            "null",
            "true",
            "false",
            " ",
            "\n",
            "é",
            "\u{1f600}",
            "x",
            "[[",
            "]]",
            "{\"k\":",
            "1}",
            "\u{1f}",
            "\"\",",
        ];
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        let mut random = |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state % below as u64).unwrap()
        };
        for _ in 0..100_000 {
            let length = random(12);
            same(&(0..=length).map(|_| PIECES[random(PIECES.len())]).collect::<String>());
        }
        // Strings with a special character or an end at each position of a word of eight bytes.
        for length in 0..20 {
            for special in ["", "\\n", "\\", "\u{1f}", "é", "\u{1f600}", "\u{80}", "!", "#", "[", "]", " ", "\u{7f}"] {
                for at in 0..=length {
                    same(&format!("[\"{}{special}{}\",1]", "x".repeat(at), "y".repeat(length - at)));
                }
            }
        }
        // Valid texts with one byte changed.
        let valid = r#"{"a":[1,-2.5e3,"x\u00e9\n",true,null,{}],"b":{"c":"","d":[[],[0]]}}"#;
        for _ in 0..50_000 {
            let mut bytes = valid.as_bytes().to_vec();
            let at = random(bytes.len());
            bytes[at] = u8::try_from(random(128)).unwrap();
            same(std::str::from_utf8(&bytes).unwrap());
        }
    }
}
