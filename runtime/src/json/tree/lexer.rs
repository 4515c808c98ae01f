//! The scalars of a JSON text: strings, numbers and words, and the bytes between them.

use crate::json::numbers::{integer, whole};
use crate::json::tree::value::Node;
use serde_json::Number;
use std::borrow::Cow;

/// A position in a JSON text. Its functions return `None` for an error at the current byte.
pub(super) struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Lexer<'a> {
    /// The start of a text.
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, bytes: text.as_bytes(), at: 0 }
    }

    /// The index of the current byte.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Skips whitespace, and returns the next byte; `None` at the end.
    pub(super) fn peek(&mut self) -> Option<u8> {
        loop {
            let byte = *self.bytes.get(self.at)?;
            if !matches!(byte, b' ' | b'\n' | b'\t' | b'\r') {
                return Some(byte);
            }
            self.at += 1;
        }
    }

    /// Skips a byte.
    pub(super) fn skip(&mut self) {
        self.at += 1;
    }

    /// Reads a word, which means a node.
    pub(super) fn word(&mut self, word: &str, node: Node<'a>) -> Option<Node<'a>> {
        if !self.bytes.get(self.at..)?.starts_with(word.as_bytes()) {
            return None;
        }
        self.at += word.len();
        Some(node)
    }

    /// Reads a number.
    pub(super) fn number(&mut self) -> Option<Node<'a>> {
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

    /// Reads a string, from its quote to the other one.
    pub(super) fn string(&mut self) -> Option<Cow<'a, str>> {
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
pub(super) const LARGEST_EXACT: f64 = 9_007_199_254_740_992.0;
