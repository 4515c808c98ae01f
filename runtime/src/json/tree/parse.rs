//! Reads a JSON text (RFC 8259) into a tree that borrows from it.
//!
//! It accepts and refuses the same texts as serde_json, which the tests check, and creates a tree in half the time. Generated types
//! are read from a tree.

use crate::json::depth::DEPTH;
use crate::json::mismatch::{Mismatch, Read};
use crate::json::numbers::{integer, whole};
use crate::json::tree::nodes::Tree;
use crate::json::tree::value::Node;
use serde_json::Number;
use std::borrow::Cow;

impl<'a> Tree<'a> {
    /// Reads a JSON text. It can nest 127 deep.
    ///
    /// # Errors
    /// Fails if it is not JSON. The error has line and column, and no part of the text.
    pub fn parse(text: &'a [u8]) -> Read<Self> {
        let failure = |Stopped { at, too_deep }| {
            let before = text.get(..at).unwrap_or(text);
            let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
            let column = before.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
            let place = format!("line {line}, column {column}");
            if too_deep {
                return Mismatch::new(format!("JSON that nests at most {DEPTH} deep ({place})"), "more");
            }
            Mismatch::new(format!("JSON ({place})"), "something else")
        };
        let text =
            str::from_utf8(text).map_err(|error| failure(Stopped { at: error.valid_up_to(), too_deep: false }))?;
        parse(text).map_err(failure)
    }
}

/// Where the text is not JSON.
#[derive(Debug)]
struct Stopped {
    /// The index of the byte.
    at: usize,
    /// It can be JSON, but nests too deep.
    too_deep: bool,
}

/// Reads a text into a tree.
fn parse(text: &str) -> Result<Tree<'_>, Stopped> {
    let tree = Tree::with_capacity((text.len() / BYTES_PER_NODE).min(MAX_CAPACITY));
    let mut parser = Parser { text, bytes: text.as_bytes(), at: 0, depth: DEPTH, too_deep: false, tree };
    match parser.value() {
        Some(()) if parser.peek().is_none() => Ok(parser.tree),
        _ => Err(Stopped { at: parser.at, too_deep: parser.too_deep }),
    }
}

/// Most texts have at most one name or value in this many bytes.
const BYTES_PER_NODE: usize = 6;

/// The largest capacity, in nodes, before the text is read.
const MAX_CAPACITY: usize = 1024;

/// Its functions return `None` for an error at the current byte.
struct Parser<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    /// How much deeper it can nest.
    depth: usize,
    too_deep: bool,
    tree: Tree<'a>,
}

impl<'a> Parser<'a> {
    fn value(&mut self) -> Option<()> {
        let node = match self.peek()? {
            b'"' => Node::String(self.string()?),
            b'{' => return self.nested(Node::Object(0), Self::members),
            b'[' => return self.nested(Node::Array(0), Self::items),
            b'-' | b'0'..=b'9' => self.number()?,
            b't' => self.literal("true", Node::Bool(true))?,
            b'f' => self.literal("false", Node::Bool(false))?,
            b'n' => self.literal("null", Node::Null)?,
            _ => return None,
        };
        self.tree.put(node);
        Some(())
    }

    /// Skips whitespace, and returns the next byte; `None` at the end.
    fn peek(&mut self) -> Option<u8> {
        loop {
            let byte = *self.bytes.get(self.at)?;
            if !matches!(byte, b' ' | b'\n' | b'\t' | b'\r') {
                return Some(byte);
            }
            self.at += 1;
        }
    }

    /// Reads an array or an object with its content.
    fn nested(&mut self, node: Node<'a>, content: fn(&mut Self) -> Option<()>) -> Option<()> {
        let Some(depth) = self.depth.checked_sub(1) else {
            self.too_deep = true;
            return None;
        };
        self.depth = depth;
        self.at += 1;
        let at = self.tree.begin(node);
        content(self)?;
        self.tree.end(at);
        self.depth += 1;
        Some(())
    }

    fn members(&mut self) -> Option<()> {
        if self.peek()? == b'}' {
            self.at += 1;
            return Some(());
        }
        loop {
            if self.peek()? != b'"' {
                return None;
            }
            let name = self.string()?;
            self.tree.put(Node::String(name));
            if self.peek()? != b':' {
                return None;
            }
            self.at += 1;
            self.value()?;
            if self.ends(b'}')? {
                return Some(());
            }
        }
    }

