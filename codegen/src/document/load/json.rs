//! A strict JSON parser (RFC 8259) that borrows from the text and records the location of every value.

use crate::diagnostics::codes;
use crate::diagnostics::report::{Code, Diagnostic, Span};
use crate::document::load::budget::Budget;
use crate::document::load::duplicates::has_duplicates;
use crate::document::load::node::{Member, Node, Value};
use crate::document::load::{Failure, Loaded};
use std::borrow::Cow;

/// The maximum number of errors that do not stop the parser.
const MOST_DIAGNOSTICS: usize = 50;

/// Parses a text as one JSON value.
pub(crate) fn read<'s>(text: &'s str, base: u32, budget: Budget) -> Result<Loaded<'s>, Box<Failure>> {
    let mut reader =
        Reader { text, bytes: text.as_bytes(), at: 0, base, budget, diagnostics: Vec::new(), has_duplicates: false };
    let whole = reader.whole();
    let diagnostics = std::mem::take(&mut reader.diagnostics);
    match whole {
        Ok(root) => Ok(Loaded { root, diagnostics, has_duplicates: reader.has_duplicates }),
        Err(stop) => {
            let Stop { diagnostic, syntax, maybe_yaml } = *stop;
            let maybe_yaml = maybe_yaml && diagnostics.is_empty() && !reader.has_duplicates;
            Err(Box::new(Failure { error: diagnostic, before: diagnostics, syntax, maybe_yaml }))
        }
    }
}

struct Reader<'s> {
    text: &'s str,
    bytes: &'s [u8],
    at: usize,
    base: u32,
    budget: Budget,
    diagnostics: Vec<Diagnostic>,
    has_duplicates: bool,
}

/// The error that stops the parser.
struct Stop {
    diagnostic: Diagnostic,
    syntax: bool,
    maybe_yaml: bool,
}

type Read<T> = Result<T, Box<Stop>>;