    fn items(&mut self) -> Option<()> {
        if self.peek()? == b']' {
            self.at += 1;
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
        let byte = self.peek()?;
        let ends = byte == close;
        if !ends && byte != b',' {
            return None;
        }
        self.at += 1;
        Some(ends)
    }

    fn literal(&mut self, word: &str, node: Node<'a>) -> Option<Node<'a>> {
        if !self.bytes.get(self.at..)?.starts_with(word.as_bytes()) {
            return None;
        }
        self.at += word.len();
        Some(node)
    }

    fn number(&mut self) -> Option<Node<'a>> {
        let start = self.at;
        let negative = self.bytes.get(start) == Some(&b'-');
        self.at += usize::from(negative);
        let first = self.at;
        let mut whole = 0_u64;
        while let Some(digit @ b'0'..=b'9') = self.bytes.get(self.at) {
            whole = whole.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'));
            self.at += 1;
        }
        let digits = self.at - first;
        let zero = self.bytes.get(first) == Some(&b'0');
        if digits == 0 || (zero && digits > 1) {
            return None;
        }
        let plain = !matches!(self.bytes.get(self.at), Some(b'.' | b'e' | b'E'));
        // Up to 18 digits fit into 64 bits. `-0` is read as a float, since an integer has no negative zero.
        if plain && digits <= 18 && !(negative && zero) {
            let number = if negative { Number::from(-i64::try_from(whole).ok()?) } else { Number::from(whole) };
            return Some(Node::Number(number));
        }
        while let Some(b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-') = self.bytes.get(self.at) {
            self.at += 1;
        }
        exact(self.text.get(start..self.at)?)
    }

    fn string(&mut self) -> Option<Cow<'a, str>> {
        self.at += 1;
        let start = self.at;
        self.plain();
        let plain = self.text.get(start..self.at)?;
        if self.bytes.get(self.at) == Some(&b'"') {
            self.at += 1;
            return Some(Cow::Borrowed(plain));
        }
        let mut text = plain.to_owned();
        loop {
            match self.bytes.get(self.at)? {
                b'"' => {
                    self.at += 1;
                    return Some(Cow::Owned(text));
                }
                b'\\' => {
                    self.at += 1;
                    text.push(self.escape()?);
                }
                _ => return None,
            }
            let start = self.at;
            self.plain();
            text.push_str(self.text.get(start..self.at)?);
        }
    }

    /// Skips to the next quote, backslash or control character, eight bytes at a time.
    fn plain(&mut self) {
        const ONES: u64 = 0x0101_0101_0101_0101;
        const HIGHS: u64 = ONES << 7;
        // Marks the bytes of a word that are zero. Only the first mark is reliable ("Bit Twiddling Hacks", zero in word).
        let zero = |word: u64| word.wrapping_sub(ONES) & !word & HIGHS;
        let mut rest = self.bytes.get(self.at..).unwrap_or_default();
        while let Some((eight, after)) = rest.split_first_chunk::<8>() {
            let word = u64::from_le_bytes(*eight);
            let control = word.wrapping_sub(ONES * 0x20) & !word & HIGHS;
            let found = zero(word ^ (ONES * u64::from(b'"'))) | zero(word ^ (ONES * u64::from(b'\\'))) | control;
            if found != 0 {
                self.at += found.trailing_zeros() as usize / 8;
                return;
            }
            self.at += 8;
            rest = after;
        }
        let length = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f));
        self.at += length.unwrap_or(rest.len());
    }

    fn escape(&mut self) -> Option<char> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode(),
            _ => return None,
        })
    }

    /// Reads four hexadecimal digits, or a surrogate pair. A single surrogate is an error.
    fn unicode(&mut self) -> Option<char> {
        let first = self.hex()?;
        if !(0xd800..0xdc00).contains(&first) {
            return char::from_u32(first);
        }
        if !self.bytes.get(self.at..)?.starts_with(b"\\u") {
            return None;
        }
        self.at += 2;
        let second = self.hex()?;
        if !(0xdc00..0xe000).contains(&second) {
            return None;
        }
        char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00))
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.bytes.get(self.at..self.at + 4)?;
        self.at += 4;
        digits.iter().try_fold(0, |sum, digit| Some(sum * 16 + char::from(*digit).to_digit(16)?))
    }
}

/// The number of a text. serde_json checks the text, and the standard library computes the nearest double.
fn exact<'a>(text: &str) -> Option<Node<'a>> {
    let number: Number = text.parse().ok()?;
    if !number.is_f64() {
        return Some(Node::Number(number));
    }
    let nearest: f64 = text.parse().ok()?;
    // A large integer has more digits than a double, also with a fraction of zeros or an exponent.
    if nearest.abs() >= LARGEST_EXACT
        && let Some(exactly) = integer(text)
        && whole(nearest) != Some(exactly)
    {
        return Some(Node::integer(exactly));
    }
    Some(Node::Number(Number::from_f64(nearest)?))
}

/// 2^53: all integers below it are doubles.
const LARGEST_EXACT: f64 = 9_007_199_254_740_992.0;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::json::tree::value::{Value, nearest};

    /// Reads a text by serde_json.
    fn referee(text: &str) -> Option<Tree<'_>> {
        serde_json::from_str(text).ok()
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