impl<'s> Reader<'s> {
    fn whole(&mut self) -> Read<Node<'s>> {
        self.skip_blanks();
        let root = self.value(0)?;
        self.skip_blanks();
        if self.at < self.bytes.len() {
            let at = self.at;
            // YAML allows a comment after a value.
            return Err(self.wrong(
                at,
                "unexpected text after the end of the value",
                "remove the text: a JSON document is a single value",
                self.peek() == Some(b'#'),
            ));
        }
        Ok(root)
    }

    fn value(&mut self, depth: usize) -> Read<Node<'s>> {
        let start = self.at;
        if let Err(diagnostic) = self.budget.take(depth, self.span(start, start + 1)) {
            return Err(Box::new(Stop { diagnostic: *diagnostic, syntax: false, maybe_yaml: false }));
        }
        let value = match self.peek() {
            Some(b'{') => self.object(depth)?,
            Some(b'[') => self.array(depth)?,
            Some(b'"') => Value::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => Value::Number(Cow::Borrowed(self.number()?)),
            Some(_) => self.word()?,
            None => return Err(self.ended()),
        };
        Ok(Node::new(value, self.span(start, self.at)))
    }

    fn object(&mut self, depth: usize) -> Read<Value<'s>> {
        self.at += 1;
        let mut members = Vec::new();
        self.skip_blanks();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Value::Object(members));
        }
        loop {
            let start = self.at;
            match self.peek() {
                Some(b'"') => {}
                Some(b'}') => return Err(self.wrong(start, "trailing comma before `}`", "remove the comma", true)),
                Some(_) => {
                    return Err(self.wrong(start, "unquoted key", "write keys in double quotes", true));
                }
                None => return Err(self.ended()),
            }
            let key = self.string()?;
            let key_span = self.span(start, self.at);
            self.skip_blanks();
            self.expect(b':', "`:` after the key")?;
            self.skip_blanks();
            let value = self.value(depth + 1)?;
            members.push(Member { key, key_span, value });
            self.skip_blanks();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => break,
                Some(_) => return Err(self.expected("`,` or `}`")),
                None => return Err(self.ended()),
            }
            self.skip_blanks();
        }
        self.at += 1;
        self.has_duplicates |= has_duplicates(&members);
        Ok(Value::Object(members))
    }

    fn array(&mut self, depth: usize) -> Read<Value<'s>> {
        self.at += 1;
        let mut elements = Vec::new();
        self.skip_blanks();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Value::Array(elements));
        }
        loop {
            if self.peek() == Some(b']') {
                return Err(self.wrong(self.at, "trailing comma before `]`", "remove the comma", true));
            }
            elements.push(self.value(depth + 1)?);
            self.skip_blanks();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => break,
                Some(_) => return Err(self.expected("`,` or `]`")),
                None => return Err(self.ended()),
            }
            self.skip_blanks();
        }
        self.at += 1;
        Ok(Value::Array(elements))
    }

    /// A string, at its opening quote.
    fn string(&mut self) -> Read<Cow<'s, str>> {
        let open = self.at;
        self.at += 1;
        let mut from = self.at;
        let mut owned = String::new();
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            self.at += rest.iter().position(|b| matches!(b, b'"' | b'\\' | 0..=0x1F)).unwrap_or(rest.len());
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => {
                    owned.push_str(self.slice(from, self.at));
                    owned.push(self.escape()?);
                    from = self.at;
                }
                Some(_) => return Err(self.raw_control(open)),
                None => {
                    return Err(self.wrong(open, "unterminated string", "close the string with a double quote", false));
                }
            }
        }
        let rest = self.slice(from, self.at);
        self.at += 1;
        if owned.is_empty() && from == open + 1 {
            return Ok(Cow::Borrowed(rest));
        }
        owned.push_str(rest);
        Ok(Cow::Owned(owned))
    }

    /// The character of an escape sequence, at its backslash.
    fn escape(&mut self) -> Read<char> {
        let start = self.at;
        self.at += 2;
        Ok(match self.bytes.get(start + 1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{C}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(start),
            Some(_) => {
                return Err(self.wrong(
                    start,
                    "unknown escape sequence",
                    r#"JSON has \" \\ \/ \b \f \n \r \t and \uXXXX"#,
                    false,
                ));
            }
            None => return Err(self.ended()),
        })
    }

    /// The character of `\uXXXX`, or of a surrogate pair; `start` is the first backslash.
    fn unicode(&mut self, start: usize) -> Read<char> {
        let first = self.four_digits(start)?;
        if let Some(c) = char::from_u32(first) {
            return Ok(c);
        }
        if first < 0xDC00 && self.bytes.get(self.at..self.at + 2) == Some(b"\\u") {
            let half = self.at;
            self.at += 2;
            let second = self.four_digits(half)?;
            if (0xDC00..0xE000).contains(&second) {
                let pair = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
                return Ok(char::from_u32(pair).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            // The second escape may be a character by itself, or begin another pair.
            self.at = half;
        }
        let escape = self.slice(start, start + 6);
        let message = format!("`{escape}` is a lone surrogate, which is not a character");
        self.add(
            codes::LONE_SURROGATE,
            start,
            message,
            "write both escapes of the surrogate pair, or the character itself",
        );
        Ok(char::REPLACEMENT_CHARACTER)
    }

    fn four_digits(&mut self, start: usize) -> Read<u32> {
        let digits = self.bytes.get(self.at..self.at + 4).filter(|d| d.iter().all(u8::is_ascii_hexdigit));
        let Some(digits) = digits else {
            return Err(self.wrong(
                start,
                "`\\u` must be followed by four hexadecimal digits",
                "write four hexadecimal digits after `\\u`",
                false,
            ));
        };
        self.at += 4;
        Ok(digits.iter().fold(0, |n, d| n * 16 + char::from(*d).to_digit(16).unwrap_or(0)))
    }

    fn number(&mut self) -> Read<&'s str> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let first = self.at;
        let whole = self.digits();
        let mut sound = whole > 0 && (whole == 1 || self.bytes.get(first) != Some(&b'0'));
        if self.peek() == Some(b'.') {
            self.at += 1;
            sound &= self.digits() > 0;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            sound &= self.digits() > 0;
        }
        if !sound {
            return Err(self.wrong(
                start,
                "invalid number",
                "write a JSON number such as `0`, `-1`, `2.5` or `1e9`",
                true,
            ));
        }
        Ok(self.slice(start, self.at))
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        self.at - start
    }

    /// `true`, `false` or `null`.
    fn word(&mut self) -> Read<Value<'s>> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        for (word, value) in [("true", Value::Bool(true)), ("false", Value::Bool(false)), ("null", Value::Null)] {
            let goes_on = rest.get(word.len()).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
            if rest.starts_with(word.as_bytes()) && !goes_on {
                self.at += word.len();
                return Ok(value);
            }
        }
        let at = self.at;
        Err(match rest {
            [b'/', b'/' | b'*', ..] => self.wrong(at, "comments are not allowed", "remove the comment", false),
            [b'\'', ..] => self.wrong(at, "string in single quotes", "write strings in double quotes", true),
            [b',' | b'}' | b']', ..] => {
                self.wrong(at, "missing value", "write a value, or remove the comma or the key", false)
            }
            [b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'#' | b'~', ..] => {
                self.wrong(at, "unquoted text", "write strings in double quotes", true)
            }
            _ => self.expected("a value"),
        })
    }

    fn expect(&mut self, byte: u8, what: &str) -> Read<()> {
        match self.peek() {
            Some(found) if found == byte => {
                self.at += 1;
                Ok(())
            }
            Some(_) => Err(self.expected(what)),
            None => Err(self.ended()),
        }
    }

    fn skip_blanks(&mut self) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at += rest.iter().position(|b| !matches!(b, b' ' | b'\t' | b'\n' | b'\r')).unwrap_or(rest.len());
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// A slice between two ASCII bytes or ends of the text, which are character boundaries.
    fn slice(&self, start: usize, end: usize) -> &'s str {
        self.text.get(start..end).unwrap_or_default()
    }

    fn span(&self, start: usize, end: usize) -> Span {
        let position = |at: usize| self.base + u32::try_from(at.min(self.bytes.len())).unwrap_or(u32::MAX - self.base);
        Span { start: position(start), end: position(end) }
    }

    /// The span of the character at a byte.
    fn character(&self, at: usize) -> Span {
        let length = self.text.get(at..).and_then(|t| t.chars().next()).map_or(0, char::len_utf8);
        self.span(at, at + length)
    }

    fn add(&mut self, code: Code, start: usize, message: String, help: &str) {
        if self.diagnostics.len() < MOST_DIAGNOSTICS {
            let span = self.span(start, self.at);
            self.diagnostics.push(Diagnostic::error(code, span, message).help(help));
        }
    }

    fn wrong(&self, at: usize, found: &str, help: &str, maybe_yaml: bool) -> Box<Stop> {
        let message = format!("invalid JSON: {found}");
        let diagnostic = Diagnostic::error(codes::JSON_SYNTAX, self.character(at), message).help(help);
        Box::new(Stop { diagnostic, syntax: true, maybe_yaml })
    }

    fn expected(&self, what: &str) -> Box<Stop> {
        let message = format!("invalid JSON: expected {what}");
        let diagnostic = Diagnostic::error(codes::JSON_SYNTAX, self.character(self.at), message)
            .help(format!("insert {what}, or correct the text before"));
        Box::new(Stop { diagnostic, syntax: true, maybe_yaml: false })
    }

    fn ended(&self) -> Box<Stop> {
        let end = self.bytes.len();
        let message = "invalid JSON: unexpected end of file";
        let diagnostic = Diagnostic::error(codes::JSON_SYNTAX, self.span(end.saturating_sub(1), end), message)
            .help("check whether the file is complete: export or download it again");
        Box::new(Stop { diagnostic, syntax: true, maybe_yaml: false })
    }

    /// The error for a control character in the string that begins at `open`. A line break means a missing quote.
    fn raw_control(&self, open: usize) -> Box<Stop> {
        if matches!(self.peek(), Some(b'\n' | b'\r')) {
            return self.wrong(
                open,
                "line break in a string",
                "close the string with a double quote, or write `\\n`",
                true,
            );
        }
        let byte = self.peek().unwrap_or_default();
        let message = format!("unescaped control character U+{byte:04X} in a string");
        let help = format!("remove the character, or write it as `\\u{byte:04x}`");
        let diagnostic = Diagnostic::error(codes::CONTROL_CHARACTER, self.character(self.at), message).help(help);
        Box::new(Stop { diagnostic, syntax: true, maybe_yaml: byte == b'\t' })
    }
}
